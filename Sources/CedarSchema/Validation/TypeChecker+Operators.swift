import Cedar

extension TypeChecker {
    mutating func unary(_ op: Expr.UnaryOperator, _ operand: Int, _ known: Set<Int>) -> Answer {
        switch op {
        case .not:
            guard case .boolean(let value) = self.boolean(operand, known).type else { return .boolean(nil) }
            return .boolean(value.map { !$0 })
        case .negate:
            self.long(operand, known)
            return Answer(type: .long)
        case .isEmpty:
            _ = self.setOperand(operand, known)
            return .boolean(nil)
        }
    }

    mutating func binary(
        _ op: Expr.BinaryOperator, _ left: Int, _ right: Int, _ known: Set<Int>, at index: Int
    ) -> Answer {
        switch op {
        case .equal, .notEqual: return self.equal(left, right, known, at: index)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            self.compare(left, right, known)
            return .boolean(nil)
        case .add, .subtract, .multiply:
            self.long(left, known)
            self.long(right, known)
            return Answer(type: .long)
        case .in: return self.isIn(left, right, known)
        case .contains:
            let set = self.setOperand(left, known)
            let element = self.type(right, known).type
            if let expected = set?.element, let element { self.require(expected, element, at: index) }
            return .boolean(nil)
        case .containsAll, .containsAny:
            let first = self.setOperand(left, known)
            let second = self.setOperand(right, known)
            if let first, let second { self.require(first, second, at: index) }
            return .boolean(nil)
        case .hasTag: return self.hasTag(left, right, known, at: index)
        case .getTag: return self.getTag(left, right, known, at: index)
        }
    }

    // MARK: Comparing

    private mutating func equal(_ left: Int, _ right: Int, _ known: Set<Int>, at index: Int) -> Answer {
        let first = self.type(left, known).type
        let second = self.type(right, known).type
        if case .entity(let first) = first, case .entity(let second) = second, first != second {
            return .boolean(false)
        }
        if let first = self.literal(left), let second = self.literal(right) { return .boolean(first == second) }
        if let first, let second { self.require(first, second, at: index) }
        return .boolean(nil)
    }

    /// The literal that a term is, taking `action` for the action it stands for.
    private func literal(_ index: Int) -> Expr.Literal? {
        switch self.tree[index].kind {
        case .literal(let literal): literal
        case .variable(.action): .entity(self.environment.action.uid)
        default: nil
        }
    }

    private mutating func compare(_ left: Int, _ right: Int, _ known: Set<Int>) {
        guard let first = self.type(left, known).type, let second = self.type(right, known).type else { return }
        if first.isOrdered, second.isOrdered {
            if CheckedType.common(first, second) == nil { self.expected("`\(first.name)`", second, at: right) }
            return
        }
        let hint: (CheckedType) -> String? = { type in
            if case .extension(.decimal) = type { return "compare decimals with `lessThan` and its like" }
            return nil
        }
        if !first.isOrdered { self.expected("`Long`, `datetime` or `duration`", first, at: left, hint: hint(first)) }
        if !second.isOrdered {
            self.expected("`Long`, `datetime` or `duration`", second, at: right, hint: hint(second))
        }
    }

    private mutating func require(_ first: CheckedType, _ second: CheckedType, at index: Int) {
        guard CheckedType.common(first, second) == nil else { return }
        self.report(
            .incompatibleTypes, "`\(first.name)` and `\(second.name)` are never equal: both must have the same type",
            at: index)
    }

    private mutating func long(_ index: Int, _ known: Set<Int>) {
        switch self.type(index, known).type {
        case .long, nil: return
        case .string: self.expected("`Long`", .string, at: index, hint: "texts cannot be joined")
        case .some(let type): self.expected("`Long`", type, at: index)
        }
    }

    private mutating func string(_ index: Int, _ known: Set<Int>) {
        switch self.type(index, known).type {
        case .string, nil: return
        case .some(let type): self.expected("`String`", type, at: index)
        }
    }

    /// Types a term that must be a set; nil where it is none or is unknown.
    private mutating func setOperand(_ index: Int, _ known: Set<Int>) -> CheckedType? {
        guard let type = self.type(index, known).type else { return nil }
        guard !type.isSet else { return type }
        let hint: String? =
            switch type {
            case .entity: "`in` tests the membership of an entity"
            case .record, .declared(.record): "`has` tests for an attribute"
            case .string: "`like` looks into a text"
            default: nil
            }
        self.expected("a set", type, at: index, hint: hint)
        return nil
    }

    // MARK: Entities

    private mutating func entityOperand(_ index: Int, _ known: Set<Int>, hint: String? = nil) -> EntityType? {
        switch self.type(index, known).type {
        case .entity(let type): return type
        case nil: return nil
        case .some(let type):
            self.expected("an entity", type, at: index, hint: hint)
            return nil
        }
    }

    mutating func isType(_ type: CheckedType?, _ wanted: EntityType, at index: Int) -> Answer {
        switch type {
        case .entity(let type): return .boolean(type == wanted)
        case nil: return .boolean(nil)
        case .some(let type):
            self.expected("an entity", type, at: index, hint: "`is` tests the type of entities only")
            return .boolean(nil)
        }
    }

    /// Like `a is T && a in b`, with `a` typed once.
    mutating func isTypeIn(_ base: Int, _ wanted: EntityType, _ group: Int, _ known: Set<Int>) -> Answer {
        let type = self.type(base, known).type
        if case .boolean(false) = self.isType(type, wanted, at: base).type { return .boolean(false) }
        var member: EntityType?
        if case .entity(let type) = type { member = type }
        return self.isIn(base, member, group, known)
    }

    private mutating func isIn(_ left: Int, _ right: Int, _ known: Set<Int>) -> Answer {
        let member = self.entityOperand(left, known, hint: "`contains` tests for an element of a set")
        return self.isIn(left, member, right, known)
    }

    private mutating func isIn(_ left: Int, _ member: EntityType?, _ right: Int, _ known: Set<Int>) -> Answer {
        let type = self.type(right, known).type
        var group: EntityType?
        switch type {
        case nil: break
        case .entity(let type): group = type
        case .some(let type):
            if case .entity(let element) = type.element {
                group = element
            } else {
                self.expected("an entity or a set of entities", type, at: right)
            }
        }
        guard let member, let group else { return .boolean(nil) }
        if case .entity(let uid) = self.literal(left), uid.type.isAction, let groups = self.entityLiterals(right) {
            let answers = groups.filter(\.type.isAction).map { self.schema.isIn(uid, $0) }
            return .boolean(answers.contains(nil) ? nil : answers.contains(true))
        }
        return .boolean(self.schema.canBeIn(member, group) ? nil : false)
    }

    /// The entities that a term names, where it names nothing else.
    private func entityLiterals(_ index: Int) -> [EntityUID]? {
        if case .entity(let uid) = self.literal(index) { return [uid] }
        guard case .set(let elements) = self.tree[index].kind else { return nil }
        var uids: [EntityUID] = []
        for element in elements {
            guard case .entity(let uid) = self.literal(element) else { return nil }
            uids.append(uid)
        }
        return uids
    }

    // MARK: Tags

    private mutating func hasTag(_ left: Int, _ right: Int, _ known: Set<Int>, at index: Int) -> Answer {
        let type = self.entityOperand(left, known)
        self.string(right, known)
        guard let type else { return .boolean(nil) }
        guard self.schema.tags(of: type) != nil else { return .boolean(false) }
        let capabilities = Set(self.tree[index].capabilities)
        return .boolean(capabilities.isSubset(of: known) ? true : nil, capabilities)
    }

    private mutating func getTag(_ left: Int, _ right: Int, _ known: Set<Int>, at index: Int) -> Answer {
        let type = self.entityOperand(left, known)
        self.string(right, known)
        guard let type else { return Answer() }
        guard let tag = self.schema.tags(of: type) else {
            self.report(.noTags, "entities of type `\(type)` have no tags", at: index)
            return Answer()
        }
        if !known.isSuperset(of: self.tree[index].capabilities) {
            self.report(
                .optionalTag,
                "this tag of `\(type)` may not be there\nhint: test for it with `hasTag` first", at: index)
        }
        return Answer(type: CheckedType(tag))
    }
}
