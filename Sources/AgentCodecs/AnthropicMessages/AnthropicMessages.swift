// AgentCodecs: the shapes coding agents speak, Anthropic's messages and OpenAI's responses.

package import Codecs
package import Conversation
package import Kernel

/// Anthropic's messages.
package enum AnthropicMessages: WireCodec {
    package static let shape = WireShape.anthropicMessages

    package static func request(_ body: Span<UInt8>, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        var reader = AnthropicRequestReader()
        return try reader.read(try JSONView(object: body), address)
    }

    package static func body(
        of request: ChatRequest, _ options: EncodingOptions
    ) throws(CodecError) -> EncodedRequest {
        try AnthropicRequestWriter(request, options).write()
    }

    package static func answer(_ body: Span<UInt8>) throws(CodecError) -> ChatAnswer {
        try AnthropicAnswerReader.answer(try JSONView(object: body))
    }

    package static func usage(_ answer: borrowing JSONView) -> TokenUsage? {
        var usage = AnthropicUsage()
        if let node = answer.value("usage", of: answer.root) { usage.take(answer, node) }
        return usage.usage
    }

    package static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        AnthropicAnswerWriter.body(of: answer, options)
    }

    package static func failure(status: Int, _ body: Span<UInt8>) -> ModelFailure {
        guard let view = try? JSONView(object: body), let failure = AnthropicErrors.failure(view, status: status) else {
            return OpenAIErrors.failure(status: status)
        }
        return failure
    }

    package static func body(of error: WireError) -> [UInt8] { AnthropicErrors.body(of: error) }

    package static func streamReader() -> any AnswerStreamReader { AnthropicStreamReader() }

    package static func streamWriter(_ options: AnswerOptions) -> any AnswerStreamWriter {
        AnthropicStreamWriter(options)
    }

    /// The answer to a request to count tokens.
    package static func tokenCount(_ count: TokenCount) -> [UInt8] {
        var json = JSONWriter()
        json.object { $0.member("input_tokens", count.value) }
        return json.bytes
    }
}

extension StopReason {
    /// The reason as messages spell it; nil for spellings that nobody knows.
    init?(stopReason: String, sequence: String?) {
        switch stopReason {
        case "end_turn": self = .end
        case "max_tokens": self = .length
        case "model_context_window_exceeded": self = .contextExceeded
        case "stop_sequence": self = .stopSequence(sequence)
        case "tool_use": self = .toolCalls
        case "pause_turn": self = .pause
        case "refusal": self = .refusal
        default: return nil
        }
    }

    var stopReason: String {
        switch self {
        case .end: "end_turn"
        case .length: "max_tokens"
        case .contextExceeded: "model_context_window_exceeded"
        case .stopSequence: "stop_sequence"
        case .toolCalls: "tool_use"
        case .pause: "pause_turn"
        case .refusal, .contentFilter: "refusal"
        }
    }

    var sequence: String? {
        if case .stopSequence(let sequence) = self { sequence } else { nil }
    }
}
