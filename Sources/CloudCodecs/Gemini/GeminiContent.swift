package import Codecs
package import Conversation
package import Kernel

/// Google's `generateContent`: the Gemini API and Vertex.
///
/// The wire has no ids of tool calls that all its servers take, and signatures of calls that they want back. Calls get
/// ids here that hold the signature (`SignedCallID`), so that callers of any shape bring it back without knowing.
package enum GeminiContent: WireCodec {
    package static let shape = WireShape.gemini

    package static func request(_ body: Span<UInt8>, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        var reader = GeminiRequestReader()
        return try reader.read(try JSONView(object: body), address)
    }

    package static func body(
        of request: ChatRequest, _ options: EncodingOptions
    ) throws(CodecError) -> EncodedRequest {
        try GeminiRequestWriter(request, options).write()
    }

    package static func answer(_ body: Span<UInt8>) throws(CodecError) -> ChatAnswer {
        try GeminiAnswerReader.answer(try JSONView(object: body))
    }

    package static func usage(_ answer: borrowing JSONView) -> TokenUsage? {
        answer.value("usageMetadata", of: answer.root).flatMap { GeminiUsage.usage(answer, $0) }
    }

    package static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        GeminiAnswerWriter.body(of: answer, options)
    }

    package static func failure(status: Int, _ body: Span<UInt8>) -> ModelFailure {
        GeminiErrors.failure(status: status, body)
    }

    package static func body(of error: WireError) -> [UInt8] { GeminiErrors.body(of: error) }

    package static func streamReader() -> any AnswerStreamReader { GeminiStreamReader() }

    /// Writes events as `?alt=sse` asks for them.
    package static func streamWriter(_ options: AnswerOptions) -> any AnswerStreamWriter {
        GeminiStreamWriter(options, form: .events)
    }

    /// Writes one JSON array that grows, as callers get it who do not ask for `alt=sse`.
    package static func arrayWriter(_ options: AnswerOptions) -> any AnswerStreamWriter {
        GeminiStreamWriter(options, form: .array)
    }

    /// What `countTokens` answers.
    package static func body(ofCount count: TokenCount) -> [UInt8] {
        var json = JSONWriter()
        json.object { $0.member("totalTokens", count.value) }
        return json.bytes
    }
}

/// Signatures are bytes to Google: base64 on the wire, which its clients read and write again in their own alphabet.
enum GeminiSignature {
    /// The signature as the provider wrote it. Nearly all write the standard alphabet; what OpenAI encrypts has the other
    /// one and always the same beginning.
    static func restored(_ signature: String) -> String {
        guard !signature.hasPrefix("gAAAA") else { return signature }
        return signature.replacing("-", with: "+").replacing("_", with: "/")
    }

    /// Nil where clients would stumble, as they do over what is no base64.
    static func sendable(_ signature: String?) -> String? {
        guard let signature, !signature.isEmpty else { return nil }
        let isBase64 = signature.utf8.allSatisfy { byte in
            ToolNames.isPlain(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
                || byte == UInt8(ascii: "=")
        }
        return isBase64 ? signature : nil
    }
}

extension StopReason {
    /// The reason as Gemini spells it; nil where it is none or one that tells of a failure.
    init?(geminiReason reason: String) {
        switch reason {
        case "STOP": self = .end
        case "MAX_TOKENS": self = .length
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "OTHER", "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER", "MODEL_ARMOR":
            self = .contentFilter
        default: return nil
        }
    }

    var geminiReason: String {
        switch self {
        case .end, .toolCalls, .stopSequence, .pause: "STOP"
        case .length, .contextExceeded: "MAX_TOKENS"
        case .contentFilter: "SAFETY"
        case .refusal: "PROHIBITED_CONTENT"
        }
    }

    /// Whether a reason of Gemini's says that the answer is broken: what the model wrote could not be read as a call.
    static func isFailure(geminiReason reason: String) -> Bool {
        switch reason {
        case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE",
            "MISSING_THOUGHT_SIGNATURE", "NO_IMAGE":
            true
        default: false
        }
    }
}
