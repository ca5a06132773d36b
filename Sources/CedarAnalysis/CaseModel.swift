import Cedar
import CedarSchema

/// A case: what is said so far of the facts that matter, and what follows for conditions.
///
/// Evaluating with facts missing yields the first one that must be known, unless the answer does not depend on it.
struct CaseModel {
    let schema: Schema
    let tree: TermTree
    let environment: RequestEnvironment
    let domains: Domains
    private(set) var facts: [Fact: Value] = [:]
    /// How many strangers of each type are spoken of: the others are alike, so that trying one of them is enough.
    private var strangers: [EntityType: Int] = [:]

    enum Truth {
        case yes, no
        case needs(Fact)
        /// An attribute that is not there: behind a test that is not decided yet.
        case undefined

        init(_ value: Bool) { self = value ? .yes : .no }
    }

    indirect enum Partial {
        case known(Value)
        case place(Place, ValueType)
        case fields([Text: Int])
        case elements([Int])
        case needs(Fact)
        case undefined
    }

    init(_ schema: Schema, _ tree: TermTree, _ environment: RequestEnvironment, _ domains: Domains) {
        self.schema = schema
        self.tree = tree
        self.environment = environment
        self.domains = domains
    }

    // MARK: Facts

    /// The values that a fact may have in this case.
    func candidates(for fact: Fact) -> [Value] {
        switch fact {
        case .principal: return self.entities(of: self.environment.principal)
        case .resource: return self.entities(of: self.environment.resource)
        // The plainest first, so that a counterexample says only what matters.
        case .isPresent, .element, .member, .opaque: return [.boolean(false), .boolean(true)]
        case .value(let place):
            guard let type = self.type(of: place) else { return [] }
            if case .entity(let type) = type { return self.entities(of: type) }
            return self.domains.candidates(of: place.slot, type)
        }
    }

    /// All that are spoken of, one more, and all that are named.
    private func entities(of type: EntityType) -> [Value] {
        let spoken = self.strangers[type, default: 0]
        return self.domains.entities(of: type).filter { (self.domains.stranger($0) ?? -1) <= spoken }.map(Value.entity)
    }

    func assuming(_ fact: Fact, _ value: Value) -> CaseModel {
        var model = self
        model.facts[fact] = value
        model.speak(of: value)
        switch fact {
        case .member(let member, let group):
            model.speak(of: .entity(member))
            model.speak(of: .entity(group))
        case .element(_, let element): model.speak(of: element)
        default: break
        }
        return model
    }

    private mutating func speak(of value: Value) {
        guard case .entity(let uid) = value, let number = self.domains.stranger(uid) else { return }
        self.strangers[uid.type] = max(self.strangers[uid.type, default: 0], number + 1)
    }

    private func fact(_ fact: Fact) -> Truth {
        guard case .boolean(let value) = self.facts[fact] else { return .needs(fact) }
        return Truth(value)
    }

    /// The type that the schema gives a place.
    func type(of place: Place) -> ValueType? {
        var type: ValueType?
        var path = place.path[...]
        switch place.owner {
        case .context: type = .record(self.environment.action.context)
        case .attributes(let uid): type = self.schema.attributes(of: uid.type).map(ValueType.record)
        case .tags(let uid):
            type = self.schema.tags(of: uid.type)
            path = path.dropFirst()
        }
        for name in path {
            guard case .record(let record) = type else { return nil }
            type = record.attributes[name]?.type
        }
        return type
    }

    // MARK: Clauses

    /// Whether a clause applies.
    func truth(of clause: Clause) -> Truth {
        var result = self.scope(clause.policy.principal, .principal)
        result = Self.and(result) { self.scope(clause.policy.resource, .resource) }
        for condition in clause.conditions { result = Self.and(result) { self.truth(condition) } }
        return result
    }

    private func scope(_ constraint: ScopeConstraint, _ role: Fact) -> Truth {
        switch constraint.kind {
        case .any, .is: return .yes
        case .equal(let reference), .in(let reference), .isIn(_, let reference):
            guard case .entity(let wanted) = reference else { return .undefined }
            guard case .entity(let uid) = self.facts[role] else { return .needs(role) }
            if case .equal = constraint.kind { return Truth(uid == wanted) }
            return self.isMember(uid, of: wanted)
        }
    }

    private func isMember(_ uid: EntityUID, of group: EntityUID) -> Truth {
        if uid == group { return .yes }
        if uid.type.isAction { return Truth(self.schema.isIn(uid, group) ?? false) }
        guard self.schema.canBeIn(uid.type, group.type) else { return .no }
        return self.fact(.member(uid, group))
    }

    // MARK: Logic

    static func and(_ left: Truth, _ right: () -> Truth) -> Truth {
        switch left {
        case .no: return .no
        case .yes: return right()
        case .needs, .undefined:
            if case .no = right() { return .no }
            return left
        }
    }

    static func or(_ left: Truth, _ right: () -> Truth) -> Truth {
        switch left {
        case .yes: return .yes
        case .no: return right()
        case .needs, .undefined:
            if case .yes = right() { return .yes }
            return left
        }
    }

    func all<Element>(_ elements: some Sequence<Element>, _ test: (Element) -> Truth) -> Truth {
        var result = Truth.yes
        for element in elements {
            result = Self.and(result) { test(element) }
            if case .no = result { break }
        }
        return result
    }

    func any<Element>(_ elements: some Sequence<Element>, _ test: (Element) -> Truth) -> Truth {
        var result = Truth.no
        for element in elements {
            result = Self.or(result) { test(element) }
            if case .yes = result { break }
        }
        return result
    }

    private static func not(_ truth: Truth) -> Truth {
        switch truth {
        case .yes: .no
        case .no: .yes
        case .needs, .undefined: truth
        }
    }

    /// Evaluates a term that is a boolean.
    func truth(_ index: Int) -> Truth {
        let term = self.tree[index]
        if self.domains.opaque[term.shape] != nil { return self.fact(.opaque(term.shape)) }
        switch term.kind {
        case .unary(.not, let operand): return Self.not(self.truth(operand))
        case .unary(.isEmpty, let set): return self.isEmpty(set)
        case .and(let left, let right): return Self.and(self.truth(left)) { self.truth(right) }
        case .or(let left, let right): return Self.or(self.truth(left)) { self.truth(right) }
        case .conditional(let test, let then, let otherwise):
            switch self.truth(test) {
            case .yes: return self.truth(then)
            case .no: return self.truth(otherwise)
            case let open: return open
            }
        case .binary(.getTag, _, _): break
        case .binary(let op, let left, let right): return self.binary(op, left, right)
        case .has(let base, let path): return self.has(path, self.value(base))
        case .like(let text, let pattern):
            return self.with(text) { value in
                guard case .string(let text) = value else { return .undefined }
                return Truth(LikeMatcher(pattern).matches(text))
            }
        case .isType(let base, let type): return self.isType(base, type)
        case .isTypeIn(let base, let type, let group):
            return Self.and(self.isType(base, type)) { self.isIn(base, group) }
        case .call(let function, let arguments): return self.call(function, arguments)
        default: break
        }
        return self.with(index) { value in
            guard case .boolean(let value) = value else { return .undefined }
            return Truth(value)
        }
    }

    /// Evaluates a term to a plain value and goes on with it.
    func with(_ index: Int, _ body: (Value) -> Truth) -> Truth {
        switch self.value(index) {
        case .known(let value): return body(value)
        case .needs(let fact): return .needs(fact)
        case .place, .fields, .elements, .undefined: return .undefined
        }
    }

    private func isType(_ base: Int, _ type: EntityType) -> Truth {
        self.with(base) { value in
            guard case .entity(let uid) = value else { return .undefined }
            return Truth(uid.type == type)
        }
    }

    func isIn(_ base: Int, _ group: Int) -> Truth {
        self.with(base) { value in
            guard case .entity(let uid) = value else { return .undefined }
            switch self.value(group) {
            case .known(.entity(let group)): return self.isMember(uid, of: group)
            case .needs(let fact): return .needs(fact)
            case .elements(let elements):
                return self.any(elements) { element in
                    self.with(element) { value in
                        guard case .entity(let group) = value else { return .undefined }
                        return self.isMember(uid, of: group)
                    }
                }
            case .place(let place, .set(.entity(let type))):
                return self.any(self.domains.entities(of: type)) { group in
                    guard uid == group || self.schema.canBeIn(uid.type, group.type) else { return .no }
                    return Self.and(self.fact(.element(place, .entity(group)))) { self.isMember(uid, of: group) }
                }
            case .known, .place, .fields, .undefined: return .undefined
            }
        }
    }

    private func call(_ function: ExtensionFunction, _ arguments: [Int]) -> Truth {
        var values: [Value] = []
        for argument in arguments {
            switch self.value(argument) {
            case .known(let value): values.append(value)
            case .needs(let fact): return .needs(fact)
            case .place, .fields, .elements, .undefined: return .undefined
            }
        }
        guard case .boolean(let result) = try? ExtensionCall.apply(function, values, at: .none) else {
            return .undefined
        }
        return Truth(result)
    }

    func isElement(_ value: Value, of place: Place) -> Truth { self.fact(.element(place, value)) }

    func isPresent(_ place: Place) -> Truth { self.fact(.isPresent(place)) }
}
