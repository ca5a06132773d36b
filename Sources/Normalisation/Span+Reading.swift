extension UInt8 {
    /// White space, and what stands before a text begins and after it ends.
    var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) || self == 0 }
    /// A Latin letter.
    var isLetter: Bool { LanguageScore.letter(self) > 0 }
    /// A letter, a digit or `_`.
    var isInName: Bool { self.isLetter || (0x30...0x39).contains(self) || self == UInt8(ascii: "_") }
    /// The small letter of a big one.
    var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension Span<UInt8> {
    /// The byte at an offset; 0 outside of the text.
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { offset >= 0 && offset < self.count ? self[offset] : 0 }

    /// Whether a part is a word in lower case, in any case.
    func reads(_ word: StaticString, in range: Range<Int>) -> Bool {
        range.count == word.utf8CodeUnitCount && self.begins(with: word, at: range.lowerBound)
    }

    /// Whether a word in lower case stands at an offset, in any case.
    func begins(with word: StaticString, at start: Int) -> Bool {
        guard start >= 0, word.utf8CodeUnitCount <= self.count - start else { return false }
        for offset in 0..<word.utf8CodeUnitCount {
            // SAFE: the offset is below the static string's own count.
            let expected = unsafe word.utf8Start[offset]
            guard self[start + offset].lowercased == expected else { return false }
        }
        return true
    }

    /// The next place of a word in lower case; nil where there is none.
    func next(_ word: StaticString, from start: Int) -> Int? { self.next(word, from: start, to: self.count) }

    /// The same, where it begins before an offset.
    func next(_ word: StaticString, from start: Int, to end: Int) -> Int? {
        guard word.utf8CodeUnitCount > 0 else { return nil }
        // SAFE: there is a first byte.
        let first = unsafe word.utf8Start[0]
        var index = start
        while index < end, index < self.count {
            if self[index].lowercased == first, self.begins(with: word, at: index) { return index }
            index += 1
        }
        return nil
    }

    /// The next place of a byte before an offset; nil where there is none.
    func next(_ byte: UInt8, from start: Int, to end: Int) -> Int? {
        var index = start
        while index < end {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// A range without the white space at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return start..<end
    }

    /// Up to eight bytes of a name in lower case as one number; 0 for a longer one.
    func packed(_ range: Range<Int>) -> UInt64 {
        guard range.count <= 8 else { return 0 }
        var word: UInt64 = 0
        for offset in range { word = word << 8 | UInt64(self[offset].lowercased) }
        return word
    }

    /// Whether there are words enough to say something: three, or letters of scripts that write without blanks.
    var saysSomething: Bool {
        guard self.count >= 12 else { return false }
        var words = 0
        var wide = 0
        var isInWord = false
        for index in self.indices {
            let byte = self[index]
            if byte >= 0x80 {
                wide += 1
                isInWord = true
                if wide >= 12 { return true }
                continue
            }
            if byte.isLetter { isInWord = true }
            if byte.isBlank, isInWord {
                words += 1
                isInWord = false
                if words >= 2 { return true }
            }
        }
        return false
    }
}

/// Names as numbers, to be looked up without making strings of them.
struct PackedNames {
    private let words: Set<UInt64>

    init(_ names: String) {
        self.words = Set(
            names.split(separator: " ").map { name in name.utf8.reduce(0) { $0 << 8 | UInt64($1) } })
    }

    func contains(_ word: UInt64) -> Bool { word != 0 && self.words.contains(word) }
}
