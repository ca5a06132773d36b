package import Conversation

/// OpenAI's chat completions.
///
/// Beyond what OpenAI itself sends and takes, these are understood, since many servers and clients use them:
/// `reasoning_content` (or `reasoning`) for what the model thought, `thinking_blocks` for thoughts with their signatures,
/// and `cache_control` on messages, parts and tools.
package enum OpenAIChat: WireCodec {
    package static let shape = WireShape.openAIChat

    package static func request(_ body: Span<UInt8>, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        var reader = OpenAIChatRequestReader()
        return try reader.read(try JSONView(object: body), address)
    }

    package static func body(
        of request: ChatRequest, _ options: EncodingOptions
    ) throws(CodecError) -> EncodedRequest {
        try OpenAIChatRequestWriter(request, options).write()
    }

    package static func answer(_ body: Span<UInt8>) throws(CodecError) -> ChatAnswer {
        try OpenAIChatAnswerReader.answer(try JSONView(object: body))
    }

    package static func usage(_ answer: borrowing JSONView) -> TokenUsage? {
        answer.value("usage", of: answer.root).flatMap { OpenAIUsage.usage(answer, $0) }
    }

    package static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        OpenAIChatAnswerWriter.body(of: answer, options)
    }

    package static func failure(status: Int, _ body: Span<UInt8>) -> ModelFailure {
        guard let view = try? JSONView(object: body), let failure = OpenAIErrors.failure(view, status: status) else {
            return OpenAIErrors.failure(status: status)
        }
        return failure
    }

    package static func body(of error: WireError) -> [UInt8] { OpenAIErrors.body(of: error) }

    package static func streamReader() -> any AnswerStreamReader { OpenAIChatStreamReader() }

    package static func streamWriter(_ options: AnswerOptions) -> any AnswerStreamWriter {
        OpenAIChatStreamWriter(options)
    }
}

extension StopReason {
    /// The reason as chat completions spell it; nil for spellings that nobody knows, such as an empty one.
    init?(finishReason: String) {
        switch finishReason {
        case "stop": self = .end
        case "length": self = .length
        case "tool_calls", "function_call": self = .toolCalls
        case "content_filter": self = .contentFilter
        default: return nil
        }
    }

    var finishReason: String {
        switch self {
        case .end, .stopSequence, .pause: "stop"
        case .length, .contextExceeded: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter, .refusal: "content_filter"
        }
    }
}
