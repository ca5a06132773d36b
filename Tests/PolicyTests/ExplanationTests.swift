import Detection
import TestSupport
import Testing

@testable import Policy

@Suite("Explanations")
struct ExplanationTests {
    /// What a reader sees, for all that a decision can be. `Golden/explanations.txt` is for reviewers.
    @Test("They read as people speak")
    func golden() throws {
        var lines: [String] = []
        func explain(_ title: String, _ point: CedarDecisionPoint, _ question: Question) {
            lines += ["── \(title)", ""] + point.explain(question, point.decide(question)).lines + ["", ""]
        }
        let defaults = try CedarDecisionPoint(PolicyBundle(unproved: DefaultPolicies.files))
        explain("permitted", defaults, .plain())
        explain("blocked", defaults, Question.plain().finding("pii.card"))
        explain("redacted", defaults, Question.plain(.release).finding("secret.github_token", "pii.email", score: 90))
        explain("rerouted", defaults, Question.plain().with { $0.labels.confidentiality = .restricted })
        explain("injection", defaults, Question.plain().finding("injection.override", score: 85))
        explain(
            "nobody permits it", defaults,
            .plain(.infer, ModelFacts(alias: "new", provider: "x", boundary: .external, isApproved: false)))
        explain(
            "for an agent", defaults,
            Question(
                principal: Subject(.agent, id: "keeper", roles: ["administrator"]),
                onBehalfOf: [Subject(.user, id: "alice")], action: Action("createKey"),
                resource: .administration("keys"), time: Question.noon))
        for name in BundledPoliciesTests.examples {
            let point = try CedarDecisionPoint(PolicyBundle(unproved: policies(in: "Examples/policies/\(name)")))
            for test in point.bundle.tests where test.expected.effect == "forbid" {
                explain("\(name): \(test.name)", point, test.question)
            }
        }
        try GoldenText("Golden/explanations.txt").compare(lines)
    }

    @Test("Of policies that are no longer there it says so")
    func later() throws {
        let point = try point(#"@id("open") permit (principal, action, resource);"#)
        let decision = Decision(
            effect: .forbid(remedy: nil), determining: ["gone"], message: "no",
            failures: [.init(policy: "x", reason: "y")],
            bundle: "00")
        let explanation = point.explain(.plain(), decision)
        #expect(explanation.answer == "no: no")
        #expect(
            explanation.notes == [
                "no longer there: `gone`", "the policies have changed since; the conditions are those of today",
                "policy `x` could not be evaluated: y",
            ])
    }
}

@Suite("What a change would change")
struct ComparisonTests {
    private static let open = #"@id("open") permit (principal, action, resource);"#
    private static let closed =
        #"@id("closed") @message("no") forbid (principal, action, resource) when { context.findings has secret };"#

    @Test("Policies are compared by what they say, decisions by what a caller sees")
    func difference() throws {
        let before = try point(Self.open + #"@id("gone") forbid (principal, action, resource) when { false };"#)
        let after = try point("// Said anew.\n@id(\"open\")\npermit ( principal , action , resource ) ;" + Self.closed)
        let secret = Question.plain().finding("secret.jwt")
        let difference = PolicyDifference(
            before, after, questions: [("exch_1", secret), ("exch_2", .plain()), ("exch_3", secret)])
        #expect(difference.added == ["closed"])
        #expect(difference.removed == ["gone"])
        #expect(difference.changed.isEmpty)
        #expect(difference.decisions.map(\.name) == ["exch_1"])
        #expect(difference.decisions.first?.before.words == "permit by open")
        #expect(difference.decisions.first?.after.words == "forbid by closed")
        #expect(difference.questions == 2)
        #expect(PolicyDifference(before, before).isEmpty)
    }

    @Test("A policy that says something else under its name has changed")
    func changed() throws {
        let difference = try PolicyDifference(
            point(Self.open), point(#"@id("open") @owner("me") permit (principal, action, resource);"#))
        #expect(difference.changed == ["open"])
        #expect(difference.decisions.isEmpty)
    }

    @Test("Recorded decisions are asked again and counted")
    func backtest() throws {
        var backtest = Backtest(try point(Self.open + Self.closed))
        let permit = Decision(effect: .permit, determining: ["open"])
        let redact = Decision(effect: .forbid(remedy: .redact([.webToken])), determining: ["old"])
        let secret = Question.plain().finding("secret.jwt")
        for number in 0..<10 { backtest.add(exchange: "e\(number)", question: secret.json(), decision: permit.json()) }
        backtest.add(exchange: "same", .plain(), permit)
        backtest.add(exchange: "open", .plain(), redact)
        backtest.add(exchange: "hard", secret, redact)
        backtest.add(exchange: "broken", question: [], decision: [])
        backtest.add(exchange: "outside", .plain(), Decision(withoutEvaluationFor: "no connection"))
        #expect(backtest.total == 14)
        #expect(backtest.changed == 12)
        #expect(backtest.changes == [.newlyForbidden: 10, .newlyPermitted: 1, .otherRemedy: 1])
        #expect(backtest.examples[.newlyForbidden]?.map(\.exchange) == ["e0", "e1", "e2", "e3", "e4"])
        #expect(backtest.byPolicy == ["closed": 11, "open": 1])
        #expect(backtest.unreadable == 1)
    }

    @Test("What somebody outside decided is explained as such")
    func outside() throws {
        let point = try point(Self.open)
        let failed = point.explain(.plain(), Decision(withoutEvaluationFor: "no answer in time")).lines
        #expect(
            failed.suffix(3) == [
                "Answer: no: the outside decision point could not be asked, so nothing is permitted",
                "Note: the outside decision point said so; the policies here had permitted it",
                "Note: what it answered: no answer in time",
            ])
        let permitted = point.explain(.plain(), try Decision(evaluationResponse: Array(#"{"decision":true}"#.utf8)))
        #expect(permitted.answer == "yes")
    }
}
