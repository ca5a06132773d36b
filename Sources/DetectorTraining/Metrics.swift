package import Kernel
import TrainingTexts

/// Figures of a detector over scored texts.
package enum Metrics {
    /// The chance that an attack scores higher than a clean text; ties count half. Nil where one kind is missing.
    package static func area(attacks: [Float], clean: [Float]) -> Double? {
        guard !attacks.isEmpty, !clean.isEmpty else { return nil }
        let all = (attacks.map { ($0, true) } + clean.map { ($0, false) }).sorted { $0.0 < $1.0 }
        var rankSum = 0.0
        var index = 0
        while index < all.count {
            var end = index
            var attacksHere = 0
            while end < all.count, all[end].0 == all[index].0 {
                if all[end].1 { attacksHere += 1 }
                end += 1
            }
            rankSum += Double(attacksHere) * (Double(index + end - 1) / 2 + 1)
            index = end
        }
        let count = Double(attacks.count)
        return (rankSum - count * (count + 1) / 2) / (count * Double(clean.count))
    }

    /// The share of scores at or above a threshold; nil of none.
    package static func share(_ scores: [Float], atLeast threshold: Float) -> Double? {
        scores.isEmpty ? nil : Double(scores.reduce(0) { $0 + ($1 >= threshold ? 1 : 0) }) / Double(scores.count)
    }

    /// The threshold that no more than a share of clean scores reaches.
    package static func threshold(_ clean: [Float], share: Double) -> Float {
        let sorted = clean.sorted(by: >)
        guard !sorted.isEmpty else { return .infinity }
        let allowed = Int((Double(sorted.count) * share).rounded(.down))
        guard allowed < sorted.count else { return sorted[sorted.count - 1] }
        return sorted[allowed].nextUp
    }

    /// How far stated probabilities are from what came true, over ten equal parts of the scale.
    package static func calibrationError(_ pairs: [(probability: Float, isAttack: Bool)]) -> Double? {
        guard !pairs.isEmpty else { return nil }
        var stated = [Double](repeating: 0, count: 10)
        var true_ = [Double](repeating: 0, count: 10)
        var counts = [Double](repeating: 0, count: 10)
        for pair in pairs {
            let bin = min(9, Int(pair.probability * 10))
            stated[bin] += Double(pair.probability)
            true_[bin] += pair.isAttack ? 1 : 0
            counts[bin] += 1
        }
        var error = 0.0
        for bin in 0..<10 { error += (stated[bin] - true_[bin]).magnitude }
        return error / Double(pairs.count)
    }

    /// The 2.5th and 97.5th percentile of a figure over texts drawn again and again.
    package static func interval(
        of count: Int, rounds: Int = 200, seed: UInt64 = 7, _ figure: ([Int]) -> Double?
    ) -> ClosedRange<Double>? {
        guard count > 1 else { return nil }
        var chance = SeededChance(seed: seed)
        var values: [Double] = []
        var drawn = [Int](repeating: 0, count: count)
        for _ in 0..<rounds {
            for index in drawn.indices { drawn[index] = chance.below(count) }
            if let value = figure(drawn) { values.append(value) }
        }
        guard values.count >= 20 else { return nil }
        values.sort()
        return values[values.count * 25 / 1000]...values[min(values.count - 1, values.count * 975 / 1000)]
    }
}

extension JSONWriter {
    /// A number with four digits after the point; nothing where there is none.
    package mutating func member(_ name: StaticString, _ value: Double?) {
        guard let value, value.isFinite else { return }
        self.name(name)
        self.raw(Array(value.fixed(4).utf8))
    }
}

extension Double {
    /// The number with so many digits after the point.
    package func fixed(_ digits: Int) -> String {
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        let whole = (self.magnitude * factor).rounded()
        guard whole < 1e15 else { return "\(self)" }
        let text = String(Int64(whole))
        let filled = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        let sign = self < 0 && whole > 0 ? "-" : ""
        return digits == 0 ? sign + filled : "\(sign)\(filled.dropLast(digits)).\(filled.suffix(digits))"
    }
}
