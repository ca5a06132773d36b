import Kernel

extension CedarPolicy {
    /// Reads a policy set in Cedar's JSON form: `staticPolicies`, `templates` and `templateLinks`, each by id.
    package static func list(json: [UInt8]) throws(CedarError) -> [CedarPolicy] {
        let reader = try PolicyReader(json)
        let root = reader.values.tape.root
        var policies: [CedarPolicy] = []
        for (kind, value) in try reader.values.members(root) {
            switch kind {
            case "staticPolicies", "templates":
                for (id, policy) in try reader.values.members(value) {
                    policies.append(try reader.policy(policy, id: PolicyID(id)))
                    if let last = policies.last, last.isTemplate != (kind == "templates") {
                        throw reader.error(policy, .template, "`\(id)` does not belong into `\(kind)`")
                    }
                }
            case "templateLinks": break
            default: throw reader.error(value, .unknownName, "a policy set has no `\(kind)`")
            }
        }
        if let links = reader.member("templateLinks", root) {
            for link in try reader.elements(links) { policies.append(try reader.link(link, policies)) }
        }
        return policies
    }

    /// Reads one policy or template in Cedar's JSON form.
    package init(json: [UInt8], id: PolicyID) throws(CedarError) {
        let reader = try PolicyReader(json)
        self = try reader.policy(reader.values.tape.root, id: id)
    }
}

/// Reads policies from JSON; expressions are in `PolicyReader+Expression.swift`.
struct PolicyReader {
    let values: ValueReader

    /// JSON has up to three levels for one of the expression.
    init(_ json: [UInt8]) throws(CedarError) { self.values = try ValueReader(json, depth: 600) }

    func policy(_ node: JSONTape.Node, id: PolicyID) throws(CedarError) -> CedarPolicy {
        let known: Set<Text> = ["effect", "principal", "action", "resource", "conditions", "annotations"]
        for (name, value) in try self.values.members(node) where !known.contains(name) {
            throw self.error(value, .unknownName, "a policy has no `\(name)`")
        }
        guard let effect = Effect(rawValue: try self.string("effect", node)) else {
            throw self.error(node, .syntax, "`effect` must be `permit` or `forbid`")
        }
        var conditions: [Condition] = []
        for condition in try self.elements(self.required("conditions", node)) {
            guard let kind = Condition.Kind(rawValue: try self.string("kind", condition)) else {
                throw self.error(condition, .syntax, "`kind` must be `when` or `unless`")
            }
            conditions.append(Condition(kind, try self.expression(self.required("body", condition))))
        }
        return CedarPolicy(
            id: id, effect: effect, annotations: try self.annotations(node),
            principal: ScopeConstraint(try self.scope(self.required("principal", node), slot: "?principal")),
            action: try self.action(self.required("action", node)),
            resource: ScopeConstraint(try self.scope(self.required("resource", node), slot: "?resource")),
            conditions: conditions)
    }

    func link(_ node: JSONTape.Node, _ policies: [CedarPolicy]) throws(CedarError) -> CedarPolicy {
        let name = PolicyID(try self.string("templateId", node))
        guard let template = policies.first(where: { $0.id == name && $0.isTemplate }) else {
            throw self.error(node, .template, "there is no template `\(name)`")
        }
        let slots = try self.required("values", node)
        return try template.linked(
            as: PolicyID(try self.string("newId", node)), principal: try self.uid("?principal", slots),
            resource: try self.uid("?resource", slots))
    }

    private func annotations(_ node: JSONTape.Node) throws(CedarError) -> [Annotation] {
        guard let list = self.member("annotations", node) else { return [] }
        var annotations: [Annotation] = []
        for (key, value) in try self.values.members(list) {
            let kind = self.values.tape.kind(value)
            guard kind == .string || kind == .null else {
                throw self.error(value, .typeMismatch, "the value of an annotation must be a string or null")
            }
            annotations.append(Annotation(key: key, value: kind == .string ? self.values.text(value) : nil))
        }
        return annotations
    }

    // MARK: Scopes

    private func scope(_ node: JSONTape.Node, slot: String) throws(CedarError) -> ScopeConstraint.Kind {
        switch try self.string("op", node) {
        case "All": return .any
        case "==": return .equal(try self.reference(node, slot))
        case "in": return .in(try self.reference(node, slot))
        case "is":
            let type = try self.type("entity_type", node)
            guard let inner = self.member("in", node) else { return .is(type) }
            return .isIn(type, try self.reference(inner, slot))
        default: throw self.error(node, .syntax, "`op` must be `All`, `==`, `in` or `is`")
        }
    }

    private func reference(_ node: JSONTape.Node, _ slot: String) throws(CedarError) -> ScopeConstraint.Reference {
        if let name = self.member("slot", node) {
            guard self.values.text(name).string == slot else {
                throw self.error(name, .template, "only the slot `\(slot)` can stand here")
            }
            return .slot
        }
        guard let uid = try self.uid("entity", node) else {
            throw self.error(node, .syntax, "expected `entity` or `slot`")
        }
        return .entity(uid)
    }

    private func action(_ node: JSONTape.Node) throws(CedarError) -> ActionConstraint {
        var uids: [EntityUID] = []
        let list = self.member("entities", node)
        if let list {
            for element in try self.elements(list) {
                guard let uid = try self.values.uid(element) else {
                    throw self.error(element, .typeMismatch, "expected an entity with `type` and `id`")
                }
                uids.append(uid)
            }
        } else if let uid = try self.uid("entity", node) {
            uids = [uid]
        }
        if let other = uids.first(where: { !$0.type.isAction }) {
            throw self.error(node, .typeMismatch, "expected an entity of a type `Action` but found `\(other)`")
        }
        switch try self.string("op", node) {
        case "All": return .any
        case "==" where list == nil && uids.count == 1: return ActionConstraint(.equal(uids[0]))
        case "in" where list != nil || uids.count == 1: return ActionConstraint(.in(uids), isList: list != nil)
        default: throw self.error(node, .syntax, "expected `All`, `==` with `entity`, or `in` with entities")
        }
    }

    // MARK: Members

    func member(_ name: StaticString, _ node: JSONTape.Node) -> JSONTape.Node? {
        self.values.tape.member(name, of: node, in: self.values.bytes.span)
    }

    func required(_ name: StaticString, _ node: JSONTape.Node) throws(CedarError) -> JSONTape.Node {
        guard let value = self.member(name, node) else { throw self.error(node, .syntax, "expected `\(name)`") }
        return value
    }

    func string(_ name: StaticString, _ node: JSONTape.Node) throws(CedarError) -> String {
        let value = try self.required(name, node)
        guard self.values.tape.kind(value) == .string else {
            throw self.error(value, .typeMismatch, "`\(name)` must be a string")
        }
        return self.values.text(value).string
    }

    func type(_ name: StaticString, _ node: JSONTape.Node) throws(CedarError) -> EntityType {
        let text = Text(try self.string(name, node))
        guard ValueReader.isTypeName(text) else {
            throw self.error(node, .syntax, "`\(text)` is not the name of an entity type")
        }
        return EntityType(text)
    }

    private func uid(_ name: StaticString, _ node: JSONTape.Node) throws(CedarError) -> EntityUID? {
        guard let value = self.member(name, node) else { return nil }
        guard let uid = try self.values.uid(value) else {
            throw self.error(value, .typeMismatch, "expected an entity with `type` and `id`")
        }
        return uid
    }

    func elements(_ node: JSONTape.Node) throws(CedarError) -> [JSONTape.Node] {
        guard self.values.tape.kind(node) == .array else {
            throw self.error(node, .typeMismatch, "expected an array")
        }
        var elements: [JSONTape.Node] = []
        var element = self.values.tape.firstElement(of: node)
        while let current = element {
            elements.append(current)
            element = self.values.tape.element(after: current, of: node)
        }
        return elements
    }

    func error(_ node: JSONTape.Node, _ code: CedarError.Code, _ message: String) -> CedarError {
        self.values.error(node, code, message)
    }
}
