package import Cedar

/// A request, and the entities as they would have to be, for which something is otherwise than it was said to be.
package struct Counterexample: Sendable, CustomStringConvertible {
    package let request: AccessRequest
    /// Those that matter, without the actions.
    package let entities: [Entity]
    /// The same and the actions, ready to decide by.
    package let store: Entities
    /// What makes the difference, in words: `context.label is "secret"`.
    package let facts: [String]

    package var description: String {
        let heading =
            "principal \(self.request.principal), action \(self.request.action), resource \(self.request.resource)"
        return self.facts.isEmpty ? heading : "\(heading), where \(self.facts.joined(separator: ", "))"
    }
}
