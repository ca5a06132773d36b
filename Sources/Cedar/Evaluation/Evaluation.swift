/// Evaluates the expressions of a program for one request.
///
/// Operators take their operands from left to right; `&&`, `||` and `if` look only at what they need. A missing entity
/// has no attributes: `has` says no, access is an error. Depth is bounded by the parser, so recursion is. A class, so that
/// handing it down costs nothing.
final class Evaluation {
    private let program: Program
    private let request: AccessRequest
    let entities: Entities
    /// What is known of the request's principal and resource, looked up once.
    private let principal: Entities.Node?
    private let resource: Entities.Node?
    /// The program's shared attributes, as far as some condition has asked for them.
    private var known: [Value?]

    init(_ program: Program, request: AccessRequest, entities: Entities) {
        self.program = program
        self.request = request
        self.entities = entities
        self.principal = entities.node(request.principal)
        self.resource = entities.node(request.resource)
        self.known = Array(repeating: nil, count: program.attributes.count)
    }

    // MARK: By kind

    /// The value of a condition.
    func boolean(_ index: Program.Index) throws(EvaluationError) -> Bool {
        switch self.program.nodes[index] {
        case .and(let left, let right):
            guard try self.boolean(left) else { return false }
            return try self.boolean(right)
        case .or(let left, let right):
            if try self.boolean(left) { return true }
            return try self.boolean(right)
        case .not(let operand): return try !self.boolean(operand)
        case .conditional(let condition, let first, let second):
            return try self.boolean(self.boolean(condition) ? first : second)
        case .isEmpty(let operand): return try self.set(operand).isEmpty
        case .binary(let symbol, let left, let right):
            if let result = try self.test(symbol, left, right) { return result }
        case .has(let operand, let path): return try self.has(operand, path)
        case .like(let operand, let matcher): return try matcher.matches(self.string(operand))
        case .isType(let operand, let type, let ancestor):
            let uid = try self.entity(operand)
            guard uid.type == type else { return false }
            guard let ancestor else { return true }
            return try self.isMember(uid, of: ancestor)
        case .constant, .variable, .negate, .attribute, .variableAttribute, .sharedAttribute, .set, .record,
            .call:
            break
        }
        let value = try self.value(index)
        guard case .boolean(let result) = value else { throw self.mismatch(index, "bool", value) }
        return result
    }

    func value(_ index: Program.Index) throws(EvaluationError) -> Value {
        switch self.program.nodes[index] {
        case .constant(let value): return value
        case .variable(let variable): return self.value(of: variable)
        case .and, .or, .not, .isEmpty, .has, .like, .isType: return .boolean(try self.boolean(index))
        case .conditional(let condition, let first, let second):
            return try self.value(self.boolean(condition) ? first : second)
        case .negate(let operand):
            let (result, isTooLarge) = Int64(0).subtractingReportingOverflow(try self.long(operand))
            guard !isTooLarge else { throw self.overflow(index, "negating") }
            return .long(result)
        case .binary(let symbol, let left, let right):
            if let result = try self.test(symbol, left, right) { return .boolean(result) }
            return symbol == .getTag
                ? try self.tag(index, left, right) : try self.arithmetic(index, symbol, left, right)
        case .attribute(let operand, let key): return try self.attribute(index, self.value(operand), key)
        case .variableAttribute(let variable, let key): return try self.attribute(index, variable, key)
        case .sharedAttribute(let place):
            if let value = self.known[place] { return value }
            let attribute = self.program.attributes[place]
            let value = try self.attribute(index, attribute.variable, attribute.key)
            self.known[place] = value
            return value
        case .set(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try self.value(element)) }
            return .set(SetValue(values))
        case .record(let fields):
            var values: [RecordValue.Field] = []
            values.reserveCapacity(fields.count)
            for field in fields { values.append(RecordValue.Field(field.key, try self.value(field.value))) }
            return .record(RecordValue(values))
        case .call(let function, let arguments):
            var values: [Value] = []
            for argument in arguments { values.append(try self.value(argument)) }
            return try ExtensionCall.apply(function, values, at: self.program.locations[index])
        }
    }

    private func long(_ index: Program.Index) throws(EvaluationError) -> Int64 {
        let value = try self.value(index)
        guard case .long(let long) = value else { throw self.mismatch(index, "long", value) }
        return long
    }

    private func string(_ index: Program.Index) throws(EvaluationError) -> Text {
        let value = try self.value(index)
        guard case .string(let text) = value else { throw self.mismatch(index, "string", value) }
        return text
    }

    private func entity(_ index: Program.Index) throws(EvaluationError) -> EntityUID {
        let value = try self.value(index)
        guard case .entity(let uid) = value else { throw self.mismatch(index, "entity", value) }
        return uid
    }

    private func set(_ index: Program.Index) throws(EvaluationError) -> SetValue {
        let value = try self.value(index)
        guard case .set(let set) = value else { throw self.mismatch(index, "set", value) }
        return set
    }

    // MARK: Operators

    /// The result of an operator that yields a boolean; nil for the others.
    private func test(
        _ symbol: Expr.BinaryOperator, _ left: Program.Index, _ right: Program.Index
    ) throws(EvaluationError) -> Bool? {
        switch symbol {
        case .equal: return try self.value(left) == self.value(right)
        case .notEqual: return try self.value(left) != self.value(right)
        case .less: return try self.compare(left, right) < 0
        case .lessOrEqual: return try self.compare(left, right) <= 0
        case .greater: return try self.compare(left, right) > 0
        case .greaterOrEqual: return try self.compare(left, right) >= 0
        case .in:
            let uid = try self.entity(left)
            return try self.isMember(uid, of: right)
        case .contains:
            let set = try self.set(left)
            return set.contains(try self.value(right))
        case .containsAll:
            let set = try self.set(left)
            return set.isSuperset(of: try self.set(right))
        case .containsAny:
            let set = try self.set(left)
            return set.intersects(try self.set(right))
        case .hasTag:
            let uid = try self.entity(left)
            let key = try self.string(right)
            return self.node(uid)?.entity.tags[key] != nil
        case .add, .subtract, .multiply, .getTag: return nil
        }
    }

    /// Negative, zero or positive, for numbers, datetimes and durations; decimals have methods instead.
    private func compare(_ left: Program.Index, _ right: Program.Index) throws(EvaluationError) -> Int {
        let first = try self.value(left)
        let second = try self.value(right)
        switch (first, second) {
        case (.long(let first), .long(let second)): return first < second ? -1 : first > second ? 1 : 0
        case (.datetime(let first), .datetime(let second)): return first < second ? -1 : first > second ? 1 : 0
        case (.duration(let first), .duration(let second)): return first < second ? -1 : first > second ? 1 : 0
        case (.long, _): throw self.mismatch(right, "long", second)
        case (.datetime, _): throw self.mismatch(right, "datetime", second)
        case (.duration, _): throw self.mismatch(right, "duration", second)
        default: throw self.mismatch(left, "long, datetime or duration", first)
        }
    }

    private func isMember(_ uid: EntityUID, of right: Program.Index) throws(EvaluationError) -> Bool {
        let value = try self.value(right)
        switch value {
        case .entity(let ancestor): return self.isMember(uid, of: ancestor)
        case .set(let set):
            var found = false
            for element in set.elements {
                guard case .entity(let ancestor) = element else {
                    throw self.mismatch(right, "set of entities", element)
                }
                found = found || self.isMember(uid, of: ancestor)
            }
            return found
        default: throw self.mismatch(right, "entity or set of entities", value)
        }
    }

    private func isMember(_ uid: EntityUID, of ancestor: EntityUID) -> Bool {
        uid == ancestor || self.node(uid)?.isMember(of: ancestor) ?? false
    }

    private func node(_ uid: EntityUID) -> Entities.Node? {
        if uid.isIdentical(to: self.request.principal) { return self.principal }
        if uid.isIdentical(to: self.request.resource) { return self.resource }
        return self.entities.node(uid)
    }

    private func arithmetic(
        _ index: Program.Index, _ symbol: Expr.BinaryOperator, _ left: Program.Index, _ right: Program.Index
    ) throws(EvaluationError) -> Value {
        let first = try self.long(left)
        let second = try self.long(right)
        let (result, isTooLarge) =
            switch symbol {
            case .add: first.addingReportingOverflow(second)
            case .subtract: first.subtractingReportingOverflow(second)
            default: first.multipliedReportingOverflow(by: second)
            }
        guard !isTooLarge else {
            throw self.overflow(index, "`\(first) \(symbol.rawValue) \(second)`")
        }
        return .long(result)
    }

    // MARK: Attributes and tags

    private func value(of variable: Expr.Variable) -> Value {
        switch variable {
        case .principal: .entity(self.request.principal)
        case .action: .entity(self.request.action)
        case .resource: .entity(self.request.resource)
        case .context: .record(self.request.context)
        }
    }

    private func attribute(
        _ index: Program.Index, _ variable: Expr.Variable, _ key: Text
    ) throws(EvaluationError) -> Value {
        let record =
            switch variable {
            case .principal: self.principal?.entity.attributes
            case .action: nil as RecordValue?
            case .resource: self.resource?.entity.attributes
            case .context: self.request.context
            }
        if let found = record?[key] { return found }
        return try self.attribute(index, self.value(of: variable), key)
    }

    private func attribute(
        _ index: Program.Index, _ value: Value, _ key: Text
    ) throws(EvaluationError) -> Value {
        switch value {
        case .record(let record):
            if let found = record[key] { return found }
            throw EvaluationError(
                .unknownAttribute, "the record has no attribute `\(key)`", at: self.program.locations[index])
        case .entity(let uid):
            guard let node = self.node(uid) else { throw self.unknown(index, uid) }
            if let found = node.entity.attributes[key] { return found }
            throw EvaluationError(
                .unknownAttribute, "`\(uid)` has no attribute `\(key)`", at: self.program.locations[index])
        default: throw self.mismatch(index, "record or entity", value)
        }
    }

    private func tag(
        _ index: Program.Index, _ left: Program.Index, _ right: Program.Index
    ) throws(EvaluationError) -> Value {
        let uid = try self.entity(left)
        let key = try self.string(right)
        guard let node = self.node(uid) else { throw self.unknown(index, uid) }
        if let found = node.entity.tags[key] { return found }
        throw EvaluationError(.unknownTag, "`\(uid)` has no tag `\(key)`", at: self.program.locations[index])
    }

    private func has(_ operand: Program.Index, _ path: [Text]) throws(EvaluationError) -> Bool {
        var value = try self.value(operand)
        for key in path {
            let record: RecordValue?
            switch value {
            case .record(let found): record = found
            case .entity(let uid): record = self.node(uid)?.entity.attributes
            default: throw self.mismatch(operand, "record or entity", value)
            }
            guard let next = record?[key] else { return false }
            value = next
        }
        return true
    }

    // MARK: Errors

    private func mismatch(_ index: Program.Index, _ expected: String, _ value: Value) -> EvaluationError {
        EvaluationError(
            .typeMismatch, "expected \(expected) but found \(value.kindName)", at: self.program.locations[index])
    }

    private func overflow(_ index: Program.Index, _ what: String) -> EvaluationError {
        EvaluationError(.overflow, "\(what) leaves the range of 64 bits", at: self.program.locations[index])
    }

    private func unknown(_ index: Program.Index, _ uid: EntityUID) -> EvaluationError {
        EvaluationError(.unknownEntity, "the entity `\(uid)` is not known", at: self.program.locations[index])
    }
}
