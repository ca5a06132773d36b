/// JSON Web Tokens: base64url of a JSON object, a dot, base64url of another, and what follows (RFC 7519).
enum WebTokenMatcher {
    static let trigger = "eyJ[A-Za-z0-9_\\-]{8}"
    private static let objectStart = "eyJ"

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - 11
        reader.candidate = start
        guard reader.wordMayBegin(at: start) else { return nil }
        let dot = reader.runEnd(from: start, of: .wordsAndDashes, limit: Tail.decided - 16)
        guard reader.byte(dot) == UInt8(ascii: "."), reader.reads(Self.objectStart, at: dot + 1) else { return nil }
        let end = reader.runEnd(from: dot + 1, of: .wordsAndDashes, limit: 11)
        guard end - dot > 11 else { return nil }
        return Match(start..<Tail.run(.webToken).end(&reader, from: end, start: start))
    }
}
