/// What the body of a token looks like, as far as its provider's mark leaves that open: a ``SecretValue`` of few questions,
/// since every token that is found asks them.
struct TokenShape {
    /// How many bytes were looked at.
    let count: Int
    /// How many different ASCII bytes it is made of.
    let distinct: Int
    /// The longest run of one byte.
    let longestRepeat: Int
    let hasDigits: Bool

    private static let digits: UInt64 = 0x03FF_0000_0000_0000

    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        let end = range.lowerBound &+ min(range.count, SecretValue.limit)
        var previous: UInt8 = 0
        var (run, longest) = (0, 0)
        var (low, high): (UInt64, UInt64) = (0, 0)
        for offset in range.lowerBound..<end {
            let byte = text[offset]
            let bit: UInt64 = 1 &<< UInt64(byte & 63)
            low |= byte < 64 ? bit : 0
            high |= byte &- 64 < 64 ? bit : 0
            run = byte == previous ? run &+ 1 : 1
            longest = max(run, longest)
            previous = byte
        }
        self.count = end &- range.lowerBound
        self.distinct = low.nonzeroBitCount &+ high.nonzeroBitCount
        self.longestRepeat = longest
        self.hasDigits = low & Self.digits != 0
    }

    var isFiller: Bool {
        SecretValue.isFiller(count: self.count, distinct: self.distinct, longestRepeat: self.longestRepeat)
    }
}
