/// Bounds that keep a hostile schema from costing more than it is worth.
package struct SchemaLimits: Sendable {
    /// Of the text, in bytes.
    package var bytes: Int
    /// How deep types may nest, with all common types written out.
    package var depth: Int
    /// How many parts one type may have, with all common types written out.
    package var typeSize: Int
    /// How many pairs of member and ancestor the hierarchies of entity types and of actions may have.
    package var relations: Int

    package init(
        bytes: Int = 8 << 20, depth: Int = 128, typeSize: Int = 200_000, relations: Int = 2_000_000
    ) {
        self.bytes = bytes
        self.depth = depth
        self.typeSize = typeSize
        self.relations = relations
    }
}
