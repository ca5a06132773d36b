/// Which numbers the card schemes issue, by their first digits and length (ISO/IEC 7812).
enum CardIssuer {
    static func accepts(_ digits: InlineArray<19, UInt8>, count: Int) -> Bool {
        guard (12...19).contains(count) else { return false }
        var prefix = 0
        for index in 0..<4 { prefix = prefix * 10 + Int(digits[index]) }
        return Self.ranges.contains { $0.prefixes.contains(prefix) && $0.lengths.contains(count) }
    }

    private static let ranges: [(prefixes: ClosedRange<Int>, lengths: Lengths)] = [
        (4000...4999, [13, 16, 19]),  // Visa
        (5100...5599, [16]), (2221...2720, [16]),  // Mastercard
        (3400...3499, [15]), (3700...3799, [15]),  // American Express
        (3000...3059, [14, 16]), (3095...3095, [14]), (3600...3699, [14]), (3800...3999, [14, 16]),  // Diners Club
        (6011...6011, [16, 19]), (6440...6599, [16, 19]),  // Discover
        (3528...3589, [16, 17, 18, 19]), (1800...1800, [15]), (2131...2131, [15]),  // JCB
        (6200...6299, [16, 17, 18, 19]), (8100...8171, [16]),  // UnionPay
        (2200...2204, [16, 19]),  // Mir
        (5018...5018, .maestro), (5020...5020, .maestro), (5038...5038, .maestro), (5600...5899, .maestro),
        (6304...6304, .maestro), (6759...6763, .maestro),  // Maestro
        (6000...6010, [16]), (8200...8299, [16]),  // RuPay
    ]

    /// A few numbers below 32.
    private struct Lengths: ExpressibleByArrayLiteral {
        static let maestro: Lengths = [12, 13, 14, 15, 16, 17, 18, 19]
        private let bits: UInt32

        init(arrayLiteral lengths: Int...) { self.bits = lengths.reduce(0) { $0 | 1 << UInt32($1) } }

        func contains(_ length: Int) -> Bool { self.bits & 1 << UInt32(length) != 0 }
    }
}
