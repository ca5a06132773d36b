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

/// Tokens after the word Bearer (RFC 6750) or another scheme's name, in a header or in prose.
enum BearerMatcher {
    static let trigger = "(?i)(?:bearer[ \\t:]{1,3}|(?:token|api-?key)[ \\t]{1,2})[A-Za-z_\\-.~+/]*[0-9]"
    private static let beginnings = ByteClass.bearer.subtracting("0123456789=")

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = reader.runStart(to: hit - 1, of: Self.beginnings, limit: 64)
        reader.candidate = start
        // More letters than that, or a word between: not what the trigger saw.
        guard " \t:".utf8.contains(reader.before(start - 1)) else { return nil }
        var end = reader.runEnd(from: start, of: .bearer, limit: Tail.decided)
        while end > start, reader.before(end - 1) == UInt8(ascii: ".") { end -= 1 }
        let value = SecretValue(reader.bytes, start..<end)
        guard value.count >= 16, value.letters > 0, value.digits > 0, value.densest >= 8, value.entropy >= 3,
            !value.isFiller, !Placeholder.isNamed(in: reader.bytes, start..<end)
        else { return nil }
        return Match(start..<Tail.run(.bearer).end(&reader, from: end, start: start))
    }
}

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

/// `user:password` given to curl by its option. Only the password is the finding.
enum CommandMatcher {
    static let trigger = "[ \\t](?:-u|--user)[ =]*[\"']?[^\\x00-\\x20:\"'\\x7f-\\xff]+:[^\\x00-\\x20\"'\\x7f-\\xff]"
    private static let longest = 128
    private static let command = "curl"
    private static let users = ByteClass("!"..."~").subtracting(":\"'")
    private static let passwords = ByteClass("!"..."~").subtracting("\"'`|<>")

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - 1
        reader.candidate = start
        let user = reader.runStart(to: start - 1, of: Self.users, limit: 64)
        let isCurl = (max(0, start - 120)..<max(0, user)).contains { reader.reads(Self.command, at: $0) }
        guard isCurl else { return nil }
        let end = reader.runEnd(from: start, of: Self.passwords, limit: Self.longest)
        guard end - start > 3, end - start < Self.longest, !Placeholder.isNamed(in: reader.bytes, start..<end),
            !"$%{[<*".utf8.contains(reader.before(start)), !SecretValue(reader.bytes, start..<end).isFiller
        else { return nil }
        return Match(start..<end)
    }
}

/// Passwords in connection strings: `postgres://user:password@host`. Only the password is the finding.
enum ConnectionMatcher {
    static let trigger = "[A-Za-z0-9]://[^\\x00-\\x20:/@?#\"'<>`\\x7f-\\xff]*:[^\\x00-\\x20/@\"'<>`\\x7f-\\xff]"
    private static let users = ByteClass("!"..."~").subtracting(":/@?#\"'<>`")
    private static let longestUser = 64
    private static let longest = 160
    private static let fillers = ["password", "passwd", "pass", "pwd", "pw", "secret", "token"]

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - 1
        reader.candidate = start
        let user = reader.runStart(to: start - 1, of: Self.users, limit: Self.longestUser)
        guard reader.before(user - 1) == UInt8(ascii: "/") else { return nil }
        // The last `@` ends the password: people forget to encode one inside it.
        let runEnd = reader.runEnd(from: start, of: .urlPasswords, limit: Self.longest)
        var end = runEnd
        while end > start, reader.before(end) != UInt8(ascii: "@") { end -= 1 }
        guard end > start, end < runEnd else { return nil }

        let first = reader.before(start)
        guard !"$%{[*".utf8.contains(first), !Placeholder.isNamed(in: reader.bytes, start..<end) else { return nil }
        guard !Self.fillers.contains(where: { $0.utf8.count == end - start && reader.reads($0, at: start) }) else {
            return nil
        }
        return Match(start..<end, percent: end - start < 4 ? 60 : nil)
    }
}
