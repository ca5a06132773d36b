/// Where hashes of a log are read: the tiles that are kept.
package protocol TileReader {
    /// The tile, with as many hashes as its id says. It may be cut from one that has more by now.
    func tile(_ id: TileID) throws -> Tile
}

/// Which hashes make a proof, and in which tiles they stand: known from sizes alone, so that whoever reads over a network
/// can fetch all tiles at once.
package struct ProofPlan: Hashable, Sendable {
    /// How many leaves the tree has whose tiles are read.
    package let size: UInt64
    /// The runs of leaves whose roots are the hashes of the proof, in its order.
    private let runs: [Range<UInt64>]

    private init(size: UInt64, runs: [Range<UInt64>]) {
        self.size = size
        self.runs = runs
    }

    /// The root of a tree, which has leaves.
    package init(rootOf size: UInt64) throws(TransparencyError) {
        guard size > 0 else { throw TransparencyError(.outOfRange, "a tree without leaves has no tiles") }
        self.init(size: size, runs: [0..<size])
    }

    /// The proof that a leaf is in the tree of `size`.
    package init(inclusionOf index: UInt64, in size: UInt64) throws(TransparencyError) {
        try self.init(inclusionOf: index, in: Subtree(first: size), size: size)
    }

    /// The proof that a leaf is in a subtree of the tree of `size`.
    package init(inclusionOf index: UInt64, in subtree: Subtree?, size: UInt64) throws(TransparencyError) {
        guard let subtree, subtree.contains(index), subtree.end <= size else {
            throw TransparencyError(.outOfRange, "there is no leaf \(index) in a tree of \(size)")
        }
        var runs: [Range<UInt64>] = []
        var (low, high) = (subtree.start, subtree.end)
        while high - low > 1 {
            let middle = low + Self.half(high - low)
            if index < middle {
                runs.append(middle..<high)
                high = middle
            } else {
                runs.append(low..<middle)
                low = middle
            }
        }
        self.init(size: size, runs: runs.reversed())
    }

    /// The proof that the tree of `first` leaves is the beginning of that of `second`.
    package init(consistencyFrom first: UInt64, to second: UInt64) throws(TransparencyError) {
        guard let subtree = Subtree(first: first) else {
            throw TransparencyError(
                .outOfRange, "a tree without leaves is the beginning of every tree: nothing is proved")
        }
        try self.init(consistencyOf: subtree, in: second)
    }

    /// The proof that a subtree is part of the tree of `size`.
    package init(consistencyOf subtree: Subtree, in size: UInt64) throws(TransparencyError) {
        guard subtree.end <= size else {
            throw TransparencyError(.outOfRange, "leaf \(subtree.end - 1) is not in a tree of \(size)")
        }
        var runs: [Range<UInt64>] = []
        var (low, high, start) = (UInt64(0), size, subtree.start)
        var isKnown = true
        while low != start || high != subtree.end {
            let middle = low + Self.half(high - low)
            if subtree.end <= middle {
                runs.append(middle..<high)
                high = middle
            } else {
                // A subtree that goes over the middle begins where this part of the tree does.
                if start < middle { (start, isKnown) = (middle, false) }
                runs.append(low..<middle)
                low = middle
            }
        }
        if !isKnown { runs.append(low..<high) }
        self.init(size: size, runs: runs.reversed())
    }

    /// How many hashes the proof has.
    package var hashCount: Int { self.runs.count }

    /// The tiles that are needed, each once.
    package var tiles: [TileID] {
        var seen: Set<TileID> = []
        return self.runs.flatMap { Self.nodes(of: $0) }.compactMap { node in
            node.tile(in: self.size).flatMap { seen.insert($0).inserted ? $0 : nil }
        }
    }

    /// The hashes of the proof, from the tiles that it needs.
    package func hashes(from reader: some TileReader) throws -> [Hash] {
        try self.hashes(in: Dictionary(uniqueKeysWithValues: self.tiles.map { ($0, try reader.tile($0)) }))
    }

    /// The hashes of the proof, from tiles that were fetched.
    package func hashes(in tiles: [TileID: Tile]) throws(TransparencyError) -> [Hash] {
        var hashes: [Hash] = []
        for run in self.runs {
            var root: Hash?
            for node in Self.nodes(of: run).reversed() {
                guard let id = node.tile(in: self.size), let tile = tiles[id], tile.id == id,
                    let hash = tile.root(at: node.position, height: node.height % 8)
                else { throw TransparencyError(.unavailable, "a tile that the proof needs is not there") }
                root = root.map { .node(hash, $0) } ?? hash
            }
            if let root { hashes.append(root) }
        }
        return hashes
    }

    /// The largest power of two that is less than `count`, which is at least 2.
    private static func half(_ count: UInt64) -> UInt64 { 1 << UInt64(63 - (count - 1).leadingZeroBitCount) }

    /// A full subtree of `2^height` leaves, the `index`th of its height.
    private struct Node {
        let height: Int
        let index: UInt64

        /// Where the node's first hash stands in its tile.
        var position: Int { Int((self.index << UInt64(self.height % 8)) % 256) }

        func tile(in size: UInt64) -> TileID? {
            TileID(level: self.height / 8, index: (self.index << UInt64(self.height % 8)) >> 8, size: size)
        }
    }

    /// The full subtrees that a run consists of, largest first. The run begins at a multiple of the first one's length.
    private static func nodes(of run: Range<UInt64>) -> [Node] {
        var nodes: [Node] = []
        var start = run.lowerBound
        while start < run.upperBound {
            let height = 63 - (run.upperBound - start).leadingZeroBitCount
            nodes.append(Node(height: height, index: start >> UInt64(height)))
            start += 1 << UInt64(height)
        }
        return nodes
    }
}
