extension CedarParser {
    /// An expression of any kind: `if … then … else …`, or operators from `||` downwards.
    mutating func expression() throws(CedarError) -> Expr {
        let location = self.token.location
        guard self.isNext("if"), !self.isFollowing(.doubleColon) else { return try self.disjunction() }
        try self.enter(at: location)
        defer { self.leave() }
        try self.advance()
        let condition = try self.expression()
        guard try self.take("then") else { throw self.unexpected("`then`") }
        let first = try self.expression()
        guard try self.take("else") else { throw self.unexpected("`else`") }
        let second = try self.expression()
        return try self.node(.conditional(condition, then: first, else: second), at: location)
    }

    private mutating func disjunction() throws(CedarError) -> Expr {
        var left = try self.conjunction()
        while self.isNext(.or) {
            try self.advance()
            left = try self.node(.or(left, try self.conjunction()), at: left.location)
        }
        return left
    }

    private mutating func conjunction() throws(CedarError) -> Expr {
        var left = try self.relation()
        while self.isNext(.and) {
            try self.advance()
            left = try self.node(.and(left, try self.relation()), at: left.location)
        }
        return left
    }

    // MARK: Relations

    private mutating func relation() throws(CedarError) -> Expr {
        let left = try self.sum()
        if self.isNext(.identifier) {
            if try self.take("has") {
                return try self.node(.has(left, path: try self.path()), at: left.location)
            }
            if self.isNext("like") { return try self.like(left) }
            if try self.take("is") { return try self.isType(left) }
        }
        guard let relation = try self.relationalOperator() else { return left }
        try self.advance()
        let right = try self.sum()
        if try self.relationalOperator() != nil {
            throw CedarError(
                .syntax, "comparisons cannot be chained: put one of them in parentheses", at: self.token.location)
        }
        return try self.node(.binary(relation, left, right), at: left.location)
    }

    private func relationalOperator() throws(CedarError) -> Expr.BinaryOperator? {
        switch self.token.kind {
        case .equal: return .equal
        case .notEqual: return .notEqual
        case .less: return .less
        case .lessOrEqual: return .lessOrEqual
        case .greater: return .greater
        case .greaterOrEqual: return .greaterOrEqual
        case .identifier where self.isNext("in"): return .in
        case .assign: throw CedarError(.syntax, "`=` is no operator: write `==`", at: self.token.location)
        default: return nil
        }
    }

    /// What stands to the right of `has`: a string, or names with dots.
    private mutating func path() throws(CedarError) -> [Text] {
        guard !self.isNext(.string) else {
            let key = try self.string("an attribute's name")
            if self.isNext(.dot) || self.isNext(.leftBracket) {
                throw CedarError(.syntax, "a path behind `has` is written without quotes", at: self.token.location)
            }
            return [key]
        }
        var path = [try self.name("an attribute's name")]
        while try self.take(.dot) {
            guard path.count < self.limits.depth else {
                throw CedarError(.tooDeep, "a path of more than \(self.limits.depth) names", at: self.token.location)
            }
            path.append(try self.name("an attribute's name"))
        }
        return path
    }

    private mutating func like(_ left: Expr) throws(CedarError) -> Expr {
        try self.advance()
        guard self.isNext(.string) else { throw self.unexpected("a pattern in quotes") }
        let pattern = try CedarText.pattern(of: self.token, in: self.lexer)
        try self.advance()
        return try self.node(.like(left, pattern), at: left.location)
    }

    private mutating func isType(_ left: Expr) throws(CedarError) -> Expr {
        let type = try self.entityType()
        if self.isNext(.doubleColon) {
            throw CedarError(.syntax, "`is` needs a type's name, not an entity", at: self.token.location)
        }
        guard try self.take("in") else {
            return try self.node(.isType(left, type, in: nil), at: left.location)
        }
        return try self.node(.isType(left, type, in: try self.sum()), at: left.location)
    }

    // MARK: Arithmetic

    private mutating func sum() throws(CedarError) -> Expr {
        var left = try self.product()
        while true {
            let sign: Expr.BinaryOperator
            switch self.token.kind {
            case .plus: sign = .add
            case .minus: sign = .subtract
            default: return left
            }
            try self.advance()
            left = try self.node(.binary(sign, left, try self.product()), at: left.location)
        }
    }

    private mutating func product() throws(CedarError) -> Expr {
        var left = try self.unary()
        while true {
            switch self.token.kind {
            case .star:
                try self.advance()
                left = try self.node(.binary(.multiply, left, try self.unary()), at: left.location)
            case .slash: throw CedarError(.syntax, "Cedar has no division", at: self.token.location)
            case .percent: throw CedarError(.syntax, "Cedar has no remainder", at: self.token.location)
            default: return left
            }
        }
    }

    /// Up to four `!`, or up to four `-`; the last `-` before a number belongs to the number.
    private mutating func unary() throws(CedarError) -> Expr {
        let location = self.token.location
        let sign = self.token.kind
        guard sign == .not || sign == .minus else { return try self.member() }
        var count = 0
        while self.isNext(sign) {
            count += 1
            guard count <= 4 else {
                throw CedarError(
                    .syntax, "more than four `\(sign == .not ? "!" : "-")` in a row", at: self.token.location)
            }
            try self.advance()
        }
        var operand: Expr
        if sign == .minus, self.isNext(.number), !self.isFollowing(.dot), !self.isFollowing(.leftBracket),
            !self.isFollowing(.leftParenthesis)
        {
            operand = Expr(.literal(.long(try self.number(isNegative: true))), at: location)
            count -= 1
        } else {
            operand = try self.member()
        }
        for _ in 0..<count {
            operand = try self.node(.unary(sign == .not ? .not : .negate, operand), at: location)
        }
        return operand
    }

    mutating func number(isNegative: Bool) throws(CedarError) -> Int64 {
        var value: Int64 = 0
        for byte in self.lexer.bytes[self.token.range] {
            let digit = Int64(byte - 0x30)
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (next, isBeyond) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !isTooLarge, !isBeyond else {
                throw CedarError(.tooLarge, "the number \(self.spelling) does not fit 64 bits", at: self.token.location)
            }
            value = next
        }
        try self.advance()
        return value
    }
}
