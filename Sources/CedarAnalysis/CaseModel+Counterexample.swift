import Cedar
import CedarSchema

extension CaseModel {
    /// Why this case may not be what it seems: what was taken for granted without looking into it.
    var doubts: [String] {
        var reasons: Set<String> = []
        for case .opaque(let shape) in self.facts.keys {
            if let reason = self.domains.opaque[shape] { reasons.insert(reason) }
        }
        return reasons.sorted()
    }

    /// A request, and the entities that it needs, that are as this case says. nil where there are none: the memberships
    /// of the case contradict each other.
    func counterexample() -> Counterexample? {
        var builder = CaseBuilder(model: self)
        return builder.build()
    }

    fileprivate func isSet(_ fact: Fact) -> Bool { self.facts[fact] == .boolean(true) }

    fileprivate func elements(of place: Place) -> [Value] {
        var elements: [Value] = []
        for (fact, value) in self.facts {
            if case .element(place, let element) = fact, value == .boolean(true) { elements.append(element) }
        }
        return elements.sorted { $0.description < $1.description }
    }
}

/// Makes entities and a request of a case; what the case does not speak of gets any value of its type.
private struct CaseBuilder {
    let model: CaseModel
    private var pending: [EntityUID] = []
    private var named: Set<EntityUID> = []

    init(model: CaseModel) { self.model = model }

    mutating func build() -> Counterexample? {
        let environment = self.model.environment
        let principal = self.entity(.principal, environment.principal)
        let resource = self.entity(.resource, environment.resource)
        for fact in self.model.facts.keys { self.name(in: fact) }
        let contextType = ValueType.record(environment.action.context)
        guard case .record(let context) = self.value(Place(owner: .context, path: []), contextType) else { return nil }
        var entities: [Entity] = []
        while let uid = self.pending.popLast() {
            if let entity = self.entity(uid) { entities.append(entity) }
        }
        entities += self.model.schema.actionEntities
        guard let store = try? Entities(entities), self.agrees(store) else { return nil }
        let request = AccessRequest(
            principal: principal, action: environment.action.uid, resource: resource, context: context)
        let used = entities.filter { !$0.uid.type.isAction }.sorted { $0.uid < $1.uid }
        return Counterexample(request: request, entities: used, store: store, facts: self.sentences())
    }

    /// Whether no membership follows that the case denies.
    private func agrees(_ store: Entities) -> Bool {
        for (fact, value) in self.model.facts {
            if case .member(let uid, let group) = fact, store.isMember(uid, of: group) != (value == .boolean(true)) {
                return false
            }
        }
        return true
    }

    // MARK: Names

    private mutating func entity(_ role: Fact, _ type: EntityType) -> EntityUID {
        if case .entity(let uid) = self.model.facts[role] { return self.name(uid) }
        return self.anyEntity(of: type)
    }

    /// One that is needed and of which nothing is said.
    private mutating func anyEntity(of type: EntityType) -> EntityUID {
        let all = self.model.domains.entities(of: type)
        let stranger = all.first { self.model.domains.stranger($0) != nil }
        return self.name(stranger ?? all.first ?? EntityUID(type: type, id: "any"))
    }

    @discardableResult
    private mutating func name(_ uid: EntityUID) -> EntityUID {
        if self.named.insert(uid).inserted { self.pending.append(uid) }
        return uid
    }

    private mutating func name(in fact: Fact) {
        switch fact {
        case .principal, .resource, .opaque: break
        case .isPresent(let place), .value(let place): self.name(in: place)
        case .element(let place, let value):
            self.name(in: place)
            if case .entity(let uid) = value { self.name(uid) }
        case .member(let member, let group):
            self.name(member)
            self.name(group)
        }
    }

    private mutating func name(in place: Place) {
        switch place.owner {
        case .context: break
        case .attributes(let uid), .tags(let uid): self.name(uid)
        }
    }

    // MARK: Values

    private mutating func entity(_ uid: EntityUID) -> Entity? {
        guard !uid.type.isAction, let definition = self.model.schema.entityTypes[uid.type] else { return nil }
        let attributes = self.record(Place(owner: .attributes(uid), path: []), definition.attributes)
        var tags: [RecordValue.Field] = []
        if let type = definition.tags {
            for case .isPresent(let place) in self.model.facts.keys
            where place.owner == .tags(uid) && place.path.count == 1 && self.model.isSet(.isPresent(place)) {
                tags.append(RecordValue.Field(place.path[0], self.value(place, type)))
            }
        }
        var parents: [EntityUID] = []
        for case .member(uid, let group) in self.model.facts.keys where self.model.isSet(.member(uid, group)) {
            parents.append(group)
        }
        return Entity(uid: uid, attributes: attributes, tags: RecordValue(tags), parents: parents.sorted())
    }

    private mutating func record(_ place: Place, _ type: RecordType) -> RecordValue {
        var fields: [RecordValue.Field] = []
        for (name, attribute) in type.attributes.sorted(by: { $0.key < $1.key }) {
            let member = place.child(name)
            guard attribute.isRequired || self.model.isSet(.isPresent(member)) else { continue }
            fields.append(RecordValue.Field(name, self.value(member, attribute.type)))
        }
        return RecordValue(fields)
    }

    private mutating func value(_ place: Place, _ type: ValueType) -> Value {
        switch type {
        case .record(let record): return .record(self.record(place, record))
        case .set:
            let elements = self.model.elements(of: place)
            for case .entity(let uid) in elements { self.name(uid) }
            return .set(SetValue(elements))
        case .entity(let type):
            if case .entity(let uid) = self.model.facts[.value(place)] { return .entity(self.name(uid)) }
            return .entity(self.anyEntity(of: type))
        case .boolean, .long, .string, .extension:
            return self.model.facts[.value(place)] ?? Domains.plain(type)
        }
    }

    // MARK: Words

    /// What the case says, in words, in a stable order.
    private func sentences() -> [String] {
        var sentences: [String] = []
        for (fact, value) in self.model.facts {
            let isSo = value == .boolean(true)
            switch fact {
            case .principal, .resource, .opaque: break
            case .isPresent(let place): if !isSo { sentences.append("\(self.words(place)) is not there") }
            case .value(let place): sentences.append("\(self.words(place)) is \(value)")
            // Sets hold, and entities are members of, nothing but what is said.
            case .element(let place, let element):
                if isSo { sentences.append("\(self.words(place)) contains \(element)") }
            case .member(let member, let group):
                if isSo { sentences.append("\(member) is a member of \(group)") }
            }
        }
        return sentences.sorted()
    }

    private func words(_ place: Place) -> String {
        let path = place.path.map { CedarText.isIdentifier($0) ? ".\($0)" : "[\(CedarText.quoted($0))]" }.joined()
        switch place.owner {
        case .context: return "context\(path)"
        case .tags(let uid): return "tag \(CedarText.quoted(place.path.first ?? "")) of \(self.role(uid))"
        case .attributes(let uid): return "\(self.role(uid))\(path)"
        }
    }

    /// `principal` and `resource` where it is clear which is meant.
    private func role(_ uid: EntityUID) -> String {
        let principal = self.model.facts[.principal]
        let resource = self.model.facts[.resource]
        guard principal != resource else { return uid.description }
        return principal == .entity(uid) ? "principal" : resource == .entity(uid) ? "resource" : uid.description
    }
}
