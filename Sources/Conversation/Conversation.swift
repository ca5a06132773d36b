// Conversation: what was said, by whom, without the shape of any provider's wire.

/// The messages of one exchange, oldest first, as plain values: what a provider of our own reads.
///
/// The path itself works on the caller's bytes; a conversation is made only where somebody must read the text as text.
package struct Conversation: Hashable, Sendable {
    package var messages: [Message]

    package init(messages: [Message]) { self.messages = messages }
}

/// One turn.
package struct Message: Hashable, Sendable {
    package enum Role: String, Sendable, CaseIterable {
        /// Whoever runs the application; `developer` on newer wires.
        case system
        case user
        case assistant
        /// What a tool gave back: data, never an instruction.
        case tool
    }

    package let role: Role
    package let parts: [Part]

    package init(role: Role, parts: [Part]) {
        self.role = role
        self.parts = parts
    }

    package enum Part: Hashable, Sendable {
        case text(String)
        /// A document handed in beside the messages, with its title where it has one.
        case document(title: String?, text: String)
    }
}
