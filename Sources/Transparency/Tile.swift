/// Hashes of a tree that are kept, served and read together.
package struct Tile: Hashable, Sendable {
    package let id: TileID
    /// As many hashes as the id says.
    package let hashes: [Hash]

    /// Nil where the number of hashes is not the one that the id says.
    package init?(_ id: TileID, hashes: [Hash]) {
        guard hashes.count == id.width else { return nil }
        self.id = id
        self.hashes = hashes
    }

    /// Reads a tile as it is served: its hashes, one after another.
    package init(_ id: TileID, bytes: Span<UInt8>) throws(TransparencyError) {
        guard bytes.count == id.width * Hash.byteCount, let hashes = Hash.sequence(bytes) else {
            throw TransparencyError(
                .malformed, "`\(id.path)` has \(bytes.count) bytes, expected \(id.width * Hash.byteCount)")
        }
        self.id = id
        self.hashes = hashes
    }

    /// As it is served: the hashes, one after another.
    package var bytes: [UInt8] { Hash.bytes(of: self.hashes) }

    /// The same tile as it was when it had `width` hashes; nil where it never had so many.
    package func prefix(_ width: Int) -> Tile? {
        guard width >= 1, width <= self.hashes.count else { return nil }
        return Tile(
            TileID(level: self.id.level, index: self.id.index, width: width), hashes: Array(self.hashes.prefix(width)))
    }

    /// The root of the subtree over `2^height` of its hashes, which begin at a multiple of that.
    func root(at position: Int, height: Int) -> Hash? {
        let count = 1 << height
        guard position % count == 0, position + count <= self.hashes.count else { return nil }
        guard count > 1 else { return self.hashes[position] }
        var row = Array(self.hashes[position..<(position + count)])
        while row.count > 1 {
            row = stride(from: 0, to: row.count, by: 2).map { Hash.node(row[$0], row[$0 + 1]) }
        }
        return row[0]
    }

    /// The root over all hashes of a full tile: one hash of the level above; nil where the tile is not full.
    package var root: Hash? { self.id.isFull ? self.root(at: 0, height: 8) : nil }
}
