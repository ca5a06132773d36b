import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Whole answers, errors and lists")
struct AnswerTests {
    struct Case: Shown {
        let name: String
        let provider: String
        let caller: String
    }

    static let toOpenAI: [Case] = [
        Case(
            name: "texts become one, usage counts the cache",
            provider: """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"a"},
                {"type":"text","text":"b"}],"stop_reason":"end_turn","stop_sequence":null,
                "usage":{"input_tokens":5,"cache_read_input_tokens":3,"cache_creation_input_tokens":2,"output_tokens":7}}
                """,
            caller: """
                {"id":"msg_1","object":"chat.completion","created":1700000000,"model":"claude","system_fingerprint":null,
                "choices":[{"index":0,"message":{"role":"assistant","content":"ab","refusal":null},"logprobs":null,
                "finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":7,"total_tokens":17,
                "prompt_tokens_details":{"cached_tokens":3,"cache_write_tokens":2,"audio_tokens":0},
                "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,
                "rejected_prediction_tokens":0}}}
                """),
        Case(
            name: "calls without text have null for content",
            provider: """
                {"id":"i","model":"m","content":[{"type":"thinking","thinking":"t","signature":"s"},
                {"type":"tool_use","id":"c","name":"f","input":{"a": [1]}}],"stop_reason":"tool_use"}
                """,
            caller: """
                {"id":"i","object":"chat.completion","created":1700000000,"model":"m","system_fingerprint":null,
                "choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":null,"reasoning_content":"t",
                "thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"}],
                "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\\"a\\": [1]}"}}]},
                "logprobs":null,"finish_reason":"tool_calls"}]}
                """),
        Case(
            name: "nothing at all is an empty text",
            provider: #"{"id":"","model":"m","content":[],"stop_reason":"end_turn"}"#,
            caller: """
                {"id":"chatcmpl-ex_1","object":"chat.completion","created":1700000000,"model":"m","system_fingerprint":null,
                "choices":[{"index":0,"message":{"role":"assistant","content":"","refusal":null},"logprobs":null,
                "finish_reason":"stop"}]}
                """),
    ]

    static let toAnthropic: [Case] = [
        Case(
            name: "the cached part is taken out of the input",
            provider: """
                {"id":"c","created":5,"model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":"a"},
                "finish_reason":"length"}],"usage":{"prompt_tokens":10,"completion_tokens":7,
                "prompt_tokens_details":{"cached_tokens":4}}}
                """,
            caller: """
                {"id":"c","type":"message","role":"assistant","model":"gpt","content":[{"type":"text","text":"a"}],
                "stop_reason":"max_tokens","stop_sequence":null,"usage":{"input_tokens":6,"cache_creation_input_tokens":0,
                "cache_read_input_tokens":4,"output_tokens":7}}
                """),
        Case(
            name: "calls become blocks; arguments that are no object are handed over as what they are",
            provider: """
                {"id":"c","model":"gpt","choices":[{"message":{"content":"","reasoning_content":"t","tool_calls":[
                {"id":"x","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}"}},
                {"id":"","type":"function","function":{"name":"g","arguments":""}},
                {"id":"z","type":"function","function":{"name":"h","arguments":"{\\"a\\":"}}]},"finish_reason":"tool_calls"}]}
                """,
            caller: """
                {"id":"c","type":"message","role":"assistant","model":"gpt","content":[
                {"type":"thinking","thinking":"t","signature":""},{"type":"tool_use","id":"x","name":"f","input":{"a":1}},
                {"type":"tool_use","id":"call_ex1_0_1","name":"g","input":{}},
                {"type":"tool_use","id":"z","name":"h","input":{"unreadable_arguments":"{\\"a\\":"}}],
                "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,
                "cache_read_input_tokens":0,"output_tokens":0}}
                """),
        Case(
            name: "a refusal is a text, a filter a refusal",
            provider: """
                {"id":"c","model":"gpt","choices":[{"message":{"content":null,"refusal":"no"},
                "finish_reason":"content_filter"}]}
                """,
            caller: """
                {"id":"c","type":"message","role":"assistant","model":"gpt","content":[{"type":"text","text":"no"}],
                "stop_reason":"refusal","stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,
                "cache_read_input_tokens":0,"output_tokens":0}}
                """),
    ]

    @Test("From messages to chat completions", arguments: toOpenAI)
    func openAI(_ row: Case) throws {
        let (_, body) = try Translation(from: OpenAIChat.self, to: AnthropicMessages.self)
            .answer(Array(row.provider.utf8).span, AnswerRestoration(), Wire.answering)
        #expect(try Wire.tree(body) == Wire.tree(row.caller))
    }

    @Test("From chat completions to messages", arguments: toAnthropic)
    func anthropic(_ row: Case) throws {
        let (_, body) = try Translation(from: AnthropicMessages.self, to: OpenAIChat.self)
            .answer(Array(row.provider.utf8).span, AnswerRestoration(), Wire.answering)
        #expect(try Wire.tree(body) == Wire.tree(row.caller))
    }

    @Test("The caller is told the name that it asked for")
    func alias() throws {
        let answer = ChatAnswer(id: "i", model: "real", parts: [.text("a")], stop: .end)
        let options = AnswerOptions(model: "alias", created: 1, exchange: "x")
        for codec in [OpenAIChat.self, AnthropicMessages.self] as [any WireCodec.Type] {
            #expect(try JSONDocument(codec.body(of: answer, options))["model"]?.text == "alias")
        }
    }

    // MARK: Malformed answers

    static let malformed: [(String, String, CodecError.Code)] = [
        ("", "", .invalidJSON), ("<html>", "<html>", .invalidJSON), ("[]", "[]", .wrongType),
        ("{}", "{}", .missingField), (#"{"choices":[]}"#, #"{"content":"x"}"#, .missingField),
        (
            #"{"error":{"message":"m","type":"server_error"}}"#,
            #"{"type":"error","error":{"type":"api_error","message":"m"}}"#, .providerFailed
        ),
    ]

    @Test("What is no answer is an error, also with the status of a success", arguments: malformed)
    func refused(_ openAI: String, _ anthropic: String, _ code: CodecError.Code) {
        let first = #expect(throws: CodecError.self) { try Wire.answer(OpenAIChat.self, openAI) }
        #expect(first?.code == code)
        let second = #expect(throws: CodecError.self) { try Wire.answer(AnthropicMessages.self, anthropic) }
        #expect(second?.code == code)
        if code == .providerFailed {
            #expect(first?.failure?.message == "m")
            #expect(second?.failure?.message == "m")
        }
    }

    // MARK: Errors

    struct Failure: Shown {
        let status: Int
        let body: String
        let expected: ModelFailure
        var name: String { "\(self.status) \(self.body)" }

        init(_ status: Int, _ body: String, _ expected: ModelFailure) {
            self.status = status
            self.body = body
            self.expected = expected
        }
    }

    static let openAIFailures: [Failure] = [
        Failure(
            429, #"{"error":{"message":"m","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#,
            ModelFailure(.rateLimited, code: "rate_limit_exceeded", message: "m")),
        Failure(
            429, #"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            ModelFailure(.quotaExhausted, code: "insufficient_quota", message: "m")),
        Failure(
            400,
            #"{"error":{"message":"m","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
            ModelFailure(.invalidRequest, code: "context_length_exceeded", message: "m", parameter: "messages")),
        Failure(
            400, #"{"error":{"message":"m","code":"content_filter","innererror":{}}}"#,
            ModelFailure(.contentFiltered, code: "content_filter", message: "m")),
        Failure(
            404, #"{"error":{"message":"m","code":"model_not_found"}}"#,
            ModelFailure(.notFound, code: "model_not_found", message: "m")),
        Failure(401, #"{"error":"bad key"}"#, ModelFailure(.authentication, message: "bad key")),
        Failure(500, #"{"detail":"oops"}"#, ModelFailure(.server, message: "oops")),
        Failure(503, "<html>", ModelFailure(.overloaded, message: "the model's provider answered with status 503")),
        Failure(504, "", ModelFailure(.timeout, message: "the model's provider answered with status 504")),
    ]

    static let anthropicFailures: [Failure] = [
        Failure(
            529, #"{"type":"error","error":{"type":"overloaded_error","message":"m"},"request_id":"r"}"#,
            ModelFailure(.overloaded, code: "overloaded_error", message: "m")),
        Failure(
            429,
            #"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
            ModelFailure(.quotaExhausted, code: "enforced_spend_limit_reached", message: "m")),
        Failure(
            413, #"{"type":"error","error":{"type":"request_too_large","message":"m"}}"#,
            ModelFailure(.tooLarge, code: "request_too_large", message: "m")),
        Failure(402, "{}", ModelFailure(.billing, message: "the model's provider answered with status 402")),
    ]

    @Test("What chat completions say of failures is read", arguments: openAIFailures)
    func openAIFailure(_ row: Failure) {
        #expect(OpenAIChat.failure(status: row.status, Array(row.body.utf8).span) == row.expected)
    }

    @Test("What messages say of failures is read", arguments: anthropicFailures)
    func anthropicFailure(_ row: Failure) {
        #expect(AnthropicMessages.failure(status: row.status, Array(row.body.utf8).span) == row.expected)
    }

    /// Rule C-14: status, type for OpenAI, type for Anthropic.
    static let told: [(ModelFailure.Kind, Int, String, Int, String)] = [
        (.invalidRequest, 400, "invalid_request_error", 400, "invalid_request_error"),
        (.authentication, 401, "invalid_request_error", 401, "authentication_error"),
        (.billing, 402, "insufficient_quota", 402, "billing_error"),
        (.permission, 403, "permission_error", 403, "permission_error"),
        (.notFound, 404, "invalid_request_error", 404, "not_found_error"),
        (.conflict, 409, "invalid_request_error", 409, "conflict_error"),
        (.tooLarge, 413, "invalid_request_error", 413, "request_too_large"),
        (.rateLimited, 429, "rate_limit_error", 429, "rate_limit_error"),
        (.quotaExhausted, 429, "insufficient_quota", 429, "rate_limit_error"),
        (.contentFiltered, 400, "invalid_request_error", 400, "invalid_request_error"),
        (.server, 502, "server_error", 502, "api_error"),
        (.timeout, 504, "server_error", 504, "timeout_error"),
        (.overloaded, 503, "server_error", 529, "overloaded_error"),
    ]

    @Test("Each kind of failure has its status and type in each shape", arguments: told)
    func envelope(
        _ kind: ModelFailure.Kind, _ openAIStatus: Int, _ openAIType: String, _ anthropicStatus: Int,
        _ anthropicType: String
    ) throws {
        let error = WireError(
            kind, code: "c", message: "m", parameter: "p", exchange: "x", details: [WireError.Detail("policy", "q")])
        #expect(error.status(in: .openAIChat) == openAIStatus)
        #expect(error.status(in: .anthropicMessages) == anthropicStatus)
        #expect(
            Wire.text(OpenAIChat.body(of: error))
                == #"{"error":{"message":"m","type":"\#(openAIType)","param":"p","code":"c","gatehouse":{"exchange":"x","policy":"q"}}}"#
        )
        let code = kind == .quotaExhausted ? "enforced_spend_limit_reached" : "c"
        #expect(
            Wire.text(AnthropicMessages.body(of: error))
                == #"{"type":"error","error":{"type":"\#(anthropicType)","message":"m","details":{"error_code":"\#(code)","parameter":"p","policy":"q"}},"request_id":"x"}"#
        )
    }

    @Test("That a provider refused our credentials is no word about the caller's", arguments: [401, 403])
    func credentials(_ status: Int) {
        let failure = OpenAIChat.failure(status: status, Array(#"{"error":{"message":"bad key sk-1"}}"#.utf8).span)
        #expect(failure.forCaller.kind == .server)
        #expect(failure.forCaller.code == "upstream_auth_failed")
        #expect(!failure.forCaller.message.contains("sk-1"))
        #expect(ModelFailure.truncated.forCaller == .truncated)
    }

    @Test("Figures that no model reaches are cut instead of added up")
    func hugeUsage() throws {
        let most = Int.max
        let answer = try Wire.answer(
            AnthropicMessages.self,
            #"{"content":[],"usage":{"input_tokens":\#(most),"cache_read_input_tokens":\#(most),"cache_creation_input_tokens":\#(most),"output_tokens":\#(most)}}"#
        )
        #expect(answer.usage?.input == TokenCount(3 << 40))
        #expect(
            try JSONDocument(OpenAIChat.body(of: answer, Wire.answering))["usage", "total_tokens"]?.integer == 4 << 40)
        let other = try Wire.answer(
            OpenAIChat.self,
            #"{"choices":[{}],"usage":{"prompt_tokens":0,"completion_tokens":-5,"prompt_tokens_details":{"cached_tokens":\#(most)}}}"#
        )
        #expect(other.usage?.output == 0)
        #expect(other.usage?.uncached == 0)
    }

    // MARK: Lists

    @Test("Lists of models have the form of each shape")
    func models() throws {
        let list = ModelListing([
            ModelListing.Entry("a/b", created: Timestamp(microseconds: 1_700_000_000_000_000), owner: "o")
        ])
        #expect(
            Wire.text(list.body(in: .openAIChat))
                == #"{"object":"list","data":[{"id":"a/b","object":"model","created":1700000000,"owned_by":"o"}]}"#)
        #expect(
            Wire.text(list.body(in: .anthropicMessages))
                == #"{"data":[{"type":"model","id":"a/b","display_name":"a/b","created_at":"2023-11-14T22:13:20.000Z"}],"has_more":false,"first_id":"a/b","last_id":"a/b"}"#
        )
        #expect(
            Wire.text(list.body(in: .gemini))
                == #"{"models":[{"name":"models/a/b","displayName":"a/b","supportedGenerationMethods":["generateContent","streamGenerateContent","countTokens"]}]}"#
        )
        #expect(
            Wire.text(ModelListing([]).body(in: .anthropicMessages))
                == #"{"data":[],"has_more":false,"first_id":null,"last_id":null}"#)
    }

    // MARK: Small parts

    @Test(
        "Base64 is told from what is none, and read",
        arguments: [
            "": nil, "aGk=": "hi", "aGkh": "hi!", "aA==": "h", "aGk": nil, "a-k=": nil, "====": nil, "aG k": nil,
            "aGk=aGk=": nil,
        ] as [String: String?])
    func base64(_ text: String, _ expected: String?) {
        #expect(Base64.isWellFormed(text) == (expected != nil))
        #expect(Base64.bytes(of: text).map { Wire.text($0) } == expected)
    }
}
