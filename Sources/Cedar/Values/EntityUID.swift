/// The name of an entity type with its namespaces: `Gatehouse::User`.
package struct EntityType: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let name: Text

    /// The name must be a path of identifiers; nothing checks it here.
    package init(_ name: Text) { self.name = name }
    package init(_ name: String) { self.name = Text(name) }
    package init(stringLiteral value: String) { self.name = Text(value) }

    /// What stands behind the last `::`.
    package var basename: Substring {
        let string = self.name.string
        guard let colon = string.utf8.lastIndex(of: UInt8(ascii: ":")) else { return Substring(string) }
        return string[string.utf8.index(after: colon)...]
    }

    /// What stands before the last `::`; empty where there is none.
    package var namespace: Substring {
        let string = self.name.string
        guard let colon = string.utf8.lastIndex(of: UInt8(ascii: ":")) else { return "" }
        return string[..<string.utf8.index(before: colon)]
    }

    /// Whether entities of this type are actions: the last part of the name is `Action`.
    package var isAction: Bool { self.basename == "Action" }

    package static func < (left: Self, right: Self) -> Bool { left.name < right.name }

    package var description: String { self.name.string }
}

/// The name of an entity: its type and its id, written `Type::"id"`.
///
/// One reference in size, its hash computed once: entities are compared far more often than they are made.
package struct EntityUID: Hashable, Sendable, Comparable, CustomStringConvertible {
    private final class Storage: Sendable {
        let type: EntityType
        let id: Text
        let hash: Int

        init(type: EntityType, id: Text) {
            self.type = type
            self.id = id
            var hasher = Hasher()
            hasher.combine(type)
            hasher.combine(id)
            self.hash = hasher.finalize()
        }
    }

    private let storage: Storage

    package init(type: EntityType, id: Text) { self.storage = Storage(type: type, id: id) }

    package var type: EntityType { self.storage.type }
    package var id: Text { self.storage.id }

    /// Whether both are one and the same object: no proof of inequality, but quick.
    func isIdentical(to other: EntityUID) -> Bool { self.storage === other.storage }

    package static func == (left: Self, right: Self) -> Bool {
        if left.storage === right.storage { return true }
        return left.storage.hash == right.storage.hash && left.id == right.id && left.type == right.type
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.storage.hash) }

    package static func < (left: Self, right: Self) -> Bool {
        left.type == right.type ? left.id < right.id : left.type < right.type
    }

    /// As Cedar writes it.
    package var description: String { "\(self.type)::\(CedarText.quoted(self.id))" }
}
