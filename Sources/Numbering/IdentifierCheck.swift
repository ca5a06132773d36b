// Numbering knows what numbers look like that somebody issues: lengths, ranges, check digits.

/// The letters and digits of an identifier, without what stands between them.
package struct IdentifierText {
    private var bytes = InlineArray<34, UInt8>(repeating: 0)
    /// How many there are.
    package private(set) var count = 0

    /// An identifier without any yet.
    package init() {}

    /// Takes a byte; letters are taken in upper case, signs not at all.
    package mutating func append(_ byte: UInt8) {
        guard self.count < 34, byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 else { return }
        self.bytes[self.count] = (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
        self.count += 1
    }

    subscript(_ index: Int) -> UInt8 { self.bytes[index] }

    /// The value of the digit at a place; of a letter what its place in the alphabet adds to ten.
    func value(_ index: Int) -> Int {
        let byte = self.bytes[index]
        return byte < 0x41 ? Int(byte) - 0x30 : Int(byte) - 0x41 + 10
    }

    /// The number that digits at some places make.
    func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + self.value($1) } }

    var areDigits: Bool { (0..<self.count).allSatisfy { self.bytes[$0] < 0x3A } }

    /// The sum of the digits from `start` on, each times its weight.
    func sum(_ weights: [Int], from start: Int = 0) -> Int {
        weights.indices.reduce(0) { $0 + self.value(start + $1) * weights[$1] }
    }

    /// Whether all characters are the same, as in numbers that people make up.
    var isUniform: Bool { (1..<max(1, self.count)).allSatisfy { self.bytes[$0] == self.bytes[0] } }

    /// Whether digits at some places are a day of a year: in this order the places of year (two digits), month and day.
    func isDate(_ year: Int, _ month: Int, _ day: Int, monthOffsets: [Int] = [0], dayOffset: Int = 0) -> Bool {
        let months = monthOffsets.map { self.number(month..<month + 2) - $0 }
        return months.contains { (1...12).contains($0) } && (1...31).contains(self.number(day..<day + 2) - dayOffset)
            && self.value(year) < 10
    }
}

/// The rules by which issuers make their numbers, so that a slip shows. From what the issuers publish.
package enum IdentifierCheck: Hashable, Sendable {
    case none, luhn
    // Numbers of persons.
    case ssn, itin, nhs, nino, steuerID, nir, dni, nie, codiceFiscale, bsn, rijksregister, pesel, personnummer, hetu
    case fodselsnummer, cpr, nif, cpf, residentID, aadhaar, pan, southAfrican, kimlik, registration, myNumber, tfn, curp
    case rut, cnp, egn, rodneCislo, isikukood, ahv, teudatZehut, hkid, nric, taiwanese, oib, svnr, pps, medicare
    // Numbers of firms and things.
    case cnpj, cuit, vin, imei

    /// Whether an identifier keeps its issuer's rules.
    package func accepts(_ text: IdentifierText) -> Bool {
        if text.isUniform { return false }
        switch self {
        case .none: return true
        case .luhn: return Self.luhn(text)
        case .ssn:
            let area = text.number(0..<3)
            return area > 0 && area != 666 && area < 900 && text.number(3..<5) > 0 && text.number(5..<9) > 0
        case .itin:
            let group = text.number(3..<5)
            return text.value(0) == 9 && ((50...65).contains(group) || (70...88).contains(group) || group >= 90)
        case .nhs:
            let rest = 11 - text.sum([10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
            return rest % 11 == text.value(9) && rest != 10
        case .nino: return Self.nino(text)
        case .steuerID: return text.value(0) > 0 && Self.steps(text, count: 10)
        case .nir: return Self.nir(text)
        case .dni: return Self.spanish(text, text.number(0..<8), at: 8)
        case .nie:
            let first = Int(text[0]) - 0x58
            return (0...2).contains(first) && Self.spanish(text, first * 10_000_000 + text.number(1..<8), at: 8)
        case .codiceFiscale: return Self.codiceFiscale(text)
        case .bsn: return (text.sum([9, 8, 7, 6, 5, 4, 3, 2]) - text.value(8)) % 11 == 0
        case .rijksregister:
            let rest = text.number(9..<11)
            let number = text.number(0..<9)
            return text.isDate(0, 2, 4, monthOffsets: [0, 20, 40])
                && (97 - number % 97 == rest || 97 - (2_000_000_000 + number) % 97 == rest)
        case .pesel:
            return text.isDate(0, 2, 4, monthOffsets: [0, 20, 40, 60, 80])
                && (10 - text.sum([1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10 == text.value(10)
        case .personnummer:
            let start = text.count - 10
            return start >= 0
                && (text.isDate(start, start + 2, start + 4) || text.isDate(start, start + 2, start + 4, dayOffset: 60))
                && Self.luhn(text, from: start)
        case .hetu:
            // What stands between date and number is a sign or a letter that tells the century.
            let start = text.count == 11 ? 7 : 6
            let number = text.number(0..<6) * 1000 + text.number(start..<start + 3)
            return text.isDate(4, 2, 0) && Array("0123456789ABCDEFHJKLMNPRSTUVWXY".utf8)[number % 31] == text[start + 3]
        case .fodselsnummer:
            let first = (11 - text.sum([3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11
            let second = (11 - text.sum([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11
            return (text.isDate(4, 2, 0) || text.isDate(4, 2, 0, dayOffset: 40)) && first == text.value(9)
                && second == text.value(10)
        case .cpr: return text.isDate(4, 2, 0)
        case .nif:
            let rest = 11 - text.sum([9, 8, 7, 6, 5, 4, 3, 2]) % 11
            return (rest > 9 ? 0 : rest) == text.value(8) && text.value(0) > 0
        case .cpf:
            let first = text.sum([10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
            let second = text.sum([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
            return first == text.value(9) && second == text.value(10)
        case .cnpj:
            let first = 11 - text.sum([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
            let second = 11 - text.sum([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
            return (first > 9 ? 0 : first) == text.value(12) && (second > 9 ? 0 : second) == text.value(13)
        case .residentID:
            let century = text.number(6..<8)
            let rest = text.sum([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11
            return (18...21).contains(century) && text.isDate(8, 10, 12) && Array("10X98765432".utf8)[rest] == text[17]
        case .aadhaar: return text.value(0) > 1 && Self.verhoeff(text)
        case .pan: return Array("ABCFGHJLPT".utf8).contains(text[3])
        case .southAfrican: return text.isDate(0, 2, 4) && text.value(10) < 2 && Self.luhn(text)
        case .kimlik:
            let odd = [0, 2, 4, 6, 8].reduce(0) { $0 + text.value($1) }
            let even = [1, 3, 5, 7].reduce(0) { $0 + text.value($1) }
            let ten = ((odd * 7 - even) % 10 + 10) % 10
            return text.value(0) > 0 && ten == text.value(9) && (odd + even + text.value(9)) % 10 == text.value(10)
        case .registration:
            return text.isDate(0, 2, 4) && (1...8).contains(text.value(6))
                && (11 - text.sum([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == text.value(12)
        case .myNumber:
            let rest = text.sum([6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
            return (rest < 2 ? 0 : 11 - rest) == text.value(11)
        case .tfn: return text.sum([1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0
        case .curp: return Self.curp(text)
        case .cuit:
            let rest = 11 - text.sum([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
            return [20, 23, 24, 25, 26, 27, 30, 33, 34].contains(text.number(0..<2))
                && (rest == 11 ? 0 : rest == 10 ? 9 : rest) == text.value(10)
        case .rut: return Self.rut(text)
        case .cnp:
            let rest = text.sum([2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
            return (1...9).contains(text.value(0)) && text.isDate(1, 3, 5) && text.number(7..<9) <= 52
                && (rest == 10 ? 1 : rest) == text.value(12)
        case .egn:
            return text.isDate(0, 2, 4, monthOffsets: [0, 20, 40])
                && text.sum([2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == text.value(9)
        case .rodneCislo:
            return text.isDate(0, 2, 4, monthOffsets: [0, 20, 50, 70])
                && (text.number(0..<10) % 11 == 0 || text.number(0..<9) % 11 == 10 && text.value(9) == 0)
        case .isikukood:
            var rest = text.sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
            if rest == 10 { rest = text.sum([3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10 }
            return (1...8).contains(text.value(0)) && text.isDate(1, 3, 5) && rest == text.value(10)
        case .ahv:
            return text.number(0..<3) == 756
                && (10 - text.sum([1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10) % 10 == text.value(12)
        case .teudatZehut:
            let sum = (0..<9).reduce(0) { sum, place in
                let product = text.value(place) * (place % 2 + 1)
                return sum + product / 10 + product % 10
            }
            return sum % 10 == 0
        case .hkid:
            let rest = 36 * 9 + text.value(0) * 8 + text.sum([7, 6, 5, 4, 3, 2], from: 1)
            let check = (11 - rest % 11) % 11
            return check == (text[7] == UInt8(ascii: "A") ? 10 : text.value(7))
        case .nric: return Self.nric(text)
        case .taiwanese: return Self.taiwanese(text)
        case .oib: return Self.steps(text, count: 10)
        case .svnr:
            return text.sum([3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == text.value(3) && text.isDate(8, 6, 4)
        case .pps:
            let rest = (text.sum([8, 7, 6, 5, 4, 3, 2])) % 23
            return Array("WABCDEFGHIJKLMNOPQRSTUV".utf8)[rest] == text[7]
        case .medicare:
            return (2...6).contains(text.value(0)) && text.sum([1, 3, 7, 9, 1, 3, 7, 9]) % 10 == text.value(8)
        case .vin: return Self.vin(text)
        case .imei: return text.count == 15 && Self.luhn(text)
        }
    }
}

extension IdentifierCheck {
    private static func luhn(_ text: IdentifierText, from start: Int = 0) -> Bool {
        var sum = 0
        for place in start..<text.count {
            let doubled = text.value(place) * ((text.count - place) % 2 == 0 ? 2 : 1)
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum % 10 == 0
    }

    /// ISO 7064, MOD 11,10.
    private static func steps(_ text: IdentifierText, count: Int) -> Bool {
        var product = 10
        for place in 0..<count {
            let sum = (text.value(place) + product) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return (11 - product) % 10 == text.value(count)
    }

    private static func nino(_ text: IdentifierText) -> Bool {
        let first = "ABCEGHJKLMNOPRSTWXYZ".utf8.contains(text[0])
        let second = "ABCEGHJKLMNPRSTWXYZ".utf8.contains(text[1])
        let pair = [text[0], text[1]]
        let unused = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains { Array($0.utf8) == pair }
        return first && second && !unused && (0x41...0x44).contains(text[8])
    }

    /// The departments of Corsica count as numbers.
    private static func nir(_ text: IdentifierText) -> Bool {
        let month = text.number(3..<5)
        guard (1...2).contains(text.value(0)), (1...12).contains(month) || (20...42).contains(month) || month >= 50
        else { return false }
        var number = 0
        for place in 0..<13 {
            number = number * 10 + (text[place] >= 0x41 ? 0 : text.value(place))
        }
        if text[6] == UInt8(ascii: "A") {
            number -= 1_000_000
        } else if text[6] == UInt8(ascii: "B") {
            number -= 2_000_000
        }
        return 97 - number % 97 == text.number(13..<15)
    }

    private static func spanish(_ text: IdentifierText, _ number: Int, at place: Int) -> Bool {
        Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)[number % 23] == text[place]
    }

    private static func codiceFiscale(_ text: IdentifierText) -> Bool {
        let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
        let sum = (0..<15).reduce(0) { sum, place in
            let value = text[place] < 0x41 ? text.value(place) : Int(text[place]) - 0x41
            return sum + (place % 2 == 0 ? odd[value] : value)
        }
        return "ABCDEHLMPRST".utf8.contains(text[8]) && Int(text[15]) - 0x41 == sum % 26
    }

    private static func verhoeff(_ text: IdentifierText) -> Bool {
        let permutations = [
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
            [8, 9, 1, 6, 0, 4, 3, 5, 2, 7], [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
            [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
        ]
        var check = 0
        for place in 0..<text.count {
            check = Self.dihedral(check, permutations[place % 8][text.value(text.count - 1 - place)])
        }
        return check == 0
    }

    /// Multiplication in the group of a pentagon's symmetries.
    private static func dihedral(_ left: Int, _ right: Int) -> Int {
        if left < 5 { return right < 5 ? (left + right) % 5 : (left + right - 5) % 5 + 5 }
        return right < 5 ? (left - 5 - right + 10) % 5 + 5 : (left - right + 5) % 5
    }

    private static func curp(_ text: IdentifierText) -> Bool {
        // The letter Ñ, which no such number has here, has a place of its own.
        let sum = (0..<17).reduce(0) { sum, place in
            let byte = text[place]
            let value = text.value(place) + (byte > UInt8(ascii: "N") ? 1 : 0)
            return sum + value * (18 - place)
        }
        return text.isDate(4, 6, 8) && "HM".utf8.contains(text[10]) && (10 - sum % 10) % 10 == text.value(17)
    }

    private static func rut(_ text: IdentifierText) -> Bool {
        var sum = 0
        var weight = 2
        for place in (0..<text.count - 1).reversed() {
            guard text.value(place) < 10 else { return false }
            sum += text.value(place) * weight
            weight = weight == 7 ? 2 : weight + 1
        }
        let rest = 11 - sum % 11
        let check = text[text.count - 1]
        return rest == 11 ? check == 0x30 : rest == 10 ? check == UInt8(ascii: "K") : text.value(text.count - 1) == rest
    }

    private static func nric(_ text: IdentifierText) -> Bool {
        let letter = text[0]
        var sum = text.sum([2, 7, 6, 5, 4, 3, 2], from: 1)
        let checks: String
        switch letter {
        case UInt8(ascii: "S"): checks = "JZIHGFEDCBA"
        case UInt8(ascii: "T"):
            sum += 4
            checks = "JZIHGFEDCBA"
        case UInt8(ascii: "F"): checks = "XWUTRQPNMLK"
        case UInt8(ascii: "G"):
            sum += 4
            checks = "XWUTRQPNMLK"
        default: return false
        }
        return Array(checks.utf8)[sum % 11] == text[8]
    }

    private static func taiwanese(_ text: IdentifierText) -> Bool {
        let places = Array("ABCDEFGHJKLMNPQRSTUVXYWZIO".utf8)
        guard let place = places.firstIndex(of: text[0]), (1...2).contains(text.value(1)) else { return false }
        let code = place + 10
        return (code / 10 + code % 10 * 9 + text.sum([8, 7, 6, 5, 4, 3, 2, 1, 1], from: 1)) % 10 == 0
    }

    private static func vin(_ text: IdentifierText) -> Bool {
        let weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
        let values = [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9]
        var letters = 0
        let sum = (0..<17).reduce(0) { sum, place in
            let byte = text[place]
            if byte >= 0x41 { letters += 1 }
            return sum + (byte < 0x41 ? Int(byte) - 0x30 : values[Int(byte) - 0x41]) * weights[place]
        }
        let check = sum % 11
        guard text[8] == (check == 10 ? UInt8(ascii: "X") : UInt8(0x30 + check)) else { return false }
        return letters >= 3 && (13..<17).allSatisfy { text[$0] < 0x41 }
    }
}
