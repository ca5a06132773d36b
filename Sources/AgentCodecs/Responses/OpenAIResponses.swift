package import Codecs
package import Conversation
import Kernel

/// OpenAI's responses.
///
/// Requests that lean on what the provider keeps (`previous_response_id`, `conversation`, references to items) cannot be
/// read: only the provider that keeps it knows what they say.
package enum OpenAIResponses: WireCodec {
    package static let shape = WireShape.openAIResponses

    package static func request(_ body: Span<UInt8>, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        var reader = ResponsesRequestReader()
        return try reader.read(try JSONView(object: body), address)
    }

    package static func body(
        of request: ChatRequest, _ options: EncodingOptions
    ) throws(CodecError) -> EncodedRequest {
        try ResponsesRequestWriter(request, options).write()
    }

    package static func answer(_ body: Span<UInt8>) throws(CodecError) -> ChatAnswer {
        let json = try JSONView(object: body)
        return try ResponsesAnswerReader.answer(json, json.root)
    }

    package static func usage(_ answer: borrowing JSONView) -> TokenUsage? {
        answer.value("usage", of: answer.root).flatMap { ResponsesUsage.usage(answer, $0) }
    }

    package static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        ResponsesAnswerWriter.body(of: answer, options)
    }

    package static func failure(status: Int, _ body: Span<UInt8>) -> ModelFailure {
        OpenAIChat.failure(status: status, body)
    }

    package static func body(of error: WireError) -> [UInt8] { OpenAIErrors.body(of: error) }

    package static func streamReader() -> any AnswerStreamReader { ResponsesStreamReader() }

    package static func streamWriter(_ options: AnswerOptions) -> any AnswerStreamWriter {
        ResponsesStreamWriter(options)
    }

    /// The frame that tells of a failure in a stream whose events were passed on as they came; `sequence` is the number
    /// behind the last event's.
    package static func errorFrame(_ error: WireError, sequence: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        ResponsesStreamWriter.append("error", number: sequence, into: &bytes) {
            OpenAIErrors.writeFrame(error, to: &$0)
        }
        return bytes
    }
}

extension StopReason {
    /// Why a response is not complete, as the wire spells it; nil where it is complete.
    var incompleteReason: String? {
        switch self {
        case .end, .toolCalls, .stopSequence, .refusal, .pause: nil
        case .length, .contextExceeded: "max_output_tokens"
        case .contentFilter: "content_filter"
        }
    }

    /// The reason as a response can tell it: that the model refused shows in the part that says so, and where there is
    /// none, only as a filter's doing.
    func told(hasRefused: Bool) -> StopReason { self == .refusal && !hasRefused ? .contentFilter : self }
}

/// The usage object. Its input tokens include what was read from and written to the cache.
/// The usage object of responses. Its input tokens include what the cache had.
package enum ResponsesUsage {
    /// What `usage` says; nil where it is none.
    package static func usage(_ json: borrowing JSONView, _ node: JSONView.Node) -> TokenUsage? {
        guard json.kind(node) == .object, let input = json.tokens("input_tokens", of: node) else { return nil }
        var usage = TokenUsage(
            input: input, output: json.tokens("output_tokens", of: node) ?? 0, source: .reported)
        if let details = json.value("input_tokens_details", of: node) {
            usage.cached = json.tokens("cached_tokens", of: details) ?? 0
            usage.cacheWritten = json.tokens("cache_write_tokens", of: details) ?? 0
        }
        if let details = json.value("output_tokens_details", of: node) {
            usage.reasoning = json.tokens("reasoning_tokens", of: details) ?? 0
        }
        return usage
    }

    static func write(_ usage: TokenUsage, to json: inout JSONWriter) {
        json.object { json in
            json.member("input_tokens", usage.input.value)
            json.object("input_tokens_details") { json in
                json.member("cached_tokens", usage.cached.value)
                json.member("cache_write_tokens", usage.cacheWritten.value)
            }
            json.member("output_tokens", usage.output.value)
            json.object("output_tokens_details") { $0.member("reasoning_tokens", usage.reasoning.value) }
            json.member("total_tokens", (usage.input + usage.output).value)
        }
    }
}
