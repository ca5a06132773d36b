/// The end of a growing log: what is needed to append leaves, to know the root, to cut full tiles, and to serve the
/// partial ones.
///
/// At most 255 hashes for each of at most eight levels (8 KB a level). Full tiles are handed out once, when their last
/// hash is there, and are to be kept elsewhere.
package struct RightEdge: Hashable, Sendable {
    /// The tree so far.
    package private(set) var range: CompactRange
    /// Of each level, the hashes behind the last full tile.
    private var rows: [[Hash]]

    /// The log without leaves.
    package init() {
        self.range = CompactRange()
        self.rows = []
    }

    /// Takes up a log where it stopped.
    ///
    /// `leaf` gives the hash of one of the last leaves (at most 255 are asked for, in their order), `tile` a full tile (at
    /// most 255 of each level). Cost: those reads, and 255 hashes for each tile that is read.
    package init(
        size: UInt64, leaf: (_ index: UInt64) throws -> Hash, tile: (_ id: TileID) throws -> Tile
    ) throws {
        self.init()
        for id in TileID.partial(size: size) {
            while self.rows.count < id.level { self.rows.append([]) }
            let positions = id.index * 256..<id.index * 256 + UInt64(id.width)
            guard id.level > 0 else {
                self.rows.append(try positions.map(leaf))
                continue
            }
            self.rows.append(
                try positions.map { position in
                    let below = TileID(level: id.level - 1, index: position)
                    guard let root = try tile(below).root else {
                        throw TransparencyError(.unavailable, "`\(below.path)` is not complete")
                    }
                    return root
                })
        }
        var peaks: [Hash] = []
        for (level, row) in self.rows.enumerated().reversed() {
            var position = 0
            for height in (0..<8).reversed() where row.count & 1 << height != 0 {
                let tile = Tile(TileID(level: level, index: 0, width: row.count), hashes: row)
                if let peak = tile?.root(at: position, height: height) { peaks.append(peak) }
                position += 1 << height
            }
        }
        guard let range = CompactRange(size: size, peaks: peaks) else {
            throw TransparencyError(.unavailable, "the hashes that were read do not make a tree of \(size) leaves")
        }
        self.range = range
    }

    package var size: UInt64 { self.range.size }
    package var root: Hash { self.range.root }

    /// Appends the hash of a leaf, and returns the tiles that it completes: none for most, one for every 256th.
    package mutating func append(_ leaf: Hash) -> [Tile] {
        let size = self.range.size
        var rows = self.rows
        self.rows = []
        self.range.append(leaf) { height, root in
            guard height % 8 == 0 else { return }
            let level = height / 8
            if rows.count == level { rows.append([]) }
            rows[level].append(root)
        }
        var tiles: [Tile] = []
        for level in rows.indices where rows[level].count == TileID.fullWidth {
            let id = TileID(level: level, index: size >> UInt64(8 * (level + 1)))
            if let tile = Tile(id, hashes: rows[level]) { tiles.append(tile) }
            rows[level] = []
        }
        self.rows = rows
        return tiles
    }

    /// A partial tile of the log as it is now or as it was; nil where the tile is not at the edge.
    package func tile(_ id: TileID) -> Tile? {
        guard id.level < self.rows.count, !id.isFull,
            id.index == TileID.hashCount(level: id.level, size: self.size) / 256,
            id.width <= self.rows[id.level].count
        else { return nil }
        return Tile(id, hashes: Array(self.rows[id.level].prefix(id.width)))
    }
}
