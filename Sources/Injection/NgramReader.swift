/// Cuts a text into the n-grams that the model knows: three to five characters, one to three words, pairs of words with
/// one between them, and the first word and the first two words of a sentence, each as a 32-bit hash; and into n-grams of
/// the kinds of its words, up to four in a row, whatever stands between them.
///
/// Letters are folded to lower case, digits are all alike, white space is one space, and characters that nobody sees
/// are not there. A word ends at the first character that is neither letter nor digit, after 32 characters, or at once
/// in scripts that write without spaces; n-grams belong to the word that they end in or before.
package struct NgramReader {
    /// A word longer than this is cut, so that a text without spaces has windows too.
    private static let longestWord = 32

    private var mixes: SIMD8<UInt32> = .init(repeating: 0)
    private var starts: SIMD8<Int> = .init(repeating: 0)
    private var length = 1
    private var word: UInt32 = 0
    private var wordLength = 0
    private var wordStart = 0
    private var previous: UInt32 = 0
    private var beforePrevious: UInt32 = 0
    private var previousStart = 0
    private var beforePreviousStart = 0
    /// How many words of the present sentence were read, as far as that matters.
    private var wordsInSentence = 0
    /// How many lines ended since the last word or mark.
    private var newLines = 0
    /// What the present word's hash was after each of its first letters.
    private var stems: SIMD8<UInt32> = .init(repeating: 0)
    /// How many words were read.
    private var wordCount = 0
    /// The last kinds of words, the nearest first; where they began, and which word the nearest was.
    private var kinds: SIMD4<UInt32> = .init(repeating: 0)
    private var kindStarts: SIMD4<Int> = .init(repeating: 0)
    private var kindWord = 0

    private init() { self.mixes[0] = Self.mix(0x20) }

    /// Reads a text from begin to end.
    ///
    /// `emit` takes each n-gram's hash and the bytes that it is made of. `endWord` is told the bytes of a word, and whether
    /// it begins a sentence, after all n-grams that belong to it; its last call is for what follows the last word, if anything does.
    /// `emitKinds` takes the n-grams of kinds; a late one belongs to the word that has ended before it.
    @inline(__always)
    static func read(
        _ text: Span<UInt8>, _ classes: WordClasses, emit: (_ hash: UInt32, _ start: Int, _ end: Int) -> Void,
        emitKinds: (_ hash: UInt32, _ start: Int, _ end: Int, _ isLate: Bool) -> Void,
        endWord: (_ start: Int, _ end: Int, _ beginsSentence: Bool) -> Void
    ) {
        var reader = NgramReader()
        let lookup = WordClasses.Lookup(classes)
        var index = 0
        var emitted = false
        let count = text.count
        while index < count {
            let start = index
            var scalar = UInt32(text[index])
            index += 1
            if scalar >= 0x80 {
                scalar = Self.decode(scalar, text, &index)
                scalar = ScalarFolding.fold(scalar)
                if scalar == 0 { continue }
            } else if scalar >= 0x41, scalar <= 0x5A {
                scalar |= 0x20
            } else if scalar >= 0x30, scalar <= 0x39 {
                scalar = 0x30
            } else if scalar <= 0x20 || scalar == 0x7F {
                if scalar == 0x0A { reader.newLines += 1 }
                scalar = 0x20
            }
            let shape = ScalarFolding.shape(scalar)
            if shape != .letter, reader.wordLength > 0 {
                reader.finishWord(at: start, lookup, emit, emitKinds)
                endWord(reader.wordStart, start, reader.wordsInSentence == 1)
                emitted = false
            }
            if shape == .mark, reader.wordCount > 0 {
                let kind = Self.kind(ofMark: scalar)
                if kind > 0 { reader.takeKind(kind, at: start, end: index, true, emitKinds) }
            }
            if shape == .mark, reader.newLines > 0 || Self.endsSentence(scalar) {
                reader.wordsInSentence = 0
                reader.newLines = 0
            }
            if shape == .space {
                if reader.mixes[0] == Self.spaceMix { continue }
                scalar = 0x20
            }
            reader.take(scalar, at: start, end: index, emit)
            emitted = true
            guard shape == .letter || shape == .single else { continue }
            if reader.wordLength == 0 {
                reader.wordStart = start
                // A line that goes on in lower case is one that was broken.
                if reader.newLines > 1 || (reader.newLines == 1 && !(0x61...0x7A).contains(text[start])) {
                    reader.wordsInSentence = 0
                }
                reader.newLines = 0
            }
            reader.word = (reader.word ^ reader.mixes[0]) &* 0x0100_0193
            reader.word ^= reader.word >> 15
            if reader.wordLength < 8 { reader.stems[reader.wordLength] = reader.word }
            reader.wordLength += 1
            if shape == .single || reader.wordLength == Self.longestWord {
                reader.finishWord(at: index, lookup, emit, emitKinds)
                endWord(reader.wordStart, index, reader.wordsInSentence == 1)
                emitted = false
            }
        }
        if reader.wordLength > 0 {
            reader.finishWord(at: count, lookup, emit, emitKinds)
            endWord(reader.wordStart, count, reader.wordsInSentence == 1)
        } else if emitted {
            endWord(count, count, false)
        }
    }

    /// A text as training reads it.
    package struct Reading: Sendable {
        /// The hashes of its n-grams.
        package var hashes: [UInt32] = []
        /// For each word how many n-grams there are up to its end.
        package var wordEnds: [Int32] = []
        /// The bytes of each word.
        package var wordBytes: [Range<Int>] = []
        /// The words that begin a sentence.
        package var sentences: [Int32] = []
        /// The hashes of its n-grams of kinds of words, and for each word how many there are up to its end.
        package var kindHashes: [UInt32] = []
        package var kindEnds: [Int32] = []
    }

    /// Reads a text for training.
    package static func reading(of text: Span<UInt8>, _ classes: WordClasses) -> Reading {
        var reading = Reading()
        Self.read(text, classes) { hash, _, _ in
            reading.hashes.append(hash)
        } emitKinds: { hash, _, _, isLate in
            reading.kindHashes.append(hash)
            if isLate { reading.kindEnds[reading.kindEnds.count - 1] += 1 }
        } endWord: { start, end, beginsSentence in
            if beginsSentence { reading.sentences.append(Int32(reading.wordBytes.count)) }
            reading.wordEnds.append(Int32(reading.hashes.count))
            reading.kindEnds.append(Int32(reading.kindHashes.count))
            reading.wordBytes.append(start..<end)
        }
        return reading
    }

    private static let spaceMix = mix(0x20)

    @inline(__always)
    private static func mix(_ scalar: UInt32) -> UInt32 {
        var value = scalar &* 0x9E37_79B1
        value ^= value >> 15
        return value &* 0x85EB_CA6B
    }

    @inline(__always)
    private static func finish(_ hash: UInt32, _ kind: UInt32) -> UInt32 {
        var value = (hash &+ kind &* 0x9E37_79B9) &* 0x85EB_CA6B
        value ^= value >> 13
        value = value &* 0xC2B2_AE35
        return value ^ (value >> 16)
    }

    @inline(__always)
    private static func turn(_ value: UInt32, _ bits: UInt32) -> UInt32 { (value << bits) | (value >> (32 &- bits)) }

    @inline(__always)
    private mutating func take(_ scalar: UInt32, at start: Int, end: Int, _ emit: (UInt32, Int, Int) -> Void) {
        self.mixes[4] = self.mixes[3]
        self.mixes[3] = self.mixes[2]
        self.mixes[2] = self.mixes[1]
        self.mixes[1] = self.mixes[0]
        self.mixes[0] = Self.mix(scalar)
        self.starts[4] = self.starts[3]
        self.starts[3] = self.starts[2]
        self.starts[2] = self.starts[1]
        self.starts[1] = self.starts[0]
        self.starts[0] = start
        if self.length < 5 { self.length += 1 }
        guard self.length >= 3 else { return }
        let three = self.mixes[0] ^ Self.turn(self.mixes[1], 7) ^ Self.turn(self.mixes[2], 14)
        emit(Self.finish(three, 3), self.starts[2], end)
        guard self.length >= 4 else { return }
        let four = three ^ Self.turn(self.mixes[3], 21)
        emit(Self.finish(four, 4), self.starts[3], end)
        guard self.length >= 5 else { return }
        emit(Self.finish(four ^ Self.turn(self.mixes[4], 28), 5), self.starts[4], end)
    }

    @inline(__always)
    private mutating func finishWord(
        at end: Int, _ lookup: borrowing WordClasses.Lookup, _ emit: (UInt32, Int, Int) -> Void,
        _ emitKinds: (UInt32, Int, Int, Bool) -> Void
    ) {
        if self.wordsInSentence == 0, self.kinds[0] != UInt32(WordClasses.boundary) {
            self.pushKind(UInt32(WordClasses.boundary), at: self.wordStart)
        }
        let kind = self.kind(lookup)
        if kind > 0 { self.takeKind(kind, at: self.wordStart, end: end, false, emitKinds) }
        self.wordCount += 1
        emit(Self.finish(self.word, 11), self.wordStart, end)
        if self.wordsInSentence == 0 {
            emit(Self.finish(self.word, 15), self.wordStart, end)
        } else if self.wordsInSentence == 1 {
            emit(Self.finish(self.word ^ Self.turn(self.previous, 11), 16), self.previousStart, end)
        }
        self.wordsInSentence += 1
        if self.previous != 0 {
            let two = self.word ^ Self.turn(self.previous, 11)
            emit(Self.finish(two, 12), self.previousStart, end)
            if self.beforePrevious != 0 {
                let third = Self.turn(self.beforePrevious, 22)
                emit(Self.finish(two ^ third, 13), self.beforePreviousStart, end)
                emit(Self.finish(self.word ^ third, 14), self.beforePreviousStart, end)
            }
        }
        self.beforePrevious = self.previous
        self.beforePreviousStart = self.previousStart
        self.previous = self.word | 1
        self.previousStart = self.wordStart
        self.word = 0
        self.wordLength = 0
    }

    /// The kind of the word that ends here: of it and the one before it, of it, or of its beginning; zero for none.
    @inline(__always)
    private func kind(_ lookup: borrowing WordClasses.Lookup) -> UInt8 {
        if self.previous != 0 {
            let kind = lookup.kind(of: Self.pairKey(self.previous, self.word))
            if kind > 0 { return kind }
        }
        let whole = lookup.kind(of: Self.wordKey(self.word))
        if whole > 0 { return whole }
        var length = min(self.wordLength, WordClasses.stems.upperBound)
        while length >= WordClasses.stems.lowerBound {
            let kind = lookup.kind(of: Self.stemKey(self.stems[length - 1]))
            if kind > 0 { return kind }
            length -= 1
        }
        return 0
    }

    private static func wordKey(_ word: UInt32) -> UInt32 { self.finish(word, 21) }
    private static func stemKey(_ word: UInt32) -> UInt32 { self.finish(word, 22) }
    private static func pairKey(_ first: UInt32, _ second: UInt32) -> UInt32 {
        self.finish(second ^ self.turn(first, 11), 23)
    }

    /// The kind of a mark; zero for one that says nothing.
    @inline(__always)
    private static func kind(ofMark scalar: UInt32) -> UInt8 {
        switch scalar {
        case 0x3F, 0x61F: WordClasses.questionMark
        case 0x3A: WordClasses.colon
        case 0x22: WordClasses.quotationMark
        default: 0
        }
    }

    @inline(__always)
    private mutating func pushKind(_ kind: UInt32, at start: Int) {
        self.kinds = SIMD4(kind, self.kinds[0], self.kinds[1], self.kinds[2])
        self.kindStarts = SIMD4(start, self.kindStarts[0], self.kindStarts[1], self.kindStarts[2])
        self.kindWord = self.wordCount
    }

    /// The n-grams that end with a word or mark of a kind: it alone and, where it begins a sentence, as that; with the one
    /// before it and how far that is away; with two and three before it; and with the one before the last.
    @inline(__always)
    private mutating func takeKind(
        _ kind: UInt8, at start: Int, end: Int, _ isLate: Bool, _ emit: (UInt32, Int, Int, Bool) -> Void
    ) {
        let one = UInt32(kind)
        emit(Self.finish(one, 31), start, end, isLate)
        let gap = self.wordCount - self.kindWord
        let two = one << 8 | self.kinds[0]
        if self.kinds[0] != 0 {
            emit(Self.finish(two, 32), self.kindStarts[0], end, isLate)
            let distance: UInt32 = gap <= 1 ? 0 : gap <= 3 ? 1 : gap <= 8 ? 2 : 3
            emit(Self.finish(two << 2 | distance, 33), self.kindStarts[0], end, isLate)
        }
        if self.kinds[1] != 0 {
            emit(Self.finish(two << 8 | self.kinds[1], 34), self.kindStarts[1], end, isLate)
            emit(Self.finish(one << 8 | self.kinds[1], 35), self.kindStarts[1], end, isLate)
        }
        if self.kinds[2] != 0 {
            emit(Self.finish(two << 16 | self.kinds[1] << 8 | self.kinds[2], 36), self.kindStarts[2], end, isLate)
        }
        self.pushKind(one, at: start)
    }

    /// The key that an entry of a lexicon is found by: a word, the beginning of words (`stem*`), or two words (`one_two`);
    /// nil for one that cannot be found. Of a beginning the first letters count, as many as are kept of a word.
    package static func lexiconKey(_ entry: some StringProtocol) -> UInt32? {
        let isStem = entry.hasSuffix("*")
        var words: [(hash: UInt32, length: Int)] = []
        var isOpen = false
        for scalar in entry.unicodeScalars {
            let lower = (0x41...0x5A).contains(scalar.value) ? scalar.value | 0x20 : scalar.value
            let folded = lower >= 0x80 ? ScalarFolding.fold(lower) : lower
            let shape = ScalarFolding.shape(folded)
            guard shape == .letter || shape == .single else {
                if folded != 0 { isOpen = false }
                continue
            }
            if !isOpen || shape == .single { words.append((0, 0)) }
            if isStem, words[words.count - 1].length == WordClasses.stems.upperBound { continue }
            var word = (words[words.count - 1].hash ^ Self.mix(folded)) &* 0x0100_0193
            word ^= word >> 15
            words[words.count - 1] = (word, words[words.count - 1].length + 1)
            isOpen = shape == .letter
        }
        guard let first = words.first else { return nil }
        if words.count > 1 { return self.pairKey(first.hash | 1, words[1].hash) }
        guard isStem else { return self.wordKey(first.hash) }
        return WordClasses.stems.contains(first.length) ? self.stemKey(first.hash) : nil
    }

    /// Whether a mark is one that a sentence, a cell or a quotation begins after.
    @inline(__always)
    private static func endsSentence(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x21, 0x22, 0x23, 0x28, 0x2A, 0x2E, 0x3A, 0x3B, 0x3E, 0x3F, 0x5B, 0x5D, 0x7B, 0x7C: true
        case 0xBF, 0xA1, 0x3001, 0x3002, 0x61F, 0x964: true
        default: false
        }
    }

    /// The scalar that begins with a byte above 0x7F; U+FFFD for what is not UTF-8.
    private static func decode(_ first: UInt32, _ text: Span<UInt8>, _ index: inout Int) -> UInt32 {
        let extra = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0
        guard extra > 0, first < 0xF5, index + extra <= text.count else { return 0xFFFD }
        var scalar = first & (0x3F >> UInt32(extra))
        for offset in 0..<extra {
            let next = UInt32(text[index + offset])
            guard next & 0xC0 == 0x80 else { return 0xFFFD }
            scalar = scalar << 6 | next & 0x3F
        }
        index += extra
        return scalar
    }
}
