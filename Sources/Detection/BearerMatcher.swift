/// Tokens after the word Bearer (RFC 6750) or another scheme's name, in a header or in prose.
enum BearerMatcher {
    static let trigger = "(?i)(?:bearer[ \\t:]{1,3}|(?:token|api-?key)[ \\t]{1,2})[A-Za-z_\\-.~+/]*[0-9]"
    private static let beginnings = ByteClass.bearer.subtracting("0123456789=")

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = reader.runStart(to: hit - 1, of: Self.beginnings, limit: 64)
        reader.candidate = start
        // More letters than that, or a word between: not what the trigger saw.
        guard reader.before(start - 1).isOne(of: " \t:") else { return nil }
        var end = reader.runEnd(from: start, of: .bearer, limit: Tail.decided)
        while end > start, reader.before(end - 1) == UInt8(ascii: ".") { end -= 1 }
        let value = SecretValue(reader.bytes, start..<end)
        guard value.count >= 16, value.letters > 0, value.digits > 0, value.densest >= 8, value.entropy >= 3,
            !value.isFiller, !Placeholder.isNamed(in: reader.bytes, start..<end)
        else { return nil }
        return Match(start..<Tail.run(.bearer).end(&reader, from: end, start: start))
    }
}
