import Audit
import Detection
import Kernel
import Policy
import TestSupport
import Testing
import Transport

@testable import Gateway

/// What is sealed of what was said, at each level.
@Suite("Content levels")
struct ContentTests {
    private static let mail = "bob@mailbox.org"
    private static let mark = "[REDACTED:email]"

    private static func house(
        _ level: ContentLevel, _ rules: [Rule] = [], limit: Int = 4096, recordsBehind: Bool = false
    ) throws -> House {
        let house = House(
            rules, request: try House.patterns, response: try House.patterns, recordsBehind: recordsBehind)
        var configuration = house.gateway.current.configuration
        configuration.content = level
        configuration.contentLimit = limit
        house.gateway.replace(configuration: configuration)
        return house
    }

    private static func answer(_ text: String) -> String { House.hello.replacing("hi", with: text) }

    @Test("Below redacted nothing of what was said is kept", arguments: [ContentLevel.none, .metadata])
    func little(level: ContentLevel) async throws {
        let house = try Self.house(level)
        let outcome = try await house.exchange(.chat("to \(Self.mail)"))
        #expect(outcome.status == 200)
        #expect(house.contents == [])
        #expect(outcome.event?.level == level)
    }

    @Test("At full the prompt is kept as it came, with the start, and the answer as it was given, with the end")
    func full() async throws {
        let house = try Self.house(.full)
        let ask = Ask.chat("to \(Self.mail)")
        let outcome = try await house.exchange(ask) { _ in .json(Self.answer("from \(Self.mail)")) }
        #expect(house.contents == ["start prompt \(ask.body)", "end answer \(outcome.body)"])
    }

    @Test("At full, where policy redacts, the prompt is kept as it came and the answer as it was given")
    func fullRedacted() async throws {
        let house = try Self.house(.full, [.redact(.all)])
        let ask = Ask.chat("to \(Self.mail)")
        let outcome = try await house.exchange(ask) { _ in .json(Self.answer("from \(Self.mail)")) }
        #expect(outcome.body.contains(Self.mark))
        #expect(house.contents == ["start prompt \(ask.body)", "end answer \(outcome.body)"])
    }

    @Test("At redacted, what was found is marked though policy lets it pass, and media are left out")
    func redacted() async throws {
        let house = try Self.house(.redacted)
        let image = "data:image/png;base64," + String(repeating: "iVBORw0KGgo", count: 20)
        let ask = Ask(
            body: #"{"model":"owl","messages":[{"role":"user","content":[{"type":"text","text":"to \#(Self.mail)"},"#
                + #"{"type":"image_url","image_url":{"url":"\#(image)"}}]}]}"#)
        let outcome = try await house.exchange(ask) { _ in .json(Self.answer("from \(Self.mail)")) }
        #expect(outcome.body.contains(Self.mail))
        let prompt = ask.body.replacing(Self.mail, with: Self.mark).replacing(image, with: "[MEDIA]")
        #expect(
            house.contents == [
                "start prompt \(prompt)", "end answer \(outcome.body.replacing(Self.mail, with: Self.mark))",
            ])
    }

    @Test("At redacted, a blocked prompt is kept with its marks, and what the caller was told")
    func blocked() async throws {
        let house = try Self.house(.redacted, [.block(.all, "no addresses")])
        let outcome = try await house.exchange(.chat("to \(Self.mail)"))
        #expect(outcome.status == 400)
        let contents = house.contents
        #expect(contents.count == 2)
        #expect(contents.first?.hasPrefix("end prompt ") == true && contents.first?.contains(Self.mark) == true)
        #expect(contents.last == "end answer \(outcome.body)")
        #expect(!contents.joined().contains(Self.mail))
    }

    @Test("At redacted, what no detector has looked through is not kept")
    func unseen() async throws {
        let house = try Self.house(.redacted)
        _ = try await house.exchange(
            Ask(body: #"{"model":"eagle","messages":[{"role":"user","content":"\#(Self.mail)"}]}"#))
        #expect(house.contents.allSatisfy { !$0.contains("prompt") && !$0.contains(Self.mail) })
        #expect(house.contents.count == 1)
    }

    @Test("Errors of a provider are kept as the caller was told them")
    func errors() async throws {
        let house = try Self.house(.full)
        let outcome = try await house.exchange { _ in .json(#"{"error":{"message":"overloaded"}}"#, status: 503) }
        #expect(outcome.status == 503)
        #expect(house.contents.last == "end answer \(outcome.body)")
    }

    @Test("Of whom nobody recognised, nothing is kept")
    func strangers() async throws {
        let house = try Self.house(.full)
        _ = try await house.strangerIsRefused()
        #expect(house.contents == [])
    }

    // MARK: Streams

    @Test("A stream is kept at full byte for byte as it was given", arguments: [false, true])
    func streamed(isTruncated: Bool) async throws {
        let house = try Self.house(.full)
        let outcome = try await house.exchange(.streamed()) { _ in
            .stream(isTruncated ? [Stream.text("one "), Stream.text("two ")] : Stream.saying(["one ", "two "]))
        }
        #expect(house.contents.last == "end answer \(outcome.body)")
        #expect(outcome.body.contains("two"))
        #expect(outcome.event?.outcome == (isTruncated ? .truncated : .answered))
    }

    @Test("A stream is kept at redacted text by text, with what was found across its pieces marked")
    func transcript() async throws {
        let house = try Self.house(.redacted)
        let outcome = try await house.exchange(.streamed()) { _ in
            .stream(Stream.saying(["ask bob@mail", "box.org now"]))
        }
        #expect(outcome.status == 200)
        #expect(
            house.contents.last
                == #"end answer {"texts":[{"choice":0,"field":"content","text":"ask \#(Self.mark) now"}]}"#)
    }

    @Test("A stream that policy cut is kept up to where it was decided")
    func filtered() async throws {
        let house = try Self.house(.redacted, [Rule(id: "out", kinds: .all, actions: [.release], verdict: .block)])
        let outcome = try await house.exchange(.streamed()) { _ in
            .stream(Stream.saying(["a long beginning that nobody minds, and then ", "\(Self.mail) and more"]))
        }
        #expect(outcome.event?.outcome == .blocked)
        #expect(!house.contents.joined().contains("bob"))
    }

    @Test("Arguments of tools are kept with the answer, streamed and marked as well")
    func arguments() async throws {
        let chunk =
            #"data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"#
            + #""id":"t1","type":"function","function":{"name":"send","arguments":"{\"to\":\"bob@mailbox.org\"}"}}]},"#
            + #""finish_reason":null}]}"# + "\n\n"
        let house = try Self.house(.redacted)
        let outcome = try await house.exchange(.streamed()) { _ in .stream([chunk] + Stream.saying([])) }
        #expect(outcome.body.contains("bob"))
        #expect(
            house.contents.last
                == #"end answer {"texts":[{"choice":0,"field":"arguments","text":"{\"to\":\"\#(Self.mark)\"}"}]}"#)
    }

    @Test("What is longer than the limit is cut, with a mark that says so", arguments: [false, true])
    func limits(isStreamed: Bool) async throws {
        let house = try Self.house(.full, limit: 64)
        let text = String(repeating: "ü", count: 200)
        let ask = Ask.chat(text, more: isStreamed ? #","stream":true"# : "")
        let outcome = try await house.exchange(ask) { _ in
            isStreamed ? .stream(Stream.saying([text, text])) : .json(Self.answer(text))
        }
        #expect(outcome.status == 200)
        let total = (ask.body.utf8.count, outcome.body.utf8.count)
        let ends = house.contents.map { $0.split(separator: "\n").last.map(String.init) }
        #expect(
            ends.first == "[gatehouse: cut, 63 of \(total.0) bytes]"
                || ends.first == "[gatehouse: cut, 64 of \(total.0) bytes]")
        #expect(ends.last??.hasSuffix(" of \(total.1) bytes]") == true)
        #expect(house.contents.allSatisfy { $0.utf8.count < 64 + 80 })
    }

    // MARK: Which level

    @Test("A model's own level holds, whoever answers in its place")
    func models() async throws {
        let house = try Self.house(.metadata)
        var configuration = house.gateway.current.configuration
        let owl = try #require(configuration.terms["owl"])
        configuration.terms["owl"] = ModelTerms(facts: owl.facts, pricing: owl.pricing, content: .full)
        house.gateway.replace(configuration: configuration)
        _ = try await house.exchange()
        #expect(house.contents.count == 2)
        _ = try await house.exchange(
            Ask(body: #"{"model":"small-owl","messages":[{"role":"user","content":"hello"}]}"#))
        #expect(house.contents.count == 2)
    }

    @Test("Where no start is recorded, the prompt goes with the end")
    func behind() async throws {
        let house = try Self.house(.full, recordsBehind: true)
        let outcome = try await house.exchange()
        #expect(house.contents == ["end prompt \(Ask().body)", "end answer \(outcome.body)"])
    }

    @Test("An answer in another shape is kept as the caller got it")
    func translated() async throws {
        let house = try Self.house(.full)
        let ask = Ask(body: #"{"model":"otter","messages":[{"role":"user","content":"hello"}]}"#)
        let outcome = try await house.exchange(ask) { _ in
            .json(
                #"{"id":"m","type":"message","role":"assistant","model":"otter-1","content":[{"type":"text","text":"hi"}],"#
                    + #""stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#)
        }
        #expect(outcome.body.contains("chat.completion"))
        #expect(house.contents == ["start prompt \(ask.body)", "end answer \(outcome.body)"])
    }

    @Test("What is passed on is kept too: forms at redacted as their texts")
    func passed() async throws {
        let house = try Self.house(.redacted)
        var ask = Ask(body: #"{"model":"owl","input":"to bob@mailbox.org"}"#)
        ask.line = "POST /v1/moderations"
        ask.fields.append("Content-Type: application/json")
        let outcome = try await house.exchange(ask) { _ in .json(#"{"results":[]}"#) }
        #expect(outcome.status == 200)
        #expect(house.contents.first == "start prompt \(ask.body.replacing(Self.mail, with: Self.mark))")
    }
}

extension House {
    /// What was kept of exchanges, in the order of recording.
    fileprivate var contents: [String] {
        self.events.all.flatMap { event -> [String] in
            switch event {
            case .start(let start): start.content.map { "start \($0.kind.rawValue) \(shown($0.bytes))" }
            case .exchange(let end): end.content.map { "end \($0.kind.rawValue) \(shown($0.bytes))" }
            default: []
            }
        }
    }
}
