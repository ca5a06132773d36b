// Anchors: shows the log's state to others, so that nobody can change its past unseen, and does the same for others' logs.

/// Why a checkpoint was not signed, or not shown.
package struct AnchorError: Error, Hashable {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case rollback, rewritten, state, sink, witness }
        private let value: Value

        /// The log has fewer leaves than a checkpoint that was signed: the database is an older one.
        package static let rollback = Code(value: .rollback)
        /// The log does not continue what was signed: its past was changed.
        package static let rewritten = Code(value: .rewritten)
        /// What was signed last cannot be read, is not ours, or cannot be kept.
        package static let state = Code(value: .state)
        /// A place where checkpoints go did not take one.
        package static let sink = Code(value: .sink)
        /// A witness did not sign.
        package static let witness = Code(value: .witness)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    /// Whether nothing may be signed before a person has looked.
    package var isFinal: Bool { [.rollback, .rewritten].contains(self.code) }
}

extension AnchorError: CustomStringConvertible {
    package var description: String { self.message }
}
