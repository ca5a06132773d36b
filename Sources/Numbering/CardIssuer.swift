/// Which numbers the card schemes issue, by their first digits and length (ISO/IEC 7812).
package enum CardIssuer {
    /// How long the numbers are that begin with four digits; none where nobody issues such.
    package static func lengths(of prefix: Int) -> Lengths {
        switch prefix {
        case 4000...4999: [.thirteen, .sixteen, .nineteen]  // Visa; Elo, Dankort
        case 5100...5599, 2221...2720: .sixteen  // Mastercard
        case 3400...3499, 3700...3799: .fifteen  // American Express
        case 3841: .sixteenAndNineteen  // Hipercard
        case 3000...3059, 3800...3999: [.fourteen, .sixteen]  // Diners Club
        case 3095, 3600...3699: [.fourteen, .sixteen]
        case 6011, 6440...6599: .sixteenAndNineteen  // Discover; RuPay, Verve, Elo
        case 3500...3599: .fromSixteen  // JCB; RuPay, LankaPay
        case 1800, 2131: .fifteen
        case 6200...6299, 8100...8171: .fromSixteen  // UnionPay
        case 2200...2205: .fromSixteen  // Mir, Borica
        case 604, 5000...5099, 5600...5899, 6304, 6390, 6700...6799: .maestro  // Maestro; Verve, Elo, Laser, Switch
        case 6000...6999: .fromSixteen  // RuPay, Discover, InterPayment, InstaPayment, Hipercard, Elo
        case 8200...8299, 8600, 9860, 9792: .sixteen  // RuPay, Uzcard, Humo, Troy
        default: []
        }
    }

    /// How long a number may be.
    package struct Lengths: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        static let thirteen = Lengths(rawValue: 1 << 13)
        static let fourteen = Lengths(rawValue: 1 << 14)
        static let fifteen = Lengths(rawValue: 1 << 15)
        static let sixteen = Lengths(rawValue: 1 << 16)
        static let nineteen = Lengths(rawValue: 1 << 19)
        static let sixteenAndNineteen: Lengths = [.sixteen, .nineteen]
        static let fromSixteen = Lengths(rawValue: 0b1111 << 16)
        static let maestro = Lengths(rawValue: 0b1111_1111 << 12)
        /// Every length that the standard allows for numbers of cards: where a word says that it is one.
        package static let any = Lengths(rawValue: 0b1111_1111 << 12)

        /// Whether numbers of this length are issued.
        package func contains(_ length: Int) -> Bool { length < 32 && self.rawValue & 1 << UInt32(length) != 0 }
    }
}
