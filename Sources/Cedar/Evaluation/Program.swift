/// Expressions as they are evaluated: a flat list of nodes that name each other by position.
///
/// What can be known beforehand is done beforehand: literals are values, sets, records and constructors of literals are
/// computed, patterns are prepared.
struct Program: Sendable {
    typealias Index = Int

    enum Node: Sendable {
        case constant(Value)
        case variable(Expr.Variable)
        case not(Index)
        case negate(Index)
        case isEmpty(Index)
        case and(Index, Index)
        case or(Index, Index)
        case conditional(Index, Index, Index)
        case binary(Expr.BinaryOperator, Index, Index)
        case attribute(Index, Text)
        /// The same of a variable, which is the most frequent kind.
        case variableAttribute(Expr.Variable, Text)
        /// The same, where it is one of `attributes`: looked up once for all policies of a decision.
        case sharedAttribute(Int)
        case has(Index, [Text])
        case like(Index, LikeMatcher)
        case isType(Index, EntityType, Index?)
        case set([Index])
        case record([(key: Text, value: Index)])
        case call(ExtensionFunction, [Index])
    }

    /// An attribute of a variable: `context.labels`.
    struct Attribute: Sendable, Hashable {
        let variable: Expr.Variable
        let key: Text
    }

    /// How many attributes are shared: a decision has a place for each, so their number must not grow with the policies.
    private static let sharedCount = 64

    /// What conditions ask of variables, each once; the first so many.
    private(set) var attributes: [Attribute] = []
    private var places: [Attribute: Int] = [:]
    private(set) var nodes: [Node] = []
    private(set) var locations: [SourceLocation] = []

    /// Adds an expression and says where its root is.
    mutating func add(_ expression: Expr) -> Index {
        let node = self.node(expression)
        return self.append(node, at: expression.location)
    }

    /// Adds what a policy's conditions say together; nil where there are none.
    mutating func add(_ conditions: [Condition]) -> Index? {
        var whole: Index?
        for condition in conditions {
            var root = self.add(condition.body)
            if condition.kind == .unless { root = self.append(.not(root), at: condition.body.location) }
            whole = whole.map { self.append(.and($0, root), at: condition.body.location) } ?? root
        }
        return whole
    }

    private mutating func append(_ node: Node, at location: SourceLocation) -> Index {
        self.nodes.append(node)
        self.locations.append(location)
        return self.nodes.count - 1
    }

    private mutating func node(_ expression: Expr) -> Node {
        switch expression.kind {
        case .literal(let literal): return .constant(Value(literal))
        case .variable(let variable): return .variable(variable)
        case .unary(.not, let operand): return .not(self.add(operand))
        case .unary(.negate, let operand): return .negate(self.add(operand))
        case .unary(.isEmpty, let operand): return .isEmpty(self.add(operand))
        case .and(let left, let right): return .and(self.add(left), self.add(right))
        case .or(let left, let right): return .or(self.add(left), self.add(right))
        case .conditional(let condition, let first, let second):
            return .conditional(self.add(condition), self.add(first), self.add(second))
        case .binary(let symbol, let left, let right): return .binary(symbol, self.add(left), self.add(right))
        case .attribute(let operand, let name):
            guard case .variable(let variable) = operand.kind else { return .attribute(self.add(operand), name) }
            return self.place(of: Attribute(variable: variable, key: name)).map { .sharedAttribute($0) }
                ?? .variableAttribute(variable, name)
        case .has(let operand, let path): return .has(self.add(operand), path)
        case .like(let operand, let pattern): return .like(self.add(operand), LikeMatcher(pattern))
        case .isType(let operand, let type, let ancestor):
            return .isType(self.add(operand), type, ancestor.map { self.add($0) })
        case .set, .record, .call:
            if let value = Self.constant(expression) { return .constant(value) }
            return self.composite(expression)
        }
    }

    private mutating func place(of attribute: Attribute) -> Int? {
        if let place = self.places[attribute] { return place }
        guard self.attributes.count < Self.sharedCount else { return nil }
        self.places[attribute] = self.attributes.count
        self.attributes.append(attribute)
        return self.attributes.count - 1
    }

    private mutating func composite(_ expression: Expr) -> Node {
        switch expression.kind {
        case .set(let elements): .set(elements.map { self.add($0) })
        case .record(let fields): .record(fields.map { ($0.key, self.add($0.value)) })
        case .call(let function, let arguments): .call(function, arguments.map { self.add($0) })
        default: .constant(.boolean(false))
        }
    }

    /// The value of what holds literals only and cannot fail.
    private static func constant(_ expression: Expr) -> Value? {
        switch expression.kind {
        case .literal(let literal): return Value(literal)
        case .set(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements {
                guard let value = self.constant(element) else { return nil }
                values.append(value)
            }
            return .set(SetValue(values))
        case .record(let fields):
            var values: [RecordValue.Field] = []
            for field in fields {
                guard let value = self.constant(field.value) else { return nil }
                values.append(RecordValue.Field(field.key, value))
            }
            return .record(RecordValue(values))
        case .call(let function, let arguments):
            guard function.isConstructor, arguments.count == 1, let argument = arguments.first,
                case .literal(.string(let text)) = argument.kind
            else { return nil }
            return Value(constructor: function, text)
        default: return nil
        }
    }
}

extension Value {
    package init(_ literal: Expr.Literal) {
        switch literal {
        case .boolean(let value): self = .boolean(value)
        case .long(let value): self = .long(value)
        case .string(let value): self = .string(value)
        case .entity(let value): self = .entity(value)
        }
    }

    /// What a constructor makes of a string; nil where it cannot take it.
    package init?(constructor function: ExtensionFunction, _ text: Text) {
        switch function {
        case .decimal:
            guard let value = DecimalValue(text) else { return nil }
            self = .decimal(value)
        case .ip:
            guard let value = AddressValue(text) else { return nil }
            self = .address(value)
        case .datetime:
            guard let value = DatetimeValue(text) else { return nil }
            self = .datetime(value)
        case .duration:
            guard let value = DurationValue(text) else { return nil }
            self = .duration(value)
        default: return nil
        }
    }
}
