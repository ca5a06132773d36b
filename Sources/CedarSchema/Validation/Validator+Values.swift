package import Cedar

extension Validator {
    // MARK: Entities

    /// Checks entities: that their types are declared, their attributes and tags of the declared types, and that they
    /// are members only of what the schema allows. Empty where all is well.
    package func validate(_ entities: some Sequence<Entity>) -> [ValidationFinding] {
        entities.flatMap { self.validate($0) }
    }

    /// Checks one entity.
    package func validate(_ entity: Entity) -> [ValidationFinding] {
        if entity.uid.type.isAction { return self.validate(action: entity) }
        guard let definition = self.schema.entityTypes[entity.uid.type] else {
            return [ValidationFinding(.unknownEntityType, "`\(entity.uid)`: \(self.unknown(entity.uid.type))")]
        }
        if let message = definition.refusal(of: entity.uid) { return [ValidationFinding(.unknownID, message)] }
        var check = ValueCheck(schema: self.schema)
        let what = "`\(entity.uid)`"
        check.fields(entity.attributes, definition.attributes, of: what)
        if let type = definition.tags {
            for field in entity.tags.fields { check.value(field.value, type, at: "the tag `\(field.key)` of \(what)") }
        } else if !entity.tags.isEmpty {
            check.report(.noTags, "\(what) has tags, and its type has none")
        }
        for parent in entity.parents {
            guard definition.ancestors.contains(parent.type) else {
                check.report(
                    .wrongHierarchy,
                    "\(what) is a member of `\(parent)`, and no `\(definition.type)` can be in a `\(parent.type)`"
                )
                continue
            }
            check.reference(parent)
        }
        return check.findings
    }

    private func validate(action entity: Entity) -> [ValidationFinding] {
        guard let definition = self.schema.actions[entity.uid] else {
            return [ValidationFinding(.unknownAction, self.unknown(action: entity.uid))]
        }
        var ancestors = Set(entity.parents)
        for parent in entity.parents { ancestors.formUnion(self.schema.actions[parent]?.ancestors ?? []) }
        guard entity.attributes.isEmpty, entity.tags.isEmpty, ancestors == definition.ancestors else {
            return [ValidationFinding(.wrongAction, "the action `\(entity.uid)` is not as the schema declares it")]
        }
        return []
    }

    // MARK: Requests

    /// Checks what is asked: that the action applies to such a principal and resource, and that the context is of the
    /// action's type. Empty where all is well.
    package func validate(_ request: AccessRequest) -> [ValidationFinding] {
        var check = ValueCheck(schema: self.schema)
        for uid in [request.principal, request.resource] {
            if let definition = self.schema.entityTypes[uid.type] {
                if let message = definition.refusal(of: uid) { check.report(.unknownID, message) }
            } else {
                check.report(.unknownEntityType, self.unknown(uid.type))
            }
        }
        guard let action = self.schema.actions[request.action] else {
            check.report(.unknownAction, self.unknown(action: request.action))
            return check.findings
        }
        guard check.findings.isEmpty else { return check.findings }
        let roles = [
            ("principal", request.principal, action.principals), ("resource", request.resource, action.resources),
        ]
        for (role, uid, types) in roles where !types.contains(uid.type) {
            let allowed = types.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
            check.report(
                .inapplicable,
                "the action `\(action.uid)` has no \(role) of type `\(uid.type)`"
                    + (allowed.isEmpty ? "" : "\nhint: it applies to \(allowed)"))
        }
        check.fields(request.context, action.context, of: "the context of `\(action.uid)`")
        return check.findings
    }
}

/// Compares values with the types that a schema gives them.
private struct ValueCheck {
    let schema: Schema
    private(set) var findings: [ValidationFinding] = []

    init(schema: Schema) { self.schema = schema }

    mutating func report(_ code: ValidationFinding.Code, _ message: String) {
        self.findings.append(ValidationFinding(code, message))
    }

    /// A record, the attributes of an entity, or a context.
    mutating func fields(_ record: RecordValue, _ type: RecordType, of what: String) {
        for field in record.fields {
            guard let attribute = type.attributes[field.key] else {
                let hint = Spelling.hint(for: field.key.string, among: type.attributes.keys.map(\.string))
                self.report(.unknownAttribute, "\(what) has `\(field.key)`, which the schema does not know\(hint)")
                continue
            }
            self.value(field.value, attribute.type, at: "`\(field.key)` of \(what)")
        }
        let missing = type.attributes.filter { $0.value.isRequired && record[$0.key] == nil }.map(\.key).sorted()
        if !missing.isEmpty {
            let names = missing.map { "`\($0)`" }.joined(separator: ", ")
            self.report(.missingAttribute, "\(what) lacks \(names)")
        }
    }

    mutating func value(_ value: Value, _ type: ValueType, at what: String) {
        switch (value, type) {
        case (.boolean, .boolean), (.long, .long), (.string, .string), (.decimal, .extension(.decimal)),
            (.address, .extension(.ipaddr)), (.datetime, .extension(.datetime)), (.duration, .extension(.duration)):
            return
        case (.entity(let uid), .entity(let type)) where uid.type == type: self.reference(uid)
        case (.set(let set), .set(let type)):
            for element in set.elements {
                let before = self.findings.count
                self.value(element, type, at: "an element of \(what)")
                // One is enough to see what is wrong with all.
                guard self.findings.count == before else { return }
            }
        case (.record(let record), .record(let type)): self.fields(record, type, of: what)
        default:
            let expected = CheckedType(type).name
            self.report(.unexpectedType, "\(what) must be `\(expected)` but is a \(value.kindName)")
        }
    }

    /// An entity that is named: an action, and one of an enumerated type, must be one of those declared.
    mutating func reference(_ uid: EntityUID) {
        if uid.type.isAction, self.schema.actions[uid] == nil {
            self.report(.unknownAction, "the schema has no action `\(uid)`")
        }
        guard let message = self.schema.entityTypes[uid.type]?.refusal(of: uid) else { return }
        self.report(.unknownID, message)
    }
}
