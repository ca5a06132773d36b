/// Finds the policies whose scope can fit a request without looking at the others.
///
/// Three levels: by action, by resource, by principal. On each a policy stands under the entity that it names with `==`,
/// or the one that it names with `in`, or else under the type that it names, or else among the rest. A request looks under
/// its entity, under its ancestors, its type, and the rest. What it finds fits, but for `is … in`, whose type is still to
/// be compared.
struct PolicyIndex: Sendable {
    typealias Position = Int

    private struct Level<Next: Sendable>: Sendable {
        var byEntity: [EntityUID: Next] = [:]
        var byAncestor: [EntityUID: Next] = [:]
        var byType: [EntityType: Next] = [:]
        var rest: Next?
    }

    private typealias ByPrincipal = Level<[Position]>
    private typealias ByResource = Level<ByPrincipal>

    private var byAction = Level<ByResource>()

    mutating func add(_ policy: CedarPolicy, at position: Position) {
        switch policy.action.kind {
        case .any: Self.add(policy, at: position, to: &self.byAction.rest)
        case .equal(let action): Self.add(policy, at: position, to: &self.byAction.byEntity[action])
        case .in(let actions):
            for action in Set(actions) { Self.add(policy, at: position, to: &self.byAction.byAncestor[action]) }
        }
    }

    private static func add(_ policy: CedarPolicy, at position: Position, to level: inout ByResource?) {
        var next = level.take() ?? ByResource()
        switch policy.resource.kind {
        case .equal(.entity(let uid)): self.add(policy, at: position, to: &next.byEntity[uid])
        case .in(.entity(let uid)), .isIn(_, .entity(let uid)):
            self.add(policy, at: position, to: &next.byAncestor[uid])
        case .is(let type), .isIn(let type, .slot): self.add(policy, at: position, to: &next.byType[type])
        case .any, .equal(.slot), .in(.slot): self.add(policy, at: position, to: &next.rest)
        }
        level = next
    }

    private static func add(_ policy: CedarPolicy, at position: Position, to level: inout ByPrincipal?) {
        var next = level.take() ?? ByPrincipal()
        switch policy.principal.kind {
        case .equal(.entity(let uid)): next.byEntity[uid, default: []].append(position)
        case .in(.entity(let uid)), .isIn(_, .entity(let uid)):
            next.byAncestor[uid, default: []].append(position)
        case .is(let type), .isIn(let type, .slot): next.byType[type, default: []].append(position)
        case .any, .equal(.slot), .in(.slot):
            var rest = next.rest.take() ?? []
            rest.append(position)
            next.rest = rest
        }
        level = next
    }

    /// Whether what the index finds of this policy always fits.
    static func findsExactly(_ policy: CedarPolicy) -> Bool {
        [policy.principal.kind, policy.resource.kind].allSatisfy {
            switch $0 {
            case .any, .is, .in(.entity), .equal(.entity): true
            case .isIn, .in(.slot), .equal(.slot): false
            }
        }
    }

    /// The positions of the policies that may apply; one may come more than once.
    func candidates(for scope: RequestScope) -> [Position] {
        var positions: [Position] = []
        Self.visit(self.byAction, scope.action, scope.actionAncestors) { byResource in
            Self.visit(byResource, scope.resource, scope.resourceAncestors) { byPrincipal in
                Self.visit(byPrincipal, scope.principal, scope.principalAncestors) { positions += $0 }
            }
        }
        return positions
    }

    private static func visit<Next>(
        _ level: Level<Next>, _ uid: EntityUID, _ ancestors: [EntityUID], _ body: (Next) -> Void
    ) {
        if !level.byEntity.isEmpty, let next = level.byEntity[uid] { body(next) }
        if !level.byAncestor.isEmpty {
            if let next = level.byAncestor[uid] { body(next) }
            for ancestor in ancestors {
                if let next = level.byAncestor[ancestor] { body(next) }
            }
        }
        if !level.byType.isEmpty, let next = level.byType[uid.type] { body(next) }
        if let next = level.rest { body(next) }
    }
}

/// The three entities of a request with what they are members of.
struct RequestScope {
    let principal: EntityUID
    let action: EntityUID
    let resource: EntityUID
    let principalAncestors: [EntityUID]
    let actionAncestors: [EntityUID]
    let resourceAncestors: [EntityUID]

    init(_ request: AccessRequest, _ entities: Entities) {
        self.principal = request.principal
        self.action = request.action
        self.resource = request.resource
        self.principalAncestors = entities.ancestors(of: request.principal)
        self.actionAncestors = entities.ancestors(of: request.action)
        self.resourceAncestors = entities.ancestors(of: request.resource)
    }

    /// Whether a policy's scope fits. A slot that is open fits nothing.
    func fits(_ policy: CedarPolicy) -> Bool {
        Self.fits(policy.principal, self.principal, self.principalAncestors)
            && Self.fits(policy.resource, self.resource, self.resourceAncestors) && self.fits(policy.action)
    }

    private func fits(_ constraint: ActionConstraint) -> Bool {
        switch constraint.kind {
        case .any: true
        case .equal(let action): self.action == action
        case .in(let actions):
            actions.contains { $0 == self.action } || actions.contains { self.actionAncestors.contains($0) }
        }
    }

    private static func fits(_ constraint: ScopeConstraint, _ uid: EntityUID, _ ancestors: [EntityUID]) -> Bool {
        switch constraint.kind {
        case .any: true
        case .equal(.entity(let expected)): uid == expected
        case .in(.entity(let ancestor)): uid == ancestor || ancestors.contains(ancestor)
        case .is(let type): uid.type == type
        case .isIn(let type, .entity(let ancestor)):
            uid.type == type && (uid == ancestor || ancestors.contains(ancestor))
        case .equal(.slot), .in(.slot), .isIn(_, .slot): false
        }
    }
}
