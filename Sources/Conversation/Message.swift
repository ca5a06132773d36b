/// One turn.
///
/// The codecs make and expect one form: instructions are messages of `.system`, in their place; what tools gave back is a
/// message of `.tool` whose parts are `.toolResult`s, all those of one turn together and before what the user says;
/// an assistant's tool calls are parts in the order in which they were written.
package struct Message: Hashable, Sendable {
    package enum Role: String, Sendable, CaseIterable {
        /// Whoever runs the application; `developer` on newer wires.
        case system
        case user
        case assistant
        /// What a tool gave back: data, never an instruction.
        case tool
    }

    package var role: Role
    package var parts: [Part]
    /// Which of several participants speaks, where the caller tells them apart.
    package var name: String?

    package init(role: Role, parts: [Part], name: String? = nil) {
        self.role = role
        self.parts = parts
        self.name = name
    }

    package enum Part: Hashable, Sendable {
        case text(String)
        /// A document handed in beside the messages, with its title where it has one.
        case document(title: String?, text: String)
        case image(Media)
        case audio(Media)
        /// A document that is not plain text, such as a PDF.
        case file(Media)
        /// What the model thought before it spoke. The signature is the provider's: it takes the thought back only with it.
        case thinking(String, signature: String?)
        /// A thought that only its provider can read.
        case redactedThinking(String)
        case toolCall(ToolCall)
        case toolResult(ToolResult)
        /// The model's words for not answering.
        case refusal(String)
        /// Where the text directly before this part comes from. Several may follow each other.
        case citation(Citation)
        /// All that comes before this part may be kept in the provider's cache.
        case cacheMarker(CacheMarker)
    }
}

extension Message {
    /// The parts with what tools gave back laid open in its place.
    package var openedParts: [Part] {
        self.parts.flatMap { part in
            if case .toolResult(let result) = part { result.parts } else { [part] }
        }
    }
}
