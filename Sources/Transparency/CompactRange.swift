/// What must be kept of a tree to append to it and to know its root: the roots of its full subtrees, largest first.
///
/// At most 64 hashes, whatever the size. Appending costs one node's hash on average; the root costs at most 63.
package struct CompactRange: Hashable, Sendable {
    /// How many leaves the tree has.
    package private(set) var size: UInt64
    /// The roots of the full subtrees that the tree consists of, one for each bit that is set in `size`, largest first.
    package private(set) var peaks: [Hash]

    /// The tree without leaves.
    package init() {
        self.size = 0
        self.peaks = []
    }

    /// Takes up again where another range stopped; nil where the number of hashes does not fit the size.
    package init?(size: UInt64, peaks: [Hash]) {
        guard peaks.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.peaks = peaks
    }

    /// Appends the hash of a leaf.
    package mutating func append(_ leaf: Hash) { self.append(leaf) { _, _ in } }

    /// Appends the hash of a leaf, and hands over the root of each full subtree that it completes, with its height:
    /// the leaf itself first (height 0), then the nodes over it.
    @inline(__always)
    mutating func append(_ leaf: Hash, completing: (_ height: Int, _ root: Hash) -> Void) {
        var hash = leaf
        completing(0, hash)
        for height in 0..<self.size.trailingOnes {
            hash = Hash.node(self.peaks.removeLast(), hash)
            completing(height + 1, hash)
        }
        self.peaks.append(hash)
        self.size += 1
    }

    /// The root of the tree.
    package var root: Hash {
        guard var root = self.peaks.last else { return .empty }
        for peak in self.peaks.dropLast().reversed() { root = Hash.node(peak, root) }
        return root
    }
}

extension UInt64 {
    /// How many of the lowest bits are set before the first that is not.
    fileprivate var trailingOnes: Int { (~self).trailingZeroBitCount }
}
