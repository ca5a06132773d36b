import Codecs
import Conversation
import Kernel
import TestSupport

/// Requests, answers and streams by chance for Gemini, Bedrock and OpenAI's responses, in the form that each can hold
/// without loss. What a shape cannot hold is said where it is left out.
struct RandomWire {
    var random: SplitMix
    let shape: WireShape

    init(seed: UInt64, shape: WireShape) {
        self.random = SplitMix(seed: seed)
        self.shape = shape
    }

    /// Bedrock tells only Claude how to think; Gemini tells version 3 in levels.
    var model: String {
        switch self.shape {
        case .gemini: "gemini-2.5-pro"
        case .bedrockConverse: "claude"
        default: "m"
        }
    }

    mutating func text() -> String { RandomAnswer.text(&self.random) }

    private mutating func maybe<Value>(_ make: (inout Self) -> Value) -> Value? {
        self.random.chance(50) ? make(&self) : nil
    }

    private mutating func list<Value>(_ most: Int, _ make: (inout Self) -> Value) -> [Value] {
        var values: [Value] = []
        for _ in 0..<(1 + self.random.below(most)) { values.append(make(&self)) }
        return values
    }

    private mutating func eighths(_ most: Int) -> Double { Double(self.random.below(most * 8 + 1)) / 8 }

    /// Gemini's form of schemas keeps what it has a word for, in one order.
    private mutating func schema() -> JSONText {
        let more = self.random.chance(50) ? #","minItems":2"# : #","description":"d""#
        return JSONText(
            wellFormed: Array(
                #"{"type":"object","description":"\#(self.random.below(9))","properties":{"type":{"type":"string"},"b":{"type":"array","items":{"type":"number"}\#(more)}},"required":["b"]}"#
                    .utf8))
    }

    // MARK: Requests

    mutating func request() -> ChatRequest {
        var request = ChatRequest(
            model: self.model, conversation: Conversation(messages: self.messages()),
            isStreamed: self.random.chance(50),
            wantsUsage: true)
        request.sampling = self.sampling()
        if self.random.chance(60) || self.shape == .bedrockConverse { self.addTools(to: &request) }
        request.responseFormat = self.maybe { $0.format() }
        self.addReasoning(to: &request)
        // Gemini and Bedrock have no place for the user.
        if self.shape == .openAIResponses { request.userID = self.maybe { $0.text() } }
        return request
    }

    private mutating func messages() -> [Message] {
        var messages: [Message] = []
        if self.random.chance(50) { messages.append(Message(role: .system, parts: [.text(self.text())])) }
        // Gemini's calls have no ids: they get theirs by their number in the conversation.
        var made = 0
        for _ in 0..<(1 + self.random.below(4)) {
            messages.append(Message(role: .user, parts: self.userParts()))
            let calls = self.random.below(3)
            let first = made
            made += calls
            messages.append(Message(role: .assistant, parts: self.assistantParts(first..<made)))
            guard calls > 0 else { continue }
            messages.append(Message(role: .tool, parts: (first..<made).map { .toolResult(self.result($0)) }))
        }
        return messages
    }

    private mutating func userParts() -> [Message.Part] {
        // Documents of Bedrock's have one name each and a text beside them.
        var parts: [Message.Part] = [.text(self.text())]
        for _ in 0..<self.random.below(3) { parts.append(self.userPart()) }
        return parts
    }

    private mutating func userPart() -> Message.Part {
        switch (self.random.below(6), self.shape) {
        case (0, _): return .image(Media(.base64("AAAA"), mediaType: "image/png", detail: self.detail))
        case (1, .bedrockConverse): return .image(Media(.url("s3://b/c"), mediaType: "image/webp"))
        case (1, .openAIResponses): return .image(Media(.url("https://e.org/a"), detail: "auto"))
        case (1, _): return .image(Media(.url("https://e.org/a"), mediaType: "image/webp"))
        case (2, _): return .audio(Media(.base64("AAAA"), mediaType: "audio/wav"))
        case (3, _): return .file(Media(.base64("AAAA"), mediaType: "application/pdf", name: self.name()))
        case (4, _): return .document(title: self.name(), text: self.text())
        default: return .text(self.text())
        }
    }

    /// Responses tell how closely to look in any case.
    private var detail: String? { self.shape == .openAIResponses ? "auto" : nil }

    /// Gemini knows no names of files.
    private mutating func name() -> String? {
        self.shape == .gemini ? nil : "n\(self.random.next())"
    }

    private mutating func assistantParts(_ calls: Range<Int>) -> [Message.Part] {
        var parts: [Message.Part] = []
        // Bedrock and responses take back only what is signed.
        if self.random.chance(40) { parts.append(.thinking(self.text(), signature: "sig")) }
        if self.random.chance(20) { parts.append(.redactedThinking("b3Bh")) }
        parts.append(.text(self.text()))
        for call in calls {
            let made = ToolCall(
                id: self.id(call), name: "f\(call % 2)", arguments: RandomAnswer.arguments(&self.random))
            parts.append(.toolCall(made))
        }
        return parts
    }

    private func id(_ call: Int) -> String {
        switch self.shape {
        case .gemini: call.isMultiple(of: 3) ? "call_\(call)__thought__c2ln" : "call_\(call)"
        default: "c\(call)"
        }
    }

    private mutating func result(_ call: Int) -> ToolResult {
        // Responses have no word for a tool that failed; Gemini's results are one text and name the tool.
        let isError = self.shape != .openAIResponses && self.random.chance(20)
        let more: [Message.Part] =
            self.shape != .gemini && self.random.chance(20)
            ? [.image(Media(.base64("AAAA"), mediaType: "image/png", detail: self.detail))] : []
        return ToolResult(
            callID: self.id(call), name: self.shape == .gemini ? "f\(call % 2)" : nil,
            parts: [.text(self.text())] + more,
            isError: isError)
    }

    private mutating func sampling() -> Sampling {
        var sampling = Sampling(
            maximumOutput: self.maybe { TokenCount(16 + $0.random.below(9999)) },
            temperature: self.maybe { $0.eighths(1) },
            topP: self.maybe { $0.eighths(1) })
        switch self.shape {
        case .gemini:
            sampling.topK = self.maybe { $0.random.below(99) }
            sampling.stop = self.random.chance(50) ? self.list(5) { $0.text() } : []
            sampling.seed = self.maybe { $0.random.below(99) }
            sampling.choices = self.maybe { $0.random.below(4) }
            sampling.frequencyPenalty = self.maybe { $0.eighths(2) - 1 }
            sampling.presencePenalty = self.maybe { $0.eighths(2) - 1 }
            sampling.wantsLogprobs = self.maybe { $0.random.chance(50) }
            sampling.topLogprobs = self.maybe { $0.random.below(5) }
        case .bedrockConverse:
            sampling.topK = self.maybe { $0.random.below(99) }
            sampling.stop = self.random.chance(50) ? self.list(5) { $0.text() } : []
        default: sampling.topLogprobs = self.maybe { $0.random.below(5) }
        }
        return sampling
    }

    private mutating func addTools(to request: inout ChatRequest) {
        request.tools = (0..<2).map { index in
            ToolDefinition(name: "f\(index)", description: self.maybe { $0.text() }, schema: self.schema())
        }
        if self.shape == .openAIResponses {
            for index in 0..<2 { request.tools[index].isStrict = self.random.chance(50) }
            request.allowsParallelCalls = self.maybe { $0.random.chance(50) }
        }
        request.toolChoice = self.maybe { maker in
            // Bedrock can neither forbid nor allow some.
            switch maker.random.below(maker.shape == .bedrockConverse ? 3 : 5) {
            case 0: .auto
            case 1: .required
            case 2: .named("f0")
            case 3: .forbidden
            default: .allowed(["f0", "f1"], isRequired: maker.random.chance(50))
            }
        }
    }

    private mutating func format() -> ResponseFormat {
        switch (self.random.below(3), self.shape) {
        case (0, .gemini), (0, .openAIResponses): return .text
        case (1, .gemini), (1, .openAIResponses): return .jsonObject
        case (_, .gemini): return .jsonSchema(self.schema(), name: nil, description: nil, isStrict: nil)
        case (_, .bedrockConverse):
            // An answer's objects are closed.
            return .jsonSchema(
                ClosedSchema(self.schema()).schema, name: self.text(), description: self.maybe { $0.text() },
                isStrict: nil)
        default:
            return .jsonSchema(
                self.schema(), name: self.text(), description: self.maybe { $0.text() },
                isStrict: self.maybe { $0.random.chance(50) })
        }
    }

    private mutating func addReasoning(to request: inout ChatRequest) {
        switch self.shape {
        case .gemini:
            request.reasoning = self.maybe { maker in
                switch maker.random.below(3) {
                case 0: Reasoning(isEnabled: false, showsThoughts: maker.random.chance(50))
                case 1: Reasoning(isEnabled: true, showsThoughts: maker.random.chance(50))
                default:
                    Reasoning(budget: TokenCount(1 + maker.random.below(9999)), showsThoughts: maker.random.chance(50))
                }
            }
        case .bedrockConverse:
            // With a tool that must be called, or while one is answered, Claude does not think.
            let isForced = request.toolChoice == .required || request.toolChoice == .named("f0")
            guard !isForced, request.conversation.messages.last?.role != .tool, self.random.chance(40) else { return }
            request.reasoning = Reasoning(isEnabled: true, budget: TokenCount(1024 + self.random.below(1000)))
            request.sampling = Sampling(maximumOutput: 9000, stop: request.sampling.stop)
        default:
            request.reasoning = self.maybe { maker in
                let effort: Reasoning.Effort = maker.random.pick([.minimal, .low, .high, .extraHigh])
                let shows: Bool? = maker.random.chance(50) ? true : nil
                return maker.random.chance(20)
                    ? Reasoning(isEnabled: false) : Reasoning(effort: effort, showsThoughts: shows)
            }
        }
    }

    // MARK: Answers

    /// Bedrock has neither id nor model; Gemini does not say when; only Gemini has several choices.
    mutating func answer() -> ChatAnswer {
        let isBedrock = self.shape == .bedrockConverse
        let count = self.shape == .gemini ? 1 + self.random.below(3) : 1
        var made = 0
        var choices: [ChatAnswer.Choice] = []
        for _ in 0..<count { choices.append(self.choice(&made)) }
        return ChatAnswer(
            id: isBedrock ? "" : "id\(self.random.below(9))", model: isBedrock ? "" : "m",
            created: self.shape == .openAIResponses ? Int64(self.random.below(999)) : nil, choices: choices,
            usage: self.usage())
    }

    private mutating func choice(_ made: inout Int) -> ChatAnswer.Choice {
        var parts: [Message.Part] = []
        if self.random.chance(40) { parts.append(.thinking(self.text(), signature: self.maybe { _ in "sig" })) }
        if self.random.chance(20) { parts.append(.redactedThinking("b3Bh")) }
        // Gemini's texts share one place for citations; Bedrock's whole answers are written without.
        for _ in 0..<(self.shape == .gemini ? 1 : 1 + self.random.below(3)) {
            parts.append(.text(self.text()))
            if self.shape != .bedrockConverse, self.random.chance(30) {
                parts.append(.citation(Citation(.web, url: "https://e.org", title: self.text(), start: 1, end: 2)))
            }
        }
        // Gemini and Bedrock have no word for a refusal.
        let isRefusal = self.shape == .openAIResponses && self.random.chance(20)
        if isRefusal { parts.append(.refusal(self.text())) }
        let calls = self.random.below(3)
        for _ in 0..<calls {
            parts.append(
                .toolCall(ToolCall(id: self.id(made), name: "f", arguments: RandomAnswer.arguments(&self.random))))
            made += 1
        }
        let stop: StopReason =
            switch self.shape {
            case _ where calls > 0: .toolCalls
            case .gemini: self.random.pick([.end, .length, .contentFilter])
            case .bedrockConverse:
                self.random.pick([
                    .end, .length, .contentFilter, .contextExceeded, .stopSequence("x"), .stopSequence(nil),
                ])
            default: isRefusal ? .refusal : self.random.pick([.end, .length, .contentFilter])
            }
        return ChatAnswer.Choice(parts: parts, stop: stop)
    }

    private mutating func usage() -> TokenUsage {
        let cached = self.random.below(50)
        let written = self.shape == .gemini ? 0 : self.random.below(50)
        let reasoning = self.shape == .bedrockConverse ? 0 : self.random.below(50)
        let audio = self.shape == .gemini ? self.random.below(9) : 0
        return TokenUsage(
            input: TokenCount(cached + written + self.random.below(100)),
            output: TokenCount(50 + self.random.below(50)),
            cached: TokenCount(cached), cacheWritten: TokenCount(written), reasoning: TokenCount(reasoning),
            audioInput: TokenCount(audio), audioOutput: TokenCount(audio), source: .reported)
    }

    // MARK: Streams

    /// Bedrock's streams tell no citations as we write them; elsewhere a citation stands behind its text.
    mutating func events() -> [AnswerEvent] {
        let answer = self.answer()
        var events: [AnswerEvent] = [
            .begin(AnswerOpening(id: answer.id, model: answer.model, created: answer.created))
        ]
        for (index, choice) in answer.choices.enumerated() {
            var call = 0
            for part in choice.parts { events += RandomAnswer.events(part, &call, index, &self.random) }
            events.append(.stop(choice.stop ?? .end, choice: index))
        }
        if let usage = answer.usage { events.append(.usage(usage)) }
        return events + [.end]
    }
}
