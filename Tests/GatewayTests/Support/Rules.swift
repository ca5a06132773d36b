import Detection
import Policy

/// A decision point for tests of the path: a table of what to do about which findings. The strictest rule that matches
/// holds, and what none matches is permitted.
struct Rules: DecisionPoint {
    let rules: [Rule]
    let isTimeless = true

    init(_ rules: [Rule]) { self.rules = rules }

    func decide(_ question: Question) -> Decision {
        let matching = self.rules.filter { rule in
            rule.actions.contains(question.action) && question.findings.kinds.contains { rule.kinds.contains($0) }
        }
        let blocking = matching.filter { $0.verdict == .block }
        if let first = blocking.first {
            return Decision(
                effect: .forbid(remedy: nil), determining: blocking.map(\.id),
                message: first.message ?? "blocked by rule `\(first.id)`")
        }
        guard !matching.isEmpty else { return Decision(effect: .permit, determining: []) }
        let kinds = matching.reduce(into: Set()) { $0.formUnion($1.kinds) }.intersection(question.findings.kinds)
        return Decision(
            effect: .forbid(remedy: .redact(kinds)), determining: matching.map(\.id), message: "redacted")
    }
}

/// One line of the table.
struct Rule: Sendable {
    enum Verdict: Sendable { case redact, block }

    let id: String
    let kinds: Set<Finding.Kind>
    let actions: Set<Action>
    let verdict: Verdict
    var message: String?

    /// For both ways.
    static func redact(_ kinds: Set<Finding.Kind>) -> Rule {
        Rule(id: "redact", kinds: kinds, actions: [.infer, .release], verdict: .redact)
    }

    static func block(_ kinds: Set<Finding.Kind>, _ message: String? = nil) -> Rule {
        Rule(id: "block", kinds: kinds, actions: [.infer, .release], verdict: .block, message: message)
    }
}
