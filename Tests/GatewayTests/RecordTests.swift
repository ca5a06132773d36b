import Audit
import Detection
import Identity
import Kernel
import NIOCore
import Policy
import TestSupport
import Testing
import Transport

@testable import Gateway

@Suite("Record and release")
struct RecordTests {
    // MARK: No answer without its event

    private static let full = StoreError(.unavailable, "the disk is full")

    @Test("An answer whose event cannot be recorded is withheld")
    func withheld() async throws {
        let house = House()
        house.events.fail(Self.full)
        let outcome = try await house.exchange()
        #expect(outcome.status == 503)
        #expect(outcome.code == "audit_unavailable")
        #expect(outcome.field("x-should-retry") == "true")
        #expect(!outcome.body.contains("hi"))
        house.events.fail(nil)
        #expect(try await house.exchange().status == 200)
    }

    @Test("A stream whose event cannot be recorded is cut before its end")
    func cut() async throws {
        let house = House()
        let outcome = try await house.exchange(.streamed()) { _ in
            house.events.fail(Self.full)
            return .stream(Stream.saying(["hello"]))
        }
        #expect(outcome.end == .aborted)
        #expect(!outcome.body.contains("[DONE]"))
        #expect(Stream.events(outcome.body).last?["error", "code"]?.text == "audit_unavailable")
    }

    @Test("A refusal whose event cannot be recorded is withheld too, but that of a stranger is not")
    func refusals() async throws {
        let house = House()
        house.events.fail(Self.full)
        #expect(try await house.exchange(Ask(body: "nonsense")).code == "audit_unavailable")
        #expect(try await house.strangerIsRefused() == 401)
    }

    @Test("Where the configuration says so, the event is written behind the answer")
    func behind() async throws {
        let house = House(recordsBehind: true)
        let outcome = try await house.exchange()
        #expect(outcome.status == 200)
        #expect(outcome.event?.outcome == .answered)
    }

    @Test("The event is durable before the last byte is released")
    func order() async throws {
        let house = House()
        var ask = Ask.streamed()
        ask.onWrite = { #expect(house.events.exchanges.isEmpty) }
        let outcome = try await house.exchange(ask) { _ in .stream(Stream.saying(["one ", "two "])) }
        #expect(outcome.event?.outcome == .answered)
    }

    // MARK: What events hold

    struct Case: Shown {
        let name: String
        var ask = Ask()
        var reply: Reply? = .json(House.hello)
        var rules: [Rule] = []
        let outcome: ExchangeEvent.Outcome
        let status: Int
        var code: String?
        var attempts = 1
        var hasUsage = true
    }

    /// Ends of an exchange, one of each kind, all with the same dangerous text in them.
    static let cases: [Case] = [
        Case(name: "answered", outcome: .answered, status: 200),
        Case(name: "answered after redaction", rules: [.redact(.all)], outcome: .answered, status: 200),
        Case(
            name: "blocked on the way in", rules: [.block(.all)], outcome: .blocked, status: 400,
            code: "content_policy_violation", attempts: 0, hasUsage: false),
        Case(
            name: "blocked on the way out", ask: Ask(), reply: .json(dangerousAnswer),
            rules: [Rule(id: "out", kinds: .all, actions: [.release], verdict: .block)],
            outcome: .blocked, status: 400, code: "content_policy_violation"),
        Case(
            name: "refused for its form", ask: Ask(body: #"{"model":"owl","messages":"@"}"#), outcome: .refused,
            status: 400, code: "invalid_type", attempts: 0, hasUsage: false),
        Case(
            name: "refused for its model",
            ask: Ask(body: #"{"model":"eagle","messages":[{"role":"user","content":"@"}]}"#), outcome: .refused,
            status: 404,
            code: "model_not_found", attempts: 0, hasUsage: false),
        Case(
            name: "failed", reply: .json(#"{"error":{"message":"@"}}"#, status: 500), outcome: .failed, status: 502,
            code: "upstream_error", hasUsage: false),
        Case(
            name: "failed on the way", reply: nil, outcome: .failed, status: 502, code: "upstream_closed",
            hasUsage: false),
        Case(
            name: "streamed", ask: streamed, reply: .stream(Stream.saying(["@ ", "@"])), outcome: .answered, status: 200
        ),
        Case(
            name: "truncated", ask: streamed, reply: .stream([Stream.text("@ "), Stream.text("@ ")]),
            outcome: .truncated, status: 200, code: "upstream_closed"),
    ]

    private static let streamed = Ask(
        body: #"{"model":"owl","messages":[{"role":"user","content":"@"}],"stream":true}"#)
    private static let dangerousAnswer = House.hello.replacing("hi", with: "@")
    private static let dangerous = "bob@example.com 4111 1111 1111 1111 ghp_16C7e42F292c6912E7710c838347Ae178B4a xyzzy"

    private static func filled(_ reply: Reply) -> Reply {
        var reply = reply
        switch reply.body {
        case .whole(let text): reply.body = .whole(text.replacing("@", with: Self.dangerous))
        case .pieces(let pieces, let failure):
            reply.body = .pieces(
                pieces.map { Array(shown($0).replacing("@", with: Self.dangerous).utf8) }, failure: failure)
        }
        return reply
    }

    @Test(
        "Every exchange leaves an event that says how it ended, and holds no text and no secret", arguments: Self.cases)
    func event(_ row: Case) async throws {
        let house = try House.guarded(row.rules)
        var ask = row.ask
        if ask.body == Ask().body { ask = .chat("@") }
        ask.body = ask.body.replacing("@", with: Self.dangerous)
        let outcome = try await house.exchange(ask) { _ async throws(TransportError) in
            guard let reply = row.reply else { throw TransportError(.closed, "bob@example.com") }
            return Self.filled(reply)
        }
        let event = try #require(outcome.event)
        #expect(event.outcome == row.outcome)
        #expect(event.status == row.status)
        #expect(event.code == row.code)
        #expect(event.attempts == row.attempts)
        #expect((event.usage != nil) == row.hasUsage)
        #expect(event.startedAt == House.start)
        #expect(event.principal == House.keys[0].key.principal)
        #expect(event.operation == .chatCompletion)
        #expect(event.configuration == "f00d")
        #expect(event.detectors == (try House.patterns.version.description))
        #expect(event.requestBytes == ask.body.utf8.count)
        if outcome.end == .responded, row.outcome == .answered {
            #expect(event.responseBytes == outcome.body.utf8.count)
        }

        let written = shown(Event.exchange(event).json())
        for word in [
            "bob", "example.com", "4111", "ghp_", "xyzzy", "gatehouse_application", House.providerKey,
            "0123456789abcdef",
        ] {
            #expect(!written.contains(word))
        }
        let again = try Event(json: Array(written.utf8))
        #expect(shown(again.json()) == written, "and is read back as itself")
    }

    @Test("A model's name in an event is cut, and is nobody's text but the caller's")
    func longModel() async throws {
        let outcome = try await House().exchange(
            Ask(body: #"{"model":"\#(String(repeating: "é", count: 128))","messages":[{"role":"user"}]}"#))
        #expect(outcome.event?.model?.utf8.count == 256)
        #expect(outcome.status == 404)
    }

    @Test("Ids are all different, and in the order of time")
    func ids() async throws {
        let house = House()
        var ids: [Identifier<Kernel.Exchange>] = []
        for _ in 0..<50 {
            house.clock.move(by: .milliseconds(1))
            ids.append(try #require(try await house.exchange().event?.id))
        }
        #expect(Set(ids).count == 50)
        #expect(ids == ids.sorted())
    }

    @Test("Large bodies, which are read and scanned away from the loop, end the same", arguments: [true, false])
    func large(_ isDangerous: Bool) async throws {
        let filler = String(repeating: "lorem ipsum ", count: 100_000)
        let text = isDangerous ? filler + "bob@example.com" : filler
        let answer = House.hello.replacing("hi", with: text)
        let ask = Ask.chat(text)
        let outcome = try await House.guarded([.redact([.email])]).exchange(ask) { _ in .json(answer) }
        #expect(outcome.status == 200)
        #expect(outcome.calls.first?.body == ask.body.replacing("bob@example.com", with: "[REDACTED:email]"))
        #expect(outcome.body == answer.replacing("bob@example.com", with: "[REDACTED:email]"))
        #expect(outcome.event?.findings.map(\.count) == (isDangerous ? [1, 1] : []))
        #expect(try await House().exchange(Ask(body: ask.body + "x")).code == "invalid_json")
    }
}

extension House {
    /// The status that somebody without a key gets.
    func strangerIsRefused() async throws -> Int? {
        let executor = LoopExecutor(loop: Self.anyLoop)
        let inbound = try Ask(fields: []).inbound()
        return await withTaskExecutorPreference(executor) {
            let wire = ScriptedWire(executor, body: .success(ByteBuffer())) { _ in .json(House.hello) }
            await self.gateway.lane().handle(inbound, on: wire)
            return wire.head?.status
        }
    }
}
