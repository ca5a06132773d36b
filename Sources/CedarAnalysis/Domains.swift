import Cedar
import CedarSchema

/// Which values are worth trying: for each place a few that stand for all others, because no condition can tell the
/// others from one of them.
///
/// Places that are compared with each other share their values. Numbers, moments and addresses are represented by the
/// constants that they are compared with and by values between those; texts by constants, by texts that match each
/// possible combination of patterns, and by others; entities by those that are named and by as many strangers as can be
/// told apart. What a condition does beyond that (arithmetic, whole records) is kept as opaque, with a reason.
struct Domains {
    /// Why a term, by its shape, cannot be looked into.
    private(set) var opaque: [Int: String] = [:]
    private static let mostStrangers = 24
    private let schema: Schema
    private let tree: TermTree
    private let environment: RequestEnvironment

    private var components: [Component] = []
    private var componentOfSlot: [Slot: Int] = [:]
    private var values: [[Value]] = []
    private var named: [EntityType: Set<EntityUID>] = [:]
    private var references: [EntityType: Set<Int>] = [:]
    private var entityDomains: [EntityType: EntityDomain] = [:]
    /// Why a search of these values may not find all there is; empty where it does.
    private(set) var problems: [String] = []
    private var sources: [Int: [Source]] = [:]
    private var walked: Set<Int> = []

    /// Places whose values are compared with each other.
    private struct Component {
        /// The component that this one became a part of.
        var merged: Int?
        var type: ValueType
        var literals: Set<Value> = []
        var patterns: [LikePattern] = []
        /// The different expressions that yield such values, and those that yield sets of them.
        var shapes: Set<Int> = []
        var setShapes: Set<Int> = []
    }

    /// Where the value of a term may come from.
    private enum Source {
        case slot(Slot, ValueType)
        case value(Value)
        case reference(EntityType)
        case fields([Text: Int])
        case elements([Int])
        case unknown
    }

    init(_ schema: Schema, _ tree: TermTree, _ environment: RequestEnvironment, _ clauses: [Clause]) {
        self.schema = schema
        self.tree = tree
        self.environment = environment
        self.references[environment.principal, default: []].insert(-1)
        self.references[environment.resource, default: []].insert(-2)
        for clause in clauses {
            for constraint in [clause.policy.principal, clause.policy.resource] {
                if let uid = constraint.entity { self.named[uid.type, default: []].insert(uid) }
            }
            for condition in clause.conditions { self.walk(condition) }
        }
        for component in self.components { self.values.append(self.values(of: component)) }
        let types = Set(self.schema.entityTypes.keys).union(self.schema.actions.keys.map(\.type))
        for type in types { self.entityDomains[type] = self.entityDomain(of: type) }
        for component in self.components where component.merged == nil {
            if component.setShapes.count > 3 { self.problems.append("conditions compare more than three sets") }
            if component.type == .extension(.ipaddr), component.shapes.count > 1 {
                self.problems.append("conditions compare several addresses with each other")
            }
        }
    }

    // MARK: What to try

    /// The values that a place may take.
    func candidates(of slot: Slot, _ type: ValueType) -> [Value] {
        switch type {
        case .boolean: return [.boolean(false), .boolean(true)]
        case .entity(let type): return self.entities(of: type).map(Value.entity)
        default: break
        }
        guard let component = self.componentOfSlot[slot] else { return [Self.plain(type)] }
        return self.values[self.root(component)]
    }

    /// The entities of a type: strangers, then those that are named.
    func entities(of type: EntityType) -> [EntityUID] { self.entityDomains[type]?.all ?? [] }

    /// Which of the strangers an entity is; nil where it is none.
    func stranger(_ uid: EntityUID) -> Int? { self.entityDomains[uid.type]?.strangers[uid] }

    private struct EntityDomain {
        let all: [EntityUID]
        let strangers: [EntityUID: Int]
    }

    private mutating func entityDomain(of type: EntityType) -> EntityDomain {
        if type.isAction {
            return EntityDomain(all: self.schema.sortedActions.filter { $0.type == type }, strangers: [:])
        }
        if let choices = self.schema.entityTypes[type]?.choices {
            return EntityDomain(all: choices.sorted().map { EntityUID(type: type, id: $0) }, strangers: [:])
        }
        let count = max(1, self.references[type, default: []].count)
        if count > Self.mostStrangers {
            self.problems.append("conditions tell apart more than \(Self.mostStrangers) entities of type `\(type)`")
        }
        let named = self.named[type, default: []]
        let base = type.basename.lowercased()
        var all: [EntityUID] = []
        var strangers: [EntityUID: Int] = [:]
        var number = 1
        while strangers.count < min(count, Self.mostStrangers) {
            let uid = EntityUID(type: type, id: Text("\(base)\(number)"))
            number += 1
            guard !named.contains(uid) else { continue }
            strangers[uid] = strangers.count
            all.append(uid)
        }
        return EntityDomain(all: all + named.sorted(), strangers: strangers)
    }

    /// Any value of a type, for what no condition looks at.
    static func plain(_ type: ValueType) -> Value {
        switch type {
        case .boolean: .boolean(false)
        case .long: .long(0)
        case .string: .string("any")
        case .extension(.decimal): .decimal(DecimalValue(tenThousandths: 0))
        case .extension(.ipaddr): .address(AddressValue(isIPv6: false, bits: 0x0A00_0001, prefix: 32))
        case .extension(.datetime): .datetime(DatetimeValue(milliseconds: 0))
        case .extension(.duration): .duration(DurationValue(milliseconds: 0))
        case .set: .set(SetValue([]))
        case .record, .entity: .record(.empty)
        }
    }

    // MARK: Looking through conditions

    private mutating func walk(_ index: Int) {
        guard self.walked.insert(index).inserted else { return }
        let term = self.tree[index]
        _ = term.kind.mapped {
            self.walk($0)
            return $0
        }
        for source in self.sources(of: index) { self.count(source, term.shape) }
        switch term.kind {
        case .binary(let op, let left, let right):
            switch op {
            case .hasTag, .getTag: self.linkTagNames(left, right, index)
            case .add, .subtract, .multiply: break
            default: self.link([left, right], index)
            }
        case .isTypeIn(let base, _, let group): self.link([base, group], index)
        case .unary(.isEmpty, let set): self.link([set], index)
        case .like(let text, let pattern): self.add(pattern, to: text, index)
        case .call(let function, let arguments) where !function.isConstructor:
            if function.signature.result == .boolean { self.link(arguments, index) }
        default: break
        }
    }

    private mutating func count(_ source: Source, _ shape: Int) {
        switch source {
        case .reference(let type): self.references[type, default: []].insert(shape)
        case .value(.entity(let uid)): self.named[uid.type, default: []].insert(uid)
        case .slot(_, .entity(let type)): self.references[type, default: []].insert(shape)
        case .slot(_, .set(.entity(let type))):
            // Two sets can overlap in strangers in three ways, besides those that other conditions tell apart.
            for extra in 0..<3 { self.references[type, default: []].insert(-3 * shape - 10 - extra) }
        case .slot(let slot, let type):
            guard let scalar = type.scalar else { return }
            let index = self.component(of: slot, scalar)
            let component = self.root(index)
            if case .set = type {
                self.components[component].setShapes.insert(shape)
            } else {
                self.components[component].shapes.insert(shape)
            }
        case .value, .fields, .elements, .unknown: return
        }
    }

    private mutating func link(_ terms: [Int], _ index: Int) {
        var slots: [Int] = []
        var literals: [Value] = []
        guard terms.allSatisfy({ self.gather($0, &slots, &literals) }) else {
            self.opaque[self.tree[index].shape] = "it compares what is computed, or whole records"
            return
        }
        guard let first = slots.first else { return }
        for other in slots.dropFirst() { self.merge(first, other) }
        self.components[self.root(first)].literals.formUnion(literals)
    }

    /// The scalar places and constants that a term's value consists of; false where it consists of something else.
    private mutating func gather(_ index: Int, _ slots: inout [Int], _ literals: inout [Value]) -> Bool {
        for source in self.sources(of: index) {
            switch source {
            case .reference, .value(.entity), .slot(_, .entity), .slot(_, .set(.entity)): break
            case .value(let value): literals.append(value)
            case .slot(let slot, let type):
                guard let scalar = type.scalar else { return false }
                slots.append(self.component(of: slot, scalar))
            case .elements(let elements):
                for element in elements {
                    guard self.gather(element, &slots, &literals) else { return false }
                    if case .set = self.tree[element].kind { return false }
                }
            case .fields, .unknown: return false
            }
        }
        return true
    }

    /// The names of tags of one type are compared with each other.
    private mutating func linkTagNames(_ entity: Int, _ name: Int, _ index: Int) {
        var slots: [Int] = []
        var literals: [Value] = []
        guard self.gather(name, &slots, &literals) else {
            self.opaque[self.tree[index].shape] = "it computes the name of a tag"
            return
        }
        for type in self.entityTypes(of: entity) {
            slots.append(self.component(of: Slot(owner: .tagNames(type), path: []), .string))
        }
        guard let first = slots.first else { return }
        for other in slots.dropFirst() { self.merge(first, other) }
        self.components[self.root(first)].literals.formUnion(literals)
    }

    private mutating func add(_ pattern: LikePattern, to text: Int, _ index: Int) {
        var slots: [Int] = []
        var literals: [Value] = []
        guard self.gather(text, &slots, &literals) else {
            self.opaque[self.tree[index].shape] = "it computes a text"
            return
        }
        for slot in slots where !self.components[self.root(slot)].patterns.contains(pattern) {
            self.components[self.root(slot)].patterns.append(pattern)
        }
    }

    /// The types of the entities that a term may yield.
    private mutating func entityTypes(of index: Int) -> Set<EntityType> {
        var types: Set<EntityType> = []
        for source in self.sources(of: index) {
            switch source {
            case .reference(let type), .slot(_, .entity(let type)): types.insert(type)
            case .value(.entity(let uid)): types.insert(uid.type)
            default: break
            }
        }
        return types
    }

    // MARK: Components

    private func root(_ component: Int) -> Int {
        var root = component
        while let next = self.components[root].merged { root = next }
        return root
    }

    private mutating func component(of slot: Slot, _ type: ValueType) -> Int {
        if let component = self.componentOfSlot[slot] { return component }
        self.components.append(Component(merged: nil, type: type))
        self.componentOfSlot[slot] = self.components.count - 1
        return self.components.count - 1
    }

    private mutating func merge(_ first: Int, _ second: Int) {
        let first = self.root(first)
        let second = self.root(second)
        guard first != second else { return }
        let other = self.components[second]
        self.components[first].literals.formUnion(other.literals)
        self.components[first].patterns += other.patterns.filter { !self.components[first].patterns.contains($0) }
        self.components[first].shapes.formUnion(other.shapes)
        self.components[first].setShapes.formUnion(other.setShapes)
        self.components[second].merged = first
    }

    private mutating func values(of component: Component) -> [Value] {
        guard component.merged == nil else { return [] }
        // Two sets can overlap in four ways outside of the constants, three in eight.
        let forSets = (1 << min(component.setShapes.count, 3)) - 1
        let others = max(1, component.shapes.count + forSets)
        let candidates = CandidateValues(
            type: component.type, literals: component.literals, patterns: component.patterns, others: others)
        if let values = candidates.values { return values }
        self.problems.append("a text is compared with patterns too intricate to find all that matches them")
        return CandidateValues(type: component.type, literals: component.literals, patterns: [], others: others).values
            ?? []
    }

    // MARK: Sources

    private mutating func sources(of index: Int) -> [Source] {
        if let sources = self.sources[index] { return sources }
        let sources = self.findSources(of: index)
        self.sources[index] = sources
        return sources
    }

    private mutating func findSources(of index: Int) -> [Source] {
        switch self.tree[index].kind {
        case .literal(let literal):
            switch literal {
            case .boolean(let value): return [.value(.boolean(value))]
            case .long(let value): return [.value(.long(value))]
            case .string(let value): return [.value(.string(value))]
            case .entity(let uid): return [.value(.entity(uid))]
            }
        case .variable(.principal): return [.reference(self.environment.principal)]
        case .variable(.resource): return [.reference(self.environment.resource)]
        case .variable(.action): return [.value(.entity(self.environment.action.uid))]
        case .variable(.context):
            return [.slot(Slot(owner: .context, path: []), .record(self.environment.action.context))]
        case .attribute(let base, let name):
            return self.sources(of: base).flatMap { self.member($0, name) }
        case .binary(.getTag, let base, _):
            return self.entityTypes(of: base).sorted().map { type in
                self.schema.tags(of: type).map { .slot(Slot(owner: .tags(type), path: []), $0) } ?? .unknown
            }
        case .conditional(_, let then, let otherwise): return self.sources(of: then) + self.sources(of: otherwise)
        case .record(let names, let fields):
            return [.fields(Dictionary(zip(names, fields)) { _, last in last })]
        case .set(let elements): return [.elements(elements)]
        case .call(let function, let arguments) where function.isConstructor:
            guard let argument = arguments.first, case .literal(.string(let text)) = self.tree[argument].kind,
                let value = Value(constructor: function, text)
            else { return [.unknown] }
            return [.value(value)]
        case .call(let function, _) where function.signature.result != .boolean: return [.unknown]
        case .unary(.negate, _), .binary(.add, _, _), .binary(.subtract, _, _), .binary(.multiply, _, _):
            return [.unknown]
        // All others are true or false.
        default: return [.value(.boolean(true)), .value(.boolean(false))]
        }
    }

    private mutating func member(_ source: Source, _ name: Text) -> [Source] {
        switch source {
        case .slot(let slot, .record(let record)):
            return record.attributes[name].map { [.slot(slot.child(name), $0.type)] } ?? []
        case .slot(_, .entity(let type)), .reference(let type): return self.attribute(name, of: type)
        case .value(.entity(let uid)): return self.attribute(name, of: uid.type)
        case .fields(let fields): return fields[name].map { self.sources(of: $0) } ?? []
        case .unknown: return [.unknown]
        // Behind a test that this kind of request does not pass.
        default: return []
        }
    }

    private func attribute(_ name: Text, of type: EntityType) -> [Source] {
        guard let attribute = self.schema.attributes(of: type)?.attributes[name] else { return [] }
        return [.slot(Slot(owner: .attributes(type), path: [name]), attribute.type)]
    }
}

extension ScopeConstraint {
    /// The entity that it names.
    var entity: EntityUID? {
        switch self.kind {
        case .equal(.entity(let uid)), .in(.entity(let uid)), .isIn(_, .entity(let uid)): uid
        default: nil
        }
    }
}
