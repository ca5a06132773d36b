import CloudCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Answers of Gemini")
struct GeminiAnswerTests {
    static let usageJSON = """
        {"promptTokenCount":9,"toolUsePromptTokenCount":1,"candidatesTokenCount":4,"thoughtsTokenCount":2,\
        "cachedContentTokenCount":3,"totalTokenCount":16,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":5}]}
        """
    static let usage = TokenUsage(
        input: 10, output: 6, cached: 3, reasoning: 2, audioInput: 5, source: .reported)

    static func candidate(_ parts: String, _ reason: String = "STOP") -> String {
        #"{"candidates":[{"content":{"role":"model","parts":[\#(parts)]},"finishReason":"\#(reason)","index":0}],"responseId":"r","modelVersion":"g"}"#
    }

    static let reasons: [(String, StopReason?)] = [
        ("STOP", .end), ("MAX_TOKENS", .length), ("SAFETY", .contentFilter), ("RECITATION", .contentFilter),
        ("BLOCKLIST", .contentFilter), ("PROHIBITED_CONTENT", .contentFilter), ("SPII", .contentFilter),
        ("FINISH_REASON_UNSPECIFIED", nil), ("SOMETHING_NEW", .end),
    ]

    @Test("Reasons to stop", arguments: reasons)
    func stops(_ reason: String, _ stop: StopReason?) throws {
        #expect(try Wire.answer(GeminiContent.self, Self.candidate(#"{"text":"a"}"#, reason)).stop == stop)
    }

    @Test("Thoughts, texts, signatures and calls; STOP with a call is a call for tools")
    func parts() throws {
        let answer = try Wire.answer(
            GeminiContent.self,
            Self.candidate(
                """
                {"text":"t","thought":true},{"text":"a"},{"text":"","thoughtSignature":"s1"},
                {"functionCall":{"name":"f","args":{"x": 1}},"thoughtSignature":"s2"},{"functionCall":{"id":"i","name":"g"}}
                """))
        #expect(
            answer.parts == [
                .thinking("t", signature: nil), .text("a"), .thinking("", signature: "s1"),
                .toolCall(ToolCall(id: "call_r_0__thought__s2", name: "f", arguments: #"{"x": 1}"#)),
                .toolCall(ToolCall(id: "i", name: "g", arguments: "{}")),
            ])
        #expect(answer.stop == .toolCalls)
        #expect(answer.id == "r")
        #expect(answer.model == "g")
    }

    @Test("Usage: thoughts are output, what is cached is input")
    func countsUsage() throws {
        let answer = try Wire.answer(
            GeminiContent.self, #"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":\#(Self.usageJSON)}"#)
        #expect(answer.usage == Self.usage)
    }

    @Test("A prompt that was blocked is an answer that was filtered; nothing at all is none")
    func blocked() throws {
        let answer = try Wire.answer(GeminiContent.self, #"{"promptFeedback":{"blockReason":"SAFETY"}}"#)
        #expect(answer.choices == [ChatAnswer.Choice(parts: [], stop: .contentFilter)])
        #expect(throws: CodecError(.missingField, "")) { try Wire.answer(GeminiContent.self, "{}") }
    }

    @Test("An error with a good status, and a call that could not be read, are failures")
    func brokenAnswers() throws {
        let error = #expect(throws: CodecError.self) {
            try Wire.answer(GeminiContent.self, #"{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}"#)
        }
        #expect(error?.failure == ModelFailure(.overloaded, code: "UNAVAILABLE", message: "m"))
        let malformed = #expect(throws: CodecError.self) {
            try Wire.answer(GeminiContent.self, Self.candidate("", "MALFORMED_FUNCTION_CALL"))
        }
        #expect(malformed?.failure?.code == "malformed_function_call")
    }

    @Test("What a caller is told, with arguments that are no object and citations")
    func written() throws {
        let answer = ChatAnswer(
            id: "", model: "m",
            parts: [
                .thinking("t", signature: "s"), .redactedThinking("d"), .text("a"),
                .citation(Citation(.web, url: "u", title: "n", start: 0, end: 1)), .refusal("no"),
                .toolCall(ToolCall(id: "c__thought__s", name: "f", arguments: #"{"x":1}"#)),
                .toolCall(ToolCall(id: "d", name: "g", arguments: "oops")),
            ], stop: .toolCalls, usage: TokenUsage(input: 10, output: 6, cached: 3, reasoning: 2, source: .reported))
        let expected = """
            {"candidates":[{"content":{"parts":[{"text":"t","thought":true,"thoughtSignature":"s"},
            {"text":"","thought":true,"thoughtSignature":"d"},{"text":"a"},{"text":"no"},
            {"functionCall":{"id":"c","name":"f","args":{"x":1}},"thoughtSignature":"s"},
            {"functionCall":{"id":"d","name":"g","args":{"unreadable_arguments":"oops"}}}],"role":"model"},
            "finishReason":"STOP","index":0,"citationMetadata":{"citationSources":[{"startIndex":0,"endIndex":1,
            "uri":"u","title":"n"}]}}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":4,
            "totalTokenCount":16,"thoughtsTokenCount":2,"cachedContentTokenCount":3},"modelVersion":"m",
            "responseId":"ex_1"}
            """
        #expect(try Wire.tree(GeminiContent.body(of: answer, Wire.answering)) == Wire.tree(expected))
    }

    @Test("Usage is always told, since clients stumble where there is none")
    func usageAlways() throws {
        let none = #""usageMetadata":{"promptTokenCount":0,"candidatesTokenCount":0,"totalTokenCount":0}"#
        let answer = ChatAnswer(id: "r", model: "m", parts: [.text("a")], stop: .end)
        #expect(Wire.text(GeminiContent.body(of: answer, Wire.answering)).contains(none))
        let events: [AnswerEvent] = [.begin(AnswerOpening(id: "r", model: "m")), .text("a"), .stop(.end), .end]
        let stream = Wire.frames(GeminiContent.self, events).joined()
        #expect(stream.split(separator: none, omittingEmptySubsequences: false).count == 2)
        #expect(stream.hasSuffix(none + #","modelVersion":"m","responseId":"r"}"# + "\r\n\r\n"))
    }

    struct Failure: Shown {
        let name: String
        let status: Int
        let body: String
        let failure: ModelFailure
    }

    static let failures: [Failure] = [
        Failure(
            name: "a field that is wrong", status: 400,
            body: """
                {"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT","details":[
                {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"contents[0]"}]}]}}
                """,
            failure: ModelFailure(
                .invalidRequest, code: "INVALID_ARGUMENT", message: "bad", parameter: "contents[0]")),
        Failure(
            name: "a key that is wrong, which Google calls a bad request", status: 400,
            body: """
                {"error":{"code":400,"message":"key","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}
                """, failure: ModelFailure(.authentication, code: "API_KEY_INVALID", message: "key")),
        Failure(
            name: "too much, in an array", status: 429,
            body: #"[{"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]"#,
            failure: ModelFailure(.rateLimited, code: "RESOURCE_EXHAUSTED", message: "slow")),
        Failure(
            name: "a page of a proxy", status: 502, body: "<html>",
            failure: ModelFailure(.server, message: "the model's provider answered with status 502")),
    ]

    @Test("Errors of the provider", arguments: failures)
    func readsFailure(_ row: Failure) {
        #expect(GeminiContent.failure(status: row.status, Array(row.body.utf8).span) == row.failure)
    }

    @Test(
        "Errors for a caller have Google's form and are read as what they are",
        arguments: [
            ModelFailure.Kind.invalidRequest, .authentication, .permission, .notFound, .rateLimited, .overloaded,
            .timeout,
        ])
    func errors(_ kind: ModelFailure.Kind) throws {
        let error = WireError(kind, code: "c", message: "m", parameter: "p", exchange: "ex_1")
        let body = GeminiContent.body(of: error)
        let read = GeminiContent.failure(status: error.status(in: .gemini), body.span)
        #expect(read == ModelFailure(kind, code: "c", message: "m", parameter: "p"))
    }

    @Test("What goes wrong here has the name of its status", arguments: [(500, "INTERNAL"), (503, "UNAVAILABLE")])
    func ownFailure(_ status: Int, _ name: String) {
        let error = WireError(.server, code: "audit_unavailable", message: "m", exchange: "ex_1", status: status)
        let body = String(decoding: GeminiContent.body(of: error), as: UTF8.self)
        #expect(body.contains(#""code":\#(status),"#) && body.contains(#""status":"\#(name)""#), "\(body)")
    }
}
