/// Telephone numbers: international with a country's length (E.164), and national ones of a clear shape.
enum PhoneMatcher: Hashable, Sendable {
    /// `+44 20 7946 0958`
    case international
    /// `0044 20 7946 0958`
    case dialled
    /// `(415) 555-2671`, `415-555-2671`
    case northAmerican
    /// `020 7946 0958`, `01 23 45 67 89`
    case trunk
    /// `phone: 555-0187`, `call me on 8321 4567`: any shape, behind a word that says what it is
    case told

    var trigger: String {
        switch self {
        case .international: "\\+[1-9][0-9 .()\\-/]{6}"
        case .dialled: "(?:^|[^0-9])00[1-9][0-9 .()\\-/]{7}"
        case .northAmerican: "[2-9][0-9]{2}\\)?[ .\\-]?[ ]?[2-9][0-9]{2}[ .\\-][0-9]{4}"
        case .trunk: "(?:^|[^0-9])0[1-9][0-9 .()\\-/]{8}"
        case .told: "(?i)(?:^|[^a-z])(?:\(Self.words))\(Self.tie)[(+]?[0-9]"
        }
    }

    /// No number with its separators is longer.
    static let longest = 34

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        switch self {
        case .international: Self.international(&reader, from: hit - 8, prefix: 1)
        case .dialled: Self.international(&reader, from: hit - 10, prefix: 2)
        case .northAmerican: Self.northAmerican(&reader, hit: hit)
        case .trunk: Self.trunk(&reader, from: hit - 10)
        case .told: Self.told(&reader, from: hit - 1)
        }
    }

    /// Words for telephones, and how people ask to be called.
    private static let words = [
        "(?:tele|cell ?|mobile ?)?phones?", "tel", "t\\xc3\\xa9l", "cell(?:ular)?", "mobil[e]?", "fax", "handy",
        "telefon(?:nummer|o|nr)?", "tel\\xc3\\xa9fono", "t\\xc3\\xa9l\\xc3\\xa9phone", "telefoon(?:nummer)?",
        "telefone",
        "m\\xc3\\xb3vil", "celular", "cellulare", "rufnummer", "(?:my|his|her|our|their|your) number",
        "(?:call|reach|ring|text|contact) (?:me|us|him|her|them) (?:at|on|under)",
    ].joined(separator: "|")
    /// What may stand between such a word and the number.
    private static let tie =
        "[ _]?(?:numbers?|no|nr|num)?[ .:#=\"'*`\\-\\t]{0,6}(?:is|was|at|on|ist|es|est|:)?[ .:#=\"'*`\\t]{0,4}"

    @_lifetime(reader: copy reader)
    private static func international(_ reader: inout Reader, from start: Int, prefix: Int) -> Match? {
        reader.candidate = start
        guard reader.wordMayBegin(at: start), !reader.before(start - 1).isOne(of: "+_") else { return nil }
        if prefix == 2, Self.continuesNumber(reader, at: start, separator: UInt8(ascii: " ")) { return nil }
        var number = InternationalNumber()
        var next = start + prefix
        var end: Int?
        while next - start < Self.longest {
            let byte = reader.byte(next)
            if ByteClass.digits.contains(byte) {
                guard number.append(byte - UInt8(ascii: "0")) else { break }
                next += 1
                if number.isPlausible, !ByteClass.digits.contains(reader.byte(next)), Self.mayEnd(&reader, at: next) {
                    end = next
                }
            } else if byte == UInt8(ascii: "("), reader.byte(next + 1) == UInt8(ascii: "0"),
                reader.byte(next + 2) == UInt8(ascii: ")")
            {
                // The trunk zero that is left out when one dials from abroad.
                number.endGroup()
                next += 3
            } else if ByteClass.separators.contains(byte), number.endGroup() {
                next += 1
            } else {
                break
            }
        }
        guard let end, number.groups < 9, prefix == 1 || number.groups > 1 else { return nil }
        return Match(start..<end, percent: prefix == 1 ? 90 : 65)
    }

    @_lifetime(reader: copy reader)
    private static func northAmerican(_ reader: inout Reader, hit: Int) -> Match? {
        let separator = reader.before(hit - 5)
        let exchange = hit - 8
        var gap = exchange
        while exchange - gap < 3, ByteClass.separators.contains(reader.before(gap - 1)),
            reader.before(gap - 1) != UInt8(ascii: "(")
        { gap -= 1 }
        var start = gap - 3
        let hasParentheses = (gap..<exchange).contains { reader.before($0) == UInt8(ascii: ")") }
        if hasParentheses {
            guard reader.before(gap) == UInt8(ascii: ")"), reader.before(start - 1) == UInt8(ascii: "(") else {
                return nil
            }
            start -= 1
        } else {
            guard exchange - gap == 1, reader.before(gap) == separator else { return nil }
        }
        let area = gap - 3
        if Self.isService(reader, area) || Self.isService(reader, exchange) { return nil }
        // The country code, with or without its sign.
        var head = start
        if reader.before(head - 1).isOne(of: " -.") { head -= 1 }
        if reader.before(head - 1) == UInt8(ascii: "1"), reader.wordMayBegin(at: head - 1) {
            start = reader.before(head - 2) == UInt8(ascii: "+") ? head - 2 : head - 1
        }
        reader.candidate = start
        guard reader.wordMayBegin(at: start), !reader.before(start - 1).isOne(of: "+_") else { return nil }
        guard !Self.continuesNumber(reader, at: start, separator: separator), Self.mayEnd(&reader, at: hit) else {
            return nil
        }
        guard !Self.goesOn(&reader, at: hit, separator: separator) else { return nil }
        return Match(start..<hit, percent: hasParentheses ? 80 : separator == UInt8(ascii: " ") ? 55 : 70)
    }

    @_lifetime(reader: copy reader)
    private static func trunk(_ reader: inout Reader, from first: Int) -> Match? {
        let isOpen = reader.before(first - 1) == UInt8(ascii: "(")
        let start = isOpen ? first - 1 : first
        reader.candidate = start
        guard reader.wordMayBegin(at: start), !reader.before(start - 1).isOne(of: "+_") else { return nil }
        guard !Self.continuesNumber(reader, at: start, separator: UInt8(ascii: " ")) else { return nil }
        var end = reader.runEnd(from: first, of: .digits, limit: 6)
        guard (2...5).contains(end - first) else { return nil }
        var digits = end - first
        var groups = 1
        var separator: UInt8 = 0
        if isOpen {
            guard reader.byte(end) == UInt8(ascii: ")") else { return nil }
            end += 1
        }
        while digits < 12 {
            var next = end
            let sign = reader.byte(next)
            if sign.isOne(of: " -./") {
                // The area may be set apart by another sign than the rest.
                guard separator == 0 || sign == separator || groups == 2 && sign != UInt8(ascii: "/") else { break }
                next += 1
            } else if !(isOpen && groups == 1) {
                break
            }
            let groupEnd = reader.runEnd(from: next, of: .digits, limit: 9)
            guard groupEnd > next else { break }
            separator = sign
            (digits, groups, end) = (digits + groupEnd - next, groups + 1, groupEnd)
        }
        guard (10...11).contains(digits), (2...5).contains(groups) else { return nil }
        guard separator != UInt8(ascii: ".") || groups > 2, Self.mayEnd(&reader, at: end) else { return nil }
        return Match(start..<end, percent: isOpen ? 70 : 50)
    }

    @_lifetime(reader: copy reader)
    private static func told(_ reader: inout Reader, from first: Int) -> Match? {
        let start = reader.before(first - 1).isOne(of: "(+") ? first - 1 : first
        reader.candidate = start
        var groups = DigitGroups()
        var (next, end) = (first, first)
        while next - start < Self.longest {
            let groupEnd = reader.runEnd(from: next, of: .digits, limit: 16)
            guard groupEnd > next else { break }
            groups.append(groupEnd - next, behind: next > end ? reader.before(next - 1) : 0)
            end = groupEnd
            next = end
            while next - end < 2, ByteClass.separators.contains(reader.byte(next)) { next += 1 }
            guard next > end else { break }
        }
        guard groups.mayBeTold, Self.mayEnd(&reader, at: end), reader.byte(end) != UInt8(ascii: ":") else { return nil }
        return Match(start..<end, percent: 60)
    }

    // MARK: Neighbours

    /// Whether the number is the tail of a longer row of digits.
    private static func continuesNumber(_ reader: borrowing Reader, at start: Int, separator: UInt8) -> Bool {
        let previous = reader.before(start - 1)
        guard previous.isOne(of: "-./") || previous == separator else { return false }
        return ByteClass.alphanumerics.contains(reader.before(start - 2))
            && (previous != UInt8(ascii: " ") || ByteClass.digits.contains(reader.before(start - 2)))
    }

    @_lifetime(reader: copy reader)
    private static func goesOn(_ reader: inout Reader, at end: Int, separator: UInt8) -> Bool {
        let next = reader.byte(end)
        return (next.isOne(of: "-./") || next == separator) && ByteClass.digits.contains(reader.byte(end + 1))
    }

    @_lifetime(reader: copy reader)
    private static func mayEnd(_ reader: inout Reader, at end: Int) -> Bool {
        let next = reader.byte(end)
        // `x` begins an extension.
        return !ByteClass.words.contains(next) && next != UInt8(ascii: "@") || next == UInt8(ascii: "x")
    }

    /// Whether three digits are a service code, as 411 and 911 are, which no number begins with.
    private static func isService(_ reader: borrowing Reader, _ offset: Int) -> Bool {
        reader.before(offset + 1) == UInt8(ascii: "1") && reader.before(offset + 2) == UInt8(ascii: "1")
    }
}

/// The sizes of the groups of a number whose shape says nothing of the country.
private struct DigitGroups {
    private var digits = 0
    private var count = 0
    private var sizes = 0
    private var areDotted = true

    mutating func append(_ size: Int, behind sign: UInt8) {
        self.areDotted = self.areDotted && (self.count == 0 || sign == UInt8(ascii: "."))
        (self.digits, self.count, self.sizes) = (self.digits + size, self.count + 1, self.sizes &* 20 &+ size)
    }

    /// Whether people write telephone numbers so, and neither dates nor addresses of machines.
    var mayBeTold: Bool {
        guard (6...15).contains(self.digits), self.count < 7, !Self.dates.contains(self.sizes) else { return false }
        return self.count != 4 || !self.areDotted
    }

    private static let dates = [[4, 2, 2], [2, 2, 4]].map { sizes in sizes.reduce(0) { $0 * 20 + $1 } }
}
