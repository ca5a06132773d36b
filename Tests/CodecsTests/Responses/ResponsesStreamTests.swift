import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

/// Rule C-24 of the reference.
@Suite("Streams of OpenAI's responses")
struct ResponsesStreamTests {
    static func event(_ type: String, _ members: String = "") -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\"\(members.isEmpty ? "" : ",")\(members)}\n\n"
    }

    static let created = event(
        "response.created", #""response":{"id":"resp_1","model":"m","created_at":5,"status":"in_progress"}"#)
    static let opening = AnswerEvent.begin(AnswerOpening(id: "resp_1", model: "m", created: 5))

    static func completed(_ more: String = "") -> String {
        self.event(
            "response.completed", #""response":{"id":"resp_1","model":"m","status":"completed","output":[]\#(more)}"#)
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

    static let call = event(
        "response.output_item.added",
        #""output_index":2,"item":{"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":""}"#)
    static let callEvents: [AnswerEvent] = [
        .toolCallBegin(call: 0, id: "c", name: "f"), .toolCallArguments("{}", call: 0), .toolCallEnd(call: 0),
        .stop(.toolCalls), .end,
    ]

    static let streams: [Case] = [
        Case(
            "a text with a place on the web, and usage",
            created + event("response.in_progress", #""response":{"id":"resp_1"}"#)
                + event("response.output_item.added", #""output_index":0,"item":{"type":"message"}"#)
                + event("response.output_text.delta", #""output_index":0,"delta":"he","obfuscation":"xyz""#)
                + event("response.output_text.delta", #""output_index":0,"delta":"llo""#)
                + event(
                    "response.output_text.annotation.added",
                    #""annotation":{"type":"url_citation","url":"u","title":"n","start_index":0,"end_index":5}"#)
                + event("response.output_text.done", #""text":"hello""#)
                + completed(#","usage":{"input_tokens":9,"output_tokens":4}"#),
            [
                opening, .text("he"), .text("llo"),
                .citation(Citation(.web, url: "u", title: "n", start: 0, end: 5)),
                .usage(TokenUsage(input: 9, output: 4, source: .reported)), .stop(.end), .end,
            ]),
        Case(
            "thoughts of two paragraphs and what is kept of them",
            created + event("response.output_item.added", #""output_index":0,"item":{"type":"reasoning"}"#)
                + event("response.reasoning_summary_part.added", #""summary_index":0"#)
                + event("response.reasoning_summary_text.delta", #""delta":"t""#)
                + event("response.reasoning_summary_part.added", #""summary_index":1"#)
                + event("response.reasoning_summary_text.delta", #""delta":"u""#)
                + event("response.output_item.done", #""item":{"type":"reasoning","encrypted_content":"e"}"#)
                + event("response.output_item.added", #""output_index":1,"item":{"type":"reasoning"}"#)
                + event("response.output_item.done", #""item":{"type":"reasoning","encrypted_content":"f"}"#)
                + completed(),
            [
                opening, .thinking("t"), .thinking("\n\n"), .thinking("u"), .signature("e"), .redactedThinking("f"),
                .stop(.end), .end,
            ]),
        Case(
            "a call in pieces",
            created + call + event("response.function_call_arguments.delta", #""output_index":2,"delta":"{}""#)
                + event("response.function_call_arguments.done", #""output_index":2,"arguments":"{}""#)
                + event(
                    "response.output_item.done", #""output_index":2,"item":{"type":"function_call","arguments":"{}"}"#)
                + completed(), [opening] + callEvents),
        Case(
            "a call without pieces",
            created + call + event("response.function_call_arguments.done", #""output_index":2,"arguments":"{}""#)
                + event(
                    "response.output_item.done", #""output_index":2,"item":{"type":"function_call","arguments":"{}"}"#)
                + completed(), [opening] + callEvents),
        Case(
            "a refusal", created + event("response.refusal.delta", #""delta":"no""#) + completed(),
            [opening, .refusal("no"), .stop(.refusal), .end]),
        Case(
            "cut off at the limit",
            created
                + event(
                    "response.incomplete",
                    #""response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}"#),
            [opening, .stop(.length), .end]),
        Case(
            "failed",
            created
                + event(
                    "response.failed",
                    #""response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"m"}}"#),
            [opening, .failure(ModelFailure(.rateLimited, code: "rate_limit_exceeded", message: "m"))]),
        Case(
            "an error frame", created + event("error", #""code":"server_error","message":"m","param":null"#),
            [opening, .failure(ModelFailure(.server, code: "server_error", message: "m"))]),
        Case(
            "a stream that breaks off", created + event("response.output_text.delta", #""delta":"a""#),
            [opening, .text("a"), .failure(.truncated)]),
        Case("[DONE] is no end", created + "data: [DONE]\n\n", [opening, .failure(.truncated)]),
    ]

    @Test("Streams are read, however they are cut", arguments: streams)
    func reads(_ row: Case) {
        #expect(Wire.events(OpenAIResponses.self, row.stream) == row.events)
        #expect(Wire.events(OpenAIResponses.self, row.stream.utf8.map { [$0] }) == row.events)
    }

    // MARK: Writing

    static func names(_ frames: [String]) -> [String] {
        frames.map { String($0.prefix { $0 != "\n" }.dropFirst(7)) }
    }

    @Test("A text is told in the order that clients expect")
    func writesText() throws {
        let frames = Wire.frames(
            OpenAIResponses.self,
            [
                Self.opening, .text("he"), .text("llo"), .stop(.end),
                .usage(TokenUsage(input: 1, output: 2, source: .reported)), .end,
            ])
        #expect(
            Self.names(frames) == [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
                "response.output_text.delta", "response.output_text.delta", "response.output_text.done",
                "response.content_part.done", "response.output_item.done", "response.completed",
            ])
        let payloads = try Wire.payloads(frames)
        #expect(payloads.indices.allSatisfy { payloads[$0].contains("\"sequence_number\":\($0),") })
        #expect(payloads.allSatisfy { !$0.contains("\n") })
        #expect(
            payloads[4]
                == #"{"content_index":0,"delta":"he","item_id":"msg_resp1_0","logprobs":[],"output_index":0,"sequence_number":4,"type":"response.output_text.delta"}"#
        )
        #expect(payloads[6].contains(#""text":"hello""#))
        #expect(payloads[9].contains(#""output_tokens":2"#))
        let last =
            #""output":[{"content":[{"annotations":[],"logprobs":[],"text":"hello","type":"output_text"}],"id":"msg_resp1_0","role":"assistant","status":"completed","type":"message"}]"#
        #expect(payloads[9].contains(last))
    }

    @Test("Thoughts, calls whose pieces alternate, and a call without arguments")
    func writesCalls() throws {
        let frames = Wire.frames(
            OpenAIResponses.self,
            [
                Self.opening, .thinking("t"), .signature("s"), .toolCallBegin(call: 0, id: "c", name: "f"),
                .toolCallBegin(call: 1, id: "d", name: "g"), .toolCallArguments("{}", call: 0), .toolCallEnd(call: 0),
                .toolCallEnd(call: 1), .stop(.toolCalls), .end,
            ])
        #expect(
            Self.names(frames).dropFirst(2) == [
                "response.output_item.added", "response.reasoning_summary_part.added",
                "response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
                "response.reasoning_summary_part.done", "response.output_item.done", "response.output_item.added",
                "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done", "response.completed",
            ])
        let last = try #require(try Wire.payloads(frames).last)
        #expect(last.contains(#""encrypted_content":"s""#))
        #expect(last.contains(#"{"arguments":"{}","call_id":"c","id":"fc_resp1_1","name":"f","status":"completed""#))
        #expect(last.contains(#"{"arguments":"{}","call_id":"d","id":"fc_resp1_2","name":"g","status":"completed""#))
        let read = Wire.events(OpenAIResponses.self, frames.map { $0 + "\n\n" }.joined())
        #expect(
            read == [
                Self.opening, .thinking("t"), .signature("s"), .toolCallBegin(call: 0, id: "c", name: "f"),
                .toolCallBegin(call: 1, id: "d", name: "g"), .toolCallArguments("{}", call: 0), .toolCallEnd(call: 0),
                .toolCallArguments("{}", call: 1), .toolCallEnd(call: 1), .stop(.toolCalls), .end,
            ])
    }

    @Test("A failure is told as the response's end and as an error that clients raise; nothing ends well behind it")
    func writesFailure() throws {
        let failure = ModelFailure(.overloaded, code: "x", message: "m")
        let frames = Wire.frames(
            OpenAIResponses.self, [Self.opening, .text("a"), .failure(failure), .text("b"), .stop(.end), .end])
        #expect(Self.names(frames).suffix(2) == ["response.failed", "error"])
        let payloads = try Wire.payloads(frames)
        #expect(payloads[payloads.count - 2].contains(#""status":"failed""#))
        #expect(
            payloads[payloads.count - 1].contains(
                #""error":{"code":"x","message":"m","param":null,"type":"server_error"}"#))
        #expect(!frames.joined().contains("response.completed"))
    }

    @Test("A failure goes on with the numbers and the name of the response that it ends")
    func numbersOfFailure() throws {
        var stream = Translation(from: OpenAIResponses.self, to: AnthropicMessages.self).stream(
            AnswerRestoration(), Wire.answering)
        var bytes: [UInt8] = []
        for event in [Self.opening, .text("a"), .failure(.truncated)] { stream.write(event, into: &bytes) }
        let frames = Wire.text(bytes).split(separator: "\n\n").map(String.init)
        #expect(Self.names(frames).suffix(2) == ["response.failed", "error"])
        let payloads = try Wire.payloads(frames)
        #expect(payloads.indices.allSatisfy { payloads[$0].contains("\"sequence_number\":\($0),") })
        #expect(payloads[payloads.count - 2].contains(#""id":"resp_1""#))
    }

    @Test("The error of a stream that was passed on stands alone, with the number that is next")
    func errorAlone() throws {
        let error = WireError(.overloaded, code: "x", message: "m", exchange: "ex_1")
        let frame = Wire.text(OpenAIResponses.errorFrame(error, sequence: 12))
        #expect(frame.hasPrefix("event: error\ndata: {") && frame.hasSuffix("}\n\n"))
        #expect(
            try Wire.payloads([frame]) == [
                try Wire.tree(
                    """
                    {"type":"error","sequence_number":12,"code":"x","message":"m","param":null,
                    "error":{"type":"server_error","code":"x","message":"m","param":null}}
                    """)
            ])
        #expect(
            Wire.events(OpenAIResponses.self, Self.created + frame) == [
                Self.opening, .failure(ModelFailure(.server, code: "x", message: "m")),
            ])
    }

    @Test("A model that refuses without a part that says so leaves a response that a filter cut off")
    func refused() throws {
        let silent = Wire.frames(OpenAIResponses.self, [Self.opening, .text("I"), .stop(.refusal), .end])
        #expect(Self.names(silent).last == "response.incomplete")
        #expect(
            try #require(try Wire.payloads(silent).last).contains(#""incomplete_details":{"reason":"content_filter"}"#))
        let said = Wire.frames(OpenAIResponses.self, [Self.opening, .refusal("no"), .stop(.refusal), .end])
        #expect(Self.names(said).last == "response.completed")
        func whole(_ part: Message.Part) -> String {
            Wire.text(
                OpenAIResponses.body(
                    of: ChatAnswer(id: "r", model: "m", parts: [part], stop: .refusal), Wire.answering))
        }
        #expect(whole(.text("I")).contains(#""incomplete_details":{"reason":"content_filter"}"#))
        #expect(whole(.refusal("no")).contains(#""status":"completed","background""#))
    }

    @Test("An answer without bound fails the stream instead of filling the memory")
    func bounded() {
        var writer = OpenAIResponses.streamWriter(Wire.answering)
        var bytes: [UInt8] = []
        let piece = String(repeating: "x", count: 1 << 20)
        for _ in 0..<20 {
            bytes.removeAll()
            writer.write(.text(piece), into: &bytes)
            if bytes.isEmpty { break }
        }
        #expect(bytes.isEmpty)
    }
}
