/// Shows that a leaf is in a tree: the hashes beside the way from it to the root, the leaf's sibling first (RFC 9162,
/// section 2.1.3).
package struct InclusionProof: Hashable, Sendable {
    /// The most hashes that a proof has.
    package static let limit = 64

    package let index: UInt64
    /// How many leaves the tree has.
    package let size: UInt64
    package let hashes: [Hash]

    package init(index: UInt64, size: UInt64, hashes: [Hash]) {
        self.index = index
        self.size = size
        self.hashes = hashes
    }

    /// Makes the proof from tiles. Cost: at most two tiles of each level.
    package init(of index: UInt64, in size: UInt64, from tiles: some TileReader) throws {
        self.init(index: index, size: size, hashes: try ProofPlan(inclusionOf: index, in: size).hashes(from: tiles))
    }

    /// The root to which the proof leads from the leaf.
    package func root(from leaf: Hash) throws(TransparencyError) -> Hash {
        guard self.index < self.size else {
            throw TransparencyError(.outOfRange, "there is no leaf \(self.index) in a tree of \(self.size)")
        }
        var position = self.index
        var last = self.size - 1
        var root = leaf
        for hash in self.hashes {
            guard last > 0 else {
                throw TransparencyError(.mismatch, "the proof has more hashes than the tree is high")
            }
            if position & 1 == 1 || position == last {
                root = .node(hash, root)
                while position & 1 == 0, position > 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                root = .node(root, hash)
            }
            position >>= 1
            last >>= 1
        }
        guard last == 0 else { throw TransparencyError(.mismatch, "the proof has fewer hashes than the tree is high") }
        return root
    }

    /// - Throws: `mismatch` where the leaf is not at that place in the tree with that root.
    package func verify(leaf: Hash, root: Hash) throws(TransparencyError) {
        guard try self.root(from: leaf) == root else {
            throw TransparencyError(.mismatch, "leaf \(self.index) is not in the tree of \(self.size) with that root")
        }
    }

    /// Checks a proof that a leaf is in a subtree of the log: `index` is the leaf's place in the log.
    package static func verify(
        _ hashes: [Hash], leaf: Hash, index: UInt64, in subtree: Subtree, root: Hash
    ) throws(TransparencyError) {
        guard subtree.contains(index) else {
            throw TransparencyError(
                .outOfRange, "leaf \(index) is not within \(subtree.start) to \(subtree.end)")
        }
        try Self(index: index - subtree.start, size: subtree.count, hashes: hashes).verify(leaf: leaf, root: root)
    }
}
