import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Streams of Anthropic's messages")
struct AnthropicStreamTests {
    static func event(_ type: String, _ rest: String = "") -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\"\(rest)}\n\n"
    }

    static let start = event(
        "message_start",
        #","message":{"id":"i","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":5,"cache_read_input_tokens":3,"cache_creation_input_tokens":2,"output_tokens":1}}"#
    )
    static let opening = AnswerOpening(
        id: "i", model: "m", usage: TokenUsage(input: 10, output: 1, cached: 3, cacheWritten: 2, source: .reported))
    static let finalUsage = TokenUsage(input: 10, output: 7, cached: 3, cacheWritten: 2, source: .reported)

    static func block(_ index: Int, _ content: String, _ deltas: [String]) -> String {
        event("content_block_start", ",\"index\":\(index),\"content_block\":\(content)")
            + deltas.map { event("content_block_delta", ",\"index\":\(index),\"delta\":\($0)") }.joined()
            + event("content_block_stop", ",\"index\":\(index)")
    }

    static func ending(_ reason: String, _ sequence: String = "null") -> String {
        event(
            "message_delta",
            ",\"delta\":{\"stop_reason\":\"\(reason)\",\"stop_sequence\":\(sequence)},\"usage\":{\"output_tokens\":7}")
            + event("message_stop")
    }

    struct Case: Shown {
        let name: String
        let stream: String
        let events: [AnswerEvent]

        init(_ name: String, _ stream: String, _ events: [AnswerEvent]) {
            self.name = name
            self.stream = stream
            self.events = events
        }
    }

    static func whole(_ pieces: [AnswerEvent], stop: StopReason = .end) -> [AnswerEvent] {
        [.begin(Self.opening)] + pieces + [.usage(Self.finalUsage), .stop(stop), .end]
    }

    static let cases: [Case] = [
        Case(
            "a text, with pings and a stray [DONE]",
            start + event("ping")
                + block(
                    0, #"{"type":"text","text":""}"#,
                    [#"{"type":"text_delta","text":"a"}"#, #"{"type":"text_delta","text":"b"}"#])
                + "data: [DONE]\n\n" + ending("end_turn"), whole([.text("a"), .text("b")])),
        Case(
            "frames without names are read all the same",
            (start + block(0, #"{"type":"text","text":"a"}"#, []) + ending("max_tokens"))
                .split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("event:") }
                .joined(separator: "\n"), whole([.text("a")], stop: .length)),
        Case(
            "thoughts with their signatures, and hidden ones",
            start
                + block(
                    0, #"{"type":"thinking","thinking":"","signature":""}"#,
                    [#"{"type":"thinking_delta","thinking":"t"}"#, #"{"type":"signature_delta","signature":"s"}"#])
                + block(1, #"{"type":"redacted_thinking","data":"d"}"#, []) + ending("end_turn"),
            whole([.thinking("t"), .signature("s"), .redactedThinking("d")])),
        Case(
            "calls count tools, not blocks",
            start + block(0, #"{"type":"text","text":""}"#, [#"{"type":"text_delta","text":"a"}"#])
                + block(
                    1, #"{"type":"tool_use","id":"x","name":"f","input":{}}"#,
                    [
                        #"{"type":"input_json_delta","partial_json":""}"#,
                        #"{"type":"input_json_delta","partial_json":"{\"a\":"}"#,
                        #"{"type":"input_json_delta","partial_json":"1}"}"#,
                    ])
                + block(2, #"{"type":"tool_use","id":"y","name":"g","input":{}}"#, []) + ending("tool_use"),
            whole(
                [
                    .text("a"), .toolCallBegin(call: 0, id: "x", name: "f"), .toolCallArguments(#"{"a":"#, call: 0),
                    .toolCallArguments("1}", call: 0), .toolCallEnd(call: 0),
                    .toolCallBegin(call: 1, id: "y", name: "g"), .toolCallEnd(call: 1),
                ], stop: .toolCalls)),
        Case(
            "input that stands in the block's beginning",
            start + block(0, #"{"type":"tool_use","id":"x","name":"f","input":{"a":1}}"#, []) + ending("tool_use"),
            whole(
                [
                    .toolCallBegin(call: 0, id: "x", name: "f"), .toolCallArguments(#"{"a":1}"#, call: 0),
                    .toolCallEnd(call: 0),
                ], stop: .toolCalls)),
        Case(
            "blocks of the provider's own tools are passed over",
            start
                + block(
                    0, #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#,
                    [#"{"type":"input_json_delta","partial_json":"{}"}"#])
                + block(
                    1, #"{"type":"text","text":"a"}"#,
                    [
                        #"{"type":"citations_delta","citation":{"type":"char_location","cited_text":"q","document_index":0,"document_title":"t","start_char_index":1,"end_char_index":2}}"#
                    ])
                + ending("stop_sequence", #""END""#),
            whole(
                [.text("a"), .citation(Citation(.characters, title: "t", quote: "q", document: 0, start: 1, end: 2))],
                stop: .stopSequence("END"))),
    ]

    static let failures: [Case] = [
        Case(
            "a stream without message_stop", start + block(0, #"{"type":"text","text":"a"}"#, []),
            [.begin(opening), .text("a"), .failure(.truncated)]),
        Case(
            "an error frame",
            start + event("error", #","error":{"type":"overloaded_error","message":"busy"}"#) + ending("end_turn"),
            [.begin(opening), .failure(ModelFailure(.overloaded, code: "overloaded_error", message: "busy"))]),
        Case(
            "an error frame without its name",
            start + "data: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"m\"}}\n\n",
            [.begin(opening), .failure(ModelFailure(.server, code: "api_error", message: "m"))]),
        Case("what is no JSON", start + "event: ping\ndata: {\n\n", [.begin(opening), .failure(.malformed(""))]),
    ]

    @Test("Streams are read, in pieces of any size", arguments: cases + failures)
    func read(_ row: Case) {
        let expected = OpenAIChatStreamTests.withoutWords(row.events)
        #expect(OpenAIChatStreamTests.withoutWords(Wire.events(AnthropicMessages.self, row.stream)) == expected)
        var random = SplitMix(seed: 3)
        for longest in [1, 3, 50] {
            let pieces = random.pieces(of: Array(row.stream.utf8), longest: longest)
            #expect(OpenAIChatStreamTests.withoutWords(Wire.events(AnthropicMessages.self, pieces)) == expected)
        }
    }

    // MARK: Writing

    /// The types of the frames' payloads, which must be the names of the events, and the rest of what they say.
    private func told(_ frames: [String]) throws -> [String] {
        try frames.map { frame in
            let lines = frame.split(separator: "\n")
            let name = try #require(lines.first).dropFirst("event: ".count)
            let payload = try JSONDocument(Array(try #require(lines.last).dropFirst("data: ".count).utf8))
            #expect(payload["type"]?.text == String(name))
            return Wire.text(payload.written)
        }
    }

    @Test("Blocks follow each other, and the end tells reason and usage together")
    func written() throws {
        let frames = try self.told(
            Wire.frames(
                AnthropicMessages.self,
                [
                    .begin(AnswerOpening(id: "i", model: "m")), .thinking("t"), .text("a"), .text("b"),
                    .toolCallBegin(call: 0, id: "x", name: "f"), .toolCallArguments("{}", call: 0),
                    .toolCallEnd(call: 0), .toolCallBegin(call: 1, id: "", name: "g"), .toolCallEnd(call: 1),
                    .stop(.toolCalls),
                    .usage(TokenUsage(input: 10, output: 7, cached: 3, source: .reported)), .end, .text("late"),
                ], AnswerOptions(model: "alias", created: 1, exchange: "ex_1")))
        func block(_ index: Int, _ content: String) -> String {
            #"{"type":"content_block_start","index":\#(index),"content_block":\#(content)}"#
        }
        func delta(_ index: Int, _ delta: String) -> String {
            #"{"type":"content_block_delta","index":\#(index),"delta":\#(delta)}"#
        }
        func stop(_ index: Int) -> String { #"{"type":"content_block_stop","index":\#(index)}"# }
        let none = #"{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}"#
        #expect(
            frames == [
                #"{"type":"message_start","message":{"id":"i","type":"message","role":"assistant","model":"alias","content":[],"stop_reason":null,"stop_sequence":null,"usage":\#(none)}}"#,
                block(0, #"{"type":"thinking","thinking":"","signature":""}"#),
                delta(0, #"{"type":"thinking_delta","thinking":"t"}"#), stop(0),
                block(1, #"{"type":"text","text":""}"#), delta(1, #"{"type":"text_delta","text":"a"}"#),
                delta(1, #"{"type":"text_delta","text":"b"}"#), stop(1),
                block(2, #"{"type":"tool_use","id":"x","name":"f","input":{}}"#),
                delta(2, #"{"type":"input_json_delta","partial_json":"{}"}"#), stop(2),
                block(3, #"{"type":"tool_use","id":"call_ex1_0_1","name":"g","input":{}}"#), stop(3),
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":7}}"#,
                #"{"type":"message_stop"}"#,
            ])
    }

    @Test("A failure is an error event with no end behind it")
    func writtenFailure() throws {
        let frames = try self.told(
            Wire.frames(
                AnthropicMessages.self,
                [.begin(Self.opening), .text("a"), .failure(.truncated), .stop(.end), .end]))
        #expect(
            frames.last
                == #"{"type":"error","error":{"type":"api_error","message":"\#(ModelFailure.truncated.message)","details":{"error_code":"upstream_truncated"}},"request_id":"ex_1"}"#
        )
        #expect(!frames.contains { $0.contains("message_stop") })
    }

    @Test("What is written is read as it was, in pieces of any size")
    func roundTrip() {
        var random = SplitMix(seed: 12)
        for round in 0..<200 {
            let events = RandomAnswer.events(&random, for: .anthropicMessages)
            var writer = AnthropicMessages.streamWriter(Wire.answering)
            var bytes: [UInt8] = []
            for event in events { writer.write(event, into: &bytes) }
            let read = Wire.events(AnthropicMessages.self, random.pieces(of: bytes, longest: 50))
            #expect(RandomAnswer.gathered(read) == RandomAnswer.gathered(events), "round \(round)")
        }
    }

    // MARK: Across

    static let stops: [(String, StopReason, String)] = [
        ("end_turn", .end, "stop"), ("stop_sequence", .stopSequence(nil), "stop"), ("pause_turn", .pause, "stop"),
        ("max_tokens", .length, "length"), ("model_context_window_exceeded", .contextExceeded, "length"),
        ("tool_use", .toolCalls, "tool_calls"), ("refusal", .refusal, "content_filter"),
    ]

    @Test("Reasons to stop have their equals", arguments: stops)
    func reasons(_ anthropic: String, _ reason: StopReason, _ openAI: String) throws {
        let answer = try Wire.answer(
            AnthropicMessages.self, #"{"id":"i","content":[],"stop_reason":"\#(anthropic)","stop_sequence":null}"#)
        #expect(answer.stop == reason)
        let body = try JSONDocument(OpenAIChat.body(of: answer, Wire.answering))
        #expect(body["choices", 0, "finish_reason"]?.text == openAI)
    }

    @Test("The usage of a stream arrives in the other shape, exactly once")
    func usageAcross() throws {
        let stream = Self.start + Self.block(0, #"{"type":"text","text":"a"}"#, []) + Self.ending("end_turn")
        var translation = Translation(from: OpenAIChat.self, to: AnthropicMessages.self)
            .stream(AnswerRestoration(), Wire.answering)
        var events: [AnswerEvent] = []
        translation.receive(Array(stream.utf8).span, into: &events)
        translation.finish(into: &events)
        var bytes: [UInt8] = []
        for event in events { translation.write(event, into: &bytes) }
        let text = Wire.text(bytes)
        #expect(text.ranges(of: #""prompt_tokens":10"#).count == 1)
        #expect(
            text.contains(
                #""completion_tokens":7,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":3,"cache_write_tokens":2"#
            ))
        #expect(text.hasSuffix("data: [DONE]\n\n"))
    }

    @Test("A failing provider fails towards the caller in the other shape", arguments: [false, true])
    func failureAcross(_ isCut: Bool) throws {
        let stream =
            Self.start + Self.block(0, #"{"type":"text","text":"a"}"#, [])
            + (isCut ? "" : Self.event("error", #","error":{"type":"overloaded_error","message":"busy"}"#))
        var translation = Translation(from: OpenAIChat.self, to: AnthropicMessages.self)
            .stream(AnswerRestoration(), Wire.answering)
        var events: [AnswerEvent] = []
        translation.receive(Array(stream.utf8).span, into: &events)
        translation.finish(into: &events)
        var bytes: [UInt8] = []
        for event in events { translation.write(event, into: &bytes) }
        let frames = Wire.text(bytes).split(separator: "\n\n")
        #expect(frames.last?.hasPrefix(#"data: {"error":{"message":"#) == true)
        #expect(!frames.contains("data: [DONE]"))
    }

    @Test("Calls that alternate stay apart")
    func alternatingCalls() throws {
        let events: [AnswerEvent] = [
            .begin(AnswerOpening(id: "i", model: "m")), .toolCallBegin(call: 0, id: "x", name: "f"),
            .toolCallArguments("{", call: 0), .toolCallBegin(call: 1, id: "y", name: "g"),
            .toolCallArguments("{", call: 1), .toolCallArguments("}", call: 0), .toolCallArguments("}", call: 1),
            .toolCallEnd(call: 0), .toolCallEnd(call: 1), .stop(.toolCalls), .end,
        ]
        let frames = Wire.frames(AnthropicMessages.self, events).joined(separator: "\n\n") + "\n\n"
        #expect(
            RandomAnswer.gathered(Wire.events(AnthropicMessages.self, frames)).filter { $0.key.contains("call") }
                == ["0 call 0": "x f {} end", "0 call 1": "y g {} end"])
    }
}
