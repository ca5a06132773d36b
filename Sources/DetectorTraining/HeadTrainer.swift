import Glibc
import Injection
import TrainingTexts

/// Learns the weights of the heads: logistic regression by AdaGrad over the windows that matter.
///
/// Which window of a text matters is found while learning: of a clean text the one that looks worst, of an attack the
/// one that looks worst among those that hold the attack; and one by chance.
struct HeadTrainer {
    /// How it learns.
    struct Options: Sendable {
        var epochs = 8
        var rate: Float = 0.25
        var decay: Float = 2e-6
        var seed: UInt64 = 1
    }

    private(set) var weights: [SIMD4<Float>]
    private(set) var biases = SIMD4<Float>(-3, -3, -3, 0)
    private var squares: [SIMD4<Float>]
    private var biasSquares = SIMD4<Float>(repeating: 1)
    private let corpus: NgramCorpus
    private let options: Options
    private var chance: SeededChance
    private var sums: [SIMD4<Float>] = []

    init(_ corpus: NgramCorpus, slots: Int, options: Options) {
        self.corpus = corpus
        self.options = options
        self.weights = .init(repeating: .init(repeating: 0), count: slots)
        self.squares = .init(repeating: .init(repeating: 0.01), count: slots)
        self.chance = SeededChance(seed: options.seed)
    }

    mutating func run() {
        var order = Array(self.corpus.entries.indices)
        for epoch in 0..<self.options.epochs {
            order.shuffle(using: &self.chance)
            let rate = self.options.rate / (1 + Float(epoch) * 0.35)
            for index in order { self.learn(self.corpus.entries[index], rate: rate) }
        }
    }

    private mutating func learn(_ entry: NgramCorpus.Entry, rate: Float) {
        guard !entry.words.isEmpty else { return }
        if entry.sentences.count == 1 {
            return self.learn(entry, entry.words, heads: SIMD4(1, 1, 1, 0), rate: rate)
        }
        self.read(entry)
        for head in 0..<3 where entry.weight[head] > 0 {
            var heads = SIMD4<Float>(repeating: 0)
            heads[head] = 1
            guard let words = self.worst(entry, head: head, size: self.size()) else { continue }
            self.learn(entry, words, heads: heads, rate: rate)
        }
        if let words = self.random(entry, size: self.size()) {
            self.learn(entry, words, heads: SIMD4(0.5, 0.5, 0.5, 0), rate: rate)
        }
    }

    /// Of five looks at a text three are at its sentences (nil), the others at wider windows.
    private mutating func size() -> Int? {
        guard self.chance.below(5) >= 3 else { return nil }
        return InjectionModel.windows[self.chance.once(in: 3) ? 1 : 0]
    }

    /// Adds up the present weights of a text, word by word.
    private mutating func read(_ entry: NgramCorpus.Entry) {
        self.sums.removeAll(keepingCapacity: true)
        var total = SIMD4<Float>(repeating: 0)
        self.sums.append(total)
        var slot = self.corpus.slotStart(ofWord: entry.words.lowerBound)
        for word in entry.words {
            let end = self.corpus.wordEnds[word]
            while slot < end {
                total += self.weights[Int(self.corpus.slots[slot])]
                slot += 1
            }
            self.sums.append(total)
        }
    }

    /// The windows of a size that may be learnt from: all of a clean text, those that hold an attack of an attack.
    private func places(_ entry: NgramCorpus.Entry, size: Int) -> (first: Int, last: Int) {
        let last = max(0, entry.words.count - size)
        guard let attack = entry.attack else { return (0, last) }
        let start = attack.lowerBound - entry.words.lowerBound
        let end = attack.upperBound - entry.words.lowerBound
        // Half of the window or half of the attack at least.
        let overlap = max(1, min(size, end - start) / 2)
        return (max(0, min(last, start + overlap - size)), max(0, min(last, end - overlap)))
    }

    private func window(_ entry: NgramCorpus.Entry, at place: Int, size: Int) -> Range<Int> {
        let from = entry.words.lowerBound + place
        return from..<min(from + size, entry.words.upperBound)
    }

    /// Whether a sentence may be learnt from: of an attack those that it makes half of, or that hold half of it.
    private func holds(_ entry: NgramCorpus.Entry, _ sentence: Range<Int>) -> Bool {
        guard let attack = entry.attack else { return true }
        let shared = sentence.clamped(to: attack).count
        return shared > 0 && 2 * shared >= min(sentence.count, attack.count)
    }

    private func sentence(_ index: Int) -> Range<Int> {
        let words = self.corpus.sentences[index]
        return Int(words.lowerBound)..<Int(words.upperBound)
    }

    private func score(_ entry: NgramCorpus.Entry, _ words: Range<Int>, head: Int) -> Float {
        let from = words.lowerBound - entry.words.lowerBound
        let sum = self.sums[from + words.count][head] - self.sums[from][head]
        return sum / Float(self.corpus.count(words, of: entry)).squareRoot()
    }

    /// The window of a size, or the sentence, that scores highest.
    private func worst(_ entry: NgramCorpus.Entry, head: Int, size: Int?) -> Range<Int>? {
        var best: Range<Int>?
        var bestScore = -Float.infinity
        func look(_ words: Range<Int>) {
            let score = self.score(entry, words, head: head)
            if score > bestScore {
                bestScore = score
                best = words
            }
        }
        if let size {
            let (first, last) = self.places(entry, size: size)
            for place in stride(from: first, through: last, by: max(1, size / 12)) {
                look(self.window(entry, at: place, size: size))
            }
        } else {
            for index in entry.sentences {
                let words = self.sentence(index)
                if self.holds(entry, words) { look(words) }
            }
        }
        return best
    }

    /// A window by chance. Of an attack whose place is not known there is none: most of it may be clean.
    private mutating func random(_ entry: NgramCorpus.Entry, size: Int?) -> Range<Int>? {
        let isAttack = entry.wanted != .zero
        guard !isAttack || entry.attack != nil || self.chance.once(in: 3) else { return nil }
        guard let size else {
            let words = self.sentence(entry.sentences.lowerBound + self.chance.below(entry.sentences.count))
            return self.holds(entry, words) ? words : nil
        }
        let (first, last) = self.places(entry, size: size)
        return self.window(entry, at: first + self.chance.below(last - first + 1), size: size)
    }

    private mutating func learn(
        _ entry: NgramCorpus.Entry, _ words: Range<Int>, heads: SIMD4<Float>, rate: Float
    ) {
        let first = self.corpus.slotStart(ofWord: words.lowerBound)
        let end = self.corpus.wordEnds[words.upperBound - 1]
        let value = 1 / Float(self.corpus.count(words, of: entry)).squareRoot()
        var sum = SIMD4<Float>(repeating: 0)
        for index in first..<end { sum += self.weights[Int(self.corpus.slots[index])] }
        let score = sum * value + self.biases
        var gradient = SIMD4<Float>(repeating: 0)
        for head in 0..<3 { gradient[head] = 1 / (1 + expf(-score[head])) - entry.wanted[head] }
        gradient *= heads * entry.weight
        self.biasSquares += gradient * gradient
        self.biases -= rate * gradient / self.biasSquares.squareRoot()
        let step = gradient * value
        let square = step * step
        let decay = self.options.decay
        for index in first..<end {
            let slot = Int(self.corpus.slots[index])
            let seen = self.squares[slot] + square
            self.squares[slot] = seen
            let weight = self.weights[slot]
            self.weights[slot] = weight - rate * (step + decay * weight) / seen.squareRoot()
        }
    }
}
