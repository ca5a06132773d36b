import TestSupport
import Testing

@testable import Cedar

@Suite("Deciding")
struct AuthorisationTests {
    static let alice = EntityUID(type: "User", id: "alice")
    static let view = EntityUID(type: "Action", id: "view")
    static let document = EntityUID(type: "Doc", id: "d")

    private static func entities() throws -> Entities {
        try Entities([
            Entity(uid: alice, parents: [EntityUID(type: "Team", id: "t")]),
            Entity(uid: view, parents: [EntityUID(type: "Action", id: "read")]),
            Entity(uid: document, attributes: ["isSecret": .boolean(true)]),
        ])
    }

    private func decide(_ policies: String) throws -> AccessDecision {
        let request = AccessRequest(principal: Self.alice, action: Self.view, resource: Self.document)
        return try PolicySet(parsing: policies).decide(request, try Self.entities())
    }

    static let cases: [(String, AccessDecision.Verdict, [PolicyID], [PolicyID])] = [
        ("", .deny, [], []),
        ("permit(principal, action, resource);", .allow, ["policy0"], []),
        ("permit(principal, action, resource); forbid(principal, action, resource);", .deny, ["policy1"], []),
        ("permit(principal, action, resource) when { context.no };", .deny, [], ["policy0"]),
        (
            "permit(principal, action, resource); forbid(principal, action, resource) when { context.no };", .allow,
            ["policy0"], ["policy1"]
        ),
        ("permit(principal, action, resource) when { 1 };", .deny, [], ["policy0"]),
        ("permit(principal, action, resource) unless { resource.isSecret };", .deny, [], []),
        (
            "permit(principal, action, resource) when { true } when { resource.isSecret } unless { false };", .allow,
            ["policy0"], []
        ),
        ("permit(principal, action, resource) when { false } when { context.no };", .deny, [], []),
        ("permit(principal == User::\"alice\", action, resource);", .allow, ["policy0"], []),
        ("permit(principal in Team::\"t\", action in Action::\"read\", resource is Doc);", .allow, ["policy0"], []),
        (
            "permit(principal is User in Team::\"t\", action in [Action::\"x\", Action::\"read\", Action::\"view\"], resource);",
            .allow, ["policy0"], []
        ),
        ("permit(principal is Team in Team::\"t\", action, resource);", .deny, [], []),
        ("permit(principal, action == Action::\"read\", resource);", .deny, [], []),
        ("permit(principal == Team::\"t\", action, resource);", .deny, [], []),
        ("permit(principal, action in [], resource);", .deny, [], []),
        ("permit(principal == User::\"bob\", action, resource) when { context.no };", .deny, [], []),
        ("permit(principal == ?principal, action, resource);", .deny, [], []),
    ]

    @Test("comes to the verdict with its reasons and failures", arguments: cases)
    func decision(policies: String, verdict: AccessDecision.Verdict, determining: [PolicyID], failed: [PolicyID]) throws
    {
        let decision = try self.decide(policies)
        #expect(decision.verdict == verdict)
        #expect(decision.determining == determining)
        #expect(decision.failures.map(\.policy) == failed)
    }

    @Test("looks at no other policies than one that asks each of them would")
    func index() throws {
        var generator = ExprGenerator(random: SplitMix(seed: 21))
        for round in 0..<150 {
            let policies = (0..<20).map { generator.policy(id: PolicyID("p\($0)"), depth: 1) }
            let set = try PolicySet(policies)
            let entities = try Self.hierarchy(&generator.random)
            for _ in 0..<10 {
                let request = AccessRequest(
                    principal: generator.random.pick(ExprGenerator.uids),
                    action: generator.random.pick(ExprGenerator.actions),
                    resource: generator.random.pick(ExprGenerator.uids), context: ["a": .boolean(true)])
                #expect(set.decide(request, entities) == Self.plain(policies, request, entities), "\(round)")
            }
        }
    }

    private static func hierarchy(_ random: inout SplitMix) throws -> Entities {
        var entities: [Entity] = []
        for names in [ExprGenerator.uids, ExprGenerator.actions] {
            for (index, uid) in names.enumerated() {
                entities.append(Entity(uid: uid, parents: names[(index + 1)...].filter { _ in random.chance(40) }))
            }
        }
        return try Entities(entities)
    }

    /// The authoriser as its definition has it, one policy after the other.
    private static func plain(_ policies: [CedarPolicy], _ request: AccessRequest, _ entities: Entities)
        -> AccessDecision
    {
        var satisfied: [CedarPolicy] = []
        var failures: [AccessDecision.Failure] = []
        for policy in policies {
            guard RequestScope(request, entities).fits(policy) else { continue }
            var program = Program()
            let root = program.add(policy.conditions)
            let evaluation = Evaluation(program, request: request, entities: entities)
            do throws(EvaluationError) {
                if try root.map({ (root) throws(EvaluationError) in try evaluation.boolean(root) }) ?? true {
                    satisfied.append(policy)
                }
            } catch {
                failures.append(AccessDecision.Failure(policy: policy.id, effect: policy.effect, error: error))
            }
        }
        let forbids = satisfied.filter { $0.effect == .forbid }
        let determining = forbids.isEmpty ? satisfied : forbids
        return AccessDecision(
            verdict: forbids.isEmpty && !satisfied.isEmpty ? .allow : .deny, determining: determining.map(\.id),
            failures: failures)
    }

    // MARK: Sets and templates

    @Test("two policies cannot have one id")
    func duplicates() throws {
        let policy = CedarPolicy(id: "a", effect: .permit)
        #expect(throws: CedarError(.duplicate, "")) { try PolicySet([policy, policy]) }
        let set = try PolicySet([policy, policy.renamed("b")])
        #expect(set["b"]?.effect == .permit)
        #expect(set["c"] == nil)
    }

    @Test("a template decides once it is linked")
    func templates() throws {
        let text =
            "@note(\"n\") permit(principal in ?principal, action, resource is Doc in ?resource) when { resource.isSecret };"
        let template = try #require(try CedarParser.policies(text).first)
        #expect(template.isTemplate)
        let linked = try template.linked(
            as: "linked", principal: EntityUID(type: "Team", id: "t"), resource: Self.document)
        #expect(!linked.isTemplate)
        #expect(linked.annotation("note") == "n")
        let set = try PolicySet([template, linked])
        #expect(set.policies.map(\.id) == ["linked"])
        #expect(set.templates.map(\.id) == ["policy0"])
        let request = AccessRequest(principal: Self.alice, action: Self.view, resource: Self.document)
        #expect(set.decide(request, try Self.entities()).determining == ["linked"])
    }

    @Test("slots and what fills them must fit")
    func slots() throws {
        let template = try #require(
            try CedarParser.policies("permit(principal == ?principal, action, resource);").first)
        #expect(throws: CedarError(.template, "")) { try template.linked(as: "x") }
        #expect(throws: CedarError(.template, "")) {
            try template.linked(as: "x", principal: Self.alice, resource: Self.document)
        }
        #expect(try template.linked(as: "x", principal: Self.alice).principal.kind == .equal(.entity(Self.alice)))
    }

    @Test("annotations without a value are empty, absent ones are nil")
    func annotations() throws {
        let policy = try #require(try CedarParser.policies("@a @b(\"c\") permit(principal, action, resource);").first)
        #expect(policy.annotation("a") == "")
        #expect(policy.annotation("b") == "c")
        #expect(policy.annotation("d") == nil)
    }
}
