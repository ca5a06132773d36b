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

    private enum Form { case lower, upper, digit, other }

    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        var previous: UInt8 = 0
        var previousForm = Form.other
        var run = 0
        var climb = 1
        var stretch = (count: 0, letters: 0, digits: 0)
        for offset in range.prefix(Self.limit) {
            let byte = text[offset]
            if byte < 128 {
                if self.counts[Int(byte)] == 0 { self.distinct += 1 }
                self.counts[Int(byte)] += 1
            }
            run = byte == previous ? run + 1 : 1
            self.longestRepeat = max(self.longestRepeat, run)
            let form = Self.form(of: byte)
            switch form {
            case .lower, .upper:
                if form == .lower { self.lowers += 1 } else { self.uppers += 1 }
                stretch = (stretch.count + 1, stretch.letters + 1, stretch.digits)
                self.changes += previousForm == .digit ? 1 : 0
            case .digit:
                self.digits += 1
                stretch = (stretch.count + 1, stretch.letters, stretch.digits + 1)
                self.changes += previousForm == .lower || previousForm == .upper ? 1 : 0
            case .other:
                stretch = (0, 0, 0)
                if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                    self.spaces += 1
                } else if byte < 128, byte != UInt8(ascii: "_"), byte != UInt8(ascii: "-"), byte != UInt8(ascii: ".") {
                    self.symbols += 1
                }
            }
            if stretch.letters > 0, stretch.digits > 0 { self.densest = max(self.densest, stretch.count) }
            let next = previous & 0x1F &+ 1
            climb =
                form != .other && form == previousForm && byte & 0x1F == next && byte & 0x60 == previous & 0x60
                ? climb + 1 : 1
            self.counted += climb == 3 ? 3 : climb > 3 ? 1 : 0
            previous = byte
            previousForm = form
        }
        self.count = min(range.count, Self.limit)
    }

    /// Shannon entropy in bits per byte.
    var entropy: Double {
        var bits = Self.logarithms[self.count]
        for index in self.counts.indices where self.counts[index] > 1 {
            bits -= Double(self.counts[index]) / Double(self.count) * Self.logarithms[Int(self.counts[index])]
        }
        return bits
    }

    private static func form(of byte: UInt8) -> Form {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): .lower
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upper
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        default: .other
        }
    }

    var letters: Int { self.lowers + self.uppers }

    /// Whether it is made of so few different bytes, or repeats one so often, that nobody would use it.
    var isFiller: Bool {
        self.longestRepeat >= 4 && self.longestRepeat * 3 >= self.count || self.longestRepeat >= 12
            || self.distinct < 4 || self.count >= 20 && self.distinct < 8
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
