/// The leaves under a tile of level 0 as they are served: each with its length in front, two bytes, most significant first.
package enum EntryBundle {
    /// The longest leaf that the form can hold.
    package static let leafLimit = 65_535

    /// Nil where a leaf is longer than the form can hold.
    package static func encode(_ leaves: [[UInt8]]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(leaves.reduce(0) { $0 + $1.count + 2 })
        for leaf in leaves {
            guard leaf.count <= Self.leafLimit else { return nil }
            bytes.append(UInt8(leaf.count >> 8))
            bytes.append(UInt8(leaf.count & 0xFF))
            bytes.append(contentsOf: leaf)
        }
        return bytes
    }

    /// Where each leaf stands in the bytes. There must be exactly `count`.
    package static func ranges(_ bytes: Span<UInt8>, count: Int) throws(TransparencyError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var position = 0
        while position < bytes.count {
            guard position + 2 <= bytes.count else { throw Self.malformed(count) }
            let start = position + 2
            let end = start + Int(bytes[position]) << 8 + Int(bytes[position + 1])
            guard end <= bytes.count, ranges.count < count else { throw Self.malformed(count) }
            ranges.append(start..<end)
            position = end
        }
        guard ranges.count == count else { throw Self.malformed(count) }
        return ranges
    }

    /// The leaves. There must be exactly `count`.
    package static func decode(_ bytes: [UInt8], count: Int) throws(TransparencyError) -> [[UInt8]] {
        try Self.ranges(bytes.span, count: count).map { Array(bytes[$0]) }
    }

    private static func malformed(_ count: Int) -> TransparencyError {
        TransparencyError(.malformed, "expected \(count) entries, each with its length in front")
    }
}
