/// `user:password` given to curl by its option, each in quotes or not. Only the password is the finding; where there is none,
/// a user that looks like a key is one: many services take keys so.
enum CommandMatcher {
    static let trigger = "[ \\t](?:-u|--user)[ =]*[\"']?[^\\x00-\\x20:\"'\\x7f-\\xff]*[\"']?:[^\\x00-\\x20\\x7f-\\xff]"
    private static let longest = 128
    private static let command = "curl"
    private static let users = ByteClass("!"..."~").subtracting(":\"'")
    private static let passwords = ByteClass("!"..."~").subtracting("\"'`|<>")

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let colon = hit - 2
        let isSplit = reader.before(colon - 1).isOne(of: "\"'")
        let userEnd = isSplit ? colon - 1 : colon
        let user = reader.runStart(to: userEnd, of: Self.users, limit: 64)
        reader.candidate = user
        let isCurl = (max(0, user - 120)..<max(0, user)).contains { reader.reads(Self.command, at: $0) }
        guard isCurl else { return nil }
        let quote = reader.before(hit - 1)
        let isQuoted = quote.isOne(of: "\"'")
        // The quote that the user's name began with: there is no password.
        if isQuoted, !isSplit, reader.before(user - 1) == quote { return Self.key(reader.bytes, user..<userEnd) }
        let start = isQuoted ? hit : hit - 1
        let end = reader.runEnd(from: start, of: Self.passwords, limit: Self.longest)
        guard end - start > 3, end - start < Self.longest, !Self.isStandIn(reader.bytes, start..<end) else {
            return nil
        }
        return Match(start..<end)
    }

    /// A user without a password, if machines make such names.
    private static func key(_ text: Span<UInt8>, _ range: Range<Int>) -> Match? {
        let value = SecretValue(text, range)
        guard value.count >= 12, value.letters > 0, value.digits > 0, value.entropy >= 3,
            !Self.isStandIn(text, range)
        else { return nil }
        return Match(range)
    }

    private static func isStandIn(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        text[range.lowerBound].isOne(of: "$%{[<*") || Placeholder.isNamed(in: text, range)
            || Placeholder.isName(in: text, range) || SecretValue(text, range).isFiller
    }
}
