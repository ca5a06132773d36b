// RuleFiles reads files of rules that others wrote, in the form that gitleaks made common.

/// One rule of a tenant's own, in the form that gitleaks made common.
package struct CustomRule: Hashable, Sendable {
    /// What findings are called behind `custom.`.
    package let id: String
    /// The expression, as the pattern library understands it.
    package let expression: String
    /// How mixed the characters of a match must be at least, in bits a character.
    package var entropy: Double = 0
    /// Words of which one must stand in the text; none asks for nothing.
    package var keywords: [String] = []
    /// Matches that hold one of these words are none.
    package var stopWords: [String] = []
    /// The line of the file that it begins at.
    package var line = 0

    package init(id: String, expression: String) {
        self.id = id
        self.expression = expression
    }
}

/// Why a file of rules cannot be used: names the file, the line and the rule.
package struct RuleFileError: Error, Equatable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let message: String

    package init(file: String, line: Int, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String {
        self.line > 0 ? "\(self.file):\(self.line): \(self.message)" : "\(self.file): \(self.message)"
    }
}

/// Reads files of rules: as much of TOML as gitleaks' own and its users' files need. What is for git alone, such as paths and
/// commits to leave out, is read over.
package enum RuleFile {
    /// No file has more rules.
    package static let most = 10_000
    /// No expression is longer.
    static let longestExpression = 8 * 1024

    /// The rules of a file.
    package static func rules(_ text: String, file: String) throws(RuleFileError) -> [CustomRule] {
        var reader = RuleReader(file: file, bytes: Array(text.utf8))
        return try reader.read()
    }
}

/// A reader of tables, arrays of tables, keys, strings of all four kinds, numbers, booleans and arrays.
private struct RuleReader {
    private enum Value {
        case text(String), number(Double), list([Value]), other
    }

    let file: String
    let bytes: [UInt8]
    private var offset = 0
    private var line = 1
    private var rules: [CustomRule] = []
    private var current: [String: Value] = [:]
    private var currentLine = 0
    private var isInRule = false

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    mutating func read() throws(RuleFileError) -> [CustomRule] {
        var table = ""
        while true {
            self.skip(blankLines: true)
            guard self.offset < self.bytes.count else { break }
            if self.peek == UInt8(ascii: "[") {
                table = try self.header()
                if table == "rules" {
                    try self.endRule()
                    self.isInRule = true
                    self.currentLine = self.line
                } else if !table.hasPrefix("rules.") {
                    try self.endRule()
                }
            } else {
                let key = try self.key()
                self.skip(blankLines: false)
                guard self.take(UInt8(ascii: "=")) else { throw self.failure("expected `=` behind `\(key)`") }
                self.skip(blankLines: false)
                let value = try self.value(depth: 0)
                if self.isInRule, table == "rules" { self.current[key] = value }
                if self.isInRule, table.hasPrefix("rules."), key == "stopwords" { self.current[key] = value }
            }
            self.skip(blankLines: false)
            guard self.offset == self.bytes.count || self.peek == 0x0A || self.peek == 0x0D else {
                throw self.failure("expected the end of the line")
            }
        }
        try self.endRule()
        return self.rules
    }

    private mutating func endRule() throws(RuleFileError) {
        guard self.isInRule else { return }
        self.isInRule = false
        let fields = self.current
        self.current = [:]
        guard case .text(let id)? = fields["id"], Self.isLabel(id) else {
            throw self.failure(
                "a rule needs an `id` of at most 64 letters, digits, `-`, `_` and `.`", at: self.currentLine)
        }
        guard case .text(let expression)? = fields["regex"] else {
            // Rules about paths alone say nothing about text.
            if case .text? = fields["path"] { return }
            throw self.failure("the rule `\(id)` has no `regex`", at: self.currentLine)
        }
        guard expression.utf8.count <= RuleFile.longestExpression else {
            throw self.failure("the `regex` of the rule `\(id)` is longer than 8 KB", at: self.currentLine)
        }
        guard self.rules.count < RuleFile.most else {
            throw self.failure("more than \(RuleFile.most) rules: `\(id)` is one too many", at: self.currentLine)
        }
        var rule = CustomRule(id: id, expression: expression)
        rule.line = self.currentLine
        if case .number(let entropy)? = fields["entropy"] { rule.entropy = entropy }
        rule.keywords = Self.texts(fields["keywords"]).map { $0.lowercased() }
        rule.stopWords = Self.texts(fields["stopwords"]).map { $0.lowercased() }
        self.rules.append(rule)
    }

    /// Whether findings can be called so behind `custom.`.
    private static func isLabel(_ id: String) -> Bool {
        (1...64).contains(id.utf8.count) && id.utf8.allSatisfy { Self.isInWord($0) || $0 == UInt8(ascii: ".") }
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func texts(_ value: Value?) -> [String] {
        guard case .list(let values)? = value else { return [] }
        return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    // MARK: Syntax

    private var peek: UInt8 { self.offset < self.bytes.count ? self.bytes[self.offset] : 0 }

    private func failure(_ message: String, at line: Int? = nil) -> RuleFileError {
        RuleFileError(file: self.file, line: line ?? self.line, message: message)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.offset < self.bytes.count, self.bytes[self.offset] == byte else { return false }
        self.offset += 1
        return true
    }

    private mutating func skip(blankLines: Bool) {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case 0x20, 0x09: self.offset += 1
            case 0x0D where blankLines: self.offset += 1
            case 0x0A where blankLines:
                self.offset += 1
                self.line += 1
            case UInt8(ascii: "#"):
                while self.offset < self.bytes.count, self.bytes[self.offset] != 0x0A { self.offset += 1 }
            default: return
            }
        }
    }

    private mutating func header() throws(RuleFileError) -> String {
        let start = self.line
        var depth = 0
        while self.take(UInt8(ascii: "[")) { depth += 1 }
        self.skip(blankLines: false)
        var name = try self.key()
        while self.take(UInt8(ascii: ".")) { name += "." + (try self.key()) }
        self.skip(blankLines: false)
        for _ in 0..<depth {
            guard self.take(UInt8(ascii: "]")) else { throw self.failure("expected `]` behind `\(name)`", at: start) }
        }
        guard depth <= 2 else { throw self.failure("too many `[` before `\(name)`", at: start) }
        return name
    }

    private mutating func key() throws(RuleFileError) -> String {
        if self.peek == UInt8(ascii: "\"") || self.peek == UInt8(ascii: "'") {
            guard case .text(let text) = try self.value(depth: 0) else { throw self.failure("expected a key") }
            return text
        }
        let start = self.offset
        while self.offset < self.bytes.count, Self.isInWord(self.bytes[self.offset]) {
            self.offset += 1
        }
        guard self.offset > start else { throw self.failure("expected a key") }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }

    private mutating func value(depth: Int) throws(RuleFileError) -> Value {
        switch self.peek {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try self.string())
        case UInt8(ascii: "["):
            guard depth < 8 else { throw self.failure("lists are nested too deep") }
            self.offset += 1
            var values: [Value] = []
            while true {
                self.skip(blankLines: true)
                if self.take(UInt8(ascii: "]")) { return .list(values) }
                values.append(try self.value(depth: depth + 1))
                self.skip(blankLines: true)
                if self.take(UInt8(ascii: ",")) { continue }
                guard self.take(UInt8(ascii: "]")) else { throw self.failure("expected `,` or `]` in a list") }
                return .list(values)
            }
        default:
            let start = self.offset
            while self.offset < self.bytes.count, !" \t\r\n,]#".utf8.contains(self.bytes[self.offset]) {
                self.offset += 1
            }
            guard self.offset > start else { throw self.failure("expected a value") }
            let word = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
            return Double(word).map(Value.number) ?? .other
        }
    }

    private mutating func string() throws(RuleFileError) -> String {
        let start = self.line
        let quote = self.peek
        let isLong = self.bytes[self.offset...].prefix(3).elementsEqual([quote, quote, quote])
        self.offset += isLong ? 3 : 1
        if isLong, self.peek == 0x0A {
            self.offset += 1
            self.line += 1
        }
        var text: [UInt8] = []
        while true {
            guard self.offset < self.bytes.count, isLong || self.peek != 0x0A else {
                throw self.failure("a text that begins here has no end", at: start)
            }
            let byte = self.bytes[self.offset]
            if byte == quote, !isLong || self.bytes[self.offset...].prefix(3).elementsEqual([quote, quote, quote]) {
                self.offset += isLong ? 3 : 1
                return String(decoding: text, as: UTF8.self)
            }
            if byte == 0x0A { self.line += 1 }
            self.offset += 1
            guard byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") else {
                text.append(byte)
                continue
            }
            try self.escape(into: &text)
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(RuleFileError) {
        let byte = self.peek
        self.offset += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): text.append(byte)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = byte == UInt8(ascii: "u") ? 4 : 8
            let digits = self.bytes[self.offset...].prefix(count)
            guard digits.count == count, let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw self.failure("an escape that names no character") }
            text += Array(String(Character(scalar)).utf8)
            self.offset += count
        default: throw self.failure("an escape that TOML does not know")
        }
    }
}
