import Injection
import TrainingTexts

/// Which n-grams of texts are learnt from.
struct NgramSource {
    let classes: WordClasses
    /// Whether it is the kinds of words, not their letters.
    let isOfKinds: Bool

    var padding: Int { self.isOfKinds ? InjectionDetector.kindsAtLeast : 0 }

    func reading(of text: String) -> NgramReader.Reading { NgramReader.reading(of: text.utf8Span.span, self.classes) }
    func hashes(of reading: NgramReader.Reading) -> [UInt32] { self.isOfKinds ? reading.kindHashes : reading.hashes }
    func ends(of reading: NgramReader.Reading) -> [Int32] { self.isOfKinds ? reading.kindEnds : reading.wordEnds }
}

/// Texts as the numbers that training needs: for each word the slots of its n-grams, as far as the model has them.
struct NgramCorpus {
    /// One text.
    struct Entry {
        /// Its words, as indices of ``wordEnds`` and ``counts``.
        var words: Range<Int>
        /// Its sentences, as indices of ``sentences``.
        var sentences: Range<Int>
        /// The words that the attack lies in.
        var attack: Range<Int>?
        /// Wanted answers and how much they matter, by head.
        var wanted: SIMD4<Float>
        var weight: SIMD4<Float>
    }

    /// Slots of n-grams, one text after the other.
    private(set) var slots: [Int32] = []
    /// Where each word's slots end.
    private(set) var wordEnds: [Int] = []
    /// How many n-grams, known and unknown, a text has up to each word's end.
    private(set) var counts: [Int32] = []
    /// The words of each sentence.
    private(set) var sentences: [Range<Int32>] = []
    var entries: [Entry] = []

    /// How many n-grams a window counts as more than it has.
    private let padding: Int32

    /// Takes readings of texts by a selection of n-grams: of words, or of kinds of words.
    init(_ texts: [LabelledText], _ source: NgramSource, weights: [Float], owners: [UInt8?], bits: Int) {
        self.padding = Int32(source.padding)
        self.entries.reserveCapacity(texts.count)
        for (index, text) in texts.enumerated() {
            self.append(text, source, weight: weights[index], owners: owners, bits: bits)
        }
    }

    private mutating func append(
        _ text: LabelledText, _ source: NgramSource, weight: Float, owners: [UInt8?], bits: Int
    ) {
        let read = source.reading(of: text.text)
        let hashes = source.hashes(of: read)
        let firstWord = self.wordEnds.count
        var next = 0
        for end in source.ends(of: read) {
            for index in next..<Int(end) {
                let hash = hashes[index]
                let slot = WeightTable.slot(of: hash, bits: bits)
                if owners[slot] == UInt8(truncatingIfNeeded: hash) { self.slots.append(Int32(slot)) }
            }
            next = Int(end)
            self.wordEnds.append(self.slots.count)
            self.counts.append(end)
        }
        let firstSentence = self.sentences.count
        Sentences.each(read.sentences, count: read.wordEnds.count) { from, to in
            self.sentences.append(Int32(firstWord + from)..<Int32(firstWord + to))
        }
        var attack: Range<Int>?
        if let bytes = text.attack {
            let first = read.wordBytes.firstIndex { $0.upperBound > bytes.lowerBound } ?? 0
            let end = read.wordBytes.firstIndex { $0.lowerBound >= bytes.upperBound } ?? read.wordBytes.count
            attack = firstWord + first..<firstWord + max(end, first + 1)
        }
        var wanted = SIMD4<Float>(repeating: 0)
        var mask = SIMD4<Float>(repeating: 1)
        mask[3] = 0
        if text.isAttack {
            for head in InjectionHead.allCases {
                wanted[head.rawValue] = text.heads.contains(head) ? 1 : 0
                mask[head.rawValue] = text.heads.contains(head) ? 1 : 0
            }
        } else if text.channel.group == .spoken {
            // What a user may ask for says nothing about what a document may.
            mask[InjectionHead.indirect.rawValue] = 0.1
        }
        self.entries.append(
            Entry(
                words: firstWord..<self.wordEnds.count, sentences: firstSentence..<self.sentences.count, attack: attack,
                wanted: wanted, weight: mask * weight))
    }

    /// Where a word's slots begin.
    func slotStart(ofWord word: Int) -> Int { word == 0 ? 0 : self.wordEnds[word - 1] }

    /// How many n-grams the words have.
    func count(_ words: Range<Int>, of entry: Entry) -> Int32 {
        guard !words.isEmpty else { return 1 }
        let before = words.lowerBound == entry.words.lowerBound ? 0 : self.counts[words.lowerBound - 1]
        return max(1, self.counts[words.upperBound - 1] - before + self.padding)
    }
}
