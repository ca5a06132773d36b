import TestSupport

@testable import Cedar

extension Expr {
    /// The tree with every level in parentheses: two expressions have the same one only if they are the same.
    var tree: String {
        func key(_ text: Text) -> String { CedarText.isIdentifier(text) ? text.string : CedarText.quoted(text) }
        func node(_ name: String, _ parts: [Expr]) -> String {
            parts.isEmpty ? "(\(name))" : "(\(name) \(parts.map(\.tree).joined(separator: " ")))"
        }
        switch self.kind {
        case .literal(let literal): return Value(literal).description
        case .variable(let variable): return variable.rawValue
        case .unary(.not, let operand): return node("!", [operand])
        case .unary(.negate, let operand): return node("neg", [operand])
        case .unary(.isEmpty, let operand): return node("isEmpty", [operand])
        case .binary(let symbol, let left, let right): return node(symbol.rawValue, [left, right])
        case .and(let left, let right): return node("&&", [left, right])
        case .or(let left, let right): return node("||", [left, right])
        case .conditional(let condition, let first, let second): return node("if", [condition, first, second])
        case .attribute(let operand, let name): return "(. \(operand.tree) \(key(name)))"
        case .has(let operand, let path): return "(has \(operand.tree) \(path.map(key).joined(separator: ".")))"
        case .like(let operand, let pattern): return "(like \(operand.tree) \(CedarText.quoted(pattern)))"
        case .isType(let operand, let type, let ancestor):
            return "(is \(operand.tree) \(type)\(ancestor.map { " " + $0.tree } ?? ""))"
        case .set(let elements): return node("set", elements)
        case .record(let fields):
            return fields.isEmpty
                ? "(record)" : "(record \(fields.map { "\(key($0.key)):\($0.value.tree)" }.joined(separator: " ")))"
        case .call(let function, let arguments): return node(function.rawValue, arguments)
        }
    }
}

/// Makes expressions and policies of every kind, without regard to types.
struct ExprGenerator {
    var random: SplitMix

    static let names: [Text] = ["a", "b", "name", "in", "is", "a b", "", "é", "x\"y", "_1"]
    static let strings: [Text] = ["", "a", "a*b", "\\", "\"", "é", "e\u{301}", "\n\t\0\u{1}", "😀"]
    static let uids = [
        EntityUID(type: "User", id: "a"), EntityUID(type: "User", id: "b"), EntityUID(type: "A::Group", id: "\"q\""),
        EntityUID(type: "A::Group", id: "g"), EntityUID(type: "Team", id: ""),
    ]
    static let numbers: [Int64] = [0, 1, -1, 7, .max, .min]

    mutating func expression(_ depth: Int) -> Expr {
        guard depth > 0 else { return Expr(self.leaf()) }
        let less = depth - 1
        switch self.random.below(14) {
        case 0: return Expr(.unary(self.random.pick([.not, .negate, .isEmpty]), self.expression(less)))
        case 1, 2:
            return Expr(
                .binary(
                    self.random.pick(Expr.BinaryOperator.allCases), self.expression(less), self.expression(less)))
        case 3: return Expr(.and(self.expression(less), self.expression(less)))
        case 4: return Expr(.or(self.expression(less), self.expression(less)))
        case 5:
            return Expr(.conditional(self.expression(less), then: self.expression(less), else: self.expression(less)))
        case 6: return Expr(.attribute(self.expression(less), self.random.pick(Self.names)))
        case 7:
            let path: [Text] = (0..<1 + self.random.below(3)).map { _ in self.random.pick(["a", "b", "name"]) }
            return Expr(.has(self.expression(less), path: self.random.chance(20) ? ["x y"] : path))
        case 8:
            let pieces: [LikePattern.Element] = [.wildcard, .scalar("*"), .scalar("a"), .scalar("\\"), .scalar("é")]
            let elements = (0..<self.random.below(5)).map { _ in self.random.pick(pieces) }
            return Expr(.like(self.expression(less), LikePattern(elements)))
        case 9:
            return Expr(
                .isType(
                    self.expression(less), self.random.pick(["User", "A::Group"]),
                    in: self.random.chance(50) ? self.expression(less) : nil))
        case 10: return Expr(.set((0..<self.random.below(4)).map { _ in self.expression(less) }))
        case 11:
            var fields: [Expr.RecordField] = []
            for name in Self.names where self.random.chance(20) {
                fields.append(Expr.RecordField(name, self.expression(less)))
            }
            return Expr(.record(fields))
        case 12:
            let function = self.random.pick(ExtensionFunction.allCases)
            let count = function.isConstructor ? self.random.below(3) : 1 + self.random.below(2)
            return Expr(.call(function, (0..<count).map { _ in self.expression(less) }))
        default: return Expr(self.leaf())
        }
    }

    private mutating func leaf() -> Expr.Kind {
        switch self.random.below(5) {
        case 0: .literal(.boolean(self.random.chance(50)))
        case 1: .literal(.long(self.random.pick(Self.numbers)))
        case 2: .literal(.string(self.random.pick(Self.strings)))
        case 3: .literal(.entity(self.random.pick(Self.uids)))
        default: .variable(self.random.pick(Expr.Variable.allCases))
        }
    }

    mutating func policy(id: PolicyID, depth: Int) -> CedarPolicy {
        let annotations =
            self.random.chance(30) ? [Annotation(key: "id", value: "x"), Annotation(key: "if", value: nil)] : []
        let conditions = (0..<self.random.below(3)).map { _ in
            Condition(self.random.pick([.when, .unless]), self.expression(depth))
        }
        return CedarPolicy(
            id: id, effect: self.random.pick([.permit, .forbid]), annotations: annotations, principal: self.scope(),
            action: self.action(), resource: self.scope(), conditions: conditions)
    }

    private mutating func scope() -> ScopeConstraint {
        let uid = self.random.pick(Self.uids)
        let kinds: [ScopeConstraint.Kind] = [
            .any, .any, .equal(.entity(uid)), .in(.entity(uid)), .is(uid.type), .isIn(uid.type, .entity(uid)),
            .isIn("User", .entity(uid)),
        ]
        return ScopeConstraint(self.random.pick(kinds))
    }

    static let actions = ["view", "edit", "read"].map { EntityUID(type: "Action", id: $0) }

    private mutating func action() -> ActionConstraint {
        let action = self.random.pick(Self.actions)
        switch self.random.below(4) {
        case 0: return .any
        case 1: return ActionConstraint(.equal(action))
        case 2: return ActionConstraint(.in([action]))
        default: return ActionConstraint(.in([action, self.random.pick(Self.actions)]), isList: true)
        }
    }
}
