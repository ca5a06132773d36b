package import Detection

/// The first day's policy: a short table of what to do about which findings.
///
/// Every rule that matches counts and the strictest wins: block, then redact, then allow. What no rule matches is permitted.
package struct RuleTable: DecisionPoint {
    private let rules: [Rule]

    package init(_ rules: [Rule]) { self.rules = rules }

    package func decide(_ question: Question) -> Decision {
        guard !question.findings.isEmpty else { return Decision(effect: .permit, determining: []) }
        let matching = self.rules.filter { $0.matches(question) }
        let blocking = matching.filter { $0.verdict == .block }
        if let first = blocking.first {
            return Decision(
                effect: .forbid(remedy: nil), determining: blocking.map(\.id),
                message: blocking.lazy.compactMap(\.message).first ?? "blocked by rule `\(first.id)`")
        }
        let redacting = matching.filter { $0.verdict == .redact }
        guard redacting.isEmpty else {
            let kinds = redacting.reduce(into: Set()) { $0.formUnion($1.kinds) }.intersection(question.findings.keys)
            return Decision(
                effect: .forbid(remedy: .redact(kinds)), determining: redacting.map(\.id),
                message: redacting.lazy.compactMap(\.message).first)
        }
        return Decision(effect: .permit, determining: matching.map(\.id))
    }
}

/// One line of the table.
package struct Rule: Hashable, Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
        case allow
        case redact
        case block
    }

    package let id: String
    package let kinds: Set<Finding.Kind>
    package let actions: Set<Question.Action>
    package let verdict: Verdict
    package let message: String?

    package init(
        id: String, kinds: Set<Finding.Kind>, actions: Set<Question.Action>, verdict: Verdict, message: String? = nil
    ) {
        self.id = id
        self.kinds = kinds
        self.actions = actions
        self.verdict = verdict
        self.message = message
    }

    fileprivate func matches(_ question: Question) -> Bool {
        self.actions.contains(question.action) && question.findings.keys.contains { self.kinds.contains($0) }
    }
}
