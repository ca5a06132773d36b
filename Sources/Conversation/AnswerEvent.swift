/// What happens in a streamed answer, in the one order that all shapes can be written from and read into.
///
/// `begin` comes first and once. Pieces belong to their choice; a choice's text and thoughts go on where they left off. A
/// tool call has a number that counts the calls of its choice from 0; pieces of its arguments come between `toolCallBegin`
/// and `toolCallEnd`, and those of several calls may alternate. `usage` is cumulative: the last one counts, and it may come
/// before or behind `stop`. A stream ends in `end` or in `failure`, never in both, and nothing follows.
package enum AnswerEvent: Hashable, Sendable {
    case begin(AnswerOpening)
    case text(String, choice: Int = 0)
    case thinking(String, choice: Int = 0)
    /// Closes the thought before it; what is thought next is another.
    case signature(String, choice: Int = 0)
    case redactedThinking(String, choice: Int = 0)
    case refusal(String, choice: Int = 0)
    case toolCallBegin(call: Int, id: String, name: String, choice: Int = 0)
    /// What the provider wants back with the call.
    case toolCallSignature(String, call: Int, choice: Int = 0)
    case toolCallArguments(String, call: Int, choice: Int = 0)
    case toolCallEnd(call: Int, choice: Int = 0)
    /// Where the text before it comes from.
    case citation(Citation, choice: Int = 0)
    case usage(TokenUsage)
    case stop(StopReason, choice: Int = 0)
    /// The provider gave up, or the stream broke off. The caller must be told that the answer is not complete.
    case failure(ModelFailure)
    /// The proper end.
    case end
}

/// What a stream says of itself at its beginning.
package struct AnswerOpening: Hashable, Sendable {
    /// Empty where the wire has none.
    package var id: String
    package var model: String
    /// Seconds since 1970, where the wire says so.
    package var created: Int64?
    /// What is known of the usage at the beginning: the input, where anything.
    package var usage: TokenUsage?

    package init(id: String, model: String, created: Int64? = nil, usage: TokenUsage? = nil) {
        self.id = id
        self.model = model
        self.created = created
        self.usage = usage
    }
}
