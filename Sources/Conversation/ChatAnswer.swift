/// A whole answer of a model, whatever shape it came in.
package struct ChatAnswer: Hashable, Sendable {
    /// One of the answers that were drawn; all shapes but two have exactly one.
    package struct Choice: Hashable, Sendable {
        package var parts: [Message.Part]
        /// Nil where the provider gave no reason.
        package var stop: StopReason?

        package init(parts: [Message.Part], stop: StopReason?) {
            self.parts = parts
            self.stop = stop
        }
    }

    /// The provider's name for the answer; empty where the wire has none.
    package var id: String
    /// The model's name as the provider spells it; empty where the wire has none.
    package var model: String
    /// Seconds since 1970, where the wire says so.
    package var created: Int64?
    package var choices: [Choice]
    package var usage: TokenUsage?

    package init(id: String, model: String, created: Int64? = nil, choices: [Choice], usage: TokenUsage? = nil) {
        self.id = id
        self.model = model
        self.created = created
        self.choices = choices
        self.usage = usage
    }

    /// An answer with one choice.
    package init(
        id: String, model: String, created: Int64? = nil, parts: [Message.Part], stop: StopReason?,
        usage: TokenUsage? = nil
    ) {
        self.init(
            id: id, model: model, created: created, choices: [Choice(parts: parts, stop: stop)], usage: usage)
    }

    /// The parts of the first choice.
    package var parts: [Message.Part] { self.choices.first?.parts ?? [] }
    /// Why the first choice ends.
    package var stop: StopReason? { self.choices.first?.stop }
}

/// Why an answer ends.
package enum StopReason: Hashable, Sendable {
    /// The model had nothing to add.
    case end
    /// The bound on the output was reached.
    case length
    /// The model's window was full.
    case contextExceeded
    /// Tools are to be called.
    case toolCalls
    /// One of the caller's stop texts came up; which one, where the provider says so.
    case stopSequence(String?)
    /// A filter of the provider or of ours cut in.
    case contentFilter
    /// The model itself declined.
    case refusal
    /// A long turn rests; the caller sends it back to have it go on.
    case pause
}
