/// A stretch of a message: what its writer says, or something handed over inside it.
struct TextSegment: Hashable {
    enum Kind: Hashable {
        case prose
        /// Between tags such as `<document title="…">`.
        case document(title: String?)
        /// Between lines of `"""`, or lines that begin with `>`.
        case quotation
        /// Between fences.
        case code
        /// Between `<question>` and its end.
        case question
    }

    let kind: Kind
    let range: Range<Int>
}

/// Finds the documents, quotations and code inside a message: tags, fences, triple quotes, quoted lines. One pass.
struct TextSegments {
    private static let documentTags: Set<String> = [
        "document", "documents", "doc", "docs", "document_content", "context", "source", "sources", "passage",
        "passages",
        "text", "article", "content", "data", "file", "page", "email", "excerpt", "reference", "references",
        "knowledge",
        "search_results", "search_result", "result", "results", "snippet", "transcript", "quote",
    ]
    private static let titleTags: Set<String> = ["title", "source", "name", "filename", "url"]
    private static let questionTags: Set<String> = ["question", "query", "user_question"]
    private static let titleAttributes = ["title=", "name=", "filename=", "source=", "path=", "url="]

    private static func isKnown(_ tag: String) -> Bool {
        Self.documentTags.contains(tag) || Self.titleTags.contains(tag) || Self.questionTags.contains(tag)
    }

    private let text: [Unicode.Scalar]
    private var segments: [TextSegment] = []
    private var start = 0
    private var kind = TextSegment.Kind.prose
    private var depth = 0
    private var title: String?
    private var titleStart: Int?
    private var index = 0

    private init(_ text: [Unicode.Scalar]) { self.text = text }

    /// The segments of `text` in order. Text whose tags do not match is read as if it had none.
    static func segments(of text: [Unicode.Scalar]) -> [TextSegment] {
        var reader = TextSegments(text)
        if reader.read(tags: true) { return reader.segments }
        reader = TextSegments(text)
        _ = reader.read(tags: false)
        return reader.segments
    }

    private mutating func read(tags: Bool) -> Bool {
        var isLineStart = true
        while self.index < self.text.count {
            let scalar = self.text[self.index]
            if self.depth == 0, self.kind != .question, isLineStart, self.readLine() { continue }
            if tags, scalar == "<", let tag = Tag(in: self.text, at: self.index), self.accept(tag) {
                isLineStart = false
                continue
            }
            isLineStart = TextScan.isNewline(scalar) || isLineStart && TextScan.isSpace(scalar)
            self.index += 1
        }
        self.end(at: self.text.count)
        return self.depth == 0 && self.kind == .prose
    }

    /// Ends the segment that runs, at `end`; the next one begins at `index`.
    private mutating func end(at end: Int) {
        let range = TextScan.trimmed(self.start..<end, in: self.text)
        if !range.isEmpty { self.segments.append(TextSegment(kind: self.kind, range: range)) }
        self.start = self.index
    }

    // MARK: Fences and quotations

    /// Takes a fenced block, a triple-quoted block or quoted lines that begin here.
    private mutating func readLine() -> Bool {
        for (fence, kind) in [("```", TextSegment.Kind.code), ("~~~", .code), ("\"\"\"", .quotation)]
        where TextScan.hasPrefix(fence, self.text, at: self.index) {
            self.take(kind, upTo: self.endOfFence(fence, isCode: kind == .code))
            return true
        }
        guard self.text[self.index] == ">" else { return false }
        var line = self.index
        while line < self.text.count, self.text[line] == ">" {
            while line < self.text.count, !TextScan.isNewline(self.text[line]) { line += 1 }
            while line < self.text.count, TextScan.isNewline(self.text[line]) { line += 1 }
        }
        self.take(.quotation, upTo: line)
        return true
    }

    private mutating func take(_ kind: TextSegment.Kind, upTo end: Int) {
        self.end(at: self.index)
        let isQuoted = TextScan.hasPrefix("\"\"\"", self.text, at: self.index)
        let first = isQuoted ? self.index + 3 : self.index
        let closes = isQuoted && end - 3 >= first && TextScan.hasPrefix("\"\"\"", self.text, at: end - 3)
        let range = TextScan.trimmed(first..<max(first, closes ? end - 3 : end), in: self.text)
        if !range.isEmpty { self.segments.append(TextSegment(kind: kind, range: range)) }
        self.index = end
        self.start = end
    }

    /// Behind the closing fence, or the end of the text.
    private func endOfFence(_ fence: String, isCode: Bool) -> Int {
        var index = self.index + 3
        var isLineStart = false
        while index < self.text.count {
            if isLineStart || !isCode, TextScan.hasPrefix(fence, self.text, at: index) { return index + 3 }
            let scalar = self.text[index]
            isLineStart = TextScan.isNewline(scalar) || isLineStart && TextScan.isSpace(scalar)
            index += 1
        }
        return index
    }

    // MARK: Tags

    /// Whether the tag means something to us; then it has been read.
    private mutating func accept(_ tag: Tag) -> Bool {
        if self.depth > 0, Self.titleTags.contains(tag.name), tag.isClosing == (self.titleStart != nil) {
            let tagStart = self.index
            self.index = tag.end
            if let start = self.titleStart {
                let range = TextScan.trimmed(start..<tagStart, in: self.text)
                self.title = String(String.UnicodeScalarView(self.text[range]))
                self.titleStart = nil
                self.start = tag.end
                self.kind = self.kindAtDepth
            } else {
                self.end(at: tagStart)
                self.titleStart = tag.end
            }
            return true
        }
        let isQuestion = Self.questionTags.contains(tag.name)
        guard isQuestion || Self.documentTags.contains(tag.name) else { return false }
        let tagStart = self.index
        self.index = tag.end
        if tag.isEmpty { return true }
        self.end(at: tagStart)
        if isQuestion {
            self.kind = tag.isClosing ? self.kindAtDepth : .question
            return true
        }
        self.depth += tag.isClosing ? -1 : 1
        // More closed than opened: the caller reads again without tags.
        if self.depth < 0 { self.depth = .min / 2 }
        self.title = tag.isClosing ? nil : tag.attribute(of: Self.titleAttributes, in: self.text) ?? self.title
        self.kind = self.kindAtDepth
        return true
    }

    private var kindAtDepth: TextSegment.Kind { self.depth == 0 ? .prose : .document(title: self.title) }

    /// A tag in angle brackets: short, on one line, with a name of letters, `_` and `-`.
    private struct Tag {
        let name: String
        let isClosing: Bool
        /// `<name/>`.
        let isEmpty: Bool
        let range: Range<Int>
        var end: Int { self.range.upperBound }

        init?(in text: [Unicode.Scalar], at start: Int) {
            var index = start + 1
            self.isClosing = index < text.count && text[index] == "/"
            if self.isClosing { index += 1 }
            var name = ""
            while index < text.count, name.utf8.count < 24, text[index].isASCII,
                ScalarClass(text[index]) == .word || text[index] == "_" || text[index] == "-"
            {
                name.unicodeScalars.append(text[index])
                index += 1
            }
            guard !name.isEmpty, index < text.count, text[index] == ">" || text[index] == " " || text[index] == "/"
            else {
                return nil
            }
            self.name = name.lowercased()
            guard TextSegments.isKnown(self.name) else { return nil }
            while index < text.count, index - start < 300, text[index] != ">", text[index] != "<",
                !TextScan.isNewline(text[index])
            {
                index += 1
            }
            guard index < text.count, text[index] == ">" else { return nil }
            self.isEmpty = text[index - 1] == "/"
            self.range = start..<(index + 1)
        }

        /// The value of the first of these attributes (`name=`) that is there, quoted with `"` or `'`.
        func attribute(of names: [String], in text: [Unicode.Scalar]) -> String? {
            for name in names {
                for start in self.range where text[start] == " " && TextScan.hasPrefix(name, text, at: start + 1) {
                    let open = start + 1 + name.utf8.count
                    guard open < self.end, text[open] == "\"" || text[open] == "'" else { continue }
                    guard let close = text[(open + 1)..<self.end].firstIndex(of: text[open]) else { continue }
                    return String(String.UnicodeScalarView(text[(open + 1)..<close]))
                }
            }
            return nil
        }
    }
}
