import Cedar

/// What sets two bundles apart.
package struct PolicyDifference: Sendable {
    /// A question that the two decide differently.
    package struct Change: Sendable {
        /// The test's name, or the id of the exchange.
        package let name: String
        package let question: Question
        package let before: Decision
        package let after: Decision
    }

    /// Ids, sorted.
    package let added: [String]
    package let removed: [String]
    /// The same id, another policy. The file, layout and comments do not count.
    package let changed: [String]
    /// Of all questions that were put to both.
    package let decisions: [Change]
    package let questions: Int

    /// Compares two bundles, and what they decide of the tests of both and of these other questions.
    package init(
        _ before: CedarDecisionPoint, _ after: CedarDecisionPoint, questions: [(name: String, question: Question)] = []
    ) {
        let old = Dictionary(before.bundle.rules.map { ($0.id, $0.policy.description) }) { first, _ in first }
        let new = Dictionary(after.bundle.rules.map { ($0.id, $0.policy.description) }) { first, _ in first }
        self.added = new.keys.filter { old[$0] == nil }.sorted()
        self.removed = old.keys.filter { new[$0] == nil }.sorted()
        self.changed = old.keys.filter { id in new[id].map { $0 != old[id] } ?? false }.sorted()
        var seen: Set<Question> = []
        var changes: [Change] = []
        let tests = (before.bundle.tests + after.bundle.tests).map { (name: $0.name, question: $0.question) }
        for (name, question) in tests + questions where seen.insert(question).inserted {
            let change = Change(
                name: name, question: question, before: before.decide(question), after: after.decide(question))
            if !change.before.isSame(as: change.after) { changes.append(change) }
        }
        self.decisions = changes
        self.questions = seen.count
    }

    /// Whether nothing is different that matters.
    package var isEmpty: Bool {
        self.added.isEmpty && self.removed.isEmpty && self.changed.isEmpty && self.decisions.isEmpty
    }
}

extension Decision {
    /// Whether a caller could not tell the two apart.
    package func isSame(as other: Decision) -> Bool { self.effect == other.effect }

    /// In a few words: `forbid (redact) by secrets-stay`.
    package var words: String {
        let remedy = self.effect.remedy.map { " (\($0.name))" } ?? ""
        let policies = self.determining.isEmpty ? "by default" : "by \(self.determining.joined(separator: ", "))"
        return "\(self.effect.name)\(remedy) \(policies)"
    }
}
