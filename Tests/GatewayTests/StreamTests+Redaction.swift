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
    // MARK: Redaction

    static let secret = "bob@example.com"

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
                for letter in ["bob", "example", "@"] where outcome.body.contains(letter) {
                    Issue.record("\(parts) leak \(letter)")
                }
            }
        }
    }

    @Test(
        "An address letter by letter, in every kind of text that a delta has",
        arguments: ["content", "refusal", "reasoning_content", "x_new"])
    func letterByLetter(_ field: String) async throws {
        let house = try House.guarded([.redact([.email])])
        let letters = "mail bob@example.com and eve@example.org now".map { Stream.text(String($0), field: field) }
        let outcome = try await Self.stream(letters + [Stream.finish(), Stream.done], house)
        #expect(Stream.read(outcome.body, field) == "mail [REDACTED:email] and [REDACTED:email] now")
        #expect(outcome.event?.findings == [FindingCount(stage: .response, kind: "pii.email", count: 2)])
        #expect(
            outcome.event?.decisions.map(\.bare) == [
                DecisionRecord(stage: .response, effect: .forbid, remedy: "redact", policies: ["redact"]),
                DecisionRecord(stage: .response, effect: .permit, policies: []),
            ], "the same decision twice is remembered once")
    }

    @Test("What waits for its redaction is taken out, whatever is found and decided meanwhile")
    func laterFindings() async throws {
        // The first address is found, and its frame still waits for its last word, when something else is found.
        let deltas = [
            "to bob@example.com or the", " number +1 212 555 0123 of the", " card 4111 1111 1111 1111 and the",
            " rest.",
        ]
        let both = try await Self.stream(Stream.saying(deltas), try House.guarded([.redact([.email, .phone, .card])]))
        #expect(
            Stream.read(both.body)
                == "to [REDACTED:email] or the number [REDACTED:phone] of the card [REDACTED:card] and the rest.")
        let one = try await Self.stream(Stream.saying(deltas), try House.guarded([.redact([.email])]))
        #expect(
            Stream.read(one.body)
                == "to [REDACTED:email] or the number +1 212 555 0123 of the card 4111 1111 1111 1111 and the rest.")
        let last = try await Self.stream(Stream.saying(deltas), try House.guarded([.redact([.card])]))
        #expect(
            Stream.read(last.body)
                == "to bob@example.com or the number +1 212 555 0123 of the card [REDACTED:card] and the rest.")
    }

    static let privateKey =
        "-----BEGIN PRIVATE KEY-----\n"
        + (0..<40).map { line in
            String(
                (0..<64).map {
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".dropFirst(
                        ($0 * 7 + line * 13) % 64
                    ).first ?? "A"
                })
        }
        .joined(separator: "\n") + "\n-----END PRIVATE KEY-----\n"

    @Test(
        "A key that is longer than anything may be held back is taken out to its end", arguments: [1, 7, 40, 300, 5000])
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
            Stream.chunk(
                #"{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"send","arguments":""}}]}"#
            ),
            arguments(0, #"{"to":"bo"#), arguments(0, "b@exam"), arguments(0, #"ple.com","n":1}"#),
            Stream.chunk(
                #"{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"eve@example.org","arguments":""}}]}"#
            ),
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
        let apart = [
            Stream.text("bob@", choice: 0), Stream.text("example.com", choice: 1), Stream.finish(),
            Stream.finish(choice: 1), Stream.done,
        ]
        #expect(try await Self.stream(apart, try House.guarded([.redact([.email])])).body == apart.joined())
    }

    @Test("What is taken out of a delta is not spelled by its tokens either; other deltas keep theirs")
    func tokens() async throws {
        func chunk(_ text: String) -> String {
            let tokens = #"{"content":[{"token":\#(Stream.quoted(text)),"logprob":-0.5}]}"#
            return #"data: {"choices":[{"index":0,"delta":{"content":\#(Stream.quoted(text))},"logprobs":\#(tokens)}]}"#
                + "\n\n"
        }
        let words = ["hello ", "bob", "@exam", "ple.com", " bye"]
        let outcome = try await Self.stream(
            words.map(chunk) + [Stream.finish(), Stream.done], try House.guarded([.redact([.email])]))
        #expect(Stream.read(outcome.body) == "hello [REDACTED:email] bye")
        for word in ["bob", "exam", "ple.com"] { #expect(!outcome.body.contains(word)) }
        for word in ["hello ", " bye"] { #expect(outcome.body.contains(#""token":"\#(word)""#)) }
    }

    @Test("A whole message in a chunk is inspected as a delta is")
    func messages() async throws {
        let chunk = Stream.text("to bob@example.com").replacing(#""delta""#, with: #""message""#)
        let outcome = try await Self.stream(
            [chunk, Stream.finish(), Stream.done], try House.guarded([.redact([.email])]))
        #expect(outcome.body.contains("to [REDACTED:email]"))
    }

    @Test("Escapes in a delta are undone for the detectors and written anew where something is taken out")
    func escapes() async throws {
        let pieces = [
            Stream.chunk(#"{"content":"\ud83e\udd89 \u0062ob\u0040"}"#),
            Stream.chunk(#"{"content":"example.com\n\"end\""}"#),
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
        let pieces = [
            Stream.text("to bob@exam"), Stream.finish(), Stream.text("ple.com now"), Stream.finish(), Stream.done,
        ]
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
        let pieces =
            [Stream.text("short"), Stream.finish()]
            + ["a", "b", "c", "d", "e"].map { Stream.text("\($0) ", choice: 1) }
        let cut = try await Self.stream(pieces + [#"data: {"error":"boom"}"# + "\n\n"], house)
        #expect(Stream.read(cut.body) == "short")
        #expect(Stream.read(cut.body, choice: 1).hasPrefix("a b c d "))
    }

    @Test("Two kinds of text in the same chunks are both held back where they must be")
    func parallelFields() async throws {
        let words = ["to bo", "b@exam", "ple.com", " now"]
        let pieces = words.map {
            Stream.chunk(#"{"reasoning":"\#($0)","reasoning_details":[{"type":"reasoning.text","text":"\#($0)"}]}"#)
        }
        let outcome = try await Self.stream(
            pieces + [Stream.finish(), Stream.done], try House.guarded([.redact([.email])]))
        #expect(Stream.read(outcome.body, "reasoning") == "to [REDACTED:email] now")
        #expect(!outcome.body.contains("exam"))
        #expect(!outcome.body.contains("ple.com"))
    }

    // MARK: Blocked

    @Test("A stream that policy stops half way ends as a content filter ends one, without what was found")
    func blockedMidStream() async throws {
        let house = try House.guarded([.block([.email], "no addresses")])
        let outcome = try await Self.stream(
            Stream.saying(["all is well here, ", "write to bob@", "example.com ", "or else"]), house)
        #expect(outcome.end == .ended)
        #expect(outcome.frames.last == "[DONE]")
        #expect(Stream.events(outcome.body).last?["choices", 0, "finish_reason"]?.text == "content_filter")
        #expect(Stream.read(outcome.body).hasPrefix("all is well here, "))
        for letter in ["bob", "example", "else"] { #expect(!outcome.body.contains(letter)) }
        #expect(outcome.event?.outcome == .blocked)
        #expect(outcome.event?.code == "content_policy_violation")
        #expect(outcome.event?.status == 200)
        #expect(outcome.event?.usage?.source == .estimated)
        #expect(
            outcome.event?.decisions.last?.bare
                == DecisionRecord(stage: .response, effect: .forbid, policies: ["block"]))
    }

    @Test("Every choice that was begun is told that it was filtered")
    func blockedChoices() async throws {
        let house = try House.guarded([.block([.email])])
        let outcome = try await Self.stream(
            [
                Stream.text("well, ", choice: 0), Stream.text("well, ", choice: 1),
                Stream.text("bob@example.com ", choice: 1), Stream.done,
            ], house)
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
