import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

/// What a shape writes it reads as the same, up to the losses that the generators name.
@Suite("Written and read again")
struct RoundTripTests {
    @Test("Requests of chat completions")
    func openAIRequests() throws {
        var maker = RandomRequest(seed: 1)
        for round in 0..<400 {
            let request = maker.openAI()
            let options = EncodingOptions(model: "m", usesMaxCompletionTokens: round.isMultiple(of: 2))
            let encoded = try OpenAIChat.body(of: request, options)
            #expect(encoded.dropped.isEmpty, "round \(round): \(encoded.dropped)")
            let read = try OpenAIChat.request(encoded.body.span, RequestAddress())
            #expect(read == request, "round \(round): \(Wire.text(encoded.body))")
        }
    }

    @Test("Requests of messages")
    func anthropicRequests() throws {
        var maker = RandomRequest(seed: 2)
        for round in 0..<400 {
            let request = maker.anthropic()
            let encoded = try AnthropicMessages.body(of: request, EncodingOptions(model: "m"))
            #expect(encoded.dropped.isEmpty, "round \(round): \(encoded.dropped)")
            let read = try AnthropicMessages.request(encoded.body.span, RequestAddress())
            #expect(read == request, "round \(round): \(Wire.text(encoded.body))")
        }
    }

    /// Chat completions keep a thought's borders only where a signature or a hidden thought makes them tell blocks, and
    /// gather citations behind the text.
    @Test("Answers of chat completions")
    func openAIAnswers() throws {
        var random = SplitMix(seed: 3)
        for round in 0..<400 {
            let answer = RandomAnswer.answer(&random, for: .openAIChat)
            let body = OpenAIChat.body(of: answer, Wire.answering)
            #expect(try OpenAIChat.answer(body.span) == answer, "round \(round): \(Wire.text(body))")
        }
    }

    @Test("Answers of messages")
    func anthropicAnswers() throws {
        var random = SplitMix(seed: 4)
        for round in 0..<400 {
            let answer = RandomAnswer.answer(&random, for: .anthropicMessages)
            let body = AnthropicMessages.body(of: answer, Wire.answering)
            #expect(try AnthropicMessages.answer(body.span) == answer, "round \(round): \(Wire.text(body))")
        }
    }

    @Test("A request that goes to the other shape and back says the same where both can say it")
    func acrossAndBack() throws {
        var maker = RandomRequest(seed: 5)
        for round in 0..<200 {
            let request = maker.anthropic()
            let options = EncodingOptions(model: "m")
            guard let there = try? OpenAIChat.body(of: request, options) else { continue }
            let middle = try OpenAIChat.request(there.body.span, RequestAddress())
            let back = try AnthropicMessages.body(of: middle, options)
            let read = try AnthropicMessages.request(back.body.span, RequestAddress())
            #expect(self.words(read) == self.words(request), "round \(round)")
        }
    }

    /// The texts and calls of a conversation, in order; instructions as the one text that messages make of them.
    private func words(_ request: ChatRequest) -> [String] {
        request.conversation.messages.flatMap { message -> [String] in
            let words: [String] = message.openedParts.compactMap { part in
                switch part {
                case .text(let text): text.hasPrefix("<document") || text.hasPrefix("Given back") ? nil : text
                case .toolCall(let call): "\(call.id) \(call.name) \(call.arguments)"
                default: nil
                }
            }
            return message.role == .system ? [words.joined(separator: "\n\n")] : words
        }
    }

    @Test("Any bytes give a value or an error, never a crash")
    func anyBytes() {
        var random = SplitMix(seed: 6)
        var maker = RandomRequest(seed: 7)
        for codec in [OpenAIChat.self, AnthropicMessages.self] as [any WireCodec.Type] {
            for _ in 0..<300 {
                guard
                    var body = try? codec.body(
                        of: codec.shape == .openAIChat ? maker.openAI() : maker.anthropic(), EncodingOptions(model: "m")
                    ).body
                else { continue }
                for _ in 0..<(1 + random.below(4)) {
                    let place = random.below(body.count)
                    switch random.below(3) {
                    case 0: body[place] = UInt8(truncatingIfNeeded: random.next())
                    case 1: body.remove(at: place)
                    default: body.insert(random.pick(Array(#"{}[]",:0n\"#.utf8)), at: place)
                    }
                }
                if let request = try? codec.request(body.span, RequestAddress()) {
                    _ = try? OpenAIChat.body(of: request, EncodingOptions(model: "m"))
                    _ = try? AnthropicMessages.body(of: request, EncodingOptions(model: "m", structuredOutput: .tool))
                }
                _ = try? codec.answer(body.span)
                _ = codec.failure(status: 400, body.span)
                let events = Wire.events(codec, [Array("data: ".utf8) + body + Array("\n\n".utf8)])
                #expect(events.last.map { if case .failure = $0 { true } else { false } } == true)
            }
        }
    }
}
