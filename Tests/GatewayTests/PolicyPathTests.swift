import Audit
import Detection
import Identity
import Kernel
import Metering
import NIOCore
import Policy
import Providers
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Gateway

/// The path under real policies.
@Suite("The path under Cedar policies")
struct PolicyPathTests {
    private static func house(_ policies: String, _ change: (inout GatewayConfiguration) -> Void = { _ in }) throws
        -> House
    {
        let house = try House.guarded([])
        var configuration = House.configuration([], try House.patterns, try House.patterns)
        configuration.policy = try CedarDecisionPoint(
            try PolicyBundle([PolicyFile(name: "test.cedar", text: policies)]))
        change(&configuration)
        house.gateway.replace(configuration: configuration)
        return house
    }

    private static let everything = #"@id("all") permit (principal, action, resource);"#

    @Test("The policies that Gatehouse comes with redact a secret, block a card, and let the rest through")
    func defaults() async throws {
        let house = try House.guarded([])
        house.gateway.replace(policy: try CedarDecisionPoint(try PolicyBundle(DefaultPolicies.files)))
        #expect(try await house.exchange().status == 200)
        let secret = try await house.exchange(.chat("use ghp_16C7e42F292c6912E7710c838347Ae178B4a"))
        #expect(secret.status == 200)
        #expect(secret.calls.first?.body.contains("[REDACTED:github_token]") == true)
        #expect(secret.event?.decisions.first?.policies == ["secrets-stay"])
        let card = try await house.exchange(.chat("4111 1111 1111 1111"))
        #expect(card.status == 400)
        #expect(card.code == "content_policy_violation")
        #expect(card.message == "card numbers may not be sent to a model")
    }

    @Test("What no policy permits is refused, and the event holds what was asked and answered")
    func deniedByDefault() async throws {
        let house = try Self.house(#"@id("owls") permit (principal, action, resource == Gatehouse::Model::"owl");"#)
        #expect(try await house.exchange().status == 200)
        let refused = try await house.exchange(
            Ask(body: #"{"model":"small-owl","messages":[{"role":"user","content":"hello"}]}"#))
        #expect(refused.status == 400)
        #expect(refused.calls.isEmpty)
        let record = try #require(refused.event?.decisions.first)
        #expect(record.effect == .forbid)
        let question = try Question(json: Array(try #require(record.question).utf8))
        #expect(question.resource.id == "small-owl")
        let decision = try Decision(json: Array(try #require(record.decision).utf8))
        #expect(decision.isPermitted == false)
    }

    @Test("A permit that was given once is not asked for again, and ends with the policies that gave it")
    func replaced() async throws {
        let house = try Self.house(Self.everything)
        #expect(try await house.exchange().status == 200)
        #expect(try await house.exchange().status == 200)
        house.gateway.replace(
            policy: try CedarDecisionPoint(
                try PolicyBundle([
                    PolicyFile(
                        name: "no.cedar",
                        text: #"@id("none") @message("closed today") forbid (principal, action, resource);"#)
                ])))
        let refused = try await house.exchange()
        #expect(refused.status == 400)
        #expect(refused.message == "closed today")
    }

    @Test("Content that may not leave is sent to another model")
    func rerouted() async throws {
        let house = try Self.house(
            Self.everything + #"""
                @id("mail-stays") @remedy("reroute") @target("small-owl")
                forbid (principal, action == Gatehouse::Action::"infer", resource == Gatehouse::Model::"owl")
                when { context.findings has pii };
                """#)
        let outcome = try await house.exchange(.chat("write to bob@example.com"))
        #expect(outcome.status == 200)
        #expect(outcome.calls.first?.body.contains(#""model":"strix \"minor\"""#) == true)
        #expect(outcome.calls.first?.body.contains("bob@example.com") == true)
        #expect(outcome.event?.model == "owl")
        #expect(outcome.event?.deployment == "strix \"minor\"")
        #expect(outcome.event?.decisions.first?.remedy == "reroute")
    }

    @Test("A notice goes out with the answer")
    func disclosed() async throws {
        let house = try Self.house(
            Self.everything + #"""
                @id("say-so") @remedy("disclose") @message("written by a machine")
                forbid (principal, action == Gatehouse::Action::"release", resource) unless { context.disclosed };
                """#)
        let outcome = try await house.exchange()
        #expect(outcome.status == 200)
        #expect(outcome.field("Gatehouse-Notice") == "written by a machine")
        let stream = try await house.exchange(.streamed()) { _ in .stream(Stream.saying(["hi"])) }
        #expect(stream.field("Gatehouse-Notice") == "written by a machine")
    }

    @Test("A remedy that this version cannot apply refuses and says so")
    func reviewed() async throws {
        let house = try Self.house(
            Self.everything + #"""
                @id("ask-somebody") @remedy("review") forbid (principal, action == Gatehouse::Action::"infer", resource);
                """#)
        let outcome = try await house.exchange()
        #expect(outcome.status == 400)
        #expect(outcome.message?.contains("person") == true)
        #expect(outcome.calls.isEmpty)
    }

    @Test("A policy in shadow is recorded and changes nothing")
    func shadowed() async throws {
        let house = try Self.house(
            Self.everything + #"@id("later") @mode("shadow") forbid (principal, action, resource);"#)
        let outcome = try await house.exchange()
        #expect(outcome.status == 200)
        #expect(outcome.event?.decisions.isEmpty == false)
        let text = try #require(outcome.event?.decisions.first?.decision)
        #expect(text.contains("later"))
    }

    @Test("Where a model's provider fails, the one that stands in for it answers; what was said already stays")
    func fallback() async throws {
        let house = try Self.house(Self.everything) { configuration in
            let models = configuration.models
            guard let owl = models["owl"], let small = models["small-owl"] else { return }
            configuration.models = ModelCatalog([
                Model(alias: "owl", provider: owl.provider, providerModel: "owl", fallbacks: ["small-owl"]), small,
            ])
        }
        let whole = try await house.exchange { call in
            call.body.contains("strix") ? .json(House.hello) : .json(#"{"error":{"message":"down"}}"#, status: 503)
        }
        #expect(whole.status == 200)
        #expect(whole.calls.count == 2)
        #expect(whole.event?.attempts == 2)
        let streamed = try await house.exchange(.streamed()) { call in
            call.body.contains("strix")
                ? .stream(Stream.saying(["all of it"])) : .stream([Stream.opening])
        }
        #expect(Stream.read(streamed.body) == "all of it", "nothing was said before the first one broke off")
        let spoken = try await house.exchange(.streamed()) { _ in .stream([Stream.opening, Stream.text("half")]) }
        #expect(spoken.end == .aborted)
        #expect(spoken.calls.count == 1)
        let wrong = try await house.exchange { _ in .json(#"{"error":{"message":"no"}}"#, status: 400) }
        #expect(wrong.calls.count == 1, "a request that is wrong is wrong for everybody")
    }

    @Test("What has no price and may not be used without is no stand-in, and nothing is sent there by policy either")
    func unpriced() async throws {
        func unpriced(_ alias: String, _ configuration: inout GatewayConfiguration) {
            guard let terms = configuration.terms[alias] else { return }
            configuration.terms[alias] = ModelTerms(facts: terms.facts, pricing: .refused)
        }
        let asked = try Self.house(Self.everything) { unpriced("owl", &$0) }
        #expect(try await asked.exchange().code == "model_unpriced")
        let standIn = try Self.house(Self.everything) { configuration in
            let models = configuration.models
            guard let owl = models["owl"], let small = models["small-owl"] else { return }
            configuration.models = ModelCatalog([
                Model(alias: "owl", provider: owl.provider, providerModel: "owl", fallbacks: ["small-owl"]), small,
            ])
            unpriced("small-owl", &configuration)
        }
        let failed = try await standIn.exchange { _ in .json(#"{"error":{"message":"down"}}"#, status: 503) }
        #expect(failed.calls.count == 1)
        #expect(failed.status == 503)
        let rerouted = try Self.house(
            Self.everything
                + #"@id("away") @remedy("reroute") @target("small-owl") forbid (principal, action == Gatehouse::Action::"infer", "#
                + #"resource == Gatehouse::Model::"owl");"#
        ) { unpriced("small-owl", &$0) }
        let refused = try await rerouted.exchange()
        #expect(refused.code == "model_unpriced")
        #expect(refused.calls.isEmpty)
    }

    @Test("What was found, redacted and noticed for a model that failed is not told of the one that stands in for it")
    func fallbackAnew() async throws {
        let policies = #"""
            @id("secrets-stay") @remedy("redact") @kinds("pii") @message("no")
            forbid (principal, action == Gatehouse::Action::"infer", resource == Gatehouse::Model::"owl")
            when { context.findings has pii.email };
            @id("say-so") @remedy("disclose") @message("an owl wrote this")
            forbid (principal, action == Gatehouse::Action::"infer", resource == Gatehouse::Model::"owl")
            unless { context.disclosed };
            """#
        let house = try Self.house(Self.everything + policies) { configuration in
            let models = configuration.models
            guard let owl = models["owl"], let small = models["small-owl"] else { return }
            configuration.models = ModelCatalog([
                Model(alias: "owl", provider: owl.provider, providerModel: "owl", fallbacks: ["small-owl"]), small,
            ])
        }
        let outcome = try await house.exchange(.chat("owl@forest.example")) { call in
            call.body.contains("strix") ? .json(House.hello) : .json(#"{"error":{"message":"down"}}"#, status: 503)
        }
        #expect(outcome.status == 200)
        #expect(outcome.calls.first?.body.contains("[REDACTED:email]") == true)
        #expect(outcome.calls.last?.body.contains("owl@forest.example") == true, "the second model may see it")
        #expect(outcome.field("Gatehouse-Remedy") == nil)
        #expect(outcome.field("Gatehouse-Notice") == nil)
        #expect(outcome.event?.findings == [FindingCount(stage: .request, kind: "pii.email", count: 1)])
    }

    @Test("What names no model is asked about as all the models of its provider, where that is")
    func passing() async throws {
        let house = try Self.house(
            #"@id("forest") permit (principal, action, resource == Gatehouse::Model::"forest/*");"#)
        let ask = Ask(line: "GET /v1/files", body: "")
        let outcome = try await house.exchange(ask) { _ in .json(#"{"data":[]}"#) }
        #expect(outcome.status == 200)
        #expect(outcome.event?.provider == "forest")
        let local = try Self.house(
            #"@id("within") permit (principal, action == Gatehouse::Action::"infer", resource) when { resource.boundary == Gatehouse::Boundary::"local" };"#
        )
        let refused = try await local.exchange(ask) { _ in .json(#"{"data":[]}"#) }
        #expect(refused.status == 400)
        let question = try Question(json: Array(try #require(refused.event?.decisions.first?.question).utf8))
        #expect(question.resource.id == "forest/*")
    }

    /// Redacts e-mail addresses and counts how often it is asked.
    private final class Counting: DecisionPoint {
        let isTimeless: Bool
        let asked = Mutex(0)

        init(isTimeless: Bool) { self.isTimeless = isTimeless }

        func decide(_ question: Question) -> Decision {
            self.asked.withLock { $0 += 1 }
            return question.findings.isEmpty
                ? Decision(effect: .permit, determining: ["rest"])
                : Decision(effect: .forbid(remedy: .redact([.email])), determining: ["mail"])
        }
    }

    @Test(
        "The same question is decided once while the policies stay, and always where they look at the time",
        arguments: [true, false])
    func remembered(isTimeless: Bool) async throws {
        let policy = Counting(isTimeless: isTimeless)
        let house = try House.guarded([])
        house.gateway.replace(policy: policy)
        let executor = LoopExecutor(loop: House.anyLoop)
        let lane = Lane(gateway: house.gateway)
        func timesAsked(_ text: String) async throws -> Int {
            let ask = Ask.chat(text)
            let inbound = try ask.inbound()
            let before = policy.asked.withLock { $0 }
            await withTaskExecutorPreference(executor) {
                let wire = ScriptedWire(executor, body: .success(ByteBuffer(string: ask.body))) { _ in
                    .json(House.hello)
                }
                await lane.handle(inbound, on: wire)
                #expect(wire.calls.map { $0.body.contains("[REDACTED:email]") } == [true])
            }
            return policy.asked.withLock { $0 } - before
        }
        // About the request as it is, without the address, and about the answer.
        #expect(try await timesAsked("ann@example.com") == 3)
        #expect(try await timesAsked("bob@example.com") == (isTimeless ? 0 : 3))
        #expect(try await timesAsked("ann@example.com and bob@example.com") == (isTimeless ? 1 : 3), "another count")
        house.gateway.replace(policy: policy)
        #expect(try await timesAsked("ann@example.com") == 3, "nothing is remembered beyond a change")
    }
}
