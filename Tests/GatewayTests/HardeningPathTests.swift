import Audit
import Detection
import Hardening
import Kernel
import Metering
import Policy
import Providers
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite("The path with hardening")
struct HardeningPathTests {
    private static func house(_ rules: [Rule] = []) throws -> House {
        let house = try House.guarded(rules)
        var configuration = House.configuration(rules, try House.patterns, try House.patterns)
        for alias in ["owl", "otter"] {
            guard let terms = configuration.terms[alias] else { continue }
            configuration.terms[alias] = ModelTerms(
                facts: terms.facts, pricing: terms.pricing,
                hardening: Hardening(scope: "Owls.", separation: .delimit))
        }
        house.gateway.replace(configuration: configuration)
        return house
    }

    private static let messages =
        #""messages":[{"role":"user","content":"hi"},{"role":"tool","tool_call_id":"c","content":"ghp_16C7e42F292c6912E7710c838347Ae178B4a"}]"#

    @Test("A provider of the same shape gets the caller's bytes, hardened, without what policy took out")
    func same() async throws {
        let house = try Self.house([.redact(.all)])
        let answer = try await house.exchange(Ask(body: #"{"model":"owl",\#(Self.messages),"seed":7}"#))
        #expect(answer.status == 200)
        let body = try #require(answer.calls.first?.body)
        #expect(body.contains(#""content":"What you are here for: Owls."#))
        #expect(body.contains(#"]\n[REDACTED:github_token]\n[end of data "#))
        #expect(body.contains(#""seed":7"#))
        #expect(answer.event?.transformations == ["delimit:1", "instructions"])
    }

    @Test("A model without hardening gets the bytes as they are")
    func none() async throws {
        let house = try Self.house()
        let body = #"{"model":"small-owl","messages":[{"role":"tool","tool_call_id":"c","content":"X"}]}"#
        let answer = try await house.exchange(Ask(body: body))
        #expect(answer.calls.first?.body.contains(#""content":"X""#) == true)
        #expect(answer.event?.transformations == [])
    }

    @Test("Two requests have two marks")
    func tags() async throws {
        let house = try Self.house()
        let ask = Ask(body: #"{"model":"owl","messages":[{"role":"tool","tool_call_id":"c","content":"X"}]}"#)
        let one = try await house.exchange(ask).calls.first?.body
        let two = try await house.exchange(ask).calls.first?.body
        #expect(one?.contains("[end of data ") == true)
        #expect(one != two)
    }

    @Test("A recording of one is known again for the other", arguments: Hardening.Separation.allCases)
    func replayed(_ separation: Hardening.Separation) async throws {
        let house = try Self.house()
        var configuration = House.configuration()
        let owl = try #require(configuration.models["owl"])
        let terms = try #require(configuration.terms["owl"])
        let replay = ReplayProvider(name: "replay", recordings: MemoryRecordings(), source: owl.provider)
        configuration.models = ModelCatalog([Model(alias: "owl", provider: replay, providerModel: "owl")])
        configuration.terms["owl"] = ModelTerms(
            facts: terms.facts, pricing: terms.pricing, hardening: Hardening(separation: separation))
        house.gateway.replace(configuration: configuration)
        func ask(_ data: String) -> Ask {
            Ask(body: #"{"model":"owl","messages":[{"role":"tool","tool_call_id":"c","content":"\#(data)"}]}"#)
        }
        #expect(try await house.exchange(ask("X Y")).calls.count == 1)
        #expect(try await house.exchange(ask("X Y")).calls.isEmpty)
        #expect(try await house.exchange(ask("X Z")).calls.count == 1)
    }
}

/// Recordings in memory.
private final class MemoryRecordings: RecordingStore {
    private let recordings = Mutex<[String: Recording]>([:])

    func recording(named name: String) throws(StoreError) -> Recording? { self.recordings.withLock { $0[name] } }
    func keep(_ recording: Recording, named name: String) throws(StoreError) {
        self.recordings.withLock { $0[name] = recording }
    }
}
