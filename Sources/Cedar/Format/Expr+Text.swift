extension Expr: CustomStringConvertible {
    /// As source text, with no more parentheses than it needs; reading it yields the same tree.
    package var description: String {
        var printer = ExprPrinter()
        printer.write(self, within: .conditional)
        return printer.text
    }
}

/// Writes expressions on one line.
struct ExprPrinter {
    /// How tightly parts hold together, the loosest first.
    enum Precedence: Int, Comparable {
        case conditional, or, and, relation, sum, product, unary, member

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

        var next: Precedence { Precedence(rawValue: self.rawValue + 1) ?? .member }
    }

    private(set) var text = ""

    /// Writes an expression where one of at least this precedence is expected, in parentheses if it is looser.
    mutating func write(_ expression: Expr, within outer: Precedence) {
        guard expression.precedence < outer else { return self.write(expression) }
        self.text += "("
        self.write(expression)
        self.text += ")"
    }

    private mutating func write(_ expression: Expr) {
        switch expression.kind {
        case .literal(let literal): self.text += Value(literal).description
        case .variable(let variable): self.text += variable.rawValue
        case .unary(.isEmpty, let operand): self.method("isEmpty", operand, [])
        case .unary(let symbol, let operand): self.unary(symbol, operand)
        case .binary(let symbol, let left, let right):
            if symbol.isMethod { return self.method(symbol.rawValue, left, [right]) }
            let precedence = expression.precedence
            // Comparisons do not chain; sums and products do, to the left.
            self.write(left, within: precedence == .relation ? .sum : precedence)
            self.text += " \(symbol.rawValue) "
            self.write(right, within: precedence.next)
        case .and(let left, let right): self.chain(left, "&&", right, .and)
        case .or(let left, let right): self.chain(left, "||", right, .or)
        case .conditional(let condition, let first, let second):
            self.text += "if "
            self.write(condition, within: .conditional)
            self.text += " then "
            self.write(first, within: .conditional)
            self.text += " else "
            self.write(second, within: .conditional)
        case .attribute(let operand, let name):
            self.write(operand, within: .member)
            self.text += CedarText.isIdentifier(name) ? ".\(name)" : "[\(CedarText.quoted(name))]"
        case .has(let operand, let path): self.has(operand, path)
        case .like(let operand, let pattern):
            self.write(operand, within: .sum)
            self.text += " like \(CedarText.quoted(pattern))"
        case .isType(let operand, let type, let ancestor):
            self.write(operand, within: .sum)
            self.text += " is \(type)"
            if let ancestor {
                self.text += " in "
                self.write(ancestor, within: .sum)
            }
        case .set(let elements): self.list("[", elements, "]")
        case .record(let fields): self.record(fields)
        case .call(let function, let arguments): self.call(function, arguments)
        }
    }

    private mutating func chain(_ left: Expr, _ symbol: String, _ right: Expr, _ precedence: Precedence) {
        self.write(left, within: precedence)
        self.text += " \(symbol) "
        self.write(right, within: precedence.next)
    }

    /// At most four signs stand in a row, signs of both kinds not at all, and a minus sign before a number would become
    /// part of it.
    private mutating func unary(_ symbol: Expr.UnaryOperator, _ operand: Expr) {
        var count = 1
        var inner = operand
        while count < 4, case .unary(symbol, let next) = inner.kind {
            count += 1
            inner = next
        }
        self.text += String(repeating: symbol == .not ? "!" : "-", count: count)
        if symbol == .negate, case .literal(.long(let value)) = inner.kind {
            self.text += "(\(value))"
        } else {
            self.write(inner, within: .member)
        }
    }

    private mutating func has(_ operand: Expr, _ path: [Text]) {
        guard path.count == 1 || path.allSatisfy(CedarText.isIdentifier) else {
            return self.write(Self.steps(operand, path), within: .relation)
        }
        self.write(operand, within: .sum)
        self.text += " has "
        self.text += path.map { CedarText.isIdentifier($0) ? $0.string : CedarText.quoted($0) }.joined(separator: ".")
    }

    /// What a path means, for names that cannot stand in one.
    private static func steps(_ operand: Expr, _ path: [Text]) -> Expr {
        var whole: Expr?
        var target = operand
        for name in path {
            let step = Expr(.has(target, path: [name]))
            whole = whole.map { Expr(.and($0, step)) } ?? step
            target = Expr(.attribute(target, name))
        }
        return whole ?? operand
    }

    private mutating func call(_ function: ExtensionFunction, _ arguments: [Expr]) {
        if !function.isConstructor, let receiver = arguments.first {
            return self.method(function.rawValue, receiver, Array(arguments.dropFirst()))
        }
        self.text += function.rawValue
        self.list("(", arguments, ")")
    }

    private mutating func method(_ name: String, _ receiver: Expr, _ arguments: [Expr]) {
        self.write(receiver, within: .member)
        self.text += ".\(name)"
        self.list("(", arguments, ")")
    }

    private mutating func list(_ opening: String, _ elements: [Expr], _ closing: String) {
        self.text += opening
        for (index, element) in elements.enumerated() {
            if index > 0 { self.text += ", " }
            self.write(element, within: .conditional)
        }
        self.text += closing
    }

    private mutating func record(_ fields: [Expr.RecordField]) {
        self.text += "{"
        for (index, field) in fields.enumerated() {
            if index > 0 { self.text += ", " }
            self.text += CedarText.isIdentifier(field.key) ? field.key.string : CedarText.quoted(field.key)
            self.text += ": "
            self.write(field.value, within: .conditional)
        }
        self.text += "}"
    }
}

extension Expr.BinaryOperator {
    /// Whether it is written as a method of its left operand.
    package var isMethod: Bool {
        switch self {
        case .contains, .containsAll, .containsAny, .getTag, .hasTag: true
        default: false
        }
    }
}

extension Expr {
    fileprivate var precedence: ExprPrinter.Precedence {
        switch self.kind {
        case .literal(.long(let value)): value < 0 ? .unary : .member
        case .literal, .variable, .attribute, .set, .record, .call, .unary(.isEmpty, _): .member
        case .unary: .unary
        case .binary(let symbol, _, _):
            switch symbol {
            case .add, .subtract: .sum
            case .multiply: .product
            case _ where symbol.isMethod: .member
            default: .relation
            }
        case .has, .like, .isType: .relation
        case .and: .and
        case .or: .or
        case .conditional: .conditional
        }
    }
}
