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
        if entry.words.count <= InjectionModel.windows[0] {
            return self.learn(entry, entry.words, heads: SIMD4(1, 1, 1, 0), rate: rate)
        }
        self.read(entry)
        for head in 0..<3 where entry.weight[head] > 0 {
            var heads = SIMD4<Float>(repeating: 0)
            heads[head] = 1
            let size = InjectionModel.windows[self.chance.below(5) < 3 ? 0 : self.chance.below(3) == 0 ? 2 : 1]
            self.learn(entry, self.worst(entry, head: head, size: size), heads: heads, rate: rate)
        }
        let size = InjectionModel.windows[self.chance.below(3)]
        if let words = self.random(entry, size: size) {
            self.learn(entry, words, heads: SIMD4(0.5, 0.5, 0.5, 0), rate: rate)
        }
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

    private func worst(_ entry: NgramCorpus.Entry, head: Int, size: Int) -> Range<Int> {
        let (first, last) = self.places(entry, size: size)
        let step = max(1, size / 16)
        var best = first
        var bestScore = -Float.infinity
        var place = first
        while place <= last {
            let words = self.window(entry, at: place, size: size)
            let from = words.lowerBound - entry.words.lowerBound
            let sum = self.sums[from + words.count][head] - self.sums[from][head]
            let score = sum / Float(self.corpus.count(words, of: entry)).squareRoot()
            if score > bestScore {
                bestScore = score
                best = place
            }
            place += step
        }
        return self.window(entry, at: best, size: size)
    }

    /// A window by chance. Of an attack whose place is not known there is none: most of it may be clean.
    private mutating func random(_ entry: NgramCorpus.Entry, size: Int) -> Range<Int>? {
        let isAttack = entry.wanted != .zero
        guard !isAttack || entry.attack != nil || self.chance.once(in: 3) else { return nil }
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
