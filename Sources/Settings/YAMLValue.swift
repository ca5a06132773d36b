/// What stands in a YAML file, with where it stands: scalars as they were written, nothing resolved or expanded.
struct YAMLValue: Sendable {
    enum Content: Sendable {
        /// `isPlain` where no quotes and no block style say that it is text.
        case scalar(String, isPlain: Bool)
        case list([YAMLValue])
        case mapping([Member])
    }

    /// A key and its value.
    struct Member: Sendable {
        let name: String
        let mark: Mark
        let value: YAMLValue
    }

    /// Line and column, counted from 1.
    struct Mark: Hashable, Sendable {
        let line: Int
        let column: Int
    }

    let mark: Mark
    let content: Content

    /// Whether nothing was written: `key:`, `key: ~` or `key: null`.
    var isNothing: Bool {
        guard case .scalar(let text, isPlain: true) = self.content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Says what was found, without repeating more of it than a name.
    var summary: String {
        switch self.content {
        case .scalar where self.isNothing: "nothing"
        case .scalar(let text, _): CredentialShape.matches(text) ? "a value" : "`\(Spelling.excerpt(text))`"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}
