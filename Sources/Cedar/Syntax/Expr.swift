/// An expression of a policy as it was written: a tree with the place of each part.
///
/// Nothing is evaluated or folded here, except that a minus sign directly before a number belongs to the number. The
/// depth of a tree is bounded by whoever reads it (`ParserLimits.depth`), so walking one recursively is safe.
package struct Expr: Sendable {
    package let kind: Kind
    package let location: SourceLocation
    /// How many levels this tree has; 1 for a leaf.
    package let depth: Int

    package init(_ kind: Kind, at location: SourceLocation = .none) {
        self.kind = kind
        self.location = location
        self.depth = kind.greatestChildDepth + 1
    }

    package indirect enum Kind: Sendable {
        case literal(Literal)
        case variable(Variable)
        /// `!a`, `-a`, `a.isEmpty()`.
        case unary(UnaryOperator, Expr)
        /// Strict operators on two values, also those that are written as methods: `contains`, `getTag`, ….
        case binary(BinaryOperator, Expr, Expr)
        case and(Expr, Expr)
        case or(Expr, Expr)
        /// `if a then b else c`.
        case conditional(Expr, then: Expr, else: Expr)
        /// `a.b` and `a["b"]`.
        case attribute(Expr, Text)
        /// `a has b.c.d`: at least one name.
        case has(Expr, path: [Text])
        case like(Expr, LikePattern)
        /// `a is T` and `a is T in b`.
        case isType(Expr, EntityType, in: Expr?)
        case set([Expr])
        /// In the order of writing; keys are unique.
        case record([RecordField])
        /// A constructor such as `ip("…")` or a method such as `a.lessThan(b)` (the receiver is the first argument).
        /// The number of arguments may be wrong: that is an error of the validator, and of evaluation.
        case call(ExtensionFunction, [Expr])

        fileprivate var greatestChildDepth: Int {
            switch self {
            case .literal, .variable: 0
            case .unary(_, let operand), .attribute(let operand, _), .has(let operand, _), .like(let operand, _):
                operand.depth
            case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right):
                max(left.depth, right.depth)
            case .conditional(let condition, let first, let second):
                max(condition.depth, first.depth, second.depth)
            case .isType(let operand, _, let ancestor): max(operand.depth, ancestor?.depth ?? 0)
            case .set(let elements), .call(_, let elements): elements.reduce(0) { max($0, $1.depth) }
            case .record(let fields): fields.reduce(0) { max($0, $1.value.depth) }
            }
        }
    }

    package enum Literal: Hashable, Sendable {
        case boolean(Bool)
        case long(Int64)
        case string(Text)
        case entity(EntityUID)
    }

    package enum Variable: String, Hashable, Sendable, CaseIterable {
        case principal, action, resource, context
    }

    package enum UnaryOperator: Hashable, Sendable {
        case not, negate, isEmpty
    }

    package enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case `in`
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case contains
        case containsAll
        case containsAny
        case getTag
        case hasTag
    }

    package struct RecordField: Sendable {
        package let key: Text
        package let value: Expr

        package init(_ key: Text, _ value: Expr) {
            self.key = key
            self.value = value
        }
    }
}

/// What stands to the right of `like`: characters and wildcards.
package struct LikePattern: Hashable, Sendable {
    package enum Element: Hashable, Sendable {
        case scalar(Unicode.Scalar)
        /// `*`: any number of any characters.
        case wildcard
    }

    package let elements: [Element]

    package init(_ elements: [Element]) { self.elements = elements }
}
