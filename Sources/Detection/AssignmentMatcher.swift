/// Secrets of any form that are known by the name they are assigned to: `PASSWORD=…`, `"api_key": "…"`,
/// `my password is …`, `--token …`, `<password>…</password>`, `setSecret("…")`. Only the value is the finding.
struct AssignmentMatcher: Hashable, Sendable {
    /// Which values are meant.
    enum Target { case anySecret, awsSecretKey }
    let target: Target

    /// A name with a telling word, what assigns, and the value up to its first byte that is no letter: without one it
    /// would be no secret, and so most code and prose has no hit.
    var trigger: String {
        switch self.target {
        case .anySecret:
            Self.trigger(for: "pass|pwd|pswd|secret|token|key|cred|auth|senha|contrasena|kennwort|wachtwoord")
        case .awsSecretKey: Self.trigger(for: "secret[_\\-. ]?(?:access[_\\-. ]?)?key")
        }
    }

    /// Repeats without bounds, which cost the library one state each; ``match(_:hit:)`` sets the bounds.
    private static func trigger(for words: String) -> String {
        let quotes = "[\\\\\"'`]"
        let assigned = "[\\\\\"'`*\\])]*[ \\t]*(?::[ \\t]*[a-z?]+[ \\t]+=|[=:>]+)[ \\t*]*[bfru@l]*\(quotes)*"
        let said = "[ \\t](?:is|was|to):?[ \\t]+\(quotes)*"
        let shown = "[ \\t]+\(quotes)+"
        let passed = "\(quotes)*[ \\t]*[,(][ \\t]*\(quotes)+"
        return "(?i)(?:\(words))[a-z0-9_\\-.]*(?:\(assigned)|\(said)|\(passed)|\(shown))\(Self.valueTrigger)"
    }
    static let flagTrigger = "(?i)--[a-z\\-]*(?:pass|pwd|secret|token|key)[a-z]* [\\\\\"'`]*" + Self.valueTrigger
    private static let valueTrigger = "[A-Za-z_.\\-]*[0-9!@#$%\\^&?+~]"

    private static let valueBeginnings = ByteClass("a"..."z", "A"..."Z", also: "_.-")
    private static let quotes = ByteClass(also: "\"'`")
    private static let closers = ByteClass(also: "\\\"'`*])")
    private static let blanks = ByteClass(also: " \t")
    private static let fillings = ByteClass(also: " \t*")
    private static let signs = ByteClass(also: "=:>")
    private static let stringMarks = ByteClass(also: "fFrRbBuU@lL")
    private static let longestKey = 32
    private static let longestQuoted = 200

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        let start = reader.runStart(to: hit - 1, of: Self.valueBeginnings, limit: 40)
        reader.candidate = start
        guard let name = Self.name(reader, before: start) else { return nil }
        let (range, isQuoted) = Self.value(&reader, from: start, name)
        guard !range.isEmpty, name.form != .argument || isQuoted else { return nil }
        if self.target == .awsSecretKey { return Self.awsSecretKey(reader.bytes, range) }

        let percent = ValueJudge.percent(
            reader.bytes, range, promise: name.promise, isQuoted: isQuoted, isSaid: name.form == .sentence)
        guard let percent else { return nil }
        guard !isQuoted, range.count >= Tail.decided else { return Match(range, percent: percent) }
        let end = Tail.run(.bareValues).end(&reader, from: range.upperBound, start: start)
        return Match(start..<end, percent: percent)
    }

    // MARK: The name, to the left

    /// How the value is tied to its name, which says how it may be written.
    private enum Form { case assignment, sentence, argument, markup }

    private struct Name {
        var form: Form
        var promise: KeyWords.Promise
        /// The quote that opens the value; 0 for none.
        var quote: UInt8
        var isEscaped: Bool
        /// Whether the value may be one of several in a query.
        var mayBeQuery: Bool
    }

    private static func name(_ reader: borrowing Reader, before start: Int) -> Name? {
        var left = start
        let quote = reader.before(start - 1)
        let isQuoted = Self.quotes.contains(quote)
        var isEscaped = false
        if isQuoted {
            left = reader.runStart(to: left, of: Self.quotes, limit: 3)
            isEscaped = reader.before(left - 1) == UInt8(ascii: "\\")
            left -= isEscaped ? 1 : 0
            let marks = reader.runStart(to: left, of: Self.stringMarks, limit: 2)
            if !ByteClass.words.contains(reader.before(marks - 1)) { left = marks }
        }
        let filled = reader.runStart(to: left, of: Self.fillings, limit: 6)
        let sign = reader.before(filled - 1)
        var form = Form.assignment
        left = filled
        if Self.signs.contains(sign) {
            left = reader.runStart(to: filled, of: Self.signs, limit: 3)
            if sign == UInt8(ascii: ">"), filled - left == 1 { form = .markup }
        } else if sign == UInt8(ascii: ",") || sign == UInt8(ascii: "(") {
            form = .argument
            left -= 1
        } else if filled < start, let verb = Self.verb(reader, before: filled) {
            form = .sentence
            left = verb
        } else if filled == start {
            return nil
        }
        // Nothing but a blank: an option, or in prose a value in quotes.
        let isFlag = left == filled
        let isShown = isFlag && isQuoted && filled < start
        guard var key = Self.key(reader, before: left, form: form, comma: sign == UInt8(ascii: ",")) else { return nil }
        if isFlag, !key.isFlag {
            guard isShown, key.words.promise != .key else { return nil }
            form = .argument
        }
        if key.words.promise == nil, sign == UInt8(ascii: "="), let type = key.annotated {
            // `token: String = …`: what stands before the sign is the type.
            guard let named = Self.key(reader, before: type, form: form, comma: false) else { return nil }
            key = named
        }
        if form == .assignment, key.words.contains(Self.isWord) { form = .sentence }
        return key.words.promise.map {
            Name(
                form: form, promise: $0, quote: isQuoted ? quote : 0, isEscaped: isEscaped,
                mayBeQuery: sign == UInt8(ascii: "="))
        }
    }

    private static let isWord = KeyWords.pack("is")

    /// Where the blank before `is`, `was` or `to` is, if one of them ends at `end`.
    private static func verb(_ reader: borrowing Reader, before end: Int) -> Int? {
        let start = reader.runStart(to: end, of: .letters, limit: 4)
        let (last, first) = (reader.before(end - 1) | 0x20, reader.before(start) | 0x20)
        let isTo = end - start == 2 && first == UInt8(ascii: "t") && last == UInt8(ascii: "o")
        guard (2...3).contains(end - start), isTo || last == UInt8(ascii: "s") else { return nil }
        return Self.blanks.contains(reader.before(start - 1)) ? start - 1 : nil
    }

    private struct Key {
        let words: KeyWords
        /// Where the colon is if the name only annotates another with a type.
        let annotated: Int?
        let isFlag: Bool
    }

    private static func key(_ reader: borrowing Reader, before end: Int, form: Form, comma: Bool) -> Key? {
        let end = reader.runStart(to: end, of: Self.blanks, limit: 4)
        let closed = reader.runStart(to: end, of: Self.closers, limit: 4)
        if comma, !Self.quotes.contains(reader.before(end - 1)) { return nil }
        var start = reader.runStart(to: closed, of: .keys, limit: Self.longestKey)
        if form == .markup, reader.before(start - 1) != UInt8(ascii: "<") { return nil }
        let isFlag = reader.before(start) == UInt8(ascii: "-") && reader.before(start + 1) == UInt8(ascii: "-")
        let colon = reader.runStart(to: start, of: Self.blanks, limit: 2) - 1
        // Names in prose and headings have blanks: `API key: …`, `the new password is: …`.
        var words = 0
        while words < 2, reader.before(start - 1) == UInt8(ascii: " "), closed - start < Self.longestKey {
            let previous = reader.runStart(to: start - 1, of: .wordsAndDashes, limit: 16)
            guard previous < start - 1 else { break }
            start = previous
            words += 1
        }
        return Key(
            words: KeyWords(reader.bytes, start..<closed),
            annotated: reader.before(colon) == UInt8(ascii: ":") ? colon : nil,
            isFlag: isFlag)
    }

    // MARK: The value, to the right

    @_lifetime(reader: copy reader)
    private static func value(_ reader: inout Reader, from start: Int, _ name: Name) -> (
        range: Range<Int>, isQuoted: Bool
    ) {
        if name.quote != 0, let end = Self.quotedEnd(&reader, from: start, quote: name.quote, isEscaped: name.isEscaped)
        {
            return (start..<end, true)
        }
        return (start..<Self.bareEnd(&reader, from: start, name), false)
    }

    /// The end of a quoted value, or nil if the line or the bound ends before the quote comes.
    @_lifetime(reader: copy reader)
    private static func quotedEnd(_ reader: inout Reader, from start: Int, quote: UInt8, isEscaped: Bool) -> Int? {
        var end = start
        while end - start <= Self.longestQuoted {
            let byte = reader.byte(end)
            if byte == quote { return end }
            if byte == UInt8(ascii: "\n") || byte == 0 { return nil }
            guard byte == UInt8(ascii: "\\") else {
                end += 1
                continue
            }
            if isEscaped, reader.byte(end + 1) == quote { return end }
            end += 2
        }
        return nil
    }

    /// The end of a value without quotes; `start` if it is code that yields one: a call, a subscript, a template.
    @_lifetime(reader: copy reader)
    private static func bareEnd(_ reader: inout Reader, from start: Int, _ name: Name) -> Int {
        var end = reader.runEnd(from: start, of: .bareValues, limit: Tail.decided)
        if name.mayBeQuery, let mark = (start..<end).first(where: { reader.before($0) == UInt8(ascii: "&") }) {
            return mark
        }
        if end - start == Tail.decided { return end }
        let next = reader.byte(end)
        if name.form == .markup, next != UInt8(ascii: "<") { return start }
        if next == UInt8(ascii: "(") || next == UInt8(ascii: "[") || next == UInt8(ascii: "{") {
            let isPath = (start..<end).allSatisfy { ByteClass.keys.contains(reader.before($0)) }
            if isPath { return start }
        }
        while end > start, reader.before(end - 1) == UInt8(ascii: ".") || reader.before(end - 1) == UInt8(ascii: "?") {
            end -= 1
        }
        return end
    }

    private static func awsSecretKey(_ text: Span<UInt8>, _ range: Range<Int>) -> Match? {
        guard range.count == 40, range.allSatisfy({ ByteClass.base64.contains(text[$0]) }) else { return nil }
        let value = SecretValue(text, range)
        guard value.lowers > 0, value.uppers > 0, value.digits > 0, value.entropy >= 4,
            !Placeholder.isNamed(in: text, range)
        else { return nil }
        return Match(range)
    }
}
