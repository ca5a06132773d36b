/// The pieces of a text that are shown to a classifier, as one text, and the way back.
package struct Excerpt: Sendable {
    /// The pieces, each followed by a line's end.
    package private(set) var text: [UInt8] = []
    /// Where each piece begins here and what it is there, in order.
    private var pieces: [(start: Int, source: Range<Int>)] = []

    /// Takes pieces of valid UTF-8 in order.
    package init(_ source: [UInt8], _ ranges: some Sequence<Range<Int>>) {
        for range in ranges where !range.isEmpty {
            self.pieces.append((self.text.count, range))
            self.text += source[range]
            self.text.append(UInt8(ascii: "\n"))
        }
    }

    /// The bytes of the source that lie in a range of the excerpt: a range for each piece that it touches.
    package func source(of range: Range<Int>) -> [Range<Int>] {
        var low = 0
        var high = self.pieces.count
        while low < high {
            let middle = (low + high) / 2
            if self.pieces[middle].start + self.pieces[middle].source.count <= range.lowerBound {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var ranges: [Range<Int>] = []
        for piece in self.pieces[low...] {
            guard piece.start < range.upperBound else { break }
            let lower = max(0, range.lowerBound - piece.start)
            let upper = min(piece.source.count, range.upperBound - piece.start)
            if lower < upper {
                ranges.append((piece.source.lowerBound + lower)..<(piece.source.lowerBound + upper))
            }
        }
        return ranges
    }

    /// The text in windows of some bytes at most, cut at white space where there is some, and never within a character.
    package func windows(of size: Int) -> [Range<Int>] {
        var windows: [Range<Int>] = []
        var start = 0
        while start < self.text.count {
            var end = min(start + size, self.text.count)
            if end < self.text.count {
                let hard = end
                while end > start + size / 2, self.text[end - 1] > 0x20 { end -= 1 }
                if end <= start + size / 2 { end = hard }
                while end > start + 1, self.text[end] & 0xC0 == 0x80 { end -= 1 }
            }
            windows.append(start..<end)
            start = end
        }
        return windows
    }
}
