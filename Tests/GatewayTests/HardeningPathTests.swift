import Audit
import Detection
import Hardening
import Metering
import Policy
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
}
