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

@Suite("Inspect and release a stream", .timeLimit(.minutes(1)))
struct StreamTests {
    private static func stream(
        _ pieces: [String], _ house: House = House(), _ ask: Ask = .streamed(), failure: TransportError? = nil
    ) async throws -> Outcome {
        try await house.exchange(ask) { _ in .stream(pieces, failure: failure) }
    }

    private static let askingForUsage = Ask.streamed(#","stream_options":{"include_usage":true}"#)

    // MARK: Good streams

    static let clean: [[String]] = [
        Stream.saying(["hello", " there", " friend."]),
        [Stream.text("hello"), ": keep-alive\n\n", Stream.text(" you"), ":\n\n", Stream.finish(), Stream.done],
        ["event: message\nid: 7\n" + Stream.text("hello"), Stream.finish(), Stream.done],
        [Stream.chunk(#"{"content":"caf\u00e9 \/ \ud83e\udd89"}"#, more: #","obfuscation":"x7Gh""#), Stream.finish(), Stream.done],
        [#"data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}]}"# + "\n\n", Stream.text("a"), Stream.finish(), Stream.done],
        ["data:" + Stream.text("no space").dropFirst(6), Stream.finish(), Stream.done],
        [Stream.chunk(#"{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]}"#),
            Stream.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]}"#), Stream.finish("tool_calls"), Stream.done],
        [Stream.chunk(#"{"content":null,"refusal":null}"#), Stream.chunk(#"{"refusal":"I will not."}"#), Stream.finish(), Stream.done],
        [Stream.text("a", choice: 1), Stream.text("b"), Stream.text("c", choice: 1), Stream.finish(), Stream.finish(choice: 1), Stream.done],
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

    @Test("A stream that is complete stays so, however its connection ends", arguments: [TransportError.Code.closed, .timedOut, .malformed])
    func endsBadlyBehindTheEnd(_ code: TransportError.Code) async throws {
        let outcome = try await Self.stream(Stream.saying(["hello"]), failure: TransportError(code, "behind the end"))
        #expect(outcome.body == Stream.saying(["hello"]).joined())
        #expect(outcome.end == .ended)
        #expect(outcome.event?.outcome == .answered)
    }

    // MARK: Usage

    struct Reporting: Shown {
        let name: String
        let pieces: [String]
        let expected: [String]
        let usage: TokenUsage
    }

    private static let reported = TokenUsage(input: 9, output: 4, source: .reported)
    private static let beside = #","usage":{"prompt_tokens":9,"completion_tokens":4}"#

    static let reports: [Reporting] = [
        Reporting(
            name: "in a chunk of its own", pieces: [Stream.text("hi"), Stream.finish(), Stream.usage(9, 4), Stream.done],
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
                Stream.text("hi", more: #","usage":{"prompt_tokens":9,"completion_tokens":1}"#), Stream.finish(more: beside),
                Stream.usage(9, 4), Stream.done,
            ],
            expected: [Stream.text("hi", more: #","usage":null"#), Stream.finish(more: #","usage":null"#), Stream.done],
            usage: reported),
        Reporting(
            name: "null beside the choices", pieces: [Stream.text("hi", more: #","usage":null"#), Stream.finish(), Stream.usage(9, 4), Stream.done],
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
            #expect(outcome.event?.usage == TokenUsage(
                input: TokenCount((Ask.streamed().body.utf8.count + 3) / 4), output: 3, source: .estimated))
            #expect(outcome.event?.servedModel == "owl-2026")
        }
    }

    // MARK: Bad streams

    @Test("A stream that breaks off is told as cut, and never ends as if it were whole", arguments: [
        [Stream.text("half")], [Stream.opening, Stream.text("half"), "data: {\"choices\":["],
        [Stream.text("half"), "data: [DONE]"], [Stream.text("half", choice: 1), Stream.finish()] + [Stream.text("x", choice: 1)],
    ])
    func truncated(_ pieces: [String]) async throws {
        for failure in [nil, TransportError(.closed, "gone"), TransportError(.timedOut, "the answer stopped")] {
            let outcome = try await Self.stream(pieces, failure: failure)
            #expect(outcome.end == .aborted)
            #expect(outcome.status == 200)
            #expect(!outcome.body.contains("[DONE]"))
            let last = try #require(Stream.events(outcome.body).last)
            #expect(last["error", "code"]?.text == (failure?.code == .timedOut ? "upstream_timeout" : "upstream_closed"))
            #expect(last["error", "gatehouse", "exchange"]?.text == outcome.event?.id.description)
            #expect(outcome.event?.outcome == .truncated)
            #expect(outcome.event?.status == 200)
            #expect(outcome.event?.usage?.source == .estimated)
        }
    }

    @Test("A stream that breaks off before anything was released is an ordinary error", arguments: [
        [], [": hello\n"], ["data: {\"cho"], [Stream.text("held")],
    ])
    func truncatedAtOnce(_ pieces: [String]) async throws {
        let outcome = try await Self.stream(pieces, try House.guarded([.redact(.all)]), failure: TransportError(.closed, "gone"))
        #expect(outcome.end == .responded)
        #expect(outcome.status == 502)
        #expect(outcome.code == "upstream_closed")
        #expect(outcome.event?.outcome == .failed)
    }

    @Test("An error that the provider tells in the stream is told on, scrubbed, and the stream is cut", arguments: [
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

    @Test("A stream that cannot be read is cut", arguments: [
        "data: nonsense\n\n", "data: [1]\n\n", "data: \"text\"\n\n", "data: {\"choices\":[]}{}\n\n",
        "data: {\"choices\":\ndata: []}\n\n", "data: {\"x\":\"" + String(repeating: "y", count: 1 << 20) + "\"}\n\n",
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
        let refused = try await house.exchange(.streamed()) { _ in .json(#"{"error":{"message":"slow"}}"#, status: 429) }
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

    // MARK: Redaction

    private static let secret = "bob@example.com"

    @Test("An address that is spread over deltas in any way is taken out, and nothing of it is released before")
    func everySplit() async throws {
        let text = Array("to bob@example.com, or")
        let house = try House.guarded([.redact([.email])])
        for first in 0..<text.count {
            for second in first...text.count {
                let parts = [text[..<first], text[first..<second], text[second...]].map { String($0) }
                let outcome = try await Self.stream(Stream.saying(parts), house)
                let read = Stream.read(outcome.body)
                guard read == "to [REDACTED:email], or", outcome.end == .ended else {
                    Issue.record("\(parts) became \(read)")
                    return
                }
                for letter in ["bob", "example", "@"] where outcome.body.contains(letter) { Issue.record("\(parts) leak \(letter)") }
            }
        }
    }

    @Test("An address letter by letter, in every kind of text that a delta has", arguments: ["content", "refusal", "reasoning_content", "x_new"])
    func letterByLetter(_ field: String) async throws {
        let house = try House.guarded([.redact([.email])])
        let letters = "mail bob@example.com and eve@example.org now".map { Stream.text(String($0), field: field) }
        let outcome = try await Self.stream(letters + [Stream.finish(), Stream.done], house)
        #expect(Stream.read(outcome.body, field) == "mail [REDACTED:email] and [REDACTED:email] now")
        #expect(outcome.event?.findings == [FindingCount(stage: .response, kind: "pii.email", count: 2)])
        #expect(
            outcome.event?.decisions == [
                DecisionRecord(stage: .response, effect: .forbid, remedy: "redact", policies: ["redact"]),
                DecisionRecord(stage: .response, effect: .permit, policies: []),
            ], "the same decision twice is remembered once")
    }

    @Test("What waits for its redaction is taken out, whatever is found and decided meanwhile")
    func laterFindings() async throws {
        // The first address is found, and its frame still waits for its last word, when something else is found.
        let deltas = ["to bob@example.com or the", " number +1 212 555 0123 of the", " card 4111 1111 1111 1111 and the", " rest."]
        let both = try await Self.stream(Stream.saying(deltas), try House.guarded([.redact([.email, .phone, .card])]))
        #expect(Stream.read(both.body) == "to [REDACTED:email] or the number [REDACTED:phone] of the card [REDACTED:card] and the rest.")
        let one = try await Self.stream(Stream.saying(deltas), try House.guarded([.redact([.email])]))
        #expect(Stream.read(one.body) == "to [REDACTED:email] or the number +1 212 555 0123 of the card 4111 1111 1111 1111 and the rest.")
        let last = try await Self.stream(Stream.saying(deltas), try House.guarded([.redact([.card])]))
        #expect(Stream.read(last.body) == "to bob@example.com or the number +1 212 555 0123 of the card [REDACTED:card] and the rest.")
    }

    private static let privateKey =
        "-----BEGIN PRIVATE KEY-----\n"
        + (0..<40).map { line in String((0..<64).map { "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".dropFirst(($0 * 7 + line * 13) % 64).first ?? "A" }) }
        .joined(separator: "\n") + "\n-----END PRIVATE KEY-----\n"

    @Test("A key that is longer than anything may be held back is taken out to its end", arguments: [1, 7, 40, 300, 5000])
    func longKey(_ size: Int) async throws {
        var random = SplitMix(seed: UInt64(size))
        let text = Array("here it is: \(Self.privateKey) use it well.".utf8)
        let deltas = random.pieces(of: text, longest: size).map { shown($0) }
        let outcome = try await Self.stream(Stream.saying(deltas), try House.guarded([.redact([.privateKey])]))
        let read = Stream.read(outcome.body)
        #expect(read.hasPrefix("here it is: [REDACTED:private_key]"))
        #expect(read.hasSuffix(" use it well."))
        #expect(read.utf8.count < 80, "\(read)")
        #expect(outcome.event?.findings == [FindingCount(stage: .response, kind: "secret.private_key", count: 1)])
    }

    @Test("Arguments of tool calls are inspected, each call for itself")
    func toolCalls() async throws {
        func arguments(_ tool: Int, _ text: String) -> String {
            Stream.chunk(#"{"tool_calls":[{"index":\#(tool),"function":{"arguments":\#(Stream.quoted(text))}}]}"#)
        }
        let pieces = [
            Stream.chunk(#"{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"send","arguments":""}}]}"#),
            arguments(0, #"{"to":"bo"#), arguments(0, "b@exam"), arguments(0, #"ple.com","n":1}"#),
            Stream.chunk(#"{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"eve@example.org","arguments":""}}]}"#),
            arguments(1, #"{"cc":"eve@"#), arguments(1, #"example.org"}"#), Stream.finish("tool_calls"), Stream.done,
        ]
        let outcome = try await Self.stream(pieces, try House.guarded([.redact([.email])]))
        #expect(Stream.arguments(outcome.body, tool: 0) == #"{"to":"[REDACTED:email]","n":1}"#)
        #expect(Stream.arguments(outcome.body, tool: 1) == #"{"cc":"[REDACTED:email]"}"#)
        #expect(outcome.body.contains(#""id":"call_1""#))
    }

    @Test("Choices that come mixed are each their own text")
    func choices() async throws {
        let halves = ["to bob@", "example.com "]
        var pieces: [String] = []
        for half in halves { for choice in 0..<3 { pieces.append(Stream.text(half, choice: choice)) } }
        pieces += (0..<3).map { Stream.finish(choice: $0) } + [Stream.done]
        let outcome = try await Self.stream(pieces, try House.guarded([.redact([.email])]))
        for choice in 0..<3 { #expect(Stream.read(outcome.body, choice: choice) == "to [REDACTED:email] ") }
        // Texts of two choices do not make an address together.
        let apart = [Stream.text("bob@", choice: 0), Stream.text("example.com", choice: 1), Stream.finish(), Stream.finish(choice: 1), Stream.done]
        #expect(try await Self.stream(apart, try House.guarded([.redact([.email])])).body == apart.joined())
    }

    @Test("Escapes in a delta are undone for the detectors and written anew where something is taken out")
    func escapes() async throws {
        let pieces = [
            Stream.chunk(#"{"content":"\ud83e\udd89 \u0062ob\u0040"}"#), Stream.chunk(#"{"content":"example.com\n\"end\""}"#),
            Stream.finish(), Stream.done,
        ]
        let outcome = try await Self.stream(pieces, try House.guarded([.redact([.email])]))
        #expect(Stream.read(outcome.body) == "🦉 [REDACTED:email]\n\"end\"")
    }

    @Test("A reason to finish that is empty is none: some servers send it with every chunk")
    func emptyFinishReason() async throws {
        func delta(_ text: String, _ finish: String = #""""#) -> String {
            Stream.chunk(#"{"content":\#(Stream.quoted(text))}"#, finish: finish)
        }
        let house = try House.guarded([.redact([.email])])
        let pieces = [delta("to bob@exam"), delta("ple.com now"), delta("", #""stop""#), Stream.done]
        #expect(Stream.read(try await Self.stream(pieces, house).body) == "to [REDACTED:email] now")
        let cut = try await Self.stream([delta("half"), delta(" an answer")], house)
        #expect(cut.event?.outcome != .answered, "and a stream is not complete because of it")
    }

    @Test("A text that goes on behind its reason to finish is no honest stream")
    func textBehindTheEnd() async throws {
        let pieces = [Stream.text("to bob@exam"), Stream.finish(), Stream.text("ple.com now"), Stream.finish(), Stream.done]
        let outcome = try await Self.stream(pieces, try House.guarded([.redact([.email])]))
        #expect(!Stream.read(outcome.body).contains(Self.secret))
    }

    @Test("Text that follows another kind of text does not wait until the end: thoughts, then words, then tool calls")
    func changeOfField() async throws {
        let house = try House.guarded([.redact([.email])])
        let tools = ["a", "b", "c", "d", "e"].map { letter in
            Stream.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"\#(letter) "}}]}"#)
        }
        let pieces =
            ["Let me", " think"].map { Stream.text($0, field: "reasoning_content") }
            + ["Here", " it", " is"].map { Stream.text($0) } + tools
        let whole = try await Self.stream(pieces + [Stream.finish(), Stream.done], house)
        #expect(whole.body == (pieces + [Stream.finish(), Stream.done]).joined())
        // An error lets nothing go that waits: what is there was released before.
        let cut = try await Self.stream(pieces + [#"data: {"error":"boom"}"# + "\n\n"], house)
        #expect(Stream.read(cut.body, "reasoning_content") == "Let me think")
        #expect(Stream.read(cut.body) == "Here it is")
        #expect(Stream.arguments(cut.body, tool: 0).hasPrefix("a b c d "))
    }

    @Test("A choice that is finished does not hold back another one that goes on")
    func finishedChoice() async throws {
        let house = try House.guarded([.redact([.email])])
        let pieces = [Stream.text("short"), Stream.finish()] + ["a", "b", "c", "d", "e"].map { Stream.text("\($0) ", choice: 1) }
        let cut = try await Self.stream(pieces + [#"data: {"error":"boom"}"# + "\n\n"], house)
        #expect(Stream.read(cut.body) == "short")
        #expect(Stream.read(cut.body, choice: 1).hasPrefix("a b c d "))
    }

    @Test("Two kinds of text in the same chunks are both held back where they must be")
    func parallelFields() async throws {
        let words = ["to bo", "b@exam", "ple.com", " now"]
        let pieces = words.map { Stream.chunk(#"{"reasoning":"\#($0)","reasoning_details":[{"type":"reasoning.text","text":"\#($0)"}]}"#) }
        let outcome = try await Self.stream(pieces + [Stream.finish(), Stream.done], try House.guarded([.redact([.email])]))
        #expect(Stream.read(outcome.body, "reasoning") == "to [REDACTED:email] now")
        #expect(!outcome.body.contains("exam"))
        #expect(!outcome.body.contains("ple.com"))
    }

    // MARK: Blocked

    @Test("A stream that policy stops half way ends as a content filter ends one, without what was found")
    func blockedMidStream() async throws {
        let house = try House.guarded([.block([.email], "no addresses")])
        let outcome = try await Self.stream(Stream.saying(["all is well here, ", "write to bob@", "example.com ", "or else"]), house)
        #expect(outcome.end == .ended)
        #expect(outcome.frames.last == "[DONE]")
        #expect(Stream.events(outcome.body).last?["choices", 0, "finish_reason"]?.text == "content_filter")
        #expect(Stream.read(outcome.body).hasPrefix("all is well here, "))
        for letter in ["bob", "example", "else"] { #expect(!outcome.body.contains(letter)) }
        #expect(outcome.event?.outcome == .blocked)
        #expect(outcome.event?.code == "content_policy_violation")
        #expect(outcome.event?.status == 200)
        #expect(outcome.event?.usage?.source == .estimated)
        #expect(outcome.event?.decisions.last == DecisionRecord(stage: .response, effect: .forbid, policies: ["block"]))
    }

    @Test("Every choice that was begun is told that it was filtered")
    func blockedChoices() async throws {
        let house = try House.guarded([.block([.email])])
        let outcome = try await Self.stream(
            [Stream.text("well, ", choice: 0), Stream.text("well, ", choice: 1), Stream.text("bob@example.com ", choice: 1), Stream.done], house)
        let finished = Stream.events(outcome.body).flatMap { $0["choices"]?.elements ?? [] }
            .filter { $0["finish_reason"]?.text == "content_filter" }.compactMap { $0["index"]?.integer }
        #expect(finished.sorted() == [0, 1])
    }

    @Test("A stream that policy stops before anything was released is refused as a whole answer is")
    func blockedAtOnce() async throws {
        let house = try House.guarded([.block([.email], "no addresses")])
        let outcome = try await Self.stream([Stream.text("bob@example.com "), Stream.finish(), Stream.done], house)
        #expect(outcome.end == .responded)
        #expect(outcome.status == 400)
        #expect(outcome.code == "content_policy_violation")
        #expect(outcome.event?.outcome == .blocked)
    }
}
