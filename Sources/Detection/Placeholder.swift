/// Words and forms that stand for a secret without being one.
enum Placeholder {
    /// Whether the bytes contain a word with which examples and templates mark the place of a secret.
    static func isNamed(in text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let end = range.lowerBound + min(range.count, SecretValue.limit)
        guard range.lowerBound < end else { return false }
        // Asked for once: each time it is looked whether they were made.
        let made = Self.seconds
        let seconds = made.span
        var first = text[range.lowerBound]
        for start in range.lowerBound..<end - 1 {
            // Most begin like no word at all: the second byte tells.
            let second = text[start + 1]
            if seconds[Int(first & 0x1F)] &>> UInt32(second & 0x1F) & 1 != 0, Self.begins(in: text, start..<end) {
                return true
            }
            first = second
        }
        return Self.begins(in: text, end - 1..<end)
    }

    /// Whether bytes begin with one of the words.
    private static func begins(in text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for word in Self.words[Int(text[range.lowerBound] & 0x1F)] where word.count <= range.count {
            var length = 0
            while length < word.count, text[range.lowerBound + length] | 0x20 == word[length] | 0x20 { length += 1 }
            if length == word.count { return true }
        }
        return false
    }

    /// Whether the bytes are no more than the name of what belongs there: `user:password`, `name:token`.
    static func isName(in text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count <= Self.longestName else { return false }
        return Self.names.contains { name in
            name.count == range.count
                && name.indices.allSatisfy { text[range.lowerBound + $0] | 0x20 == name[$0] | 0x20 }
        }
    }

    private static let names: [[UInt8]] = [
        "password", "passwd", "pass", "pwd", "pw", "secret", "token", "key", "apikey", "api_key", "api-key",
        "api_token",
        "api-token", "apitoken", "mypassword", "my_password", "my-password", "user_password", "userpassword",
        "db_password", "credentials", "passphrase", "user", "username", "login", "access_token",
        "personal_access_token",
    ].map { Array($0.utf8) }
    private static let longestName = 24

    /// Whether something is to be filled in: `${NAME}`, `{{ name }}`, `$(command)`, `%(name)s`.
    static func isTemplate(in text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.prefix(SecretValue.limit).dropFirst().contains { offset in
            let (sign, bracket) = (text[offset - 1], text[offset])
            return sign == UInt8(ascii: "{") && bracket == sign
                || (sign == UInt8(ascii: "$") || sign == UInt8(ascii: "%") || sign == UInt8(ascii: "#"))
                    && (bracket == UInt8(ascii: "{") || bracket == UInt8(ascii: "("))
        }
    }

    /// By the low five bits of their first byte, which both cases of a letter share. Compared with bit 5 set on both
    /// sides, so `_` and DEL are the same; nothing of ours has the latter.
    private static let words: [[[UInt8]]] = {
        var words = [[[UInt8]]](repeating: [], count: 32)
        for word in Self.list {
            guard let first = word.utf8.first else { continue }
            words[Int(first & 0x1F)].append(Array(word.utf8))
        }
        return words
    }()
    /// By the same bits of the first byte, a bit for those of each second byte; all for words of one byte.
    private static let seconds: [UInt32] = Self.words.map { words in
        words.reduce(0) { $0 | ($1.count > 1 ? 1 << UInt32($1[1] & 0x1F) : .max) }
    }
    private static let list = [
        "example", "sample", "placeholder", "changeme", "change-me", "change_me", "changethis", "change-this",
        "change_this", "change_it", "changeit", "your-", "your_", "yourpass", "yourkey", "yourtoken", "yoursecret",
        "yourapi", "yours3cr", "redacted", "dummy", "insert", "replace", "goes-here", "goes_here", "_here", "-here",
        "<", "xxxx", "****", "...", "todo", "fixme", "not-a-real", "notareal", "not_a_real", "hidden", "omitted",
        "1234-1234",
    ]
}
