/// What a value looks like: of what it is made, how random it is, whether it only stands for a secret.
struct SecretValue {
    private(set) var count = 0
    private(set) var lowers = 0
    private(set) var uppers = 0
    private(set) var digits = 0
    private(set) var spaces = 0
    /// Printable signs other than `_`, `-` and `.`, which join words.
    private(set) var symbols = 0
    /// How many different ASCII bytes it is made of.
    private(set) var distinct = 0
    /// The longest run of one byte.
    private(set) var longestRepeat = 0
    /// The longest stretch of letters and digits that has both.
    private(set) var densest = 0
    /// How many bytes stand in runs that count through the alphabet or the digits: `abc`, `3456`.
    private(set) var counted = 0
    /// How often letters turn to digits or back.
    private(set) var changes = 0
    /// How often each ASCII byte stands in it.
    private var counts = InlineArray<128, UInt8>(repeating: 0)

    /// How many bytes it looks at. A stream holds back more, so it judges a long value as the whole text does.
    static let limit = 128

    /// Looks at a value.
    ///
    /// What letter and what digit stands where is chance, so the loop has no branches that hang on it.
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        let end = range.lowerBound &+ min(range.count, Self.limit)
        var previous: UInt8 = 0
        var before = Self.other
        // Eight bits for each of lowers, uppers, digits and others, of which there are 128 at most.
        var forms: UInt32 = 0
        var (run, longestRun) = (0, 0)
        var (climb, counted, changes) = (1, 0, 0)
        var (stretch, kinds, densest) = (0, 0, 0)
        var (low, high): (UInt64, UInt64) = (0, 0)
        for offset in range.lowerBound..<end {
            let byte = text[offset]
            let isDigit = byte &- UInt8(ascii: "0") < 10
            let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
            let form = isLetter ? byte & 0x20 == 0 ? Self.upper : Self.lower : isDigit ? Self.digit : Self.other
            forms &+= 1 &<< UInt32(truncatingIfNeeded: form &* 8)
            let bit: UInt64 = 1 &<< UInt64(byte & 63)
            low |= byte < 64 ? bit : 0
            high |= byte &- 64 < 64 ? bit : 0
            run = byte == previous ? run &+ 1 : 1
            longestRun = max(run, longestRun)
            let isOther = form == Self.other
            let wasOther = before == Self.other
            changes &+= !isOther && !wasOther && (form == Self.digit) != (before == Self.digit) ? 1 : 0
            stretch = isOther ? 0 : stretch &+ 1
            kinds = isOther ? 0 : kinds | (isDigit ? 1 : 2)
            densest = kinds == 3 ? max(stretch, densest) : densest
            // Of one form both, since no letter or digit stands directly behind one of another.
            climb = byte == previous &+ 1 && !isOther && !wasOther ? climb &+ 1 : 1
            counted &+= climb == 3 ? 3 : climb > 3 ? 1 : 0
            (previous, before) = (byte, form)
        }
        self.count = end &- range.lowerBound
        self.lowers = Int(forms & 0xFF)
        self.uppers = Int(forms >> 8 & 0xFF)
        self.digits = Int(forms >> 16 & 0xFF)
        self.distinct = low.nonzeroBitCount + high.nonzeroBitCount
        (self.longestRepeat, self.densest, self.counted, self.changes) = (longestRun, densest, counted, changes)
        self.weigh(text, range.lowerBound..<end)
    }

    /// Counts signs, and each byte.
    private mutating func weigh(_ text: Span<UInt8>, _ range: Range<Int>) {
        for offset in range {
            let byte = text[offset]
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { self.spaces += 1 }
            guard byte < 128 else { continue }
            self.counts[Int(byte)] &+= 1
            if ByteClass.symbols.contains(byte) { self.symbols += 1 }
        }
    }

    private static let lower = 0
    private static let upper = 1
    private static let digit = 2
    private static let other = 3
    /// Shannon entropy in bits per byte.
    var entropy: Double {
        var bits = Self.logarithms[self.count]
        for index in self.counts.indices where self.counts[index] > 1 {
            bits -= Double(self.counts[index]) / Double(self.count) * Self.logarithms[Int(self.counts[index])]
        }
        return bits
    }

    var letters: Int { self.lowers + self.uppers }

    /// Whether it is made of so few different bytes, or repeats one so often, that nobody would use it.
    var isFiller: Bool {
        Self.isFiller(count: self.count, distinct: self.distinct, longestRepeat: self.longestRepeat)
    }

    static func isFiller(count: Int, distinct: Int, longestRepeat: Int) -> Bool {
        longestRepeat >= 4 && longestRepeat * 3 >= count || longestRepeat >= 12 || distinct < 4
            || count >= 20 && distinct < 8
    }

    /// Whether most of it counts through the alphabet and the digits, as people do who make a key up. What carries a
    /// provider's mark is found all the same.
    var isCounted: Bool { self.count >= 16 && self.counted * 2 > self.count }

    /// Base-2 logarithms (0 for 0), by repeated squaring: the module does without a mathematics library.
    private static let logarithms: [Double] = (0...Self.limit).map { value in
        guard value > 1 else { return 0 }
        var rest = Double(value)
        var result = 0.0
        while rest >= 2 {
            rest /= 2
            result += 1
        }
        var bit = 0.5
        for _ in 0..<30 {
            rest *= rest
            if rest >= 2 {
                rest /= 2
                result += bit
            }
            bit /= 2
        }
        return result
    }
}
