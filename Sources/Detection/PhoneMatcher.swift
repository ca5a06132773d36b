internal import Numbering

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
    /// `call our office, it is 030 901820`: behind such a word, a few words on
    case near
    /// `4155552671 ext. 12`: what ends in an extension
    case extended
    /// `4155552671`, `415-5552671`, `07911123456`: rows of digits that hardly anything else is
    case bare
    /// `612 34 56 78`, `(20) 123 456`: groups as numbers are written where no trunk zero is
    case grouped

    var trigger: String {
        switch self {
        case .international: "\\+[1-9][0-9 .()\\-/]{6}"
        case .dialled: "(?:^|[^0-9])00[1-9][0-9 .()\\-/]{7}"
        case .northAmerican: "[0-9]{3}\\)?[ .\\-/]?[ ]?[0-9]{3}[ .\\-][0-9]{4}"
        case .trunk: "(?:^|[^0-9])0[1-9][0-9 .()\\-/]{8}"
        case .told: "(?i)(?:^|[^a-z])(?:\(Self.words))\(Self.tie)[(+]?[0-9]"
        case .near: "(?i)(?:^|[^a-z])(?:\(Self.callingWords))[^0-9a-z\\n][^0-9\\n]{0,32}[0-9]"
        // Without what stands before, which is looked at afterwards: with it, the whole scan takes twice its time.
        case .bare: "(?:1?[2-9][0-9]{2}-?[2-9][0-9]{6}|07[0-9]{9}|0[1-9][0-9]{8})"
        case .grouped:
            "(?:^|[^0-9])(?:\\([1-9][0-9]{1,4}\\) ?|[1-9][0-9]{1,3}[ \\-])[0-9]{2,5}[ \\-][0-9]{2}"
        case .extended: "(?i)[0-9]{7} ?(?:x|ext\\.?|extension) ?[0-9]{2}"
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
        case .near: Self.near(&reader, from: hit - 1)
        case .extended: Self.extended(&reader, hit: hit)
        case .bare: Self.bare(&reader, hit: hit)
        case .grouped: Self.grouped(&reader, hit: hit)
        }
    }

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
                if !ByteClass.digits.contains(reader.byte(next)), number.isPlausible, Self.mayEnd(&reader, at: next) {
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
        return Match(start..<Self.withExtension(&reader, end), percent: prefix == 1 ? 90 : 65)
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
            let sign = reader.before(gap)
            guard exchange - gap == 1, sign == separator || separator == UInt8(ascii: "-") && sign.isOne(of: " /")
            else {
                return nil
            }
        }
        let area = gap - 3
        let isAssigned = Self.isAssigned(reader, area) && Self.isAssigned(reader, exchange)
        // Three groups with blanks between are much else.
        if !isAssigned, !hasParentheses, separator == UInt8(ascii: " ") { return nil }
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
        let percent: UInt8 = hasParentheses ? 80 : separator == UInt8(ascii: " ") ? 55 : 70
        return Match(start..<Self.withExtension(&reader, hit), percent: isAssigned ? percent : percent - 15)
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
        // Days and months have two digits, years four.
        var isDate = digits == 2
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
            isDate = isDate && groupEnd - next == (groups == 1 ? 2 : 4) && groups < 3
            (digits, groups, end) = (digits + groupEnd - next, groups + 1, groupEnd)
        }
        guard (groups > 2 ? 8...12 : 9...12).contains(digits), (2...5).contains(groups), !isDate else { return nil }
        guard separator != UInt8(ascii: ".") || groups > 2, Self.mayEnd(&reader, at: end) else { return nil }
        return Match(start..<Self.withExtension(&reader, end), percent: isOpen ? 70 : 50)
    }

    // MARK: Neighbours

    /// Whether the number is the tail of a longer row of digits.
    static func continuesNumber(_ reader: borrowing Reader, at start: Int, separator: UInt8) -> Bool {
        let previous = reader.before(start - 1)
        guard previous.isOne(of: "-./") || previous == separator else { return false }
        return ByteClass.alphanumerics.contains(reader.before(start - 2))
            && (previous != UInt8(ascii: " ") || ByteClass.digits.contains(reader.before(start - 2)))
    }

    @_lifetime(reader: copy reader)
    static func goesOn(_ reader: inout Reader, at end: Int, separator: UInt8) -> Bool {
        let next = reader.byte(end)
        return (next.isOne(of: "-./") || next == separator) && ByteClass.digits.contains(reader.byte(end + 1))
    }

    @_lifetime(reader: copy reader)
    static func mayEnd(_ reader: inout Reader, at end: Int) -> Bool {
        let next = reader.byte(end)
        // `x` begins an extension.
        return !ByteClass.words.contains(next) && next != UInt8(ascii: "@") || next == UInt8(ascii: "x")
    }

    /// Whether three digits are an area or an exchange of North America: from 2 on, and no service such as 411 and 911.
    static func isAssigned(_ reader: borrowing Reader, _ offset: Int) -> Bool {
        guard (UInt8(ascii: "2")...UInt8(ascii: "9")).contains(reader.before(offset)) else { return false }
        return reader.before(offset + 1) != UInt8(ascii: "1") || reader.before(offset + 2) != UInt8(ascii: "1")
    }

    /// The end of the extension behind a number that ends at `end`: `x12`, ` ext. 345`.
    @_lifetime(reader: copy reader)
    static func withExtension(_ reader: inout Reader, _ end: Int) -> Int {
        var next = end
        if reader.byte(next) == UInt8(ascii: ",") { next += 1 }
        if reader.byte(next) == UInt8(ascii: " ") { next += 1 }
        let word = next
        guard (reader.byte(word) | 0x20).isOne(of: "xe") else { return end }
        next = reader.runEnd(from: word, of: .letters, limit: 10)
        let isWord = Self.extensionWords.contains { letters in
            letters.count == next - word
                && letters.indices.allSatisfy { reader.before(word + $0) | 0x20 == letters[$0] }
        }
        guard isWord else { return end }
        if reader.byte(next).isOne(of: ".:") { next += 1 }
        if reader.byte(next) == UInt8(ascii: " ") { next += 1 }
        let last = reader.runEnd(from: next, of: .digits, limit: 7)
        guard (1...6).contains(last - next), !ByteClass.words.contains(reader.byte(last)) else { return end }
        return last
    }

    private static let extensionWords = ["x", "ext", "extn", "extension"].map { Array($0.utf8) }
}
