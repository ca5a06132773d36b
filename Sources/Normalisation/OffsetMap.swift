/// The way back from a view's bytes to those that it was made of.
///
/// INVARIANT: runs are in order of the view's bytes, and what they stand for never runs backwards, but in views that
/// stand as one for what they were made of.
package struct OffsetMap: Sendable, Hashable {
    /// A stretch of the view: taken over byte by byte, or as a whole made of something.
    struct Run: Sendable, Hashable {
        let view: UInt32
        let source: UInt32
        /// How many bytes it was made of; `verbatim` for as many as the view has.
        let count: UInt32

        static let verbatim = UInt32.max
    }

    private(set) var runs: [Run] = []

    /// A map of nothing yet.
    init() {}

    /// The map of a view that was made of a range as a whole.
    init(whole source: Range<Int>) {
        self.runs = [Run(view: 0, source: UInt32(source.lowerBound), count: UInt32(source.count))]
    }

    var isEmpty: Bool { self.runs.isEmpty }

    /// Notes that the view's bytes from `view` on are those from `source` on.
    mutating func copied(from source: Int, at view: Int) {
        if let last = self.runs.last, last.count == Run.verbatim, Int(last.source) - Int(last.view) == source - view {
            return
        }
        self.runs.append(Run(view: UInt32(view), source: UInt32(source), count: Run.verbatim))
    }

    /// Notes that the view's bytes from `view` on, to the next note, were made of a range.
    mutating func made(of source: Range<Int>, at view: Int) {
        self.runs.append(Run(view: UInt32(view), source: UInt32(source.lowerBound), count: UInt32(source.count)))
    }

    /// Forgets the last notes.
    mutating func dropLast(_ count: Int) { self.runs.removeLast(min(count, self.runs.count)) }

    /// What a part of the view was made of.
    package func source(of range: Range<Int>) -> Range<Int> {
        guard !self.runs.isEmpty else { return range }
        let first = self.runs[self.place(of: range.lowerBound)]
        let lower = Int(first.source) + (first.count == Run.verbatim ? range.lowerBound - Int(first.view) : 0)
        let end = max(range.lowerBound, range.upperBound - 1)
        let last = self.runs[self.place(of: end)]
        let upper =
            last.count == Run.verbatim
            ? Int(last.source) + min(range.upperBound, end + 1) - Int(last.view)
            : Int(last.source) + Int(last.count)
        return min(lower, upper)..<max(lower, upper)
    }

    /// The last run that begins at or before an offset.
    private func place(of offset: Int) -> Int {
        var low = 0
        var high = self.runs.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(self.runs[middle].view) <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
