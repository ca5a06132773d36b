// CedarSchema: what may be asked, and whether policies, entities and requests keep to it.

package import Cedar

/// What may be asked and what is known of those it is asked about: entity types, actions, and the types of contexts.
///
/// All names are resolved and all common types written out; both syntaxes, and several fragments together, become this.
package struct Schema: Sendable {
    /// One entity type.
    package struct EntityDefinition: Sendable {
        package let type: EntityType
        package let attributes: RecordType
        /// nil where entities of this type have no tags.
        package let tags: ValueType?
        /// All ids there are; nil where any id may be.
        package let choices: Set<Text>?
        /// What entities of this type may be members of, directly or through others.
        package let ancestors: Set<EntityType>
        package let annotations: [Annotation]
        package let location: SourceLocation
    }

    /// One action.
    package struct ActionDefinition: Sendable {
        package let uid: EntityUID
        package let principals: [EntityType]
        package let resources: [EntityType]
        package let context: RecordType
        package let parents: [EntityUID]
        package let ancestors: Set<EntityUID>
        package let annotations: [Annotation]
        package let location: SourceLocation
    }

    package let entityTypes: [EntityType: EntityDefinition]
    package let actions: [EntityUID: ActionDefinition]
    /// Sorted, so that whatever walks all of them does so in the same order each time.
    package let sortedActions: [EntityUID]
    /// Every pair of action types of which an action of the first may be a member of an action of the second.
    private let actionTypeAncestors: [EntityType: Set<EntityType>]

    init(entityTypes: [EntityType: EntityDefinition], actions: [EntityUID: ActionDefinition]) {
        self.entityTypes = entityTypes
        self.actions = actions
        self.sortedActions = actions.keys.sorted()
        var ancestors: [EntityType: Set<EntityType>] = [:]
        for action in actions.values {
            ancestors[action.uid.type, default: []].formUnion(action.ancestors.map(\.type))
        }
        self.actionTypeAncestors = ancestors
    }

    /// Reads and resolves one schema in the human syntax.
    package init(text: String, limits: SchemaLimits = SchemaLimits()) throws(CedarError) {
        try self.init([SchemaFragment(text: text, limits: limits)], limits: limits)
    }

    /// Reads and resolves one schema in the JSON form.
    package init(json: [UInt8], limits: SchemaLimits = SchemaLimits()) throws(CedarError) {
        try self.init([SchemaFragment(json: json, limits: limits)], limits: limits)
    }

    /// Resolves the names of fragments that belong together.
    /// - Throws: `CedarError` for names that mean nothing, shadow others or are declared twice, and for cycles.
    package init(_ fragments: [SchemaFragment], limits: SchemaLimits = SchemaLimits()) throws(CedarError) {
        var resolver = SchemaResolver(limits: limits)
        self = try resolver.resolve(fragments)
    }

    /// Whether policies may name the type. Action types always are: it is the actions that are declared.
    package func isKnown(_ type: EntityType) -> Bool { type.isAction || self.entityTypes[type] != nil }

    /// Whether an entity of the first type can be in one of the second: because it may be a member, or be the same.
    package func canBeIn(_ member: EntityType, _ group: EntityType) -> Bool {
        if member == group { return true }
        if let definition = self.entityTypes[member], definition.ancestors.contains(group) { return true }
        return self.actionTypeAncestors[member]?.contains(group) ?? false
    }

    /// Whether one action is another or a member of it; nil where the group is not declared.
    package func isIn(_ action: EntityUID, _ group: EntityUID) -> Bool? {
        guard self.actions[group] != nil else { return nil }
        return action == group || self.actions[action]?.ancestors.contains(group) ?? false
    }
}

extension Schema: ValueTyping {
    package func attributes(of type: EntityType) -> RecordType? { self.entityTypes[type]?.attributes }
    package func tags(of type: EntityType) -> ValueType? { self.entityTypes[type]?.tags }
    package func context(of action: EntityUID) -> RecordType? { self.actions[action]?.context }

    package var actionEntities: [Entity] {
        self.sortedActions.compactMap { uid in
            self.actions[uid].map { Entity(uid: uid, parents: $0.parents) }
        }
    }
}
