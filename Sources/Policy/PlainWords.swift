import Cedar
import Detection

/// Puts conditions of policies into words for people who do not read Cedar.
///
/// What it has no words for it quotes: `principal.owner == …`.
enum PlainWords {
    // MARK: Conditions

    /// What a condition says where it is, or is not, true.
    static func condition(_ expression: Expr, isTrue: Bool = true) -> String {
        switch expression.kind {
        case .unary(.not, let operand): return self.condition(operand, isTrue: !isTrue)
        case .and: return self.joined(expression, isTrue, isAnd: isTrue)
        case .or: return self.joined(expression, isTrue, isAnd: !isTrue)
        case .has(let operand, let path):
            let name = self.path(operand).map { ([$0] + path.map(\.string)).joined(separator: ".") }
            return name.flatMap { self.presence(of: $0, isTrue) } ?? self.quoted(expression, isTrue)
        case .attribute:
            return self.path(expression).flatMap { self.flag($0, isTrue) } ?? self.quoted(expression, isTrue)
        case .binary(let symbol, let left, let right):
            return self.comparison(symbol, left, right, isTrue) ?? self.quoted(expression, isTrue)
        case .like(let operand, let pattern):
            let verb = isTrue ? "is like" : "is not like"
            return "\(self.noun(operand)) \(verb) \(CedarText.quoted(pattern))"
        case .isType(let operand, let type, _):
            return "\(self.noun(operand)) is \(isTrue ? "" : "not ")\(self.article(String(type.basename).lowercased()))"
        case .call(let function, let arguments) where function.rawValue == "isInRange" && arguments.count == 2:
            return "\(self.noun(arguments[0])) is \(isTrue ? "" : "not ")in \(self.value(arguments[1], beside: nil))"
        case .call(let function, let arguments) where function.rawValue == "isLoopback" && arguments.count == 1:
            return "\(self.noun(arguments[0])) is \(isTrue ? "" : "not ")this machine"
        default: return self.quoted(expression, isTrue)
        }
    }

    /// Several conditions of which all, or one, must be so.
    private static func joined(_ expression: Expr, _ isTrue: Bool, isAnd: Bool) -> String {
        let parts = self.parts(expression, isTrue, isAnd: isAnd).map { part in
            let words = self.condition(part.expression, isTrue: part.isTrue)
            return self.isJoined(part.expression) ? "(\(words))" : words
        }
        return parts.joined(separator: isAnd ? " and " : ", or ")
    }

    private static func isJoined(_ expression: Expr) -> Bool {
        switch expression.kind {
        case .and, .or: true
        case .unary(.not, let operand): self.isJoined(operand)
        default: false
        }
    }

    /// What a condition is made of, by `and` or by `or`, where it is, or is not, to be true.
    static func parts(_ expression: Expr, _ isTrue: Bool, isAnd: Bool) -> [(expression: Expr, isTrue: Bool)] {
        switch expression.kind {
        case .and(let left, let right) where isTrue == isAnd, .or(let left, let right) where isTrue != isAnd:
            self.parts(left, isTrue, isAnd: isAnd) + self.parts(right, isTrue, isAnd: isAnd)
        case .unary(.not, let operand): self.parts(operand, !isTrue, isAnd: isAnd)
        default: [(expression, isTrue)]
        }
    }

    private static func quoted(_ expression: Expr, _ isTrue: Bool) -> String {
        isTrue ? "`\(expression)` holds" : "`\(expression)` does not hold"
    }

    private static func comparison(
        _ symbol: Expr.BinaryOperator, _ left: Expr, _ right: Expr, _ isTrue: Bool
    ) -> String? {
        let words: (String, String)
        switch symbol {
        case .equal:
            if let phrase = self.boundary(left, right, isTrue) { return phrase }
            words = ("is", "is not")
        case .notEqual:
            if let phrase = self.boundary(left, right, !isTrue) { return phrase }
            words = ("is not", "is")
        case .less: words = ("is below", "is not below")
        case .lessOrEqual: words = ("is at most", "is above")
        case .greater: words = ("is above", "is at most")
        case .greaterOrEqual: words = ("is at least", "is below")
        case .in: words = ("is in", "is not in")
        case .contains:
            return "\(self.noun(left)) \(isTrue ? "include" : "do not include") \(self.value(right, beside: left))"
        case .containsAny: words = ("include one of", "include none of")
        case .containsAll: words = ("include all of", "do not include all of")
        case .add, .subtract, .multiply, .getTag, .hasTag: return nil
        }
        return "\(self.noun(left)) \(isTrue ? words.0 : words.1) \(self.value(right, beside: left))"
    }

    private static func boundary(_ left: Expr, _ right: Expr, _ isTrue: Bool) -> String? {
        guard self.path(left) == "resource.boundary", case .literal(.entity(let uid)) = right.kind else { return nil }
        return (uid.id == "local") == isTrue ? "it stays within the organisation" : "it goes outside the organisation"
    }

    // MARK: Parts

    /// `context.findings.secret` of an access to attributes.
    private static func path(_ expression: Expr) -> String? {
        switch expression.kind {
        case .variable(let variable): variable.rawValue
        case .attribute(let operand, let name): self.path(operand).map { "\($0).\(name)" }
        default: nil
        }
    }

    private static let nouns: [String: String] = [
        "principal": "whoever asks", "action": "what is asked", "resource": "what it is asked of",
        "principal.tenant": "the tenant of whoever asks", "principal.clearance": "the clearance of whoever asks",
        "principal.owner": "the owner of whoever asks", "resource.provider": "the provider",
        "resource.region": "the region", "resource.tenant": "the tenant that it belongs to",
        "resource.maximumConfidentiality": "the most confidential content that it may be given",
        "resource.confidentiality": "its confidentiality", "resource.readers": "its readers",
        "context.labels.confidentiality": "the confidentiality of the content",
        "context.labels.tags": "the tags of the content", "context.findings.kinds": "the kinds that were found",
        "context.time": "the time", "context.onBehalfOf": "the person on whose behalf it is",
        "context.delegations": "the number of principals in between", "context.purpose": "the purpose",
        "context.useCase": "the use case", "context.useCase.riskTier": "the risk of the use case",
        "context.run.steps": "the number of steps of this run", "context.run.calls": "the number of calls of this run",
        "context.run.cost": "the cost of this run", "context.budgetRemaining": "what remains of the budget",
        "context.source": "the address that it comes from", "context.approval.by": "the person who agreed",
        "context.approval.at": "the time of the approval",
    ]

    private static func noun(_ expression: Expr) -> String {
        guard let path = self.path(expression) else { return self.value(expression, beside: nil) }
        if let noun = self.nouns[path] { return noun }
        for (suffix, what) in [(".score", "the certainty of"), (".count", "the number of")]
        where path.hasPrefix("context.findings.") && path.hasSuffix(suffix) {
            return "\(what) \(self.found(String(path.dropFirst(17).dropLast(suffix.count))))"
        }
        return "`\(path)`"
    }

    private static func presence(of path: String, _ isThere: Bool) -> String? {
        if path.hasPrefix("context.findings.") {
            let what = self.found(String(path.dropFirst(17)))
            return isThere ? "\(what) was found" : "\(what) was not found"
        }
        switch path {
        case "context.onBehalfOf": return isThere ? "it is on behalf of a person" : "it is on behalf of nobody"
        case "context.approval": return isThere ? "a person has agreed" : "no person has agreed"
        default:
            guard let noun = self.nouns[path] ?? ["context.run": "the run"][path] else { return nil }
            return "\(noun) is \(isThere ? "" : "not ")known"
        }
    }

    private static func flag(_ path: String, _ isTrue: Bool) -> String? {
        let not = isTrue ? "" : "not "
        switch path {
        case "resource.approved": return "it is \(not)approved"
        case "resource.irreversible": return isTrue ? "it cannot be undone" : "it can be undone"
        case "context.labels.isTrusted":
            return isTrue ? "all content is from who may give instructions" : "the content holds text from strangers"
        case "context.useCase.approved": return "the use case is \(not)approved"
        case "context.disclosed": return "a notice \(isTrue ? "goes" : "does not yet go") out with it"
        default: return nil
        }
    }

    /// What a detector finds, in words: `secret`, `pii.card`.
    static func found(_ kind: String) -> String {
        switch kind {
        case "secret": "a secret"
        case "pii": "something about a person"
        case "injection": "an attempt to take over the model"
        case "pii.card": "a card number"
        case "pii.email": "a mail address"
        case "pii.phone": "a telephone number"
        case _ where kind.hasPrefix("secret."): "a secret (\(kind.dropFirst(7)))"
        default: "`\(kind)`"
        }
    }

    /// A value, in the words that belong to what it is compared with.
    private static func value(_ expression: Expr, beside other: Expr?) -> String {
        let path = other.flatMap(self.path)
        switch expression.kind {
        case .literal(.long(let number)):
            switch path {
            case let path? where path.hasSuffix("onfidentiality") || path.hasSuffix("clearance"):
                return Confidentiality(rawValue: number)?.name ?? "\(number)"
            case let path? where path.hasSuffix("riskTier"): return RiskTier(rawValue: number)?.name ?? "\(number)"
            case let path? where path.hasSuffix("cost") || path.hasSuffix("budgetRemaining"):
                return number % 1_000_000 == 0 ? "\(number / 1_000_000) dollars" : "\(number) millionths of a dollar"
            default: return "\(number)"
            }
        case .literal(.string(let text)): return "`\(text)`"
        case .literal(.entity(let uid)):
            // “the use case is `x`”, not “the use case is the use case `x`”.
            return path.flatMap { self.nouns[$0] } == "the \(self.words(String(uid.type.basename)))"
                ? "`\(uid.id)`" : self.entity(uid)
        case .literal(.boolean(let value)): return value ? "true" : "false"
        case .set(let elements): return elements.map { self.value($0, beside: other) }.joined(separator: ", ")
        case .call(_, let arguments) where arguments.count == 1: return self.value(arguments[0], beside: other)
        case .variable, .attribute: return self.noun(expression)
        default: return "`\(expression)`"
        }
    }

    /// An entity: its type in small letters and its id.
    static func entity(_ uid: EntityUID) -> String {
        let words = self.words(String(uid.type.basename))
        return "the \(words) `\(uid.id)`"
    }

    // MARK: Scopes

    /// What the scope of a policy asks for, each with a policy that asks for nothing else; empty where it fits
    /// everything.
    static func scope(_ policy: CedarPolicy) -> [(words: String, only: CedarPolicy)] {
        var parts: [(words: String, only: CedarPolicy)] = []
        if let words = self.scope(policy.principal, "whoever asks") {
            parts.append((words, CedarPolicy(id: policy.id, effect: .permit, principal: policy.principal)))
        }
        let action = CedarPolicy(id: policy.id, effect: .permit, action: policy.action)
        switch policy.action.kind {
        case .any: break
        case .equal(let uid): parts.append(("it is asked to \(self.verb(uid.id.string))", action))
        case .in(let uids):
            let verbs = uids.map { self.verb($0.id.string) }.joined(separator: ", or to ")
            parts.append(("it is asked to \(verbs)", action))
        }
        if let words = self.scope(policy.resource, "what it is asked of") {
            parts.append((words, CedarPolicy(id: policy.id, effect: .permit, resource: policy.resource)))
        }
        return parts
    }

    private static func scope(_ constraint: ScopeConstraint, _ subject: String) -> String? {
        func written(_ reference: ScopeConstraint.Reference) -> String {
            switch reference {
            case .entity(let uid): self.entity(uid)
            case .slot: "a named one"
            }
        }
        return switch constraint.kind {
        case .any: nil
        case .equal(let reference): "\(subject) is \(written(reference))"
        case .in(let reference): "\(subject) belongs to \(written(reference))"
        case .is(let type): "\(subject) is \(self.article(self.words(String(type.basename))))"
        case .isIn(let type, let reference):
            "\(subject) is \(self.article(self.words(String(type.basename)))) of \(written(reference))"
        }
    }

    /// What an action does, without what it is done with.
    static func verb(_ action: String) -> String {
        switch action {
        case "infer": "send a request to a model"
        case "release": "hand on a model's answer"
        case "call": "call a tool"
        case "retrieve": "read stored content"
        case "store": "store content"
        case "administer": "administer Gatehouse"
        default: self.words(action)
        }
    }

    /// What is asked, with what it is asked of: `send a request to the model `gpt``.
    static func verb(_ action: String, of resource: EntityUID) -> String {
        let what = self.entity(resource)
        switch action {
        case "infer": return "send a request to \(what)"
        case "release": return "hand on an answer of \(what)"
        case "call": return "call \(what)"
        case "retrieve": return "read \(what)"
        case "store": return "put something into \(what)"
        default: return "\(self.words(action)) (\(what))"
        }
    }

    /// `readEvents` as `read events`.
    static func words(_ name: String) -> String {
        var words = ""
        for character in name {
            if character.isUppercase, !words.isEmpty { words += " " }
            words += character.lowercased()
        }
        return words
    }

    static func article(_ noun: String) -> String {
        "\("aeiou".contains(noun.first ?? "x") ? "an" : "a") \(noun)"
    }
}
