/// Lays out a policy text anew: same tokens, same comments, lines of bounded width.
///
/// What the text says in its tokens decides the layout, not where its lines broke before; so formatting twice is
/// formatting once. A blank line after a comment above a policy is kept.
package struct CedarFormatter {
    private struct Piece {
        let token: Lexer.Token
        let text: String
        /// Comments on lines of their own above the token, each with whether a blank line follows it.
        var leading: [(text: String, isBlankAfter: Bool)] = []
        /// Comments behind the token on its line.
        var trailing: [String] = []

        var kind: Lexer.Kind { self.token.kind }
    }

    private var pieces: [Piece] = []

    /// - Throws: what is wrong with the text, as `CedarParser.policies` says it.
    package static func format(_ text: String, width: Int = 80, indent: Int = 2) throws(CedarError) -> String {
        _ = try CedarParser.policies(text)
        let formatter = try CedarFormatter(text)
        let result = formatter.document().rendered(width: width, indent: indent)
        return result.isEmpty || result.hasSuffix("\n") ? result : result + "\n"
    }

    private init(_ text: String) throws(CedarError) {
        var lexer = Lexer(text, keepingComments: true)
        var commentsSeen = 0
        while true {
            let token = try lexer.next()
            var piece = Piece(token: token, text: token.kind == .end ? "" : lexer.text(of: token))
            for index in commentsSeen..<lexer.comments.count {
                let comment = lexer.comments[index]
                let next = index + 1 < lexer.comments.count ? lexer.comments[index + 1].range : token.range
                let written = Self.trimmed(String(decoding: lexer.bytes[comment.range], as: UTF8.self))
                if comment.isTrailing, !self.pieces.isEmpty {
                    self.pieces[self.pieces.count - 1].trailing.append(written)
                } else {
                    let gap = lexer.bytes[comment.range.upperBound..<next.lowerBound]
                    piece.leading.append((written, gap.count { $0 == 0x0A } > 1))
                }
            }
            commentsSeen = lexer.comments.count
            self.pieces.append(piece)
            if token.kind == .end { return }
        }
    }

    private static func trimmed(_ comment: String) -> String {
        var comment = comment
        while let last = comment.unicodeScalars.last, last == " " || last == "\t" {
            comment.unicodeScalars.removeLast()
        }
        return comment
    }

    // MARK: Policies

    private func document() -> Layout {
        var parts: [Layout] = []
        var start = 0
        for index in self.pieces.indices where self.pieces[index].kind == .semicolon {
            if start > 0 { parts.append(.hardLine(blank: true)) }
            parts.append(self.policy(start..<index + 1))
            start = index + 1
        }
        let last = self.pieces.count - 1
        if start > 0, !self.pieces[last].leading.isEmpty { parts.append(.hardLine(blank: true)) }
        parts.append(self.token(last))
        parts.append(.hardLine(blank: false))
        return .sequence(parts)
    }

    private func policy(_ range: Range<Int>) -> Layout {
        var parts: [Layout] = []
        var index = range.lowerBound
        while self.pieces[index].kind == .at {
            let end = self.pieces[index + 2].kind == .leftParenthesis ? index + 5 : index + 2
            parts += (index..<end).map(self.token)
            parts.append(.hardLine(blank: false))
            index = end
        }
        let close = self.closing(index + 1)
        parts += [self.token(index), .text(" "), self.brackets(index + 1, close, isSpaced: false)]
        index = close + 1
        while self.pieces[index].kind == .identifier {
            let close = self.closing(index + 1)
            parts += [.hardLine(blank: false), self.token(index), .text(" ")]
            parts.append(self.brackets(index + 1, close, isSpaced: true))
            index = close + 1
        }
        parts.append(self.token(index))
        return .sequence(parts)
    }

    /// Where the bracket at `index` is closed.
    private func closing(_ index: Int) -> Int {
        var depth = 0
        var position = index
        while position < self.pieces.count {
            depth += self.pieces[position].kind.nesting
            if depth == 0 { return position }
            position += 1
        }
        return self.pieces.count - 1
    }

    // MARK: Expressions

    /// A pair of brackets and what is between them, parts between commas.
    private func brackets(_ open: Int, _ close: Int, isSpaced: Bool) -> Layout {
        guard open + 1 < close else { return .sequence([self.token(open), self.token(close)]) }
        let gap: Layout = isSpaced ? .line : .softLine
        var inner: [Layout] = [gap]
        var start = open + 1
        for comma in self.positions(in: (open + 1)..<close, where: { $0 == .comma }) + [close] where start < comma {
            inner.append(self.expression(start..<comma))
            if comma < close, comma + 1 < close { inner += [self.token(comma), .line] }
            // A comma behind the last part goes; what was said about it stays.
            if comma < close, comma + 1 == close { inner.append(self.comments(of: comma)) }
            start = comma + 1
        }
        return .group(.sequence([self.token(open), .indented(.sequence(inner)), gap, self.token(close)]))
    }

    private func expression(_ range: Range<Int>) -> Layout {
        guard let first = range.first else { return .sequence([]) }
        if self.pieces[first].text == "if", range.count > 1, self.pieces[first + 1].kind != .doubleColon,
            let conditional = self.conditional(range)
        {
            return conditional
        }
        for symbol in [Lexer.Kind.or, .and] {
            let positions = self.positions(in: range, where: { $0 == symbol })
            guard !positions.isEmpty else { continue }
            var parts: [Layout] = []
            var start = range.lowerBound
            for position in positions {
                parts += [self.expression(start..<position), .text(" "), self.token(position), .line]
                start = position + 1
            }
            parts.append(self.expression(start..<range.upperBound))
            return .group(.sequence(parts))
        }
        return self.run(range)
    }

    private func conditional(_ range: Range<Int>) -> Layout? {
        var depth = 0
        var then: Int?
        var otherwise: Int?
        for position in self.positions(in: range, where: { $0 == .identifier }) where otherwise == nil {
            // A name behind a dot or within a path is no keyword, and reserved words are no names.
            switch self.pieces[position].text {
            case "if": depth += 1
            case "then" where depth == 1 && then == nil: then = position
            case "else":
                if depth == 1 { otherwise = position }
                depth -= 1
            default: break
            }
        }
        guard let then, let otherwise else { return nil }
        return .group(
            .sequence([
                self.token(range.lowerBound), .text(" "), self.expression((range.lowerBound + 1)..<then), .line,
                self.token(then), .text(" "), self.expression((then + 1)..<otherwise), .line,
                self.token(otherwise), .text(" "), self.expression((otherwise + 1)..<range.upperBound),
            ]))
    }

    /// Tokens without `&&` and `||` between them, brackets as groups.
    private func run(_ range: Range<Int>) -> Layout {
        var parts: [Layout] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if index > range.lowerBound, self.isSpaced(index, from: range.lowerBound) { parts.append(.text(" ")) }
            guard self.pieces[index].kind.nesting == 1 else {
                parts.append(self.token(index))
                index += 1
                continue
            }
            let close = self.closing(index)
            parts.append(self.brackets(index, close, isSpaced: false))
            index = close + 1
        }
        return .sequence(parts)
    }

    /// Whether a space stands before the token; `start` is where its run begins.
    private func isSpaced(_ index: Int, from start: Int) -> Bool {
        let kind = self.pieces[index].kind
        let before = self.pieces[index - 1].kind
        switch before {
        case .dot, .doubleColon, .not, .at: return false
        case .minus where !self.isBinary(index - 1, from: start): return false
        default: break
        }
        switch kind {
        case .dot, .doubleColon, .colon, .comma: return false
        case .leftParenthesis, .leftBracket: return !self.endsValue(index - 1)
        default: return true
        }
    }

    private func isBinary(_ index: Int, from start: Int) -> Bool { index > start && self.endsValue(index - 1) }

    /// Whether the token can be the last of a value, so that a bracket behind it asks something of that value.
    private func endsValue(_ index: Int) -> Bool {
        switch self.pieces[index].kind {
        case .identifier: !["in", "is", "has", "like", "if", "then", "else"].contains(self.pieces[index].text)
        case .number, .string, .slot, .rightParenthesis, .rightBracket, .rightBrace: true
        default: false
        }
    }

    /// Where tokens of a kind stand that no bracket within the range encloses.
    private func positions(in range: Range<Int>, where matches: (Lexer.Kind) -> Bool) -> [Int] {
        var depth = 0
        var positions: [Int] = []
        for index in range {
            let kind = self.pieces[index].kind
            depth += kind.nesting
            if depth == 0, matches(kind) { positions.append(index) }
        }
        return positions
    }

    // MARK: Tokens

    /// A token with its comments.
    private func token(_ index: Int) -> Layout {
        let piece = self.pieces[index]
        guard !piece.leading.isEmpty || !piece.trailing.isEmpty else { return .text(piece.text) }
        var parts: [Layout] = []
        for (text, isBlankAfter) in piece.leading {
            parts.append(.comment(text, isTrailing: false))
            if isBlankAfter, self.beginsPolicy(index) { parts.append(.hardLine(blank: true)) }
        }
        parts.append(.text(piece.text))
        parts += piece.trailing.map { .comment($0, isTrailing: true) }
        return .sequence(parts)
    }

    private func comments(of index: Int) -> Layout {
        let piece = self.pieces[index]
        return .sequence(
            piece.leading.map { .comment($0.text, isTrailing: false) }
                + piece.trailing.map { .comment($0, isTrailing: true) })
    }

    private func beginsPolicy(_ index: Int) -> Bool { index == 0 || self.pieces[index - 1].kind == .semicolon }
}

extension Lexer.Kind {
    /// How brackets change the depth of what follows.
    fileprivate var nesting: Int {
        switch self {
        case .leftParenthesis, .leftBrace, .leftBracket: 1
        case .rightParenthesis, .rightBrace, .rightBracket: -1
        default: 0
        }
    }
}
