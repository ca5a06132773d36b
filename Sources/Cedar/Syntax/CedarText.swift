/// Strings as Cedar writes them: quoting, and undoing escapes.
package enum CedarText {
    /// The text in quotes, with the escapes that it needs.
    package static func quoted(_ text: Text) -> String {
        var result = "\""
        for scalar in text.string.unicodeScalars { self.append(scalar, to: &result) }
        return result + "\""
    }

    /// A pattern in quotes: a star that is meant as a star is escaped.
    package static func quoted(_ pattern: LikePattern) -> String {
        var result = "\""
        for element in pattern.elements {
            switch element {
            case .wildcard: result += "*"
            case .scalar("*"): result += "\\*"
            case .scalar(let scalar): self.append(scalar, to: &result)
            }
        }
        return result + "\""
    }

    /// Whether the text can stand as the name of an attribute without quotes.
    package static func isIdentifier(_ text: Text) -> Bool {
        guard let first = text.utf8.first, first.isLetter else { return false }
        return text.utf8.allSatisfy { $0.isLetter || (0x30...0x39).contains($0) }
            && !self.reserved.contains(text.string)
    }

    /// Words that cannot name anything.
    package static let reserved: Set<String> = ["true", "false", "if", "then", "else", "in", "is", "like", "has"]

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\0": result += "\\0"
        case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
            result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }

    // MARK: Reading

    /// The text of a string token.
    package static func string(of token: Lexer.Token, in lexer: Lexer) throws(CedarError) -> Text {
        let content = lexer.bytes[(token.range.lowerBound + 1)..<(token.range.upperBound - 1)]
        if !content.contains(UInt8(ascii: "\\")), !content.contains(0x0D) {
            return Text(String(decoding: content, as: UTF8.self))
        }
        var result = ""
        for element in try self.elements(of: content, isPattern: false, at: token.location) {
            if case .scalar(let scalar) = element { result.unicodeScalars.append(scalar) }
        }
        return Text(result)
    }

    /// The pattern that a string token stands for.
    package static func pattern(of token: Lexer.Token, in lexer: Lexer) throws(CedarError) -> LikePattern {
        let content = lexer.bytes[(token.range.lowerBound + 1)..<(token.range.upperBound - 1)]
        return LikePattern(try self.elements(of: content, isPattern: true, at: token.location))
    }

    private static func elements(
        of content: ArraySlice<UInt8>, isPattern: Bool, at location: SourceLocation
    ) throws(CedarError) -> [LikePattern.Element] {
        var elements: [LikePattern.Element] = []
        elements.reserveCapacity(content.count)
        var scalars = String(decoding: content, as: UTF8.self).unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\\":
                elements.append(.scalar(try self.escape(&scalars, isPattern: isPattern, at: location)))
            case "*" where isPattern: elements.append(.wildcard)
            case "\r":
                throw CedarError(.syntax, "a bare carriage return in a string: write `\\r`", at: location)
            default: elements.append(.scalar(scalar))
            }
        }
        return elements
    }

    /// The character that an escape stands for; the backslash is behind us.
    private static func escape(
        _ scalars: inout Substring.UnicodeScalarView, isPattern: Bool, at location: SourceLocation
    ) throws(CedarError) -> Unicode.Scalar {
        let kind = scalars.popFirst()
        switch kind {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "0": return "\0"
        case "\\", "\"", "'": return kind ?? "\\"
        case "*" where isPattern: return "*"
        case "x":
            if let high = scalars.popFirst()?.hexadecimal, let low = scalars.popFirst()?.hexadecimal, high < 8,
                let scalar = Unicode.Scalar(high << 4 | low)
            {
                return scalar
            }
            throw CedarError(.syntax, "`\\x` needs two hexadecimal digits, at most `7F`", at: location)
        case "u":
            guard scalars.popFirst() == "{" else {
                throw CedarError(.syntax, "`\\u` needs a number in braces, such as `\\u{e9}`", at: location)
            }
            return try self.unicodeEscape(&scalars, at: location)
        default:
            let name = kind.map { String($0) } ?? ""
            throw CedarError(.syntax, "`\\\(name)` is no escape that Cedar knows", at: location)
        }
    }

    private static func unicodeEscape(
        _ scalars: inout Substring.UnicodeScalarView, at location: SourceLocation
    ) throws(CedarError) -> Unicode.Scalar {
        var value: UInt32 = 0
        var digits = 0
        while let scalar = scalars.popFirst(), scalar != "}" {
            if scalar == "_", digits > 0 { continue }
            guard let digit = scalar.hexadecimal, digits < 6 else { digits = 0; break }
            value = value << 4 | digit
            digits += 1
        }
        guard digits > 0, let scalar = Unicode.Scalar(value) else {
            throw CedarError(.syntax, "`\\u{…}` needs one to six hexadecimal digits of a character", at: location)
        }
        return scalar
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) || self == UInt8(ascii: "_") }
}

extension Unicode.Scalar {
    fileprivate var hexadecimal: UInt32? {
        switch self.value {
        case 0x30...0x39: self.value - 0x30
        case 0x41...0x46: self.value - 0x41 + 10
        case 0x61...0x66: self.value - 0x61 + 10
        default: nil
        }
    }
}
