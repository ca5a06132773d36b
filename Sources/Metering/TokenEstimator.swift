package import Kernel

/// Counts tokens without a vocabulary: what a text is made of says how many tokens it becomes.
///
/// One pass over the bytes counts words, digits, punctuation and the characters of each script; each counts for so many
/// hundredths of a token. The weights were fitted to two public vocabularies, o200k and cl100k.
///
/// - `expected` is near what the vocabulary of today's OpenAI models (o200k) gives.
/// - `bound` is what to reserve. Never more than one token a byte, which no byte-pair vocabulary exceeds.
///
/// Measured with tiktoken on 4,503 texts: benign prompts, 16 languages of the training set, and texts made for it (JSON,
/// logs, base64, further scripts). `expected` is in sum within 8 % for English prose, code and chat, 10 % for JSON, CSV,
/// base64 and identifiers, 30 % for each of 25 languages and for letters at random; a single text of at least 64 tokens
/// is off by 6 % in the middle, 25 % at the ninety-fifth percentile and 34 % at the ninety-ninth. `bound` is below the
/// count of o200k for none of them and below that of cl100k for four; it is about half above the count for English
/// beyond a sentence, twice it for one sentence, and up to seven times for scripts that only older vocabularies spell
/// byte by byte.
///
/// Not for a bill: that is what the provider reports.
package struct TokenEstimator: Hashable, Sendable {
    /// Hundredths of tokens.
    private var expectedHundredths = 0
    private var boundHundredths = 0
    /// Whole tokens: beside text.
    private var expectedTokens = 0
    private var boundTokens = 0

    package init() {}

    /// What today's vocabularies make of all that was added.
    package var expected: TokenCount { TokenCount((self.expectedHundredths + 99) / 100 + self.expectedTokens) }

    /// What to reserve for it.
    package var bound: TokenCount { TokenCount((self.boundHundredths + 99) / 100 + self.boundTokens) }

    package mutating func add(text: String) { self.add(text: text.utf8Span.span) }

    /// Adds a text in UTF-8. Bytes that are none count as characters of their own.
    package mutating func add(text: Span<UInt8>) {
        guard text.count > 0 else { return }
        let pieces = TextPieces(text)
        self.expectedHundredths += pieces.weighed(by: .expected)
        // A quarter on top, and eight tokens for what a short text may have that is rare.
        let bound = pieces.weighed(by: .bound) * 5 / 4 + 800
        self.boundHundredths += min(bound, text.count * 100)
    }

    /// Adds what is known from elsewhere: the frame of a message, an image.
    package mutating func add(expected: Int, bound: Int) {
        self.expectedTokens += expected
        self.boundTokens += bound
    }
}

/// What a text is made of.
struct TextPieces: Hashable, Sendable {
    /// How many hundredths of a token each piece counts for; the names are those of the pieces.
    struct Weights: Sendable {
        let word: Int
        /// Each letter of a word or of a part of one, behind its third.
        let letter: Int
        /// Each capital that is not the first letter.
        let capital: Int
        /// A capital behind small letters begins a part: behind fewer than four letters as in `aBcD`, or more.
        let shortPart: Int
        let part: Int
        /// Three digits or fewer.
        let digits: Int
        /// Punctuation without a gap, and each further character of it.
        let marks: Int
        let mark: Int
        let lines: Int
        let spaces: Int
        /// Each character of a script, in the order of `Script`.
        let scripts: [Int]

        static let expected = Weights(
            word: 75, letter: 17, capital: 12, shortPart: 200, part: 70, digits: 122, marks: 92, mark: 14, lines: 10,
            spaces: 100, scripts: [40, 41, 36, 44, 38, 36, 39, 73, 73, 72, 85, 200, 200, 40, 100])
        static let bound = Weights(
            word: 75, letter: 22, capital: 12, shortPart: 360, part: 80, digits: 125, marks: 92, mark: 14, lines: 20,
            spaces: 100, scripts: [145, 105, 60, 120, 87, 145, 97, 126, 101, 114, 100, 340, 270, 216, 300])
    }

    /// Groups of characters that vocabularies treat alike.
    enum Script: Int, CaseIterable {
        case latin, greek, cyrillic, hebrew, arabic, indic, thai, hangul, kana, han, punctuation, symbol, emoji, other
        case rare

        init(_ scalar: UInt32) {
            self =
                switch scalar {
                case ..<0x0370, 0x1E00..<0x1F00: .latin
                case ..<0x0400, 0x1F00..<0x2000: .greek
                case ..<0x0530: .cyrillic
                case 0x0590..<0x0600: .hebrew
                case 0x0600..<0x0780: .arabic
                case 0x0900..<0x0E00: .indic
                case 0x0E00..<0x0F00: .thai
                case 0x2000..<0x2070, 0x3000..<0x3040, 0xFF00..<0xFFF0: .punctuation
                case 0x2070..<0x3000: .symbol
                case 0x3040..<0x3100: .kana
                case 0x3400..<0xA000: .han
                case 0xAC00..<0xD7B0: .hangul
                case 0xFE00..<0xFE10, 0x1F000..<0x20000: .emoji
                case 0x10000...: .rare
                default: .other
                }
        }
    }

    private(set) var words = 0
    private(set) var letters = 0
    private(set) var capitals = 0
    private(set) var shortParts = 0
    private(set) var parts = 0
    private(set) var digits = 0
    private(set) var marks = 0
    private(set) var furtherMarks = 0
    private(set) var lines = 0
    private(set) var spaces = 0
    private(set) var scripts = Array(repeating: 0, count: Script.allCases.count)

    init(_ text: Span<UInt8>) {
        var offset = 0
        while offset < text.count {
            switch text[offset] {
            case 0x41...0x5A, 0x61...0x7A: self.readWord(text, &offset)
            case 0x30...0x39:
                let length = Self.run(text, &offset) { (0x30...0x39).contains($0) }
                self.digits += (length + 2) / 3
            case 0x0A, 0x0D:
                _ = Self.run(text, &offset) { $0 == 0x0A || $0 == 0x0D }
                self.lines += 1
            case 0x09, 0x20:
                // A single space belongs to the word behind it.
                if Self.run(text, &offset, while: { $0 == 0x09 || $0 == 0x20 }) > 1 { self.spaces += 1 }
            case 0x80...: self.scripts[Script(Self.scalar(text, &offset)).rawValue] += 1
            default:
                self.marks += 1
                self.furtherMarks += Self.run(text, &offset, while: Self.isMark) - 1
            }
        }
    }

    func weighed(by weights: Weights) -> Int {
        var sum = self.words * weights.word + self.letters * weights.letter + self.capitals * weights.capital
        sum += self.shortParts * weights.shortPart + self.parts * weights.part + self.digits * weights.digits
        sum += self.marks * weights.marks + self.furtherMarks * weights.mark
        sum += self.lines * weights.lines + self.spaces * weights.spaces
        for (count, weight) in zip(self.scripts, weights.scripts) where count > 0 { sum += count * weight }
        return sum
    }

    private mutating func readWord(_ text: Span<UInt8>, _ offset: inout Int) {
        self.words += 1
        var length = 0
        var isBehindSmall = false
        while offset < text.count {
            let byte = text[offset]
            let isCapital = (0x41...0x5A).contains(byte)
            guard isCapital || (0x61...0x7A).contains(byte) else { break }
            if isCapital, isBehindSmall {
                if length < 4 { self.shortParts += 1 } else { self.parts += 1 }
                self.letters += max(0, length - 3)
                length = 0
            } else if isCapital, length > 0 {
                self.capitals += 1
            }
            isBehindSmall = !isCapital
            length += 1
            offset += 1
        }
        self.letters += max(0, length - 3)
    }

    private static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// The length of a run, at least 1; the offset ends behind it.
    private static func run(_ text: Span<UInt8>, _ offset: inout Int, while belongs: (UInt8) -> Bool) -> Int {
        let start = offset
        offset += 1
        while offset < text.count, belongs(text[offset]) { offset += 1 }
        return offset - start
    }

    /// The character at an offset, which ends behind it; a byte that begins none is one by itself.
    private static func scalar(_ text: Span<UInt8>, _ offset: inout Int) -> UInt32 {
        let first = text[offset]
        offset += 1
        let length: Int
        var scalar: UInt32
        switch first {
        case 0xC2...0xDF: (length, scalar) = (1, UInt32(first & 0x1F))
        case 0xE0...0xEF: (length, scalar) = (2, UInt32(first & 0x0F))
        case 0xF0...0xF4: (length, scalar) = (3, UInt32(first & 0x07))
        default: return 0xFFFD
        }
        for _ in 0..<length {
            guard offset < text.count, text[offset] & 0xC0 == 0x80 else { return 0xFFFD }
            scalar = scalar << 6 | UInt32(text[offset] & 0x3F)
            offset += 1
        }
        return scalar
    }
}
