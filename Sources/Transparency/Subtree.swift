/// A run of leaves that is a subtree of every tree that has it: it begins at a multiple of the smallest power of two that
/// is not less than its length (draft-ietf-plants-merkle-tree-certs).
package struct Subtree: Hashable, Sendable {
    package let start: UInt64
    package let end: UInt64

    /// Nil where the range is no subtree; an empty one is none.
    package init?(start: UInt64, end: UInt64) {
        guard start < end else { return nil }
        // The smallest power of two that is not less than the length, minus one.
        let length = end - start
        let mask = length == 1 ? 0 : UInt64.max >> UInt64((length - 1).leadingZeroBitCount)
        guard start & mask == 0 else { return nil }
        self.start = start
        self.end = end
    }

    /// The first leaves of a log; nil for none.
    package init?(first count: UInt64) { self.init(start: 0, end: count) }

    package var count: UInt64 { self.end - self.start }

    package func contains(_ index: UInt64) -> Bool { self.start <= index && index < self.end }
}
