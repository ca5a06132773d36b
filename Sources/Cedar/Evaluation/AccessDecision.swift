/// What a policy set says to a request, and why.
package struct AccessDecision: Hashable, Sendable {
    package enum Verdict: String, Hashable, Sendable {
        case allow, deny
    }

    /// A policy that applied to nobody because its condition failed.
    package struct Failure: Hashable, Sendable {
        package let policy: PolicyID
        package let effect: Effect
        package let error: EvaluationError

        package init(policy: PolicyID, effect: Effect, error: EvaluationError) {
            self.policy = policy
            self.effect = effect
            self.error = error
        }
    }

    package let verdict: Verdict
    /// The policies that made the verdict, in the order of the set: the forbids that apply; where there are none, the
    /// permits that apply. None where nothing applies, which denies.
    package let determining: [PolicyID]
    /// In the order of the set. Plain Cedar leaves these policies out and decides by the others.
    package let failures: [Failure]

    package init(verdict: Verdict, determining: [PolicyID], failures: [Failure]) {
        self.verdict = verdict
        self.determining = determining
        self.failures = failures
    }
}
