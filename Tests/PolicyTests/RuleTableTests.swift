import Detection
import Kernel
import Policy
import TestSupport
import Testing

@Suite("The rule table")
struct RuleTableTests {
    struct Case: Shown {
        let name: String
        let rules: [Rule]
        var action = Question.Action.infer
        let found: [Finding.Kind: Int]
        let effect: Decision.Effect
        var determining: [String] = []
        var message: String?
    }

    private static func rule(
        _ id: String, _ kinds: Set<Finding.Kind>, _ verdict: Rule.Verdict,
        on actions: Set<Question.Action> = [.infer, .release],
        saying message: String? = nil
    ) -> Rule {
        Rule(id: id, kinds: kinds, actions: actions, verdict: verdict, message: message)
    }

    static let cases: [Case] = [
        Case(name: "No rules permit whatever was found", rules: [], found: [.email: 1], effect: .permit),
        Case(
            name: "Nothing found is permitted, whatever the rules", rules: [rule("r", .all, .block)], found: [:],
            effect: .permit),
        Case(
            name: "A kind of no rule is permitted", rules: [rule("r", [.card], .block)], found: [.email: 3],
            effect: .permit),
        Case(
            name: "A rule to allow permits and is named", rules: [rule("r", [.email], .allow)], found: [.email: 1],
            effect: .permit, determining: ["r"]),
        Case(
            name: "A rule to redact forbids with the remedy", rules: [rule("r", [.email], .redact)], found: [.email: 1],
            effect: .forbid(remedy: .redact([.email])), determining: ["r"]),
        Case(
            name: "A rule to redact carries its message", rules: [rule("r", [.email], .redact, saying: "no mail")],
            found: [.email: 1], effect: .forbid(remedy: .redact([.email])), determining: ["r"], message: "no mail"),
        Case(
            name: "A rule to block forbids without a remedy", rules: [rule("r", [.card], .block, saying: "no cards")],
            found: [.card: 1], effect: .forbid(remedy: nil), determining: ["r"], message: "no cards"),
        Case(
            name: "A rule to block without a message is named in one", rules: [rule("r", [.card], .block)],
            found: [.card: 1],
            effect: .forbid(remedy: nil), determining: ["r"], message: "blocked by rule `r`"),
        Case(
            name: "Block is stricter than redact and allow, wherever it stands",
            rules: [
                rule("a", [.email], .allow), rule("r", [.email], .redact), rule("b", [.email], .block, saying: "no"),
            ],
            found: [.email: 1], effect: .forbid(remedy: nil), determining: ["b"], message: "no"),
        Case(
            name: "Block for one kind stops what another rule would redact",
            rules: [rule("b", [.card], .block, saying: "no"), rule("r", [.email], .redact)],
            found: [.email: 1, .card: 2],
            effect: .forbid(remedy: nil), determining: ["b"], message: "no"),
        Case(
            name: "Redact is stricter than allow", rules: [rule("r", [.email], .redact), rule("a", [.email], .allow)],
            found: [.email: 1], effect: .forbid(remedy: .redact([.email])), determining: ["r"]),
        Case(
            name: "Rules to redact add up, and only what was found is taken out",
            rules: [rule("r", [.email, .phone], .redact), rule("s", [.card, .email], .redact, saying: "private")],
            found: [.email: 1, .card: 1], effect: .forbid(remedy: .redact([.email, .card])), determining: ["r", "s"],
            message: "private"),
        Case(
            name: "All rules that block are named, and the first message counts",
            rules: [
                rule("b", [.card], .block), rule("c", [.email], .block, saying: "second"),
                rule("d", [.email], .block, saying: "third"),
            ],
            found: [.email: 1, .card: 1], effect: .forbid(remedy: nil), determining: ["b", "c", "d"], message: "second"),
        Case(
            name: "A rule for requests does not hold for answers", rules: [rule("r", [.email], .block, on: [.infer])],
            action: .release, found: [.email: 1], effect: .permit),
        Case(
            name: "A rule for answers holds for answers",
            rules: [rule("r", [.email], .block, on: [.release], saying: "no")],
            action: .release, found: [.email: 1], effect: .forbid(remedy: nil), determining: ["r"], message: "no"),
        Case(
            name: "A rule for nothing never holds", rules: [rule("r", .all, .block, on: [])], found: [.email: 1],
            effect: .permit),
        Case(
            name: "A rule for a family holds for its kinds", rules: [rule("r", .family(.secret), .block, saying: "no")],
            found: [.githubToken: 1], effect: .forbid(remedy: nil), determining: ["r"], message: "no"),
        Case(
            name: "A rule for a family does not hold for the other", rules: [rule("r", .family(.secret), .block)],
            found: [.email: 1], effect: .permit),
        Case(
            name: "How often a kind was found makes no difference", rules: [rule("r", [.email], .redact)],
            found: [.email: 99],
            effect: .forbid(remedy: .redact([.email])), determining: ["r"]),
    ]

    @Test("The strictest rule that matches decides, and says so", arguments: Self.cases)
    func decides(_ row: Case) {
        let decision = RuleTable(row.rules).decide(Self.question(row.action, row.found))
        #expect(decision.effect == row.effect)
        #expect(decision.determining == row.determining)
        #expect(decision.message == row.message)
    }

    @Test("Asked again without what was redacted, the table permits", arguments: Self.cases)
    func remediesHelp(_ row: Case) {
        let table = RuleTable(row.rules)
        guard case .forbid(remedy: .redact(let kinds)?) = table.decide(Self.question(row.action, row.found)).effect
        else { return }
        #expect(!kinds.isEmpty)
        let rest = row.found.filter { !kinds.contains($0.key) }
        #expect(table.decide(Self.question(row.action, rest)).effect == .permit)
    }

    @Test("What stands in events is stable")
    func names() {
        #expect(Decision.Remedy.redact([.email]).name == "redact")
        #expect(Question.Action.allCases.map(\.rawValue) == ["infer", "release"])
        #expect(Rule.Verdict.allCases.map(\.rawValue) == ["allow", "redact", "block"])
    }

    private static func question(_ action: Question.Action, _ found: [Finding.Kind: Int]) -> Question {
        Question(principal: Principal(kind: .service, id: "key_1"), action: action, model: "owl", findings: found)
    }
}
