package import Cedar
import CedarSchema
import Detection

/// Answers questions by the policies of a bundle.
///
/// Stricter than plain Cedar: what nothing permits is refused, a question that the schema does not know is refused, and
/// a forbid that cannot be evaluated forbids. Whoever acts on behalf of others may do only what all of them may.
///
/// Made once for a bundle; deciding takes no lock, waits for nothing and costs in proportion to the policies whose
/// scope fits.
package struct CedarDecisionPoint: DecisionPoint {
    /// How many may stand behind one another.
    package static let longestChain = 8

    package let bundle: PolicyBundle
    package let isTimeless: Bool
    private let prepared: Prepared

    private final class Prepared: Sendable {
        let enforced: PolicySet
        /// With the policies in shadow; nil where there is none.
        let everything: PolicySet?
        let rules: [PolicyID: Reason]
        let actions: [EntityUID: Applicability]
        /// The actions with their groups.
        let entities: Entities

        init(_ bundle: PolicyBundle) throws(CedarError) {
            let enforced = bundle.rules.filter { $0.mode == .enforce }
            self.enforced = try PolicySet(enforced.map(\.policy))
            self.everything =
                enforced.count == bundle.rules.count ? nil : try PolicySet(bundle.rules.map(\.policy))
            self.rules = Dictionary(bundle.rules.map { ($0.policy.id, Reason($0)) }) { first, _ in first }
            self.entities = try Entities(bundle.schema.actionEntities)
            self.actions = Self.actions(bundle.schema, enforced)
        }

        private static func actions(_ schema: Schema, _ rules: [PolicyRule]) -> [EntityUID: Applicability] {
            let permits = rules.filter { $0.policy.effect == .permit && $0.message != nil }
            return schema.actions.mapValues { action in
                Applicability(
                    principals: Set(action.principals), resources: Set(action.resources),
                    arguments: Self.arguments(action.context),
                    refusal: permits.first { Self.mayFit($0.policy.action, action.uid, schema) }?.message)
            }
        }

        private static func arguments(_ context: RecordType) -> RecordType? {
            guard case .record(let type)? = context.attributes["arguments"]?.type else { return nil }
            return type
        }

        private static func mayFit(_ constraint: ActionConstraint, _ action: EntityUID, _ schema: Schema) -> Bool {
            switch constraint.kind {
            case .any: true
            case .equal(let uid): uid == action
            case .in(let groups): groups.contains { schema.isIn(action, $0) ?? false }
            }
        }
    }

    /// What a decision says of a policy; one reference, because it is handed around.
    private final class Reason: Sendable {
        let id: String
        let isForbid: Bool
        let remedy: Remedy?
        let message: String?
        let controls: [String]

        init(_ rule: PolicyRule) {
            self.id = rule.id
            self.isForbid = rule.policy.effect == .forbid
            self.remedy = rule.remedy
            self.message = rule.message
            self.controls = rule.controls
        }
    }

    /// Why a question cannot be put to Cedar.
    private struct SituationError: Error {
        let message: String
    }

    /// Whom and what an action is for, and what to say where nothing permits it.
    private struct Applicability: Sendable {
        let principals: Set<EntityType>
        let resources: Set<EntityType>
        /// Of a tool whose input is known.
        let arguments: RecordType?
        let refusal: String?
    }

    /// - Throws: what the policy set says; a bundle has nothing that would make it.
    package init(_ bundle: PolicyBundle) throws(CedarError) {
        self.bundle = bundle
        self.prepared = try Prepared(bundle)
        // The only thing in a context that changes by itself is `context.time`.
        self.isTimeless = !bundle.rules.contains { $0.policy.description.contains("time") }
    }

    package func decide(_ question: Question) -> Decision {
        var decision = self.decide(question, self.prepared.enforced)
        if let everything = self.prepared.everything {
            let shadow = self.decide(question, everything)
            decision.shadow =
                shadow.effect == decision.effect
                ? nil : Decision.Shadow(effect: shadow.effect, determining: shadow.determining)
        }
        return Decision(
            effect: decision.effect, determining: decision.determining, message: decision.message,
            controls: decision.controls, failures: decision.failures, shadow: decision.shadow,
            bundle: self.bundle.hash)
    }

    package var bundleHash: String? { self.bundle.hash }

    // MARK: The chain

    private func decide(_ question: Question, _ policies: PolicySet) -> Verdict {
        guard question.onBehalfOf.count <= Self.longestChain else {
            return .refused("acts on behalf of more than \(Self.longestChain), one after the other")
        }
        var verdict = self.decide(question, policies, as: question.principal, for: question.onBehalfOf[...])
        for (position, subject) in question.onBehalfOf.enumerated() {
            guard verdict.isPermitted || verdict.remedies != nil else { return verdict }
            verdict.join(
                self.decide(question, policies, as: subject, for: question.onBehalfOf[(position + 1)...]),
                of: subject)
        }
        return verdict.settled(question)
    }

    /// Decides for one of the chain, as if it had asked itself.
    private func decide(
        _ question: Question, _ policies: PolicySet, as subject: Subject, for others: ArraySlice<Subject>
    ) -> Verdict {
        guard let action = self.prepared.actions[question.action.uid] else {
            return .refused("`\(question.action.name)` is no action")
        }
        guard action.principals.contains(subject.entity.uid.type),
            action.resources.contains(question.resource.entity.uid.type)
        else {
            return .refused("`\(question.action.name)` is nothing that one does with a \(question.resource.typeName)")
        }
        let situation: Situation
        do throws(SituationError) { situation = try self.situation(question, as: subject, for: others) } catch {
            return .refused(error.message)
        }
        return self.verdict(policies.decide(situation.request, situation.entities), refusal: action.refusal)
    }

    /// The request as Cedar takes it.
    private func situation(
        _ question: Question, as subject: Subject, for others: ArraySlice<Subject>
    ) throws(SituationError) -> Situation {
        let arguments = try self.arguments(question)
        let resource = question.resource.entity
        var known = [subject.entity, resource]
        if let useCase = question.useCase { known.append(useCase.entity) }
        if let user = others.last, user.kind == .user, user.entity.uid != subject.entity.uid {
            known.append(user.entity)
        }
        do throws(CedarError) {
            return Situation(
                request: AccessRequest(
                    principal: subject.entity.uid, action: question.action.uid, resource: resource.uid,
                    context: question.context(for: others, arguments: arguments)),
                entities: try self.prepared.entities.adding(known))
        } catch {
            throw SituationError(message: "what is known of the request contradicts itself: \(error.message)")
        }
    }

    /// What the tool's schema knows of the arguments of a call.
    private func arguments(_ question: Question) throws(SituationError) -> RecordValue? {
        guard let type = self.prepared.actions[question.action.uid]?.arguments else { return nil }
        guard let arguments = question.arguments else {
            throw SituationError(message: "the arguments of the call are not known")
        }
        do throws(PolicyFormatError) { return try arguments.value(type) } catch {
            throw SituationError(message: "the arguments are not what the tool takes: \(error)")
        }
    }

    /// The action that a call of this tool is: its own where its input is known, or else `call`.
    package func action(for tool: ToolFacts) -> Action {
        let own = Action(tool.id)
        return self.prepared.actions[own.uid] == nil ? .call : own
    }

    /// Whether nothing permits it and nothing forbids it.
    func isRefusedByDefault(_ situation: Situation) -> Bool {
        let decision = self.prepared.enforced.decide(situation.request, situation.entities)
        return decision.verdict == .deny && decision.determining.isEmpty
    }

    /// What is asked of each of the chain, the principal first; those that contradict themselves are left out.
    func situations(_ question: Question) -> [Situation] {
        let chain = [question.principal] + question.onBehalfOf.prefix(Self.longestChain)
        return chain.indices.compactMap { position in
            try? self.situation(question, as: chain[position], for: chain[(position + 1)...])
        }
    }

    private func verdict(_ decision: AccessDecision, refusal: String?) -> Verdict {
        let failures = decision.failures.map {
            Decision.Failure(policy: $0.policy.description, reason: $0.error.description)
        }
        let failed = decision.failures.filter { $0.effect == .forbid }.map(\.policy)
        if decision.verdict == .allow, failed.isEmpty {
            let rules = decision.determining.compactMap { self.prepared.rules[$0] }
            return Verdict(
                remedies: nil, isPermitted: true, determining: rules.map(\.id), message: nil,
                controls: rules.flatMap(\.controls), failures: failures)
        }
        // Where nothing applied, or only permits did and a forbid failed, no forbid is among them.
        let forbids = decision.determining.compactMap { self.prepared.rules[$0] }.filter(\.isForbid)
        let broken = failed.compactMap { self.prepared.rules[$0] }
        let rules = forbids + broken
        guard !rules.isEmpty else {
            return Verdict(
                remedies: nil, isPermitted: false, determining: [], message: refusal ?? "no policy permits it",
                controls: [], failures: failures)
        }
        let remedies = forbids.compactMap(\.remedy)
        let isRemedied = broken.isEmpty && remedies.count == forbids.count
        // What cannot be remedied is what to speak of.
        let speaking = isRemedied ? forbids : forbids.filter { $0.remedy == nil }
        let message =
            speaking.lazy.compactMap(\.message).first ?? speaking.first.map { "policy `\($0.id)` forbids it" }
            ?? broken.first.map { "policy `\($0.id)` could not be evaluated" }
        return Verdict(
            remedies: isRemedied ? remedies : nil, isPermitted: false, determining: rules.map(\.id), message: message,
            controls: rules.flatMap(\.controls), failures: failures)
    }
}
