/// The way from Unicode scalars, which others count, to bytes.
struct CharacterOffsets {
    /// The byte where each 64th scalar begins.
    private var marks: [Int] = []
    private let text: [UInt8]
    private let count: Int

    /// Takes valid UTF-8. Linear.
    init(_ text: Span<UInt8>) {
        var copy: [UInt8] = []
        copy.reserveCapacity(text.count)
        var count = 0
        for offset in 0..<text.count {
            let byte = text[offset]
            copy.append(byte)
            guard byte & 0xC0 != 0x80 else { continue }
            if count % 64 == 0 { self.marks.append(offset) }
            count += 1
        }
        self.text = copy
        self.count = count
    }

    /// The bytes of some scalars; nil where the text has no such ones.
    func bytes(_ start: Int, _ end: Int) -> Range<Int>? {
        guard start >= 0, start <= end, end <= self.count else { return nil }
        return self.byte(start)..<self.byte(end)
    }

    private func byte(_ scalar: Int) -> Int {
        guard scalar < self.count else { return self.text.count }
        var offset = self.marks[scalar / 64]
        var left = scalar % 64
        while left > 0 {
            offset += 1
            if self.text[offset] & 0xC0 != 0x80 { left -= 1 }
        }
        return offset
    }
}
