/// Where, at the end of a text that goes on, something may begin that no trigger shows yet.
enum Hold {
    /// No card or telephone number with its separators, and what decides its end, is longer.
    private static let longestNumber = 40

    /// The start of the last word or of the last groups of digits, whichever is earlier; the end if it has neither.
    static func start(of text: Span<UInt8>, from lowest: Int) -> Int {
        min(Self.word(text, from: lowest), Self.number(text, from: lowest))
    }

    private static func word(_ text: Span<UInt8>, from lowest: Int) -> Int {
        let tokens = ByteClass.tokens
        var start = text.count
        while start > lowest, tokens.contains(text[start - 1]) { start -= 1 }
        return start
    }

    private static func number(_ text: Span<UInt8>, from lowest: Int) -> Int {
        let (digits, separators) = (ByteClass.digits, ByteClass.separators)
        var start = text.count
        var next = text.count
        var gap = 0
        while next > max(lowest, text.count - Self.longestNumber), gap <= 3 {
            let byte = text[next - 1]
            next -= 1
            if digits.contains(byte) {
                start = next
                gap = 0
            } else if byte == UInt8(ascii: "+") {
                return next
            } else if separators.contains(byte) {
                gap += 1
                if byte == UInt8(ascii: "(") { start = next }
            } else {
                break
            }
        }
        return start
    }
}
