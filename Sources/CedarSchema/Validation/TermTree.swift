package import Cedar

/// The conditions of policies as a flat list of terms, children before parents, in the few forms that the type checker
/// and the analysis tell apart.
///
/// Each term also has a shape: two terms that say the same, wherever they stand, have the same one. What was learned of
/// an expression (“this attribute is there”) is learned of its shape.
package struct TermTree {
    package enum Kind: Hashable {
        case literal(Expr.Literal)
        case variable(Expr.Variable)
        case unary(Expr.UnaryOperator, Int)
        /// `!=`, `>` and `>=` do not occur: they are the negation of the opposite.
        case binary(Expr.BinaryOperator, Int, Int)
        case and(Int, Int)
        case or(Int, Int)
        case conditional(Int, Int, Int)
        case attribute(Int, Text)
        case has(Int, [Text])
        case like(Int, LikePattern)
        case isType(Int, EntityType)
        /// `a is T in b`.
        case isTypeIn(Int, EntityType, Int)
        case set([Int])
        /// Sorted by name.
        case record([Text], [Int])
        case call(ExtensionFunction, [Int])
    }

    package struct Term {
        package let kind: Kind
        package let shape: Int
        package let location: SourceLocation
        /// What `has`, `hasTag`, attribute and tag access speak of: which capabilities they give or need.
        let capabilities: [Int]
    }

    private struct Capability: Hashable {
        let shape: Int
        let attribute: Text?
        let tag: Int?
    }

    private(set) var terms: [Term] = []
    private var shapes: [Kind: Int] = [:]
    private var capabilities: [Capability: Int] = [:]

    package init() {}

    /// Adds a policy's conditions: what must all be true for it to apply, in the order of writing.
    package mutating func add(_ policy: CedarPolicy) -> [Int] {
        policy.conditions.map { condition in
            let body = self.add(condition.body)
            switch condition.kind {
            case .when: return body
            case .unless: return self.add(.unary(.not, body), at: condition.body.location)
            }
        }
    }

    package subscript(index: Int) -> Term { self.terms[index] }

    // MARK: Building

    private mutating func add(_ expression: Expr) -> Int {
        let location = expression.location
        switch expression.kind {
        case .literal(let literal): return self.add(.literal(literal), at: location)
        case .variable(let variable): return self.add(.variable(variable), at: location)
        case .unary(let op, let operand): return self.add(.unary(op, self.add(operand)), at: location)
        case .binary(let op, let left, let right): return self.add(op, self.add(left), self.add(right), at: location)
        case .and(let left, let right): return self.add(.and(self.add(left), self.add(right)), at: location)
        case .or(let left, let right): return self.add(.or(self.add(left), self.add(right)), at: location)
        case .conditional(let test, let then, let otherwise):
            return self.add(.conditional(self.add(test), self.add(then), self.add(otherwise)), at: location)
        case .attribute(let base, let name):
            let base = self.add(base)
            let capability = self.capability(of: self.terms[base].shape, attribute: name)
            return self.add(.attribute(base, name), at: location, capabilities: [capability])
        case .has(let base, let path): return self.add(has: path, of: self.add(base), at: location)
        case .like(let base, let pattern): return self.add(.like(self.add(base), pattern), at: location)
        case .isType(let base, let type, let group):
            let base = self.add(base)
            guard let group else { return self.add(.isType(base, type), at: location) }
            return self.add(.isTypeIn(base, type, self.add(group)), at: location)
        case .set(let elements): return self.add(.set(elements.map { self.add($0) }), at: location)
        case .record(let fields):
            let sorted = fields.map { ($0.key, self.add($0.value)) }.sorted { $0.0 < $1.0 }
            return self.add(.record(sorted.map(\.0), sorted.map(\.1)), at: location)
        case .call(let function, let arguments):
            return self.add(.call(function, arguments.map { self.add($0) }), at: location)
        }
    }

    private mutating func add(_ op: Expr.BinaryOperator, _ left: Int, _ right: Int, at location: SourceLocation) -> Int
    {
        switch op {
        case .notEqual: return self.add(negated: .equal, left, right, at: location)
        case .greater: return self.add(negated: .lessOrEqual, left, right, at: location)
        case .greaterOrEqual: return self.add(negated: .less, left, right, at: location)
        case .hasTag, .getTag:
            let capability = self.index(
                of: Capability(shape: self.terms[left].shape, attribute: nil, tag: self.terms[right].shape))
            return self.add(.binary(op, left, right), at: location, capabilities: [capability])
        default: return self.add(.binary(op, left, right), at: location)
        }
    }

    private mutating func add(
        negated op: Expr.BinaryOperator, _ left: Int, _ right: Int, at location: SourceLocation
    ) -> Int {
        self.add(.unary(.not, self.add(.binary(op, left, right), at: location)), at: location)
    }

    private mutating func add(has path: [Text], of base: Int, at location: SourceLocation) -> Int {
        var capabilities: [Int] = []
        var shape = self.terms[base].shape
        for name in path {
            capabilities.append(self.capability(of: shape, attribute: name))
            if capabilities.count < path.count { shape = self.shape(of: .attribute(shape, name)) }
        }
        return self.add(.has(base, path), at: location, capabilities: capabilities)
    }

    private mutating func add(_ kind: Kind, at location: SourceLocation, capabilities: [Int] = []) -> Int {
        let shape = self.shape(of: kind.mapped { self.terms[$0].shape })
        self.terms.append(Term(kind: kind, shape: shape, location: location, capabilities: capabilities))
        return self.terms.count - 1
    }

    private mutating func shape(of kind: Kind) -> Int {
        if let shape = self.shapes[kind] { return shape }
        let shape = self.shapes.count
        self.shapes[kind] = shape
        return shape
    }

    private mutating func capability(of shape: Int, attribute: Text) -> Int {
        self.index(of: Capability(shape: shape, attribute: attribute, tag: nil))
    }

    private mutating func index(of capability: Capability) -> Int {
        if let index = self.capabilities[capability] { return index }
        let index = self.capabilities.count
        self.capabilities[capability] = index
        return index
    }
}

extension TermTree.Kind {
    /// The same with other children.
    package func mapped(_ transform: (Int) -> Int) -> TermTree.Kind {
        switch self {
        case .literal, .variable: self
        case .unary(let op, let operand): .unary(op, transform(operand))
        case .binary(let op, let left, let right): .binary(op, transform(left), transform(right))
        case .and(let left, let right): .and(transform(left), transform(right))
        case .or(let left, let right): .or(transform(left), transform(right))
        case .conditional(let test, let then, let otherwise):
            .conditional(transform(test), transform(then), transform(otherwise))
        case .attribute(let base, let name): .attribute(transform(base), name)
        case .has(let base, let path): .has(transform(base), path)
        case .like(let base, let pattern): .like(transform(base), pattern)
        case .isType(let base, let type): .isType(transform(base), type)
        case .isTypeIn(let base, let type, let group): .isTypeIn(transform(base), type, transform(group))
        case .set(let elements): .set(elements.map(transform))
        case .record(let names, let values): .record(names, values.map(transform))
        case .call(let function, let arguments): .call(function, arguments.map(transform))
        }
    }
}
