/// Base64 of `user:password` after the word Basic (RFC 7617); in a header whatever stands there.
enum BasicMatcher {
    static let trigger = "(?i)basic[ \\t]{1,2}[A-Za-z0-9+/]"
    private static let longest = 200
    private static let header = "uthorization"

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - 1
        reader.candidate = start
        let end = reader.runEnd(from: start, of: .base64, limit: Self.longest)
        guard end - start >= 8 else { return nil }
        if Self.holdsCredentials(reader.bytes, start..<end) { return Match(start..<end) }
        let isHeader = (max(0, start - 26)..<start).contains { reader.reads(Self.header, at: $0) }
        let value = SecretValue(reader.bytes, start..<end)
        guard isHeader, value.count >= 12, value.digits > 0, !value.isFiller,
            !Placeholder.isNamed(in: reader.bytes, start..<end)
        else { return nil }
        return Match(start..<end)
    }

    /// Whether the bytes decode to printable text with a colon after its first and before its last character.
    private static func holdsCredentials(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var bits: UInt32 = 0
        var pending = 0
        var decoded = 0
        var colon = -1
        for offset in range {
            let byte = text[offset]
            if byte == UInt8(ascii: "=") { break }
            bits = bits << 6 | Self.sextet(byte)
            pending += 6
            guard pending >= 8 else { continue }
            pending -= 8
            let character = UInt8(truncatingIfNeeded: bits >> UInt32(pending))
            guard (0x20...0x7E).contains(character) else { return false }
            if colon < 0, character == UInt8(ascii: ":") { colon = decoded }
            decoded += 1
        }
        return colon > 0 && colon < decoded - 1
    }

    private static func sextet(_ byte: UInt8) -> UInt32 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        default: 63
        }
    }
}
