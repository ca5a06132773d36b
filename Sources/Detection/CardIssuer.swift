/// Which numbers the card schemes issue, by their first digits and length (ISO/IEC 7812).
enum CardIssuer {
    /// How long the numbers are that begin with four digits; none where nobody issues such.
    static func lengths(of prefix: Int) -> Lengths {
        switch prefix {
        case 4000...4999: [.thirteen, .sixteen, .nineteen]  // Visa
        case 5100...5599, 2221...2720: .sixteen  // Mastercard
        case 3400...3499, 3700...3799: .fifteen  // American Express
        case 3000...3059, 3800...3999: [.fourteen, .sixteen]  // Diners Club
        case 3095, 3600...3699: .fourteen
        case 6011, 6440...6599: [.sixteen, .nineteen]  // Discover
        case 3528...3589: .fromSixteen  // JCB
        case 1800, 2131: .fifteen
        case 6200...6299: .fromSixteen  // UnionPay
        case 8100...8171: .sixteen
        case 2200...2204: [.sixteen, .nineteen]  // Mir
        case 5018, 5020, 5038, 5600...5899, 6304, 6759...6763: .maestro  // Maestro
        case 6000...6010, 8200...8299: .sixteen  // RuPay
        default: []
        }
    }

    /// How long a number may be.
    struct Lengths: OptionSet {
        let rawValue: UInt32

        static let thirteen = Lengths(rawValue: 1 << 13)
        static let fourteen = Lengths(rawValue: 1 << 14)
        static let fifteen = Lengths(rawValue: 1 << 15)
        static let sixteen = Lengths(rawValue: 1 << 16)
        static let nineteen = Lengths(rawValue: 1 << 19)
        static let fromSixteen = Lengths(rawValue: 0b1111 << 16)
        static let maestro = Lengths(rawValue: 0b1111_1111 << 12)

        func contains(_ length: Int) -> Bool { length < 32 && self.rawValue & 1 << UInt32(length) != 0 }
    }
}
