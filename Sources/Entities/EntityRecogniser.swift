internal import CDetectorModels

/// Finds names in text, with a model.
///
/// Text is read block by block, and only stretches around words that might belong to a name are looked at closely:
/// capitals that everyday language does not explain, known names, streets beside a number. Time is linear in the text,
/// memory is that of one block. Latin script; names in other scripts are not found.
package struct EntityRecogniser: Sendable {
    /// The model's own hash.
    package let contentHash: UInt64
    private let model: EntityModel
    private let chain: LabelChain

    /// What is found with less probability than this is not reported.
    package static let lowestConfidence: UInt8 = 15
    /// How many words on each side of a candidate are looked at with it.
    private static let margin = 3

    /// Room that is used again from text to text. Not shared between threads.
    package struct Scratch: Sendable {
        var words: [Word] = []
        var sums = LabelChain.Sums()
        var found: [FoundName] = []
        /// Creates empty room, which grows with the first texts.
        package init() {}
    }

    /// A recogniser with this model.
    package init(_ model: EntityModel) {
        self.model = model
        self.chain = LabelChain(steps: model.steps)
        self.contentHash = model.contentHash
    }

    /// The recogniser of the model that is part of the program.
    package static func embedded() throws(EntityModel.Failure) -> Self {
        let size = gatehouse_entity_model_size()
        // SAFE: the bytes are part of the program's read-only data, as many as the size says.
        let bytes = unsafe Array(UnsafeBufferPointer(start: gatehouse_entity_model(), count: size))
        return Self(try EntityModel(bytes, file: "the built-in model of names"))
    }

    /// Appends the names in a text in order; they do not overlap. Allocates nothing where there is none.
    package func find(in text: Span<UInt8>, scratch: inout Scratch, into spans: inout [EntitySpan]) {
        var offset = 0
        while offset < text.count {
            scratch.words.removeAll(keepingCapacity: true)
            offset = WordReader.read(text, from: offset, into: &scratch.words)
            self.model.lexicon.mark(&scratch.words)
            self.findInBlock(&scratch, into: &spans)
        }
    }

    private func findInBlock(_ scratch: inout Scratch, into spans: inout [EntitySpan]) {
        let count = scratch.words.count
        scratch.found.removeAll(keepingCapacity: true)
        var index = 0
        var block: WordFeatures.Block?
        var done = 0
        while index < count {
            guard Self.isCandidate(scratch.words, index) else {
                index += 1
                continue
            }
            let start = max(done, index - Self.margin)
            var end = min(count, index + 1 + Self.margin)
            var next = index + 1
            // Numbers and what may be one more name carry the stretch on.
            while next < count, next < end + 1 {
                if scratch.words[next].shape.isNumber || Self.isCandidate(scratch.words, next) {
                    end = min(count, next + 1 + Self.margin)
                }
                next += 1
            }
            if block == nil { block = WordFeatures.Block(scratch.words) }
            if var known = block {
                self.label(start..<end, &known, &scratch)
                block = known
            }
            done = end
            index = end
        }
        FullName.complete(&scratch.found, scratch.words)
        guard !scratch.found.isEmpty else { return }
        AddressReach.join(&scratch.found, scratch.words)
        for name in scratch.found {
            let (first, last) = (scratch.words[name.words.lowerBound], scratch.words[name.words.upperBound - 1])
            spans.append(
                EntitySpan(kind: name.kind, range: Int(first.start)..<Int(last.end), confidence: name.percent))
        }
    }

    /// Whether a word might be part of a name.
    private static func isCandidate(_ words: [Word], _ index: Int) -> Bool {
        let word = words[index]
        switch word.shape {
        case .lower:
            if word.flags.contains(.common) || word.end - word.start < 3 {
                return word.flags.contains(.street) && Self.hasNumber(words, near: index)
            }
            return !word.flags.isDisjoint(with: .telling) || word.flags.contains(.placePhrase)
                || word.flags.contains(.street) && Self.hasNumber(words, near: index)
        case .capitalised, .capitals, .mixed:
            guard word.flags.contains(.common), word.flags.isDisjoint(with: .telling.union(.family)) else {
                return true
            }
            // A plain word begins a sentence with a capital.
            if word.shape == .capitalised {
                return index > 0 && words[index - 1].shape != .stop && word.gap.rawValue <= Word.Gap.wide.rawValue
            }
            return word.shape == .mixed
        case .initial: return true
        default: return false
        }
    }

    private static func hasNumber(_ words: [Word], near index: Int) -> Bool {
        for other in max(0, index - 4)..<min(words.count, index + 4) where words[other].shape.isNumber { return true }
        return false
    }

    private func label(
        _ range: Range<Int>, _ block: inout WordFeatures.Block, _ scratch: inout Scratch
    ) {
        scratch.sums.scores.removeAll(keepingCapacity: true)
        for index in range {
            let total = WordFeatures.score(scratch.words, at: index, &block, self.model.rows)
            scratch.sums.scores.append(LabelChain.scores(SIMD8<Float>(total) * self.model.scale))
        }
        self.chain.decode(&scratch.sums, reluctance: self.model.reluctance)
        guard scratch.sums.path.contains(where: { $0 != 0 }) else { return }
        self.chain.sum(&scratch.sums)
        var position = 0
        while position < range.count {
            let label = Int(scratch.sums.path[position])
            guard label % 2 == 1 else {
                position += 1
                continue
            }
            var end = position + 1
            while end < range.count, Int(scratch.sums.path[end]) == label + 1 { end += 1 }
            self.report(position..<end, kind: (label - 1) / 2, in: range, &scratch)
            position = end
        }
    }

    private func report(_ found: Range<Int>, kind: Int, in range: Range<Int>, _ scratch: inout Scratch) {
        let probability = self.chain.probability(of: found, kind: kind, scratch.sums)
        let percent = UInt8(max(0, min(99, (probability * 100).rounded())))
        guard percent >= Self.lowestConfidence, let kind = EntityKind(rawValue: UInt8(kind)) else { return }
        let words = range.lowerBound + found.lowerBound..<range.lowerBound + found.upperBound
        scratch.found.append(FoundName(words: words, kind: kind, percent: percent))
    }
}
