/// One policy or template as it was written.
package struct CedarPolicy: Sendable {
    package let id: PolicyID
    package let effect: Effect
    /// In the order of writing; keys are unique.
    package let annotations: [Annotation]
    package let principal: ScopeConstraint
    package let action: ActionConstraint
    package let resource: ScopeConstraint
    /// `when` and `unless`, in the order of writing.
    package let conditions: [Condition]
    package let location: SourceLocation

    package init(
        id: PolicyID, effect: Effect, annotations: [Annotation] = [], principal: ScopeConstraint = .any,
        action: ActionConstraint = .any, resource: ScopeConstraint = .any, conditions: [Condition] = [],
        location: SourceLocation = .none
    ) {
        self.id = id
        self.effect = effect
        self.annotations = annotations
        self.principal = principal
        self.action = action
        self.resource = resource
        self.conditions = conditions
        self.location = location
    }

    /// Whether a slot is open: a template decides nothing before it is linked.
    package var isTemplate: Bool { self.principal.hasSlot || self.resource.hasSlot }

    /// The value of an annotation: nil where it is absent, empty where it was written without a value.
    package func annotation(_ key: Text) -> Text? {
        guard let annotation = self.annotations.first(where: { $0.key == key }) else { return nil }
        return annotation.value ?? ""
    }
}

/// The name of a policy within its set. From a text: `policy0`, `policy1`, … by position, until it is renamed.
package struct PolicyID: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let text: Text

    package init(_ text: Text) { self.text = text }
    package init(_ string: String) { self.text = Text(string) }
    package init(stringLiteral value: String) { self.text = Text(value) }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    package var description: String { self.text.string }
}

package enum Effect: String, Hashable, Sendable {
    case permit, forbid
}

/// `@key("value")`, or `@key` without a value.
package struct Annotation: Hashable, Sendable {
    package let key: Text
    package let value: Text?

    package init(key: Text, value: Text?) {
        self.key = key
        self.value = value
    }
}

/// What a policy's scope says of its principal or resource.
package struct ScopeConstraint: Sendable {
    package enum Kind: Hashable, Sendable {
        case any
        case equal(Reference)
        case `in`(Reference)
        case `is`(EntityType)
        case isIn(EntityType, Reference)
    }

    /// An entity, or the slot of a template (`?principal` in the principal's constraint, `?resource` in the resource's).
    package enum Reference: Hashable, Sendable {
        case entity(EntityUID)
        case slot
    }

    package let kind: Kind
    package let location: SourceLocation

    package init(_ kind: Kind, at location: SourceLocation = .none) {
        self.kind = kind
        self.location = location
    }

    package static let any = ScopeConstraint(.any)

    package var hasSlot: Bool {
        switch self.kind {
        case .any, .is: false
        case .equal(let reference), .in(let reference), .isIn(_, let reference): reference == .slot
        }
    }
}

/// What a policy's scope says of its action.
package struct ActionConstraint: Sendable {
    package enum Kind: Hashable, Sendable {
        case any
        case equal(EntityUID)
        /// `in X` and `in [X, Y]`.
        case `in`([EntityUID])
    }

    package let kind: Kind
    /// Whether `in` was written with brackets.
    package let isList: Bool
    package let location: SourceLocation

    package init(_ kind: Kind, isList: Bool = false, at location: SourceLocation = .none) {
        self.kind = kind
        self.isList = isList
        self.location = location
    }

    package static let any = ActionConstraint(.any)
}

/// `when { … }` or `unless { … }`.
package struct Condition: Sendable {
    package enum Kind: String, Hashable, Sendable {
        case when, unless
    }

    package let kind: Kind
    package let body: Expr

    package init(_ kind: Kind, _ body: Expr) {
        self.kind = kind
        self.body = body
    }
}
