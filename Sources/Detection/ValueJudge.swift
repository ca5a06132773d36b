/// Decides whether a value that stands behind a promising name is a secret, from how it looks.
enum ValueJudge {
    /// How sure it is, in percent, that the value is a secret; nil if it is none.
    ///
    /// It is stricter with a value that is only said (`the password is …`), since any word may follow there.
    static func percent(
        _ text: Span<UInt8>, _ range: Range<Int>, promise: KeyWords.Promise, isQuoted: Bool, isSaid: Bool
    ) -> UInt8? {
        let value = SecretValue(text, range)
        guard !value.isFiller, value.spaces == 0 else { return nil }
        if isSaid, value.digits == 0 || value.letters == 0 || Self.isMeasure(text, range) { return nil }
        let percent: UInt8? =
            switch promise {
            case .password: Self.password(value, text, range, isQuoted: isQuoted)
            case .token: value.isCounted ? nil : Self.token(value)
            case .key: value.isCounted ? nil : Self.key(value)
            }
        guard let percent, !Self.isStandIn(text, range) else { return nil }
        return isSaid ? percent - 10 : percent
    }

    /// People choose passwords, so short ones count, but not words alone.
    private static func password(
        _ value: SecretValue, _ text: Span<UInt8>, _ range: Range<Int>, isQuoted: Bool
    ) -> UInt8? {
        guard value.count >= 6 else { return nil }
        if value.digits > 0, value.letters > 0 {
            guard !isQuoted, Self.isIdentifier(text, range) else {
                return value.symbols > 0 || value.changes > 1 ? 80 : 65
            }
            // Bare, it may be a variable: `hunter2` is not called `password2` or `user_input_2`.
            if value.changes > 2 { return 60 }
            let isJoined = range.contains { text[$0] == UInt8(ascii: "_") || text[$0] == UInt8(ascii: ".") }
            return isJoined || KeyWords(text, range).promise != nil ? nil : 60
        }
        if value.digits == value.count { return value.count <= 12 && !Self.isSequence(text, range) ? 50 : nil }
        return value.symbols > 0 && value.lowers > 2 && isQuoted ? 50 : nil
    }

    /// Machines make tokens: letters and digits all mixed up.
    private static func token(_ value: SecretValue) -> UInt8? {
        guard value.count >= 8, value.digits > 0, value.letters > 0, value.entropy >= 2.5 else { return nil }
        let isDense = value.densest >= 8 && (value.changes >= 3 || value.count >= 20 && value.entropy >= 3.5)
        let isMixed = value.count >= 12 && value.symbols > 1 && value.letters > 2
        // In groups, as product keys and codes are dictated: `93kfj2-dk39f-29fk3`.
        let isVaried = value.count >= 12 && value.changes >= 5 && value.entropy >= 3
        guard isDense || isMixed || isVaried else { return nil }
        return value.count >= 16 ? 85 : 65
    }

    /// Much is called a key; only what looks like nothing else counts.
    private static func key(_ value: SecretValue) -> UInt8? {
        value.densest >= 16 && value.changes >= 4 && value.entropy >= 3.2 ? 60 : nil
    }

    // MARK: What only looks like one

    /// Whether it is marked or shaped as something that stands for a secret, or says where one lies.
    private static func isStandIn(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        Placeholder.isNamed(in: text, range) || Placeholder.isTemplate(in: text, range)
            || Self.beginnings.contains { beginning in
                range.count >= beginning.count
                    && beginning.indices.allSatisfy { text[range.lowerBound + $0] == beginning[$0] }
            }
    }

    /// Whether it could be a name in code: letters, digits, underscores and dots, no digit first.
    private static func isIdentifier(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        !ByteClass.digits.contains(text[range.lowerBound])
            && range.prefix(SecretValue.limit).allSatisfy {
                ByteClass.words.contains(text[$0]) || text[$0] == UInt8(ascii: ".")
            }
    }

    /// Whether it is a number and then a word, as `8-character`.
    private static func isMeasure(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let end = range.first { !ByteClass.digits.contains(text[$0]) }
        return end.map { $0 > range.lowerBound && text[$0] == UInt8(ascii: "-") } ?? false
    }

    /// Whether each byte is one more than the last, as in 123456.
    private static func isSequence(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.dropFirst().allSatisfy { text[$0] == text[$0 - 1] &+ 1 }
    }

    /// How addresses, paths, references, digests and variables begin.
    private static let beginnings: [[UInt8]] = [
        "http://", "https://", "/", "./", "../", "~/", "arn:", "vault:", "file:", "env:", "ref+", "sha256:", "sha256-",
        "sha512-", "os.", "process.", "self.", "this.", "$", "%", "{", "[", "@", "<", "&", "ssh-",
    ].map { Array($0.utf8) }
}
