/// The types of values, as a schema gives them.
package indirect enum ValueType: Hashable, Sendable {
    case boolean, long, string
    case entity(EntityType)
    case set(ValueType)
    case record(RecordType)
    case `extension`(ExtensionType)
}

package enum ExtensionType: String, Hashable, Sendable, CaseIterable {
    case decimal, ipaddr, datetime, duration
}

/// The type of a record, of an entity's attributes, or of a context.
package struct RecordType: Hashable, Sendable {
    package struct Attribute: Hashable, Sendable {
        package var type: ValueType
        package var isRequired: Bool

        package init(_ type: ValueType, isRequired: Bool = true) {
            self.type = type
            self.isRequired = isRequired
        }
    }

    package var attributes: [Text: Attribute]

    package init(_ attributes: [Text: Attribute] = [:]) { self.attributes = attributes }
}

/// What the reader of entities and contexts asks a schema, so that plain strings and objects become entities and
/// extension values where the schema says so.
package protocol ValueTyping: Sendable {
    /// The attributes of an entity type; nil where the schema does not know the type.
    func attributes(of type: EntityType) -> RecordType?
    /// The type of an entity type's tags; nil where it may have none.
    func tags(of type: EntityType) -> ValueType?
    /// The context of an action; nil where the schema does not know the action.
    func context(of action: EntityUID) -> RecordType?
    /// The actions that the schema declares, with their parents.
    var actionEntities: [Entity] { get }
}
