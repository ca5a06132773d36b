// Cedar: the policy language, from text to decision.

/// Bounds that keep a hostile text from costing more than it is worth.
package struct ParserLimits: Sendable {
    package var bytes: Int
    /// Of brackets within brackets.
    package var nesting: Int
    /// Of an expression's tree: also a chain such as `a && b && c` has a level for each operator.
    package var depth: Int

    package init(bytes: Int = 64 << 20, nesting: Int = 200, depth: Int = 1_000) {
        self.bytes = bytes
        self.nesting = nesting
        self.depth = depth
    }
}

/// Reads policies and expressions from text; stops at the first error and says where it is.
package struct CedarParser {
    var lexer: Lexer
    /// The token that comes next, and the one behind it.
    var token: Lexer.Token
    private var following: Lexer.Token
    let limits: ParserLimits
    var nesting = 0

    init(_ text: String, limits: ParserLimits) throws(CedarError) {
        guard text.utf8.count <= limits.bytes else {
            throw CedarError(.tooLarge, "the text has more than \(limits.bytes) bytes")
        }
        self.limits = limits
        self.lexer = Lexer(text)
        self.token = try self.lexer.next()
        self.following = try self.lexer.next()
    }

    /// Reads policies and templates; their ids are `policy0`, `policy1`, … by position.
    package static func policies(
        _ text: String, limits: ParserLimits = ParserLimits()
    ) throws(CedarError) -> [CedarPolicy] {
        var parser = try CedarParser(text, limits: limits)
        var policies: [CedarPolicy] = []
        while parser.token.kind != .end {
            policies.append(try parser.policy(id: PolicyID("policy\(policies.count)")))
        }
        return policies
    }

    /// Reads one expression.
    package static func expression(
        _ text: String, limits: ParserLimits = ParserLimits()
    ) throws(CedarError) -> Expr {
        var parser = try CedarParser(text, limits: limits)
        let expression = try parser.expression()
        guard parser.token.kind == .end else { throw parser.unexpected("the end of the expression") }
        return expression
    }

    /// Reads `Type::"id"`.
    package static func entityUID(_ text: String) throws(CedarError) -> EntityUID {
        let expression = try self.expression(text, limits: ParserLimits(nesting: 1))
        guard case .literal(.entity(let uid)) = expression.kind else {
            throw CedarError(.syntax, "expected an entity such as `User::\"alice\"`", at: expression.location)
        }
        return uid
    }

    /// Reads `Namespace::Type`.
    package static func entityType(_ text: String) throws(CedarError) -> EntityType {
        var parser = try CedarParser(text, limits: ParserLimits())
        let type = try parser.entityType()
        guard parser.token.kind == .end else { throw parser.unexpected("the end of the type's name") }
        return type
    }

    // MARK: Tokens

    mutating func advance() throws(CedarError) {
        self.token = self.following
        self.following = try self.lexer.next()
    }

    func isNext(_ kind: Lexer.Kind) -> Bool { self.token.kind == kind }

    func isFollowing(_ kind: Lexer.Kind) -> Bool { self.following.kind == kind }

    func isNext(_ word: StaticString) -> Bool {
        self.token.kind == .identifier && self.lexer.matches(self.token, word)
    }

    /// Passes the token if it is of this kind.
    mutating func take(_ kind: Lexer.Kind) throws(CedarError) -> Bool {
        guard self.token.kind == kind else { return false }
        try self.advance()
        return true
    }

    mutating func take(_ word: StaticString) throws(CedarError) -> Bool {
        guard self.isNext(word) else { return false }
        try self.advance()
        return true
    }

    mutating func expect(_ kind: Lexer.Kind, _ what: String) throws(CedarError) {
        guard try self.take(kind) else { throw self.unexpected(what) }
    }

    /// What is written at the next token, shortened, for messages.
    var spelling: String {
        guard self.token.kind != .end else { return "the end of the text" }
        let text = self.lexer.text(of: self.token)
        let line = text.prefix { !$0.isNewline }
        return line.count > 60 || line.count < text.count ? "`\(line.prefix(60))…`" : "`\(text)`"
    }

    func unexpected(_ expected: String) -> CedarError {
        CedarError(.syntax, "expected \(expected) but found \(self.spelling)", at: self.token.location)
    }

    // MARK: Names

    /// An identifier that may name an attribute or a part of a type's name.
    mutating func name(_ what: String) throws(CedarError) -> Text {
        guard self.isNext(.identifier) else { throw self.unexpected(what) }
        let text = self.lexer.text(of: self.token)
        guard text != "__cedar", !CedarText.reserved.contains(text) else {
            throw CedarError(.syntax, "`\(text)` is reserved and cannot be a name", at: self.token.location)
        }
        try self.advance()
        return Text(text)
    }

    /// `A::B::C`, without an id behind it.
    mutating func entityType() throws(CedarError) -> EntityType {
        var path = try self.name("the name of an entity type").string
        while self.isNext(.doubleColon), self.isFollowing(.identifier) {
            try self.advance()
            path += "::" + (try self.name("the next part of the name").string)
        }
        return EntityType(path)
    }

    /// The string that comes next.
    mutating func string(_ what: String) throws(CedarError) -> Text {
        guard self.isNext(.string) else { throw self.unexpected(what) }
        let text = try CedarText.string(of: self.token, in: self.lexer)
        try self.advance()
        return text
    }

    // MARK: Bounds

    mutating func enter(at location: SourceLocation) throws(CedarError) {
        self.nesting += 1
        guard self.nesting <= self.limits.nesting else {
            throw CedarError(.tooDeep, "nested more than \(self.limits.nesting) deep", at: location)
        }
    }

    mutating func leave() { self.nesting -= 1 }

    /// The node, if its tree is not too deep.
    func node(_ kind: Expr.Kind, at location: SourceLocation) throws(CedarError) -> Expr {
        let expression = Expr(kind, at: location)
        guard expression.depth <= self.limits.depth else {
            throw CedarError(
                .tooDeep, "an expression of more than \(self.limits.depth) levels: use a set instead of a chain",
                at: location)
        }
        return expression
    }
}
