/// Addresses of machines, of pages and of places, account numbers with a bank's code, and days.
enum NetworkMatcher: Hashable, Sendable {
    case ipv4, ipv6, mac, url, iban, coordinates
    /// A day in figures, and one that begins with its month's name.
    case day, monthAndDay
    /// The same where words before it say that somebody was born on it.
    case birthday, birthMonth

    private static let birth =
        "born|birth ?dates?|date[ _]of[ _]birth|d\\.?o\\.?b\\.?|birthday|geboren|geburtsdatum|geb\\.|n(?:\\xc3\\xa9|e)e? le|date de naissance|nacid[oa]|fecha de nacimiento|nat[oa] il|data di nascita|data de nascimento|geboortedatum|geboren op"
    private static let months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"

    var trigger: String {
        switch self {
        case .ipv4: "[0-9]\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]"
        case .ipv6: "[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{1,4}"
        case .mac: "(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}"
        case .url: "(?i)(?:https?|ftp)://[^ \\n\\t\"'<>]"
        case .iban: "[A-Z]{2}[0-9]{2}[ ]?[A-Z0-9]{2}"
        case .coordinates: "[0-9]\\.[0-9]{4,10}, ?-?[0-9]{1,3}\\.[0-9]{4}"
        case .day:
            "(?:^|[^0-9])(?:[0-9]{1,2}[/.\\-][0-9]{1,2}[/.\\-](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})"
        case .monthAndDay: "(?i)(?:^|[^a-z])(?:\(Self.months))[a-z]{0,6}\\.? [0-9]"
        case .birthday: "(?i)(?:^|[^a-z])(?:\(Self.birth))[^\\n0-9]{0,24}[0-9]"
        case .birthMonth: "(?i)(?:^|[^a-z])(?:\(Self.birth))[^\\n0-9]{0,20}[^a-z](?:\(Self.months))"
        }
    }

    var tail: Tail { self == .url ? .run(Self.urls) : .none }

    private static let urls = ByteClass("!"..."~").subtracting("\"'<>`\\^{}|")
    private static let hexadecimalAndColons = ByteClass.hexadecimal.union(":.")

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        switch self {
        case .ipv4: Self.ipv4(&reader, hit: hit)
        case .ipv6: Self.ipv6(&reader, hit: hit)
        case .mac: Self.mac(&reader, hit: hit)
        case .url: Self.url(&reader, hit: hit)
        case .iban: Self.iban(&reader, hit: hit)
        case .coordinates: Self.coordinates(&reader, hit: hit)
        case .day: Self.day(&reader, hit: hit)
        case .monthAndDay: Self.month(&reader, hit: hit - 1)
        case .birthday: Self.birthday(&reader, hit: hit)
        case .birthMonth: Self.birthMonth(&reader, hit: hit)
        }
    }

    @_lifetime(reader: copy reader)
    private static func ipv4(_ reader: inout Reader, hit: Int) -> Match? {
        // The hit is the first digit of the fourth part.
        let start = reader.runStart(to: hit - 1, of: ByteClass.digits.union("."), limit: 16)
        reader.candidate = start
        guard FormatMatcher.mayBegin(reader, at: start), !"vV=".utf8.contains(reader.before(start - 1)) else {
            return nil
        }
        var parts = 0
        var end = start
        var first = 0
        var sum = 0
        while parts < 4 {
            let next = reader.runEnd(from: end, of: .digits, limit: 4)
            guard (1...3).contains(next - end) else { return nil }
            let value = (end..<next).reduce(0) { $0 * 10 + Int(reader.before($1) - 0x30) }
            guard value < 256, next - end == 1 || reader.before(end) != 0x30 else { return nil }
            if parts == 0 { first = value }
            sum += value
            parts += 1
            end = next
            if parts < 4 {
                guard reader.byte(end) == UInt8(ascii: ".") else { return nil }
                end += 1
            }
        }
        // The machine itself, nobody, everybody; versions of four small numbers.
        guard first > 0, first != 127, sum < 4 * 255, sum > 40, Self.endsNumber(&reader, at: end) else { return nil }
        return Match(start..<end)
    }

    /// Whether no digits follow, neither directly nor behind a full stop.
    @_lifetime(reader: copy reader)
    private static func endsNumber(_ reader: inout Reader, at end: Int) -> Bool {
        let next = reader.byte(end)
        if ByteClass.words.contains(next) { return false }
        return !".-".utf8.contains(next) || !ByteClass.digits.contains(reader.byte(end + 1))
    }

    @_lifetime(reader: copy reader)
    private static func ipv6(_ reader: inout Reader, hit: Int) -> Match? {
        let start = reader.runStart(to: hit, of: Self.hexadecimalAndColons, limit: 48)
        reader.candidate = start
        guard FormatMatcher.mayBegin(reader, at: start), reader.before(start) != UInt8(ascii: ".") else { return nil }
        var end = reader.runEnd(from: start, of: Self.hexadecimalAndColons, limit: 64)
        while end > start, ".:".utf8.contains(reader.before(end - 1)) { end -= 1 }
        guard end - start <= 45, !ByteClass.words.contains(reader.byte(end)) else { return nil }
        var groups = 0
        var digits = 0
        var inGroup = 0
        var gaps = 0
        var figures = 0
        for offset in start...end {
            let byte = offset < end ? reader.before(offset) : UInt8(ascii: ":")
            if byte == UInt8(ascii: ".") { return nil }
            if byte != UInt8(ascii: ":") {
                inGroup += 1
                digits += 1
                if ByteClass.digits.contains(byte) { figures += 1 }
                if inGroup > 4 { return nil }
                continue
            }
            if inGroup > 0 { groups += 1 } else if offset > start, offset < end { gaps += 1 }
            inGroup = 0
        }
        let isWhole = groups == 8 && gaps == 0 && digits > 16
        guard isWhole || gaps == 1 && (2...7).contains(groups) && digits >= 5 && figures > 0 else { return nil }
        return Match(start..<end)
    }

    @_lifetime(reader: copy reader)
    private static func mac(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - 17
        reader.candidate = start
        let sign = reader.before(start + 2)
        let previous = reader.before(start - 1)
        guard previous != sign, reader.wordMayBegin(at: start) else { return nil }
        let next = reader.byte(hit)
        guard !ByteClass.words.contains(next), next != sign || !ByteClass.hexadecimal.contains(reader.byte(hit + 1)),
            !(start..<hit).allSatisfy({ "0:-".utf8.contains(reader.before($0)) })
        else { return nil }
        return Match(start..<hit)
    }

    @_lifetime(reader: copy reader)
    private static func url(_ reader: inout Reader, hit: Int) -> Match? {
        let start = reader.runStart(to: hit - 4, of: .letters, limit: 5)
        reader.candidate = start
        guard reader.wordMayBegin(at: start) else { return nil }
        let end = reader.runEnd(from: hit - 1, of: Self.urls, limit: Tail.decided)
        if end - start >= Tail.decided {
            return Match(start..<Tail.run(Self.urls).end(&reader, from: end, start: start))
        }
        var last = end
        while last > hit, ".,;:!?)]*".utf8.contains(reader.before(last - 1)) { last -= 1 }
        return last - start > 10 ? Match(start..<last) : nil
    }

    @_lifetime(reader: copy reader)
    private static func iban(_ reader: inout Reader, hit: Int) -> Match? {
        let start = reader.before(hit - 3) == UInt8(ascii: " ") ? hit - 7 : hit - 6
        reader.candidate = start
        guard reader.wordMayBegin(at: start) else { return nil }
        let country = [reader.before(start), reader.before(start + 1)]
        guard let length = Self.ibanLengths[country] else { return nil }
        var rest = 0
        var head = 0
        var count = 0
        var end = start
        while count < length {
            let byte = reader.byte(end)
            if byte == UInt8(ascii: " "), count > 0, count % 4 == 0, reader.before(end - 1) != byte {
                end += 1
                continue
            }
            guard ByteClass.upperAlphanumerics.contains(byte) else { return nil }
            let value = byte < 0x41 ? Int(byte) - 0x30 : Int(byte) - 0x37
            // Country and check digits count last.
            if count < 4 {
                head = head * (value > 9 ? 100 : 10) + value
            } else {
                rest = (rest * (value > 9 ? 100 : 10) + value) % 97
            }
            count += 1
            end += 1
        }
        guard (rest * 1_000_000 + head) % 97 == 1, !ByteClass.words.contains(reader.byte(end)) else { return nil }
        return Match(start..<end)
    }

    /// By country (ISO 13616).
    private static let ibanLengths: [[UInt8]: Int] = {
        let lengths =
            "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18"
            + "GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18"
            + "NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20"
        let bytes = Array(lengths.utf8)
        var table: [[UInt8]: Int] = [:]
        for start in stride(from: 0, to: bytes.count, by: 4) {
            table[Array(bytes[start..<start + 2])] = Int(bytes[start + 2] - 0x30) * 10 + Int(bytes[start + 3] - 0x30)
        }
        return table
    }()

    @_lifetime(reader: copy reader)
    private static func coordinates(_ reader: inout Reader, hit: Int) -> Match? {
        let numbers = ByteClass.digits.union(".-")
        let second = reader.runStart(to: hit, of: numbers, limit: 14)
        var comma = second - 1
        if reader.before(comma) == UInt8(ascii: " ") { comma -= 1 }
        let start = reader.runStart(to: comma, of: numbers, limit: 16)
        reader.candidate = start
        let end = reader.runEnd(from: second, of: numbers, limit: 20)
        guard FormatMatcher.mayBegin(reader, at: start), !",;".utf8.contains(reader.before(start - 1)),
            !(reader.before(start - 1) == UInt8(ascii: " ") && reader.before(start - 2) == UInt8(ascii: ",")),
            let latitude = Self.degrees(reader, start..<comma), let longitude = Self.degrees(reader, second..<end),
            (1...90).contains(latitude), (1...180).contains(longitude), reader.byte(end) != UInt8(ascii: ","),
            !ByteClass.words.contains(reader.byte(end))
        else { return nil }
        return Match(start..<end)
    }

    /// The whole degrees of a decimal number, without its sign; nil where it is none.
    private static func degrees(_ reader: borrowing Reader, _ range: Range<Int>) -> Int? {
        var value = 0
        var dots = 0
        for offset in range {
            let byte = reader.before(offset)
            if byte == UInt8(ascii: "-") {
                guard offset == range.lowerBound else { return nil }
            } else if byte == UInt8(ascii: ".") {
                dots += 1
            } else if dots == 0 {
                value = value * 10 + Int(byte) - 0x30
                if value > 180 { return nil }
            }
        }
        return dots == 1 ? value : nil
    }

    // MARK: Days

    @_lifetime(reader: copy reader)
    private static func day(_ reader: inout Reader, hit: Int) -> Match? {
        let start = reader.runStart(to: hit, of: ByteClass.digits.union("/.-"), limit: 10)
        reader.candidate = start
        guard FormatMatcher.mayBegin(reader, at: start), let end = Self.dayEnd(&reader, from: start), end == hit,
            Self.endsNumber(&reader, at: end)
        else { return nil }
        return Match(start..<end)
    }

    /// The end of a day that begins at an offset with a figure: `1980-03-05`, `5.3.1980`, `5 March 1980`.
    @_lifetime(reader: copy reader)
    private static func dayEnd(_ reader: inout Reader, from start: Int) -> Int? {
        var end = reader.runEnd(from: start, of: .digits, limit: 5)
        var parts = [Self.number(reader, start..<end)]
        guard end > start, end - start <= 4, end - start != 3 else { return nil }
        let sign = reader.byte(end)
        if "/.-".utf8.contains(sign), reader.byte(end + 1) != UInt8(ascii: " ") {
            for _ in 0..<2 {
                guard reader.byte(end) == sign else { return nil }
                let next = reader.runEnd(from: end + 1, of: .digits, limit: 5)
                guard next > end + 1 else { return nil }
                parts.append(Self.number(reader, end + 1..<next))
                end = next
            }
            let isYearFirst = parts[0] > 31
            let (year, middle, last) = isYearFirst ? (parts[0], parts[1], parts[2]) : (parts[2], parts[0], parts[1])
            let isYear = (1870...2100).contains(year) || !isYearFirst && (0...99).contains(year)
            return isYear && (1...31).contains(middle) && (1...31).contains(last) && min(middle, last) <= 12 ? end : nil
        }
        guard (1...31).contains(parts[0]) else { return nil }
        // `5th of March 1980`, `5. März 1980`
        var next = end
        if sign == UInt8(ascii: ".") { next += 1 }
        let ordinal = reader.runEnd(from: next, of: .letters, limit: 3)
        if ordinal - next == 2 { next = ordinal }
        for word in [" of", " de"] where reader.reads(word + " ", at: next) { next += 3 }
        guard reader.byte(next) == UInt8(ascii: " "), let month = Self.monthEnd(&reader, from: next + 1) else {
            return nil
        }
        return Self.yearEnd(&reader, from: month)
    }

    private static func number(_ reader: borrowing Reader, _ range: Range<Int>) -> Int {
        range.reduce(0) { $0 * 10 + Int(reader.before($1)) - 0x30 }
    }

    private static let monthNames: [[UInt8]] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "okt", "dez", "mai", "mrt",
        "ene", "abr", "ago", "dic", "fev", "avr", "jui", "ao", "d", "gen", "mag", "giu", "lug", "set", "ott", "m",
    ].map { Array($0.utf8) }

    /// The end of a month's name that begins at an offset.
    @_lifetime(reader: copy reader)
    private static func monthEnd(_ reader: inout Reader, from start: Int) -> Int? {
        var end = start
        while end - start < 14, ByteClass.letters.contains(reader.byte(end)) || reader.byte(end) >= 0x80 { end += 1 }
        guard end - start >= 3 else { return nil }
        let isNamed = Self.monthNames.contains { name in
            name.count <= end - start && name.indices.allSatisfy { reader.before(start + $0) | 0x20 == name[$0] }
                && (name.count > 2 || reader.before(start + name.count) >= 0x80)
        }
        guard isNamed else { return nil }
        return reader.byte(end) == UInt8(ascii: ".") ? end + 1 : end
    }

    /// The end of a year that follows, `de` and a comma allowed before it.
    @_lifetime(reader: copy reader)
    private static func yearEnd(_ reader: inout Reader, from end: Int) -> Int? {
        var next = end
        if reader.byte(next) == UInt8(ascii: ",") { next += 1 }
        if reader.reads(" de ", at: next) { next += 3 }
        guard reader.byte(next) == UInt8(ascii: " ") else { return nil }
        let year = reader.runEnd(from: next + 1, of: .digits, limit: 5)
        guard year - next == 5, (1870...2100).contains(Self.number(reader, next + 1..<year)) else { return nil }
        return year
    }

    /// `March 5, 1980`: the hit is where the name has begun or ended.
    @_lifetime(reader: copy reader)
    private static func month(_ reader: inout Reader, hit: Int) -> Match? {
        var start = hit
        while start > 0, hit - start < 14, !ByteClass.letters.contains(reader.before(start - 1)) { start -= 1 }
        start = reader.runStart(to: start, of: .letters, limit: 12)
        return Self.monthFirst(&reader, from: start)
    }

    @_lifetime(reader: copy reader)
    private static func monthFirst(_ reader: inout Reader, from start: Int) -> Match? {
        reader.candidate = start
        guard let month = Self.monthEnd(&reader, from: start), reader.byte(month) == UInt8(ascii: " ") else {
            return nil
        }
        var end = reader.runEnd(from: month + 1, of: .digits, limit: 3)
        guard (1...2).contains(end - month - 1), (1...31).contains(Self.number(reader, month + 1..<end)) else {
            return nil
        }
        let ordinal = reader.runEnd(from: end, of: .letters, limit: 3)
        if ordinal - end == 2 { end = ordinal }
        return Self.yearEnd(&reader, from: end).map { Match(start..<$0) }
    }

    @_lifetime(reader: copy reader)
    private static func birthday(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - 1
        reader.candidate = start
        guard !ByteClass.alphanumerics.contains(reader.before(start - 1)) else { return nil }
        return Self.dayEnd(&reader, from: start).map { Match(start..<$0) }
    }

    @_lifetime(reader: copy reader)
    private static func birthMonth(_ reader: inout Reader, hit: Int) -> Match? {
        Self.monthFirst(&reader, from: hit - 3)
    }
}
