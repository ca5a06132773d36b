package import Detection

/// The answer to a question, with its reasons.
package struct Decision: Hashable, Sendable {
    package enum Effect: Hashable, Sendable {
        case permit
        /// Not as it is. With a remedy: apply it and ask again. Without: block.
        case forbid(remedy: Remedy?)
    }

    package let effect: Effect
    /// The ids of the policies that made the difference; empty where the default did.
    package let determining: [String]
    /// What to tell the caller, in the words of whoever wrote the policy; there is one wherever the effect is forbid.
    package let message: String?
    /// The controls of frameworks that the determining policies implement, such as `owasp-llm:LLM01`.
    package let controls: [String]
    /// The policies that could not be evaluated. One that forbids and could not be evaluated forbids.
    package let failures: [Failure]
    /// What would have been decided if the policies in shadow were enforced; nil where that is the same.
    package let shadow: Shadow?
    /// The hash of the policies that were in force.
    package let bundle: String

    package init(
        effect: Effect, determining: [String], message: String? = nil, controls: [String] = [],
        failures: [Failure] = [], shadow: Shadow? = nil, bundle: String = ""
    ) {
        self.effect = effect
        self.determining = determining
        self.message = message
        self.controls = controls
        self.failures = failures
        self.shadow = shadow
        self.bundle = bundle
    }

    package var isPermitted: Bool { self.effect == .permit }

    /// A policy that could not be evaluated, and why.
    package struct Failure: Hashable, Sendable {
        package let policy: String
        package let reason: String

        package init(policy: String, reason: String) {
            self.policy = policy
            self.reason = reason
        }
    }

    /// A decision that was not enforced.
    package struct Shadow: Hashable, Sendable {
        package let effect: Effect
        package let determining: [String]

        package init(effect: Effect, determining: [String]) {
            self.effect = effect
            self.determining = determining
        }
    }
}

/// What would make acceptable what is forbidden as it is.
package enum Remedy: Hashable, Sendable {
    /// Ask another model, the one of this alias.
    case reroute(model: String)
    /// Take out what was found of these kinds.
    case redact(Set<Finding.Kind>)
    /// Replace what was found of these kinds by tokens, and restore it in the answer.
    case tokenise(Set<Finding.Kind>)
    /// Add this notice to the answer.
    case disclose(notice: String)
    /// Let a person decide.
    case review

    /// Stable, as it stands in policies and events.
    package var name: String {
        switch self {
        case .reroute: "reroute"
        case .redact: "redact"
        case .tokenise: "tokenise"
        case .disclose: "disclose"
        case .review: "review"
        }
    }

    /// In the order in which several are applied: first what may make others unnecessary, last what costs a person
    /// time.
    static let names = ["reroute", "redact", "tokenise", "disclose", "review"]

    /// Why it cannot be applied by this version; nil where it can. Such a decision blocks.
    package var unavailability: String? {
        switch self {
        case .reroute, .redact, .tokenise, .disclose: nil
        case .review: "a person would have to agree, and this version cannot ask one"
        }
    }
}

/// Whoever answers questions.
package protocol DecisionPoint: Sendable {
    /// Answers at once, from memory; the same question has the same answer until the policies change.
    func decide(_ question: Question) -> Decision

    /// Whether the time makes no difference, so that an answer may be kept as long as the policies stay.
    var isTimeless: Bool { get }

    /// The hash of the bundle of policies that decides; nil where there is none.
    var bundleHash: String? { get }
}

extension DecisionPoint {
    package var bundleHash: String? { nil }
}
