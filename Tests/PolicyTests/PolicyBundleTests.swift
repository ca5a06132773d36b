import Cedar
import Testing

@testable import Policy

@Suite("What a bundle must be")
struct PolicyBundleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let problems: [String]
        var testDescription: String { self.problems.first ?? self.text }
    }

    static let cases = [
        Case(
            text: "permit (principal, action, resource);",
            problems: ["p.cedar:1:1: a policy has no id\nhint: write `@id(\"a-name-that-stays\")` above it"]),
        Case(
            text: #"@id("a") permit (principal, action, resource);"# + "\n  "
                + #"@id("a") permit (principal, action, resource);"#,
            problems: ["p.cedar:2:3: the id `a` is taken by the policy at p.cedar:1"]),
        Case(
            text: #"@id("a b") permit (principal, action, resource);"#,
            problems: ["p.cedar:1:1: the id `a b` must be at most 100 letters, digits, `-`, `.` and `_`"]),
        Case(
            text: #"@id("a") @remdy("redact") forbid (principal, action, resource);"#,
            problems: ["p.cedar:1:1: `@remdy` of `a` means nothing\nhint: did you mean `@remedy`?"]),
        Case(
            text: #"@id("a") @remedy("redakt") forbid (principal, action, resource);"#,
            problems: ["p.cedar:1:1: `redakt` of `a` is no remedy\nhint: did you mean `redact`?"]),
        Case(
            text: #"@id("a") @remedy("redact") forbid (principal, action, resource);"#,
            problems: [
                "p.cedar:1:1: the remedy `redact` of `a` does not say what it takes out\nhint: write `@kinds(\"secret\")`, with kinds or families of findings"
            ]),
        Case(
            text: #"@id("a") @remedy("redact") @kinds("pii.cart") forbid (principal, action, resource);"#,
            problems: [
                "p.cedar:1:1: `pii.cart` in `@kinds` of `a` is no kind of finding\nhint: did you mean `pii.card`?"
            ]),
        Case(
            text: #"@id("a") @kinds("pii") forbid (principal, action, resource);"#,
            problems: ["p.cedar:1:1: `@kinds` of `a` belongs to the remedies `redact` and `tokenise`"]),
        Case(
            text: #"@id("a") @remedy("reroute") forbid (principal, action, resource);"#,
            problems: [
                "p.cedar:1:1: the remedy `reroute` of `a` does not say where to\nhint: write `@target(\"the alias of a model\")`"
            ]),
        Case(
            text: #"@id("a") @remedy("review") permit (principal, action, resource);"#,
            problems: ["p.cedar:1:1: `a` permits and cannot have a remedy\nhint: a remedy belongs to a `forbid`"]),
        Case(
            text: #"@id("a") @remedy("disclose") forbid (principal, action, resource);"#,
            problems: ["p.cedar:1:1: the remedy `disclose` of `a` has no text\nhint: write `@message(\"the notice\")`"]),
        Case(
            text: #"@id("a") @mode("audit") forbid (principal, action, resource);"#,
            problems: ["p.cedar:1:1: the mode `audit` of `a` is neither `enforce` nor `shadow`"]),
        Case(
            text: #"@id("a") permit (principal == ?principal, action, resource);"#,
            problems: [
                "p.cedar:1:1: `a` is a template, which decides nothing\nhint: name the principal or resource instead of `?principal` or `?resource`"
            ]),
        Case(
            text: "// nothing\n",
            problems: ["there is no policy, so everything would be refused\nhint: begin with `gatehouse policy init`"]),
    ]

    @Test("What is wrong is said with its place", arguments: Self.cases)
    func problems(_ row: Case) {
        #expect(Self.problems(of: [PolicyFile(name: "p.cedar", text: row.text)]) == row.problems)
    }

    private static func problems(of files: [PolicyFile]) -> [String] {
        do throws(PolicyError) {
            _ = try PolicyBundle(files)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    private static let open = #"@id("open") permit (principal, action, resource);"#

    @Test("A policy must fit the schema")
    func strict() {
        let text =
            #"@id("a") forbid (principal, action == Gatehouse::Action::"infer", resource)"#
            + "\nwhen { context.findigns has secret };"
        let problems = Self.problems(of: [PolicyFile(name: "p.cedar", text: text)])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("p.cedar:2:8: ") == true, "\(problems)")
    }

    @Test("An optional fact must be asked for before it is used")
    func optional() {
        let text =
            #"@id("a") forbid (principal, action == Gatehouse::Action::"infer", resource) when { context.run.calls > 3 };"#
        #expect(Self.problems(of: [PolicyFile(name: "p.cedar", text: text)]).count == 1)
    }

    @Test("Text that is no Cedar is said with its place, and other files are still read")
    func syntax() {
        let problems = Self.problems(of: [
            PolicyFile(name: "a.cedar", text: "permit (principal,\n  action;"),
            PolicyFile(name: "b.cedar", text: "permit (principal, action, resource);"),
            PolicyFile(name: "c.txt", text: ""), PolicyFile(name: "d.tests.json", text: "{\n \"tests\": 1 }"),
        ])
        #expect(problems.count == 4)
        #expect(problems[0].hasPrefix("a.cedar:2:9: "), "\(problems)")
        #expect(problems[1].hasPrefix("b.cedar:1:1: a policy has no id"))
        #expect(problems[2].hasPrefix("c.txt: this is no file of a bundle"))
        #expect(problems[3] == "d.tests.json:2:11: tests: expected a list")
    }

    @Test("A test that fails keeps the bundle from being one")
    func failingTest() {
        let tests = """
            { "tests": [
              { "name": "nobody", "principal": { "type": "user", "id": "a" }, "action": "infer",
                "resource": { "type": "model", "id": "m", "provider": "p", "boundary": "local" },
                "expect": { "effect": "forbid", "remedy": "none", "policies": [] } } ] }
            """
        #expect(
            Self.problems(of: [
                PolicyFile(name: "p.cedar", text: Self.open), PolicyFile(name: "p.tests.json", text: tests),
            ]) == [
                "p.tests.json:2:3: the test `nobody` fails: expected forbid without a remedy by default but it is permit by `open`"
            ])
        let other = tests.replacing("\"policies\": []", with: "\"policies\": [\"opn\"]")
        #expect(
            Self.problems(of: [
                PolicyFile(name: "p.cedar", text: Self.open), PolicyFile(name: "p.tests.json", text: other),
            ]) == [
                "p.tests.json:2:3: the test `nobody` expects the policy `opn`, which there is not\nhint: did you mean `open`?"
            ])
    }

    @Test("The hash is of names and texts, whatever the order")
    func hash() throws {
        let a = PolicyFile(name: "a.cedar", text: Self.open)
        let b = PolicyFile(name: "b.cedar", text: #"@id("b") forbid (principal, action, resource) when { false };"#)
        let hash = try PolicyBundle([a, b]).hash
        #expect(try PolicyBundle([b, a]).hash == hash)
        #expect(try PolicyBundle([a, PolicyFile(name: "c.cedar", text: b.text)]).hash != hash)
        #expect(try PolicyBundle([a, PolicyFile(name: "b.cedar", text: b.text + "\n")]).hash != hash)
    }

    @Test("What is too much is refused before it is read")
    func limits() {
        let file = PolicyFile(name: "a.cedar", text: Self.open)
        #expect(throws: PolicyError(.tooLarge, [])) { try PolicyBundle([file], limits: PolicyLimits(bytes: 10)) }
        #expect(throws: PolicyError(.tooLarge, [])) { try PolicyBundle([file], limits: PolicyLimits(files: 0)) }
        #expect(throws: PolicyError(.invalid, [])) { try PolicyBundle([file], limits: PolicyLimits(policies: 0)) }
    }
}

@Suite("What must always hold")
struct PropertyTests {
    private static let property = """
        @id("never-out") @message("restricted content never leaves")
        forbid (principal, action == Gatehouse::Action::"infer", resource)
        when { context.labels.confidentiality == 3 && resource.boundary == Gatehouse::Boundary::"external" };
        """

    private static func problems(_ policies: String) -> [PolicyProblem] {
        do throws(PolicyError) {
            _ = try PolicyBundle([
                PolicyFile(name: "p.cedar", text: policies),
                PolicyFile(name: "p.properties.cedar", text: self.property),
            ])
            return []
        } catch {
            return error.problems
        }
    }

    private static let open = #"@id("open") permit (principal, action == Gatehouse::Action::"infer", resource);"#

    @Test("A bundle that breaks a property is none, and a request shows why")
    func broken() throws {
        let problem = try #require(Self.problems(Self.open).first)
        #expect(problem.file == "p.properties.cedar")
        #expect(problem.message.hasPrefix("the property `never-out` does not hold: this request would be permitted: "))
        #expect(problem.message.contains("external"), "\(problem)")
        #expect(problem.hint == "it says: restricted content never leaves")
    }

    @Test("A policy that keeps the property is enough")
    func kept() {
        let stay = """
            @id("stay") forbid (principal, action, resource is Gatehouse::Model)
            when { context.labels.confidentiality >= 3 } unless { resource.boundary == Gatehouse::Boundary::"local" };
            """
        #expect(Self.problems(Self.open + stay).isEmpty)
        #expect(!Self.problems(Self.open + stay.replacing("forbid", with: #"@mode("shadow") forbid"#)).isEmpty)
    }

    @Test("What cannot be decided is not taken for proved")
    func undecidable() {
        let sum = """
            @id("sum") forbid (principal, action, resource is Gatehouse::Model)
            when { context.labels.confidentiality + context.delegations > 2 };
            """
        let problems = Self.problems(Self.open + sum)
        #expect(problems.count == 1)
        #expect(
            problems.first?.message.hasPrefix("whether the property `never-out` holds cannot be decided here") == true)
    }

    @Test("What an author would want to know is told, and is no error")
    func findings() throws {
        let bundle = try PolicyBundle([
            PolicyFile(
                name: "p.cedar",
                text: """
                    @id("open") permit (principal, action == Gatehouse::Action::"infer", resource);
                    @id("more") permit (principal, action == Gatehouse::Action::"infer", resource) when { resource.approved };
                    """)
        ])
        let findings = bundle.findings()
        #expect(findings.allSatisfy { $0.severity == .warning && $0.file == "p.cedar" })
        #expect(findings.contains { $0.message.contains("more") && $0.location.line == 2 }, "\(findings)")
    }

    @Test("Of the policies that come with Gatehouse there is nothing to tell")
    func defaultFindings() throws {
        #expect(try PolicyBundle(unproved: DefaultPolicies.files).findings() == [])
    }
}
