// Telephone numbers that only the words around them tell from other numbers.
extension PhoneMatcher {
    /// Words for telephones, and how people ask to be called.
    static let words = [
        "(?:tele|cell ?|mobile ?)?phones?", "tel", "t\\xc3\\xa9l", "cell(?:ular)?", "mobil[e]?", "fax", "handy",
        "telefon(?:nummer|o|nr)?", "tel\\xc3\\xa9fono", "t\\xc3\\xa9l\\xc3\\xa9phone", "telefoon(?:nummer)?",
        "telefone",
        "m\\xc3\\xb3vil", "celular", "cellulare", "rufnummer", "(?:my|his|her|our|their|your) number",
        "(?:call|reach|ring|text|contact) (?:me|us|him|her|them) (?:at|on|under)",
    ].joined(separator: "|")
    /// What may stand between such a word and the number.
    static let tie =
        "[ _]?(?:numbers?|no|nr|num)?[ .:#=\"'*`\\-\\t]{0,6}(?:is|was|at|on|ist|es|est|:)?[ .:#=\"'*`\\t]{0,4}"
    /// What people write when they give a number, if not directly before it.
    static let callingWords = [
        "call(?:s|ed|ing)?", "dial", "ring", "text", "sms", "whatsapp", "contact(?:s|ed)?", "reach(?:ed)?", "hotline",
        "(?:tele|cell)?phones?", "tel", "fax", "mobile", "cell", "telefon", "anrufen", "rufen", "handy", "appele[rz]",
        "t\\xc3\\xa9l\\xc3\\xa9phone", "portable", "ll\\xc3\\xa1m[a-z]+", "llamar", "tel\\xc3\\xa9fono",
        "m\\xc3\\xb3vil", "ligar",
        "chiam[a-z]+", "bel(?:len)?", "zadzwo[a-z]+", "numer telefonu", "phone number", "contact number",
    ].joined(separator: "|")

    @_lifetime(reader: copy reader)
    static func told(_ reader: inout Reader, from first: Int) -> Match? {
        guard let found = Self.groups(&reader, from: first), found.groups.mayBeTold else { return nil }
        return Match(found.start..<Self.withExtension(&reader, found.end), percent: 60)
    }

    @_lifetime(reader: copy reader)
    static func near(_ reader: inout Reader, from first: Int) -> Match? {
        guard !Self.isOtherNumber(reader, before: first), let found = Self.groups(&reader, from: first),
            found.groups.mayBeNear
        else { return nil }
        return Match(found.start..<Self.withExtension(&reader, found.end), percent: 50)
    }

    @_lifetime(reader: copy reader)
    static func extended(_ reader: inout Reader, hit: Int) -> Match? {
        let digits = reader.runStart(to: hit, of: .digits, limit: 6)
        var end = digits
        while end > 0, !ByteClass.digits.contains(reader.before(end - 1)), digits - end < 12 { end -= 1 }
        let start = reader.runStart(to: end, of: .digits, limit: 14)
        reader.candidate = start
        guard (10...13).contains(end - start), reader.wordMayBegin(at: start),
            reader.before(start - 1) != UInt8(ascii: "_")
        else { return nil }
        let whole = Self.withExtension(&reader, end)
        return whole > end ? Match(start..<whole, percent: 70) : nil
    }

    /// Groups of sizes that telephone numbers have and other numbers seldom, all parted alike.
    @_lifetime(reader: copy reader)
    static func grouped(_ reader: inout Reader, hit: Int) -> Match? {
        // Back over the two groups before the last one and the signs between.
        var first = reader.runStart(to: hit, of: .digits, limit: 4)
        var groups = 0
        while groups < 2 {
            let sign = reader.before(first - 1)
            guard sign.isOne(of: " -)") else { return nil }
            first -= 1
            if sign == UInt8(ascii: " "), reader.before(first - 1) == UInt8(ascii: ")") { first -= 1 }
            first = reader.runStart(to: first, of: .digits, limit: 5)
            groups += 1
        }
        let isOpen = reader.before(first - 1) == UInt8(ascii: "(")
        let start = isOpen ? first - 1 : first
        reader.candidate = start
        var sizes = 0
        var (digits, count, next, end) = (0, 0, first, first)
        var separator: UInt8 = 0
        while count < 6 {
            let groupEnd = reader.runEnd(from: next, of: .digits, limit: 6)
            guard groupEnd > next else { break }
            (digits, count, end) = (digits + groupEnd - next, count + 1, groupEnd)
            sizes = sizes * 10 + groupEnd - next
            next = groupEnd
            if isOpen, count == 1 {
                guard reader.byte(next) == UInt8(ascii: ")") else { return nil }
                next += reader.byte(next + 1) == UInt8(ascii: " ") ? 2 : 1
                continue
            }
            let sign = reader.byte(next)
            guard sign.isOne(of: " -"), separator == 0 || sign == separator || isOpen else { break }
            guard ByteClass.digits.contains(reader.byte(next + 1)) else { break }
            separator = sign
            next += 1
        }
        let isShaped = isOpen ? (7...11).contains(digits) && count > 1 : Self.shapes.contains(sizes)
        guard isShaped, reader.wordMayBegin(at: start), !reader.before(start - 1).isOne(of: "+_-./,:#$%'"),
            !Self.continuesNumber(reader, at: start, separator: UInt8(ascii: " ")), Self.mayEnd(&reader, at: end),
            !reader.byte(end).isOne(of: "-/%:'")
                || reader.byte(end) == UInt8(ascii: "-")
                    && !ByteClass.alphanumerics.contains(reader.byte(end + 1)),
            !Self.goesOn(&reader, at: end, separator: UInt8(ascii: " ")), !Self.isOtherNumber(reader, before: start)
        else { return nil }
        // A million in groups of three, and a row of years or of small numbers.
        let lead = reader.before(first)
        if isOpen, reader.before(first + 4) == UInt8(ascii: ")"), lead < UInt8(ascii: "3") { return nil }
        if sizes == 333, lead < UInt8(ascii: "5") || separator != UInt8(ascii: " ") { return nil }
        if sizes == 2222 || sizes == 22222, lead < UInt8(ascii: "2") { return nil }
        return Match(start..<Self.withExtension(&reader, end), percent: isOpen ? 60 : 45)
    }

    /// The sizes of groups, one digit each.
    private static let shapes: Set<Int> = [
        3222, 2322, 2222, 333, 323, 433, 22222, 3322, 232, 343, 3223, 2422, 4222,
    ]

    /// A number of North America or a national one without signs between, where nothing before it says that it
    /// is something else.
    @_lifetime(reader: copy reader)
    static func bare(_ reader: inout Reader, hit: Int) -> Match? {
        let tail = reader.runStart(to: hit, of: .digits, limit: 13)
        let isDashed = hit - tail == 7
        let start = isDashed ? tail - 4 : tail
        reader.candidate = start
        let count = hit - start - (isDashed ? 1 : 0)
        guard (10...11).contains(count), isDashed || (10...11).contains(hit - tail), reader.wordMayBegin(at: start),
            !reader.before(start - 1).isOne(of: "+_'\"`=:#/\\.-,$&?<>*%@")
        else { return nil }
        let area = hit - (isDashed ? 11 : 10)
        let isNational = reader.before(start) == UInt8(ascii: "0")
        // Eleven digits are North America's with its 1, or a mobile number with its 07.
        guard
            count == 10 || reader.before(start) == UInt8(ascii: "1")
                || isNational && reader.before(start + 1) == UInt8(ascii: "7")
        else { return nil }
        if isNational, (start + 1..<hit).allSatisfy({ reader.before($0) == reader.before($0 - 1) &+ 1 }) { return nil }
        guard isNational || Self.isAssigned(reader, area) && Self.isAssigned(reader, hit - 7) else { return nil }
        guard !ByteClass.digits.contains(reader.byte(hit)), Self.mayEnd(&reader, at: hit),
            !reader.byte(hit).isOne(of: "'\"`=:/<>*%&-"),
            !Self.goesOn(&reader, at: hit, separator: UInt8(ascii: " ")),
            !Self.isOtherNumber(reader, before: start)
        else { return nil }
        return Match(start..<Self.withExtension(&reader, hit), percent: 45)
    }

    /// The groups of digits from `first` on, with the bracket or the plus before them.
    @_lifetime(reader: copy reader)
    private static func groups(
        _ reader: inout Reader, from first: Int
    ) -> (start: Int, end: Int, groups: DigitGroups)? {
        let isOpen = reader.before(first - 1) == UInt8(ascii: "(")
        let start = isOpen || reader.before(first - 1) == UInt8(ascii: "+") ? first - 1 : first
        reader.candidate = start
        var groups = DigitGroups()
        var (next, end) = (first, first)
        while next - start < Self.longest {
            let groupEnd = reader.runEnd(from: next, of: .digits, limit: 16)
            guard groupEnd > next else { break }
            groups.append(
                groupEnd - next, behind: next > end ? reader.before(next - 1) : 0,
                isYear: reader.before(next) == UInt8(ascii: "1") && reader.before(next + 1) == UInt8(ascii: "9")
                    || reader.before(next) == UInt8(ascii: "2") && reader.before(next + 1) == UInt8(ascii: "0"))
            end = groupEnd
            next = end
            while next - end < 2, ByteClass.separators.contains(reader.byte(next)) { next += 1 }
            guard next > end else { break }
        }
        guard Self.mayEnd(&reader, at: end), !reader.byte(end).isOne(of: ":%") else { return nil }
        // A bracket around more than an area is none of the number.
        let isClosed = (first..<end).contains { reader.before($0) == UInt8(ascii: ")") }
        return (isOpen && !isClosed ? first : start, end, groups)
    }

    /// Whether what stands before a number says that it counts, costs or names something else.
    private static func isOtherNumber(_ reader: borrowing Reader, before first: Int) -> Bool {
        if reader.before(first - 1).isOne(of: "_.-/=$#@,") { return true }
        var end = first
        var words = 0
        while words < 5, first - end < 36 {
            while first - end < 36, !ByteClass.letters.contains(reader.before(end - 1)) {
                let sign = reader.before(end - 1)
                if sign == 0 || sign == UInt8(ascii: "\n") { return false }
                if sign.isOne(of: "$#@%") || ByteClass.digits.contains(sign) {
                    return sign == UInt8(ascii: "#") || sign == UInt8(ascii: "$")
                }
                end -= 1
            }
            let start = reader.runStart(to: end, of: .letters, limit: 12)
            if Self.otherThings.contains(KeyWords.packed(reader, start..<end)) { return true }
            end = start
            words += 1
        }
        return false
    }

    private static let otherThings: Set<KeyWords.Word> = Set(
        [
            "order", "invoice", "account", "acct", "card", "id", "ref", "reference", "ticket", "case", "serial", "pin",
            "code", "iban", "isbn", "zip", "tracking", "price", "version", "ssn", "passport", "policy", "amount",
            "model",
            "error", "issue", "booking", "parcel", "imei", "vin", "license", "licence", "registration", "since",
            "until",
            "between", "cost", "costs", "sold", "worth", "paid",
            "usd", "eur", "bestellung", "konto", "rechnung", "kunden", "commande", "pedido", "factura",
        ].map(KeyWords.pack))
}

/// The sizes of the groups of a number whose shape says nothing of the country.
private struct DigitGroups {
    private var digits = 0
    private var count = 0
    private var sizes = 0
    private var years = 0
    private var areDotted = true

    mutating func append(_ size: Int, behind sign: UInt8, isYear: Bool) {
        self.areDotted = self.areDotted && (self.count == 0 || sign == UInt8(ascii: "."))
        (self.digits, self.count, self.sizes) = (self.digits + size, self.count + 1, self.sizes &* 20 &+ size)
        if isYear, size == 4 { self.years += 1 }
    }

    /// Whether people write telephone numbers so, and neither dates, years nor addresses of machines.
    var mayBeTold: Bool {
        guard (6...15).contains(self.digits), self.count < 7, !Self.dates.contains(self.sizes), self.years < 2 else {
            return false
        }
        return self.count != 4 || !self.areDotted
    }

    /// The same for a number that stands further off: longer, and no bare row of many digits.
    var mayBeNear: Bool { self.mayBeTold && self.digits >= 7 && (self.count > 1 || self.digits <= 11) }

    private static let dates = [[4, 2, 2], [2, 2, 4], [1, 2, 4], [2, 1, 4], [4, 1, 2], [4, 2, 1]].map { sizes in
        sizes.reduce(0) { $0 * 20 + $1 }
    }
}
