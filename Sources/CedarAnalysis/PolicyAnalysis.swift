// CedarAnalysis: what holds of a set of policies for every request that a schema allows.

package import Cedar
package import CedarSchema

/// Bounds of an analysis.
package struct AnalysisLimits: Sendable {
    /// How many cases one question may look at.
    package var cases: Int
    /// How many cases all questions together may look at.
    package var allCases: Int
    /// How many conditions may be evaluated, by a proof or by all questions together.
    package var evaluations: Int

    package init(cases: Int = 200_000, allCases: Int = 2_000_000, evaluations: Int = 10_000_000) {
        self.cases = cases
        self.allCases = allCases
        self.evaluations = evaluations
    }
}

/// The answer to whether a property holds.
package enum Proof: Sendable {
    /// No request that the schema allows is otherwise; found by looking at so many cases.
    case holds(cases: Int)
    case fails(Counterexample)
    /// Not decidable here: why.
    case undecidable(reason: String)
}

/// Finds what policies do to all requests that a schema allows, by looking at every case that their conditions can tell
/// apart (`Domains` says how few values stand for all).
///
/// Sound in both directions: “holds” means that no case is otherwise, taking every combination of facts for possible;
/// each counterexample was decided by the authoriser. Where conditions compute, or there are too many cases, the answer
/// is that it is not decidable here. Taken for granted: requests and entities conform to the schema, and every entity
/// that is referred to exists. Templates decide nothing and are left out.
package struct PolicyAnalysis: Sendable {
    package let schema: Schema
    package let policies: [CedarPolicy]
    package let limits: AnalysisLimits
    /// Policies that do not validate: nothing can be said of them, nor of properties.
    let invalid: [PolicyID]

    package init(_ policies: [CedarPolicy], _ schema: Schema, limits: AnalysisLimits = AnalysisLimits()) {
        self.schema = schema
        self.limits = limits
        let policies = policies.filter { !$0.isTemplate }
        let validator = Validator(schema)
        let invalid = policies.filter { policy in
            validator.validate(policy).contains { $0.severity == .error }
        }.map(\.id)
        self.invalid = invalid
        let refused = Set(invalid)
        self.policies = policies.filter { !refused.contains($0.id) }
    }

    /// Whether a property holds.
    ///
    /// A property is written like a policy: `forbid` says that no request in its scope that meets its conditions is
    /// permitted, `permit` that each of them is.
    package func prove(_ property: CedarPolicy) -> Proof {
        if let policy = self.invalid.first { return .undecidable(reason: "the policy `\(policy)` does not validate") }
        guard !property.isTemplate else { return .undecidable(reason: "a property has no slots") }
        if let finding = Validator(self.schema).validate(property).first(where: { $0.severity == .error }) {
            return .undecidable(reason: "the property does not validate: \(finding.message)")
        }
        guard let set = try? PolicySet(self.policies), let claim = try? PolicySet([property]) else {
            return .undecidable(reason: "two policies have one id")
        }
        var budget = AnalysisBudget(cases: self.limits.cases, evaluations: self.limits.evaluations)
        var unknown: String?
        for (environment, context) in self.contexts([property]) {
            guard let stated = context.clauses.last, self.applies(property, environment) else { continue }
            let others = context.clauses.dropLast()
            for goals in self.violations(of: stated, others) {
                var search = CaseSearch(context, budget) { example in
                    claim.decide(example.request, example.store).determining == [property.id]
                        && (set.decide(example.request, example.store).verdict == .allow)
                            == (property.effect == .forbid)
                }
                let outcome = search.run(goals)
                budget = search.budget
                switch outcome {
                case .none: break
                case .found(let example): return .fails(example)
                case .unknown(let reason): unknown = reason
                }
                guard !budget.isSpent else {
                    return .undecidable(reason: "there are more than \(self.limits.cases - max(0, budget.cases)) cases")
                }
            }
        }
        if let unknown { return .undecidable(reason: unknown) }
        return .holds(cases: self.limits.cases - budget.cases)
    }

    /// Each a way for a property to be broken.
    private func violations(of stated: Clause, _ others: ArraySlice<Clause>) -> [[Goal]] {
        let claim = Goal(clause: stated, isTrue: true)
        let forbids = others.filter { $0.policy.effect == .forbid }
        let permits = others.filter { $0.policy.effect == .permit }
        switch stated.policy.effect {
        case .forbid:
            let noForbid = forbids.map { Goal(clause: $0, isTrue: false) }
            return permits.map { [claim, Goal(clause: $0, isTrue: true)] + noForbid }
        case .permit:
            let noPermit = [claim] + permits.map { Goal(clause: $0, isTrue: false) }
            return forbids.map { [claim, Goal(clause: $0, isTrue: true)] } + [noPermit]
        }
    }

    // MARK: Kinds of requests

    /// Every kind of request with the policies that may apply to it, the extra clauses last.
    func contexts(
        _ extra: [CedarPolicy] = []
    ) -> some Sequence<(environment: RequestEnvironment, context: AnalysisContext)> {
        var tree = TermTree()
        let clauses = (self.policies + extra).map { Clause(policy: $0, conditions: tree.add($0)) }
        let shared = tree
        return self.schema.environments.lazy.filter { environment in
            extra.allSatisfy { self.applies($0, environment) }
        }.map { environment in
            let relevant = clauses.filter { self.applies($0.policy, environment) }
            let domains = Domains(self.schema, shared, environment, relevant)
            return (
                environment,
                AnalysisContext(
                    schema: self.schema, tree: shared, environment: environment, domains: domains, clauses: relevant)
            )
        }
    }

    func applies(_ policy: CedarPolicy, _ environment: RequestEnvironment) -> Bool {
        let scope = ScopeChecker(self.schema, environment, ScopeChecker.Slots(principal: nil, resource: nil))
        return scope.allows(policy.principal, environment.principal, nil) && scope.allows(policy.action)
            && scope.allows(policy.resource, environment.resource, nil)
    }
}
