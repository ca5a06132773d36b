import Crypto
import Injection
package import TrainingTexts

/// What is wrong with data before anything is learnt from it.
package struct DataQuality: Sendable, Hashable {
    /// Texts that are there twice, letter by letter or nearly so.
    package var duplicates = 0
    /// Texts of the training data that the data for measuring has too, exactly or nearly.
    package var leaks = 0
    /// Texts that are there with both labels.
    package var conflicts = 0
}

/// Finds duplicates, leaks and conflicts, and takes them out.
///
/// Two texts are nearly the same where their sketches (the least hashes of runs of four words, in eight bands) have a
/// band in common and all of the sketch but one. Less would take two documents for one that hold different attacks.
package struct DataCleaning {
    private struct Sketch: Hashable {
        var values: [UInt32]
    }

    private var exact: [UInt64: Bool] = [:]
    private var bands: [UInt64: [Int]] = [:]
    private var sketches: [Sketch] = []

    /// Creates a cleaning that knows nothing.
    package init() {}

    /// The texts that are fit to learn from, and what was wrong with the others. Of what is measured, nothing may be learnt.
    package static func clean(
        _ texts: [LabelledText], measured: [LabelledText]
    ) -> (texts: [LabelledText], quality: DataQuality) {
        var quality = DataQuality()
        var held = DataCleaning()
        for text in measured { held.note(text) }
        var seen = DataCleaning()
        var conflicting: Set<UInt64> = []
        var labels: [UInt64: Bool] = [:]
        for text in texts {
            let key = Self.key(text.text)
            if let label = labels[key], label != text.isAttack { conflicting.insert(key) }
            labels[key] = text.isAttack
        }
        var kept: [LabelledText] = []
        for text in texts {
            if conflicting.contains(Self.key(text.text)) {
                quality.conflicts += 1
            } else if held.has(text) {
                quality.leaks += 1
            } else if seen.has(text, onlyExactly: text.family.hasPrefix("synthetic:")) {
                quality.duplicates += 1
            } else {
                seen.note(text)
                kept.append(text)
            }
        }
        return (kept, quality)
    }

    private static func key(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 where byte > 0x20 {
            hash = (hash ^ UInt64((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)) &* 0x0000_0100_0000_01B3
        }
        return hash
    }

    private static func sketch(_ text: String) -> Sketch? {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        guard words.count >= 8 else { return nil }
        var values = [UInt32](repeating: .max, count: 16)
        for start in 0...words.count - 4 {
            let run = Self.key(words[start..<start + 4].joined(separator: "|"))
            for index in values.indices {
                var value = run &* (0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xBF58_476D_1CE4_E5B8)
                value ^= value >> 29
                values[index] = min(values[index], UInt32(truncatingIfNeeded: (value &* 0x94D0_49BB_1331_11EB) >> 32))
            }
        }
        return Sketch(values: values)
    }

    private static func bandKeys(_ sketch: Sketch) -> [UInt64] {
        (0..<8).map { UInt64($0) << 60 ^ UInt64(sketch.values[2 * $0]) << 28 ^ UInt64(sketch.values[2 * $0 + 1]) }
    }

    mutating func note(_ text: LabelledText) {
        self.exact[Self.key(text.text)] = text.isAttack
        guard let sketch = Self.sketch(text.text) else { return }
        for band in Self.bandKeys(sketch) where self.bands[band, default: []].count < 50 {
            self.bands[band, default: []].append(self.sketches.count)
        }
        self.sketches.append(sketch)
    }

    func has(_ text: LabelledText, onlyExactly: Bool = false) -> Bool {
        if self.exact[Self.key(text.text)] != nil { return true }
        guard !onlyExactly, let sketch = Self.sketch(text.text) else { return false }
        return Self.bandKeys(sketch).contains { band in
            self.bands[band, default: []].contains { other in
                zip(self.sketches[other].values, sketch.values).count { $0 == $1 } >= 15
            }
        }
    }
}

/// What a model was trained on, in numbers and hashes, so that the same can be had again.
package struct DataManifest: Sendable {
    /// One file of data.
    package struct Source: Sendable, Hashable {
        package var name: String
        package var hash: String
        package var rows: Int
        package var attacks: Int
        package var licences: [String]
    }

    package var sources: [Source] = []

    /// Creates an empty manifest.
    package init() {}

    /// Adds a file.
    package mutating func add(name: String, bytes: [UInt8], rows: [DataRow]) {
        let digest = SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        self.sources.append(
            Source(
                name: name, hash: digest, rows: rows.count, attacks: rows.count { $0.heads?.isEmpty == false },
                licences: Set(rows.map(\.licence)).filter { !$0.isEmpty }.sorted()))
    }
}
