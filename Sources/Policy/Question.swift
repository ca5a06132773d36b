// Policy: says whether something may be done, and why; it never looks at content and never acts.

package import Cedar
package import Kernel

/// What policy is asked: may this principal do this with that, given what is known?
///
/// Whoever asks fills in what it knows; what is left out has the value that says so. A question can be written down and
/// asked again later (`json`).
package struct Question: Hashable, Sendable {
    package var principal: Subject
    /// On whose behalf the principal acts, nearest first; empty where it acts for itself.
    package var onBehalfOf: [Subject]
    package var action: Action
    package var resource: Resource
    /// What detectors found in the content and no remedy has taken out yet.
    package var findings: Findings
    package var labels: Labels
    package var time: Timestamp
    /// What the caller says it is for.
    package var purpose: String?
    package var useCase: UseCase?
    package var run: Run?
    package var approval: Approval?
    package var budgetRemaining: Microdollars?
    /// Where the request came from.
    package var source: AddressValue?
    /// Of a tool call; not recorded.
    package var arguments: ToolArguments?
    /// Whether the notice of a `disclose` remedy goes out with the answer.
    package var isDisclosed: Bool

    package init(
        principal: Subject, onBehalfOf: [Subject] = [], action: Action, resource: Resource,
        findings: Findings = Findings(), labels: Labels = Labels(), time: Timestamp
    ) {
        self.principal = principal
        self.onBehalfOf = onBehalfOf
        self.action = action
        self.resource = resource
        self.findings = findings
        self.labels = labels
        self.time = time
        self.isDisclosed = false
    }
}

/// What is to be done. Which actions there are is said by the schema.
package struct Action: Hashable, Sendable, CustomStringConvertible {
    /// As the schema and events name it.
    package var name: String { self.uid.id.string }
    /// As Cedar names it.
    package let uid: EntityUID

    package init(_ name: String) { self.uid = EntityUID(type: PolicySchema.action, id: Text(name)) }

    package var description: String { self.name }

    /// Send a request to a model.
    package static let infer = Action("infer")
    /// Hand a model's answer to the caller.
    package static let release = Action("release")
    /// Call a tool.
    package static let call = Action("call")
    /// Read from a collection.
    package static let retrieve = Action("retrieve")
    /// Put something into a collection or dataset.
    package static let store = Action("store")
}

/// How bad it is if somebody sees it who should not. Policies compare the rank.
package enum Confidentiality: Int64, Sendable, Comparable, CaseIterable {
    case `public` = 0
    case `internal` = 1
    case confidential = 2
    case restricted = 3

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// As events and tests name it.
    package var name: String { String(describing: self) }

    package init?(name: String) {
        guard let value = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = value
    }
}

/// How much harm a use can do (EU AI Act). Policies compare the rank.
package enum RiskTier: Int64, Sendable, Comparable, CaseIterable {
    case minimal = 0
    case limited = 1
    case high = 2
    case prohibited = 3

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// As events and tests name it.
    package var name: String { String(describing: self) }

    package init?(name: String) {
        guard let value = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = value
    }
}

/// What is known of content as a whole.
package struct Labels: Hashable, Sendable {
    package var confidentiality: Confidentiality
    /// Whether everything in it comes from somebody who may give instructions.
    package var isTrusted: Bool
    package var tags: Set<String>

    /// Content that nobody has labelled is internal and trusted.
    package init(confidentiality: Confidentiality = .internal, isTrusted: Bool = true, tags: Set<String> = []) {
        self.confidentiality = confidentiality
        self.isTrusted = isTrusted
        self.tags = tags
    }
}

/// What it is done for, as the inventory knows it.
package struct UseCase: Hashable, Sendable {
    package let id: String
    package let tenant: String?
    package let riskTier: RiskTier
    package let isApproved: Bool
    let entity: Entity

    package init(id: String, tenant: String? = nil, riskTier: RiskTier = .minimal, isApproved: Bool = false) {
        self.id = id
        self.tenant = tenant
        self.riskTier = riskTier
        self.isApproved = isApproved
        self.entity = Entity(
            uid: PolicySchema.useCase(id),
            attributes: .of([
                ("tenant", tenant.map { .entity(PolicySchema.tenant($0)) }), ("riskTier", .long(riskTier.rawValue)),
                ("approved", .boolean(isApproved)),
            ]))
    }
}

/// What an agent's run has used so far.
package struct Run: Hashable, Sendable {
    package let steps: Int64
    package let calls: Int64
    package let cost: Microdollars

    package init(steps: Int64, calls: Int64, cost: Microdollars) {
        self.steps = steps
        self.calls = calls
        self.cost = cost
    }
}

/// A person has agreed to exactly this.
package struct Approval: Hashable, Sendable {
    /// The person's id.
    package let by: String
    package let at: Timestamp
    /// The hash of what was shown to the person.
    package let arguments: String

    package init(by: String, at: Timestamp, arguments: String) {
        self.by = by
        self.at = at
        self.arguments = arguments
    }
}
