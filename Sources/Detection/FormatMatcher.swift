internal import Numbering

/// Identifiers of a fixed form: `d` stands for a digit, `A` for a capital letter, `x` for either; all else for itself.
struct FormatMatcher: Hashable, Sendable {
    let format: String
    let check: IdentifierCheck

    /// The whole form where a stream holds back what may become one; where letters and blanks mix, no more than shows
    /// that it may have begun.
    var trigger: String { "(?:^|[^0-9A-Za-z])" + self.form.map(Self.expression).joined() }

    /// How much of the form the trigger takes.
    private var form: Substring {
        guard self.format.contains(where: { "Ax".contains($0) }), let blank = self.format.firstIndex(of: " ") else {
            return self.format[...]
        }
        return self.format[...self.format.index(after: blank)]
    }

    private static func expression(_ character: Character) -> String {
        switch character {
        case "d": "[0-9]"
        case "A": "[A-Z]"
        case "x": "[0-9A-Z]"
        case ".", "(", ")", "+": "\\\(character)"
        default: String(character)
        }
    }

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = hit - self.form.utf8.count
        reader.candidate = start
        return self.end(&reader, from: start).map { Match(start..<$0) }
    }

    /// The end of an identifier that begins at an offset.
    @_lifetime(reader: copy reader)
    func end(_ reader: inout Reader, from start: Int) -> Int? {
        guard Self.mayBegin(reader, at: start) else { return nil }
        var text = IdentifierText()
        var end = start
        for code in self.format.utf8 {
            let byte = reader.byte(end)
            let fits =
                switch code {
                case UInt8(ascii: "d"): ByteClass.digits.contains(byte)
                case UInt8(ascii: "A"): (0x41...0x5A).contains(byte)
                case UInt8(ascii: "x"): ByteClass.upperAlphanumerics.contains(byte)
                default: byte == code
                }
            guard fits else { return nil }
            text.append(byte)
            end += 1
        }
        guard self.check.accepts(text), Self.mayEnd(&reader, at: end) else { return nil }
        return end
    }

    /// Whether what begins here is not the tail of something longer.
    static func mayBegin(_ reader: borrowing Reader, at start: Int) -> Bool {
        let previous = reader.before(start - 1)
        if previous == UInt8(ascii: "_") || previous == UInt8(ascii: "+") || !reader.wordMayBegin(at: start) {
            return false
        }
        return !"-./".utf8.contains(previous) || !ByteClass.alphanumerics.contains(reader.before(start - 2))
    }

    @_lifetime(reader: copy reader)
    static func mayEnd(_ reader: inout Reader, at end: Int) -> Bool {
        let next = reader.byte(end)
        if ByteClass.words.contains(next) || next == UInt8(ascii: "@") { return false }
        return !"-./".utf8.contains(next) || !ByteClass.alphanumerics.contains(reader.byte(end + 1))
    }
}

/// Identifiers that only the words before them tell from other numbers: `MRN 00482913`, `passport no. X1234567`.
struct ContextMatcher: Hashable, Sendable {
    /// The words, as alternatives of a vectorscan expression.
    let words: String
    /// Which forms the identifier may have, the first that fits.
    var formats: [FormatMatcher] = []
    /// If no form fits: how many letters and digits, how many digits of these at least.
    var length: ClosedRange<Int>?
    var digits = 4
    /// Whether anything may stand between the words and the identifier, or only what ties it to them.
    var isLoose = false

    /// Ends with the first digit behind the words.
    var trigger: String {
        let gap =
            self.isLoose
            ? "(?:[^a-z0-9\\n][^\\n0-9]{0,31})?"
            : "[ _]?(?:numbers?|no|nr|num|id|code|card)?[ .:#=\"'*`\\-\\t]{0,6}(?:is|was|of|:)?[ .:#=\"'*`\\t]{0,4}[a-zA-Z]{0,3}[\\-_]?"
        return "(?i)(?:^|[^a-z])(?:\(self.words))\(gap)[0-9]"
    }

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = reader.runStart(to: hit - 1, of: .wordsAndDashes, limit: 8)
        reader.candidate = start
        for begin in [start, hit - 1] {
            for format in self.formats {
                if let end = format.end(&reader, from: begin) { return Match(begin..<end) }
            }
        }
        guard let length = self.length, reader.wordMayBegin(at: start) else { return nil }
        var end = reader.runEnd(from: start, of: .wordsAndDashes, limit: length.upperBound + 8)
        while end > start, "-_".utf8.contains(reader.before(end - 1)) { end -= 1 }
        var digits = 0
        var others = 0
        for offset in start..<end {
            let byte = reader.before(offset)
            if ByteClass.digits.contains(byte) { digits += 1 } else if !"-_".utf8.contains(byte) { others += 1 }
        }
        guard length.contains(digits + others), digits >= self.digits, reader.byte(end) != UInt8(ascii: "@") else {
            return nil
        }
        return Match(start..<end)
    }
}
