package import RuleFiles

/// Words that a tenant looks for under one name: names of projects, customers, substances.
package struct CustomWords: Hashable, Sendable {
    package let kind: Finding.Kind
    package let words: [String]

    /// No dictionary has more words, and no word is longer.
    package static let most = 50_000
    package static let longest = 200

    /// The words of a file, one a line; what begins with `#` is a comment. Findings are called `custom.` and the name.
    package init(name: String, text: String, file: String) throws(RuleFileError) {
        guard let kind = Finding.Kind(rawValue: "custom.\(name)") else {
            throw RuleFileError(
                file: file, line: 0, message: "`\(name)` is no name of 64 letters, digits, `-`, `_` and `.` at most")
        }
        var words: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let word = String(line.drop { " \t\r".contains($0) }.reversed().drop { " \t\r".contains($0) }.reversed())
            if word.isEmpty || word.hasPrefix("#") { continue }
            guard (3...Self.longest).contains(word.utf8.count) else {
                throw RuleFileError(file: file, line: index + 1, message: "a word has 3 to \(Self.longest) bytes")
            }
            guard words.count < Self.most else {
                throw RuleFileError(file: file, line: index + 1, message: "more than \(Self.most) words")
            }
            words.append(word)
        }
        self.kind = kind
        self.words = words
    }

    var patterns: [Pattern] {
        Set(self.words).sorted().map { word in
            Pattern(self.kind, .literal(LiteralMatcher(text: Array(word.utf8))), 90, .medium)
        }
    }
}
