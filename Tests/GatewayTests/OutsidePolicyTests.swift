import Audit
import Detection
import Kernel
import NIOCore
import Policy
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Gateway

/// The path with a decision point of somebody else beside our own policies.
@Suite("The path under an outside decision point")
struct OutsidePolicyTests {
    private static func house(
        _ rules: [Rule] = [], keeping: Duration? = nil, token: String? = "t0ken"
    ) throws -> House {
        let house = try House.guarded(rules)
        var configuration = House.configuration(rules, try House.patterns, try House.patterns)
        configuration.outside = OutsidePolicy(
            endpoint: UpstreamEndpoint(
                key: "outside", host: "127.0.0.1", port: 1, tls: nil, connections: 1, connectTimeout: .seconds(1),
                keepAlive: .seconds(1), lifetime: .seconds(1)),
            authority: "pdp.example", path: "/pdp", token: token.map { Secret($0) }, patience: .milliseconds(50),
            keeping: keeping)
        house.gateway.replace(configuration: configuration)
        return house
    }

    private static func isQuestion(_ call: ScriptedWire.Call) -> Bool {
        call.head.hasPrefix("POST /pdp/access/v1/evaluation HTTP/1.1\r\n")
    }

    /// Models answer; the decision point says this, in turn, and the last again and again.
    private static func upstream(_ answers: Reply...) -> ScriptedWire.Upstream {
        let asked = Mutex(0)
        return { call in
            guard Self.isQuestion(call) else { return .json(House.hello) }
            let number = asked.withLock { asked -> Int in
                asked += 1
                return asked
            }
            return answers[min(number, answers.count) - 1]
        }
    }

    private static let yes = Reply.json(#"{"decision":true}"#)

    @Test("It is asked about the request and about the answer, with what it needs to know and without the content")
    func asked() async throws {
        let house = try Self.house()
        let outcome = try await house.exchange(.chat("a secret plan"), upstream: Self.upstream(Self.yes))
        #expect(outcome.status == 200)
        #expect(outcome.calls.map(Self.isQuestion) == [true, false, true])
        let question = try #require(outcome.calls.first)
        #expect(question.head.contains("Authorization: Bearer t0ken\r\n"))
        let id = try #require(outcome.event?.id.description)
        #expect(question.head.contains("X-Request-ID: \(id)\r\n"))
        let json = try JSONDocument(Array(question.body.utf8))
        #expect(json["action", "name"]?.text == "infer")
        #expect(json["resource", "id"]?.text == "owl")
        #expect(json["resource", "properties", "boundary"]?.text == "external")
        #expect(json["subject", "type"]?.text == "service")
        #expect(!question.body.contains("secret plan"))
        let release = try JSONDocument(Array(try #require(outcome.calls.last).body.utf8))
        #expect(release["action", "name"]?.text == "release")
        #expect(
            outcome.event?.decisions.map(\.bare) == [
                DecisionRecord(stage: .request, effect: .permit, policies: ["outside"]),
                DecisionRecord(stage: .response, effect: .permit, policies: ["outside"]),
            ])
    }

    @Test(
        "What it forbids is forbidden, in its words",
        arguments: [
            (#"{"decision":false,"context":{"message":"not on Sundays"}}"#, "not on Sundays"),
            (#"{"decision":false,"context":{"reason_user":{"en":"ask your manager"}}}"#, "ask your manager"),
            (#"{"decision":false}"#, "the outside decision point forbids it"),
            (#"{"decision":false,"context":{"message":7}}"#, "the outside decision point forbids it"),
        ])
    func forbidden(_ answer: String, _ message: String) async throws {
        let outcome = try await Self.house().exchange(upstream: Self.upstream(.json(answer)))
        #expect(outcome.status == 400)
        #expect(outcome.code == "content_policy_violation")
        #expect(outcome.message == message)
        #expect(outcome.calls.map(Self.isQuestion) == [true], "no model was asked")
        #expect(outcome.event?.outcome == .blocked)
        #expect(
            outcome.event?.decisions.map(\.bare) == [
                DecisionRecord(stage: .request, effect: .forbid, policies: ["outside"])
            ])
    }

    @Test("An answer that may not be released is not, though the request was permitted")
    func notReleased() async throws {
        let outcome = try await Self.house().exchange(
            upstream: Self.upstream(Self.yes, .json(#"{"decision":false}"#)))
        #expect(outcome.status == 400)
        #expect(!outcome.body.contains("hi"))
    }

    static let failures: [Reply] = [
        .json(#"{"decision":true}"#, status: 500), .json(#"{"decision":true}"#, status: 401),
        .json(#"{"decision":true}"#, status: 302), .json(#"{"decision":"true"}"#), .json(#"{"decision":null}"#),
        .json(#"{"decision":true,"decision":false}"#), .json(#"[true]"#), .json("{}"), .json(""), .json("yes"),
        .json(#"{"decision":true"#), .json(#"{"decision":true}"# + String(repeating: " ", count: 70_000)),
    ]

    @Test("Whatever is not an answer denies", arguments: failures)
    func malformed(_ reply: Reply) async throws {
        let outcome = try await Self.house().exchange(upstream: Self.upstream(reply))
        #expect(outcome.status == 503)
        #expect(outcome.code == "policy_unavailable")
        #expect(outcome.calls.map(Self.isQuestion) == [true], "no model was asked")
        #expect(outcome.event?.outcome == .failed)
        let record = try #require(outcome.event?.decisions.first)
        #expect(record.bare == DecisionRecord(stage: .request, effect: .forbid, policies: ["outside"]))
        let decision = try Decision(json: Array(try #require(record.decision).utf8))
        #expect(decision.failures.map(\.policy) == ["outside"])
    }

    @Test(
        "Whoever cannot be reached, or not in time, denies; the model that stands in is not asked either",
        arguments: [TransportError.Code.connectFailed, .timedOut, .exhausted, .closed, .tlsFailed, .malformed])
    func unreachable(_ code: TransportError.Code) async throws {
        let outcome = try await Self.house().exchange { call throws(TransportError) in
            if Self.isQuestion(call) { throw TransportError(code, "no") }
            return .json(House.hello)
        }
        #expect(outcome.status == 503)
        #expect(outcome.code == "policy_unavailable")
        #expect(outcome.calls.count == 1)
    }

    @Test("A caller who goes away while it is asked is gone")
    func cancelled() async throws {
        let outcome = try await Self.house().exchange { call throws(TransportError) in
            throw TransportError(.cancelled, "gone")
        }
        #expect(outcome.event?.outcome == .cancelled)
    }

    @Test("What our own policies refuse is not asked; what they redact is asked about without it")
    func combined() async throws {
        let house = try Self.house([.block([.card]), .redact([.email])])
        let blocked = try await house.exchange(.chat("4111 1111 1111 1111"), upstream: Self.upstream(Self.yes))
        #expect(blocked.status == 400)
        #expect(blocked.calls.isEmpty)
        let redacted = try await house.exchange(.chat("write to owl@forest.example"), upstream: Self.upstream(Self.yes))
        #expect(redacted.status == 200)
        #expect(redacted.calls.first?.body.contains("pii.email") == false)
        #expect(redacted.calls.dropFirst().first?.body.contains("[REDACTED:email]") == true)
    }

    @Test("Each question is asked anew, unless the operator lets answers count for a while")
    func kept() async throws {
        let anew = try Self.house()
        for _ in 0..<2 { #expect(try await anew.exchange(upstream: Self.upstream(Self.yes)).calls.count == 3) }
        let executor = LoopExecutor(loop: House.anyLoop)
        let house = try Self.house(keeping: .seconds(60))
        let lane = Lane(gateway: house.gateway)
        func calls(_ upstream: @escaping ScriptedWire.Upstream, _ ask: Ask = Ask()) async throws -> [Bool] {
            let inbound = try ask.inbound()
            return await withTaskExecutorPreference(executor) {
                let wire = ScriptedWire(executor, body: .success(ByteBuffer(string: ask.body)), upstream: upstream)
                await lane.handle(inbound, on: wire)
                return wire.calls.map(Self.isQuestion)
            }
        }
        let no = Self.upstream(.json(#"{"decision":false}"#))
        #expect(try await calls(Self.upstream(Self.yes)) == [true, false, true])
        #expect(try await calls(no) == [false], "both answers count")
        let other = Ask(body: #"{"model":"small-owl","messages":[{"role":"user","content":"hello"}]}"#)
        #expect(try await calls(no, other) == [true], "another question is another question")
        house.clock.move(by: .seconds(61))
        #expect(try await calls(no) == [true], "its time is over")
        house.gateway.replace(policy: Rules([]))
        #expect(try await calls(Self.upstream(Self.yes)) == [true, false, true], "nothing counts beyond a change")
        // What failed is not an answer.
        house.clock.move(by: .seconds(61))
        #expect(try await calls(Self.upstream(.json("", status: 500))) == [true])
        #expect(try await calls(Self.upstream(Self.yes)) == [true, false, true])
    }

    @Test("A stream begins when it may be released, and ends where a part of it may not")
    func streamed() async throws {
        let words = { (text: String) in
            #"data: {"choices":[{"index":0,"delta":{"content":"\#(text)"}}]}"# + "\n\n"
        }
        let stream = Reply.stream([words("hello "), words("owl@forest.example "), words("bye"), "data: [DONE]\n\n"])
        let answers = Mutex([Self.yes, Self.yes, .json(#"{"decision":false,"context":{"message":"no mail"}}"#)])
        let outcome = try await Self.house().exchange(.streamed()) { call in
            guard Self.isQuestion(call) else { return stream }
            return answers.withLock { $0.removeFirst() }
        }
        #expect(outcome.status == 200)
        #expect(outcome.body.contains("hello"))
        #expect(!outcome.body.contains("owl@forest.example"))
        #expect(!outcome.body.contains("bye"))
        #expect(outcome.event?.outcome == .blocked)
        #expect(outcome.calls.count == 4)
    }
}
