import Cedar

extension PolicyAnalysis {
    /// Policies that do nothing, do too much or contradict each other, in the order of the set.
    ///
    /// Costs a search for each policy and each kind of request that it applies to, and a few more where something is
    /// found; bounded by the limits, and what they cut off is said to be undecided.
    package func findings() -> [AnalysisFinding] {
        var review = PolicyReview(self)
        return review.run()
    }
}

/// Asks of each policy what would be different without it.
private struct PolicyReview {
    private let analysis: PolicyAnalysis
    private let contexts: [AnalysisContext]
    private var budget: AnalysisBudget
    private var findings: [AnalysisFinding] = []
    /// Permits and forbids that others make superfluous: they are not counted as others any more, so that of two equal
    /// policies one is found and not both.
    private var superfluous: Set<PolicyID> = []
    private var unreachable: Set<PolicyID> = []

    private enum Answer {
        case yes, no
        case unknown(String)
    }

    init(_ analysis: PolicyAnalysis) {
        self.analysis = analysis
        self.budget = AnalysisBudget(
            cases: analysis.limits.allCases, evaluations: analysis.limits.evaluations)
        self.contexts = analysis.contexts().map(\.context)
    }

    mutating func run() -> [AnalysisFinding] {
        for policy in self.analysis.invalid {
            self.findings.append(
                AnalysisFinding(
                    code: .invalid, policy: policy, others: [], location: .none, message: "it does not validate"))
        }
        for policy in self.analysis.policies { self.reviewReach(of: policy) }
        // From the last to the first: of two policies that say the same, the later one is the superfluous one.
        for policy in self.analysis.policies.reversed() where !self.unreachable.contains(policy.id) {
            self.reviewNeed(for: policy)
        }
        for policy in self.analysis.policies where policy.effect == .permit && !self.unreachable.contains(policy.id) {
            self.reviewOverriding(of: policy)
        }
        let order = Dictionary(
            self.analysis.policies.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        return self.findings.enumerated().sorted {
            (order[$0.element.policy] ?? -1, $0.offset) < (order[$1.element.policy] ?? -1, $1.offset)
        }.map(\.element)
    }

    // MARK: Questions

    /// Whether no policy's condition is ever met, or a permit's always is.
    private mutating func reviewReach(of policy: CedarPolicy) {
        switch self.isImpossible({ clause, _ in [Goal(clause: clause, isTrue: true)] }, for: policy) {
        case .yes:
            self.unreachable.insert(policy.id)
            self.report(.unreachable, policy, [], "no request meets its conditions")
            return
        case .unknown(let reason):
            self.report(.undecided, policy, [], "whether it ever applies is not decidable here: \(reason)")
        case .no: break
        }
        guard policy.effect == .permit, self.appliesEverywhere(policy) else { return }
        if case .yes = self.isImpossible({ clause, _ in [Goal(clause: clause, isTrue: false)] }, for: policy) {
            self.report(.overBroad, policy, [], "it permits every request there is")
        }
    }

    /// Whether other policies with the same effect say all that this one says.
    private mutating func reviewNeed(for policy: CedarPolicy) {
        let kept = { [superfluous, unreachable] (clause: Clause) in
            clause.policy.effect == policy.effect && clause.policy.id != policy.id
                && !superfluous.contains(clause.policy.id) && !unreachable.contains(clause.policy.id)
        }
        let answer = self.isImpossible(
            { clause, others in
                [Goal(clause: clause, isTrue: true)] + others.filter(kept).map { Goal(clause: $0, isTrue: false) }
            }, for: policy)
        guard case .yes = answer else { return }
        self.superfluous.insert(policy.id)
        let others = self.single(among: policy, policy.effect).filter { !self.superfluous.contains($0) }
        let verb = policy.effect == .permit ? "permits" : "forbids"
        let message =
            others.first.map { "all that it \(verb) `\($0)` \(verb) already" }
            ?? "all that it \(verb) other policies \(verb == "permits" ? "permit" : "forbid") already"
        self.report(.shadowed, policy, Array(others.prefix(1)), message)
    }

    /// Whether some forbid always applies where this permit does.
    private mutating func reviewOverriding(of policy: CedarPolicy) {
        let answer = self.isImpossible(
            { clause, others in
                [Goal(clause: clause, isTrue: true)]
                    + others.filter { $0.policy.effect == .forbid }.map { Goal(clause: $0, isTrue: false) }
            }, for: policy)
        guard case .yes = answer else { return }
        let forbids = self.single(among: policy, .forbid)
        for forbid in forbids {
            guard let other = self.analysis.policies.first(where: { $0.id == forbid }) else { continue }
            guard self.single(among: other, .permit).contains(policy.id) else { continue }
            self.report(.contradictory, policy, [forbid], "it permits exactly what `\(forbid)` forbids")
            return
        }
        let message =
            forbids.first.map { "it never takes effect: `\($0)` forbids all that it permits" }
            ?? "it never takes effect: other policies forbid all that it permits"
        self.report(.overridden, policy, Array(forbids.prefix(1)), message)
    }

    /// The policies of an effect that each alone apply wherever this one does.
    private mutating func single(among policy: CedarPolicy, _ effect: Effect) -> [PolicyID] {
        var result: [PolicyID] = []
        for other in self.analysis.policies
        where other.effect == effect && other.id != policy.id && !self.unreachable.contains(other.id) {
            let answer = self.isImpossible(
                { clause, others in
                    [Goal(clause: clause, isTrue: true)]
                        + others.filter { $0.policy.id == other.id }.map { Goal(clause: $0, isTrue: false) }
                }, for: policy)
            if case .yes = answer { result.append(other.id) }
        }
        return result
    }

    // MARK: Searching

    /// Whether there is no case, of any kind of request that the policy applies to, with these goals.
    private mutating func isImpossible(
        _ goals: (Clause, [Clause]) -> [Goal], for policy: CedarPolicy
    ) -> Answer {
        var unknown: String?
        for context in self.contexts {
            guard let clause = context.clauses.first(where: { $0.policy.id == policy.id }) else { continue }
            guard !self.budget.isSpent else { return .unknown("there are more cases than are looked at") }
            let allowed = AnalysisBudget(
                cases: min(self.budget.cases, self.analysis.limits.cases), evaluations: self.budget.evaluations)
            let wanted = goals(clause, context.clauses)
            let sets = wanted.map { (goal: $0, set: try? PolicySet([$0.clause.policy])) }
            var search = CaseSearch(context, allowed) { example in
                sets.allSatisfy { goal, set in
                    set.map { !$0.decide(example.request, example.store).determining.isEmpty == goal.isTrue } ?? false
                }
            }
            let outcome = search.run(wanted)
            self.budget.cases -= allowed.cases - search.budget.cases
            self.budget.evaluations = search.budget.evaluations
            switch outcome {
            case .found: return .no
            case .none: break
            case .unknown(let reason): unknown = reason
            }
        }
        return unknown.map(Answer.unknown) ?? .yes
    }

    private func appliesEverywhere(_ policy: CedarPolicy) -> Bool {
        self.contexts.allSatisfy { context in context.clauses.contains { $0.policy.id == policy.id } }
    }

    private mutating func report(
        _ code: AnalysisFinding.Code, _ policy: CedarPolicy, _ others: [PolicyID], _ message: String
    ) {
        self.findings.append(
            AnalysisFinding(
                code: code, policy: policy.id, others: others, location: policy.location, message: message))
    }
}
