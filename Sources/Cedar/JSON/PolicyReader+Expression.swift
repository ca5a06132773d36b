import Kernel

extension PolicyReader {
    /// An expression: an object with one member, which names the operator.
    func expression(_ node: JSONTape.Node) throws(CedarError) -> Expr {
        let members = try self.values.members(node)
        guard members.count == 1, let (name, value) = members.first else {
            throw self.error(node, .syntax, "an expression is an object with one member")
        }
        return Expr(try self.kind(name.string, value))
    }

    private func kind(_ name: String, _ node: JSONTape.Node) throws(CedarError) -> Expr.Kind {
        switch name {
        case "Value": return try self.literal(node).kind
        case "Var":
            guard let variable = Expr.Variable(rawValue: self.values.text(node).string) else {
                throw self.error(node, .unknownName, "`\(self.values.text(node))` is no variable")
            }
            return .variable(variable)
        case "Slot": throw self.error(node, .template, "a slot can stand only in the scope")
        case "!": return .unary(.not, try self.part("arg", node, "arg"))
        case "neg": return .unary(.negate, try self.part("arg", node, "arg"))
        case "isEmpty": return .unary(.isEmpty, try self.part("arg", node, "arg"))
        case "&&": return .and(try self.part("left", node), try self.part("right", node))
        case "||": return .or(try self.part("left", node), try self.part("right", node))
        case ".":
            return .attribute(
                try self.part("left", node, "left", "attr"), Text(try self.string("attr", node)))
        case "has":
            return .has(try self.part("left", node, "left", "attr"), path: [Text(try self.string("attr", node))])
        case "is":
            let ancestor = self.member("in", node)
            return .isType(
                try self.part("left", node, "left", "entity_type", "in"), try self.type("entity_type", node),
                in: try ancestor.map { (node) throws(CedarError) in try self.expression(node) })
        case "like":
            let operand = try self.part("left", node, "left", "pattern")
            return .like(operand, try self.pattern(self.required("pattern", node)))
        case "if-then-else":
            return .conditional(
                try self.part("if", node, "if", "then", "else"),
                then: try self.part("then", node, "if", "then", "else"),
                else: try self.part("else", node, "if", "then", "else"))
        case "Set": return .set(try self.expressions(node))
        case "Record":
            var fields: [Expr.RecordField] = []
            for (key, value) in try self.values.members(node) {
                fields.append(Expr.RecordField(key, try self.expression(value)))
            }
            return .record(fields)
        default: return try self.other(name, node)
        }
    }

    private func other(_ name: String, _ node: JSONTape.Node) throws(CedarError) -> Expr.Kind {
        if let symbol = Expr.BinaryOperator(rawValue: name) {
            return .binary(symbol, try self.part("left", node), try self.part("right", node))
        }
        guard let function = ExtensionFunction(rawValue: name) else {
            throw self.error(node, .unknownName, "there is no operator or function `\(name)`")
        }
        let arguments = try self.expressions(node)
        guard function.isConstructor || !arguments.isEmpty else {
            throw self.error(node, .syntax, "the method `\(name)` needs a receiver")
        }
        return .call(function, arguments)
    }

    /// The expression under a name, in an object that has no other members than the known ones.
    private func part(
        _ name: StaticString, _ node: JSONTape.Node, _ known: Text...
    ) throws(CedarError) -> Expr {
        let names = known.isEmpty ? ["left", "right"] : known
        for (found, value) in try self.values.members(node) where !names.contains(found) {
            throw self.error(value, .unknownName, "`\(found)` does not belong here")
        }
        return try self.expression(self.required(name, node))
    }

    private func expressions(_ node: JSONTape.Node) throws(CedarError) -> [Expr] {
        var expressions: [Expr] = []
        for element in try self.elements(node) { expressions.append(try self.expression(element)) }
        return expressions
    }

    private func pattern(_ node: JSONTape.Node) throws(CedarError) -> LikePattern {
        var elements: [LikePattern.Element] = []
        for part in try self.elements(node) {
            if self.values.tape.isString(part, "Wildcard", in: self.values.bytes.span) {
                elements.append(.wildcard)
            } else {
                elements += try self.string("Literal", part).unicodeScalars.map { .scalar($0) }
            }
        }
        return LikePattern(elements)
    }

    /// A value written as such: what entities and contexts hold.
    private func literal(_ node: JSONTape.Node) throws(CedarError) -> Expr {
        switch self.values.tape.kind(node) {
        case .array:
            var elements: [Expr] = []
            for element in try self.elements(node) { elements.append(try self.literal(element)) }
            return Expr(.set(elements))
        case .object:
            let members = try self.values.members(node)
            if members.count == 1, let (name, value) = members.first {
                if name == "__extn", let function = ExtensionFunction(rawValue: try self.string("fn", value)) {
                    let argument = try self.literal(self.required("arg", value))
                    return Expr(.call(function, [argument]))
                }
                if name == "__entity", let uid = try self.values.uid(value) { return Expr(.literal(.entity(uid))) }
            }
            var fields: [Expr.RecordField] = []
            for (key, value) in members { fields.append(Expr.RecordField(key, try self.literal(value))) }
            return Expr(.record(fields))
        default:
            switch try self.values.value(node) {
            case .boolean(let value): return Expr(.literal(.boolean(value)))
            case .long(let value): return Expr(.literal(.long(value)))
            case .string(let value): return Expr(.literal(.string(value)))
            default: throw self.error(node, .typeMismatch, "expected a value")
            }
        }
    }
}
