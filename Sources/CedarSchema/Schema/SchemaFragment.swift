package import Cedar

/// One schema text as it was written, names not yet resolved: what both syntaxes are read into and what is printed.
package struct SchemaFragment: Sendable {
    /// In the order of writing. All declarations outside of any namespace are together in one whose name is empty.
    package var namespaces: [Namespace]

    package init(_ namespaces: [Namespace] = []) { self.namespaces = namespaces }

    /// The declarations of one namespace.
    package struct Namespace: Sendable {
        /// Empty for declarations outside of any.
        package let name: String
        package var commonTypes: [CommonType] = []
        package var entityTypes: [EntityTypeDeclaration] = []
        package var actions: [ActionDeclaration] = []
        package var annotations: [Annotation] = []
        package let location: SourceLocation

        package init(_ name: String, at location: SourceLocation = .none) {
            self.name = name
            self.location = location
        }
    }

    /// `type Name = …;`
    package struct CommonType: Sendable {
        package let name: String
        package let type: TypeExpression
        package var annotations: [Annotation] = []
        package let location: SourceLocation
    }

    /// `entity Name …;`
    package struct EntityTypeDeclaration: Sendable {
        package enum Kind: Sendable {
            /// The shape is nil where nothing was written: no attributes.
            case standard(parents: [TypeName], shape: TypeExpression?, tags: TypeExpression?)
            /// All ids that entities of this type may have; at least one.
            case enumerated([Text])
        }

        package let name: String
        package let kind: Kind
        package var annotations: [Annotation] = []
        package let location: SourceLocation
    }

    /// `action "name" …;`
    package struct ActionDeclaration: Sendable {
        package let name: Text
        package let parents: [ActionName]
        /// nil where the action applies to nothing.
        package let appliesTo: AppliesTo?
        package var annotations: [Annotation] = []
        package let location: SourceLocation
    }

    package struct AppliesTo: Sendable {
        package let principals: [TypeName]
        package let resources: [TypeName]
        /// nil for the empty record.
        package let context: TypeExpression?
    }

    /// A reference to an entity type.
    package struct TypeName: Sendable {
        package let path: String
        package let location: SourceLocation
    }

    /// A reference to an action; without a type it is an `Action` of the namespace, or of none.
    package struct ActionName: Sendable {
        package let type: String?
        package let id: Text
        package let location: SourceLocation
    }

    /// A type as it was written.
    package struct TypeExpression: Sendable {
        package indirect enum Kind: Sendable {
            case boolean, long, string
            case set(TypeExpression)
            /// Names are unique.
            case record([Member])
            case entity(String)
            case common(String)
            /// A name that means a common type where there is one, and an entity type otherwise.
            case entityOrCommon(String)
            case `extension`(ExtensionType)
        }

        package let kind: Kind
        package let location: SourceLocation

        package init(_ kind: Kind, at location: SourceLocation) {
            self.kind = kind
            self.location = location
        }
    }

    /// One attribute of a record type.
    package struct Member: Sendable {
        package let name: Text
        package let type: TypeExpression
        package let isRequired: Bool
        package var annotations: [Annotation] = []
    }
}

/// What identifiers schemas may use where.
enum SchemaNames {
    /// The namespace of the built-in types.
    static let builtin = "__cedar"
    /// The names of JSON's type constructors: never a common type.
    static let keywords: Set<String> = [
        "Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String",
    ]

    /// The built-in types by their names, which `__cedar::` may stand before.
    static func builtinType(_ name: Substring) -> ValueType? {
        switch name {
        case "Bool": .boolean
        case "Long": .long
        case "String": .string
        default: ExtensionType(rawValue: String(name)).map(ValueType.extension)
        }
    }

    static func isIdentifier(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, first == UInt8(ascii: "_") || Self.isLetter(first) else { return false }
        return name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || Self.isLetter($0) || (0x30...0x39).contains($0) }
    }

    /// Whether the name is identifiers joined by `::`, none of them a word of the language.
    static func isPath(_ name: String) -> Bool {
        let parts = Self.parts(of: name)
        return parts.allSatisfy { Self.isIdentifier($0) && !CedarText.reserved.contains(String($0)) }
    }

    static func parts(of path: String) -> [Substring] {
        var parts: [Substring] = []
        var start = path.startIndex
        var index = path.startIndex
        while index < path.endIndex {
            let next = path.utf8.index(after: index)
            if path.utf8[index] == UInt8(ascii: ":"), next < path.endIndex, path.utf8[next] == UInt8(ascii: ":") {
                parts.append(path[start..<index])
                index = path.utf8.index(after: next)
                start = index
            } else {
                index = next
            }
        }
        parts.append(path[start...])
        return parts
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
