import Cedar

/// Types a policy's conditions for one kind of request: one action, one type of principal, one type of resource.
///
/// What was asked before is remembered (`principal has email && principal.email …`): each answer carries the
/// capabilities that hold where the expression is true. Where a condition is known to be false, what stands behind it
/// is not looked at. Strict: the two sides of a comparison and the elements of a set have the same type.
struct TypeChecker {
    let schema: Schema
    let tree: TermTree
    let environment: RequestEnvironment
    private(set) var findings: Set<ValidationFinding> = []
    private let policy: PolicyID
    /// How many terms may still be looked at.
    private(set) var steps: Int

    struct Answer {
        /// nil where a mistake leaves it unknown; the mistake is among the findings, or with the unknown names.
        var type: CheckedType?
        /// What is known where the value is true.
        var capabilities: Set<Int> = []

        static func boolean(_ value: Bool?, _ capabilities: Set<Int> = []) -> Answer {
            Answer(type: .boolean(value), capabilities: capabilities)
        }
    }

    init(_ schema: Schema, _ tree: TermTree, _ environment: RequestEnvironment, policy: PolicyID, steps: Int) {
        self.schema = schema
        self.tree = tree
        self.environment = environment
        self.policy = policy
        self.steps = steps
    }

    /// Whether the conditions can all be true: false where they are known not to be.
    mutating func check(_ conditions: [Int]) -> Bool {
        var known: Set<Int> = []
        var isPossible = true
        for condition in conditions {
            let answer = self.boolean(condition, known)
            if case .boolean(false) = answer.type { isPossible = false }
            guard isPossible else { break }
            known.formUnion(answer.capabilities)
        }
        return isPossible
    }

    // MARK: Findings

    mutating func report(_ code: ValidationFinding.Code, _ message: String, at index: Int) {
        self.findings.insert(
            ValidationFinding(code, message, policy: self.policy, at: self.tree[index].location))
    }

    mutating func expected(_ expected: String, _ type: CheckedType, at index: Int, hint: String? = nil) {
        let hint = hint.map { "\nhint: \($0)" } ?? ""
        self.report(.unexpectedType, "expected \(expected) but this is `\(type.name)`\(hint)", at: index)
    }

    // MARK: Expressions

    /// Types a term that must be a boolean.
    mutating func boolean(_ index: Int, _ known: Set<Int>) -> Answer {
        var answer = self.type(index, known)
        if let type = answer.type, !type.isBoolean {
            self.expected("`Bool`", type, at: index)
            answer = Answer()
        }
        return answer
    }

    mutating func type(_ index: Int, _ known: Set<Int>) -> Answer {
        guard self.steps > 0 else { return Answer() }
        self.steps -= 1
        let term = self.tree[index]
        switch term.kind {
        case .literal(let literal): return Answer(type: self.type(of: literal))
        case .variable(let variable): return Answer(type: self.type(of: variable))
        case .unary(let op, let operand): return self.unary(op, operand, known)
        case .binary(let op, let left, let right): return self.binary(op, left, right, known, at: index)
        case .and(let left, let right): return self.and(left, right, known)
        case .or(let left, let right): return self.or(left, right, known)
        case .conditional(let test, let then, let otherwise):
            return self.conditional(test, then, otherwise, known, at: index)
        case .attribute(let base, let name): return self.attribute(name, of: base, known, at: index)
        case .has(let base, let path): return self.has(path, of: base, known, at: index)
        case .like(let base, _):
            let type = self.type(base, known).type
            switch type {
            case .string, nil: break
            case .some(let type):
                let isEntity = if case .entity = type { true } else { false }
                self.expected("`String`", type, at: base, hint: isEntity ? "`is` tests the type of an entity" : nil)
            }
            return .boolean(nil)
        case .isType(let base, let type): return self.isType(self.type(base, known).type, type, at: base)
        case .isTypeIn(let base, let type, let group): return self.isTypeIn(base, type, group, known)
        case .set(let elements): return self.set(elements, known, at: index)
        case .record(let names, let values):
            var fields: [Text: CheckedType]? = [:]
            for (name, value) in zip(names, values) {
                if let type = self.type(value, known).type { fields?[name] = type } else { fields = nil }
            }
            return Answer(type: fields.map(CheckedType.record))
        case .call(let function, let arguments): return self.call(function, arguments, known, at: index)
        }
    }

    private func type(of literal: Expr.Literal) -> CheckedType? {
        switch literal {
        case .boolean(let value): return .boolean(value)
        case .long: return .long
        case .string: return .string
        case .entity(let uid):
            // What is unknown is reported once for the policy, not here for each kind of request.
            let isKnown = uid.type.isAction ? self.schema.actions[uid] != nil : self.schema.entityTypes[uid.type] != nil
            return isKnown ? .entity(uid.type) : nil
        }
    }

    private func type(of variable: Expr.Variable) -> CheckedType {
        switch variable {
        case .principal: .entity(self.environment.principal)
        case .action: .entity(self.environment.action.uid.type)
        case .resource: .entity(self.environment.resource)
        case .context: .declared(.record(self.environment.action.context))
        }
    }

    // MARK: Logic

    private mutating func and(_ left: Int, _ right: Int, _ known: Set<Int>) -> Answer {
        let first = self.boolean(left, known)
        if case .boolean(false) = first.type { return .boolean(false) }
        let second = self.boolean(right, known.union(first.capabilities))
        let both = first.capabilities.union(second.capabilities)
        switch (first.type, second.type) {
        case (_, .boolean(false)): return .boolean(false)
        case (.some, .boolean(true)): return Answer(type: first.type, capabilities: both)
        case (.boolean(true), .some): return Answer(type: second.type, capabilities: both)
        default: return .boolean(nil, both)
        }
    }

    private mutating func or(_ left: Int, _ right: Int, _ known: Set<Int>) -> Answer {
        let first = self.boolean(left, known)
        if case .boolean(true) = first.type { return first }
        let second = self.boolean(right, known)
        switch (first.type, second.type) {
        case (_, .boolean(true)): return second
        case (.some, .boolean(false)): return first
        case (.boolean(false), .some): return second
        default: return .boolean(nil, first.capabilities.intersection(second.capabilities))
        }
    }

    private mutating func conditional(
        _ test: Int, _ then: Int, _ otherwise: Int, _ known: Set<Int>, at index: Int
    ) -> Answer {
        let condition = self.boolean(test, known)
        if case .boolean(false) = condition.type { return self.type(otherwise, known) }
        var first = self.type(then, known.union(condition.capabilities))
        first.capabilities.formUnion(condition.capabilities)
        if case .boolean(true) = condition.type { return first }
        let second = self.type(otherwise, known)
        let capabilities = first.capabilities.intersection(second.capabilities)
        guard let left = first.type, let right = second.type else { return Answer(capabilities: capabilities) }
        guard let common = CheckedType.common(left, right) else {
            self.report(
                .incompatibleTypes,
                "`then` is `\(left.name)` and `else` is `\(right.name)`: both must have the same type",
                at: index)
            return Answer()
        }
        return Answer(type: common, capabilities: capabilities)
    }

    private mutating func set(_ elements: [Int], _ known: Set<Int>, at index: Int) -> Answer {
        guard !elements.isEmpty else {
            self.report(
                .emptySet, "the elements of `[]` have no type\nhint: use `isEmpty()` to test for no elements", at: index
            )
            return Answer()
        }
        var common: CheckedType?
        var isKnown = true
        for element in elements {
            guard let type = self.type(element, known).type else {
                isKnown = false
                continue
            }
            guard isKnown else { continue }
            guard let before = common else {
                common = type
                continue
            }
            common = CheckedType.common(before, type)
            if common == nil {
                self.report(
                    .incompatibleTypes,
                    "a set holds `\(before.name)` and `\(type.name)`: all elements must have the same type", at: index)
                isKnown = false
            }
        }
        return Answer(type: isKnown ? common.map(CheckedType.set) : nil)
    }
}
