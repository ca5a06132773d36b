/// Reads an expression as the pattern library does: PCRE's syntax as far as a finite automaton can follow it, over bytes.
///
/// What needs memory of what was matched (back references, lookaround, possessive and atomic groups) is refused by name.
struct ExpressionParser {
    private let source: [UInt8]
    private var offset = 0
    private var depth = 0
    private var options = Options()

    private struct Options {
        var ignoresCase = false
        var dotIsAll = false
        var hasLines = false
        var isSpaced = false
    }

    private static let deepest = 100
    private static let mostRepeats = 32_767

    private init(_ source: [UInt8]) { self.source = source }

    /// The expression that a text states.
    static func expression(_ text: String) throws(SyntaxError) -> Expression {
        var parser = ExpressionParser(Array(text.utf8))
        let result = try parser.choice()
        guard parser.offset == parser.source.count else { throw parser.failure("a `)` that closes nothing") }
        return result
    }

    private func failure(_ what: String) -> SyntaxError {
        SyntaxError(message: "\(what) at byte \(self.offset)")
    }

    private var peek: UInt8? { self.offset < self.source.count ? self.source[self.offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func take(_ text: String) -> Bool {
        guard self.source[self.offset...].starts(with: text.utf8) else { return false }
        self.offset += text.utf8.count
        return true
    }

    // MARK: Structure

    private mutating func choice() throws(SyntaxError) -> Expression {
        var branches = [try self.sequence()]
        while self.take(UInt8(ascii: "|")) { branches.append(try self.sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(SyntaxError) -> Expression {
        var parts: [Expression] = []
        while let byte = self.peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            if self.options.isSpaced, self.skipSpace() { continue }
            if self.take("\\Q") {
                while self.offset < self.source.count, !self.take("\\E") {
                    parts.append(self.literal(self.source[self.offset]))
                    self.offset += 1
                }
                continue
            }
            if self.take("\\E") { continue }
            guard let part = try self.part() else { continue }
            parts.append(try self.repeated(part))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func skipSpace() -> Bool {
        guard let byte = self.peek else { return false }
        if ByteSet.blanks.contains(byte) {
            self.offset += 1
            return true
        }
        guard byte == UInt8(ascii: "#") else { return false }
        while let next = self.peek, next != 0x0A { self.offset += 1 }
        return true
    }

    /// One part without what repeats it; nil for one that only sets options.
    private mutating func part() throws(SyntaxError) -> Expression? {
        guard let byte = self.peek else { return nil }
        switch byte {
        case UInt8(ascii: "("): return try self.group()
        case UInt8(ascii: "["):
            self.offset += 1
            return .bytes(try self.set())
        case UInt8(ascii: "\\"):
            self.offset += 1
            return try self.escape()
        case UInt8(ascii: "."):
            self.offset += 1
            return .bytes(self.options.dotIsAll ? .all : ByteSet.newline.inverted)
        case UInt8(ascii: "^"):
            self.offset += 1
            return .assertion(self.options.hasLines ? .lineStart : .textStart)
        case UInt8(ascii: "$"):
            self.offset += 1
            return .assertion(self.options.hasLines ? .lineEnd : .lastLineEnd)
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw self.failure("a repetition of nothing")
        default:
            self.offset += 1
            return self.literal(byte)
        }
    }

    private func literal(_ byte: UInt8) -> Expression {
        .bytes(self.options.ignoresCase ? ByteSet(byte).ignoringCase : ByteSet(byte))
    }

    private mutating func group() throws(SyntaxError) -> Expression? {
        self.offset += 1
        let outside = self.options
        if self.take("?#") {
            while let byte = self.peek, byte != UInt8(ascii: ")") { self.offset += 1 }
            guard self.take(UInt8(ascii: ")")) else { throw self.failure("a comment without an end") }
            return nil
        }
        if self.take(UInt8(ascii: "?")) {
            if self.take("P<") || self.startsName() {
                try self.skipName()
            } else if !self.take(UInt8(ascii: ":")) {
                for refused in ["=", "!", "<=", "<!", ">", "(", "&", "R", "|", "P=", "P>", "C"] where self.take(refused)
                {
                    throw self.failure("`(?\(refused)` is not supported")
                }
                try self.readOptions()
                if self.take(UInt8(ascii: ")")) { return nil }
                guard self.take(UInt8(ascii: ":")) else { throw self.failure("an unknown option") }
            }
        } else if self.take(UInt8(ascii: "*")) {
            throw self.failure("a verb such as `(*UTF8)` is not supported")
        }
        guard self.depth < Self.deepest else { throw self.failure("groups are nested too deep") }
        self.depth += 1
        let inside = try self.choice()
        self.depth -= 1
        guard self.take(UInt8(ascii: ")")) else { throw self.failure("a `(` that is not closed") }
        self.options = outside
        return inside
    }

    /// Whether a name such as `<name>` or `'name'` begins here; steps over its first sign.
    private mutating func startsName() -> Bool {
        if self.peek == UInt8(ascii: "'") { return self.take(UInt8(ascii: "'")) }
        let next = self.offset + 1 < self.source.count ? self.source[self.offset + 1] : 0
        guard self.peek == UInt8(ascii: "<"), next != UInt8(ascii: "="), next != UInt8(ascii: "!") else { return false }
        return self.take(UInt8(ascii: "<"))
    }

    private mutating func skipName() throws(SyntaxError) {
        let start = self.offset
        while let byte = self.peek, ByteSet.words.contains(byte) { self.offset += 1 }
        guard self.offset > start, self.take(UInt8(ascii: ">")) || self.take(UInt8(ascii: "'")) else {
            throw self.failure("a group's name that does not end")
        }
    }

    private mutating func readOptions() throws(SyntaxError) {
        var isOn = true
        while let byte = self.peek, byte != UInt8(ascii: ")"), byte != UInt8(ascii: ":") {
            self.offset += 1
            switch byte {
            case UInt8(ascii: "-"): isOn = false
            case UInt8(ascii: "i"): self.options.ignoresCase = isOn
            case UInt8(ascii: "s"): self.options.dotIsAll = isOn
            case UInt8(ascii: "m"): self.options.hasLines = isOn
            case UInt8(ascii: "x"): self.options.isSpaced = isOn
            default: throw self.failure("an unknown option")
            }
        }
    }

    // MARK: Repetition

    private mutating func repeated(_ part: Expression) throws(SyntaxError) -> Expression {
        if self.options.isSpaced { while self.skipSpace() {} }
        var least = 1
        var most: Int? = 1
        if self.take(UInt8(ascii: "*")) {
            (least, most) = (0, nil)
        } else if self.take(UInt8(ascii: "+")) {
            (least, most) = (1, nil)
        } else if self.take(UInt8(ascii: "?")) {
            (least, most) = (0, 1)
        } else if let counts = try self.counts() {
            (least, most) = counts
        } else {
            return part
        }
        if self.take(UInt8(ascii: "+")) { throw self.failure("a possessive repetition is not supported") }
        _ = self.take(UInt8(ascii: "?"))
        if case .assertion = part { throw self.failure("a repetition of an assertion is not supported") }
        let again: [UInt8] = [UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?")]
        if let next = self.peek, again.contains(next) { throw self.failure("a repetition of a repetition") }
        if most == 0 { return .empty }
        return .repetition(part, least: least, most: most)
    }

    /// `{2}`, `{2,}` or `{2,5}`; nil where a brace is only a brace.
    private mutating func counts() throws(SyntaxError) -> (Int, Int?)? {
        let start = self.offset
        guard self.take(UInt8(ascii: "{")), let least = self.number() else {
            self.offset = start
            return nil
        }
        var most: Int? = least
        if self.take(UInt8(ascii: ",")) { most = self.number() }
        guard self.take(UInt8(ascii: "}")) else {
            self.offset = start
            return nil
        }
        guard max(least, most ?? 0) <= Self.mostRepeats else { throw self.failure("a repetition of too many") }
        if let most, most < least { throw self.failure("a repetition whose bounds are the wrong way round") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let start = self.offset
        var value = 0
        while let byte = self.peek, ByteSet.digits.contains(byte) {
            value = min(value * 10 + Int(byte) - 0x30, 1 << 30)
            self.offset += 1
        }
        return self.offset > start ? value : nil
    }

    // MARK: Escapes

    private mutating func escape() throws(SyntaxError) -> Expression {
        guard let byte = self.peek else { throw self.failure("a `\\` at the end") }
        if let set = Self.classes[byte] {
            self.offset += 1
            return .bytes(set)
        }
        let assertion: Expression.Assertion? =
            switch byte {
            case UInt8(ascii: "b"): .wordBoundary
            case UInt8(ascii: "B"): .noWordBoundary
            case UInt8(ascii: "A"): .textStart
            case UInt8(ascii: "z"): .textEnd
            case UInt8(ascii: "Z"): .lastLineEnd
            default: nil
            }
        if let assertion {
            self.offset += 1
            return .assertion(assertion)
        }
        if (0x31...0x39).contains(byte) { throw self.failure("a back reference is not supported") }
        return self.literal(try self.byteEscape())
    }

    /// The byte that an escape names; the backslash is read.
    private mutating func byteEscape() throws(SyntaxError) -> UInt8 {
        guard let byte = self.peek else { throw self.failure("a `\\` at the end") }
        self.offset += 1
        switch byte {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "a"): return 0x07
        case UInt8(ascii: "e"): return 0x1B
        case UInt8(ascii: "0"): return self.octal()
        case UInt8(ascii: "c"):
            guard let control = self.peek, control < 0x80 else { throw self.failure("a control sign of nothing") }
            self.offset += 1
            return ((0x61...0x7A).contains(control) ? control - 0x20 : control) ^ 0x40
        case UInt8(ascii: "x"): return try self.hexadecimal()
        default:
            guard !ByteSet.letters.contains(byte), !ByteSet.digits.contains(byte) else {
                throw self.failure("`\\\(Character(UnicodeScalar(byte)))` is not supported")
            }
            return byte
        }
    }

    private mutating func octal() -> UInt8 {
        var value = 0
        for _ in 0..<2 {
            guard let byte = self.peek, (0x30...0x37).contains(byte) else { break }
            value = value * 8 + Int(byte) - 0x30
            self.offset += 1
        }
        return UInt8(truncatingIfNeeded: value)
    }

    private mutating func hexadecimal() throws(SyntaxError) -> UInt8 {
        let isBraced = self.take(UInt8(ascii: "{"))
        var value = 0
        var count = 0
        while count < (isBraced ? 8 : 2), let byte = self.peek, let digit = Self.digit(byte) {
            value = value * 16 + digit
            count += 1
            self.offset += 1
        }
        if isBraced, !self.take(UInt8(ascii: "}")) { throw self.failure("a `\\x{` without an end") }
        guard let byte = UInt8(exactly: value) else { throw self.failure("a character that is no byte") }
        return byte
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }

    private static let classes: [UInt8: ByteSet] = [
        UInt8(ascii: "d"): .digits, UInt8(ascii: "D"): ByteSet.digits.inverted,
        UInt8(ascii: "w"): .words, UInt8(ascii: "W"): ByteSet.words.inverted,
        UInt8(ascii: "s"): .blanks, UInt8(ascii: "S"): ByteSet.blanks.inverted,
        UInt8(ascii: "h"): .horizontal, UInt8(ascii: "H"): ByteSet.horizontal.inverted,
        UInt8(ascii: "v"): .vertical, UInt8(ascii: "V"): ByteSet.vertical.inverted,
    ]

    // MARK: Sets

    /// The set that `[` has opened.
    private mutating func set() throws(SyntaxError) -> ByteSet {
        let isInverted = self.take(UInt8(ascii: "^"))
        var result = ByteSet()
        var isFirst = true
        while true {
            guard let byte = self.peek else { throw self.failure("a `[` that is not closed") }
            if byte == UInt8(ascii: "]"), !isFirst {
                self.offset += 1
                break
            }
            isFirst = false
            if let named = try self.namedSet() {
                result.formUnion(named)
                continue
            }
            let first = try self.setMember()
            guard case .byte(let low) = first else {
                if case .set(let members) = first { result.formUnion(members) }
                continue
            }
            let dash = self.offset
            guard self.take(UInt8(ascii: "-")) else {
                result.insert(low)
                continue
            }
            guard self.peek != UInt8(ascii: "]"), case .byte(let high) = try self.setMember() else {
                self.offset = dash
                result.insert(low)
                if self.take(UInt8(ascii: "-")) { result.insert(UInt8(ascii: "-")) }
                continue
            }
            guard low <= high else { throw self.failure("a range that is the wrong way round") }
            for member in low...high { result.insert(member) }
        }
        if self.options.ignoresCase { result = result.ignoringCase }
        if isInverted { result = result.inverted }
        guard !result.isEmpty else { throw self.failure("a set of nothing") }
        return result
    }

    private enum Member {
        case byte(UInt8), set(ByteSet)
    }

    private mutating func setMember() throws(SyntaxError) -> Member {
        guard let byte = self.peek else { throw self.failure("a `[` that is not closed") }
        self.offset += 1
        guard byte == UInt8(ascii: "\\") else { return .byte(byte) }
        guard let escaped = self.peek else { throw self.failure("a `\\` at the end") }
        if let set = Self.classes[escaped] {
            self.offset += 1
            return .set(set)
        }
        if escaped == UInt8(ascii: "b") {
            self.offset += 1
            return .byte(0x08)
        }
        return .byte(try self.byteEscape())
    }

    private static let names: [String: ByteSet] = [
        "alnum": ByteSet.letters.union(.digits), "alpha": .letters, "ascii": ByteSet(0...0x7F),
        "blank": ByteSet(0x09...0x09, 0x20...0x20), "cntrl": ByteSet(0...0x1F, 0x7F...0x7F), "digit": .digits,
        "graph": ByteSet(0x21...0x7E), "lower": ByteSet(0x61...0x7A), "print": ByteSet(0x20...0x7E),
        "punct": ByteSet(0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E), "space": .blanks,
        "upper": ByteSet(0x41...0x5A), "word": .words, "xdigit": ByteSet(0x30...0x39, 0x41...0x46, 0x61...0x66),
    ]

    /// A set such as `[:alpha:]`, if one stands here.
    private mutating func namedSet() throws(SyntaxError) -> ByteSet? {
        let start = self.offset
        guard self.take("[:") else { return nil }
        let isInverted = self.take(UInt8(ascii: "^"))
        let nameStart = self.offset
        while let byte = self.peek, ByteSet.letters.contains(byte) { self.offset += 1 }
        let name = String(decoding: self.source[nameStart..<self.offset], as: UTF8.self)
        guard self.take(":]") else {
            self.offset = start
            return nil
        }
        guard let set = Self.names[name] else { throw self.failure("an unknown set `\(name)`") }
        let folded = self.options.ignoresCase ? set.ignoringCase : set
        return isInverted ? folded.inverted : folded
    }
}
