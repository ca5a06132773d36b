/// The entities that a decision may look at, with all that each is a member of, directly or not.
///
/// Made once and shared; `adding` puts the few entities of one request on top without copying the rest.
package struct Entities: Sendable {
    /// One entity with its ancestors.
    final class Node: Sendable {
        let entity: Entity
        let ancestors: [EntityUID]
        /// The same ancestors; empty where there are few.
        private let table: Set<EntityUID>

        init(_ entity: Entity, ancestors: [EntityUID]) {
            self.entity = entity
            self.ancestors = ancestors
            self.table = ancestors.count > 12 ? Set(ancestors) : []
        }

        func isMember(of ancestor: EntityUID) -> Bool {
            self.table.isEmpty ? self.ancestors.contains(ancestor) : self.table.contains(ancestor)
        }
    }

    private final class Storage: Sendable {
        let nodes: [EntityUID: Node]
        init(nodes: [EntityUID: Node]) { self.nodes = nodes }
    }

    private let base: Storage
    /// Of this request, before those of the base.
    private var added: [EntityUID: Node] = [:]

    package static let empty = Entities(base: Storage(nodes: [:]))

    private init(base: Storage) { self.base = base }

    /// - Parameters:
    ///   - entities: In any order.
    ///   - greatestClosure: How many memberships, direct or not, there may be in all.
    /// - Throws: an error of the code `duplicate` where two entities of one name differ, `cycle` where one is a member
    ///   of itself, `tooLarge` where the memberships are too many to be kept.
    package init(_ entities: [Entity], greatestClosure: Int = 10_000_000) throws(CedarError) {
        self.base = Storage(nodes: try Self.nodes(entities, below: nil, greatestClosure))
    }

    /// These entities and others. What is here already keeps its own parents; entities of the same name must be equal.
    package func adding(_ entities: [Entity]) throws(CedarError) -> Entities {
        guard !entities.isEmpty else { return self }
        var result = self
        result.added.merge(try Self.nodes(entities, below: self, 1_000_000)) { _, new in new }
        return result
    }

    package subscript(uid: EntityUID) -> Entity? { self.node(uid)?.entity }

    /// All entities, in the order of their names.
    package var all: [Entity] {
        var nodes = self.base.nodes
        nodes.merge(self.added) { _, new in new }
        return nodes.values.map(\.entity).sorted { $0.uid < $1.uid }
    }

    package var count: Int { self.base.nodes.count + self.added.keys.count { self.base.nodes[$0] == nil } }

    /// What the entity is a member of, directly or not; itself not included.
    package func ancestors(of uid: EntityUID) -> [EntityUID] { self.node(uid)?.ancestors ?? [] }

    /// What `uid in ancestor` says: whether it is the same, or a member of it.
    package func isMember(_ uid: EntityUID, of ancestor: EntityUID) -> Bool {
        uid == ancestor || self.node(uid)?.isMember(of: ancestor) ?? false
    }

    func node(_ uid: EntityUID) -> Node? {
        if !self.added.isEmpty, let node = self.added[uid] { return node }
        return self.base.nodes[uid]
    }

    // MARK: Closure

    private static func nodes(
        _ entities: [Entity], below existing: Entities?, _ greatestClosure: Int
    ) throws(CedarError) -> [EntityUID: Node] {
        var byName: [EntityUID: Entity] = [:]
        byName.reserveCapacity(entities.count)
        for entity in entities {
            if let other = byName[entity.uid] ?? existing?[entity.uid], !other.isSame(as: entity) {
                throw CedarError(.duplicate, "the entity `\(entity.uid)` is there twice, with different content")
            }
            byName[entity.uid] = entity
        }
        var closure = Closure(entities: byName, existing: existing, greatestTotal: greatestClosure)
        for entity in entities { try closure.close(entity.uid) }
        return closure.nodes
    }

    /// Finds the ancestors of each entity, children after parents, without recursion.
    private struct Closure {
        let entities: [EntityUID: Entity]
        let existing: Entities?
        let greatestTotal: Int
        var nodes: [EntityUID: Node] = [:]
        private var open: Set<EntityUID> = []
        private var total = 0

        init(entities: [EntityUID: Entity], existing: Entities?, greatestTotal: Int) {
            self.entities = entities
            self.existing = existing
            self.greatestTotal = greatestTotal
            self.nodes.reserveCapacity(entities.count)
        }

        mutating func close(_ uid: EntityUID) throws(CedarError) {
            var stack = [uid]
            while let next = stack.last {
                guard self.nodes[next] == nil, let entity = self.entities[next] else {
                    stack.removeLast()
                    continue
                }
                if self.open.insert(next).inserted {
                    for parent in entity.parents where self.nodes[parent] == nil && self.entities[parent] != nil {
                        guard !self.open.contains(parent) else {
                            throw CedarError(.cycle, "the entity `\(parent)` is a member of itself")
                        }
                        stack.append(parent)
                    }
                } else {
                    self.open.remove(next)
                    self.nodes[next] = try self.node(entity)
                    stack.removeLast()
                }
            }
        }

        private mutating func node(_ entity: Entity) throws(CedarError) -> Node {
            var ancestors: [EntityUID] = []
            var seen: Set<EntityUID> = []
            for parent in entity.parents {
                if seen.insert(parent).inserted { ancestors.append(parent) }
                let further = self.nodes[parent]?.ancestors ?? self.existing?.ancestors(of: parent) ?? []
                for ancestor in further where seen.insert(ancestor).inserted { ancestors.append(ancestor) }
            }
            guard !seen.contains(entity.uid) else {
                throw CedarError(.cycle, "the entity `\(entity.uid)` is a member of itself")
            }
            self.total += ancestors.count
            guard self.total <= self.greatestTotal else {
                throw CedarError(.tooLarge, "the entities have more than \(self.greatestTotal) memberships")
            }
            return Node(entity, ancestors: ancestors)
        }
    }
}

extension Entity {
    /// Whether both say the same; the order of parents does not matter.
    fileprivate func isSame(as other: Entity) -> Bool {
        self.attributes == other.attributes && self.tags == other.tags && Set(self.parents) == Set(other.parents)
    }
}
