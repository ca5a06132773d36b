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

@Suite("Inspect and release a stream", .timeLimit(.minutes(5)))
struct StreamTests {
    static func stream(
        _ pieces: [String], _ house: House = House(), _ ask: Ask = .streamed(), failure: TransportError? = nil
    ) async throws -> Outcome {
        try await house.exchange(ask) { _ in .stream(pieces, failure: failure) }
    }

    static let askingForUsage = Ask.streamed(#","stream_options":{"include_usage":true}"#)

    // MARK: Good streams

    static let clean: [[String]] = [
        Stream.saying(["hello", " there", " friend."]),
        [Stream.text("hello"), ": keep-alive\n\n", Stream.text(" you"), ":\n\n", Stream.finish(), Stream.done],
        ["event: message\nid: 7\n" + Stream.text("hello"), Stream.finish(), Stream.done],
        [
            Stream.chunk(#"{"content":"caf\u00e9 \/ \ud83e\udd89"}"#, more: #","obfuscation":"x7Gh""#), Stream.finish(),
            Stream.done,
        ],
        [
            #"data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}]}"# + "\n\n", Stream.text("a"),
            Stream.finish(), Stream.done,
        ],
        ["data:" + Stream.text("no space").dropFirst(6), Stream.finish(), Stream.done],
        [
            Stream.chunk(
                #"{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]}"#),
            Stream.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]}"#),
            Stream.finish("tool_calls"), Stream.done,
        ],
        [
            Stream.chunk(#"{"content":null,"refusal":null}"#), Stream.chunk(#"{"refusal":"I will not."}"#),
            Stream.finish(), Stream.done,
        ],
        [
            Stream.text("a", choice: 1), Stream.text("b"), Stream.text("c", choice: 1), Stream.finish(),
            Stream.finish(choice: 1), Stream.done,
        ],
    ]

    @Test("A stream that nothing is wrong with passes byte for byte, with detectors and without", arguments: Self.clean)
    func untouched(_ pieces: [String]) async throws {
        for house in [House(), try House.guarded([.redact(.all)])] {
            let outcome = try await Self.stream(pieces, house)
            #expect(outcome.body == pieces.joined())
            #expect(outcome.end == .ended)
            #expect(outcome.status == 200)
            #expect(outcome.field("Content-Type") == "text/event-stream; charset=utf-8")
            #expect(outcome.field("Cache-Control") == "no-cache")
            #expect(outcome.event?.outcome == .answered)
            #expect(outcome.event?.isStreamed == true)
            #expect(outcome.event?.responseBytes == outcome.body.utf8.count)
        }
    }

    @Test("Lines may end in CR LF")
    func carriageReturns() async throws {
        let pieces = Stream.saying(["hello", " there"]).map { $0.replacing("\n", with: "\r\n") }
        let outcome = try await Self.stream(pieces, try House.guarded([.redact(.all)]))
        #expect(outcome.body == pieces.dropLast().joined() + Stream.done)
    }

    @Test("Without detectors nothing waits; with them, only the last word does")
    func latency() async throws {
        let pieces = Stream.saying(["one ", "two ", "three ", "four."])
        let direct = try await Self.stream(pieces)
        #expect(direct.pieces.count >= pieces.count - 1)
        let inspected = try await Self.stream(pieces, try House.guarded([.redact(.all)]))
        #expect(inspected.pieces.count >= pieces.count - 1)
    }

    @Test("A stream may end without [DONE]; the caller gets one")
    func noDone() async throws {
        let outcome = try await Self.stream(Stream.saying(["hello"]).dropLast())
        #expect(outcome.body == Stream.saying(["hello"]).joined())
        #expect(outcome.end == .ended)
    }

    @Test(
        "A stream that is complete stays so, however its connection ends",
        arguments: [TransportError.Code.closed, .timedOut, .malformed])
    func endsBadlyBehindTheEnd(_ code: TransportError.Code) async throws {
        let outcome = try await Self.stream(Stream.saying(["hello"]), failure: TransportError(code, "behind the end"))
        #expect(outcome.body == Stream.saying(["hello"]).joined())
        #expect(outcome.end == .ended)
        #expect(outcome.event?.outcome == .answered)
    }

    // MARK: Bad streams

    @Test(
        "A stream that breaks off is told as cut, and never ends as if it were whole",
        arguments: [
            [Stream.text("half")], [Stream.opening, Stream.text("half"), "data: {\"choices\":["],
            [Stream.text("half"), "data: [DONE]"],
            [Stream.text("half", choice: 1), Stream.finish()] + [Stream.text("x", choice: 1)],
        ])
    func truncated(_ pieces: [String]) async throws {
        for failure in [nil, TransportError(.closed, "gone"), TransportError(.timedOut, "the answer stopped")] {
            let outcome = try await Self.stream(pieces, failure: failure)
            #expect(outcome.end == .aborted)
            #expect(outcome.status == 200)
            #expect(!outcome.body.contains("[DONE]"))
            let last = try #require(Stream.events(outcome.body).last)
            #expect(
                last["error", "code"]?.text == (failure?.code == .timedOut ? "upstream_timeout" : "upstream_closed"))
            #expect(last["error", "gatehouse", "exchange"]?.text == outcome.event?.id.description)
            #expect(outcome.event?.outcome == .truncated)
            #expect(outcome.event?.status == 200)
            #expect(outcome.event?.usage?.source == .estimated)
        }
    }

    @Test(
        "A stream that breaks off before anything was released is an ordinary error",
        arguments: [
            [], [": hello\n"], ["data: {\"cho"], [Stream.text("held")],
        ])
    func truncatedAtOnce(_ pieces: [String]) async throws {
        let outcome = try await Self.stream(
            pieces, try House.guarded([.redact(.all)]), failure: TransportError(.closed, "gone"))
        #expect(outcome.end == .responded)
        #expect(outcome.status == 502)
        #expect(outcome.code == "upstream_closed")
        #expect(outcome.event?.outcome == .failed)
    }

    @Test(
        "An error that the provider tells in the stream is told on, scrubbed, and the stream is cut",
        arguments: [
            #"data: {"error":{"message":"boom \#(House.providerKey)","code":"x"}}"#,
            "event: error\n" + #"data: {"error":{"message":"boom \#(House.providerKey)"}}"#,
            #"data: {"error":"boom \#(House.providerKey)"}"#,
        ])
    func errorFrame(_ frame: String) async throws {
        let late = try await Self.stream([Stream.text("half "), Stream.text("a"), frame + "\n\n", Stream.done])
        #expect(late.end == .aborted)
        #expect(!late.body.contains("[DONE]"))
        let message = Stream.events(late.body).last?["error", "message"]?.text
        #expect(message == "boom [REDACTED:key]")
        #expect(late.event?.outcome == .truncated)
        let early = try await Self.stream([frame + "\n\n", Stream.done])
        #expect(early.end == .responded)
        #expect(early.status == 502)
        #expect(early.code == "upstream_error")
        #expect(early.event?.outcome == .failed)
    }

    @Test(
        "A stream that cannot be read is cut",
        arguments: [
            "data: nonsense\n\n", "data: [1]\n\n", "data: \"text\"\n\n", "data: {\"choices\":[]}{}\n\n",
            "data: {\"choices\":\ndata: []}\n\n",
            "data: {\"x\":\"" + String(repeating: "y", count: 1 << 20) + "\"}\n\n",
        ])
    func malformed(_ frame: String) async throws {
        let outcome = try await Self.stream([Stream.text("half "), Stream.text("a"), frame, Stream.done])
        #expect(outcome.end == .aborted)
        #expect(Stream.events(outcome.body).last?["error", "code"]?.text == "upstream_malformed")
        #expect(!outcome.body.contains("nonsense"))
        #expect(outcome.event?.outcome == .truncated)
    }

    @Test("An answer that is no stream where one was asked for is an error")
    func noStream() async throws {
        let house = House()
        let whole = try await house.exchange(.streamed()) { _ in .json(House.hello) }
        #expect(whole.status == 502)
        #expect(whole.code == "upstream_malformed")
        let error = try await house.exchange(.streamed()) { _ in .json(#"{"error":{"message":"no"}}"#) }
        #expect(error.status == 502)
        #expect(error.code == "upstream_error")
        #expect(error.message == "no")
        let refused = try await house.exchange(.streamed()) { _ in .json(#"{"error":{"message":"slow"}}"#, status: 429)
        }
        #expect(refused.status == 429)
        #expect(refused.end == .responded)
    }

    @Test("A client that goes away ends the exchange, and what it got is counted")
    func clientGone() async throws {
        var ask = Ask.streamed()
        ask.patience = 2
        let outcome = try await Self.stream(Stream.saying(["one ", "two ", "three ", "four "]), House(), ask)
        #expect(outcome.end == .aborted)
        #expect(outcome.event?.outcome == .cancelled)
        #expect(outcome.event?.code == "client_closed_request")
        #expect(outcome.event?.usage?.source == .estimated)
        #expect(!outcome.body.contains("error"))
    }
}
