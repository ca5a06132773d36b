/// The first line of a response (RFC 9112, section 4). The space before an empty reason may be missing.
struct StatusLine {
    let status: Int
    let reason: Range<Int>
    let minorVersion: Int

    init(_ line: Range<Int>, in bytes: Span<UInt8>) throws(FramingError) {
        let digits = line.lowerBound + HTTPVersion.length + 1
        guard line.upperBound >= digits + 3, bytes[digits - 1] == ASCII.space else {
            throw FramingError(.malformedStatusLine)
        }
        self.minorVersion = try HTTPVersion.minor(at: line.lowerBound, in: bytes, orElse: .malformedStatusLine)
        var status = 0
        for index in digits..<digits + 3 {
            guard bytes[index].isDigit else { throw FramingError(.malformedStatusLine) }
            status = status * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        }
        let end = digits + 3
        guard (100...599).contains(status), end == line.upperBound || bytes[end] == ASCII.space else {
            throw FramingError(.malformedStatusLine)
        }
        guard status != 101 else { throw FramingError(.unrequestedUpgrade) }
        self.status = status
        self.reason = min(end + 1, line.upperBound)..<line.upperBound
    }
}
