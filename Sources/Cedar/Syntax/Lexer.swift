/// Cuts a policy or schema text into tokens; spaces and comments are skipped, or kept aside for the formatter.
///
/// One pass, no copies: a token is a kind and a range of bytes.
package struct Lexer {
    package enum Kind: UInt8, Hashable, Sendable {
        case identifier, number, string, slot
        case at, dot, comma, semicolon, colon, doubleColon, question
        case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, assign
        case or, and, not, plus, minus, star, slash, percent
        case end
    }

    package struct Token: Hashable, Sendable {
        package let kind: Kind
        /// Of a string: with its quotes.
        package let range: Range<Int>
        package let location: SourceLocation
    }

    /// `// …`, without the line's end.
    package struct Comment: Hashable, Sendable {
        package let range: Range<Int>
        /// Whether something else stands before it on its line.
        package let isTrailing: Bool
    }

    package let bytes: [UInt8]
    /// Comments passed so far, where they are kept.
    package private(set) var comments: [Comment] = []

    private let keepsComments: Bool
    private var offset = 0
    private var line: UInt32 = 1
    private var column: UInt32 = 1
    private var lineHasTokens = false

    package init(_ text: String, keepingComments: Bool = false) {
        self.bytes = Array(text.utf8)
        self.keepsComments = keepingComments
    }

    /// The bytes of a token as text.
    package func text(of token: Token) -> String { String(decoding: self.bytes[token.range], as: UTF8.self) }

    /// Whether a token's bytes are these.
    package func matches(_ token: Token, _ word: StaticString) -> Bool {
        guard token.range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            // SAFE: `index` is below the static string's own count.
            guard unsafe self.bytes[token.range.lowerBound + index] == word.utf8Start[index] else { return false }
        }
        return true
    }

    /// The next token; `.end` for ever once the text is used up.
    package mutating func next() throws(CedarError) -> Token {
        try self.skipSpace()
        let location = SourceLocation(
            line: self.line, column: self.column, offset: UInt32(truncatingIfNeeded: self.offset))
        guard self.offset < self.bytes.count else {
            return Token(kind: .end, range: self.offset..<self.offset, location: location)
        }
        self.lineHasTokens = true
        let start = self.offset
        let kind = try self.scan(at: location)
        return Token(kind: kind, range: start..<self.offset, location: location)
    }

    private mutating func scan(at location: SourceLocation) throws(CedarError) -> Kind {
        let byte = self.bytes[self.offset]
        let following = self.offset + 1 < self.bytes.count ? self.bytes[self.offset + 1] : 0
        switch byte {
        case _ where Self.isIdentifierStart(byte):
            self.advance { Self.isIdentifierPart($0) }
            return .identifier
        case 0x30...0x39:
            self.advance { (0x30...0x39).contains($0) }
            return .number
        case UInt8(ascii: "\""):
            try self.skipString(at: location)
            return .string
        case UInt8(ascii: "?"):
            self.take(1)
            guard Self.isIdentifierStart(following) else { return .question }
            self.advance { Self.isIdentifierPart($0) }
            return .slot
        default: break
        }
        if let kind = Self.pair(byte, following) {
            self.take(2)
            return kind
        }
        guard let kind = Self.single(byte) else {
            throw CedarError(.syntax, "unexpected character `\(self.character())`", at: location)
        }
        self.take(1)
        return kind
    }

    private static func pair(_ first: UInt8, _ second: UInt8) -> Kind? {
        switch (first, second) {
        case (UInt8(ascii: ":"), UInt8(ascii: ":")): .doubleColon
        case (UInt8(ascii: "="), UInt8(ascii: "=")): .equal
        case (UInt8(ascii: "!"), UInt8(ascii: "=")): .notEqual
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): .lessOrEqual
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): .greaterOrEqual
        case (UInt8(ascii: "|"), UInt8(ascii: "|")): .or
        case (UInt8(ascii: "&"), UInt8(ascii: "&")): .and
        default: nil
        }
    }

    private static func single(_ byte: UInt8) -> Kind? {
        switch byte {
        case UInt8(ascii: "@"): .at
        case UInt8(ascii: "."): .dot
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: ";"): .semicolon
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: "("): .leftParenthesis
        case UInt8(ascii: ")"): .rightParenthesis
        case UInt8(ascii: "{"): .leftBrace
        case UInt8(ascii: "}"): .rightBrace
        case UInt8(ascii: "["): .leftBracket
        case UInt8(ascii: "]"): .rightBracket
        case UInt8(ascii: "<"): .less
        case UInt8(ascii: ">"): .greater
        case UInt8(ascii: "="): .assign
        case UInt8(ascii: "!"): .not
        case UInt8(ascii: "+"): .plus
        case UInt8(ascii: "-"): .minus
        case UInt8(ascii: "*"): .star
        case UInt8(ascii: "/"): .slash
        case UInt8(ascii: "%"): .percent
        default: nil
        }
    }

    // MARK: Moving

    /// Ends behind the closing quote. What the escapes mean is found when the string is read.
    private mutating func skipString(at location: SourceLocation) throws(CedarError) {
        self.take(1)
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case UInt8(ascii: "\""):
                self.take(1)
                return
            case UInt8(ascii: "\\"):
                guard self.offset + 1 < self.bytes.count, self.bytes[self.offset + 1] != 0x0A else {
                    throw CedarError(.syntax, "a backslash at the end of a line inside a string", at: location)
                }
                self.take(1)
                self.takeCharacter()
            default: self.takeCharacter()
            }
        }
        throw CedarError(.syntax, "a string without its closing quote", at: location)
    }

    private mutating func skipSpace() throws(CedarError) {
        while self.offset < self.bytes.count {
            switch self.bytes[self.offset] {
            case 0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D: self.takeCharacter()
            case UInt8(ascii: "/"):
                guard self.offset + 1 < self.bytes.count, self.bytes[self.offset + 1] == UInt8(ascii: "/") else {
                    return
                }
                let start = self.offset
                while self.offset < self.bytes.count, self.bytes[self.offset] != 0x0A, self.bytes[self.offset] != 0x0D {
                    self.takeCharacter()
                }
                if self.keepsComments {
                    self.comments.append(Comment(range: start..<self.offset, isTrailing: self.lineHasTokens))
                }
            case 0x80...:
                guard let scalar = self.character().unicodeScalars.first, scalar.properties.isWhitespace else { return }
                self.takeCharacter()
            default: return
            }
        }
    }

    private mutating func advance(while condition: (UInt8) -> Bool) {
        let start = self.offset
        while self.offset < self.bytes.count, condition(self.bytes[self.offset]) { self.offset += 1 }
        self.column &+= UInt32(truncatingIfNeeded: self.offset - start)
    }

    /// Passes ASCII characters that end no line.
    private mutating func take(_ count: Int) {
        self.offset += count
        self.column &+= UInt32(truncatingIfNeeded: count)
    }

    private mutating func takeCharacter() {
        let byte = self.bytes[self.offset]
        self.offset += 1
        if byte == 0x0A {
            self.line &+= 1
            self.column = 1
            self.lineHasTokens = false
        } else {
            while self.offset < self.bytes.count, self.bytes[self.offset] & 0xC0 == 0x80 { self.offset += 1 }
            self.column &+= 1
        }
    }

    /// The character at the offset, for messages and for spaces beyond ASCII.
    private func character() -> String {
        var end = self.offset + 1
        while end < self.bytes.count, self.bytes[end] & 0xC0 == 0x80 { end += 1 }
        return String(decoding: self.bytes[self.offset..<end], as: UTF8.self)
    }

    private static func isIdentifierStart(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isIdentifierPart(_ byte: UInt8) -> Bool {
        Self.isIdentifierStart(byte) || (0x30...0x39).contains(byte)
    }
}
