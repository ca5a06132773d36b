import Cedar
import CedarAnalysis
import CedarSchema
import Testing

@Suite("Proofs of properties")
struct ProofTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let policies: String
        let property: String
        /// What the counterexample says, in part; nil where the property holds.
        let counterexample: String?

        init(_ name: String, _ policies: String, _ property: String, fails counterexample: String? = nil) {
            self.name = name
            self.policies = policies
            self.property = property
            self.counterexample = counterexample
        }

        var testDescription: String { self.name }
    }

    private static let restrictedStaysLocal = """
        @property("restricted stays local") forbid (principal, action == G::Action::"infer", resource)
        when { context.confidentiality == "restricted" && resource.boundary != G::Boundary::"local" };
        """

    static let cases: [Case] = [
        Case(
            "A forbid with the same words",
            """
            permit (principal, action, resource);
            forbid (principal, action, resource is G::Model)
            when { context.confidentiality == "restricted" && resource.boundary == G::Boundary::"cloud" };
            """, Self.restrictedStaysLocal),
        Case(
            "A forbid that asks for more",
            """
            permit (principal, action, resource);
            forbid (principal, action, resource is G::Model)
            when { context.confidentiality == "restricted" && resource.boundary == G::Boundary::"cloud"
              && context.depth > 3 };
            """, Self.restrictedStaysLocal, fails: #"context.confidentiality is "restricted""#),
        Case("Nothing is permitted", "", Self.restrictedStaysLocal),
        Case(
            "Thresholds that leave no gap",
            """
            permit (principal, action, resource) when { context.depth < 5 };
            """, "forbid (principal, action, resource) when { context.depth >= 5 };"),
        Case(
            "Thresholds that leave a gap of one",
            """
            permit (principal, action, resource) when { context.depth <= 5 };
            """, "forbid (principal, action, resource) when { context.depth >= 5 };", fails: "context.depth is 5"),
        Case(
            "Two places compared through a third",
            """
            permit (principal is G::User, action, resource is G::Model)
            when { context.depth <= principal.clearance && principal.clearance <= resource.limit };
            """,
            "forbid (principal is G::User, action, resource is G::Model) when { context.depth > resource.limit };"),
        Case(
            "Two places compared the wrong way round",
            """
            permit (principal is G::User, action, resource is G::Model)
            when { context.depth <= principal.clearance && principal.clearance >= resource.limit };
            """,
            "forbid (principal is G::User, action, resource is G::Model) when { context.depth > resource.limit };",
            fails: "context.depth is"),
        Case(
            "Decimals",
            #"permit (principal, action, resource) when { context.score.lessThan(decimal("0.5")) };"#,
            #"forbid (principal, action, resource) when { context.score.greaterThanOrEqual(decimal("0.5000")) };"#),
        Case(
            "Sets: one label is another's condition",
            #"permit (principal, action, resource) when { context.labels.containsAll(["a", "b"]) };"#,
            #"forbid (principal, action, resource) when { !context.labels.contains("b") };"#),
        Case(
            "Sets: any is not all",
            #"permit (principal, action, resource) when { context.labels.containsAny(["a", "b"]) };"#,
            #"forbid (principal, action, resource) when { !context.labels.contains("b") };"#,
            fails: #"context.labels contains "a""#),
        Case(
            "Sets: empty",
            "permit (principal, action, resource) when { context.labels.isEmpty() };",
            #"forbid (principal, action, resource) when { context.labels.contains("x") };"#),
        Case(
            "Sets: equal to what is written",
            #"permit (principal, action, resource) when { context.labels == ["a", "b"] };"#,
            #"forbid (principal, action, resource) when { context.labels.containsAny(["c"]) || context.labels.isEmpty() };"#
        ),
        Case(
            "Patterns that exclude each other",
            #"permit (principal is G::User, action, resource) when { principal.region like "eu-*" };"#,
            #"forbid (principal is G::User, action, resource) when { principal.region like "us-*" };"#),
        Case(
            "Patterns that do not",
            #"permit (principal is G::User, action, resource) when { principal.region like "eu-*" };"#,
            #"forbid (principal is G::User, action, resource) when { principal.region like "*-us" };"#,
            fails: "principal.region is \"eu-"),
        Case(
            "A pattern and a constant",
            #"permit (principal is G::User, action, resource) when { principal.region like "eu-*" };"#,
            #"forbid (principal is G::User, action, resource) when { principal.region == "us-1" };"#),
        Case(
            "Addresses",
            #"permit (principal, action, resource) when { context.source.address.isInRange(ip("10.1.0.0/16")) };"#,
            #"forbid (principal, action, resource) when { !context.source.address.isInRange(ip("10.0.0.0/8")) };"#),
        Case(
            "Addresses the other way round",
            #"permit (principal, action, resource) when { context.source.address.isInRange(ip("10.0.0.0/8")) };"#,
            #"forbid (principal, action, resource) when { !context.source.address.isInRange(ip("10.1.0.0/16")) };"#,
            fails: "context.source.address is ip("),
        Case(
            "Groups within groups follow from each other",
            #"permit (principal in G::Team::"a", action, resource) when { G::Team::"a" in G::Team::"b" };"#,
            #"forbid (principal, action, resource) when { !(principal in G::Team::"b") };"#),
        Case(
            "Groups by themselves do not",
            #"permit (principal in G::Team::"a", action, resource);"#,
            #"forbid (principal, action, resource) when { !(principal in G::Team::"b") };"#,
            fails: #"is a member of G::Team::"a""#),
        Case(
            "What is optional is asked for first",
            #"permit (principal, action, resource) when { context has purpose && context.purpose == "support" };"#,
            #"forbid (principal, action, resource) when { !(context has purpose) };"#),
        Case(
            "What is optional within what is optional",
            "permit (principal, action, resource) when { context has risk.reviewed && context.risk.reviewed };",
            "forbid (principal, action, resource) when { context has risk && !(context.risk has reviewed) };"),
        Case(
            "An agent may do only what its owner may",
            """
            permit (principal is G::User, action, resource is G::Model) when { principal.clearance >= resource.limit };
            permit (principal is G::Agent, action, resource is G::Model) when { principal.owner.clearance >= resource.limit };
            """,
            "forbid (principal is G::Agent, action, resource is G::Model) when { principal.owner.clearance < resource.limit };"
        ),
        Case(
            "The same entity by two names has the same attributes",
            """
            permit (principal is G::User, action, resource)
            when { principal has manager && principal.manager == principal && principal.manager.clearance > 3 };
            """,
            "forbid (principal is G::User, action, resource) when { principal.clearance <= 3 };"),
        Case(
            "Tags",
            #"permit (principal, action, resource is G::Model) when { resource.hasTag("tier") && resource.getTag("tier") == "gold" };"#,
            #"forbid (principal, action, resource is G::Model) when { !resource.hasTag("tier") };"#),
        Case(
            "Choices between values",
            """
            permit (principal is G::User, action, resource is G::Model)
            when { (if principal.isOnCall then principal.region else resource.region) == "eu" };
            """,
            """
            forbid (principal is G::User, action, resource is G::Model)
            when { principal.region != "eu" && resource.region != "eu" };
            """),
        Case(
            "What must be permitted, is",
            """
            permit (principal, action, resource);
            forbid (principal, action, resource) when { context.depth > 100 };
            """, "permit (principal, action, resource) when { context.depth == 7 };"),
        Case(
            "What must be permitted, is not always",
            """
            permit (principal, action, resource);
            forbid (principal is G::Agent, action, resource) when { principal.risk > 2 };
            """, "permit (principal, action, resource) when { context.depth == 7 };", fails: "principal.risk is 3"),
        Case(
            "An action is in its group",
            #"permit (principal, action in G::Action::"all", resource) when { context.depth == 1 };"#,
            #"forbid (principal, action == G::Action::"store", resource) when { context.depth != 1 };"#),
    ]

    @Test("Properties hold or fail as they must", arguments: Self.cases)
    func proves(_ item: Case) throws {
        let analysis = try GatewayWorld.analysis(item.policies)
        let property = try #require(try CedarParser.policies(item.property).first)
        switch analysis.prove(property) {
        case .holds(let cases):
            #expect(item.counterexample == nil, "holds in \(cases) cases")
        case .fails(let example):
            let expected = try #require(item.counterexample, "\(example)")
            #expect(example.description.contains(expected), "\(example)")
            try self.confirm(example, item, property)
        case .undecidable(let reason): Issue.record("undecidable: \(reason)")
        }
    }

    /// A counterexample is a request that the schema allows, and is decided as the property says it never is.
    private func confirm(_ example: Counterexample, _ item: Case, _ property: CedarPolicy) throws {
        let validator = Validator(try GatewayWorld.schema())
        #expect(validator.validate(example.request) == [])
        #expect(validator.validate(example.entities) == [])
        let decision = try PolicySet(parsing: item.policies).decide(example.request, example.store)
        #expect(decision.failures.isEmpty)
        #expect((decision.verdict == .allow) == (property.effect == .forbid))
    }

    static let undecidable: [(policies: String, property: String, reason: String)] = [
        (
            "permit (principal, action, resource) when { context.depth + 1 < 5 };",
            "forbid (principal, action, resource) when { context.depth > 10 };", "compares what is computed"
        ),
        (
            #"permit (principal, action, resource) when { context.source.at.toTime() > duration("8h") };"#,
            "forbid (principal, action, resource) when { context.depth > 10 };", "compares what is computed"
        ),
        (
            "permit (principal, action, resource) when { context.nothing };",
            "forbid (principal, action, resource) when { context.depth > 10 };", "does not validate"
        ),
        (
            "permit (principal, action, resource);",
            "forbid (principal, action, resource) when { context.nothing };", "the property does not validate"
        ),
    ]

    @Test("What leaves the abstraction is said to", arguments: Self.undecidable)
    func admits(_ item: (policies: String, property: String, reason: String)) throws {
        let property = try #require(try CedarParser.policies(item.property).first)
        guard case .undecidable(let reason) = try GatewayWorld.analysis(item.policies).prove(property) else {
            Issue.record("decided")
            return
        }
        #expect(reason.contains(item.reason))
    }

    @Test("What is computed does not matter where the answer does not depend on it")
    func ignoresOpaque() throws {
        let analysis = try GatewayWorld.analysis(
            "permit (principal, action, resource) when { context.depth < 3 && context.depth * 2 < 5 };")
        let property = try #require(
            try CedarParser.policies("forbid (principal, action, resource) when { context.depth > 10 };").first)
        guard case .holds = analysis.prove(property) else {
            Issue.record("does not hold")
            return
        }
    }

    @Test("Conditions as deep as the parser lets them be are looked through")
    func isDeep() throws {
        let numbers = (0..<900).map { "context.depth == \($0)" }.joined(separator: " || ")
        let analysis = try GatewayWorld.analysis("permit (principal, action, resource) when { \(numbers) };")
        let property = try #require(
            try CedarParser.policies("forbid (principal, action, resource) when { context.depth >= 900 };").first)
        guard case .holds = analysis.prove(property) else {
            Issue.record("does not hold")
            return
        }
    }

    @Test("Too many cases are an answer of their own")
    func isBounded() throws {
        let conditions = (0..<40).map { "context.labels.contains(\"l\($0)\")" }.joined(separator: " || ")
        let other = (0..<40).map { "context.labels.contains(\"l\($0)\") != context.labels.contains(\"m\($0)\")" }
        let analysis = try GatewayWorld.analysis(
            "permit (principal, action, resource) when { \(conditions) };", cases: 1_000)
        let property = try #require(
            try CedarParser.policies(
                "forbid (principal, action, resource) when { (\(other.joined(separator: " && "))) && !(\(conditions)) };"
            ).first)
        switch analysis.prove(property) {
        case .holds(let cases): #expect(cases <= 1_000)
        case .undecidable(let reason): #expect(reason.contains("1000 cases"))
        case .fails(let example): Issue.record("\(example)")
        }
    }
}
