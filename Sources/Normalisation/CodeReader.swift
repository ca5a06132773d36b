/// Finds what programs say to people alone: comments and docstrings, also in code that stands among prose.
///
/// It knows no language. A line is a comment by how it begins, where that is no mark of prose too or code stands beside it.
struct CodeReader: ~Escapable {
    private let text: Span<UInt8>
    /// Comments line by line that wait for code beside them.
    private var block: [Range<Int>] = []
    private var blockMark: UInt8 = 0
    /// Where the last line of the block ends.
    private var blockEnd = 0
    private var isAfterCode = false
    private var isFenced = false
    /// How often the present line was looked at for what comes before a mark in it.
    private var looks = 0
    private static let mostLooks = 4
    /// What is not found any more from here to the end.
    private var noMore: (block: Bool, single: Bool, double: Bool) = (false, false, false)

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) { self.text = text }

    @_lifetime(self: copy self)
    mutating func read(into collected: inout CollectedSegments) {
        var index = 0
        var end = 0
        while index < self.text.count, !collected.isFull(.codeComment) {
            if index >= end {
                end = index
                self.looks = 0
                while end < self.text.count, self.text[end] != 0x0A { end += 1 }
            }
            index = self.readLine(index..<end, &collected)
        }
        self.endBlock(isCode: self.isAfterCode || self.isFenced, &collected)
    }

    /// Reads a line, and lines after it that belong to it; gives where to go on.
    @_lifetime(self: copy self)
    private mutating func readLine(_ whole: Range<Int>, _ collected: inout CollectedSegments) -> Int {
        let line = self.text.trimmed(whole)
        let after = whole.upperBound + 1
        guard !line.isEmpty else { return after }
        if self.text.begins(with: "```", at: line.lowerBound) || self.text.begins(with: "~~~", at: line.lowerBound) {
            self.endBlock(isCode: self.isAfterCode || self.isFenced, &collected)
            self.isFenced.toggle()
            self.isAfterCode = false
            return after
        }
        let mark = self.commentMark(line)
        if mark > 0 {
            self.addToBlock(line, mark, &collected)
            return after
        }
        var next = line.lowerBound
        while next < line.upperBound {
            guard self.looks < Self.mostLooks else { break }
            switch self.text[next] {
            case UInt8(ascii: "/"):
                let second = self.text.byte(next + 1)
                let previous = self.text.byte(next - 1)
                let mayBegin = previous.isBlank || ";{}(),=>".utf8.contains(previous)
                if second == UInt8(ascii: "*"), mayBegin, let end = self.endOfBlock(from: next + 2) {
                    self.addBlockComment(next + 2..<end, &collected)
                    return self.goOn(line.lowerBound..<next, from: end + 2, &collected)
                }
                if second == UInt8(ascii: "/"), mayBegin, self.looksLikeCode(line.lowerBound..<next) {
                    return self.endWithComment(line, at: next, marks: 2, after, &collected)
                }
            case UInt8(ascii: "#"), UInt8(ascii: "-"):
                let count = self.text[next] == UInt8(ascii: "#") ? 1 : 2
                if self.text.byte(next - 1).isBlank, self.text.byte(next + count).isBlank,
                    count == 1 || self.text.byte(next + 1) == UInt8(ascii: "-"),
                    self.looksLikeCode(line.lowerBound..<next)
                {
                    return self.endWithComment(line, at: next, marks: count, after, &collected)
                }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if self.text.byte(next + 1) == self.text[next], self.text.byte(next + 2) == self.text[next] {
                    if let end = self.endOfQuotes(self.text[next], from: next + 3) {
                        let place = self.text.trimmed(next + 3..<end)
                        if self.isAfterCode || self.isFenced || self.looksLikeCode(line.lowerBound..<next)
                            || self.isCode(self.line(after: end + 3))
                        {
                            collected.add(.docstring, place, of: self.text)
                            return self.goOn(line.lowerBound..<next, from: end + 3, &collected)
                        }
                    }
                    next += 2
                }
            default: break
            }
            next += 1
        }
        let isCode = self.isCode(line)
        self.endBlock(isCode: self.isAfterCode || self.isFenced || isCode, &collected)
        self.isAfterCode = isCode
        return after
    }

    // MARK: Comments

    /// The mark of a line that is nothing but a comment; 0 for others.
    private func commentMark(_ line: Range<Int>) -> UInt8 {
        let first = self.text[line.lowerBound]
        let second = line.count > 1 ? self.text[line.lowerBound + 1] : 0
        switch first {
        case UInt8(ascii: "/") where second == UInt8(ascii: "/"): return first
        case UInt8(ascii: "#"):
            return CodeShapes.isDirective(self.text, line) ? 0 : first
        case UInt8(ascii: "-") where second == UInt8(ascii: "-"):
            return line.count > 2 && self.text[line.lowerBound + 2] == 0x20 ? first : 0
        default: return 0
        }
    }

    @_lifetime(self: copy self)
    private mutating func addToBlock(_ line: Range<Int>, _ mark: UInt8, _ collected: inout CollectedSegments) {
        var start = line.lowerBound
        while start < line.upperBound, self.text[start] == mark || self.text[start] == UInt8(ascii: "!") { start += 1 }
        while start < line.upperBound, self.text[start].isBlank { start += 1 }
        let isNext = self.text.trimmed(self.blockEnd..<line.lowerBound).isEmpty && self.lines(to: line.lowerBound) <= 1
        if !self.block.isEmpty, mark != self.blockMark || !isNext {
            // What follows a comment is a comment: whether it is code shows further on.
            self.endBlock(isCode: self.isAfterCode || self.isFenced, &collected)
        }
        self.block.append(start..<line.upperBound)
        self.blockMark = mark
        self.blockEnd = line.upperBound
    }

    /// How many lines end between the block and an offset.
    private func lines(to end: Int) -> Int {
        var lines = 0
        var index = self.blockEnd
        while index < end, lines < 2 {
            if self.text[index] == 0x0A { lines += 1 }
            index += 1
        }
        return lines
    }

    /// The lines before are a comment, if they stand beside code or begin as nothing else does.
    @_lifetime(self: copy self)
    private mutating func endBlock(isCode: Bool, _ collected: inout CollectedSegments) {
        guard let first = self.block.first, let last = self.block.last else { return }
        defer { self.block.removeAll(keepingCapacity: true) }
        guard isCode || self.blockMark == UInt8(ascii: "/") else { return }
        if self.block.count == 1 { return collected.add(.codeComment, first, of: self.text) }
        var decoded = MappedText()
        for line in self.block {
            decoded.endLine(for: line.lowerBound - 1..<line.lowerBound)
            decoded.copy(line, of: self.text)
        }
        collected.add(.codeComment, first.lowerBound..<last.upperBound, decoded: decoded)
    }

    /// A comment of several lines, without the stars that they begin with.
    @_lifetime(self: copy self)
    private mutating func addBlockComment(_ range: Range<Int>, _ collected: inout CollectedSegments) {
        self.endBlock(isCode: true, &collected)
        let place = self.text.trimmed(range)
        guard self.text.next(0x0A, from: place.lowerBound, to: place.upperBound) != nil else {
            return collected.add(.codeComment, place, of: self.text)
        }
        var decoded = MappedText()
        var start = place.lowerBound
        while start < place.upperBound {
            let end = self.text.next(0x0A, from: start, to: place.upperBound) ?? place.upperBound
            var line = self.text.trimmed(start..<end)
            while !line.isEmpty, self.text[line.lowerBound] == UInt8(ascii: "*") {
                line = self.text.trimmed(line.lowerBound + 1..<line.upperBound)
            }
            decoded.endLine(for: line.lowerBound - 1..<line.lowerBound)
            decoded.copy(line, of: self.text)
            start = end + 1
        }
        collected.add(.codeComment, place, decoded: decoded)
    }

    /// The rest of a line of code is a comment.
    @_lifetime(self: copy self)
    private mutating func endWithComment(
        _ line: Range<Int>, at start: Int, marks: Int, _ after: Int, _ collected: inout CollectedSegments
    ) -> Int {
        self.endBlock(isCode: true, &collected)
        collected.add(.codeComment, self.text.trimmed(start + marks..<line.upperBound), of: self.text)
        self.isAfterCode = true
        return after
    }

    /// Goes on behind what was taken out of a line.
    @_lifetime(self: copy self)
    private mutating func goOn(_ before: Range<Int>, from next: Int, _ collected: inout CollectedSegments) -> Int {
        self.endBlock(isCode: true, &collected)
        self.isAfterCode = true
        return next
    }

    // MARK: Looking ahead

    private mutating func endOfBlock(from start: Int) -> Int? {
        guard !self.noMore.block else { return nil }
        let end = self.text.next("*/", from: start)
        if end == nil { self.noMore.block = true }
        return end
    }

    private mutating func endOfQuotes(_ quote: UInt8, from start: Int) -> Int? {
        let isDouble = quote == UInt8(ascii: "\"")
        guard !(isDouble ? self.noMore.double : self.noMore.single) else { return nil }
        let end = self.text.next(isDouble ? "\"\"\"" : "'''", from: start)
        if end == nil { if isDouble { self.noMore.double = true } else { self.noMore.single = true } }
        return end
    }

    /// The next line with something in it, as far as it is looked at to tell whether it is code.
    private func line(after start: Int) -> Range<Int> {
        var begin = start
        while begin < self.text.count, begin - start < 64, self.text[begin].isBlank { begin += 1 }
        let end = self.text.next(0x0A, from: begin, to: min(self.text.count, begin + CodeShapes.longestLine))
        return begin..<(end ?? min(self.text.count, begin + CodeShapes.longestLine))
    }

    private mutating func looksLikeCode(_ before: Range<Int>) -> Bool {
        self.looks += 1
        return self.isCode(before)
    }

    private func isCode(_ line: Range<Int>) -> Bool {
        CodeShapes.isCode(self.text, self.text.trimmed(line.prefix(CodeShapes.longestLine)))
    }
}
