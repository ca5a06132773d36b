import Cedar

extension Validator {
    /// What a policy names and the schema does not know, also where a condition is never looked at.
    func unknownNames(in policy: CedarPolicy, _ tree: TermTree) -> [ValidationFinding] {
        var findings: [ValidationFinding] = []
        for constraint in [policy.principal, policy.resource] {
            switch constraint.kind {
            case .any: break
            case .is(let type): self.check(type, at: constraint.location, of: policy, &findings)
            case .equal(let reference), .in(let reference):
                self.check(reference, at: constraint.location, of: policy, &findings)
            case .isIn(let type, let reference):
                self.check(type, at: constraint.location, of: policy, &findings)
                self.check(reference, at: constraint.location, of: policy, &findings)
            }
        }
        switch policy.action.kind {
        case .any: break
        case .equal(let uid): self.check(uid, at: policy.action.location, of: policy, &findings)
        case .in(let uids): for uid in uids { self.check(uid, at: policy.action.location, of: policy, &findings) }
        }
        for term in tree.terms {
            switch term.kind {
            case .literal(.entity(let uid)): self.check(uid, at: term.location, of: policy, &findings)
            case .isType(_, let type), .isTypeIn(_, let type, _):
                self.check(type, at: term.location, of: policy, &findings)
            default: break
            }
        }
        return findings
    }

    private func check(
        _ reference: ScopeConstraint.Reference, at location: SourceLocation, of policy: CedarPolicy,
        _ findings: inout [ValidationFinding]
    ) {
        if case .entity(let uid) = reference { self.check(uid, at: location, of: policy, &findings) }
    }

    private func check(
        _ type: EntityType, at location: SourceLocation, of policy: CedarPolicy, _ findings: inout [ValidationFinding]
    ) {
        guard !self.schema.isKnown(type) else { return }
        findings.append(
            ValidationFinding(.unknownEntityType, self.unknown(type), policy: policy.id, at: location))
    }

    private func check(
        _ uid: EntityUID, at location: SourceLocation, of policy: CedarPolicy, _ findings: inout [ValidationFinding]
    ) {
        if uid.type.isAction {
            guard self.schema.actions[uid] == nil else { return }
            findings.append(
                ValidationFinding(.unknownAction, self.unknown(action: uid), policy: policy.id, at: location))
        } else if let definition = self.schema.entityTypes[uid.type] {
            guard let message = definition.refusal(of: uid) else { return }
            findings.append(ValidationFinding(.unknownID, message, policy: policy.id, at: location))
        } else {
            self.check(uid.type, at: location, of: policy, &findings)
        }
    }

    func unknown(_ type: EntityType) -> String {
        let known = self.schema.entityTypes.keys.map(\.description)
        let qualified = known.filter { EntityType($0).basename == type.basename }
        let hint =
            qualified.count == 1
            ? "\nhint: did you mean `\(qualified[0])`?" : Spelling.hint(for: type.description, among: known)
        return "the schema has no entity type `\(type)`\(hint)"
    }

    func unknown(action uid: EntityUID) -> String {
        let known = self.schema.sortedActions
        let others = known.filter { $0.id == uid.id }
        let hint =
            others.count == 1
            ? "\nhint: did you mean `\(others[0])`?"
            : Spelling.hint(for: uid.description, among: known.map(\.description))
        return "the schema has no action `\(uid)`\(hint)"
    }

    // MARK: Scope

    /// A scope that no kind of request fits.
    func inapplicable(_ policy: CedarPolicy) -> ValidationFinding? {
        let actions = self.schema.actions.values.filter { self.allows(policy.action, $0.uid) }
        let fits = actions.contains { action in
            action.principals.contains { self.allows(policy.principal, $0) }
                && action.resources.contains { self.allows(policy.resource, $0) }
        }
        guard !fits else { return nil }
        let principals = actions.flatMap(\.principals)
        let resources = actions.flatMap(\.resources)
        var hint = ""
        if self.suggestsIn(policy.principal, principals) {
            hint = "\nhint: use `principal in` instead of `principal ==`"
        } else if self.suggestsIn(policy.resource, resources) {
            hint = "\nhint: use `resource in` instead of `resource ==`"
        }
        return ValidationFinding(
            .inapplicable, "no action of the schema applies to such a principal and such a resource\(hint)",
            policy: policy.id, at: policy.location)
    }

    private func allows(_ constraint: ActionConstraint, _ uid: EntityUID) -> Bool {
        switch constraint.kind {
        case .any: true
        case .equal(let wanted): wanted == uid
        case .in(let groups):
            groups.allSatisfy { self.schema.actions[$0] != nil }
                && groups.contains { self.schema.isIn(uid, $0) ?? false }
        }
    }

    /// By the hierarchy of entity types alone; a slot may be anything.
    private func allows(_ constraint: ScopeConstraint, _ type: EntityType) -> Bool {
        switch constraint.kind {
        case .any, .equal(.slot), .in(.slot): true
        case .equal(.entity(let uid)): uid.type == type
        case .in(.entity(let uid)): self.schema.canBeIn(type, uid.type)
        case .is(let wanted), .isIn(let wanted, .slot): wanted == type
        case .isIn(let wanted, .entity(let uid)): wanted == type && self.schema.canBeIn(type, uid.type)
        }
    }

    private func suggestsIn(_ constraint: ScopeConstraint, _ types: [EntityType]) -> Bool {
        guard case .equal(.entity(let uid)) = constraint.kind, !types.contains(uid.type) else { return false }
        return types.contains { self.schema.canBeIn($0, uid.type) }
    }
}

extension Schema.EntityDefinition {
    /// Why an id cannot be; nil where it can.
    func refusal(of uid: EntityUID) -> String? {
        guard let choices = self.choices, !choices.contains(uid.id) else { return nil }
        return "`\(uid)` is not one of the declared entities of type `\(self.type)`"
            + Spelling.hint(for: uid.id.string, among: choices.map(\.string))
    }
}
