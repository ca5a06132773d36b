/// The value of a Host field: `uri-host [ ":" port ]` of RFC 9110, section 7.2, without what no name or address has
/// (percent escapes, sub-delimiters, zone identifiers, an empty host or port).
enum HostName {
    static func isValid(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        var index = range.lowerBound
        guard index < range.upperBound else { return false }
        if bytes[index] == UInt8(ascii: "[") {
            index += 1
            let start = index
            while index < range.upperBound, Self.isIPv6(bytes[index]) { index += 1 }
            // The shortest address is "::".
            guard index - start >= 2, index < range.upperBound, bytes[index] == UInt8(ascii: "]") else { return false }
            index += 1
        } else {
            while index < range.upperBound, bytes[index].isHost { index += 1 }
            guard index > range.lowerBound else { return false }
        }
        guard index < range.upperBound else { return true }
        return bytes[index] == ASCII.colon && Self.isPort(index + 1..<range.upperBound, in: bytes)
    }

    private static func isIPv6(_ byte: UInt8) -> Bool {
        byte.hexadecimal != nil || byte == ASCII.colon || byte == UInt8(ascii: ".")
    }

    private static func isPort(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        guard (1...5).contains(range.count) else { return false }
        var port = 0
        for index in range {
            guard bytes[index].isDigit else { return false }
            port = port * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        }
        return port <= 65_535
    }
}
