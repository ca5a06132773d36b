extension CedarParser {
    /// A value and what is asked of it: `.name`, `["name"]`, `.method(…)`.
    mutating func member() throws(CedarError) -> Expr {
        var value = try self.primary()
        while true {
            switch self.token.kind {
            case .dot:
                try self.advance()
                let location = self.token.location
                let name = try self.name("an attribute's or a method's name")
                if self.isNext(.leftParenthesis) {
                    value = try self.method(name, of: value, at: location)
                } else {
                    value = try self.node(.attribute(value, name), at: value.location)
                }
            case .leftBracket:
                try self.advance()
                let name = try self.string("an attribute's name in quotes")
                try self.expect(.rightBracket, "`]`")
                value = try self.node(.attribute(value, name), at: value.location)
            case .leftParenthesis:
                throw CedarError(.syntax, "only a function or a method can be called", at: self.token.location)
            default: return value
            }
        }
    }

    private mutating func primary() throws(CedarError) -> Expr {
        let location = self.token.location
        switch self.token.kind {
        case .number: return Expr(.literal(.long(try self.number(isNegative: false))), at: location)
        case .string: return Expr(.literal(.string(try self.string("a string"))), at: location)
        case .identifier: return try self.identifier()
        case .leftParenthesis:
            try self.enter(at: location)
            try self.advance()
            let inner = try self.expression()
            try self.expect(.rightParenthesis, "`)` or an operator")
            self.leave()
            return inner
        case .leftBracket:
            return try self.node(
                .set(try self.list(opening: .leftBracket, closing: .rightBracket, "`,` or `]`")), at: location)
        case .leftBrace: return try self.record()
        case .slot:
            throw CedarError(
                .template, "a slot can stand only in the scope, alone behind `==` or `in`", at: location)
        default: throw self.unexpected("an expression")
        }
    }

    /// A variable, a literal word, an entity or the call of a constructor.
    private mutating func identifier() throws(CedarError) -> Expr {
        let location = self.token.location
        if !self.isFollowing(.doubleColon) {
            if let variable = self.variable() {
                try self.advance()
                return Expr(.variable(variable), at: location)
            }
            if self.isNext("true") || self.isNext("false") {
                let value = self.isNext("true")
                try self.advance()
                return Expr(.literal(.boolean(value)), at: location)
            }
        }
        let path = try self.entityType()
        if self.isNext(.leftParenthesis) { return try self.function(path, at: location) }
        guard try self.take(.doubleColon) else {
            throw CedarError(
                .unknownName,
                "`\(path)` is no variable: there are `principal`, `action`, `resource` and `context`", at: location)
        }
        guard !self.isNext(.leftBrace) else {
            throw CedarError(.syntax, "an entity is written `\(path)::\"id\"`", at: self.token.location)
        }
        let uid = EntityUID(type: path, id: try self.string("an entity's id in quotes"))
        return Expr(.literal(.entity(uid)), at: location)
    }

    private func variable() -> Expr.Variable? {
        guard !self.isFollowing(.leftParenthesis) else { return nil }
        if self.isNext("principal") { return .principal }
        if self.isNext("action") { return .action }
        if self.isNext("resource") { return .resource }
        return self.isNext("context") ? .context : nil
    }

    private mutating func function(_ name: EntityType, at location: SourceLocation) throws(CedarError) -> Expr {
        guard let function = ExtensionFunction(rawValue: name.description), function.isConstructor else {
            let isMethod =
                ExtensionFunction(rawValue: name.description) != nil
                || Self.builtInMethods.contains(name.description)
            throw CedarError(
                .unknownName,
                isMethod ? "`\(name)` is a method: write `value.\(name)(…)`" : "there is no function `\(name)`",
                at: location)
        }
        let arguments = try self.list(opening: .leftParenthesis, closing: .rightParenthesis, "`,` or `)`")
        return try self.node(.call(function, arguments), at: location)
    }

    private static let builtInMethods: Set<String> = [
        "contains", "containsAll", "containsAny", "isEmpty", "getTag", "hasTag",
    ]

    private mutating func method(
        _ name: Text, of receiver: Expr, at location: SourceLocation
    ) throws(CedarError) -> Expr {
        let arguments = try self.list(opening: .leftParenthesis, closing: .rightParenthesis, "`,` or `)`")
        if Self.builtInMethods.contains(name.string) {
            let expected = name == "isEmpty" ? 0 : 1
            guard arguments.count == expected else {
                throw CedarError(
                    .typeMismatch,
                    "`\(name)` takes \(expected == 0 ? "no argument" : "one argument") but got \(arguments.count)",
                    at: location)
            }
            guard let argument = arguments.first, let method = Expr.BinaryOperator(rawValue: name.string) else {
                return try self.node(.unary(.isEmpty, receiver), at: receiver.location)
            }
            return try self.node(.binary(method, receiver, argument), at: receiver.location)
        }
        guard let method = ExtensionFunction(rawValue: name.string), !method.isConstructor else {
            let isFunction = ExtensionFunction(rawValue: name.string) != nil
            throw CedarError(
                .unknownName,
                isFunction ? "`\(name)` is a function: write `\(name)(…)`" : "there is no method `\(name)`",
                at: location)
        }
        return try self.node(.call(method, [receiver] + arguments), at: receiver.location)
    }

    /// Expressions with commas between them, brackets included.
    private mutating func list(
        opening: Lexer.Kind, closing: Lexer.Kind, _ what: String
    ) throws(CedarError) -> [Expr] {
        try self.enter(at: self.token.location)
        defer { self.leave() }
        try self.expect(opening, "a bracket")
        var elements: [Expr] = []
        while !self.isNext(closing) {
            elements.append(try self.expression())
            guard try self.take(.comma) else { break }
        }
        try self.expect(closing, what)
        return elements
    }

    private mutating func record() throws(CedarError) -> Expr {
        let location = self.token.location
        try self.enter(at: location)
        defer { self.leave() }
        try self.advance()
        var fields: [Expr.RecordField] = []
        var keys: Set<Text> = []
        while !self.isNext(.rightBrace) {
            let keyLocation = self.token.location
            let key = try self.isNext(.string) ? self.string("a name") : self.name("a name or a string")
            guard keys.insert(key).inserted else {
                throw CedarError(.duplicate, "the record has `\(key)` twice", at: keyLocation)
            }
            try self.expect(.colon, "`:`")
            fields.append(Expr.RecordField(key, try self.expression()))
            guard try self.take(.comma) else { break }
        }
        try self.expect(.rightBrace, "`,` or `}`")
        return try self.node(.record(fields), at: location)
    }
}
