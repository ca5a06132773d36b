extension Span where Element == UInt8 {
    /// The index of the first control character other than tab in `start..<end`, or `end`.
    func firstControl(from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            if end - index >= 8 {
                let word = self.word(at: index)
                let hits = word.bytesBelow(0x20) | word.bytesEqual(to: 0x7F)
                if hits == 0 {
                    index += 8
                    continue
                }
                index += hits.trailingZeroBitCount / 8
            }
            if self[index].isControl { return index }
            index += 1
        }
        return end
    }

    /// The index of the first CR or LF in `start..<end`, or `end`.
    func firstLineEnd(from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            if end - index >= 8 {
                let word = self.word(at: index)
                let hits = word.bytesEqual(to: ASCII.lineFeed) | word.bytesEqual(to: ASCII.carriageReturn)
                if hits == 0 {
                    index += 8
                    continue
                }
                return index + hits.trailingZeroBitCount / 8
            }
            if self[index] == ASCII.lineFeed || self[index] == ASCII.carriageReturn { return index }
            index += 1
        }
        return end
    }

    /// The index of the first byte in `start..<end` that is not a token character, or `end`.
    func firstNonToken(from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            if end - index >= 8 {
                // Nearly all names are letters and hyphens; other token characters are looked at one by one.
                let others = self.word(at: index).bytesOtherThanLettersAndHyphens
                if others == 0 {
                    index += 8
                    continue
                }
                index += others.trailingZeroBitCount / 8
            }
            guard self[index].isToken else { return index }
            index += 1
        }
        return end
    }

    /// Whether the bytes from `start` on are exactly those of `text`. False where fewer are left.
    func holds(_ text: StaticString, at start: Int) -> Bool {
        guard self.count - start >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount {
            // SAFE: the index is within the literal, which lives as long as the process.
            guard unsafe self[start + index] == text.utf8Start[index] else { return false }
        }
        return true
    }

    /// Whether `range` is `text` in any case. `text` is lower-case letters, digits and `-`; the bytes hold no control
    /// characters (they would be taken for digits and hyphens).
    func equals(_ range: Range<Int>, ignoringCase text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard range.count == count else { return false }
        guard count >= 8 else {
            for index in 0..<count {
                // SAFE: the index is within the literal, which lives as long as the process.
                guard unsafe self[range.lowerBound + index] | 0x20 == text.utf8Start[index] else { return false }
            }
            return true
        }
        // Eight at a time; the last eight overlap those before.
        let last = count - 8
        var index = 0
        while true {
            guard self.word(at: range.lowerBound + index).lowercased == text.word(at: index) else { return false }
            if index == last { return true }
            index = min(index + 8, last)
        }
    }

    /// Whether two ranges hold the same token in any case.
    func equalTokens(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count {
            let (one, other) = (self[left.lowerBound + index], self[right.lowerBound + index])
            let isLetter = (one | 0x20) &- UInt8(ascii: "a") < 26
            guard one == other || isLetter && one ^ other == 0x20 else { return false }
        }
        return true
    }

    /// `range` without spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// Eight bytes, the first of them lowest.
    private func word(at index: Int) -> UInt64 {
        // SAFE: every bit pattern is a UInt64, and the load checks its bounds.
        unsafe UInt64(littleEndian: self.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }
}

extension StaticString {
    /// Eight bytes of an ASCII literal, the first of them lowest.
    fileprivate func word(at index: Int) -> UInt64 {
        precondition(index >= 0 && index + 8 <= self.utf8CodeUnitCount)
        // SAFE: all eight bytes are within the literal, which lives as long as the process.
        let bytes = unsafe UnsafeRawPointer(self.utf8Start)
        return unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }
}

/// Eight bytes looked at together. The *lowest* marked byte is exact, bytes above a marked one may be marked wrongly.
extension UInt64 {
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// Marks (top bit) bytes below `limit`, which is at most 0x80.
    fileprivate func bytesBelow(_ limit: UInt8) -> UInt64 {
        (self &- Self.ones &* UInt64(limit)) & ~self & Self.tops
    }

    /// Marks (top bit) bytes equal to `byte`.
    fileprivate func bytesEqual(to byte: UInt8) -> UInt64 {
        (self ^ (Self.ones &* UInt64(byte))).bytesBelow(1)
    }

    /// Marks (top bit) all bytes but letters and hyphens. Every mark is exact.
    fileprivate var bytesOtherThanLettersAndHyphens: UInt64 {
        let low = self.lowercased & ~Self.tops
        let fromA = low &+ Self.ones &* UInt64(0x80 - UInt8(ascii: "a"))
        let beyondZ = low &+ Self.ones &* UInt64(0x7F - UInt8(ascii: "z"))
        let notHyphen = ((self & ~Self.tops) ^ Self.ones &* UInt64(UInt8(ascii: "-"))) &+ ~Self.tops
        return (~fromA | beyondZ) & notHyphen & Self.tops | self & Self.tops
    }

    /// Letters in lower case. Other bytes get their bit 5 set, too.
    fileprivate var lowercased: UInt64 { self | Self.ones &* 0x20 }
}
