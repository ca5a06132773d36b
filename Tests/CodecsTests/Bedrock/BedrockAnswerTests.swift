import CloudCodecs
import Codecs
import Conversation
import Framing
import Kernel
import TestSupport
import Testing

@Suite("Answers of Bedrock")
struct BedrockAnswerTests {
    static let reasons: [(String, StopReason)] = [
        ("end_turn", .end), ("tool_use", .toolCalls), ("max_tokens", .length), ("stop_sequence", .stopSequence(nil)),
        ("guardrail_intervened", .contentFilter), ("content_filtered", .contentFilter),
        ("model_context_window_exceeded", .contextExceeded), ("something_new", .end),
    ]

    @Test("Reasons to stop", arguments: reasons)
    func stops(_ reason: String, _ stop: StopReason) throws {
        let answer = try Wire.answer(
            BedrockConverse.self, #"{"output":{"message":{"content":[{"text":"a"}]}},"stopReason":"\#(reason)"}"#)
        #expect(answer.stop == stop)
        #expect(answer.parts == [.text("a")])
    }

    @Test("Blocks of every kind; usage adds what the cache gave and took")
    func blocks() throws {
        let answer = try Wire.answer(
            BedrockConverse.self,
            """
            {"output":{"message":{"role":"assistant","content":[
            {"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},
            {"reasoningContent":{"redactedContent":"ZA=="}},{"text":"a"},
            {"citationsContent":{"content":[{"text":"b"}],"citations":[{"title":"n","sourceContent":[{"text":"q"}],
            "location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}}]}},
            {"toolUse":{"toolUseId":"i","name":"f","input":{"x": 1}}}]}},"stopReason":"tool_use",
            "usage":{"inputTokens":5,"outputTokens":4,"totalTokens":14,"cacheReadInputTokens":3,"cacheWriteInputTokens":2}}
            """)
        #expect(
            answer.parts == [
                .thinking("t", signature: "s"), .redactedThinking("ZA=="), .text("a"), .text("b"),
                .citation(Citation(.pages, title: "n", quote: "q", document: 0, start: 1, end: 2)),
                .toolCall(ToolCall(id: "i", name: "f", arguments: #"{"x": 1}"#)),
            ])
        #expect(
            answer.usage == TokenUsage(input: 10, output: 4, cached: 3, cacheWritten: 2, source: .reported))
    }

    @Test("An answer may be empty; a body that says neither what nor why is an error, also with a good status")
    func empty() throws {
        #expect(try Wire.answer(BedrockConverse.self, #"{"stopReason":"end_turn"}"#).parts.isEmpty)
        let error = #expect(throws: CodecError.self) { try Wire.answer(BedrockConverse.self, #"{"Message":"m"}"#) }
        #expect(error?.failure?.message == "m")
        #expect(throws: CodecError(.missingField, "")) { try Wire.answer(BedrockConverse.self, "{}") }
        let malformed = #expect(throws: CodecError.self) {
            try Wire.answer(BedrockConverse.self, #"{"stopReason":"malformed_tool_use"}"#)
        }
        #expect(malformed?.failure?.code == "malformed_tool_use")
    }

    static let errors: [(Int, String, ModelFailure)] = [
        (429, #"{"message":"slow"}"#, ModelFailure(.rateLimited, message: "slow")),
        (400, #"{"Message":"bad"}"#, ModelFailure(.invalidRequest, message: "bad")),
        (
            403, #"{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"old"}"#,
            ModelFailure(.authentication, code: "ExpiredTokenException", message: "old")
        ),
        (
            400, #"{"__type":"ServiceQuotaExceededException","message":"all"}"#,
            ModelFailure(.quotaExhausted, code: "ServiceQuotaExceededException", message: "all")
        ),
        (503, "<html>", ModelFailure(.overloaded, message: "the model's provider answered with status 503")),
    ]

    @Test("Errors with either spelling of the message, with a type or without", arguments: errors)
    func readsErrors(_ status: Int, _ body: String, _ failure: ModelFailure) {
        #expect(BedrockConverse.failure(status: status, Array(body.utf8).span) == failure)
    }

    // MARK: Streams

    static func message(_ type: String, _ payload: String, kind: String = "event") -> [UInt8] {
        var bytes: [UInt8] = []
        let name = kind == "event" ? ":event-type" : ":exception-type"
        EventMessageWriter.append(
            headers: [(name, type), (":content-type", "application/json"), (":message-type", kind)],
            payload: Array(payload.utf8).span, to: &bytes)
        return bytes
    }

    static let start = message("messageStart", #"{"role":"assistant","p":"abc"}"#)
    static let stop = message("messageStop", #"{"stopReason":"tool_use"}"#)
    static let metadata = message(
        "metadata", #"{"usage":{"inputTokens":5,"outputTokens":4,"cacheReadInputTokens":3},"metrics":{"latencyMs":1}}"#)
    static let begin = AnswerEvent.begin(AnswerOpening(id: "", model: ""))
    static let usage = TokenUsage(input: 8, output: 4, cached: 3, source: .reported)

    static func delta(_ delta: String, _ index: Int = 0) -> [UInt8] {
        self.message("contentBlockDelta", #"{"contentBlockIndex":\#(index),"delta":\#(delta)}"#)
    }

    struct Case: Shown {
        let name: String
        let stream: [UInt8]
        let events: [AnswerEvent]

        init(_ name: String, _ stream: [UInt8], _ events: [AnswerEvent]) {
            self.name = name
            self.stream = stream
            self.events = events
        }
    }

    static let whole =
        start + delta(#"{"reasoningContent":{"text":"t"}}"#) + delta(#"{"reasoningContent":{"signature":"s"}}"#)
        + message("contentBlockStop", #"{"contentBlockIndex":0}"#) + delta(#"{"text":"a"}"#, 1)
        + delta(#"{"citation":{"location":{"web":{"url":"u"}}}}"#, 1)
        + message("contentBlockStart", #"{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"i","name":"f"}}}"#)
        + delta(#"{"toolUse":{"input":"{\"x\":"}}"#, 2) + delta(#"{"toolUse":{"input":"1}"}}"#, 2)
        + message("contentBlockStop", #"{"contentBlockIndex":2}"#) + stop
    static let wholeEvents: [AnswerEvent] = [
        begin, .thinking("t"), .signature("s"), .text("a"), .citation(Citation(.web, url: "u")),
        .toolCallBegin(call: 0, id: "i", name: "f"), .toolCallArguments(#"{"x":"#, call: 0),
        .toolCallArguments("1}", call: 0), .toolCallEnd(call: 0), .stop(.toolCalls),
    ]

    static let streams: [Case] = [
        Case("everything, the usage behind the end", whole + metadata, wholeEvents + [.usage(usage), .end]),
        Case("no usage at all", whole, wholeEvents + [.end]),
        Case(
            "a stream that breaks off between messages", start + delta(#"{"text":"a"}"#),
            [begin, .text("a"), .failure(.truncated)]),
        Case(
            "a stream that breaks off in a message", start + Array(delta(#"{"text":"a"}"#).dropLast(3)),
            [begin, .failure(.truncated)]),
        Case(
            "half a message behind the end", whole + Array(metadata.dropLast(1)), wholeEvents + [.failure(.truncated)]),
        Case("nothing at all", [], [.failure(.truncated)]),
        Case(
            "throttled in the middle",
            start + delta(#"{"text":"a"}"#) + message("throttlingException", #"{"message":"m"}"#, kind: "exception")
                + stop,
            [begin, .text("a"), .failure(ModelFailure(.rateLimited, code: "throttlingException", message: "m"))]),
        Case(
            "broken by the model", message("modelStreamErrorException", #"{"message":"m"}"#, kind: "exception"),
            [.failure(ModelFailure(.server, code: "modelStreamErrorException", message: "m"))]),
        Case(
            "a checksum that does not hold", start + whole.dropFirst(start.count).prefix(40) + whole,
            [
                begin,
                .failure(.malformed("a message does not have the checksum that it states")),
            ]),
    ]

    @Test("Streams are read, however they are cut", arguments: streams)
    func reads(_ row: Case) {
        #expect(Wire.events(BedrockConverse.self, [row.stream]) == row.events)
        #expect(Wire.events(BedrockConverse.self, row.stream.map { [$0] }) == row.events)
    }

    @Test("A failure is an exception in the stream, and nothing follows it")
    func writesFailure() {
        var writer = BedrockConverse.streamWriter(Wire.answering)
        var bytes: [UInt8] = []
        let failure = ModelFailure(.rateLimited, code: "c", message: "m")
        for event in [Self.begin, .text("a"), .failure(failure), .text("b"), .end] {
            writer.write(event, into: &bytes)
        }
        let told = ModelFailure(.rateLimited, code: "throttlingException", message: "m")
        #expect(Wire.events(BedrockConverse.self, [bytes]) == [Self.begin, .text("a"), .failure(told)])
    }
}
