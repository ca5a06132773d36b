import Cedar

extension SchemaParser {
    // MARK: Types

    mutating func type() throws(CedarError) -> SchemaFragment.TypeExpression {
        self.depth += 1
        defer { self.depth -= 1 }
        let location = self.token.location
        guard self.depth <= self.limits.depth else {
            throw CedarError(.tooDeep, "types nested more than \(self.limits.depth) deep", at: location)
        }
        if self.token.kind == .leftBrace {
            return SchemaFragment.TypeExpression(.record(try self.members()), at: location)
        }
        if self.isWord("Set"), try self.peek().kind == .less {
            try self.advance()
            try self.advance()
            let element = try self.type()
            try self.expect(.greater, "`>`")
            return SchemaFragment.TypeExpression(.set(element), at: location)
        }
        guard self.token.kind == .identifier else { throw self.unexpected("a type") }
        return SchemaFragment.TypeExpression(.entityOrCommon(try self.path().path), at: location)
    }

    mutating func members() throws(CedarError) -> [SchemaFragment.Member] {
        try self.expect(.leftBrace, "`{`")
        var members: [SchemaFragment.Member] = []
        var places: [Text: Int] = [:]
        while self.token.kind != .rightBrace {
            let annotations = try self.annotations()
            let name = try self.name()
            let isOptional = try self.take(.question)
            try self.expect(.colon, isOptional ? "`:`" : "`:` or `?`")
            let member = SchemaFragment.Member(
                name: name, type: try self.type(), isRequired: !isOptional, annotations: annotations)
            // As everywhere in Cedar, the last declaration of an attribute counts.
            if let place = places[name] {
                members[place] = member
            } else {
                places[name] = members.count
                members.append(member)
            }
            guard try self.take(.comma) else { break }
        }
        try self.expect(.rightBrace, "`,` or `}`")
        return members
    }

    // MARK: Names

    mutating func typeNames() throws(CedarError) -> [SchemaFragment.TypeName] {
        guard try self.take(.leftBracket) else { return [try self.path()] }
        var names: [SchemaFragment.TypeName] = []
        if self.token.kind != .rightBracket {
            repeat { names.append(try self.path()) } while try self.take(.comma)
        }
        try self.expect(.rightBracket, "`,` or `]`")
        return names
    }

    /// `name`, `"name"`, `Path::"name"`.
    mutating func actionName() throws(CedarError) -> SchemaFragment.ActionName {
        let location = self.token.location
        if self.token.kind == .string {
            return SchemaFragment.ActionName(type: nil, id: try self.string(), location: location)
        }
        var path = try self.identifier()
        guard self.token.kind == .doubleColon else {
            return SchemaFragment.ActionName(type: nil, id: Text(path), location: location)
        }
        while try self.take(.doubleColon) {
            if self.token.kind == .string {
                return SchemaFragment.ActionName(type: path, id: try self.string(), location: location)
            }
            path += "::" + (try self.identifier())
        }
        throw self.unexpected("`::` and the action's name in double quotes")
    }

    mutating func path() throws(CedarError) -> SchemaFragment.TypeName {
        let location = self.token.location
        var path = try self.identifier()
        while try self.take(.doubleColon) { path += "::" + (try self.identifier()) }
        return SchemaFragment.TypeName(path: path, location: location)
    }

    mutating func declaredName() throws(CedarError) -> SchemaFragment.TypeName {
        let location = self.token.location
        let name = try self.identifier()
        guard name != SchemaNames.builtin else {
            throw CedarError(.syntax, "the name `__cedar` is reserved", at: location)
        }
        return SchemaFragment.TypeName(path: name, location: location)
    }

    mutating func name() throws(CedarError) -> Text {
        if self.token.kind == .string { return try self.string() }
        return Text(try self.identifier())
    }

    mutating func identifier() throws(CedarError) -> String {
        guard self.token.kind == .identifier else { throw self.unexpected("a name") }
        let name = self.lexer.text(of: self.token)
        guard !CedarText.reserved.contains(name) else {
            throw CedarError(
                .syntax, "`\(name)` is a word of the language and cannot be a name", at: self.token.location)
        }
        try self.advance()
        return name
    }

    mutating func string() throws(CedarError) -> Text {
        let text = try CedarText.string(of: self.token, in: self.lexer)
        try self.advance()
        return text
    }
}
