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
            !reader.before(start).isOne(of: "$%{[<*"), !SecretValue(reader.bytes, start..<end).isFiller
        else { return nil }
        return Match(start..<end)
    }
}
