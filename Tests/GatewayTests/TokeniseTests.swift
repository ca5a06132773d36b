import Audit
import Codecs
import Detection
import Kernel
import NIOCore
import Policy
import Surrogates
import TestSupport
import Testing

@testable import Gateway

/// The remedy that replaces values on the way to the provider and restores them on the way back.
@Suite("Surrogates in the path", .timeLimit(.minutes(5)))
struct TokeniseTests {
    private static func house(response: Bool = true) throws -> House {
        let house = try House.guarded([])
        var configuration = House.configuration([], try House.patterns, response ? try House.patterns : nil)
        configuration.policy = try CedarDecisionPoint(
            try PolicyBundle([
                PolicyFile(
                    name: "test.cedar",
                    text: #"""
                        @id("all") permit (principal, action, resource);
                        @id("names-stay") @remedy("tokenise") @kinds("pii")
                        forbid (principal, action == Gatehouse::Action::"infer", resource)
                        when { context.findings has pii };
                        """#)
            ]))
        house.gateway.replace(configuration: configuration)
        return house
    }

    @Test("Exchanges of a key that name the same conversation share surrogates, others do not")
    func conversations() async throws {
        let house = try Self.house()
        var configuration = house.gateway.current.configuration
        configuration.conversations = ConversationMaps.Limits(conversations: 10, lifetime: .seconds(60))
        house.gateway.replace(configuration: configuration)
        func sent(_ text: String, _ name: String?) async throws -> (body: String, answer: String) {
            var ask = Ask.chat(text)
            if let name { ask.fields.append("Gatehouse-Conversation: \(name)") }
            let outcome = try await house.exchange(ask) { _ in .json(Self.answer("to <EMAIL_1> and <EMAIL_2>")) }
            return (
                outcome.calls.first?.body ?? "", outcome.json["choices", 0, "message", "content"]?.text ?? ""
            )
        }
        let first = try await sent("write to bob@example.com", "talk")
        #expect(first.body.contains("write to <EMAIL_1>") && first.answer == "to bob@example.com and <EMAIL_2>")
        let second = try await sent("and to eve@example.org, not to bob@example.com", "talk")
        #expect(second.body.contains("and to <EMAIL_2>, not to <EMAIL_1>"))
        #expect(second.answer == "to bob@example.com and eve@example.org")
        for other in ["another", nil] {
            let apart = try await sent("write to eve@example.org", other)
            #expect(apart.body.contains("write to <EMAIL_1>") && apart.answer == "to eve@example.org and <EMAIL_2>")
        }
    }

    private static let mail = "write to bob@example.com and eve@example.org, then bob@example.com"

    private static func answer(_ text: String) -> String {
        #"{"id":"c1","object":"chat.completion","model":"owl","choices":[{"index":0,"message":{"role":"assistant","#
            + #""content":\#(Stream.quoted(text))},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#
    }

    @Test("The provider sees surrogates, the caller the values, the event what was done", arguments: [true, false])
    func whole(_ inspectsAnswers: Bool) async throws {
        let outcome = try await Self.house(response: inspectsAnswers).exchange(.chat(Self.mail)) { _ in
            .json(Self.answer("I wrote to <EMAIL_1>, not to <EMAIL_2> or <EMAIL_3>."))
        }
        #expect(outcome.status == 200)
        let body = try #require(outcome.calls.first?.body)
        #expect(body.contains("write to <EMAIL_1> and <EMAIL_2>, then <EMAIL_1>"))
        #expect(!body.contains("bob@") && !body.contains("eve@"))
        #expect(
            outcome.json["choices", 0, "message", "content"]?.text
                == "I wrote to bob@example.com, not to eve@example.org or <EMAIL_3>.")
        #expect(outcome.field("Gatehouse-Remedy") == "tokenise")
        #expect(
            outcome.event?.decisions.map(\.bare).first
                == DecisionRecord(stage: .request, effect: .forbid, remedy: "tokenise", policies: ["names-stay"]))
        let stored = outcome.event.map { "\($0)" } ?? ""
        #expect(!stored.contains("bob@example.com"))
    }

    @Test("A surrogate is restored in a stream however it is cut", arguments: [true, false])
    func everySplit(_ inspectsAnswers: Bool) async throws {
        let text = Array("to <EMAIL_1>, or".utf8)
        let house = try Self.house(response: inspectsAnswers)
        for first in 0..<text.count {
            for second in stride(from: first, through: text.count, by: 2) {
                let parts = [text[..<first], text[first..<second], text[second...]].map {
                    String(decoding: $0, as: UTF8.self)
                }
                let outcome = try await house.exchange(.chat(Self.mail, more: #","stream":true"#)) { _ in
                    .stream(Stream.saying(parts))
                }
                let read = Stream.read(outcome.body)
                guard read == "to bob@example.com, or", outcome.end == .ended else {
                    Issue.record("\(parts) became \(read)")
                    return
                }
            }
        }
    }

    @Test("A tag that the caller wrote is not taken for ours")
    func callersTag() async throws {
        let outcome = try await Self.house().exchange(.chat("what is <EMAIL_1>? ask bob@example.com")) { _ in
            .json(Self.answer("<EMAIL_1> is a tag, says <EMAIL_2>"))
        }
        #expect(outcome.json["choices", 0, "message", "content"]?.text == "<EMAIL_1> is a tag, says bob@example.com")
    }

    @Test("What nothing was found in passes byte for byte")
    func clean() async throws {
        let outcome = try await Self.house().exchange(.chat("hello")) { _ in .json(House.hello) }
        #expect(outcome.body == House.hello)
        #expect(outcome.field("Gatehouse-Remedy") == nil)
    }

    // MARK: The four shapes

    /// Streams that say texts in one shape, and how a client reads them.
    struct Shape: Sendable, CustomTestStringConvertible {
        let shape: WireShapeName
        let frames: @Sendable (String) -> String
        let opening: String
        let ending: String
        let path: @Sendable (JSONDocument) -> String?

        var testDescription: String { "\(self.shape)" }
    }

    enum WireShapeName: Sendable { case chat, responses, messages, gemini }

    static let shapes = [
        Shape(
            shape: .chat, frames: { Stream.text($0) }, opening: Stream.opening, ending: Stream.finish() + Stream.done,
            path: { $0["choices", 0, "delta", "content"]?.text }),
        Shape(
            shape: .messages,
            frames: {
                "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\(Stream.quoted($0))}}\n\n"
            },
            opening:
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"o\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
            ending:
                "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            path: { $0["delta", "text"]?.text }),
        Shape(
            shape: .responses,
            frames: {
                "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,\"delta\":\(Stream.quoted($0))}\n\n"
            }, opening: "",
            ending:
                "event: response.completed\ndata: {\"type\":\"response.completed\",\"sequence_number\":9,\"response\":{\"id\":\"r\",\"output\":[]}}\n\n",
            path: { $0["delta"]?.text }),
        Shape(
            shape: .gemini,
            frames: {
                "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\(Stream.quoted($0))}]},\"index\":0}]}\r\n\r\n"
            }, opening: "",
            ending: "data: {\"candidates\":[{\"finishReason\":\"STOP\",\"index\":0}]}\r\n\r\n",
            path: { $0["candidates", 0, "content", "parts", 0, "text"]?.text }),
    ]

    @Test(
        "Surrogates are restored in streams of every shape, and no more than the longest is held back",
        arguments: shapes)
    func everyShape(_ shape: Shape) throws {
        var random = SplitMix(seed: 12)
        for round in 0..<40 {
            var map = SurrogateMap()
            let names = ["Anna Berg", "Zoë \"Z\" O'Hara", "李", "a\\b\nc"]
            var (sent, expected) = ("", "")
            for _ in 0..<8 {
                let name = random.pick(names)
                sent += String(decoding: map.surrogate(for: Array(name.utf8), kind: .person), as: UTF8.self)
                expected += name
                let word = random.pick([" and ", "<", ", <PERSON", ".", "é "])
                sent += word
                expected += word
            }
            let pieces = random.pieces(of: Array(sent.utf8), longest: 7).reduce(into: [[UInt8]]()) { pieces, piece in
                // Deltas are whole characters.
                if String(validating: (pieces.last ?? []), as: UTF8.self) == nil, !pieces.isEmpty {
                    pieces[pieces.count - 1] += piece
                } else {
                    pieces.append(piece)
                }
            }
            let stream =
                shape.opening + pieces.map { shape.frames(String(decoding: $0, as: UTF8.self)) }.joined() + shape.ending
            var inspector = StreamInspector(
                shape.shape.wire, patterns: round % 2 == 0 ? nil : try House.patterns, wantsUsage: true, surrogates: map
            )
            let scratch = Scratch()
            var released: [UInt8] = []
            for part in random.pieces(of: Array(stream.utf8), longest: 300) {
                if !(try inspector.receive(ByteBuffer(bytes: part), scratch)).isEmpty { inspector.redact([]) }
                released += Array(inspector.release().readableBytesView)
            }
            if !(try inspector.finish(scratch)).isEmpty { inspector.redact([]) }
            released += Array(inspector.release().readableBytesView) + Array(inspector.ending().readableBytesView)
            let read = String(decoding: released, as: UTF8.self).replacing("\r\n", with: "\n").split(separator: "\n")
                .filter { $0.hasPrefix("data: ") }.compactMap { try? JSONDocument(Array($0.dropFirst(6).utf8)) }
                .compactMap { shape.path($0) }.joined()
            #expect(read == expected)
            #expect(inspector.isComplete)
        }
    }
}

extension TokeniseTests.WireShapeName {
    fileprivate var wire: WireShape {
        switch self {
        case .chat: .openAIChat
        case .responses: .openAIResponses
        case .messages: .anthropicMessages
        case .gemini: .gemini
        }
    }
}
