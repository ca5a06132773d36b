/// Another content for one range of a text whose remaining bytes stay as they are.
package struct BytePatch: Hashable, Sendable {
    package let range: Range<Int>
    package let replacement: [UInt8]

    package init(_ range: Range<Int>, _ replacement: [UInt8]) {
        self.range = range
        self.replacement = replacement
    }

    /// The pieces of the patched text in order: untouched ranges and replacements.
    ///
    /// The patches may come in any order and may touch but not overlap; of two that overlap, the later one is dropped.
    package static func apply(
        _ patches: [BytePatch], to count: Int, keep: (Range<Int>) -> Void, replace: ([UInt8]) -> Void
    ) {
        var position = 0
        for patch in patches.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
        where patch.range.lowerBound >= position && patch.range.upperBound <= count {
            if patch.range.lowerBound > position { keep(position..<patch.range.lowerBound) }
            replace(patch.replacement)
            position = patch.range.upperBound
        }
        if position < count { keep(position..<count) }
    }
}
