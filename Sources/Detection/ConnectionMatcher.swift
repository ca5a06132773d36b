/// Passwords in connection strings: `postgres://user:password@host`. Only the password is the finding.
enum ConnectionMatcher {
    static let trigger = "[A-Za-z0-9]://[^\\x00-\\x20:/@?#\"'<>`\\x7f-\\xff]*:[^\\x00-\\x20/@\"'<>`\\x7f-\\xff]"
    private static let users = ByteClass("!"..."~").subtracting(":/@?#\"'<>`")
    private static let longestUser = 64
    private static let longest = 160

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
        guard !first.isOne(of: "$%{[*"), !Placeholder.isNamed(in: reader.bytes, start..<end) else { return nil }
        guard !Placeholder.isName(in: reader.bytes, start..<end) else { return nil }
        return Match(start..<end, percent: end - start < 4 ? 60 : nil)
    }
}
