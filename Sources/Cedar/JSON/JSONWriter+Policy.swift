package import Kernel

extension JSONWriter {
    /// Writes policies and templates in Cedar's JSON form; linked templates are written as what they became.
    package mutating func policies(_ policies: [CedarPolicy]) {
        self.beginObject()
        self.name("staticPolicies")
        self.policies(byID: policies.filter { !$0.isTemplate })
        self.name("templates")
        self.policies(byID: policies.filter(\.isTemplate))
        self.name("templateLinks")
        self.beginArray()
        self.endArray()
        self.endObject()
    }

    private mutating func policies(byID policies: [CedarPolicy]) {
        self.beginObject()
        for policy in policies {
            self.name(policy.id.description)
            self.policy(policy)
        }
        self.endObject()
    }

    package mutating func policy(_ policy: CedarPolicy) {
        self.beginObject()
        self.member("effect", policy.effect.rawValue)
        self.name("principal")
        self.scope(policy.principal.kind, "?principal")
        self.name("action")
        self.action(policy.action)
        self.name("resource")
        self.scope(policy.resource.kind, "?resource")
        self.name("conditions")
        self.beginArray()
        for condition in policy.conditions {
            self.beginObject()
            self.member("kind", condition.kind.rawValue)
            self.name("body")
            self.expression(condition.body)
            self.endObject()
        }
        self.endArray()
        if !policy.annotations.isEmpty {
            self.name("annotations")
            self.beginObject()
            for annotation in policy.annotations {
                self.name(annotation.key.string)
                if let value = annotation.value { self.string(value.string) } else { self.null() }
            }
            self.endObject()
        }
        self.endObject()
    }

    // MARK: Scopes

    private mutating func scope(_ kind: ScopeConstraint.Kind, _ slot: String) {
        self.beginObject()
        switch kind {
        case .any: self.member("op", "All")
        case .equal(let reference):
            self.member("op", "==")
            self.reference(reference, slot)
        case .in(let reference):
            self.member("op", "in")
            self.reference(reference, slot)
        case .is(let type):
            self.member("op", "is")
            self.member("entity_type", type.description)
        case .isIn(let type, let reference):
            self.member("op", "is")
            self.member("entity_type", type.description)
            self.name("in")
            self.beginObject()
            self.reference(reference, slot)
            self.endObject()
        }
        self.endObject()
    }

    private mutating func reference(_ reference: ScopeConstraint.Reference, _ slot: String) {
        switch reference {
        case .entity(let uid):
            self.name("entity")
            self.uid(uid)
        case .slot: self.member("slot", slot)
        }
    }

    private mutating func action(_ constraint: ActionConstraint) {
        self.beginObject()
        switch constraint.kind {
        case .any: self.member("op", "All")
        case .equal(let uid):
            self.member("op", "==")
            self.name("entity")
            self.uid(uid)
        case .in(let uids):
            self.member("op", "in")
            if !constraint.isList, uids.count == 1 {
                self.name("entity")
                self.uid(uids[0])
            } else {
                self.name("entities")
                self.beginArray()
                for uid in uids { self.uid(uid) }
                self.endArray()
            }
        }
        self.endObject()
    }

    // MARK: Expressions

    private mutating func expression(_ expression: Expr) {
        self.beginObject()
        switch expression.kind {
        case .literal(let literal):
            self.name("Value")
            self.value(Value(literal))
        case .variable(let variable): self.member("Var", variable.rawValue)
        case .unary(let symbol, let operand):
            self.node(symbol == .not ? "!" : symbol == .negate ? "neg" : "isEmpty", [("arg", operand)])
        case .binary(let symbol, let left, let right):
            self.node(symbol.rawValue, [("left", left), ("right", right)])
        case .and(let left, let right): self.node("&&", [("left", left), ("right", right)])
        case .or(let left, let right): self.node("||", [("left", left), ("right", right)])
        case .conditional(let condition, let first, let second):
            self.node("if-then-else", [("if", condition), ("then", first), ("else", second)])
        case .attribute(let operand, let name):
            self.node(".", [("left", operand)]) { $0.member("attr", name.string) }
        case .has(let operand, let path): self.has(operand, path)
        case .like(let operand, let pattern):
            self.node("like", [("left", operand)]) { $0.pattern(pattern) }
        case .isType(let operand, let type, let ancestor):
            self.node("is", [("left", operand)] + (ancestor.map { [("in", $0)] } ?? [])) {
                $0.member("entity_type", type.description)
            }
        case .set(let elements): self.list("Set", elements)
        case .call(let function, let arguments): self.list(function.rawValue, arguments)
        case .record(let fields): self.node("Record", fields.map { ($0.key.string, $0.value) })
        }
        self.endObject()
    }

    private mutating func node(
        _ name: String, _ parts: [(String, Expr)], _ more: (inout JSONWriter) -> Void = { _ in }
    ) {
        self.name(name)
        self.beginObject()
        for (name, part) in parts {
            self.name(name)
            self.expression(part)
        }
        more(&self)
        self.endObject()
    }

    private mutating func list(_ name: String, _ elements: [Expr]) {
        self.name(name)
        self.beginArray()
        for element in elements { self.expression(element) }
        self.endArray()
    }

    /// The JSON form has one name for each `has`: a path becomes a chain.
    private mutating func has(_ operand: Expr, _ path: [Text]) {
        guard path.count > 1, let last = path.last else {
            return self.node("has", [("left", operand)]) { $0.member("attr", path.first?.string ?? "") }
        }
        let before = Array(path.dropLast())
        let target = before.reduce(operand) { Expr(.attribute($0, $1)) }
        self.node("&&", [("left", Expr(.has(operand, path: before))), ("right", Expr(.has(target, path: [last])))])
    }

    private mutating func pattern(_ pattern: LikePattern) {
        self.name("pattern")
        self.beginArray()
        for element in pattern.elements {
            switch element {
            case .wildcard: self.string("Wildcard")
            case .scalar(let scalar):
                self.beginObject()
                self.member("Literal", String(scalar))
                self.endObject()
            }
        }
        self.endArray()
    }
}
