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

        /// The best score of each head through any window.
        package var highest: SIMD4<Float> { pointwiseMax(self.best[0], pointwiseMax(self.best[1], self.best[2])) }

        package static func == (left: Self, right: Self) -> Bool {
            left.best[0] == right.best[0] && left.best[1] == right.best[1] && left.best[2] == right.best[2]
                && left.contrast == right.contrast
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
        let narrow = self.bestSentence(scratch)
        let middle = self.best(of: InjectionModel.windows[0], scratch)
        let wide = self.best(of: InjectionModel.windows[1], scratch)
        return Evidence(
            best: [narrow.scores, middle.scores, wide.scores], starts: narrow.starts, ends: narrow.ends,
            contrast: pointwiseMax(narrow.contrast, middle.contrast))
    }

    /// Adds up the weights word by word.
    private func sum(_ text: Span<UInt8>, into scratch: inout InjectionScratch) {
        scratch.sums.removeAll(keepingCapacity: true)
        scratch.words.removeAll(keepingCapacity: true)
        scratch.sentences.removeAll(keepingCapacity: true)
        var total = SIMD4<Int32>(repeating: 0)
        scratch.sums.append(total)
        let slots = self.model.slots.span
        let shift = UInt32(32 - self.model.slotBits)
        NgramReader.read(text) { hash, _, _ in
            total &+= self.model.weights(of: hash, slots, shift: shift)
        } endWord: { start, end, beginsSentence in
            if beginsSentence { scratch.sentences.append(Int32(scratch.words.count)) }
            scratch.sums.append(total)
            scratch.words.append(SIMD2(start, end))
        }
    }

    /// What a window of words says by head: its score, and how far that is above what the rest of the text would say.
    ///
    /// A score is the sum of weights over the root of the number of n-grams. A document that commands its readers all
    /// along scores high in each window; an order among facts stands out.
    @inline(__always)
    private func window(
        _ scratch: InjectionScratch, _ from: Int, _ to: Int, of total: SIMD4<Int32>
    ) -> (score: SIMD4<Float>, contrast: SIMD4<Float>) {
        let difference = scratch.sums[to] &- scratch.sums[from]
        let length = Float(max(difference[3], 1))
        let root = length.squareRoot()
        let sum = SIMD4<Float>(difference) * self.model.scales
        // As if some n-grams more that say nothing were there: little text around a window is no measure.
        let rest = SIMD4<Float>(total &- difference) * self.model.scales / (Float(total[3]) - length + 200)
        return (sum / root + self.model.biases, sum / root - rest * root)
    }

    /// The best score and contrast of each head of a sentence, and where the best score is.
    func bestSentence(
        _ scratch: InjectionScratch
    ) -> (scores: SIMD4<Float>, starts: SIMD4<Int32>, ends: SIMD4<Int32>, contrast: SIMD4<Float>) {
        let count = scratch.words.count
        let total = scratch.sums[count]
        var best = count == 0 ? self.model.biases : SIMD4<Float>(repeating: -.greatestFiniteMagnitude)
        var contrast = count == 0 ? SIMD4<Float>(repeating: 0) : best
        var starts = SIMD4<Int32>(repeating: 0)
        var ends = SIMD4<Int32>(repeating: 0)
        Sentences.each(scratch.sentences, count: count) { from, to in
            let seen = self.window(scratch, from, to, of: total)
            let isBetter = seen.score .> best
            best.replace(with: seen.score, where: isBetter)
            starts.replace(with: SIMD4(repeating: Int32(from)), where: isBetter)
            ends.replace(with: SIMD4(repeating: Int32(to)), where: isBetter)
            contrast = pointwiseMax(contrast, seen.contrast)
        }
        return (best, starts, ends, contrast)
    }

    /// The best score and contrast of each head through windows of a size.
    func best(of size: Int, _ scratch: InjectionScratch) -> (scores: SIMD4<Float>, contrast: SIMD4<Float>) {
        let count = scratch.words.count
        let step = max(1, size / 12)
        let total = scratch.sums[count]
        var (best, contrast) = self.window(scratch, 0, min(size, count), of: total)
        var end = size + step
        while end < count + step {
            let to = min(end, count)
            let seen = self.window(scratch, max(0, to - size), to, of: total)
            best = pointwiseMax(best, seen.score)
            contrast = pointwiseMax(contrast, seen.contrast)
            end += step
        }
        return (best, contrast)
    }

    /// The bytes from the first to the last word of a window.
    static func bytes(of words: Range<Int>, _ scratch: InjectionScratch) -> Range<Int> {
        guard !words.isEmpty, words.upperBound <= scratch.words.count else { return 0..<0 }
        let start = scratch.words[words.lowerBound].x
        return start..<max(start, scratch.words[words.upperBound - 1].y)
    }
}
