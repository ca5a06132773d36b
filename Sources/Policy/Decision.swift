// Policy says whether an exchange may go on, and why; it never parses and never acts.

package import Detection
package import Kernel

/// What policy is asked: may this principal do this with that model, given what was found?
package struct Question: Sendable {
    package enum Action: String, Sendable, CaseIterable {
        /// Send a request to a model.
        case infer
        /// Hand a model's answer to the caller.
        case release
    }

    package let principal: Principal
    package let action: Action
    /// The alias of the model.
    package let model: String
    /// What is in the content, by kind, as often as it was found.
    package let findings: [Finding.Kind: Int]

    package init(principal: Principal, action: Action, model: String, findings: [Finding.Kind: Int]) {
        self.principal = principal
        self.action = action
        self.model = model
        self.findings = findings
    }
}

/// The answer, with its reasons.
package struct Decision: Hashable, Sendable {
    package enum Effect: Hashable, Sendable {
        case permit
        /// Not as it is. With a remedy: apply it and ask again. Without: block.
        case forbid(remedy: Remedy?)
    }

    /// What would make a forbidden exchange acceptable.
    package enum Remedy: Hashable, Sendable {
        /// Take out what was found of these kinds.
        case redact(Set<Finding.Kind>)

        /// Stable, as it stands in events.
        package var name: String {
            switch self {
            case .redact: "redact"
            }
        }
    }

    package let effect: Effect
    /// The ids of the rules that made the difference; empty where the default did.
    package let determining: [String]
    /// What to tell the caller, in the words of whoever wrote the rule.
    package let message: String?

    package init(effect: Effect, determining: [String], message: String? = nil) {
        self.effect = effect
        self.determining = determining
        self.message = message
    }
}

/// Whoever answers questions: the built-in rule table today.
package protocol DecisionPoint: Sendable {
    /// Answers at once, from memory; the same question has the same answer until the policy changes.
    func decide(_ question: Question) -> Decision
}
