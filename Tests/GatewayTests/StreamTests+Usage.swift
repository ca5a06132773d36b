import Audit
import Conversation
import Detection
import Framing
import Kernel
import NIOCore
import Policy
import TestSupport
import Testing
import Transport

@testable import Gateway

extension StreamTests {
    struct Reporting: Shown {
        let name: String
        let pieces: [String]
        let expected: [String]
        let usage: TokenUsage
    }

    static let reported = TokenUsage(input: 9, output: 4, source: .reported)
    static let beside = #","usage":{"prompt_tokens":9,"completion_tokens":4}"#

    static let reports: [Reporting] = [
        Reporting(
            name: "in a chunk of its own",
            pieces: [Stream.text("hi"), Stream.finish(), Stream.usage(9, 4), Stream.done],
            expected: [Stream.text("hi"), Stream.finish(), Stream.done], usage: reported),
        Reporting(
            name: "in a chunk of its own, behind [DONE]'s place",
            pieces: [Stream.text("hi"), Stream.finish(), Stream.usage(9, 4)],
            expected: [Stream.text("hi"), Stream.finish(), Stream.done], usage: reported),
        Reporting(
            name: "beside the last choice", pieces: [Stream.text("hi"), Stream.finish(more: beside), Stream.done],
            expected: [Stream.text("hi"), Stream.finish(more: #","usage":null"#), Stream.done], usage: reported),
        Reporting(
            name: "in every chunk",
            pieces: [
                Stream.text("hi", more: #","usage":{"prompt_tokens":9,"completion_tokens":1}"#),
                Stream.finish(more: beside),
                Stream.usage(9, 4), Stream.done,
            ],
            expected: [
                Stream.text("hi", more: #","usage":null"#), Stream.finish(more: #","usage":null"#), Stream.done,
            ],
            usage: reported),
        Reporting(
            name: "null beside the choices",
            pieces: [Stream.text("hi", more: #","usage":null"#), Stream.finish(), Stream.usage(9, 4), Stream.done],
            expected: [Stream.text("hi", more: #","usage":null"#), Stream.finish(), Stream.done], usage: reported),
    ]

    @Test("Usage that nobody asked for is counted and left out", arguments: Self.reports)
    func usageNotAskedFor(_ row: Reporting) async throws {
        for house in [House(), try House.guarded([.redact(.all)])] {
            let outcome = try await Self.stream(row.pieces, house)
            #expect(outcome.body == row.expected.joined())
            #expect(outcome.event?.usage == row.usage)
        }
    }

    @Test("Usage that was asked for is told once, last, wherever the provider tells it", arguments: Self.reports)
    func usageAskedFor(_ row: Reporting) async throws {
        for house in [House(), try House.guarded([.redact(.all)])] {
            let outcome = try await Self.stream(row.pieces, house, Self.askingForUsage)
            #expect(outcome.event?.usage == row.usage)
            let events = Stream.events(outcome.body)
            let told = events.filter { $0["usage", "prompt_tokens"] != nil }
            #expect(told.count == 1)
            #expect(told.first == events.last)
            #expect(told.first?["usage", "completion_tokens"]?.integer == 4)
            #expect(told.first?["choices"] == .array([]))
            #expect(told.first?["id"]?.text == "c1")
            #expect(outcome.frames.last == "[DONE]")
            #expect(Stream.read(outcome.body) == "hi")
        }
    }

    @Test("Usage that is not told is estimated from the text that came")
    func usageAbsent() async throws {
        for house in [House(), try House.guarded([.redact(.all)])] {
            let outcome = try await Self.stream(Stream.saying(["hello", " there"]), house)
            #expect(
                outcome.event?.usage
                    == TokenUsage(
                        input: TokenCount((Ask.streamed().body.utf8.count + 3) / 4), output: 3, source: .estimated))
            #expect(outcome.event?.servedModel == "owl-2026")
        }
    }
}
