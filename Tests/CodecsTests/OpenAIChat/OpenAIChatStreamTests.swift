import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Streams of OpenAI's chat completions")
struct OpenAIChatStreamTests {
    static let opening = AnswerOpening(id: "c", model: "m", created: 5)

    /// A frame with one choice.
    static func chunk(_ delta: String, finish: String = "null", more: String = "") -> String {
        """
        data: {"id":"c","object":"chat.completion.chunk","created":5,"model":"m","choices":[{"index":0,"delta":\(delta),\
        "finish_reason":\(finish)}]\(more)}\n\n
        """
    }

    static let role = chunk(#"{"role":"assistant","content":""}"#)
    static let stop = chunk("{}", finish: #""stop""#)
    static let done = "data: [DONE]\n\n"

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

    /// The events of a stream with these pieces that ends well.
    static func whole(_ pieces: [AnswerEvent], stop: StopReason = .end) -> [AnswerEvent] {
        [.begin(Self.opening)] + pieces + [.stop(stop), .end]
    }

    static func call(_ index: Int, id: String, name: String, _ arguments: String = "") -> String {
        #"{"index":\#(index),"id":"\#(id)","type":"function","function":{"name":"\#(name)","arguments":"\#(arguments)"}}"#
    }

    static func piece(_ index: Int, _ arguments: String) -> String {
        #"{"index":\#(index),"function":{"arguments":"\#(arguments)"}}"#
    }

    static func calls(_ calls: String) -> String { chunk("{\"tool_calls\":[\(calls)]}") }

    static let toolStop = chunk("{}", finish: #""tool_calls""#)
    static let usage = TokenUsage(input: 9, output: 4, cached: 3, reasoning: 2, source: .reported)
    static let usageJSON = """
        {"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":3},\
        "completion_tokens_details":{"reasoning_tokens":2}}
        """

    static let texts: [Case] = [
        Case(
            "a text in pieces", role + chunk(#"{"content":"he"}"#) + chunk(#"{"content":"llo"}"#) + stop + done,
            whole([.text("he"), .text("llo")])),
        Case(
            "comments, CR LF, named events and chunks without choices",
            ": hi\r\n\r\nevent: chunk\r\n" + chunk(#"{"content":"a"}"#)
                + "data: {\"id\":\"c\",\"choices\":[]}\n\n: ping\n\n" + stop + done, whole([.text("a")])),
        Case("a stream without [DONE] that finished", chunk(#"{"content":"a"}"#) + stop, whole([.text("a")])),
        Case(
            "a reason to finish with every chunk",
            chunk(#"{"content":"a"}"#, finish: #""stop""#) + chunk(#"{"content":"b"}"#, finish: #""stop""#) + done,
            whole([.text("a"), .text("b")])),
        Case(
            "empty reasons to finish",
            chunk(#"{"content":"a"}"#, finish: "\"\"") + chunk("{}", finish: #""length""#) + done,
            whole([.text("a")], stop: .length)),
        Case(
            "a first frame of filters without an id",
            #"data: {"id":"","model":"","choices":[],"prompt_filter_results":[]}"# + "\n\n"
                + chunk(#"{"content":"a"}"#) + stop + done, whole([.text("a")])),
        Case(
            "thoughts by either name, with their signature",
            chunk(#"{"reasoning_content":"t"}"#) + chunk(#"{"reasoning":"u"}"#)
                + chunk(#"{"thinking_blocks":[{"type":"thinking","thinking":"","signature":"s"}]}"#)
                + chunk(#"{"thinking_blocks":[{"type":"redacted_thinking","data":"d"}]}"#) + stop + done,
            whole([.thinking("t"), .thinking("u"), .signature("s"), .redactedThinking("d")])),
        Case("a refusal", chunk(#"{"refusal":"no"}"#) + stop + done, whole([.refusal("no")])),
        Case(
            "a filter that cut in", chunk(#"{"content":"a"}"#) + chunk("{}", finish: #""content_filter""#) + done,
            whole([.text("a")], stop: .contentFilter)),
        Case(
            "places on the web",
            chunk(
                #"{"content":"a","annotations":[{"type":"url_citation","url_citation":{"url":"https://e.org","title":"t","start_index":0,"end_index":1}}]}"#
            ) + stop + done,
            whole([.text("a"), .citation(Citation(.web, url: "https://e.org", title: "t", start: 0, end: 1))])),
        Case(
            "usage behind the reason to finish",
            chunk(#"{"content":"a"}"#) + stop + "data: {\"id\":\"c\",\"choices\":[],\"usage\":\(usageJSON)}\n\n" + done,
            [.begin(opening), .text("a"), .usage(usage), .stop(.end), .end]),
        Case(
            "usage with every chunk",
            chunk(#"{"content":"a"}"#, more: #","usage":{"prompt_tokens":9,"completion_tokens":1}"#)
                + chunk("{}", finish: #""stop""#, more: ",\"usage\":\(usageJSON)") + done,
            [
                .begin(opening), .text("a"), .usage(TokenUsage(input: 9, output: 1, source: .reported)), .usage(usage),
                .stop(.end), .end,
            ]),
        Case(
            "several choices",
            """
            data: {"id":"c","model":"m","created":5,"choices":[{"index":1,"delta":{"content":"b"}}]}\n
            data: {"id":"c","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\n
            data: {"id":"c","choices":[{"index":1,"delta":{},"finish_reason":"length"}]}\n
            data: [DONE]\n\n
            """,
            [
                .begin(opening), .text("b", choice: 1), .text("a"), .stop(.length, choice: 1), .stop(.end), .end,
            ]),
        Case("nothing follows the end", stop + done + chunk(#"{"content":"late"}"#), whole([])),
    ]

    static let toolCalls: [Case] = [
        Case(
            "two calls, one after the other",
            calls(call(0, id: "i", name: "f")) + calls(piece(0, #"{\"a\""#)) + calls(piece(0, ":1}"))
                + calls(call(1, id: "j", name: "g")) + calls(piece(1, "{}")) + toolStop + done,
            whole(
                [
                    .toolCallBegin(call: 0, id: "i", name: "f"), .toolCallArguments(#"{"a""#, call: 0),
                    .toolCallArguments(":1}", call: 0), .toolCallEnd(call: 0),
                    .toolCallBegin(call: 1, id: "j", name: "g"), .toolCallArguments("{}", call: 1),
                    .toolCallEnd(call: 1),
                ], stop: .toolCalls)),
        Case(
            "two calls whose pieces alternate",
            calls(call(0, id: "i", name: "f", "{") + "," + call(1, id: "j", name: "g", "{"))
                + calls(piece(0, "}")) + calls(piece(1, "}")) + toolStop + done,
            whole(
                [
                    .toolCallBegin(call: 0, id: "i", name: "f"), .toolCallArguments("{", call: 0),
                    .toolCallBegin(call: 1, id: "j", name: "g"), .toolCallArguments("{", call: 1),
                    .toolCallArguments("}", call: 0), .toolCallArguments("}", call: 1), .toolCallEnd(call: 0),
                    .toolCallEnd(call: 1),
                ], stop: .toolCalls)),
        Case(
            "calls without an index are told apart by their ids",
            calls(#"{"id":"i","function":{"name":"f","arguments":"{}"}}"#)
                + calls(#"{"id":"j","function":{"name":"g","arguments":"{"}}"#)
                + calls(#"{"function":{"arguments":"}"}}"#) + toolStop + done,
            whole(
                [
                    .toolCallBegin(call: 0, id: "i", name: "f"), .toolCallArguments("{}", call: 0),
                    .toolCallEnd(call: 0), .toolCallBegin(call: 1, id: "j", name: "g"),
                    .toolCallArguments("{", call: 1), .toolCallArguments("}", call: 1), .toolCallEnd(call: 1),
                ], stop: .toolCalls)),
        Case(
            "calls that all say index 0",
            calls(call(0, id: "i", name: "f", "{}") + "," + call(0, id: "j", name: "g", "{}")) + toolStop + done,
            whole(
                [
                    .toolCallBegin(call: 0, id: "i", name: "f"), .toolCallArguments("{}", call: 0),
                    .toolCallEnd(call: 0), .toolCallBegin(call: 1, id: "j", name: "g"),
                    .toolCallArguments("{}", call: 1), .toolCallEnd(call: 1),
                ], stop: .toolCalls)),
        Case(
            "arguments that are the object itself",
            calls(#"{"index":0,"id":"i","function":{"name":"f","arguments":{"a":1}}}"#) + toolStop + done,
            whole(
                [
                    .toolCallBegin(call: 0, id: "i", name: "f"), .toolCallArguments(#"{"a":1}"#, call: 0),
                    .toolCallEnd(call: 0),
                ], stop: .toolCalls)),
        Case(
            "a name that comes late",
            calls(#"{"index":0,"id":"i","function":{"arguments":"{"}}"#)
                + calls(#"{"index":0,"function":{"name":"f","arguments":"}"}}"#) + toolStop + done,
            whole(
                [
                    .toolCallBegin(call: 0, id: "i", name: "f"), .toolCallArguments("{}", call: 0),
                    .toolCallEnd(call: 0),
                ], stop: .toolCalls)),
    ]

    static let failures: [Case] = [
        Case(
            "a stream that breaks off", role + chunk(#"{"content":"a"}"#),
            [.begin(opening), .text("a"), .failure(.truncated)]),
        Case("a stream of nothing", "", [.failure(.truncated)]),
        Case(
            "one of two choices is not finished",
            chunk(#"{"content":"a"}"#) + #"data: {"id":"c","choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}"#
                + "\n\n", [.begin(opening), .text("a"), .failure(.truncated)]),
        Case(
            "an error frame, and what comes behind it",
            chunk(#"{"content":"a"}"#)
                + #"data: {"error":{"message":"no more","type":"server_error","code":"overloaded"}}"# + "\n\n" + done,
            [
                .begin(opening), .text("a"),
                .failure(ModelFailure(.overloaded, code: "overloaded", message: "no more")),
            ]),
        Case(
            "an error frame with a name of its own",
            "event: error\ndata: {\"error\":{\"message\":\"slow down\",\"type\":\"rate_limit_error\"}}\n\n",
            [.failure(ModelFailure(.rateLimited, code: "rate_limit_error", message: "slow down"))]),
        Case(
            "an error that is a bare text", "data: {\"error\":\"boom\"}\n\n",
            [.failure(ModelFailure(.server, message: "boom"))]),
        Case(
            "what is no JSON", chunk(#"{"content":"a"}"#) + "data: {\"id\n\n",
            [.begin(opening), .text("a"), .failure(.malformed(""))]),
        Case("what is no object", "data: 7\n\n", [.failure(.malformed(""))]),
    ]

    private func check(_ row: Case) {
        let events = Wire.events(OpenAIChat.self, row.stream)
        #expect(Self.withoutWords(events) == Self.withoutWords(row.events))
        // The same in pieces of every size.
        var random = SplitMix(seed: 7)
        for longest in [1, 2, 7, 64] {
            let pieces = random.pieces(of: Array(row.stream.utf8), longest: longest)
            #expect(Self.withoutWords(Wire.events(OpenAIChat.self, pieces)) == Self.withoutWords(row.events))
        }
    }

    /// Words about what is malformed are free; all else counts.
    static func withoutWords(_ events: [AnswerEvent]) -> [AnswerEvent] {
        events.map { event in
            if case .failure(let failure) = event, failure.code == "upstream_malformed" {
                .failure(.malformed(""))
            } else {
                event
            }
        }
    }

    @Test("Texts are read", arguments: texts)
    func read(_ row: Case) { self.check(row) }

    @Test("Calls of tools are read", arguments: toolCalls)
    func readCalls(_ row: Case) { self.check(row) }

    @Test("Failures are read, and never as an end", arguments: failures)
    func readFailures(_ row: Case) { self.check(row) }

    @Test("An event of more than a megabyte is refused, and memory stays bounded")
    func longEvent() {
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        var reader = OpenAIChat.streamReader()
        var events: [AnswerEvent] = []
        reader.receive(Array("data: ".utf8).span, into: &events)
        for _ in 0..<160 { reader.receive(piece.span, into: &events) }
        #expect(Self.withoutWords(events) == [.failure(.malformed(""))])
    }

    // MARK: Writing

    @Test("Every chunk has the same head; the role comes first and [DONE] last")
    func written() throws {
        let frames = Wire.frames(
            OpenAIChat.self,
            [.begin(Self.opening), .text("a\n"), .usage(Self.usage), .stop(.end), .end, .text("late")],
            AnswerOptions(model: "alias", created: 1, exchange: "x", includesUsage: false))
        let head = #""id":"c","object":"chat.completion.chunk","created":5,"model":"alias","system_fingerprint":null"#
        #expect(
            frames == [
                "data: {\(head),\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}",
                "data: {\(head),\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\\n\"},\"logprobs\":null,\"finish_reason\":null}]}",
                "data: {\(head),\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}",
                "data: [DONE]",
            ])
    }

    @Test("Usage comes once, at the end, to those who asked; other chunks say null")
    func writtenUsage() throws {
        let frames = Wire.frames(
            OpenAIChat.self,
            [
                .begin(Self.opening), .usage(TokenUsage(input: 1, output: 1, source: .reported)), .text("a"),
                .usage(Self.usage), .stop(.end), .end,
            ])
        #expect(frames.filter { $0.contains(#""usage":null"#) }.count == 3)
        #expect(frames.filter { $0.contains(#""prompt_tokens":9"#) }.count == 1)
        #expect(
            frames[frames.count - 2].contains(
                #""choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13"#))
        #expect(frames.last == "data: [DONE]")
    }

    @Test("A call without arguments is told to have none, and without an id it gets one")
    func writtenCalls() throws {
        let frames = Wire.frames(
            OpenAIChat.self,
            [
                .begin(Self.opening), .toolCallBegin(call: 0, id: "", name: "f"), .toolCallEnd(call: 0),
                .toolCallBegin(call: 1, id: "j", name: "g"), .toolCallArguments("{}", call: 1), .toolCallEnd(call: 1),
                .stop(.toolCalls), .end,
            ])
        let deltas = frames.compactMap { frame in
            frame.ranges(of: "\"tool_calls\":").first.map { String(frame[$0.upperBound...].prefix { $0 != "]" }) + "]" }
        }
        #expect(
            deltas == [
                #"[{"index":0,"id":"call_ex1_0_0","type":"function","function":{"name":"f","arguments":""}}]"#,
                #"[{"index":0,"function":{"arguments":"{}"}}]"#,
                #"[{"index":1,"id":"j","type":"function","function":{"name":"g","arguments":""}}]"#,
                #"[{"index":1,"function":{"arguments":"{}"}}]"#,
            ])
        #expect(frames.dropLast(2).last?.contains(#""finish_reason":"tool_calls""#) == false)
        #expect(frames.dropLast().last?.contains(#""finish_reason":"tool_calls""#) == true)
    }

    @Test("A failure is an error frame with no end behind it")
    func writtenFailure() throws {
        let failure = ModelFailure(.overloaded, code: "c", message: "m")
        let frames = Wire.frames(
            OpenAIChat.self, [.begin(Self.opening), .text("a"), .failure(failure), .stop(.end), .end])
        #expect(
            frames.last
                == #"data: {"error":{"message":"m","type":"server_error","param":null,"code":"c","gatehouse":{"exchange":"ex_1"}}}"#
        )
        #expect(!frames.contains("data: [DONE]"))
    }

    @Test("An end without a reason is given the one that fits")
    func writtenEnd() {
        let silent = Wire.frames(OpenAIChat.self, [.begin(Self.opening), .end])
        #expect(silent.count == 3)
        #expect(silent[1].contains(#""finish_reason":"stop""#))
        let calling = Wire.frames(
            OpenAIChat.self,
            [.begin(Self.opening), .toolCallBegin(call: 0, id: "i", name: "f"), .toolCallEnd(call: 0), .end])
        #expect(calling[3].contains(#""finish_reason":"tool_calls""#))
    }

    @Test("What is written is read as it was, in pieces of any size")
    func roundTrip() {
        var random = SplitMix(seed: 11)
        for round in 0..<200 {
            let events = RandomAnswer.events(&random, for: .openAIChat)
            var writer = OpenAIChat.streamWriter(Wire.answering)
            var bytes: [UInt8] = []
            for event in events { writer.write(event, into: &bytes) }
            let read = Wire.events(OpenAIChat.self, random.pieces(of: bytes, longest: 50))
            #expect(RandomAnswer.gathered(read) == RandomAnswer.gathered(events), "round \(round)")
        }
    }
}
