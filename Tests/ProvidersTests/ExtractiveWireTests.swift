import Conversation
import Kernel
import Providers
import Testing

@Suite("OpenAI's chat completion shape")
struct ExtractiveWireTests {
    static let created = Timestamp(microseconds: 1_795_000_000_123_456)
    static let usage = TokenUsage(input: 12, output: 5, cached: 3, reasoning: 2, source: .reported)
    static let text = "He said \"nine\".\n[1] \u{1F600} \\ \u{7}"

    private func writer(includesUsage: Bool = false) -> ChatCompletionWriter {
        ChatCompletionWriter(
            id: "chatcmpl-1", created: Self.created, model: "answers/\"x\"", includesUsage: includesUsage)
    }

    @Test("A body has the members of a chat.completion", arguments: ChatCompletionWriter.FinishReason.allCases)
    func writesABody(_ reason: ChatCompletionWriter.FinishReason) throws {
        let json = try Parsed(self.writer().body(Self.text, finishReason: reason, usage: Self.usage))
        #expect(json.names() == ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"])
        #expect(json.string("id") == "chatcmpl-1")
        #expect(json.string("object") == "chat.completion")
        #expect(json.integer("created") == 1_795_000_000)
        #expect(json.string("model") == "answers/\"x\"")
        #expect(json.kind("system_fingerprint") == .null)
        #expect(json.count("choices") == 1)
        #expect(json.integer("choices", "index") == 0)
        #expect(json.string("choices", "message", "role") == "assistant")
        #expect(json.string("choices", "message", "content") == Self.text)
        #expect(json.kind("choices", "message", "refusal") == .null)
        #expect(json.kind("choices", "logprobs") == .null)
        #expect(json.string("choices", "finish_reason") == reason.rawValue)
        Self.expectUsage(json)
    }

    @Test("The wire spells why an answer ends")
    func spellsReasons() {
        #expect(
            ChatCompletionWriter.FinishReason.allCases.map(\.rawValue) == [
                "stop", "length", "content_filter", "tool_calls",
            ])
    }

    @Test("A stream is whole data frames: who speaks, the pieces, why it ends", arguments: [false, true])
    func writesAStream(includesUsage: Bool) throws {
        let writer = self.writer(includesUsage: includesUsage)
        let bytes = writer.opening() + writer.delta(Self.text) + writer.delta("") + writer.closing(.length)
        let frames = try Self.frames(bytes)
        try #require(frames.count == 4)
        for frame in frames {
            #expect(
                frame.names() == ["id", "object", "created", "model", "system_fingerprint", "choices"]
                    + (includesUsage ? ["usage"] : []))
            #expect(frame.string("id") == "chatcmpl-1")
            #expect(frame.string("object") == "chat.completion.chunk")
            #expect(frame.integer("created") == 1_795_000_000)
            #expect(frame.string("model") == "answers/\"x\"")
            #expect(frame.kind("usage") == (includesUsage ? .null : nil))
            #expect(frame.names("choices") == ["index", "delta", "logprobs", "finish_reason"])
            #expect(frame.integer("choices", "index") == 0)
        }
        #expect(frames.map { $0.string("choices", "finish_reason") } == [nil, nil, nil, "length"])
        #expect(frames.prefix(3).allSatisfy { $0.kind("choices", "finish_reason") == .null })
        #expect(frames[0].names("choices", "delta") == ["role", "content"])
        #expect(frames[0].string("choices", "delta", "role") == "assistant")
        #expect(frames[0].string("choices", "delta", "content") == "")
        #expect(frames[1].names("choices", "delta") == ["content"])
        #expect(frames[1].string("choices", "delta", "content") == Self.text)
        #expect(frames[2].string("choices", "delta", "content") == "")
        #expect(frames[3].names("choices", "delta") == [])
    }

    @Test("The usage frame has no choice, and the stream ends with [DONE]")
    func endsAStream() throws {
        let frame = try #require(try Self.frames(self.writer(includesUsage: true).usage(Self.usage)).first)
        #expect(frame.count("choices") == 0)
        #expect(frame.string("object") == "chat.completion.chunk")
        Self.expectUsage(frame)
        #expect(ChatCompletionWriter.done == Array("data: [DONE]\n\n".utf8))
    }

    @Test("The pieces of an answer, streamed, are its body's content")
    func streamsAnAnswer() throws {
        let answer = ExtractiveAnswerer().answer(
            Conversation(messages: [
                Message(role: .system, parts: [.text("The office opens at nine \u{1F600}. 駐車場は裏です。")]),
                Message(role: .user, parts: [.text("When does the office open?")]),
            ]))
        let frames = try Self.frames(answer.pieces.flatMap { self.writer().delta($0) })
        #expect(frames.count == answer.usage.output.value)
        #expect(frames.compactMap { $0.string("choices", "delta", "content") }.joined() == answer.text)
    }

    private static func expectUsage(_ json: Parsed) {
        #expect(json.integer("usage", "prompt_tokens") == 12)
        #expect(json.integer("usage", "completion_tokens") == 5)
        #expect(json.integer("usage", "total_tokens") == 17)
        #expect(json.integer("usage", "prompt_tokens_details", "cached_tokens") == 3)
        #expect(json.integer("usage", "completion_tokens_details", "reasoning_tokens") == 2)
    }

    /// Takes `data: …` frames apart; each must be complete.
    private static func frames(_ bytes: [UInt8]) throws -> [Parsed] {
        var frames: [Parsed] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            try #require(rest.starts(with: Array("data: ".utf8)))
            let end = try #require(rest.indices.dropLast().first { rest[$0] == 0x0A && rest[$0 + 1] == 0x0A })
            frames.append(try Parsed(Array(rest[(rest.startIndex + 6)..<end])))
            rest = rest[(end + 2)...]
        }
        return frames
    }

    /// JSON with a path to each value; an array on the path stands for its first element.
    private struct Parsed {
        let bytes: [UInt8]
        let tape: JSONTape

        init(_ bytes: [UInt8]) throws {
            self.bytes = bytes
            self.tape = try JSONTape(bytes.span)
        }

        private func node(_ path: [StaticString]) -> JSONTape.Node? {
            var node: JSONTape.Node? = self.tape.root
            for name in path {
                node = node.flatMap { self.tape.kind($0) == .array ? self.tape.firstElement(of: $0) : $0 }
                node = node.flatMap { self.tape.member(name, of: $0, in: self.bytes.span) }
            }
            return node
        }

        func kind(_ path: StaticString...) -> JSONTape.Kind? { self.node(path).map(self.tape.kind) }
        func string(_ path: StaticString...) -> String? {
            self.node(path).flatMap { self.tape.string($0, in: self.bytes.span) }
        }
        func integer(_ path: StaticString...) -> Int? {
            self.node(path).flatMap { self.tape.integer($0, in: self.bytes.span) }
        }

        func count(_ path: StaticString...) -> Int? {
            guard let array = self.node(path), self.tape.kind(array) == .array else { return nil }
            var count = 0
            var element = self.tape.firstElement(of: array)
            while let current = element {
                count += 1
                element = self.tape.element(after: current, of: array)
            }
            return count
        }

        func names(_ path: StaticString...) -> [String] {
            guard var object = self.node(path) else { return [] }
            if self.tape.kind(object) == .array, let first = self.tape.firstElement(of: object) { object = first }
            var names: [String] = []
            var member = self.tape.firstMember(of: object)
            while let (name, value) = member {
                names.append(self.tape.string(name, in: self.bytes.span) ?? "")
                member = self.tape.member(after: value, of: object)
            }
            return names
        }
    }
}
