import Cedar
import Detection

/// A decision in words that need no knowledge of the policy language: what was asked, who said no, and what would have
/// to be different.
package struct Explanation: Sendable {
    /// One policy and why it had a say, or had none.
    package struct Reason: Sendable {
        package let policy: String
        /// `file:line`.
        package let place: String
        /// In the words of whoever wrote the policy.
        package let message: String?
        package let controls: [String]
        /// What its scope and conditions say, each with whether it was so; nil where that could not be told.
        package let conditions: [(words: String, holds: Bool?)]
    }

    package let asked: String
    /// What was known that mattered, such as findings.
    package let known: [String]
    package let answer: String
    /// The policies that decided; where none did, those that could have permitted it.
    package let reasons: [Reason]
    /// What to do about it.
    package let advice: String?
    /// What should be known about this explanation.
    package let notes: [String]

    /// The whole as lines of text.
    package var lines: [String] {
        var lines = ["Asked:  \(self.asked)"]
        lines += self.known.map { "Known:  \($0)" }
        lines.append("Answer: \(self.answer)")
        for reason in self.reasons {
            lines.append("")
            lines.append("Policy \(reason.policy) (\(reason.place))")
            if let message = reason.message { lines.append("  says: \(message)") }
            for condition in reason.conditions {
                let mark = condition.holds.map { $0 ? "yes" : "no " } ?? " ? "
                lines.append("  \(mark)  \(condition.words)")
            }
            if !reason.controls.isEmpty {
                lines.append("  carries out \(reason.controls.joined(separator: ", "))")
            }
        }
        if let advice = self.advice { lines += ["", advice] }
        lines += self.notes.map { "Note: \($0)" }
        return lines
    }
}

extension Explanation {
    /// What can be said of a decision that somebody outside made.
    init(outside decision: Decision, _ question: Question) {
        self.asked = question.words
        self.known = question.facts
        self.answer = decision.isPermitted ? "yes" : "no" + (decision.message.map { ": \($0)" } ?? "")
        self.reasons = []
        self.advice = nil
        self.notes =
            ["the outside decision point said so; the policies here had permitted it"]
            + decision.failures.map { "what it answered: \($0.reason)" }
    }
}

extension CedarDecisionPoint {
    /// Explains a decision that was made about a question, by the policies that are here now.
    package func explain(_ question: Question, _ decision: Decision) -> Explanation {
        guard !decision.isOutside else { return Explanation(outside: decision, question) }
        let situations = self.situations(question)
        var reasons: [Explanation.Reason] = []
        var notes: [String] = []
        let named = decision.determining.compactMap { self.bundle[$0] }
        let isDefault = decision.determining.isEmpty && !decision.isPermitted
        if isDefault, let refused = situations.firstIndex(where: self.isRefusedByDefault) {
            reasons = self.candidates(situations[refused]).map {
                Self.reason($0, [situations[refused]], isSpoken: true)
            }
            if refused > 0 {
                let subject = question.onBehalfOf[refused - 1]
                notes.append("this is about the \(subject.kind) `\(subject.id)`, on whose behalf it is")
            }
        } else {
            reasons = named.map { Self.reason($0, situations, isSpoken: !decision.isPermitted) }
        }
        if named.count < decision.determining.count {
            let gone = decision.determining.filter { self.bundle[$0] == nil }
            notes.append("no longer there: \(gone.map { "`\($0)`" }.joined(separator: ", "))")
        }
        if !decision.bundle.isEmpty, decision.bundle != self.bundle.hash {
            notes.append("the policies have changed since; the conditions are those of today")
        }
        for failure in decision.failures {
            notes.append("policy `\(failure.policy)` could not be evaluated: \(failure.reason)")
        }
        if let shadow = decision.shadow {
            let policies = shadow.determining.map { "`\($0)`" }.joined(separator: ", ")
            notes.append(
                "with the policies in shadow it would be \(shadow.effect.name)\(policies.isEmpty ? "" : " by \(policies)")"
            )
        }
        return Explanation(
            asked: question.words, known: question.facts, answer: Self.answer(decision), reasons: reasons,
            advice: Self.advice(decision, isDefault: isDefault, hasReasons: !reasons.isEmpty), notes: notes)
    }

    private static func answer(_ decision: Decision) -> String {
        guard case .forbid(let remedy) = decision.effect else { return "yes" }
        let message = decision.message.map { ": \($0)" } ?? ""
        switch remedy {
        case nil: return "no\(message)"
        case .redact(let kinds)?:
            let what = kinds.map(\.rawValue).sorted().joined(separator: ", ")
            return "not as it is\(message). What was found is taken out (\(what)), and it is asked again"
        case .reroute(let model)?: return "not as it is\(message). The model `\(model)` is asked instead"
        case .disclose(let notice)?: return "not as it is. A notice is added: \(notice)"
        case .tokenise(let kinds)?:
            let what = kinds.map(\.rawValue).sorted().joined(separator: ", ")
            return
                "not as it is\(message). Surrogates stand for what was found (\(what)), and the answer has it again; it is asked again"
        case .review?: return "no\(message)"
        }
    }

    private static func advice(_ decision: Decision, isDefault: Bool, hasReasons: Bool) -> String? {
        guard !decision.isPermitted, hasReasons else { return nil }
        if isDefault {
            return "No policy permits this. It would be permitted if every line of one policy above said yes."
        }
        return decision.determining.count == 1
            ? "It would be different if one of the lines above said no."
            : "It would be different if, of each policy above, one line said no."
    }

    private static func reason(
        _ rule: PolicyRule, _ situations: [Situation], isSpoken: Bool
    ) -> Explanation.Reason {
        // Of a chain: whoever the policy had a say about.
        let situation = situations.first { $0.holds(rule.policy) == true } ?? situations.first
        var conditions = PlainWords.scope(rule.policy).map { part -> (words: String, holds: Bool?) in
            (part.words, situation.flatMap { $0.holds(part.only) })
        }
        for (expression, isTrue) in rule.policy.requirements {
            let holds = situation.flatMap { $0.holds(expression) }.map { $0 == isTrue }
            conditions.append((PlainWords.condition(expression, isTrue: isTrue), holds))
        }
        return Explanation.Reason(
            policy: rule.id, place: "\(rule.file):\(rule.policy.location.line)",
            message: isSpoken ? rule.message : nil,
            controls: rule.controls, conditions: conditions)
    }

    /// The permits for what was asked: what came closest to permitting. At most five.
    private func candidates(_ situation: Situation) -> [PolicyRule] {
        let permits = self.bundle.rules.lazy.filter { rule in
            rule.mode == .enforce && rule.policy.effect == .permit
                && situation.holds(CedarPolicy(id: rule.policy.id, effect: .permit, action: rule.policy.action)) == true
        }
        return Array(permits.prefix(5))
    }
}

/// A request and what is known of it, ready to try single conditions on.
struct Situation {
    let request: AccessRequest
    let entities: Entities

    /// Whether a policy applies; nil where it cannot be evaluated.
    func holds(_ policy: CedarPolicy) -> Bool? {
        let trial = CedarPolicy(
            id: "trial", effect: .permit, principal: policy.principal, action: policy.action,
            resource: policy.resource, conditions: policy.conditions)
        guard let set = try? PolicySet([trial]) else { return nil }
        let decision = set.decide(self.request, self.entities)
        return decision.failures.isEmpty ? decision.verdict == .allow : nil
    }

    /// Whether a condition holds; nil where it cannot be evaluated.
    func holds(_ expression: Expr) -> Bool? {
        self.holds(CedarPolicy(id: "trial", effect: .permit, conditions: [Condition(.when, expression)]))
    }
}

extension CedarPolicy {
    /// All that must be so, or must not be so, for the policy to apply where its scope fits.
    var requirements: [(expression: Expr, isTrue: Bool)] {
        self.conditions.flatMap { PlainWords.parts($0.body, $0.kind == .when, isAnd: true) }
    }
}

extension Question {
    /// What is asked, in a sentence.
    var words: String {
        let what = PlainWords.verb(self.action.name, of: self.resource.entity.uid)
        let behalf = self.onBehalfOf.map { " for the \($0.kind) `\($0.id)`" }.joined()
        return "may the \(self.principal.kind) `\(self.principal.id)`\(behalf) \(what)?"
    }

    /// What was known that a reader should see.
    var facts: [String] {
        var facts = self.findings.entries.map { entry in
            let kind = entry.family == "injection" ? "injection" : entry.kind
            return "\(PlainWords.found(kind)) was found, \(entry.count == 1 ? "once" : "\(entry.count) times"), "
                + "certainty \(entry.score) of 100"
        }
        if self.labels.confidentiality != .internal {
            facts.append("the content is \(self.labels.confidentiality.name)")
        }
        if !self.labels.isTrusted { facts.append("the content holds text from strangers") }
        if let useCase = self.useCase {
            facts.append("the use case is `\(useCase.id)`, of \(useCase.riskTier.name) risk")
        }
        if case .model(let model) = self.resource {
            facts.append(
                "the model is \(model.boundary == .local ? "within" : "outside") the organisation, at `\(model.provider)`"
            )
        }
        return facts
    }
}
