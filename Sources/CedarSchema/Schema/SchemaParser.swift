package import Cedar

/// Reads the human syntax of schemas.
///
/// Recursive only where types nest, and there bounded. Each list is read once, front to back.
struct SchemaParser {
    var lexer: Lexer
    var token: Lexer.Token
    /// The token behind `token`, where it was looked at.
    private var ahead: Lexer.Token?
    let limits: SchemaLimits
    var depth = 0

    init(_ text: String, limits: SchemaLimits) throws(CedarError) {
        guard text.utf8.count <= limits.bytes else {
            throw CedarError(.tooLarge, "a schema of more than \(limits.bytes) bytes")
        }
        self.lexer = Lexer(text)
        self.limits = limits
        self.token = try self.lexer.next()
    }

    mutating func parse() throws(CedarError) -> SchemaFragment {
        var named: [SchemaFragment.Namespace] = []
        var names: Set<String> = []
        var global = SchemaFragment.Namespace("")
        while self.token.kind != .end {
            let annotations = try self.annotations()
            guard self.isWord("namespace") else {
                try self.declaration(annotations, into: &global)
                continue
            }
            let namespace = try self.namespace(annotations)
            guard names.insert(namespace.name).inserted else {
                throw CedarError(
                    .duplicate, "the namespace `\(namespace.name)` is declared twice", at: namespace.location)
            }
            named.append(namespace)
        }
        let isGlobalEmpty = global.commonTypes.isEmpty && global.entityTypes.isEmpty && global.actions.isEmpty
        return SchemaFragment(isGlobalEmpty ? named : [global] + named)
    }

    // MARK: Declarations

    private mutating func namespace(_ annotations: [Annotation]) throws(CedarError) -> SchemaFragment.Namespace {
        try self.advance()
        let name = try self.path()
        guard !SchemaNames.parts(of: name.path).contains(where: { $0 == SchemaNames.builtin }) else {
            throw CedarError(.syntax, "the namespace `__cedar` is reserved", at: name.location)
        }
        var namespace = SchemaFragment.Namespace(name.path, at: name.location)
        namespace.annotations = annotations
        try self.expect(.leftBrace, "`{`")
        while self.token.kind != .rightBrace {
            let annotations = try self.annotations()
            try self.declaration(annotations, into: &namespace)
        }
        try self.advance()
        return namespace
    }

    private mutating func declaration(
        _ annotations: [Annotation], into namespace: inout SchemaFragment.Namespace
    ) throws(CedarError) {
        if self.isWord("entity") {
            namespace.entityTypes += try self.entityTypes(annotations)
        } else if self.isWord("action") {
            namespace.actions += try self.actions(annotations)
        } else if self.isWord("type") {
            namespace.commonTypes.append(try self.commonType(annotations))
        } else {
            throw self.unexpected("`entity`, `action`, `type` or `namespace`")
        }
    }

    private mutating func entityTypes(
        _ annotations: [Annotation]
    ) throws(CedarError) -> [SchemaFragment.EntityTypeDeclaration] {
        try self.advance()
        var names = [try self.declaredName()]
        while try self.take(.comma) { names.append(try self.declaredName()) }
        let kind: SchemaFragment.EntityTypeDeclaration.Kind
        if self.isWord("enum") {
            kind = .enumerated(try self.choices())
        } else {
            var parents: [SchemaFragment.TypeName] = []
            if try self.takeWord("in") { parents = try self.typeNames() }
            var shape: SchemaFragment.TypeExpression?
            let hasAssignment = try self.take(.assign)
            if hasAssignment || self.token.kind == .leftBrace {
                let location = self.token.location
                shape = SchemaFragment.TypeExpression(.record(try self.members()), at: location)
            }
            var tags: SchemaFragment.TypeExpression?
            if try self.takeWord("tags") { tags = try self.type() }
            kind = .standard(parents: parents, shape: shape, tags: tags)
        }
        try self.expect(.semicolon, "`;`")
        return names.map {
            SchemaFragment.EntityTypeDeclaration(
                name: $0.path, kind: kind, annotations: annotations, location: $0.location)
        }
    }

    private mutating func choices() throws(CedarError) -> [Text] {
        try self.advance()
        try self.expect(.leftBracket, "`[`")
        var choices: [Text] = []
        repeat {
            guard self.token.kind == .string else { throw self.unexpected("an id in double quotes") }
            choices.append(try self.string())
        } while try self.take(.comma)
        try self.expect(.rightBracket, "`,` or `]`")
        return choices
    }

    private mutating func actions(
        _ annotations: [Annotation]
    ) throws(CedarError) -> [SchemaFragment.ActionDeclaration] {
        try self.advance()
        var names: [(Text, SourceLocation)] = []
        repeat {
            let location = self.token.location
            names.append((try self.name(), location))
        } while try self.take(.comma)
        var parents: [SchemaFragment.ActionName] = []
        if try self.takeWord("in") {
            if try self.take(.leftBracket) {
                repeat { parents.append(try self.actionName()) } while try self.take(.comma)
                try self.expect(.rightBracket, "`,` or `]`")
            } else {
                parents.append(try self.actionName())
            }
        }
        var appliesTo: SchemaFragment.AppliesTo?
        if self.isWord("appliesTo") { appliesTo = try self.appliesTo() }
        if try self.takeWord("attributes") {
            try self.expect(.leftBrace, "`{`")
            try self.expect(.rightBrace, "`}`: actions have no attributes")
        }
        try self.expect(.semicolon, "`;`")
        return names.map {
            SchemaFragment.ActionDeclaration(
                name: $0.0, parents: parents, appliesTo: appliesTo, annotations: annotations, location: $0.1)
        }
    }

    private mutating func appliesTo() throws(CedarError) -> SchemaFragment.AppliesTo {
        let location = self.token.location
        try self.advance()
        try self.expect(.leftBrace, "`{`")
        var principals: [SchemaFragment.TypeName]?
        var resources: [SchemaFragment.TypeName]?
        var context: SchemaFragment.TypeExpression?
        repeat {
            let place = self.token.location
            let role = self.lexer.text(of: self.token)
            guard self.token.kind == .identifier, ["principal", "resource", "context"].contains(role) else {
                throw self.unexpected("`principal`, `resource` or `context`")
            }
            try self.advance()
            try self.expect(.colon, "`:`")
            let isTwice: Bool
            switch role {
            case "principal":
                isTwice = principals != nil
                principals = try self.typeNames()
            case "resource":
                isTwice = resources != nil
                resources = try self.typeNames()
            default:
                isTwice = context != nil
                context = try self.context()
            }
            if isTwice { throw CedarError(.duplicate, "`\(role)` is declared twice for the same action", at: place) }
            guard try self.take(.comma) else { break }
        } while self.token.kind != .rightBrace
        try self.expect(.rightBrace, "`,` or `}`")
        guard let principals, let resources else {
            let missing = principals == nil ? "principal" : "resource"
            throw CedarError(.syntax, "`appliesTo` must say to which types of `\(missing)`", at: location)
        }
        guard !principals.isEmpty, !resources.isEmpty else {
            throw CedarError(
                .syntax, "an action that applies to nothing is written without `appliesTo`", at: location)
        }
        return SchemaFragment.AppliesTo(principals: principals, resources: resources, context: context)
    }

    private mutating func context() throws(CedarError) -> SchemaFragment.TypeExpression {
        let location = self.token.location
        if self.token.kind == .leftBrace {
            return SchemaFragment.TypeExpression(.record(try self.members()), at: location)
        }
        return SchemaFragment.TypeExpression(.common(try self.path().path), at: location)
    }

    private mutating func commonType(_ annotations: [Annotation]) throws(CedarError) -> SchemaFragment.CommonType {
        try self.advance()
        let name = try self.declaredName()
        guard !SchemaNames.keywords.contains(name.path) else {
            throw CedarError(.syntax, "`\(name.path)` is a built-in type and cannot be declared", at: name.location)
        }
        try self.expect(.assign, "`=`")
        let type = try self.type()
        try self.expect(.semicolon, "`;`")
        return SchemaFragment.CommonType(
            name: name.path, type: type, annotations: annotations, location: name.location)
    }

    mutating func annotations() throws(CedarError) -> [Annotation] {
        var annotations: [Annotation] = []
        var keys: Set<Text> = []
        while self.token.kind == .at {
            try self.advance()
            let location = self.token.location
            guard self.token.kind == .identifier else { throw self.unexpected("the name of an annotation") }
            let key = Text(self.lexer.text(of: self.token))
            try self.advance()
            var value: Text?
            if try self.take(.leftParenthesis) {
                guard self.token.kind == .string else { throw self.unexpected("a text in double quotes") }
                value = try self.string()
                try self.expect(.rightParenthesis, "`)`")
            }
            guard keys.insert(key).inserted else {
                throw CedarError(.duplicate, "the annotation `\(key)` is there twice", at: location)
            }
            annotations.append(Annotation(key: key, value: value))
        }
        return annotations
    }

    // MARK: Tokens

    func isWord(_ word: StaticString) -> Bool {
        self.token.kind == .identifier && self.lexer.matches(self.token, word)
    }

    mutating func takeWord(_ word: StaticString) throws(CedarError) -> Bool {
        guard self.isWord(word) else { return false }
        try self.advance()
        return true
    }

    mutating func take(_ kind: Lexer.Kind) throws(CedarError) -> Bool {
        guard self.token.kind == kind else { return false }
        try self.advance()
        return true
    }

    mutating func expect(_ kind: Lexer.Kind, _ what: String) throws(CedarError) {
        guard self.token.kind == kind else { throw self.unexpected(what) }
        try self.advance()
    }

    mutating func advance() throws(CedarError) {
        if let ahead = self.ahead {
            self.token = ahead
            self.ahead = nil
        } else {
            self.token = try self.lexer.next()
        }
    }

    mutating func peek() throws(CedarError) -> Lexer.Token {
        if let ahead = self.ahead { return ahead }
        let next = try self.lexer.next()
        self.ahead = next
        return next
    }

    func unexpected(_ expected: String) -> CedarError {
        let found =
            self.token.kind == .end ? "the end of the text" : "`\(self.lexer.text(of: self.token).prefix(60))`"
        return CedarError(.syntax, "expected \(expected), found \(found)", at: self.token.location)
    }
}

extension SchemaFragment {
    /// Reads the human syntax (`.cedarschema`).
    /// - Throws: `CedarError` with the place of the first mistake.
    package init(text: String, limits: SchemaLimits = SchemaLimits()) throws(CedarError) {
        var parser = try SchemaParser(text, limits: limits)
        self = try parser.parse()
    }
}
