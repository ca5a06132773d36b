import Codecs
import Conversation
import Kernel
import TestSupport

/// Requests by chance, in the form that a shape can hold without loss. What a shape cannot hold is said at its generator.
struct RandomRequest {
    var random: SplitMix

    init(seed: UInt64) { self.random = SplitMix(seed: seed) }

    mutating func text() -> String { RandomAnswer.text(&self.random) }

    private mutating func maybe<Value>(_ make: (inout Self) -> Value) -> Value? {
        self.random.chance(50) ? make(&self) : nil
    }

    private mutating func eighths(_ most: Int) -> Double { Double(self.random.below(most * 8 + 1)) / 8 }

    private mutating func schema() -> JSONText {
        JSONText(
            wellFormed: Array(
                #"{"type":"object","x":\#(shown(JSONDocument.random(&self.random, depth: 2).written))}"#.utf8))
    }

    private mutating func list<Value>(_ most: Int, _ make: (inout Self) -> Value) -> [Value] {
        var values: [Value] = []
        for _ in 0..<(1 + self.random.below(most)) { values.append(make(&self)) }
        return values
    }

    // MARK: Chat completions

    /// Chat completions lose: top-k, thoughts, citations, points of caching, whether a tool failed, texts of documents as
    /// such, a budget for thinking, an effort above `xhigh`, and a choice among no tools.
    mutating func openAI() -> ChatRequest {
        var request = ChatRequest(model: "m", conversation: Conversation(messages: []))
        var messages: [Message] = []
        if self.random.chance(50) { messages.append(Message(role: .system, parts: self.list(2) { .text($0.text()) })) }
        for _ in 0..<(1 + self.random.below(5)) {
            messages.append(
                Message(role: .user, parts: self.list(3) { $0.openAIPart() }, name: self.maybe { $0.text() }))
            let calls = self.random.below(3)
            var parts: [Message.Part] = self.list(2) { .text($0.text()) }
            if self.random.chance(20) { parts.append(.refusal(self.text())) }
            if calls > 0, self.random.chance(50) { parts = [] }
            for call in 0..<calls {
                parts.append(
                    .toolCall(
                        ToolCall(id: "c\(call)", name: "f\(call)", arguments: RandomAnswer.arguments(&self.random))))
            }
            messages.append(Message(role: .assistant, parts: parts))
            guard calls > 0 else { continue }
            messages.append(
                Message(
                    role: .tool,
                    parts: (0..<calls).map { call in
                        .toolResult(ToolResult(callID: "c\(call)", parts: self.list(2) { .text($0.text()) }))
                    }))
        }
        request.conversation.messages = messages
        request.sampling = Sampling(
            maximumOutput: self.maybe { TokenCount($0.random.below(9999)) }, temperature: self.maybe { $0.eighths(2) },
            topP: self.maybe { $0.eighths(1) }, stop: self.random.chance(50) ? self.list(4) { $0.text() } : [],
            seed: self.maybe { $0.random.below(99) - 50 }, choices: self.maybe { $0.random.below(4) },
            frequencyPenalty: self.maybe { $0.eighths(2) - 1 }, presencePenalty: self.maybe { $0.eighths(2) - 1 },
            wantsLogprobs: self.maybe { $0.random.chance(50) }, topLogprobs: self.maybe { $0.random.below(5) },
            logitBias: self.maybe { _ in JSONText(wellFormed: Array(#"{"1":-100}"#.utf8)) })
        if self.random.chance(60) { self.addTools(to: &request, isStrict: true) }
        request.responseFormat = self.maybe { random in
            switch random.random.below(3) {
            case 0: .text
            case 1: .jsonObject
            default:
                .jsonSchema(
                    random.schema(), name: random.text(), description: random.maybe { $0.text() },
                    isStrict: random.maybe { $0.random.chance(50) })
            }
        }
        request.reasoning = self.maybe { random in
            Reasoning(effort: random.random.pick(Reasoning.Effort.allCases.filter { $0 != .maximum }))
        }
        request.userID = self.maybe { $0.text() }
        request.isStreamed = self.random.chance(50)
        request.wantsUsage = request.isStreamed
        return request
    }

    private mutating func openAIPart() -> Message.Part {
        switch self.random.below(6) {
        case 0: .image(Media(.url("https://e.org/\(self.random.below(9))"), detail: self.maybe { _ in "low" }))
        case 1: .image(Media(.base64("AAAA"), mediaType: "image/png"))
        case 2: .audio(Media(.base64("AAAA"), mediaType: "audio/wav"))
        case 3: .file(Media(.base64("AAAA"), mediaType: "application/pdf", name: self.text()))
        case 4: .file(Media(.uploaded("file_1"), name: self.maybe { $0.text() }))
        default: .text(self.text())
        }
    }

    private mutating func addTools(to request: inout ChatRequest, isStrict: Bool) {
        request.tools = (0..<(1 + self.random.below(4))).map { index in
            ToolDefinition(
                name: "f\(index)", description: self.maybe { $0.text() },
                schema: isStrict ? self.maybe { $0.schema() } : self.schema(),
                isStrict: isStrict ? self.maybe { $0.random.chance(50) } : nil)
        }
        request.toolChoice = self.maybe { random in
            switch random.random.below(isStrict ? 5 : 4) {
            case 0: .auto
            case 1: .forbidden
            case 2: .required
            case 3: .named("f0")
            default: .allowed(["f0"], isRequired: random.random.chance(50))
            }
        }
        request.allowsParallelCalls = self.maybe { $0.random.chance(50) }
    }

    // MARK: Messages

    /// Messages lose: names of speakers, the borders of system messages without points of caching, blank texts, unsigned
    /// thoughts, `detail`, `strict`, what only OpenAI draws by, an effort without a budget, and user ids that tell names.
    mutating func anthropic() -> ChatRequest {
        var request = ChatRequest(model: "m", conversation: Conversation(messages: []), wantsUsage: true)
        var messages: [Message] = []
        if self.random.chance(50) {
            let marked: [Message.Part] = [
                .text(self.text()), .text(self.text()), .cacheMarker(CacheMarker(lifetime: "1h")),
            ]
            messages.append(Message(role: .system, parts: self.random.chance(50) ? [.text(self.text())] : marked))
        }
        var hasCalls = false
        messages.append(Message(role: .user, parts: self.userParts()))
        for _ in 0..<self.random.below(4) {
            let calls = self.random.below(3)
            hasCalls = hasCalls || calls > 0
            messages.append(Message(role: .assistant, parts: self.assistantParts(calls)))
            if calls > 0 {
                messages.append(Message(role: .tool, parts: (0..<calls).map { .toolResult(self.result($0)) }))
            }
            if calls == 0 || self.random.chance(50) { messages.append(Message(role: .user, parts: self.userParts())) }
        }
        // One point of caching at the end of the last message.
        if self.random.chance(50) { messages[messages.count - 1].parts.append(.cacheMarker(CacheMarker())) }
        request.conversation.messages = messages
        if hasCalls || self.random.chance(30) {
            self.addTools(to: &request, isStrict: false)
            if self.random.chance(30) { request.tools[0].cacheMarker = CacheMarker(lifetime: "5m") }
            if request.toolChoice == .forbidden { request.allowsParallelCalls = nil }
            if request.allowsParallelCalls == true { request.allowsParallelCalls = nil }
            if request.allowsParallelCalls == false, request.toolChoice == nil { request.toolChoice = .auto }
        }
        request.sampling = Sampling(
            maximumOutput: 9000, stop: self.random.chance(50) ? self.list(6) { $0.text() } : [])
        let isForced = request.toolChoice == .required || request.toolChoice == .named("f0")
        let isAnswering = messages.last?.role == .tool
        if self.random.chance(40), !isForced, !isAnswering {
            request.reasoning = Reasoning(
                isEnabled: true, effort: self.maybe { $0.random.pick([.low, .medium, .high, .maximum]) },
                budget: TokenCount(1024 + self.random.below(4000)))
        } else {
            if self.random.chance(20) { request.reasoning = Reasoning(isEnabled: false) }
            if self.random.chance(50) {
                request.sampling.temperature = self.eighths(1)
            } else {
                request.sampling.topP = self.eighths(1)
            }
            request.sampling.topK = self.maybe { $0.random.below(99) }
        }
        // An answer's objects are closed.
        request.responseFormat = self.maybe { maker in
            .jsonSchema(ClosedSchema(maker.schema()).schema, name: nil, description: nil, isStrict: nil)
        }
        request.userID = self.maybe { "u-\($0.random.below(99))" }
        request.isStreamed = self.random.chance(50)
        return request
    }

    private mutating func userParts() -> [Message.Part] { self.list(3) { $0.anthropicPart() } }

    private mutating func anthropicPart() -> Message.Part {
        switch self.random.below(8) {
        case 0: .image(Media(.url("https://e.org/\(self.random.below(9))")))
        case 1: .image(Media(.base64("AAAA"), mediaType: self.random.pick(["image/png", "image/webp"])))
        case 2: .image(Media(.uploaded("file_1")))
        case 3: .file(Media(.base64("AAAA"), mediaType: "application/pdf", name: self.maybe { $0.text() }))
        case 4: .file(Media(.uploaded("file_1"), name: self.maybe { $0.text() }))
        case 5: .document(title: self.maybe { $0.text() }, text: self.text())
        default: .text(self.text())
        }
    }

    private mutating func assistantParts(_ calls: Int) -> [Message.Part] {
        var parts: [Message.Part] = []
        if self.random.chance(40) { parts.append(.thinking(self.text(), signature: "sig")) }
        if self.random.chance(20) { parts.append(.redactedThinking("opaque")) }
        parts.append(.text(self.text()))
        if self.random.chance(30) {
            parts.append(.citation(Citation(.characters, title: "t", quote: "q", document: 0, start: 1, end: 2)))
        }
        for call in 0..<calls {
            parts.append(
                .toolCall(ToolCall(id: "c\(call)", name: "f\(call)", arguments: RandomAnswer.arguments(&self.random))))
        }
        return parts
    }

    private mutating func result(_ call: Int) -> ToolResult {
        ToolResult(
            callID: "c\(call)",
            parts: self.random.chance(20)
                ? []
                : self.list(2) { random in
                    random.random.chance(30)
                        ? .image(Media(.base64("AAAA"), mediaType: "image/png")) : .text(random.text())
                }, isError: self.random.chance(20))
    }
}
