import Audit
import Identity
import Kernel
import NIOCore
import TestSupport
import Testing
import Transport

@testable import Gateway

@Suite("Identify and admit")
struct IdentifyTests {
    static let accepted: [([String], Int)] = [
        (["Authorization: Bearer gatehouse_application"], 0), (["authorization: bearer gatehouse_application"], 0),
        (["AUTHORIZATION: BEARER gatehouse_application"], 0), (["Authorization: Bearer   gatehouse_application  "], 0),
        (["x-api-key: gatehouse_application"], 0), (["api-key: gatehouse_application"], 0),
        (["Authorization: Bearer gatehouse_application", "x-api-key: gatehouse_revoked"], 0),
        (["x-api-key: gatehouse_application", "api-key: gatehouse_revoked"], 0),
        (["Authorization: Bearer gatehouse_expires_later"], 5), (["Authorization: Bearer gatehouse_owls_only"], 1),
    ]

    @Test("A key is found where SDKs put it, and its owner is remembered", arguments: Self.accepted)
    func accepts(_ fields: [String], _ key: Int) async throws {
        let outcome = try await House().exchange(Ask(fields: fields))
        #expect(outcome.status == 200)
        #expect(outcome.event?.principal == House.keys[key].key.principal)
        #expect(outcome.event?.outcome == .answered)
    }

    static let refused: [([String], String)] = [
        ([], "no key was sent"), (["Authorization: gatehouse_application"], "no key was sent"),
        (["Authorization: Basic gatehouse_application"], "no key was sent"),
        (["Authorization: Bearer"], "no key was sent"),
        (["Authorization: Bearergatehouse_application"], "no key was sent"), (["Authorization:"], "no key was sent"),
        (["Authorization: Basic eDp5", "x-api-key: gatehouse_application"], "no key was sent"),
        (["Cookie: key=gatehouse_application"], "no key was sent"),
        (["Authorization: Bearer gatehouse_unknown"], "the key is not valid"),
        (["Authorization: Bearer gatehouse_Application"], "the key is not valid"),
        (["Authorization: Bearer gatehouse_application,x"], "the key is not valid"),
        (["Authorization: Bearer gatehouse_application gatehouse_application"], "the key is not valid"),
        (["Authorization: Bearer gatehouse_expired"], "the key is not valid"),
        (["Authorization: Bearer gatehouse_revoked"], "the key is not valid"), (["x-api-key:"], "the key is not valid"),
        (["Authorization: Bearer " + String(repeating: "a", count: 300)], "the key is not valid"),
    ]

    @Test(
        "Without a valid key nothing is read, nobody is called, and a stranger learns nothing", arguments: Self.refused)
    func refuses(_ fields: [String], _ message: String) async throws {
        let outcome = try await House().exchange(Ask(fields: fields))
        #expect(outcome.status == 401)
        #expect(outcome.code == "invalid_api_key")
        #expect(outcome.message?.hasPrefix(message) == true)
        #expect(outcome.field("WWW-Authenticate") == "Bearer")
        #expect(outcome.field("x-should-retry") == "false")
        #expect(outcome.bodyReads == 0)
        #expect(outcome.calls.isEmpty)
        #expect(outcome.event?.principal == nil)
        #expect(outcome.event?.outcome == .refused)
        #expect(outcome.event?.status == 401)
    }

    @Test(
        "The event says what was wrong with a key that was shown",
        arguments: [
            ("gatehouse_unknown", "unknown_api_key"), ("gatehouse_expired", "expired_api_key"),
            ("gatehouse_revoked", "revoked_api_key"),
        ])
    func remembers(_ shown: String, _ code: String) async throws {
        let outcome = try await House().exchange(Ask(fields: ["Authorization: Bearer \(shown)"]))
        #expect(outcome.event?.code == code)
        #expect(outcome.code == "invalid_api_key")
    }

    @Test("A key expires at its time, and a key that was taken back is refused from the next exchange on")
    func changes() async throws {
        let house = House()
        let later = Ask(fields: ["Authorization: Bearer gatehouse_expires_later"])
        #expect(try await house.exchange(later).status == 200)
        house.clock.move(by: .milliseconds(1))
        #expect(try await house.exchange(later).status == 401)
        #expect(try await house.exchange().status == 200)
        house.gateway.replace(keys: House.ring(House.keys.filter { $0.shown != "gatehouse_application" }))
        #expect(try await house.exchange().status == 401)
    }

    @Test("An exchange that is under way keeps its keys and its configuration")
    func snapshot() async throws {
        let house = House()
        let outcome = try await house.exchange { _ in
            house.gateway.replace(keys: House.ring([]))
            house.gateway.replace(configuration: House.configuration(fingerprint: "new"))
            return .json(House.hello)
        }
        #expect(outcome.status == 200)
        #expect(outcome.event?.configuration == "f00d")
        let next = try await house.exchange()
        #expect(next.status == 401)
        #expect(next.event?.configuration == "new")
    }

    // MARK: Admit

    /// Lets a test look at the gateway while an exchange is at its deployment.
    private static func during(
        _ house: House, _ ask: Ask = Ask(), _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> Outcome {
        try await house.exchange(ask) { _ async throws(TransportError) in
            do { try await body() } catch { throw TransportError(.closed, "\(error)") }
            return .json(House.hello)
        }
    }

    @Test("One key may not have more under way than its limit; another key may go on")
    func perKey() async throws {
        let house = House(admission: AdmissionLimits(total: 10, perKey: 1))
        let other = Ask(fields: ["Authorization: Bearer gatehouse_owls_only"])
        let outcome = try await Self.during(house) {
            #expect(house.gateway.exchangesUnderWay == 1)
            let second = try await house.exchange()
            #expect(second.status == 429)
            #expect(second.code == "rate_limit_exceeded")
            #expect(second.field("Retry-After") == "1")
            #expect(second.field("x-should-retry") == "true")
            #expect(second.bodyReads == 0)
            #expect(second.event?.outcome == .refused)
            #expect(second.event?.principal != nil)
            #expect(try await house.exchange(other).status == 200)
        }
        #expect(outcome.status == 200)
        #expect(house.gateway.exchangesUnderWay == 0)
        #expect(try await house.exchange().status == 200)
    }

    @Test("All together may not have more under way than the limit")
    func total() async throws {
        let house = House(admission: AdmissionLimits(total: 1, perKey: 1))
        let other = Ask(fields: ["Authorization: Bearer gatehouse_owls_only"])
        let outcome = try await Self.during(house) {
            let second = try await house.exchange(other)
            #expect(second.status == 503)
            #expect(second.code == "overloaded")
            #expect(second.field("Retry-After") == "1")
        }
        #expect(outcome.status == 200)
        #expect(try await house.exchange(other).status == 200)
    }

    @Test(
        "Whatever an exchange ends with, its place is free again",
        arguments: [
            Ask(), Ask(body: "nonsense"), Ask(body: #"{"model":"no","messages":[{"role":"user"}]}"#),
            Ask(refusal: .clientGone), Ask(fields: ["Authorization: Bearer gatehouse_nothing"]),
        ])
    func placeIsFree(_ ask: Ask) async throws {
        let house = House(admission: AdmissionLimits(total: 1, perKey: 1))
        for _ in 0..<3 { _ = try await house.exchange(ask) }
        let failing: ScriptedWire.Upstream = { _ async throws(TransportError) in throw TransportError(.closed, "gone") }
        _ = try await house.exchange(upstream: failing)
        #expect(house.gateway.exchangesUnderWay == 0)
        #expect(try await house.exchange().status == 200)
    }

    @Test("Where the event log cannot keep up, nothing is done")
    func ledgerFull() async throws {
        let house = House(queue: 4)
        // A store that does not write: what is queued stays queued.
        house.events.fail(StoreError(.unavailable, "the disk is full"))
        for _ in 0..<3 { _ = try? house.recorder.recordBehind(.administrative(.started)) }
        try #require(!house.recorder.hasRoom)
        let executor = LoopExecutor(loop: House.anyLoop)
        let inbound = try Ask().inbound()
        let (status, reads) = await withTaskExecutorPreference(executor) {
            let wire = ScriptedWire(executor, body: .success(ByteBuffer())) { _ in .json(House.hello) }
            await house.gateway.lane().handle(inbound, on: wire)
            return (wire.head?.status, wire.bodyReads)
        }
        #expect(status == 503)
        #expect(reads == 0)
    }
}
