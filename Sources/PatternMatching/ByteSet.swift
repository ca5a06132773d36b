/// A set of byte values.
struct ByteSet: Hashable, Sendable {
    private var words: InlineWords = InlineWords()

    /// 256 bits.
    private struct InlineWords: Hashable, Sendable {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var fourth: UInt64 = 0
    }

    /// No byte.
    init() {}

    /// The bytes of some ranges.
    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { for byte in range { self.insert(byte) } }
    }

    /// One byte.
    init(_ byte: UInt8) { self.insert(byte) }

    func contains(_ byte: UInt8) -> Bool {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        return switch byte >> 6 {
        case 0: self.words.first & bit != 0
        case 1: self.words.second & bit != 0
        case 2: self.words.third & bit != 0
        default: self.words.fourth & bit != 0
        }
    }

    mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: self.words.first |= bit
        case 1: self.words.second |= bit
        case 2: self.words.third |= bit
        default: self.words.fourth |= bit
        }
    }

    mutating func formUnion(_ other: ByteSet) {
        self.words.first |= other.words.first
        self.words.second |= other.words.second
        self.words.third |= other.words.third
        self.words.fourth |= other.words.fourth
    }

    func union(_ other: ByteSet) -> ByteSet {
        var result = self
        result.formUnion(other)
        return result
    }

    /// Tells each byte, the smallest first.
    func forEach(_ body: (Int) -> Void) {
        var base = 0
        for word in [self.words.first, self.words.second, self.words.third, self.words.fourth] {
            var bits = word
            while bits != 0 {
                body(base + bits.trailingZeroBitCount)
                bits &= bits - 1
            }
            base += 64
        }
    }

    /// All other bytes.
    var inverted: ByteSet {
        var result = self
        result.words.first = ~self.words.first
        result.words.second = ~self.words.second
        result.words.third = ~self.words.third
        result.words.fourth = ~self.words.fourth
        return result
    }

    /// The same with the other case of each ASCII letter.
    var ignoringCase: ByteSet {
        var result = self
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
            if self.contains(letter) { result.insert(letter - 0x20) }
            if self.contains(letter - 0x20) { result.insert(letter) }
        }
        return result
    }

    var isEmpty: Bool { self == ByteSet() }

    static let digits = ByteSet(0x30...0x39)
    static let letters = ByteSet(0x41...0x5A, 0x61...0x7A)
    static let words = ByteSet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
    static let blanks = ByteSet(0x09...0x0D, 0x20...0x20)
    static let horizontal = ByteSet(0x09...0x09, 0x20...0x20, 0xA0...0xA0)
    static let vertical = ByteSet(0x0A...0x0D, 0x85...0x85)
    static let newline = ByteSet(0x0A...0x0A)
    static let all = ByteSet().inverted
}
