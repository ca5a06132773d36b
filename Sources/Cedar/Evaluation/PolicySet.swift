/// Policies that decide together, prepared for many decisions.
///
/// Preparing compiles every condition and files every policy by its scope, so that a decision costs in proportion to the
/// policies that can apply, not to those that exist. Value semantics; safe to share.
package struct PolicySet: Sendable {
    private final class Prepared: Sendable {
        let program: Program
        let rules: [Rule]
        let index: PolicyIndex

        init(_ policies: [CedarPolicy]) {
            var program = Program()
            var rules: [Rule] = []
            var index = PolicyIndex()
            rules.reserveCapacity(policies.count)
            for (position, policy) in policies.enumerated() {
                rules.append(
                    Rule(
                        effect: policy.effect, isFoundExactly: PolicyIndex.findsExactly(policy),
                        condition: program.add(policy.conditions)))
                index.add(policy, at: position)
            }
            self.program = program
            self.rules = rules
            self.index = index
        }
    }

    /// What deciding needs of a policy.
    private struct Rule: Sendable {
        let effect: Effect
        /// Whether being found by the index is all that its scope asks.
        let isFoundExactly: Bool
        /// Where its condition begins; nil where it has none.
        let condition: Program.Index?
    }

    /// Policies without slots and linked templates, in order.
    package let policies: [CedarPolicy]
    /// Templates: they decide nothing, but others can be linked from them.
    package let templates: [CedarPolicy]
    private let prepared: Prepared

    package static let empty = PolicySet(policies: [], templates: [])

    private init(policies: [CedarPolicy], templates: [CedarPolicy]) {
        self.policies = policies
        self.templates = templates
        self.prepared = Prepared(policies)
    }

    /// - Throws: an error of the code `duplicate` where two policies have one id.
    package init(_ policies: [CedarPolicy]) throws(CedarError) {
        var ids: Set<PolicyID> = []
        ids.reserveCapacity(policies.count)
        for policy in policies where !ids.insert(policy.id).inserted {
            throw CedarError(.duplicate, "two policies have the id `\(policy.id)`", at: policy.location)
        }
        self.init(policies: policies.filter { !$0.isTemplate }, templates: policies.filter(\.isTemplate))
    }

    /// Reads policies from a text; see `CedarParser.policies`.
    package init(parsing text: String) throws(CedarError) { try self.init(CedarParser.policies(text)) }

    package subscript(id: PolicyID) -> CedarPolicy? {
        self.policies.first { $0.id == id } ?? self.templates.first { $0.id == id }
    }

    /// Decides. Never fails: what cannot be evaluated is in the decision's `failures`.
    package func decide(_ request: AccessRequest, _ entities: Entities) -> AccessDecision {
        let scope = RequestScope(request, entities)
        let evaluation = Evaluation(self.prepared.program, request: request, entities: entities)
        var permits: [Int] = []
        var forbids: [Int] = []
        var failures: [Int: EvaluationError] = [:]
        for position in self.prepared.index.candidates(for: scope) {
            let rule = self.prepared.rules[position]
            guard rule.isFoundExactly || scope.fits(self.policies[position]) else { continue }
            if let condition = rule.condition {
                do throws(EvaluationError) {
                    guard try evaluation.boolean(condition) else { continue }
                } catch {
                    failures[position] = error
                    continue
                }
            }
            switch rule.effect {
            case .permit: permits.append(position)
            case .forbid: forbids.append(position)
            }
        }
        let determining = forbids.isEmpty ? permits : forbids
        return AccessDecision(
            verdict: forbids.isEmpty && !permits.isEmpty ? .allow : .deny,
            determining: Self.ordered(determining).map { self.policies[$0].id },
            failures: failures.sorted { $0.key < $1.key }.map {
                let policy = self.policies[$0.key]
                return AccessDecision.Failure(policy: policy.id, effect: policy.effect, error: $0.value)
            })
    }

    /// In the order of the set, each once: a policy that names several actions can be found several times.
    private static func ordered(_ positions: [Int]) -> [Int] {
        guard positions.count > 1 else { return positions }
        var ordered: [Int] = []
        ordered.reserveCapacity(positions.count)
        for position in positions.sorted() where ordered.last != position { ordered.append(position) }
        return ordered
    }
}
