import Codecs
import Conversation
import Kernel
import TestSupport

/// Answers by chance, in the form that a shape can hold without loss.
enum RandomAnswer {
    static func text(_ random: inout SplitMix) -> String { "w" + JSONDocument.text(&random) }

    static func usage(_ random: inout SplitMix, for shape: WireShape) -> TokenUsage {
        let cached = random.below(50)
        let written = random.below(50)
        let knowsReasoning = shape == .openAIChat
        return TokenUsage(
            input: TokenCount(cached + written + random.below(100)), output: TokenCount(50 + random.below(50)),
            cached: TokenCount(cached), cacheWritten: TokenCount(written),
            reasoning: knowsReasoning ? TokenCount(random.below(50)) : 0,
            audioInput: knowsReasoning ? TokenCount(random.below(9)) : 0,
            audioOutput: knowsReasoning ? TokenCount(random.below(9)) : 0, source: .reported)
    }

    static func arguments(_ random: inout SplitMix) -> String {
        shown(JSONDocument.object([]).written).dropLast() + "\"k\":"
            + shown(JSONDocument.random(&random, depth: 2).written)
            + "}"
    }

    /// Documented losses: chat completions have one text a choice and tell no stop text; messages have one choice.
    static func answer(_ random: inout SplitMix, for shape: WireShape) -> ChatAnswer {
        let count = shape == .openAIChat ? 1 + random.below(3) : 1
        let choices = (0..<count).map { _ in Self.choice(&random, for: shape) }
        return ChatAnswer(
            id: "id\(random.below(9))", model: "m", created: shape == .openAIChat ? Int64(random.below(999)) : nil,
            choices: choices, usage: Self.usage(&random, for: shape))
    }

    private static func choice(_ random: inout SplitMix, for shape: WireShape) -> ChatAnswer.Choice {
        var parts: [Message.Part] = []
        if random.chance(40) {
            parts.append(.thinking(Self.text(&random), signature: random.chance(50) ? "sig" : nil))
        }
        if random.chance(20) {
            // Chat completions tell thoughts with their borders only where one is signed or hidden.
            parts.append(.redactedThinking("opaque"))
        }
        for _ in 0..<(shape == .openAIChat ? 1 : 1 + random.below(3)) {
            parts.append(.text(Self.text(&random)))
            if random.chance(30) { parts.append(.citation(Self.citation(&random, for: shape))) }
        }
        if shape == .openAIChat, random.chance(20) { parts.append(.refusal(Self.text(&random))) }
        let calls = random.below(3)
        for call in 0..<calls {
            parts.append(
                .toolCall(ToolCall(id: "c\(call)", name: "f\(random.below(3))", arguments: Self.arguments(&random))))
        }
        let stops: [StopReason] =
            shape == .openAIChat
            ? [.end, .length, .contentFilter]
            : [.end, .length, .refusal, .pause, .contextExceeded, .stopSequence("x")]
        return ChatAnswer.Choice(parts: parts, stop: calls > 0 ? .toolCalls : random.pick(stops))
    }

    private static func citation(_ random: inout SplitMix, for shape: WireShape) -> Citation {
        guard shape == .anthropicMessages else {
            return Citation(.web, url: "https://e.org", title: Self.text(&random), start: 1, end: 2)
        }
        let place = random.pick(Citation.Place.allCases)
        switch place {
        case .web: return Citation(place, url: "u", title: "t", quote: Self.text(&random), token: "o")
        case .searchResult:
            return Citation(place, url: "u", title: "t", quote: "q", document: 1, start: 0, end: random.below(9))
        case .characters, .pages, .blocks:
            return Citation(place, title: "t", quote: "q", document: random.below(3), start: 1, end: 4)
        }
    }

    // MARK: Streams

    static func events(_ random: inout SplitMix, for shape: WireShape) -> [AnswerEvent] {
        let answer = Self.answer(&random, for: shape)
        var events: [AnswerEvent] = [
            .begin(AnswerOpening(id: answer.id, model: answer.model, created: answer.created))
        ]
        for (index, choice) in answer.choices.enumerated() {
            var call = 0
            for part in choice.parts { events += Self.events(part, &call, index, &random) }
            events.append(.stop(choice.stop ?? .end, choice: index))
        }
        if let usage = answer.usage { events.append(.usage(usage)) }
        return events + [.end]
    }

    static func events(
        _ part: Message.Part, _ call: inout Int, _ choice: Int, _ random: inout SplitMix
    ) -> [AnswerEvent] {
        switch part {
        case .text(let text): return Self.cut(text, &random).map { .text($0, choice: choice) }
        case .refusal(let text): return Self.cut(text, &random).map { .refusal($0, choice: choice) }
        case .thinking(let text, let signature):
            return Self.cut(text, &random).map { .thinking($0, choice: choice) }
                + (signature.map { [.signature($0, choice: choice)] } ?? [])
        case .redactedThinking(let data): return [.redactedThinking(data, choice: choice)]
        case .citation(let citation): return [.citation(citation, choice: choice)]
        case .toolCall(let made):
            let number = call
            call += 1
            return [.toolCallBegin(call: number, id: made.id, name: made.name, choice: choice)]
                + Self.cut(made.arguments, &random).map { .toolCallArguments($0, call: number, choice: choice) }
                + [.toolCallEnd(call: number, choice: choice)]
        default: return []
        }
    }

    private static func cut(_ text: String, _ random: inout SplitMix) -> [String] {
        var pieces: [String] = []
        for character in text.unicodeScalars {
            if pieces.isEmpty || random.chance(20) { pieces.append("") }
            pieces[pieces.count - 1].unicodeScalars.append(character)
        }
        return pieces
    }

    /// What events say, however they are cut and wherever the usage and reasons stand: for each choice the pieces of a
    /// kind joined.
    static func gathered(_ events: [AnswerEvent]) -> [String: String] {
        var gathered: [String: String] = [:]
        for event in events {
            switch event {
            case .begin(let opening): gathered["begin"] = "\(opening.id) \(opening.model)"
            case .text(let text, let choice): gathered["\(choice) text", default: ""] += text
            case .refusal(let text, let choice): gathered["\(choice) refusal", default: ""] += text
            case .thinking(let text, let choice): gathered["\(choice) thinking", default: ""] += text
            case .signature(let text, let choice): gathered["\(choice) signature", default: ""] += text
            case .redactedThinking(let text, let choice): gathered["\(choice) redacted", default: ""] += text
            case .citation(let citation, let choice): gathered["\(choice) citation", default: ""] += "\(citation)"
            case .toolCallBegin(let call, let id, let name, let choice):
                gathered["\(choice) call \(call)", default: ""] += "\(id) \(name) "
            case .toolCallArguments(let piece, let call, let choice):
                gathered["\(choice) call \(call)", default: ""] += piece
            case .toolCallSignature(let text, let call, let choice):
                gathered["\(choice) call \(call) signature", default: ""] += text
            case .toolCallEnd(let call, let choice): gathered["\(choice) call \(call)", default: ""] += " end"
            case .usage(let usage): gathered["usage"] = "\(usage)"
            case .stop(let reason, let choice): gathered["\(choice) stop"] = "\(reason)"
            case .failure(let failure): gathered["failure"] = "\(failure)"
            case .end: gathered["end", default: ""] += "."
            }
        }
        return gathered
    }
}
