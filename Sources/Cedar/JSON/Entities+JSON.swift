import Kernel

extension Entities {
    /// Reads an array of entities.
    ///
    /// With a schema (`typing`), plain strings and objects become what the schema says, its actions are added, and types,
    /// attributes or actions that it does not know are errors. Whether values conform to it is for the validator to say.
    package init(json: [UInt8], typing: (any ValueTyping)? = nil) throws(CedarError) {
        var entities = try Entity.list(json: json, typing: typing)
        if let typing {
            let actions = typing.actionEntities
            let declared = Set(actions.map(\.uid))
            entities.removeAll { declared.contains($0.uid) }
            entities += actions
        }
        try self.init(entities)
    }
}

extension Entity {
    /// Reads an array of entities without putting them together.
    package static func list(json: [UInt8], typing: (any ValueTyping)? = nil) throws(CedarError) -> [Entity] {
        let reader = try ValueReader(json)
        guard reader.tape.kind(reader.tape.root) == .array else {
            throw reader.error(reader.tape.root, .typeMismatch, "expected an array of entities")
        }
        var entities: [Entity] = []
        var element = reader.tape.firstElement(of: reader.tape.root)
        while let current = element {
            entities.append(try Entity(current, reader, typing))
            element = reader.tape.element(after: current, of: reader.tape.root)
        }
        return entities
    }

    fileprivate init(_ node: JSONTape.Node, _ reader: ValueReader, _ typing: (any ValueTyping)?) throws(CedarError) {
        var uid: EntityUID?
        var attributes: JSONTape.Node?
        var tags: JSONTape.Node?
        var parents: [EntityUID]?
        for (name, value) in try reader.members(node) {
            switch name {
            case "uid": uid = try reader.uid(value)
            case "attrs": attributes = value
            case "tags": tags = value
            case "parents": parents = try Self.parents(value, reader)
            default: break
            }
        }
        guard let uid else {
            throw reader.error(node, .syntax, "an entity needs a `uid` with `type` and `id`")
        }
        guard let attributes, let parents else {
            throw reader.error(node, .syntax, "the entity `\(uid)` needs `attrs` and `parents`")
        }
        var type: RecordType?
        if let typing, !uid.type.isAction {
            guard let known = typing.attributes(of: uid.type) else {
                throw reader.error(node, .unknownName, "the type of the entity `\(uid)` is not in the schema")
            }
            type = known
        }
        if let typing, uid.type.isAction, typing.context(of: uid) == nil,
            !typing.actionEntities.contains(where: { $0.uid == uid })
        {
            throw reader.error(node, .unknownName, "the action `\(uid)` is not in the schema")
        }
        self.init(
            uid: uid, attributes: try reader.record(attributes, as: type),
            tags: try tags.map { (node) throws(CedarError) in try reader.tags(node, as: typing?.tags(of: uid.type)) }
                ?? .empty,
            parents: parents)
    }

    private static func parents(_ node: JSONTape.Node, _ reader: ValueReader) throws(CedarError) -> [EntityUID] {
        guard reader.tape.kind(node) == .array else {
            throw reader.error(node, .typeMismatch, "`parents` must be an array")
        }
        var parents: [EntityUID] = []
        var element = reader.tape.firstElement(of: node)
        while let current = element {
            guard let parent = try reader.uid(current) else {
                throw reader.error(current, .typeMismatch, "a parent must be an entity with `type` and `id`")
            }
            parents.append(parent)
            element = reader.tape.element(after: current, of: node)
        }
        return parents
    }
}
