extension CedarPolicy {
    /// The policy that this template becomes with its slots filled.
    /// - Throws: an error of the code `template` where a slot stays open or a value has no slot.
    package func linked(
        as id: PolicyID, principal: EntityUID? = nil, resource: EntityUID? = nil
    ) throws(CedarError) -> CedarPolicy {
        CedarPolicy(
            id: id, effect: self.effect, annotations: self.annotations,
            principal: try self.filled(self.principal, with: principal, "?principal"), action: self.action,
            resource: try self.filled(self.resource, with: resource, "?resource"), conditions: self.conditions,
            location: self.location)
    }

    /// This policy under another name.
    package func renamed(_ id: PolicyID) -> CedarPolicy {
        CedarPolicy(
            id: id, effect: self.effect, annotations: self.annotations, principal: self.principal, action: self.action,
            resource: self.resource, conditions: self.conditions, location: self.location)
    }

    private func filled(
        _ constraint: ScopeConstraint, with uid: EntityUID?, _ slot: String
    ) throws(CedarError) -> ScopeConstraint {
        guard let uid else {
            guard !constraint.hasSlot else {
                throw CedarError(.template, "the template `\(self.id)` needs a value for `\(slot)`")
            }
            return constraint
        }
        guard constraint.hasSlot else {
            throw CedarError(.template, "the template `\(self.id)` has no slot `\(slot)`")
        }
        let kind: ScopeConstraint.Kind =
            switch constraint.kind {
            case .equal: .equal(.entity(uid))
            case .in: .in(.entity(uid))
            case .isIn(let type, _): .isIn(type, .entity(uid))
            case .any, .is: constraint.kind
            }
        return ScopeConstraint(kind, at: constraint.location)
    }
}
