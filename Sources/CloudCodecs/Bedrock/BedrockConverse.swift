package import Codecs
package import Conversation
import Kernel

/// Amazon Bedrock's Converse and ConverseStream.
///
/// The model's name and whether to stream stand in the path. Requests are read and answers written only where somebody
/// speaks as Bedrock does: in tests and simulations.
package enum BedrockConverse: WireCodec {
    package static let shape = WireShape.bedrockConverse

    package static func request(_ body: Span<UInt8>, _ address: RequestAddress) throws(CodecError) -> ChatRequest {
        var reader = BedrockRequestReader()
        return try reader.read(try JSONView(object: body), address)
    }

    package static func body(
        of request: ChatRequest, _ options: EncodingOptions
    ) throws(CodecError) -> EncodedRequest {
        try BedrockRequestWriter(request, options).write()
    }

    package static func answer(_ body: Span<UInt8>) throws(CodecError) -> ChatAnswer {
        try BedrockAnswer.answer(try JSONView(object: body))
    }

    package static func usage(_ answer: borrowing JSONView) -> TokenUsage? {
        answer.value("usage", of: answer.root).flatMap { BedrockUsage.usage(answer, $0) }
    }

    package static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        BedrockAnswer.body(of: answer, options)
    }

    package static func failure(status: Int, _ body: Span<UInt8>) -> ModelFailure {
        guard let json = try? JSONView(object: body), let failure = BedrockErrors.failure(json, status: status) else {
            return ModelFailure(
                ModelFailure.Kind(status: status), message: "the model's provider answered with status \(status)")
        }
        return failure
    }

    package static func body(of error: WireError) -> [UInt8] { BedrockErrors.body(of: error) }

    package static func streamReader() -> any AnswerStreamReader { BedrockStreamReader() }

    package static func streamWriter(_ options: AnswerOptions) -> any AnswerStreamWriter {
        BedrockStreamWriter(options)
    }
}

/// Errors as AWS spells them: a message under either of two names, and a type in the body, a header or neither.
enum BedrockErrors {
    /// Nil where the body is no error.
    static func failure(_ json: borrowing JSONView, status: Int, type: String? = nil) -> ModelFailure? {
        let type = type ?? json.text("__type", of: json.root) ?? json.text("code", of: json.root)
        let message = json.text("message", of: json.root) ?? json.text("Message", of: json.root)
        guard type != nil || message != nil else { return nil }
        // Such as `com.amazon.coral.service#ThrottlingException`, in streams `throttlingException`.
        let name = type?.split(separator: "#").last.map(String.init)
        let kind = name.flatMap { self.kind($0.lowercased()) } ?? ModelFailure.Kind(status: status)
        return ModelFailure(kind, code: name, message: message ?? "the model's provider gave no reason")
    }

    private static func kind(_ type: String) -> ModelFailure.Kind? {
        switch type {
        case "validationexception": .invalidRequest
        case "accessdeniedexception": .permission
        case "unrecognizedclientexception", "expiredtokenexception", "invalidsignatureexception",
            "incompletesignatureexception", "missingauthenticationtokenexception", "invalidclienttokenid":
            .authentication
        case "resourcenotfoundexception": .notFound
        case "conflictexception": .conflict
        case "throttlingexception", "toomanyrequestsexception", "modelnotreadyexception": .rateLimited
        case "servicequotaexceededexception": .quotaExhausted
        case "serviceunavailableexception": .overloaded
        case "modeltimeoutexception": .timeout
        case "internalserverexception", "internalfailure", "modelerrorexception", "modelstreamerrorexception": .server
        default: nil
        }
    }

    static func type(of kind: ModelFailure.Kind) -> String {
        switch kind {
        case .invalidRequest, .tooLarge, .contentFiltered: "ValidationException"
        case .authentication: "UnrecognizedClientException"
        case .permission, .billing: "AccessDeniedException"
        case .notFound: "ResourceNotFoundException"
        case .conflict: "ConflictException"
        case .rateLimited: "ThrottlingException"
        case .quotaExhausted: "ServiceQuotaExceededException"
        case .server: "InternalServerException"
        case .timeout: "ModelTimeoutException"
        case .overloaded: "ServiceUnavailableException"
        }
    }

    static func body(of error: WireError) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("__type", self.type(of: error.kind))
            json.member("message", error.message)
        }
        return json.bytes
    }
}

extension StopReason {
    /// The reason as Converse spells it; nil where it is none or one that tells of a failure.
    init?(converseReason reason: String, sequence: String? = nil) {
        switch reason {
        case "end_turn": self = .end
        case "tool_use": self = .toolCalls
        case "max_tokens": self = .length
        case "stop_sequence": self = .stopSequence(sequence)
        case "guardrail_intervened", "content_filtered": self = .contentFilter
        case "refusal": self = .refusal
        case "model_context_window_exceeded": self = .contextExceeded
        case "pause_turn": self = .pause
        default: return nil
        }
    }

    var converseReason: String {
        switch self {
        case .end: "end_turn"
        case .toolCalls: "tool_use"
        case .length: "max_tokens"
        case .stopSequence: "stop_sequence"
        case .contentFilter: "content_filtered"
        case .refusal: "refusal"
        case .contextExceeded: "model_context_window_exceeded"
        case .pause: "pause_turn"
        }
    }

    /// Whether a reason says that what the model wrote could not be read.
    static func isFailure(converseReason reason: String) -> Bool {
        reason == "malformed_model_output" || reason == "malformed_tool_use"
    }
}

/// The usage object, whose input leaves out what was read from and written to the cache.
enum BedrockUsage {
    static func usage(_ json: borrowing JSONView, _ node: JSONView.Node) -> TokenUsage? {
        guard json.kind(node) == .object, let input = json.tokens("inputTokens", of: node) else { return nil }
        let read = json.tokens("cacheReadInputTokens", of: node) ?? 0
        let written = json.tokens("cacheWriteInputTokens", of: node) ?? 0
        return TokenUsage(
            input: input + read + written, output: json.tokens("outputTokens", of: node) ?? 0, cached: read,
            cacheWritten: written, source: .reported)
    }

    static func write(_ usage: TokenUsage, to json: inout JSONWriter) {
        json.object("usage") { json in
            json.member("inputTokens", usage.uncached.value)
            json.member("outputTokens", usage.output.value)
            json.member("totalTokens", (usage.input + usage.output).value)
            json.member("cacheReadInputTokens", usage.cached.value)
            json.member("cacheWriteInputTokens", usage.cacheWritten.value)
        }
    }
}

/// Formats of media by their types.
enum BedrockFormat {
    private static let formats: [(type: String, format: String)] = [
        ("image/png", "png"), ("image/jpeg", "jpeg"), ("image/gif", "gif"), ("image/webp", "webp"),
        ("application/pdf", "pdf"), ("text/csv", "csv"), ("application/msword", "doc"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("application/vnd.ms-excel", "xls"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"), ("text/html", "html"),
        ("text/plain", "txt"), ("text/markdown", "md"), ("audio/mpeg", "mp3"), ("audio/mp3", "mp3"),
        ("audio/wav", "wav"), ("audio/flac", "flac"), ("audio/ogg", "ogg"), ("audio/aac", "aac"),
    ]

    /// The format of a type, if it is one of `kind` (`image/`, `audio/`; otherwise a document).
    static func format(of type: String?, _ kind: String = "") -> String? {
        let type = type == "image/jpg" ? "image/jpeg" : type ?? ""
        let isMedium = type.hasPrefix("image/") || type.hasPrefix("audio/")
        guard kind.isEmpty ? !isMedium : type.hasPrefix(kind) else { return nil }
        return self.formats.first { $0.type == type }?.format
    }

    static func type(of format: String) -> String? { self.formats.first { $0.format == format }?.type }
}
