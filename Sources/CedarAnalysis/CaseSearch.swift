import Cedar
import CedarSchema

/// Looks for a case in which every goal is reached, by trying all values of all facts that matter.
///
/// A fact is asked for only when some goal cannot be decided without it, and a case is given up as soon as one goal is
/// missed; so the number of cases looked at is far below the product of all values. Each case that remains is made into
/// a request with entities and checked by deciding it.
struct CaseSearch {
    enum Outcome {
        /// There is no such case.
        case none
        case found(Counterexample)
        case unknown(String)
    }

    private let context: AnalysisContext
    private let confirm: (Counterexample) -> Bool
    /// What may still be spent.
    private(set) var budget: AnalysisBudget
    /// Why a case that was found could not be made into a request.
    private var doubt: String?
    private var found: Counterexample?

    /// `confirm` says whether a request is what was looked for, by asking the authoriser itself.
    init(_ context: AnalysisContext, _ budget: AnalysisBudget, confirm: @escaping (Counterexample) -> Bool) {
        self.context = context
        self.budget = budget
        self.confirm = confirm
    }

    mutating func run(_ goals: [Goal]) -> Outcome {
        let model = CaseModel(
            self.context.schema, self.context.tree, self.context.environment, self.context.domains)
        self.descend(model, goals)
        if let found = self.found { return .found(found) }
        if self.budget.isSpent { return .unknown("there are more cases than are looked at") }
        if let doubt = self.doubt ?? self.context.domains.problems.first { return .unknown(doubt) }
        return .none
    }

    private mutating func descend(_ model: CaseModel, _ goals: [Goal]) {
        guard !self.budget.isSpent, self.found == nil else { return }
        var open: [Goal] = []
        var wanted: Fact?
        for goal in goals {
            self.budget.evaluations -= 1
            switch model.truth(of: goal.clause) {
            case .yes where goal.isTrue, .no where !goal.isTrue: continue
            case .yes, .no:
                self.budget.cases -= 1
                return
            case .undefined:
                // What validates is always defined; if ever not, nothing is claimed.
                self.doubt = "the conditions of the policy `\(goal.clause.policy.id)` could not be decided"
                self.budget.cases -= 1
                return
            case .needs(let fact):
                open.append(goal)
                if wanted == nil { wanted = fact }
            }
        }
        guard let fact = wanted else {
            self.budget.cases -= 1
            self.examine(model)
            return
        }
        for value in model.candidates(for: fact) {
            self.descend(model.assuming(fact, value), open)
            guard !self.budget.isSpent, self.found == nil else { return }
        }
    }

    private mutating func examine(_ model: CaseModel) {
        // No entities are as this case says: a membership follows from others, or goes round in a circle.
        guard let example = model.counterexample() else { return }
        if self.confirm(example) {
            self.found = example
        } else if let reason = model.doubts.first {
            self.doubt = reason
        } else {
            self.doubt = "a case that was found could not be confirmed"
        }
    }
}

/// What a search may spend.
struct AnalysisBudget {
    /// Cases looked at.
    var cases: Int
    /// Conditions evaluated.
    var evaluations: Int

    var isSpent: Bool { self.cases <= 0 || self.evaluations <= 0 }
}

/// All that the cases of one kind of request have in common.
struct AnalysisContext {
    let schema: Schema
    let tree: TermTree
    let environment: RequestEnvironment
    let domains: Domains
    /// Those that can apply to this kind of request.
    let clauses: [Clause]
}
