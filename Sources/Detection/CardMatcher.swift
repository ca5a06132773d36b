internal import Numbering

/// Payment card numbers: 12 to 19 digits in the groups that cards print, an issuer's range, the check digit.
enum CardMatcher {
    /// Ends after the first 12 digits of a run, or after four digits of a second group.
    static let trigger = "(?:^|[^0-9])(?:[0-9]{12}|(?:[0-9]{4}|[0-9]{8}|[0-9]{12})[ \\-.][0-9]{4})"
    private static let longest = 19

    @_lifetime(reader: copy reader)
    static func match(_ reader: inout Reader, hit: Int) -> Match? {
        let run = reader.runStart(to: hit, of: .digits, limit: 12)
        let start = hit - run == 12 ? run : reader.runStart(to: hit - 5, of: .digits, limit: 12)
        reader.candidate = start
        // Four digits are there, whatever follows: most rows of digits end here.
        var prefix = 0
        for offset in start..<start + 4 { prefix = prefix * 10 + Int(reader.before(offset) &- UInt8(ascii: "0")) }
        var lengths = CardIssuer.lengths(of: prefix)
        // Behind a word for cards, a number of any issuer.
        if lengths.isEmpty, Self.isTold(reader, at: start) { lengths = .any }
        guard !lengths.isEmpty, Self.mayBegin(reader, at: start) else { return nil }

        var digits = InlineArray<19, UInt8>(repeating: 0)
        var count = 0
        var groups = CardGroups()
        var separator: UInt8 = 0
        var next = start
        var end: Int?
        while true {
            let groupEnd = reader.runEnd(from: next, of: .digits, limit: Self.longest + 1)
            guard count + groupEnd - next <= Self.longest else { break }
            for offset in next..<groupEnd {
                digits[count] = reader.before(offset) - UInt8(ascii: "0")
                count += 1
            }
            groups.append(groupEnd - next)
            if groups.arePrinted, lengths.contains(count), Luhn.isValid(digits, count: count),
                Self.mayEnd(&reader, at: groupEnd)
            {
                end = groupEnd
            }
            let sign = reader.byte(groupEnd)
            guard sign.isOne(of: " -."), separator == 0 || sign == separator,
                ByteClass.digits.contains(reader.byte(groupEnd + 1))
            else { break }
            separator = sign
            next = groupEnd + 1
        }
        return end.map { Match(start..<$0) }
    }

    /// Whether one of the words for payment cards stands shortly before.
    private static func isTold(_ reader: borrowing Reader, at start: Int) -> Bool {
        let floor = max(0, start - Self.reach)
        for first in stride(from: start - 4, through: floor, by: -1) {
            guard reader.before(first) | 0x20 == UInt8(ascii: "c") else { continue }
            let isWord = Self.word.indices.allSatisfy { reader.before(first + $0) | 0x20 == Self.word[$0] }
            if isWord, !ByteClass.letters.contains(reader.before(first - 1)) { return true }
        }
        return false
    }

    private static let word = Array("card".utf8)
    /// How far back a word for cards is looked for.
    private static let reach = 40

    /// Whether the number is not the tail of a longer one, or of a name.
    private static func mayBegin(_ reader: borrowing Reader, at start: Int) -> Bool {
        let previous = reader.before(start - 1)
        if previous == UInt8(ascii: "_") || previous == UInt8(ascii: "+") || !reader.wordMayBegin(at: start) {
            return false
        }
        return !previous.isOne(of: "-.") || !ByteClass.alphanumerics.contains(reader.before(start - 2))
    }

    @_lifetime(reader: copy reader)
    private static func mayEnd(_ reader: inout Reader, at end: Int) -> Bool {
        let next = reader.byte(end)
        if ByteClass.words.contains(next) { return false }
        return !next.isOne(of: "-.") || !ByteClass.alphanumerics.contains(reader.byte(end + 1))
    }
}

/// The sizes of the digit groups of a number.
private struct CardGroups {
    private var count = 0
    private var total = 0
    private var areFours = true
    private var sizes = 0

    mutating func append(_ size: Int) {
        self.count += 1
        self.total += size
        self.areFours = self.areFours && size % 4 == 0
        self.sizes = self.sizes &* 20 &+ size
    }

    /// Whether cards are printed so: in one piece, in fours, or as 4-6-5, 4-6-4, 4-4-4-1 and 4-4-4-4-3.
    var arePrinted: Bool {
        if self.count == 1 || self.areFours && (self.total == 16 || self.total == 12) { return true }
        return self.sizes == (4 * 20 + 6) * 20 + 5 || self.sizes == (4 * 20 + 6) * 20 + 4
            || self.sizes == Self.threeFours * 20 + 1 || self.sizes == (Self.threeFours * 20 + 4) * 20 + 3
    }

    private static let threeFours = (4 * 20 + 4) * 20 + 4
}
