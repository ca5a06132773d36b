/// What stands in a YAML file, with where it stands: scalars as they were written, nothing resolved or expanded.
package struct YAMLValue: Sendable {
    package enum Content: Sendable {
        /// `isPlain` where no quotes and no block style say that it is text.
        case scalar(String, isPlain: Bool)
        case list([YAMLValue])
        case mapping([Member])
    }

    /// A key and its value.
    package struct Member: Sendable {
        package let name: String
        package let mark: Mark
        package let value: YAMLValue
    }

    /// Line and column, counted from 1.
    package struct Mark: Hashable, Sendable {
        package let line: Int
        package let column: Int
    }

    package let mark: Mark
    package let content: Content

    /// Whether nothing was written: `key:`, `key: ~` or `key: null`.
    package var isNothing: Bool {
        guard case .scalar(let text, isPlain: true) = self.content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Says what was found, without repeating more of it than a name.
    package var summary: String {
        switch self.content {
        case .scalar where self.isNothing: "nothing"
        case .scalar(let text, _): CredentialShape.matches(text) ? "a value" : "`\(Spelling.excerpt(text))`"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}
