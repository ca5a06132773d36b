package import Cedar

/// Bounds of validating one policy.
package struct ValidationLimits: Sendable {
    /// How many terms are looked at: those of the policy, once for each kind of request.
    package var steps: Int

    package init(steps: Int = 20_000_000) { self.steps = steps }
}

/// Checks policies, entities and requests against a schema, strictly: what passes cannot go wrong at run time but for
/// overflowing numbers and entities that do not exist.
package struct Validator: Sendable {
    package let schema: Schema
    package let limits: ValidationLimits

    package init(_ schema: Schema, limits: ValidationLimits = ValidationLimits()) {
        self.schema = schema
        self.limits = limits
    }

    /// Checks policies and templates. Sorted by policy and place; empty where all is well.
    package func validate(_ policies: some Sequence<CedarPolicy>) -> [ValidationFinding] {
        policies.flatMap { self.validate($0) }
    }

    /// Checks one policy or template.
    package func validate(_ policy: CedarPolicy) -> [ValidationFinding] {
        var tree = TermTree()
        let conditions = tree.add(policy)
        var findings = Set(self.unknownNames(in: policy, tree))
        if let finding = self.inapplicable(policy) { findings.insert(finding) }
        var isPossible = false
        var steps = self.limits.steps
        for environment in self.schema.environments {
            for slots in self.slots(of: policy, environment) {
                steps -= 1
                let scope = ScopeChecker(self.schema, environment, slots)
                guard scope.allows(policy.principal, environment.principal, slots.principal) else { continue }
                if let finding = self.list(policy) { findings.insert(finding) }
                guard scope.allows(policy.action),
                    scope.allows(policy.resource, environment.resource, slots.resource)
                else { continue }
                var checker = TypeChecker(self.schema, tree, environment, policy: policy.id, steps: steps)
                if checker.check(conditions) { isPossible = true }
                steps = checker.steps
                findings.formUnion(checker.findings)
            }
            guard steps > 0 else {
                findings.insert(
                    ValidationFinding(
                        .tooComplex, "checking this policy takes more than \(self.limits.steps) steps",
                        policy: policy.id, at: policy.location))
                break
            }
        }
        if !isPossible, !findings.contains(where: { $0.severity == .error }) {
            findings.insert(
                ValidationFinding(
                    .impossible, "this policy never applies: no request makes its conditions true",
                    policy: policy.id, at: policy.location, severity: .warning))
        }
        return findings.sorted()
    }

    /// For a template: which types of entities its slots may be filled with, for this kind of request.
    private func slots(of policy: CedarPolicy, _ environment: RequestEnvironment) -> [ScopeChecker.Slots] {
        let principals = self.types(of: policy.principal, environment.principal)
        let resources = self.types(of: policy.resource, environment.resource)
        return principals.flatMap { principal in
            resources.map { ScopeChecker.Slots(principal: principal, resource: $0) }
        }
    }

    private func types(of constraint: ScopeConstraint, _ type: EntityType) -> [EntityType?] {
        switch constraint.kind {
        case .equal(.slot): [type]
        case .in(.slot), .isIn(_, .slot):
            [type] + (self.schema.entityTypes[type]?.ancestors.subtracting([type]).sorted() ?? [])
        default: [nil]
        }
    }

    /// `action in […]` is a set literal, and as such has elements, all of the same type.
    private func list(_ policy: CedarPolicy) -> ValidationFinding? {
        guard case .in(let uids) = policy.action.kind, policy.action.isList else { return nil }
        guard let first = uids.first else {
            return ValidationFinding(
                .emptySet, "`action in []` names no action", policy: policy.id, at: policy.action.location)
        }
        guard let other = uids.first(where: { $0.type != first.type }) else { return nil }
        return ValidationFinding(
            .incompatibleTypes, "a set holds `\(first.type)` and `\(other.type)`: all elements must have the same type",
            policy: policy.id, at: policy.action.location)
    }
}

/// Decides for one kind of request whether a scope may let it pass.
package struct ScopeChecker {
    /// The types of what fills a template's slots.
    package struct Slots {
        let principal: EntityType?
        let resource: EntityType?

        package init(principal: EntityType?, resource: EntityType?) {
            self.principal = principal
            self.resource = resource
        }
    }

    let schema: Schema
    let environment: RequestEnvironment

    package init(_ schema: Schema, _ environment: RequestEnvironment, _ slots: Slots) {
        self.schema = schema
        self.environment = environment
    }

    /// Whether an entity of the type may pass.
    package func allows(_ constraint: ScopeConstraint, _ type: EntityType, _ slot: EntityType?) -> Bool {
        func referred(_ reference: ScopeConstraint.Reference) -> EntityType {
            switch reference {
            case .entity(let uid): uid.type
            case .slot: slot ?? type
            }
        }
        switch constraint.kind {
        case .any: return true
        case .equal(let reference): return referred(reference) == type
        case .in(let reference): return self.schema.canBeIn(type, referred(reference))
        case .is(let wanted): return wanted == type
        case .isIn(let wanted, let reference): return wanted == type && self.schema.canBeIn(type, referred(reference))
        }
    }

    /// Whether the environment's action passes.
    package func allows(_ constraint: ActionConstraint) -> Bool {
        switch constraint.kind {
        case .any: true
        case .equal(let uid): uid == self.environment.action.uid
        case .in(let groups): groups.contains { self.schema.isIn(self.environment.action.uid, $0) ?? false }
        }
    }
}
