/// Shows that a tree is the beginning of a larger one: nothing was changed or taken away (RFC 9162, section 2.1.4).
///
/// That something follows from nothing needs no proof and is none: a proof from size 0 is refused. The witness protocol
/// takes size 0 without asking for one.
package struct ConsistencyProof: Hashable, Sendable {
    /// The most hashes that a proof has.
    package static let limit = 64

    /// How many leaves the earlier tree has.
    package let first: UInt64
    /// How many leaves the later tree has.
    package let second: UInt64
    package let hashes: [Hash]

    package init(from first: UInt64, to second: UInt64, hashes: [Hash]) {
        self.first = first
        self.second = second
        self.hashes = hashes
    }

    /// Makes the proof from tiles of the later tree. Cost: at most three tiles of each level.
    package init(from first: UInt64, to second: UInt64, from tiles: some TileReader) throws {
        let plan = try ProofPlan(consistencyFrom: first, to: second)
        self.init(from: first, to: second, hashes: try plan.hashes(from: tiles))
    }

    /// - Throws: `mismatch` where the tree with the first root is not the beginning of that with the second.
    package func verify(first firstRoot: Hash, second secondRoot: Hash) throws(TransparencyError) {
        guard let subtree = Subtree(first: self.first) else {
            throw TransparencyError(
                .outOfRange, "a tree without leaves is the beginning of every tree: nothing is proved")
        }
        try Self.verify(self.hashes, of: subtree, root: firstRoot, in: self.second, root: secondRoot)
    }

    /// Checks a proof that a subtree with that root is part of the tree of `size` leaves.
    package static func verify(
        _ hashes: [Hash], of subtree: Subtree, root subtreeRoot: Hash, in size: UInt64, root: Hash
    ) throws(TransparencyError) {
        guard subtree.end <= size else {
            throw TransparencyError(.outOfRange, "leaf \(subtree.end - 1) is not in a tree of \(size)")
        }
        var rest = hashes[...]
        var (first, last, end) = (subtree.start, subtree.end - 1, size - 1)
        // Up to the largest full subtree at the end of the earlier tree: the verifier knows it where it is the whole.
        while first != last, last == end || last & 1 == 1 { (first, last, end) = (first >> 1, last >> 1, end >> 1) }
        var earlier = subtreeRoot
        if first != last {
            guard let hash = rest.popFirst() else { throw Self.tooShort }
            earlier = hash
        }
        var later = earlier
        for hash in rest {
            guard end > 0 else { throw TransparencyError(.mismatch, "the proof has more hashes than the tree is high") }
            if last & 1 == 1 || last == end {
                if first < last { earlier = .node(hash, earlier) }
                later = .node(hash, later)
                while last & 1 == 0 { (first, last, end) = (first >> 1, last >> 1, end >> 1) }
            } else {
                later = .node(later, hash)
            }
            (first, last, end) = (first >> 1, last >> 1, end >> 1)
        }
        guard end == 0 else { throw Self.tooShort }
        guard earlier == subtreeRoot else {
            throw TransparencyError(.mismatch, "the proof does not begin at the earlier root")
        }
        guard later == root else { throw TransparencyError(.mismatch, "the proof does not lead to the later root") }
    }

    private static var tooShort: TransparencyError {
        TransparencyError(.mismatch, "the proof has fewer hashes than the tree is high")
    }
}
