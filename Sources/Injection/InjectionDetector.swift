// Injection recognises text that commands the model against its owner: overrides, persona jailbreaks, orders in data.

import CDetectorModels

/// What one text looks like to the model.
package struct InjectionVerdict: Hashable, Sendable {
    /// The fused score: log odds as far as training saw them.
    package let score: Float
    /// The score as a calibrated probability.
    package let probability: Float
    /// Which share of clean texts of the channel scores as high.
    package let benignShare: Float
    /// The head that stands out most.
    package let head: InjectionHead
    /// The bytes of the window that stands out most, in the text that was given.
    package let span: Range<Int>
    /// Whether fewer than one in a hundred clean texts score as high.
    package let isSuspicious: Bool
    /// Whether fewer than one in a thousand clean texts score as high.
    package let isStriking: Bool

    /// The probability in whole percent.
    package var percent: UInt8 { UInt8(max(0, min(100, (self.probability * 100).rounded()))) }
}

/// Memory for reading one text at a time, kept between texts so that nothing is allocated.
package struct InjectionScratch: Sendable {
    /// The heads' weights and the number of n-grams up to each word's end; the first entry is before the first word.
    var sums: [SIMD4<Int32>] = []
    /// The same for the kinds of words.
    var kindSums: [SIMD4<Int32>] = []
    /// The bytes of each word.
    var words: [SIMD2<Int>] = []
    /// The words that begin a sentence.
    var sentences: [Int32] = []

    /// Creates empty memory.
    package init() {}
}

/// Reads a text through windows and says how much it looks like an injection.
///
/// A total function over bytes: it never throws, waits or keeps anything. Its time is linear in the text.
package struct InjectionDetector: Sendable {
    /// The model in force.
    package let model: InjectionModel

    /// Creates a detector of a model.
    package init(model: InjectionModel) { self.model = model }

    /// The detector of the model that is part of the program.
    package static func embedded() throws(ModelError) -> Self {
        let size = gatehouse_injection_model_size()
        // SAFE: the bytes are part of the program's read-only data, as many as the size says.
        let bytes = unsafe UnsafeBufferPointer(start: gatehouse_injection_model(), count: size)
        return Self(model: try InjectionModel(bytes: unsafe bytes.span, name: "the built-in model"))
    }

    /// What the heads see in a text: the best window of each size, and where the best sentence of each is.
    package struct Evidence: Hashable, Sendable {
        /// Of the sentences, then by window size; a lane a head.
        package var best: InlineArray<3, SIMD4<Float>>
        var starts: SIMD4<Int32>
        var ends: SIMD4<Int32>
        /// How far the window that differs most from the rest of its text stands out of it, a lane a head.
        package var contrast: SIMD4<Float>

        /// The same, of the kinds of words.
        package var kinds: InlineArray<3, SIMD4<Float>>
        package var kindContrast: SIMD4<Float>
        /// How many times the text is as long as what is judged at its full score, as a power of two; zero for shorter ones.
        package var doublings: Float

        /// The best score of each head through any window.
        package var highest: SIMD4<Float> { pointwiseMax(self.best[0], pointwiseMax(self.best[1], self.best[2])) }

        package static func == (left: Self, right: Self) -> Bool {
            left.best[0] == right.best[0] && left.best[1] == right.best[1] && left.best[2] == right.best[2]
                && left.contrast == right.contrast && left.kinds[0] == right.kinds[0]
                && left.kinds[1] == right.kinds[1] && left.kinds[2] == right.kinds[2]
                && left.kindContrast == right.kindContrast && left.doublings == right.doublings
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(self.highest) }
    }

    /// Judges a text.
    package func assess(
        _ text: Span<UInt8>, channel: TextChannel, signals: InjectionSignals = InjectionSignals(),
        scratch: inout InjectionScratch
    ) -> InjectionVerdict {
        let evidence = self.evidence(text, scratch: &scratch)
        let judgement = self.model.judgements[channel.group.rawValue]
        let score = judgement.score(evidence, signals)
        let depths = judgement.depths(evidence)
        let head = InjectionHead.allCases.max { depths[$0.rawValue] < depths[$1.rawValue] } ?? .override
        let words = Int(evidence.starts[head.rawValue])..<Int(evidence.ends[head.rawValue])
        return InjectionVerdict(
            score: score, probability: judgement.probability(of: score), benignShare: judgement.benignShare(of: score),
            head: head, span: Self.bytes(of: words, scratch),
            isSuspicious: score >= judgement.thresholds.x, isStriking: score >= judgement.thresholds.y)
    }

    /// What the heads see in a text, before it is judged.
    package func evidence(_ text: Span<UInt8>, scratch: inout InjectionScratch) -> Evidence {
        self.sum(text, into: &scratch)
        let words = Sums(scratch.sums, self.model.words, padding: 0, around: 200)
        let kinds = Sums(scratch.kindSums, self.model.kinds, padding: Self.kindsAtLeast, around: 60)
        let narrow = Self.bestSentence(words, kinds, scratch)
        let middle = Self.best(of: InjectionModel.windows[0], words, kinds)
        let wide = Self.best(of: InjectionModel.windows[1], words, kinds)
        return Evidence(
            best: [narrow.words.score, middle.words.score, wide.words.score], starts: narrow.starts, ends: narrow.ends,
            contrast: pointwiseMax(narrow.words.contrast, middle.words.contrast),
            kinds: [narrow.kinds.score, middle.kinds.score, wide.kinds.score],
            kindContrast: pointwiseMax(narrow.kinds.contrast, middle.kinds.contrast),
            doublings: Self.doublings(scratch.words.count))
    }

    /// How often a number of words doubles 256, with the part of a doubling that is left on a straight line.
    static func doublings(_ words: Int) -> Float {
        guard words > 256 else { return 0 }
        let whole = (words >> 8).bitWidth - 1 - (words >> 8).leadingZeroBitCount
        return Float(whole) + Float(words) / Float(256 << whole) - 1
    }

    /// As many n-grams of kinds a window counts as more than it has: of two or three nothing follows.
    package static let kindsAtLeast = 6

    /// Adds up the weights word by word.
    private func sum(_ text: Span<UInt8>, into scratch: inout InjectionScratch) {
        scratch.sums.removeAll(keepingCapacity: true)
        scratch.kindSums.removeAll(keepingCapacity: true)
        scratch.words.removeAll(keepingCapacity: true)
        scratch.sentences.removeAll(keepingCapacity: true)
        var total = SIMD4<Int32>(repeating: 0)
        var kindTotal = total
        scratch.sums.append(total)
        scratch.kindSums.append(total)
        let slots = self.model.words.slots.span
        let shift = UInt32(32 - self.model.words.slotBits)
        let kindSlots = self.model.kinds.slots.span
        let kindShift = UInt32(32 - self.model.kinds.slotBits)
        NgramReader.read(text, self.model.classes) { hash, _, _ in
            total &+= WeightTable.weights(of: hash, slots, shift: shift)
        } emitKinds: { hash, _, _, isLate in
            kindTotal &+= WeightTable.weights(of: hash, kindSlots, shift: kindShift)
            if isLate { scratch.kindSums[scratch.kindSums.count - 1] = kindTotal }
        } endWord: { start, end, beginsSentence in
            if beginsSentence { scratch.sentences.append(Int32(scratch.words.count)) }
            scratch.sums.append(total)
            scratch.kindSums.append(kindTotal)
            scratch.words.append(SIMD2(start, end))
        }
    }

    /// What a window of words says by head: its score, and how far that is above what the rest of the text would say.
    struct Seen {
        var score: SIMD4<Float>
        var contrast: SIMD4<Float>

        mutating func formMaximum(_ other: Seen) {
            self.score = pointwiseMax(self.score, other.score)
            self.contrast = pointwiseMax(self.contrast, other.contrast)
        }
    }

    /// Sums of weights up to each word's end, and what makes scores of them.
    ///
    /// A score is the sum of weights over the root of the number of n-grams. A document that commands its readers all
    /// along scores high in each window; an order among facts stands out.
    struct Sums: ~Escapable {
        private let sums: Span<SIMD4<Int32>>
        private let scales: SIMD4<Float>
        private let biases: SIMD4<Float>
        private let padding: Float
        private let around: Float
        let count: Int

        @_lifetime(borrow sums)
        init(_ sums: borrowing [SIMD4<Int32>], _ table: WeightTable, padding: Int, around: Float) {
            self.sums = sums.span
            self.scales = table.scales
            self.biases = table.biases
            self.padding = Float(padding)
            self.around = around
            self.count = sums.count - 1
        }

        var nothing: Seen { Seen(score: self.biases, contrast: SIMD4(repeating: 0)) }

        @inline(__always)
        func window(_ from: Int, _ to: Int) -> Seen {
            let total = self.sums[self.count]
            let difference = self.sums[to] &- self.sums[from]
            let length = Float(difference[3])
            let root = max(length + self.padding, 1).squareRoot()
            let sum = SIMD4<Float>(difference) * self.scales
            // As if some n-grams more that say nothing were there: little text around a window is no measure.
            let rest = SIMD4<Float>(total &- difference) * self.scales / (Float(total[3]) - length + self.around)
            return Seen(score: sum / root + self.biases, contrast: sum / root - rest * root)
        }
    }

    /// The best score and contrast of each head of a sentence, and where the best score by words and kinds is.
    static func bestSentence(
        _ words: borrowing Sums, _ kinds: borrowing Sums, _ scratch: InjectionScratch
    ) -> (words: Seen, kinds: Seen, starts: SIMD4<Int32>, ends: SIMD4<Int32>) {
        let count = scratch.words.count
        let least = SIMD4<Float>(repeating: -.greatestFiniteMagnitude)
        var bestWords = count == 0 ? words.nothing : Seen(score: least, contrast: least)
        var bestKinds = count == 0 ? kinds.nothing : bestWords
        var best = least
        var starts = SIMD4<Int32>(repeating: 0)
        var ends = SIMD4<Int32>(repeating: 0)
        Sentences.each(scratch.sentences, count: count) { from, to in
            let byWords = words.window(from, to)
            let byKinds = kinds.window(from, to)
            let both = byWords.score + byKinds.score
            let isBetter = both .> best
            best.replace(with: both, where: isBetter)
            starts.replace(with: SIMD4(repeating: Int32(from)), where: isBetter)
            ends.replace(with: SIMD4(repeating: Int32(to)), where: isBetter)
            bestWords.formMaximum(byWords)
            bestKinds.formMaximum(byKinds)
        }
        return (bestWords, bestKinds, starts, ends)
    }

    /// The best score and contrast of each head through windows of a size.
    static func best(of size: Int, _ words: borrowing Sums, _ kinds: borrowing Sums) -> (words: Seen, kinds: Seen) {
        let count = words.count
        let step = max(1, size / 12)
        var bestWords = words.window(0, min(size, count))
        var bestKinds = kinds.window(0, min(size, count))
        var end = size + step
        while end < count + step {
            let to = min(end, count)
            bestWords.formMaximum(words.window(max(0, to - size), to))
            bestKinds.formMaximum(kinds.window(max(0, to - size), to))
            end += step
        }
        return (bestWords, bestKinds)
    }

    /// The bytes from the first to the last word of a window.
    static func bytes(of words: Range<Int>, _ scratch: InjectionScratch) -> Range<Int> {
        guard !words.isEmpty, words.upperBound <= scratch.words.count else { return 0..<0 }
        let start = scratch.words[words.lowerBound].x
        return start..<max(start, scratch.words[words.upperBound - 1].y)
    }
}
