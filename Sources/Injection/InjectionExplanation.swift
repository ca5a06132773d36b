/// Why a head scores a window as it does, n-gram by n-gram.
///
/// The head's two scores of a window, by words and by kinds of words, are linear in how often each n-gram occurs, so the
/// contributions are exact: the weight times the difference from what is usual in clean text (for a linear model, these
/// are its Shapley values). With ``baseline`` and ``absent`` they add up to ``score``.
package struct InjectionExplanation: Sendable {
    /// One n-gram of the window.
    package struct Part: Sendable {
        /// Where it first stands in the text.
        package let span: Range<Int>
        /// How often it is in the window.
        package let count: Int
        /// Its slot in the model: those of kinds of words come after those of words.
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
    /// The head's score of the window, by words and by kinds together.
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
        var words = Reckoning(self.model.words, head, firstSlot: 0)
        var kinds = Reckoning(self.model.kinds, head, firstSlot: self.model.words.slots.count)
        var isInside = false
        NgramReader.read(text, self.model.classes) { hash, start, end in
            words.note(hash, start..<max(start, end))
        } emitKinds: { hash, start, end, isLate in
            kinds.note(hash, start..<max(start, end))
            if isLate { kinds.finish(isInside: isInside) }
        } endWord: { start, end, _ in
            isInside = start >= span.lowerBound && end <= span.upperBound
            words.finish(isInside: isInside)
            kinds.finish(isInside: isInside)
        }
        let byWords = words.result(padding: 0)
        let byKinds = kinds.result(padding: Self.kindsAtLeast)
        let parts = (byWords.parts + byKinds.parts).sorted {
            let (one, two) = ($0.contribution.magnitude, $1.contribution.magnitude)
            return one != two ? one > two : $0.slot < $1.slot
        }
        return InjectionExplanation(
            head: head, window: span, score: byWords.score + byKinds.score,
            baseline: byWords.baseline + byKinds.baseline, absent: byWords.absent + byKinds.absent, parts: parts)
    }
}

/// Counts the n-grams of one table in a window.
private struct Reckoning {
    private struct Tally {
        var span: Range<Int>
        var count: Int
    }

    private let table: WeightTable
    private let head: InjectionHead
    private let firstSlot: Int
    private var tallies: [Int: Tally] = [:]
    private var pending: [(slot: Int?, span: Range<Int>)] = []
    private var total = 0

    init(_ table: WeightTable, _ head: InjectionHead, firstSlot: Int) {
        self.table = table
        self.head = head
        self.firstSlot = firstSlot
    }

    mutating func note(_ hash: UInt32, _ span: Range<Int>) {
        let slot = WeightTable.slot(of: hash, bits: self.table.slotBits)
        self.pending.append((self.table.slots[slot] >> 24 == hash & 0xFF ? slot : nil, span))
    }

    mutating func finish(isInside: Bool) {
        defer { self.pending.removeAll(keepingCapacity: true) }
        guard isInside else { return }
        self.total += self.pending.count
        for (slot, range) in self.pending {
            guard let slot else { continue }
            self.tallies[slot, default: Tally(span: range, count: 0)].count += 1
        }
    }

    func result(
        padding: Int
    ) -> (score: Double, baseline: Double, absent: Double, parts: [InjectionExplanation.Part]) {
        let scale = 1 / Double(max(1, self.total + padding)).squareRoot()
        let bias = Double(self.table.biases[self.head.rawValue])
        var score = bias
        var parts: [InjectionExplanation.Part] = []
        for (slot, tally) in self.tallies.sorted(by: { $0.key < $1.key }) {
            let part = InjectionExplanation.Part(
                span: tally.span, count: tally.count, slot: self.firstSlot + slot,
                weight: self.table.weight(slot, self.head), value: Double(tally.count) * scale,
                mean: WeightTable.meanValue(self.table.means[slot]))
            score += part.weight * part.value
            parts.append(part)
        }
        var usual = 0.0
        for (slot, mean) in self.table.means.enumerated() where mean > 0 {
            usual += self.table.weight(slot, self.head) * WeightTable.meanValue(mean)
        }
        let here = parts.reduce(0.0) { $0 + $1.weight * $1.mean }
        return (score, bias + usual, here - usual, parts)
    }
}
