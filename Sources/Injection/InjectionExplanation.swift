/// Why a head scores a window as it does, n-gram by n-gram.
///
/// The head is linear in how often each n-gram occurs, so the contributions are exact: the weight times the difference
/// from what is usual in clean text (for a linear model, these are its Shapley values). With ``baseline`` and ``absent``
/// they add up to ``score``.
package struct InjectionExplanation: Sendable {
    /// One n-gram of the window.
    package struct Part: Sendable {
        /// Where it first stands in the text.
        package let span: Range<Int>
        /// How often it is in the window.
        package let count: Int
        /// Its slot in the model.
        package let slot: Int
        /// The head's weight.
        package let weight: Double
        /// How much of it the window has: its count over the root of the number of all n-grams.
        package let value: Double
        /// How much of it clean text has.
        package let mean: Double
        /// What it adds to the score.
        package var contribution: Double { self.weight * (self.value - self.mean) }
    }

    /// The head that is explained.
    package let head: InjectionHead
    /// The bytes of the window.
    package let window: Range<Int>
    /// The head's score of the window.
    package let score: Double
    /// The head's score of a text that has of each n-gram what is usual.
    package let baseline: Double
    /// What n-grams add by not being there.
    package let absent: Double
    /// The n-grams that the model knows, those that matter most first.
    package let parts: [Part]
}

extension InjectionDetector {
    /// Explains what a head sees in the words of a part of a text, such as a verdict's span.
    package func explain(_ text: Span<UInt8>, head: InjectionHead, in span: Range<Int>) -> InjectionExplanation {
        struct Tally {
            var span: Range<Int>
            var count: Int
        }
        var tallies: [Int: Tally] = [:]
        var pending: [(slot: Int?, span: Range<Int>)] = []
        var total = 0
        let bits = self.model.slotBits
        NgramReader.read(text) { hash, start, end in
            let slot = InjectionModel.slot(of: hash, bits: bits)
            let isKnown = self.model.slots[slot] >> 24 == hash & 0xFF
            pending.append((isKnown ? slot : nil, start..<max(start, end)))
        } endWord: { start, end, _ in
            defer { pending.removeAll(keepingCapacity: true) }
            guard start >= span.lowerBound, end <= span.upperBound else { return }
            total += pending.count
            for (slot, range) in pending {
                guard let slot else { continue }
                tallies[slot, default: Tally(span: range, count: 0)].count += 1
            }
        }
        let scale = 1 / Double(max(1, total)).squareRoot()
        var score = Double(self.model.biases[head.rawValue])
        var parts: [InjectionExplanation.Part] = []
        for (slot, tally) in tallies {
            let part = InjectionExplanation.Part(
                span: tally.span, count: tally.count, slot: slot, weight: self.weight(slot, head),
                value: Double(tally.count) * scale, mean: InjectionModel.meanValue(self.model.means[slot]))
            score += part.weight * part.value
            parts.append(part)
        }
        parts.sort {
            let (one, two) = ($0.contribution.magnitude, $1.contribution.magnitude)
            return one != two ? one > two : $0.slot < $1.slot
        }
        var usual = 0.0
        for (slot, mean) in self.model.means.enumerated() where mean > 0 {
            usual += self.weight(slot, head) * InjectionModel.meanValue(mean)
        }
        let here = parts.reduce(0.0) { $0 + $1.weight * $1.mean }
        return InjectionExplanation(
            head: head, window: span, score: score, baseline: Double(self.model.biases[head.rawValue]) + usual,
            absent: here - usual, parts: parts)
    }

    /// What a head's weight of a slot is worth.
    package func weight(_ slot: Int, _ head: InjectionHead) -> Double {
        let byte = Int8(truncatingIfNeeded: self.model.slots[slot] >> UInt32(8 * head.rawValue))
        return Double(byte) * Double(self.model.scales[head.rawValue])
    }
}
