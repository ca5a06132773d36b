/// What is forgotten at the same time: what is known of one kind, of all exchanges or of those of one use case.
package struct RetentionClass: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// What is known of exchanges beside their content.
        case metadata
        /// Prompts, answers and arguments.
        case content
        /// Acts of those who run the gateway.
        case administration
    }

    package static let metadata = RetentionClass(.metadata)
    package static let content = RetentionClass(.content)
    package static let administration = RetentionClass(.administration)

    package let kind: Kind
    /// What the model that was asked is used for, where that has times of its own.
    package let useCase: String?

    package init(_ kind: Kind, useCase: String? = nil) {
        self.kind = kind
        self.useCase = useCase
    }

    /// Reads what `name` writes; nil where it is no such name.
    package init?(name: String) {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = parts.first.flatMap({ Kind(rawValue: String($0)) }), parts.last != "" else { return nil }
        self.init(kind, useCase: parts.count == 2 ? String(parts[1]) : nil)
    }

    /// As vault, leaves and orders write it: `content`, or `content:hiring`.
    package var name: String { self.useCase.map { "\(self.kind.rawValue):\($0)" } ?? self.kind.rawValue }
}
