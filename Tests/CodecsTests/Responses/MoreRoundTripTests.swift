import AgentCodecs
import CloudCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

/// What Gemini, Bedrock and OpenAI's responses write they read as the same, up to the losses that the generators name.
@Suite("Written and read again: Gemini, Bedrock, responses")
struct MoreRoundTripTests {
    static let codecs: [any WireCodec.Type] = [GeminiContent.self, BedrockConverse.self, OpenAIResponses.self]

    @Test("Requests", arguments: [WireShape.gemini, .bedrockConverse, .openAIResponses])
    func requests(_ shape: WireShape) throws {
        var maker = RandomWire(seed: 11, shape: shape)
        for round in 0..<300 {
            let request = maker.request()
            let encoded = try shape.codec.body(of: request, EncodingOptions(model: maker.model))
            #expect(encoded.dropped.isEmpty, "round \(round): \(encoded.dropped)")
            let address = RequestAddress(
                model: maker.model, isStreamed: shape == .openAIResponses ? nil : request.isStreamed)
            let read = try shape.codec.request(encoded.body.span, address)
            #expect(read == request, "round \(round): \(Wire.text(encoded.body))")
        }
    }

    @Test("Answers", arguments: [WireShape.gemini, .bedrockConverse, .openAIResponses])
    func answers(_ shape: WireShape) throws {
        var maker = RandomWire(seed: 12, shape: shape)
        for round in 0..<300 {
            let answer = maker.answer()
            let body = shape.codec.body(of: answer, Wire.answering)
            #expect(try shape.codec.answer(body.span) == answer, "round \(round): \(Wire.text(body))")
        }
    }

    @Test("Streams, cut anywhere", arguments: [WireShape.gemini, .bedrockConverse, .openAIResponses])
    func streams(_ shape: WireShape) throws {
        var maker = RandomWire(seed: 13, shape: shape)
        for round in 0..<150 {
            let events = maker.events()
            var writer = shape.codec.streamWriter(Wire.answering)
            var bytes: [UInt8] = []
            for event in events { writer.write(event, into: &bytes) }
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(1 + maker.random.below(60))
                pieces.append(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            let read = Wire.events(shape.codec, pieces)
            #expect(
                RandomAnswer.gathered(read) == RandomAnswer.gathered(events), "round \(round): \(Wire.text(bytes))")
        }
    }

    @Test(
        "A stream that is cut short anywhere never ends well",
        arguments: [WireShape.gemini, .bedrockConverse, .openAIResponses])
    func cutShort(_ shape: WireShape) {
        var maker = RandomWire(seed: 14, shape: shape)
        for _ in 0..<10 {
            var writer = shape.codec.streamWriter(Wire.answering)
            var bytes: [UInt8] = []
            var ends = 0
            for event in maker.events() {
                if event == .end { ends = bytes.count }
                writer.write(event, into: &bytes)
            }
            var reader = shape.codec.streamReader()
            for count in 0..<ends {
                var last: [AnswerEvent] = []
                // What would be said if it ended here.
                var ended = reader
                ended.finish(into: &last)
                guard case .failure = last.last else {
                    Issue.record("cut at \(count) of \(bytes.count) it ends with \(last)")
                    return
                }
                reader.receive(bytes.span.extracting(count..<count + 1), into: &last)
            }
        }
    }

    /// Every caller's request, damaged or not, to every provider, and the damaged bytes as answers and streams.
    @Test("Any bytes give a value or an error, never a crash")
    func anyBytes() {
        var random = SplitMix(seed: 15)
        var sent = 0
        for shape in [WireShape.gemini, .bedrockConverse, .openAIResponses] {
            var maker = RandomWire(seed: 16, shape: shape)
            for round in 0..<150 {
                let isAnswer = round.isMultiple(of: 3)
                let whole = try? shape.codec.body(of: maker.request(), EncodingOptions(model: maker.model)).body
                var body = isAnswer ? shape.codec.body(of: maker.answer(), Wire.answering) : whole ?? []
                for _ in 0..<random.below(4) where !body.isEmpty {
                    let place = random.below(body.count)
                    switch random.below(3) {
                    case 0: body[place] = UInt8(truncatingIfNeeded: random.next())
                    case 1: body.remove(at: place)
                    default: body.insert(random.pick(Array(#"{}[]",:0n\"#.utf8)), at: place)
                    }
                }
                if let request = try? shape.codec.request(body.span, RequestAddress(model: "m")) {
                    for upstream in WireShape.allCases {
                        if (try? upstream.codec.body(of: request, EncodingOptions(model: "claude gemini-3"))) != nil {
                            sent += 1
                        }
                    }
                }
                if let answer = try? shape.codec.answer(body.span) {
                    for caller in WireShape.allCases { _ = caller.codec.body(of: answer, Wire.answering) }
                }
                _ = shape.codec.failure(status: 400, body.span)
                let events = Wire.events(shape.codec, [Array("data: ".utf8) + body + Array("\n\n".utf8)])
                let isOver = events.last.map { if case .failure = $0 { true } else { $0 == .end } } ?? false
                #expect(isOver)
            }
        }
        // Or nothing would have come through.
        #expect(sent > 300)
    }

    @Test("What one shape's stream says, every other shape's caller is told", arguments: WireShape.allCases)
    func acrossStreams(_ caller: WireShape) {
        let events: [AnswerEvent] = [
            .begin(AnswerOpening(id: "r", model: "m")), .thinking("think"), .text("te"), .text("xt"),
            .toolCallBegin(call: 0, id: "c", name: "f"), .toolCallArguments(#"{"a":"#, call: 0),
            .toolCallArguments("1}", call: 0), .toolCallEnd(call: 0), .stop(.toolCalls),
            .usage(TokenUsage(input: 5, output: 3, source: .reported)), .end,
        ]
        for upstream in WireShape.allCases {
            var writer = upstream.codec.streamWriter(Wire.answering)
            var bytes: [UInt8] = []
            for event in events { writer.write(event, into: &bytes) }
            var stream = Translation(from: caller.codec, to: upstream.codec).stream(AnswerRestoration(), Wire.answering)
            var read: [AnswerEvent] = []
            var told: [UInt8] = []
            for byte in bytes { stream.receive([byte].span, into: &read) }
            stream.finish(into: &read)
            for event in read { stream.write(event, into: &told) }
            var gathered = RandomAnswer.gathered(Wire.events(caller.codec, [told]))
            // Names of answers and models are not every shape's.
            gathered["begin"] = nil
            #expect(gathered["0 text"] == "text", "\(upstream) to \(caller)")
            #expect(gathered["0 thinking"] == "think", "\(upstream) to \(caller)")
            #expect(gathered["0 call 0"] == #"c f {"a":1} end"#, "\(upstream) to \(caller)")
            #expect(gathered["0 stop"] == "toolCalls", "\(upstream) to \(caller)")
            #expect(gathered["end"] == ".", "\(upstream) to \(caller)")
            #expect(gathered["usage"]?.contains("TokenCount(value: 5)") == true, "\(upstream) to \(caller)")
        }
    }
}
