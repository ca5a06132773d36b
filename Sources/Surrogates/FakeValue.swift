internal import Detection

/// Makes values of the same form as real ones that belong to nobody: numbers and names that are set apart for examples,
/// or that cannot exist.
enum FakeValue {
    /// The fake with this number of a kind. Different numbers give different fakes.
    static func make(_ kind: Finding.Kind, like value: [UInt8], number: Int) -> [UInt8] {
        let text =
            switch kind {
            case .email: "user\(number)@example.com"
            case .card: Self.card(like: value, number)
            case .phone: Self.phone(number)
            case .iban: Self.iban(number)
            // Numbers from 900 on are never given out.
            case .ssn: "9\(Self.padded(number / 10_000 % 100, 2))-00-\(Self.padded(number % 10_000, 4))"
            case .ipAddress where value.contains(UInt8(ascii: ":")): "2001:db8::\(String(number, radix: 16))"
            // RFC 5737.
            case .ipAddress where number < 3 * 254:
                "\(["192.0.2", "198.51.100", "203.0.113"][number / 254]).\(1 + number % 254)"
            case .ipAddress: "2001:db8::\(String(number, radix: 16))"
            // RFC 7042.
            case .macAddress where number < 256: "00:00:5E:00:53:" + Self.hex(number)
            case .macAddress: Self.localAddress(number)
            case .url: "https://example.com/\(number)"
            case .person: Self.person(like: value, number)
            case .organisation: "Example Company \(number)"
            case .place: "Exampleton \(number)"
            case .address: "\(number) Example Street, Exampleton"
            default: ""
            }
        return text.isEmpty ? Self.shaped(like: value, kind, number) : Array(text.utf8)
    }

    private static func padded(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }

    private static func hex(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return digits.utf8.count < 2 ? "0" + digits : digits
    }

    /// One that its owner gives out: the second bit says so.
    private static func localAddress(_ number: Int) -> String {
        let bytes = [0x02, 0, number >> 24 & 255, number >> 16 & 255, number >> 8 & 255, number & 255]
        return bytes.map(Self.hex).joined(separator: ":")
    }

    /// A test number with the same length and separators, which passes the check of Luhn.
    private static func card(like value: [UInt8], _ number: Int) -> String {
        let length = value.count { (0x30...0x39).contains($0) }
        guard length >= 12 else { return "" }
        var digits = [4] + [Int](repeating: 0, count: length - 2)
        var rest = number
        for index in digits.indices.dropFirst(6).reversed() {
            digits[index] = rest % 10
            rest /= 10
        }
        var sum = 0
        for (offset, digit) in digits.reversed().enumerated() {
            let doubled = offset % 2 == 0 ? digit * 2 : digit
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        digits.append((10 - sum % 10) % 10)
        var next = digits.makeIterator()
        let bytes = value.map { byte in
            (0x30...0x39).contains(byte) ? UInt8(0x30 + (next.next() ?? 0)) : byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// From the ranges that are kept for films: a hundred in North America, then a thousand in Britain.
    private static func phone(_ number: Int) -> String {
        if number <= 100 { return "+1 202-555-01\(Self.padded(number - 1, 2))" }
        if number <= 1100 { return "+44 1632 960\(Self.padded(number - 101, 3))" }
        return "+999 \(Self.padded(number, 9))"
    }

    /// Of a bank that does not exist, with the right check digits.
    private static func iban(_ number: Int) -> String {
        let account = "000000" + Self.padded(number, 8)
        var remainder = 0
        for character in "TEST\(account)GB00" {
            let value =
                character.hexDigitValue.flatMap { $0 < 10 ? $0 : nil }
                ?? Int(character.asciiValue ?? 65) - 55
            remainder = (value > 9 ? remainder * 100 + value : remainder * 10 + value) % 97
        }
        return "GB\(Self.padded(98 - remainder, 2))TEST\(account)"
    }

    private static let given = [
        "Alex", "Robin", "Kim", "Sam", "Jamie", "Charlie", "Noa", "Mika", "Sascha", "Toni", "Luca", "Andrea", "Casey",
        "Jordan",
        "Morgan", "Riley", "Quinn", "Eden", "Sky", "River",
    ]
    private static let family = [
        "Sample", "Muster", "Example", "Placeholder", "Doe", "Modello", "Ejemplo", "Exempel", "Przykład", "Örnek",
        "Voorbeeld", "Exemple", "Esempio", "Exemplo", "Specimen", "Stand", "Proxy", "Model", "Pattern", "Muestra",
    ]

    private static func person(like value: [UInt8], _ number: Int) -> String {
        let place = number - 1
        let family = Self.family[place / Self.given.count % Self.family.count]
        let round = place / (Self.given.count * Self.family.count)
        return Self.given[place % Self.given.count] + " " + family + (round > 0 ? " \(round + 1)" : "")
    }

    /// Other letters and digits in the places of the old ones: what they are follows from the number alone, not from the
    /// value. A value that is too short to tell numbers apart is made longer.
    private static func shaped(like value: [UInt8], _ kind: Finding.Kind, _ number: Int) -> [UInt8] {
        var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        for byte in kind.label.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var places = 0
        var result: [UInt8] = []
        for byte in value {
            state = (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9 &+ 1
            let chance = UInt8(truncatingIfNeeded: state >> 40)
            switch byte {
            case 0x30...0x39: result.append(0x30 + chance % 10)
            case 0x41...0x5A: result.append(0x41 + chance % 26)
            case 0x61...0x7A: result.append(0x61 + chance % 26)
            case 0x80...0xBF: continue
            case 0xC0...0xFF: result.append(0x78)
            default:
                result.append(byte)
                continue
            }
            places += 1
        }
        if places < 6 { result += Array("-X\(number)".utf8) }
        return result
    }
}
