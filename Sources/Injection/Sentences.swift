/// Cuts the words of a text into its sentences, the narrowest windows that it is read through.
///
/// An order among facts is a sentence of its own more often than not. What has less than ``shortest`` words is read with
/// what follows it; what has more than ``longest`` is read in pieces that overlap by half.
package enum Sentences {
    package static let shortest = 4
    package static let longest = 24

    /// Calls `body` with each window's first word and the word after its last, in order.
    @inline(__always)
    package static func each(_ starts: [Int32], count: Int, _ body: (_ from: Int, _ to: Int) -> Void) {
        var from = 0
        var next = 0
        while from < count {
            while next < starts.count, Int(starts[next]) < from + self.shortest { next += 1 }
            let end = next < starts.count ? min(Int(starts[next]), count) : count
            while end - from > self.longest {
                body(from, from + self.longest)
                from += self.longest / 2
            }
            body(from, end)
            from = end
        }
    }
}
