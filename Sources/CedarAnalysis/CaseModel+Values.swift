import Cedar
import CedarSchema

extension CaseModel {
    // MARK: Values

    /// Evaluates a term as far as the facts allow.
    func value(_ index: Int) -> Partial {
        let term = self.tree[index]
        switch term.kind {
        case .literal(let literal):
            switch literal {
            case .boolean(let value): return .known(.boolean(value))
            case .long(let value): return .known(.long(value))
            case .string(let value): return .known(.string(value))
            case .entity(let uid): return .known(.entity(uid))
            }
        case .variable(.principal): return self.facts[.principal].map(Partial.known) ?? .needs(.principal)
        case .variable(.resource): return self.facts[.resource].map(Partial.known) ?? .needs(.resource)
        case .variable(.action): return .known(.entity(self.environment.action.uid))
        case .variable(.context):
            return .place(Place(owner: .context, path: []), .record(self.environment.action.context))
        case .attribute(let base, let name): return self.attribute(name, of: self.value(base))
        case .binary(.getTag, let base, let name): return self.tag(base, name)
        case .conditional(let test, let then, let otherwise):
            switch self.truth(test) {
            case .yes: return self.value(then)
            case .no: return self.value(otherwise)
            case .needs(let fact): return .needs(fact)
            case .undefined: return .undefined
            }
        case .set(let elements): return .elements(elements)
        case .record(let names, let fields): return .fields(Dictionary(zip(names, fields)) { _, last in last })
        case .call(let function, let arguments) where function.isConstructor:
            guard let argument = arguments.first, case .literal(.string(let text)) = self.tree[argument].kind,
                let value = Value(constructor: function, text)
            else { return .undefined }
            return .known(value)
        case .unary(.negate, _), .binary(.add, _, _), .binary(.subtract, _, _), .binary(.multiply, _, _), .call:
            // Looked at only from within what is opaque.
            return .undefined
        default: return self.asValue(self.truth(index))
        }
    }

    private func asValue(_ truth: Truth) -> Partial {
        switch truth {
        case .yes: .known(.boolean(true))
        case .no: .known(.boolean(false))
        case .needs(let fact): .needs(fact)
        case .undefined: .undefined
        }
    }

    private func attribute(_ name: Text, of base: Partial) -> Partial {
        switch base {
        case .needs(let fact): return .needs(fact)
        case .fields(let fields): return fields[name].map { self.value($0) } ?? .undefined
        case .place(let place, .record(let record)): return self.member(place.child(name), record.attributes[name])
        case .known(.entity(let uid)):
            let place = Place(owner: .attributes(uid), path: [name])
            return self.member(place, self.schema.attributes(of: uid.type)?.attributes[name])
        case .known, .place, .elements, .undefined: return .undefined
        }
    }

    private func member(_ place: Place, _ attribute: RecordType.Attribute?) -> Partial {
        guard let attribute else { return .undefined }
        if !attribute.isRequired {
            switch self.isPresent(place) {
            case .yes: break
            case .no, .undefined: return .undefined
            case .needs(let fact): return .needs(fact)
            }
        }
        return self.content(of: place, attribute.type)
    }

    private func content(of place: Place, _ type: ValueType) -> Partial {
        switch type {
        case .set, .record: return .place(place, type)
        case .boolean, .long, .string, .entity, .extension:
            return self.facts[.value(place)].map(Partial.known) ?? .needs(.value(place))
        }
    }

    private func tag(_ base: Int, _ name: Int) -> Partial {
        var result = Partial.undefined
        let truth = self.withTag(base, name) { place, type in
            switch self.isPresent(place) {
            case .yes: result = self.content(of: place, type)
            case let other: return other
            }
            return .yes
        }
        if case .needs(let fact) = truth { return .needs(fact) }
        return result
    }

    /// Finds where a tag stands and goes on with it.
    private func withTag(_ base: Int, _ name: Int, _ body: (Place, ValueType) -> Truth) -> Truth {
        self.with(base) { value in
            guard case .entity(let uid) = value, let type = self.schema.tags(of: uid.type) else { return .no }
            return self.with(name) { value in
                guard case .string(let name) = value else { return .undefined }
                return body(Place(owner: .tags(uid), path: [name]), type)
            }
        }
    }

    func has(_ path: [Text], _ base: Partial) -> Truth {
        var current = base
        for (position, name) in path.enumerated() {
            switch current {
            case .needs(let fact): return .needs(fact)
            case .fields(let fields):
                guard let field = fields[name] else { return .no }
                if position + 1 < path.count { current = self.value(field) }
                continue
            case .place, .known(.entity): break
            case .known, .elements, .undefined: return .undefined
            }
            let place: Place
            let attribute: RecordType.Attribute?
            switch current {
            case .place(let outer, .record(let record)):
                place = outer.child(name)
                attribute = record.attributes[name]
            case .known(.entity(let uid)):
                place = Place(owner: .attributes(uid), path: [name])
                attribute = self.schema.attributes(of: uid.type)?.attributes[name]
            default: return .undefined
            }
            guard let attribute else { return .no }
            if !attribute.isRequired {
                let presence = self.isPresent(place)
                guard case .yes = presence else { return presence }
            }
            if position + 1 < path.count { current = self.content(of: place, attribute.type) }
        }
        return .yes
    }

    // MARK: Operators

    func binary(_ op: Expr.BinaryOperator, _ left: Int, _ right: Int) -> Truth {
        switch op {
        case .in: return self.isIn(left, right)
        case .hasTag: return self.withTag(left, right) { place, _ in self.isPresent(place) }
        case .contains: return self.with(right) { value in self.contains(self.value(left), value) }
        case .containsAll: return self.isSubset(self.value(right), of: self.value(left))
        case .containsAny: return self.intersects(self.value(left), self.value(right))
        case .equal: return self.equal(self.value(left), self.value(right))
        case .less, .lessOrEqual:
            return self.with(left) { first in
                self.with(right) { second in
                    guard let order = Self.order(first, second) else { return .undefined }
                    return Truth(op == .less ? order < 0 : order <= 0)
                }
            }
        case .notEqual, .greater, .greaterOrEqual, .add, .subtract, .multiply, .getTag: return .undefined
        }
    }

    private static func order(_ left: Value, _ right: Value) -> Int? {
        func compare<Number: Comparable>(_ left: Number, _ right: Number) -> Int {
            left < right ? -1 : left == right ? 0 : 1
        }
        return switch (left, right) {
        case (.long(let left), .long(let right)): compare(left, right)
        case (.datetime(let left), .datetime(let right)): compare(left, right)
        case (.duration(let left), .duration(let right)): compare(left, right)
        default: nil
        }
    }

    private func equal(_ left: Partial, _ right: Partial) -> Truth {
        switch (left, right) {
        case (.needs(let fact), _), (_, .needs(let fact)): return .needs(fact)
        case (.known(let left), .known(let right)): return Truth(left == right)
        case (.place, .place), (.place, .elements), (.elements, .place), (.elements, .elements):
            return Self.and(self.isSubset(left, of: right)) { self.isSubset(right, of: left) }
        default: return .undefined
        }
    }

    // MARK: Sets

    /// The values that a set may hold: what is written in it, or what its place lets it hold.
    private func possible(_ set: Partial) -> [Value]? {
        guard case .place(let place, .set(let element)) = set else { return nil }
        if case .entity(let type) = element { return self.domains.entities(of: type).map(Value.entity) }
        return self.domains.candidates(of: place.slot, element)
    }

    private func contains(_ set: Partial, _ value: Value) -> Truth {
        switch set {
        case .needs(let fact): return .needs(fact)
        case .place(let place, .set): return self.isElement(value, of: place)
        case .elements(let elements):
            return self.any(elements) { element in self.with(element) { Truth($0 == value) } }
        case .known, .place, .fields, .undefined: return .undefined
        }
    }

    func isEmpty(_ set: Int) -> Truth {
        switch self.value(set) {
        case .needs(let fact): return .needs(fact)
        case .elements(let elements): return Truth(elements.isEmpty)
        case .place(let place, _):
            guard let values = self.possible(.place(place, self.type(of: place) ?? .boolean)) else { return .undefined }
            return self.all(values) { value in
                switch self.isElement(value, of: place) {
                case .yes: .no
                case .no: .yes
                case let open: open
                }
            }
        case .known, .fields, .undefined: return .undefined
        }
    }

    private func isSubset(_ part: Partial, of whole: Partial) -> Truth {
        switch part {
        case .needs(let fact): return .needs(fact)
        case .elements(let elements):
            return self.all(elements) { element in self.with(element) { value in self.contains(whole, value) } }
        case .place(let place, .set):
            if case .needs(let fact) = whole { return .needs(fact) }
            guard let values = self.possible(part) else { return .undefined }
            return self.all(values) { value in
                switch self.isElement(value, of: place) {
                case .no: .yes
                case .yes: self.contains(whole, value)
                case let open:
                    // Whatever the answer, nothing is amiss where the other set holds the value anyway.
                    if case .yes = self.contains(whole, value) { .yes } else { open }
                }
            }
        case .known, .place, .fields, .undefined: return .undefined
        }
    }

    private func intersects(_ left: Partial, _ right: Partial) -> Truth {
        switch (left, right) {
        case (.needs(let fact), _), (_, .needs(let fact)): return .needs(fact)
        case (.elements(let elements), let set), (let set, .elements(let elements)):
            return self.any(elements) { element in self.with(element) { value in self.contains(set, value) } }
        case (.place(let first, .set), .place(let second, .set)):
            guard let values = self.possible(left) else { return .undefined }
            return self.any(values) { value in
                Self.and(self.isElement(value, of: first)) { self.isElement(value, of: second) }
            }
        default: return .undefined
        }
    }
}
