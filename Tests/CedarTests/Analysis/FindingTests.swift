import Cedar
import CedarAnalysis
import Testing

@Suite("Findings of the analysis")
struct FindingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let policies: String
        /// `code policy other …`, in the order of the findings.
        let findings: [String]

        init(_ name: String, _ policies: String, _ findings: [String]) {
            self.name = name
            self.policies = policies
            self.findings = findings
        }

        var testDescription: String { self.name }
    }

    static let cases: [Case] = [
        Case(
            "Nothing is amiss",
            """
            permit (principal, action, resource) when { context.depth < 5 };
            permit (principal is G::Agent, action, resource) when { context.depth < 9 };
            forbid (principal, action, resource) when { context.labels.contains("secret") };
            """, []),
        Case(
            "A condition that contradicts itself",
            """
            permit (principal, action, resource) when { context.depth < 5 && context.depth > 4 };
            permit (principal, action, resource) when { context.confidentiality == "a" } unless { context.confidentiality != "b" };
            """, ["unreachable policy0", "unreachable policy1"]),
        Case(
            "A permit within another",
            """
            permit (principal, action, resource) when { context.depth < 5 };
            permit (principal is G::User, action, resource) when { context.depth < 3 && principal.isOnCall };
            """, ["shadowed policy1 policy0"]),
        Case(
            "A permit within two others together",
            """
            permit (principal is G::User, action, resource) when { context.depth < 5 };
            permit (principal is G::Agent, action, resource) when { context.depth < 5 };
            permit (principal, action, resource) when { context.depth < 3 };
            """, ["shadowed policy2"]),
        Case(
            "The later of two equal permits",
            """
            permit (principal, action, resource) when { context.depth < 5 };
            permit (principal, action, resource) when { !(context.depth >= 5) };
            """, ["shadowed policy1 policy0"]),
        Case(
            "A forbid within another",
            """
            permit (principal, action, resource) when { context.depth < 5 };
            forbid (principal, action, resource) when { context.depth < 3 };
            forbid (principal, action, resource) when { context.depth < 2 };
            """, ["shadowed policy2 policy1"]),
        Case(
            "A permit that a forbid always overrides",
            """
            permit (principal, action, resource) when { context.depth == 3 };
            forbid (principal, action, resource) when { context.depth < 5 };
            """, ["overridden policy0 policy1"]),
        Case(
            "A permit that two forbids always override",
            """
            permit (principal, action, resource) when { context.depth < 3 };
            forbid (principal is G::User, action, resource) when { context.depth < 5 };
            forbid (principal is G::Agent, action, resource) when { context.depth < 5 };
            """, ["overridden policy0"]),
        Case(
            "A permit and a forbid of the same meaning",
            """
            permit (principal, action, resource) when { context.depth < 3 || context.depth > 5 };
            forbid (principal, action, resource) unless { context.depth >= 3 && context.depth <= 5 };
            """, ["contradictory policy0 policy1"]),
        Case(
            "A permit for all",
            """
            permit (principal, action, resource);
            """, ["overBroad policy0"]),
        Case(
            "A permit for all, in other words",
            """
            permit (principal, action, resource) when { context.depth < 3 || context.depth > 2 };
            """, ["overBroad policy0"]),
        Case(
            "A permit for all shadows the others",
            """
            permit (principal is G::User, action, resource);
            permit (principal, action, resource);
            """, ["shadowed policy0 policy1", "overBroad policy1"]),
        Case(
            "A policy that does not validate",
            """
            permit (principal, action, resource) when { context.nothing };
            """, ["invalid policy0"]),
        Case(
            "A policy that computes",
            """
            permit (principal, action, resource) when { context.depth * 2 == 7 };
            """, ["undecided policy0"]),
    ]

    @Test("What is found", arguments: Self.cases)
    func finds(_ item: Case) throws {
        let found = try GatewayWorld.analysis(item.policies).findings()
        #expect(
            found.map {
                ([$0.code.rawValue, $0.policy.description] + $0.others.map(\.description)).joined(separator: " ")
            }
                == item.findings, "\(found)")
    }

    @Test("Many policies take bounded time")
    func isBounded() throws {
        let policies = (0..<200).map { number in
            "permit (principal, action, resource) when { context.labels.contains(\"l\(number)\") && context.depth > \(number) };"
        }
        let found = try GatewayWorld.analysis(policies.joined(separator: "\n"), cases: 2_000).findings()
        #expect(found.allSatisfy { $0.code == .undecided })
    }
}

@Suite("Properties beside policies")
struct PolicyPropertyTests {
    @Test("A property has a name")
    func reads() throws {
        let properties = try PolicyProperty.properties(
            """
            @property("nothing for strangers") forbid (principal, action, resource);
            @property("always") permit (principal, action, resource) when { true };
            """)
        #expect(properties.map(\.name) == ["nothing for strangers", "always"])
        #expect(properties.map(\.claim.effect) == [.forbid, .permit])
    }

    static let refused: [(text: String, code: CedarError.Code)] = [
        ("forbid (principal, action, resource);", .syntax),
        ("@property forbid (principal, action, resource);", .syntax),
        (#"@property("a") forbid (principal == ?principal, action, resource);"#, .template),
        (
            #"@property("a") forbid (principal, action, resource); @property("a") forbid (principal, action, resource);"#,
            .duplicate
        ),
    ]

    @Test("What is no property is refused", arguments: Self.refused)
    func refuses(_ item: (text: String, code: CedarError.Code)) {
        let error = #expect(throws: CedarError.self) { try PolicyProperty.properties(item.text) }
        #expect(error?.code == item.code)
    }
}
