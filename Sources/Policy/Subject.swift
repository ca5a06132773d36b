import Cedar
package import Kernel

/// Who asks, with all that policy may know of it. Made once for a key or a session and used for many questions.
package struct Subject: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A person.
        case user
        /// A program that acts for itself.
        case service
        /// A program that plans its own steps.
        case agent
        /// A key that stands for nobody else.
        case key
    }

    package let kind: Kind
    package let id: String
    package let tenant: String?
    /// Of the identity provider; nested groups are resolved.
    package let groups: [String]
    package let teams: [String]
    package let roles: [String]
    /// The most confidential content that it may see; nil where nobody has said.
    package let clearance: Confidentiality?
    /// The id of the user who answers for it.
    package let owner: String?
    let entity: Entity

    package init(
        _ kind: Kind, id: String, tenant: String? = nil, groups: [String] = [], teams: [String] = [],
        roles: [String] = [], clearance: Confidentiality? = nil, owner: String? = nil
    ) {
        self.kind = kind
        self.id = id
        self.tenant = tenant
        self.groups = groups
        self.teams = teams
        self.roles = roles
        self.clearance = clearance
        self.owner = owner
        self.entity = Entity(
            uid: PolicySchema.subject(kind, id),
            attributes: .of([
                ("tenant", tenant.map { .entity(PolicySchema.tenant($0)) }),
                ("clearance", clearance.map { .long($0.rawValue) }),
                ("owner", owner.map { .entity(PolicySchema.subject(.user, $0)) }),
            ]),
            parents: groups.map(PolicySchema.group) + teams.map(PolicySchema.team) + roles.map(PolicySchema.role)
                + (tenant.map { [PolicySchema.tenant($0)] } ?? []))
    }

    /// Few have the same id and differ, so this is enough, and cheap.
    package func hash(into hasher: inout Hasher) { hasher.combine(self.id) }

    /// The same principal as the rest of Gatehouse names it. Whoever sits at the command line is a user who
    /// administers.
    package init(_ principal: Principal, roles: [String] = []) {
        switch principal.kind {
        case .user: self.init(.user, id: principal.id, roles: roles)
        case .service: self.init(.service, id: principal.id, roles: roles)
        case .agent: self.init(.agent, id: principal.id, roles: roles)
        case .operator: self.init(.user, id: principal.id, roles: roles + ["administrator"])
        }
    }
}
