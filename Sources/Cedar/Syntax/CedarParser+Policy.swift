extension CedarParser {
    /// One policy or template, from its annotations to its semicolon.
    mutating func policy(id: PolicyID) throws(CedarError) -> CedarPolicy {
        let location = self.token.location
        let annotations = try self.annotations()
        let effect: Effect
        if try self.take("permit") {
            effect = .permit
        } else if try self.take("forbid") {
            effect = .forbid
        } else {
            throw self.unexpected("`permit` or `forbid`")
        }
        try self.expect(.leftParenthesis, "`(` and the policy's scope")
        let principal = try self.scope("principal", slot: "?principal")
        try self.expect(.comma, "`,` and then `action`")
        let action = try self.actionScope()
        try self.expect(.comma, "`,` and then `resource`")
        let resource = try self.scope("resource", slot: "?resource")
        _ = try self.take(.comma)
        try self.expect(.rightParenthesis, "`)` behind the scope's `resource`")
        var conditions: [Condition] = []
        while let condition = try self.condition() { conditions.append(condition) }
        try self.expect(.semicolon, conditions.isEmpty ? "`when`, `unless` or `;`" : "`;`")
        return CedarPolicy(
            id: id, effect: effect, annotations: annotations, principal: principal, action: action,
            resource: resource, conditions: conditions, location: location)
    }

    private mutating func annotations() throws(CedarError) -> [Annotation] {
        var annotations: [Annotation] = []
        var keys: Set<Text> = []
        while try self.take(.at) {
            // Any word will do here, also a reserved one.
            guard self.isNext(.identifier) else { throw self.unexpected("an annotation's name") }
            let key = Text(self.lexer.text(of: self.token))
            guard keys.insert(key).inserted else {
                throw CedarError(.duplicate, "the annotation `@\(key)` is there twice", at: self.token.location)
            }
            try self.advance()
            var value: Text?
            if try self.take(.leftParenthesis) {
                value = try self.string("the annotation's value in quotes")
                try self.expect(.rightParenthesis, "`)`")
            }
            annotations.append(Annotation(key: key, value: value))
        }
        return annotations
    }

    private mutating func condition() throws(CedarError) -> Condition? {
        let kind: Condition.Kind
        if try self.take("when") {
            kind = .when
        } else if try self.take("unless") {
            kind = .unless
        } else {
            return nil
        }
        try self.expect(.leftBrace, "`{`")
        guard !self.isNext(.rightBrace) else { throw self.unexpected("a condition") }
        let body = try self.expression()
        try self.expect(.rightBrace, "`}` or an operator")
        return Condition(kind, body)
    }

    // MARK: Scopes

    private mutating func variable(_ name: StaticString) throws(CedarError) {
        guard try self.take(name) else { throw self.unexpected("`\(name)`") }
        if self.isNext(.colon) {
            throw CedarError(.syntax, "write `\(name) is Type` instead of `\(name): Type`", at: self.token.location)
        }
    }

    private mutating func scope(_ name: StaticString, slot: StaticString) throws(CedarError) -> ScopeConstraint {
        try self.variable(name)
        let location = self.token.location
        if try self.take(.equal) {
            return ScopeConstraint(.equal(try self.reference(slot: slot)), at: location)
        }
        if try self.take("in") {
            return ScopeConstraint(.in(try self.reference(slot: slot)), at: location)
        }
        guard try self.take("is") else {
            if self.isNext(.comma) || self.isNext(.rightParenthesis) { return ScopeConstraint(.any, at: location) }
            throw self.unexpected("`==`, `in`, `is` or the end of the constraint")
        }
        let type = try self.entityType()
        guard try self.take("in") else { return ScopeConstraint(.is(type), at: location) }
        return ScopeConstraint(.isIn(type, try self.reference(slot: slot)), at: location)
    }

    private mutating func reference(slot: StaticString) throws(CedarError) -> ScopeConstraint.Reference {
        let parentheses = try self.leftParentheses()
        let reference: ScopeConstraint.Reference
        if self.isNext(.slot) {
            guard self.lexer.matches(self.token, slot) else {
                throw CedarError(
                    .template, "only the slot `\(slot)` can stand here, not \(self.spelling)", at: self.token.location)
            }
            try self.advance()
            reference = .slot
        } else {
            reference = .entity(try self.scopeEntity())
        }
        try self.rightParentheses(parentheses)
        return reference
    }

    private mutating func scopeEntity() throws(CedarError) -> EntityUID {
        guard self.isNext(.identifier) else { throw self.unexpected("an entity such as `User::\"alice\"`") }
        let type = try self.entityType()
        try self.expect(.doubleColon, "`::` and an id in quotes")
        return EntityUID(type: type, id: try self.string("an entity's id in quotes"))
    }

    private mutating func actionScope() throws(CedarError) -> ActionConstraint {
        try self.variable("action")
        let location = self.token.location
        if try self.take(.equal) {
            let parentheses = try self.leftParentheses()
            let action = try self.actionEntity()
            try self.rightParentheses(parentheses)
            return ActionConstraint(.equal(action), at: location)
        }
        guard try self.take("in") else {
            if self.isNext(.comma) || self.isNext(.rightParenthesis) { return ActionConstraint(.any, at: location) }
            throw self.unexpected("`==`, `in` or the end of the constraint")
        }
        let parentheses = try self.leftParentheses()
        var actions: [EntityUID] = []
        let isList = self.isNext(.leftBracket)
        if try self.take(.leftBracket) {
            while !self.isNext(.rightBracket) {
                actions.append(try self.actionEntity())
                guard try self.take(.comma) else { break }
            }
            try self.expect(.rightBracket, "`,` or `]`")
        } else {
            actions.append(try self.actionEntity())
        }
        try self.rightParentheses(parentheses)
        return ActionConstraint(.in(actions), isList: isList, at: location)
    }

    private mutating func actionEntity() throws(CedarError) -> EntityUID {
        let location = self.token.location
        if self.isNext(.slot) {
            throw CedarError(.template, "an action cannot be a slot", at: location)
        }
        let action = try self.scopeEntity()
        guard action.type.isAction else {
            throw CedarError(
                .typeMismatch, "expected an entity of a type `Action` but found `\(action)`", at: location)
        }
        return action
    }

    private mutating func leftParentheses() throws(CedarError) -> Int {
        var count = 0
        while try self.take(.leftParenthesis) { count += 1 }
        return count
    }

    private mutating func rightParentheses(_ count: Int) throws(CedarError) {
        for _ in 0..<count { try self.expect(.rightParenthesis, "`)`") }
    }
}
