import Injection
import TrainingTexts

/// Chooses the n-grams that a model knows: for each slot the one that tells most, of those that more than one family has.
///
/// What only one family of texts has would teach the model that family, not what it is an example of.
struct NgramSelection {
    /// For each slot the part of its owner's hash, or nil where no n-gram is good enough.
    var owners: [UInt8?]
    /// How often clean texts have the slot's n-gram, in units of the model's input.
    var benignMeans: [Float]

    private struct Tally {
        var attack: Float = 0
        var benign: Float = 0
        var value: Float = 0
        var families: UInt64 = 0
        var texts: UInt32 = 0
    }

    init(_ texts: [LabelledText], _ source: NgramSource, weights: [Float], bits: Int, families needed: Int) {
        // A first look only counts, so that the many n-grams that are seen once cost one byte each.
        let keyBits = bits + 8
        var counts = [UInt8](repeating: 0, count: 1 << keyBits)
        var recent = [UInt64](repeating: 0, count: 1 << 16)
        var distinct: [Int] = []
        for (index, text) in texts.enumerated() {
            Self.keys(of: text.text, source, index, bits, &recent, &distinct)
            for key in distinct where counts[key] < 255 { counts[key] += 1 }
        }
        var places: [Int32] = .init(repeating: -1, count: 1 << keyBits)
        var tallies: [Tally] = []
        for key in counts.indices where counts[key] >= 4 {
            places[key] = Int32(tallies.count)
            tallies.append(Tally())
        }
        var families: [String: Int] = [:]
        var totals = SIMD2<Float>(1e-9, 1e-9)
        recent = [UInt64](repeating: 0, count: 1 << 16)
        for (index, text) in texts.enumerated() {
            Self.keys(of: text.text, source, index, bits, &recent, &distinct)
            let family = families[text.family] ?? families.count
            families[text.family] = family
            let bit: UInt64 = 1 << UInt64(family % 64)
            let weight = weights[index]
            totals[text.isAttack ? 0 : 1] += weight
            let value = 1 / Float(max(16, distinct.count)).squareRoot()
            for key in distinct where places[key] >= 0 {
                let place = Int(places[key])
                if text.isAttack {
                    tallies[place].attack += weight
                } else {
                    tallies[place].benign += weight
                    tallies[place].value += weight * value
                }
                tallies[place].families |= bit
                tallies[place].texts += 1
            }
        }
        self.owners = .init(repeating: nil, count: 1 << bits)
        self.benignMeans = .init(repeating: 0, count: 1 << bits)
        var merits = [Float](repeating: 0, count: 1 << bits)
        for key in places.indices where places[key] >= 0 {
            let tally = tallies[Int(places[key])]
            guard tally.families.nonzeroBitCount >= needed || tally.texts >= 40 else { continue }
            let attack = tally.attack / totals[0]
            let benign = tally.benign / totals[1]
            // How far apart the shares are, in units of how well they are known.
            let merit = (attack - benign).magnitude / (attack + benign + 1e-4).squareRoot()
            let slot = key >> 8
            guard merit > merits[slot] else { continue }
            merits[slot] = merit
            self.owners[slot] = UInt8(truncatingIfNeeded: key)
            self.benignMeans[slot] = tally.value / totals[1]
        }
    }

    /// The distinct n-grams of a text, each as its slot and the part of its hash that the slot keeps.
    private static func keys(
        of text: String, _ source: NgramSource, _ index: Int, _ bits: Int, _ recent: inout [UInt64],
        _ distinct: inout [Int]
    ) {
        distinct.removeAll(keepingCapacity: true)
        for hash in source.hashes(of: source.reading(of: text)) {
            let key = WeightTable.slot(of: hash, bits: bits) << 8 | Int(hash & 0xFF)
            let stamp = UInt64(index + 1) << 32 | UInt64(key)
            let place = Int((UInt32(truncatingIfNeeded: key) &* 0x9E37_79B1) >> 16)
            guard recent[place] != stamp else { continue }
            recent[place] = stamp
            distinct.append(key)
        }
    }
}
