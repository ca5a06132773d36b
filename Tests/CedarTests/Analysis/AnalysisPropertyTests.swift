import Cedar
import CedarAnalysis
import CedarSchema
import TestSupport
import Testing

/// Random policies and properties: what is proved is never seen otherwise, and what is refuted is.
@Suite("The analysis against random requests")
struct AnalysisPropertyTests {
    static let seeds: [UInt64] = Array(1...24)

    private static let conditions = [
        "context.depth < 3", "context.depth >= 3", "context.depth == 5", "context.depth <= resource.limit",
        "principal.clearance >= resource.limit", "context.depth < principal.clearance",
        #"context.confidentiality == "secret""#, #"context.confidentiality != "public""#,
        #"context.confidentiality like "s*""#, #"context.confidentiality like "*c*""#,
        #"context.labels.contains("a")"#, #"context.labels.containsAny(["a", "b"])"#,
        #"context.labels.containsAll(["b", "c"])"#, "context.labels.isEmpty()",
        "context.labels.contains(context.confidentiality)", "context has purpose",
        #"context has purpose && context.purpose == "test""#, "context has risk.reviewed && context.risk.reviewed",
        "context has risk && context.risk.tier > 2", "principal.isOnCall", "resource.isApproved",
        #"resource.boundary == G::Boundary::"local""#, #"principal in G::Team::"a""#, #"principal in G::Team::"b""#,
        #"principal == G::User::"root""#, "principal has manager && principal.manager == principal",
        "principal has manager && principal.manager.clearance > 3", "principal.region == resource.region",
        #"principal.region == "eu""#, #"resource.hasTag("tier") && resource.getTag("tier") == "gold""#,
        #"context.score.lessThan(decimal("0.5"))"#, #"context.source.address.isInRange(ip("10.0.0.0/8"))"#,
        "context.source.address.isIpv6()",
        #"(if principal.isOnCall then context.confidentiality else principal.region) == "secret""#,
    ]

    private static func condition(_ random: inout SplitMix, _ depth: Int) -> String {
        switch random.below(depth > 0 ? 5 : 2) {
        case 2: "(\(self.condition(&random, depth - 1)) && \(self.condition(&random, depth - 1)))"
        case 3: "(\(self.condition(&random, depth - 1)) || \(self.condition(&random, depth - 1)))"
        case 4: "!(\(self.condition(&random, depth - 1)))"
        default: "(\(random.pick(self.conditions)))"
        }
    }

    private static func policy(_ random: inout SplitMix, _ effect: String) -> String {
        let scope = random.pick([
            "principal is G::User", #"principal is G::User in G::Team::"a""#, #"principal == G::User::"root""#,
        ])
        let action = random.pick(["action", #"action == G::Action::"infer""#, #"action in G::Action::"all""#])
        let resource = random.pick(["resource is G::Model", #"resource is G::Model in G::ModelGroup::"m""#])
        return "\(effect) (\(scope), \(action), \(resource)) when { \(self.condition(&random, 2)) };"
    }

    @Test("Proofs hold and counterexamples are real", arguments: Self.seeds)
    func agrees(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var counts = (holds: 0, fails: 0)
        for _ in 0..<6 {
            let policies = (0..<(1 + random.below(4))).map { _ in
                Self.policy(&random, random.chance(60) ? "permit" : "forbid")
            }.joined(separator: "\n")
            let property = Self.policy(&random, random.chance(80) ? "forbid" : "permit")
            let schema = try GatewayWorld.schema()
            let claim = try #require(try CedarParser.policies(property).first)
            let analysis = try GatewayWorld.analysis(policies, cases: 20_000)
            #expect(analysis.policies.count == (try CedarParser.policies(policies).count))
            let set = try PolicySet(parsing: policies)
            let wanted: AccessDecision.Verdict = claim.effect == .forbid ? .deny : .allow
            switch analysis.prove(claim) {
            case .undecidable(let reason): #expect(reason.contains("more than"), "\(policies)\n\(property)")
            case .fails(let example):
                counts.fails += 1
                #expect(Validator(schema).validate(example.request) == [])
                #expect(Validator(schema).validate(example.entities) == [])
                #expect(try PolicySet([claim]).decide(example.request, example.store).determining == [claim.id])
                #expect(set.decide(example.request, example.store).verdict != wanted)
            case .holds:
                counts.holds += 1
                let stated = try PolicySet([claim])
                for _ in 0..<200 {
                    let (request, entities) = try RandomWorld.request(&random)
                    guard !stated.decide(request, entities).determining.isEmpty else { continue }
                    #expect(set.decide(request, entities).verdict == wanted, "\(policies)\n\(property)\n\(request)")
                }
            }
        }
        #expect(counts.holds + counts.fails > 0)
    }
}

/// Random requests to the gateway's schema, from few values so that conditions meet.
private enum RandomWorld {
    static let texts: [Text] = ["secret", "public", "a", "b", "c", "eu", "sec", "test", "gold", ""]

    static func text(_ random: inout SplitMix) -> Value { .string(random.pick(self.texts)) }
    static func number(_ random: inout SplitMix) -> Value { .long(Int64(random.below(8))) }
    static func uid(_ type: EntityType, _ id: Text) -> Value { .entity(EntityUID(type: type, id: id)) }

    static func request(_ random: inout SplitMix) throws -> (AccessRequest, Entities) {
        let users: [Text] = ["root", "u1", "u2"]
        var entities: [Entity] = []
        for id in users {
            var fields: [RecordValue.Field] = [
                .init("clearance", self.number(&random)), .init("region", self.text(&random)),
                .init("isOnCall", .boolean(random.chance(50))),
            ]
            if random.chance(50) { fields.append(.init("manager", self.uid("G::User", random.pick(users)))) }
            let teams: [Text] = ["a", "b"].filter { _ in random.chance(40) }
            entities.append(
                Entity(
                    uid: EntityUID(type: "G::User", id: id), attributes: RecordValue(fields),
                    parents: teams.map { EntityUID(type: "G::Team", id: $0) }))
        }
        entities.append(
            Entity(
                uid: EntityUID(type: "G::Model", id: "m"),
                attributes: [
                    "boundary": self.uid("G::Boundary", random.pick(["local", "cloud"])), "region": self.text(&random),
                    "limit": self.number(&random), "isApproved": .boolean(random.chance(50)),
                ], tags: random.chance(50) ? ["tier": self.text(&random)] : .empty,
                parents: random.chance(60) ? [EntityUID(type: "G::ModelGroup", id: "m")] : []))
        let nested = random.chance(30) ? [EntityUID(type: "G::Team", id: "b")] : []
        entities.append(Entity(uid: EntityUID(type: "G::Team", id: "a"), parents: nested))
        entities += try GatewayWorld.schema().actionEntities
        let request = AccessRequest(
            principal: EntityUID(type: "G::User", id: random.pick(users)),
            action: EntityUID(type: "G::Action", id: random.pick(["infer", "store"])),
            resource: EntityUID(type: "G::Model", id: "m"), context: try self.context(&random))
        return (request, try Entities(entities))
    }

    private static func context(_ random: inout SplitMix) throws -> RecordValue {
        let address = try #require(AddressValue(random.pick(["10.1.2.3", "11.0.0.1", "::1", "10.0.0.0/4"])))
        let score = try #require(DecimalValue(random.pick(["0.4", "0.5", "0.6"])))
        let labels = ["a", "b", "c", "secret"].filter { _ in random.chance(40) }
        var fields: [RecordValue.Field] = [
            .init("confidentiality", self.text(&random)),
            .init("labels", .set(SetValue(labels.map { .string(Text($0)) }))), .init("score", .decimal(score)),
            .init(
                "source",
                .record(["address": .address(address), "at": .datetime(DatetimeValue(milliseconds: 0))])),
            .init("depth", self.number(&random)),
        ]
        if random.chance(50) { fields.append(.init("purpose", self.text(&random))) }
        if random.chance(50) {
            var risk: [RecordValue.Field] = [.init("tier", self.number(&random))]
            if random.chance(50) { risk.append(.init("reviewed", .boolean(random.chance(50)))) }
            fields.append(.init("risk", .record(RecordValue(risk))))
        }
        return RecordValue(fields)
    }
}
