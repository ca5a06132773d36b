import CloudCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Streams of Gemini")
struct GeminiStreamTests {
    static func chunk(_ parts: String, _ more: String = "") -> String {
        #"data: {"candidates":[{"content":{"parts":[\#(parts)],"role":"model"},"index":0\#(more)}],"responseId":"r","modelVersion":"g"}"#
            + "\r\n\r\n"
    }

    static let opening = AnswerOpening(id: "r", model: "g")
    static let last = #","finishReason":"STOP""#

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

    static let streams: [Case] = [
        Case(
            "a text in pieces", chunk(#"{"text":"he"}"#) + chunk(#"{"text":"llo"}"#, last),
            [.begin(opening), .text("he"), .text("llo"), .stop(.end), .end]),
        Case(
            "thoughts and the signature behind the text",
            chunk(#"{"text":"t","thought":true}"#) + chunk(#"{"text":"a"}"#)
                + chunk(#"{"text":"","thoughtSignature":"s"}"#, last),
            [.begin(opening), .thinking("t"), .text("a"), .signature("s"), .stop(.end), .end]),
        Case(
            "calls come whole and make the reason one of calls",
            chunk(
                #"{"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"s"},{"functionCall":{"id":"i","name":"g","args":{}}}"#
            )
                + chunk("", last),
            [
                .begin(opening), .toolCallBegin(call: 0, id: "call_r_0__thought__s", name: "f"),
                .toolCallArguments(#"{"x":1}"#, call: 0), .toolCallEnd(call: 0),
                .toolCallBegin(call: 1, id: "i", name: "g"), .toolCallArguments("{}", call: 1), .toolCallEnd(call: 1),
                .stop(.toolCalls), .end,
            ]),
        Case(
            "usage with every chunk counts when it changes",
            #"data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":5},"responseId":"r","modelVersion":"g"}"#
                + "\n\n"
                + #"data: {"candidates":[{"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":1}}"#
                + "\n\n"
                + #"data: {"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":1}}"#
                + "\n\n",
            [
                .begin(
                    AnswerOpening(id: "r", model: "g", usage: TokenUsage(input: 5, output: 0, source: .reported))),
                .text("a"), .usage(TokenUsage(input: 5, output: 0, source: .reported)),
                .usage(TokenUsage(input: 5, output: 3, reasoning: 1, source: .reported)), .stop(.length), .end,
            ]),
        Case(
            "a prompt that was blocked",
            #"data: {"promptFeedback":{"blockReason":"SAFETY"},"responseId":"r","modelVersion":"g"}"# + "\n\n",
            [.begin(opening), .stop(.contentFilter), .end]),
        Case(
            "an answer that was filtered half-way", chunk(#"{"text":"a"}"#) + chunk("", #","finishReason":"SAFETY""#),
            [.begin(opening), .text("a"), .stop(.contentFilter), .end]),
        Case("a stream that breaks off", chunk(#"{"text":"a"}"#), [.begin(opening), .text("a"), .failure(.truncated)]),
        Case("nothing at all", "", [.failure(.truncated)]),
        Case(
            "half a frame at the end", chunk(#"{"text":"a"}"#) + "data: {\"cand",
            [.begin(opening), .text("a"), .failure(.truncated)]),
        Case(
            "an error in the middle",
            chunk(#"{"text":"a"}"#) + #"data: {"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}"# + "\n\n",
            [.begin(opening), .text("a"), .failure(ModelFailure(.overloaded, code: "UNAVAILABLE", message: "m"))]),
        Case(
            "a call that could not be read", chunk("", #","finishReason":"MALFORMED_FUNCTION_CALL""#),
            [
                .begin(opening),
                .failure(
                    ModelFailure(
                        .server, code: "malformed_function_call",
                        message: "the model's answer is malformed (MALFORMED_FUNCTION_CALL)")),
            ]),
    ]

    @Test("Streams are read, however they are cut", arguments: streams)
    func reads(_ row: Case) {
        #expect(Wire.events(GeminiContent.self, row.stream) == row.events)
        let bytes = Array(row.stream.utf8)
        #expect(Wire.events(GeminiContent.self, bytes.map { [$0] }) == row.events)
    }

    @Test("What is no JSON fails the stream, and nothing follows")
    func malformed() {
        let events = Wire.events(GeminiContent.self, "data: {\n\n" + Self.chunk(#"{"text":"a"}"#, Self.last))
        #expect(events.count == 1)
        guard case .failure(let failure) = events.first else {
            Issue.record("no failure")
            return
        }
        #expect(failure.code == "upstream_malformed")
    }

    static let told: [AnswerEvent] = [
        .begin(AnswerOpening(id: "r", model: "g")), .thinking("t"), .signature("s"), .text("a"),
        .toolCallBegin(call: 0, id: "c", name: "f"), .toolCallArguments("{\n\"x\":", call: 0),
        .toolCallBegin(call: 1, id: "", name: "g"), .toolCallArguments("1}", call: 0), .toolCallEnd(call: 0),
        .toolCallEnd(call: 1), .stop(.toolCalls), .usage(TokenUsage(input: 5, output: 3, source: .reported)), .end,
    ]

    static func expected(_ parts: String) -> String {
        #"{"candidates":[{"content":{"parts":[\#(parts)],"role":"model"},"index":0}],"modelVersion":"g","responseId":"r"}"#
    }

    static let chunks = [
        expected(#"{"text":"t","thought":true}"#), expected(#"{"text":"","thoughtSignature":"s"}"#),
        expected(#"{"text":"a"}"#), expected(#"{"functionCall":{"id":"c","name":"f","args":{"x":1}}}"#),
        expected(#"{"functionCall":{"id":"call_ex1_0_1","name":"g","args":{}}}"#),
        """
        {"candidates":[{"content":{"parts":[],"role":"model"},"finishReason":"STOP","index":0}],
        "usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":3,"totalTokenCount":8},"modelVersion":"g",
        "responseId":"r"}
        """,
    ]

    static func written(_ events: [AnswerEvent], _ writer: any AnswerStreamWriter) -> String {
        var writer = writer
        var bytes: [UInt8] = []
        for event in events { writer.write(event, into: &bytes) }
        return Wire.text(bytes)
    }

    @Test("Events for a caller are frames without a name, each a whole answer")
    func writesEvents() throws {
        let text = Self.written(Self.told, GeminiContent.streamWriter(Wire.answering))
        let frames = text.components(of: "\r\n\r\n")
        #expect(frames.allSatisfy { $0.hasPrefix("data: ") && !$0.contains("\n") })
        #expect(try frames.map { try Wire.tree(String($0.dropFirst(6))) } == Self.chunks.map { try Wire.tree($0) })
    }

    @Test("Without alt=sse it is one array")
    func writesArray() throws {
        let text = Self.written(Self.told, GeminiContent.arrayWriter(Wire.answering))
        #expect(try Wire.tree(text) == Wire.tree("[" + Self.chunks.joined(separator: ",") + "]"))
    }

    @Test("A failure is an error frame, and no reason to stop comes before or behind it")
    func writesFailure() throws {
        let failure = AnswerEvent.failure(ModelFailure(.overloaded, code: "x", message: "m"))
        let events = Array(Self.told[..<4]) + [.stop(.end), failure, .text("late"), .end]
        let text = Self.written(events, GeminiContent.streamWriter(Wire.answering))
        #expect(!text.contains("finishReason"))
        #expect(!text.contains("late"))
        let last = try #require(text.components(of: "\r\n\r\n").last)
        #expect(last.hasPrefix(#"data: {"error":{"code":503,"message":"m","status":"UNAVAILABLE""#))
        let array = Self.written([failure], GeminiContent.arrayWriter(Wire.answering))
        #expect(try Wire.tree(array).hasPrefix(#"[{"error":"#))
    }

    @Test("A call without bound fails the stream instead of filling the memory")
    func bounded() {
        let piece = String(repeating: "x", count: 1 << 20)
        var writer = GeminiContent.streamWriter(Wire.answering)
        var bytes: [UInt8] = []
        writer.write(.toolCallBegin(call: 0, id: "c", name: "f"), into: &bytes)
        for _ in 0..<8 { writer.write(.toolCallArguments(piece, call: 0), into: &bytes) }
        #expect(Wire.text(bytes).contains("answer_too_large"))
        #expect(bytes.count < 1000)
    }
}

extension String {
    /// What stands between the separators; the last, empty one is left out.
    fileprivate func components(of separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return rest.isEmpty ? parts : parts + [String(rest)]
    }
}
