import Cedar

/// Turns what was written into what is meant: finds what each name refers to, writes common types out, closes the
/// hierarchies, and refuses what has no meaning.
struct SchemaResolver {
    private typealias Fragment = SchemaFragment

    private let limits: SchemaLimits
    private var entityNames: Set<String> = []
    private var actionTypes: Set<String> = []
    private var commonTypes: [String: (type: SchemaFragment.TypeExpression, namespace: String)] = [:]
    private var actionUIDs: Set<EntityUID> = []
    private var resolved: [String: Sized] = [:]
    private var unresolved: Set<String> = []

    /// A type, and how many parts it has.
    private struct Sized {
        let type: ValueType
        let size: Int
    }

    private enum Target {
        case entity(String)
        case common(String)
        case builtin(ValueType)
    }

    /// What a reference may mean.
    private enum Reference: String {
        case entity = "an entity type"
        case common = "a common type"
        case either = "a type"
    }

    init(limits: SchemaLimits) { self.limits = limits }

    mutating func resolve(_ fragments: [SchemaFragment]) throws(CedarError) -> Schema {
        let namespaces = fragments.flatMap(\.namespaces)
        for namespace in namespaces { try self.collect(namespace) }
        try self.refuseShadowing(namespaces)
        for namespace in namespaces {
            for common in namespace.commonTypes {
                _ = try self.commonType(Self.qualified(common.name, in: namespace.name), depth: 0, at: common.location)
            }
        }
        var entityTypes: [EntityType: Schema.EntityDefinition] = [:]
        let ancestors = try self.entityAncestors(namespaces)
        var actions: [EntityUID: Schema.ActionDefinition] = [:]
        for namespace in namespaces {
            for declaration in namespace.entityTypes {
                let definition = try self.entityType(declaration, in: namespace.name, ancestors: ancestors)
                entityTypes[definition.type] = definition
            }
        }
        let hierarchy = try self.actionHierarchy(namespaces)
        for namespace in namespaces {
            for declaration in namespace.actions {
                let uid = Self.action(declaration.name, in: namespace.name)
                actions[uid] = try self.action(declaration, uid: uid, in: namespace.name, hierarchy: hierarchy)
            }
        }
        return Schema(entityTypes: entityTypes, actions: actions)
    }

    // MARK: Declared names

    private static func qualified(_ name: String, in namespace: String) -> String {
        namespace.isEmpty ? name : "\(namespace)::\(name)"
    }

    private static func action(_ id: Text, in namespace: String) -> EntityUID {
        EntityUID(type: EntityType(Self.qualified("Action", in: namespace)), id: id)
    }

    private mutating func collect(_ namespace: SchemaFragment.Namespace) throws(CedarError) {
        for declaration in namespace.entityTypes {
            guard declaration.name != "Action" else {
                throw CedarError(
                    .syntax, "an entity type cannot be named `Action`: actions are declared one by one",
                    at: declaration.location)
            }
            let name = Self.qualified(declaration.name, in: namespace.name)
            guard self.entityNames.insert(name).inserted else {
                throw CedarError(.duplicate, "the entity type `\(name)` is declared twice", at: declaration.location)
            }
        }
        for common in namespace.commonTypes {
            let name = Self.qualified(common.name, in: namespace.name)
            guard self.commonTypes.updateValue((common.type, namespace.name), forKey: name) == nil else {
                throw CedarError(.duplicate, "the type `\(name)` is declared twice", at: common.location)
            }
        }
        for declaration in namespace.actions {
            let uid = Self.action(declaration.name, in: namespace.name)
            guard self.actionUIDs.insert(uid).inserted else {
                throw CedarError(.duplicate, "the action `\(uid)` is declared twice", at: declaration.location)
            }
            self.actionTypes.insert(uid.type.name.string)
        }
    }

    /// A name outside of all namespaces must mean the same everywhere.
    private func refuseShadowing(_ namespaces: [SchemaFragment.Namespace]) throws(CedarError) {
        var globalTypes: Set<String> = []
        var globalActions: Set<Text> = []
        for namespace in namespaces where namespace.name.isEmpty {
            globalTypes.formUnion(namespace.entityTypes.map(\.name))
            globalTypes.formUnion(namespace.commonTypes.map(\.name))
            globalActions.formUnion(namespace.actions.map(\.name))
        }
        for namespace in namespaces where !namespace.name.isEmpty {
            let types =
                namespace.entityTypes.map { ($0.name, $0.location) }
                + namespace.commonTypes.map { ($0.name, $0.location) }
            for (name, location) in types where globalTypes.contains(name) {
                throw CedarError(
                    .duplicate, "`\(namespace.name)::\(name)` would shadow `\(name)`, which is in no namespace",
                    at: location)
            }
            for action in namespace.actions where globalActions.contains(action.name) {
                throw CedarError(
                    .duplicate,
                    "`\(Self.action(action.name, in: namespace.name))` would shadow the action outside of namespaces",
                    at: action.location)
            }
        }
    }

    // MARK: References

    private func target(
        _ name: String, _ reference: Reference, in namespace: String, at location: SourceLocation
    ) throws(CedarError) -> Target {
        let isQualified = name.utf8.contains(UInt8(ascii: ":"))
        let candidates = isQualified || namespace.isEmpty ? [name] : [Self.qualified(name, in: namespace), name]
        for candidate in candidates {
            if reference != .entity {
                if self.commonTypes[candidate] != nil { return .common(candidate) }
                if let type = self.builtin(candidate) { return .builtin(type) }
            }
            if reference != .common, self.entityNames.contains(candidate) || self.actionTypes.contains(candidate) {
                return .entity(candidate)
            }
        }
        let known = reference == .common ? Array(self.commonTypes.keys) : Array(self.entityNames)
        throw CedarError(
            .unknownName,
            "`\(name)` is not declared as \(reference.rawValue)\(Spelling.hint(for: name, among: known))", at: location)
    }

    /// A built-in type; its short name only where nothing outside of namespaces is declared with that name.
    private func builtin(_ name: String) -> ValueType? {
        let prefix = SchemaNames.builtin + "::"
        if name.hasPrefix(prefix) { return SchemaNames.builtinType(name.dropFirst(prefix.count)) }
        return self.entityNames.contains(name) ? nil : SchemaNames.builtinType(name[...])
    }

    private func entityType(
        _ name: SchemaFragment.TypeName, in namespace: String
    ) throws(CedarError) -> EntityType {
        guard case .entity(let path) = try self.target(name.path, .entity, in: namespace, at: name.location),
            self.entityNames.contains(path)
        else {
            throw CedarError(.unknownName, "`\(name.path)` is not declared as an entity type", at: name.location)
        }
        return EntityType(path)
    }

    // MARK: Types

    private mutating func commonType(
        _ name: String, depth: Int, at location: SourceLocation
    ) throws(CedarError) -> Sized {
        if let type = self.resolved[name] { return type }
        guard let (expression, namespace) = self.commonTypes[name] else {
            throw CedarError(.unknownName, "`\(name)` is not declared as a common type", at: location)
        }
        guard self.unresolved.insert(name).inserted else {
            throw CedarError(.cycle, "the type `\(name)` contains itself", at: location)
        }
        let type = try self.type(expression, in: namespace, depth: depth + 1)
        self.unresolved.remove(name)
        self.resolved[name] = type
        return type
    }

    private mutating func type(
        _ expression: SchemaFragment.TypeExpression, in namespace: String, depth: Int
    ) throws(CedarError) -> Sized {
        guard depth <= self.limits.depth else {
            throw CedarError(
                .tooDeep, "types nested more than \(self.limits.depth) deep, common types written out",
                at: expression.location)
        }
        switch expression.kind {
        case .boolean: return Sized(type: .boolean, size: 1)
        case .long: return Sized(type: .long, size: 1)
        case .string: return Sized(type: .string, size: 1)
        case .extension(let type): return Sized(type: .extension(type), size: 1)
        case .set(let element):
            let element = try self.type(element, in: namespace, depth: depth + 1)
            return Sized(type: .set(element.type), size: element.size + 1)
        case .record(let members):
            return try self.record(members, in: namespace, depth: depth, at: expression.location)
        case .entity(let name): return try self.named(name, .entity, in: namespace, depth, expression.location)
        case .common(let name): return try self.named(name, .common, in: namespace, depth, expression.location)
        case .entityOrCommon(let name): return try self.named(name, .either, in: namespace, depth, expression.location)
        }
    }

    private mutating func record(
        _ members: [SchemaFragment.Member], in namespace: String, depth: Int, at location: SourceLocation
    ) throws(CedarError) -> Sized {
        var attributes: [Text: RecordType.Attribute] = [:]
        attributes.reserveCapacity(members.count)
        var size = 1
        for member in members {
            let type = try self.type(member.type, in: namespace, depth: depth + 1)
            attributes[member.name] = RecordType.Attribute(type.type, isRequired: member.isRequired)
            size += type.size
            guard size <= self.limits.typeSize else {
                throw CedarError(
                    .tooLarge, "a type of more than \(self.limits.typeSize) parts, common types written out",
                    at: location)
            }
        }
        return Sized(type: .record(RecordType(attributes)), size: size)
    }

    private mutating func named(
        _ name: String, _ reference: Reference, in namespace: String, _ depth: Int, _ location: SourceLocation
    ) throws(CedarError) -> Sized {
        switch try self.target(name, reference, in: namespace, at: location) {
        case .builtin(let type): return Sized(type: type, size: 1)
        case .entity(let path): return Sized(type: .entity(EntityType(path)), size: 1)
        case .common(let path): return try self.commonType(path, depth: depth, at: location)
        }
    }

    /// The type of a context or of an entity type's attributes: a record, or a common type that is one.
    private mutating func recordType(
        _ expression: SchemaFragment.TypeExpression?, in namespace: String, of what: String
    ) throws(CedarError) -> RecordType {
        guard let expression else { return RecordType() }
        guard case .record(let record) = try self.type(expression, in: namespace, depth: 0).type else {
            throw CedarError(.typeMismatch, "\(what) must be a record", at: expression.location)
        }
        return record
    }

    // MARK: Entity types

    private mutating func entityType(
        _ declaration: SchemaFragment.EntityTypeDeclaration, in namespace: String,
        ancestors: [EntityType: Set<EntityType>]
    ) throws(CedarError) -> Schema.EntityDefinition {
        let type = EntityType(Self.qualified(declaration.name, in: namespace))
        var attributes = RecordType()
        var tagType: ValueType?
        var allowed: Set<Text>?
        switch declaration.kind {
        case .enumerated(let choices): allowed = Set(choices)
        case .standard(_, let shape, let tags):
            attributes = try self.recordType(shape, in: namespace, of: "the shape of `\(type)`")
            if let tags { tagType = try self.type(tags, in: namespace, depth: 0).type }
        }
        return Schema.EntityDefinition(
            type: type, attributes: attributes, tags: tagType, choices: allowed, ancestors: ancestors[type] ?? [],
            annotations: declaration.annotations, location: declaration.location)
    }

    private func entityAncestors(
        _ namespaces: [SchemaFragment.Namespace]
    ) throws(CedarError) -> [EntityType: Set<EntityType>] {
        var parents: [EntityType: [EntityType]] = [:]
        for namespace in namespaces {
            for declaration in namespace.entityTypes {
                guard case .standard(let names, _, _) = declaration.kind, !names.isEmpty else { continue }
                var types: [EntityType] = []
                for name in names { types.append(try self.entityType(name, in: namespace.name)) }
                parents[EntityType(Self.qualified(declaration.name, in: namespace.name))] = types
            }
        }
        return try self.closure(of: parents)
    }

    /// All that can be reached from each key, itself only where there is a way back.
    private func closure<Node: Hashable>(of parents: [Node: [Node]]) throws(CedarError) -> [Node: Set<Node>] {
        var closure: [Node: Set<Node>] = [:]
        var relations = 0
        for (node, direct) in parents {
            var reached: Set<Node> = []
            var pending = direct
            while let next = pending.popLast() {
                guard reached.insert(next).inserted else { continue }
                pending += parents[next] ?? []
                relations += 1
                guard relations <= self.limits.relations else {
                    throw CedarError(.tooLarge, "hierarchies with more than \(self.limits.relations) memberships")
                }
            }
            closure[node] = reached
        }
        return closure
    }

    // MARK: Actions

    private typealias ActionHierarchy = (parents: [EntityUID: [EntityUID]], ancestors: [EntityUID: Set<EntityUID>])

    private func actionHierarchy(_ namespaces: [SchemaFragment.Namespace]) throws(CedarError) -> ActionHierarchy {
        var parents: [EntityUID: [EntityUID]] = [:]
        var places: [EntityUID: SourceLocation] = [:]
        for namespace in namespaces {
            for declaration in namespace.actions where !declaration.parents.isEmpty {
                let uid = Self.action(declaration.name, in: namespace.name)
                var uids: [EntityUID] = []
                for parent in declaration.parents { uids.append(try self.action(parent, in: namespace.name)) }
                parents[uid] = uids
                places[uid] = declaration.location
            }
        }
        let ancestors = try self.closure(of: parents)
        if let uid = ancestors.keys.filter({ ancestors[$0]?.contains($0) ?? false }).min() {
            throw CedarError(.cycle, "the action `\(uid)` is a member of itself", at: places[uid] ?? .none)
        }
        return (parents, ancestors)
    }

    private func action(
        _ name: SchemaFragment.ActionName, in namespace: String
    ) throws(CedarError) -> EntityUID {
        let type = name.type ?? "Action"
        let isQualified = type.utf8.contains(UInt8(ascii: ":"))
        let candidates = isQualified || namespace.isEmpty ? [type] : [Self.qualified(type, in: namespace), type]
        for candidate in candidates {
            let uid = EntityUID(type: EntityType(candidate), id: name.id)
            if self.actionUIDs.contains(uid) { return uid }
        }
        let known = self.actionUIDs.map(\.id.string)
        throw CedarError(
            .unknownName,
            "the action `\(EntityUID(type: EntityType(type), id: name.id))` is not declared"
                + Spelling.hint(for: name.id.string, among: known), at: name.location)
    }

    private mutating func action(
        _ declaration: SchemaFragment.ActionDeclaration, uid: EntityUID, in namespace: String,
        hierarchy: ActionHierarchy
    ) throws(CedarError) -> Schema.ActionDefinition {
        var principals: [EntityType] = []
        var resources: [EntityType] = []
        var context = RecordType()
        if let appliesTo = declaration.appliesTo {
            principals = try self.entityTypes(appliesTo.principals, in: namespace)
            resources = try self.entityTypes(appliesTo.resources, in: namespace)
            context = try self.recordType(appliesTo.context, in: namespace, of: "the context of `\(uid)`")
        }
        return Schema.ActionDefinition(
            uid: uid, principals: principals, resources: resources, context: context,
            parents: hierarchy.parents[uid] ?? [], ancestors: hierarchy.ancestors[uid] ?? [],
            annotations: declaration.annotations, location: declaration.location)
    }

    /// Sorted, each once.
    private func entityTypes(
        _ names: [SchemaFragment.TypeName], in namespace: String
    ) throws(CedarError) -> [EntityType] {
        var types: Set<EntityType> = []
        for name in names { types.insert(try self.entityType(name, in: namespace)) }
        return types.sorted()
    }
}
