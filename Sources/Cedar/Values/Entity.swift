/// One entity: its name, what is known of it, and what it is directly a member of.
package struct Entity: Hashable, Sendable {
    package let uid: EntityUID
    package let attributes: RecordValue
    package let tags: RecordValue
    package let parents: [EntityUID]

    package init(
        uid: EntityUID, attributes: RecordValue = .empty, tags: RecordValue = .empty, parents: [EntityUID] = []
    ) {
        self.uid = uid
        self.attributes = attributes
        self.tags = tags
        self.parents = parents
    }
}
