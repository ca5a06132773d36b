/// Reads HTML and XML as far as it matters what a page shows and what it does not: comments, elements that are not shown,
/// attributes, and the text that is left.
///
/// Forgiving as browsers are, and linear: each byte is read a bounded number of times, whatever is left open.
struct MarkupReader: ~Escapable {
    private let text: Span<UInt8>
    /// What a page shows.
    private(set) var visible = MappedText()
    /// Whether the text has anything of a page.
    private(set) var isMarkup = false
    /// The element that is not shown and that the reader is in, and how many of its name are open.
    private var hiding: (name: Range<Int>, depth: Int, start: Int)?
    private var hidden = MappedText()
    /// Quotation marks that are not found any more from here to the end: nobody has to look for them again.
    private var noMore: (single: Bool, double: Bool, comment: Bool) = (false, false, false)
    /// A style in lower case without blanks.
    private var style: [UInt8] = []

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) { self.text = text }

    @_lifetime(self: copy self)
    mutating func read(into collected: inout CollectedSegments) {
        var index = 0
        var copied = 0
        while index < self.text.count {
            let byte = self.text[index]
            if byte == UInt8(ascii: "&") {
                self.copy(copied..<index)
                let length = self.putEscape(at: index)
                copied = index + length
                index += max(1, length)
                continue
            }
            guard byte == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            self.copy(copied..<index)
            copied = index
            index = self.readMark(at: index, &collected)
            if index < 0 {
                // It was no mark: what was read of it is text.
                index = -index
            } else {
                copied = index
            }
        }
        self.copy(copied..<self.text.count)
        if let hiding = self.hiding { self.endHiding(hiding.start..<self.text.count, &collected) }
    }

    // MARK: What is kept

    @_lifetime(self: copy self)
    private mutating func copy(_ range: Range<Int>) {
        if self.hiding == nil {
            self.visible.copy(range, of: self.text)
        } else {
            self.hidden.copy(range, of: self.text)
        }
    }

    @_lifetime(self: copy self)
    private mutating func putEscape(at index: Int) -> Int {
        self.hiding == nil
            ? self.visible.putEscape(of: self.text, at: index) : self.hidden.putEscape(of: self.text, at: index)
    }

    @_lifetime(self: copy self)
    private mutating func endLine(for range: Range<Int>) {
        if self.hiding == nil { self.visible.endLine(for: range) } else { self.hidden.endLine(for: range) }
    }

    @_lifetime(self: copy self)
    private mutating func endHiding(_ place: Range<Int>, _ collected: inout CollectedSegments) {
        collected.add(.hiddenElement, place, decoded: self.hidden)
        self.hidden.removeAll()
        self.hiding = nil
    }

    // MARK: Marks

    /// Reads what begins with `<`: where it ends, or, where it is no mark, below zero where what was read of it ends.
    @_lifetime(self: copy self)
    private mutating func readMark(at start: Int, _ collected: inout CollectedSegments) -> Int {
        let next = self.text.byte(start + 1)
        if next == UInt8(ascii: "!") {
            guard self.text.begins(with: "<!--", at: start) else { return self.readDeclaration(at: start) }
            return self.readComment(at: start, &collected)
        }
        if next == UInt8(ascii: "?") { return self.readDeclaration(at: start) }
        let isEnd = next == UInt8(ascii: "/")
        let nameStart = isEnd ? start + 2 : start + 1
        guard self.text.byte(nameStart).isLetter else { return -(start + 1) }
        var nameEnd = nameStart
        while nameEnd < self.text.count, nameEnd - nameStart < 64, Self.isInTagName(self.text[nameEnd]) { nameEnd += 1 }
        let name = nameStart..<nameEnd
        return isEnd ? self.readEnd(at: start, name, &collected) : self.readStart(at: start, name, &collected)
    }

    private static func isInTagName(_ byte: UInt8) -> Bool {
        byte.isInName || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
    }

    private mutating func readDeclaration(at start: Int) -> Int {
        if self.text.begins(with: "<![cdata[", at: start) { return start + 9 }
        let limit = min(self.text.count, start + 256)
        guard let end = self.text.next(UInt8(ascii: ">"), from: start, to: limit) else { return -(start + 1) }
        return end + 1
    }

    @_lifetime(self: copy self)
    private mutating func readComment(at start: Int, _ collected: inout CollectedSegments) -> Int {
        self.isMarkup = true
        var end = self.text.count
        var after = end
        if !self.noMore.comment {
            if let found = self.text.next("-->", from: start + 4) {
                (end, after) = (found, found + 3)
            } else {
                self.noMore.comment = true
            }
        }
        collected.add(.comment, self.text.trimmed(start + 4..<max(start + 4, end)), of: self.text)
        return after
    }

    @_lifetime(self: copy self)
    private mutating func readEnd(at start: Int, _ name: Range<Int>, _ collected: inout CollectedSegments) -> Int {
        var end = name.upperBound
        while end < self.text.count, self.text[end].isBlank { end += 1 }
        guard self.text.byte(end) == UInt8(ascii: ">") else { return -end }
        self.isMarkup = true
        if let hiding = self.hiding, self.isSame(name, hiding.name) {
            if hiding.depth == 1 {
                self.endHiding(hiding.start..<start, &collected)
            } else {
                self.hiding?.depth -= 1
            }
        } else if !MarkupNames.inline.contains(self.text.packed(name)) {
            self.endLine(for: start..<end + 1)
        }
        return end + 1
    }

    private func isSame(_ name: Range<Int>, _ other: Range<Int>) -> Bool {
        name.count == other.count
            && (0..<name.count).allSatisfy {
                self.text[name.lowerBound + $0].lowercased == self.text[other.lowerBound + $0].lowercased
            }
    }

    @_lifetime(self: copy self)
    private mutating func readStart(at start: Int, _ name: Range<Int>, _ collected: inout CollectedSegments) -> Int {
        // An address between brackets, a header of C, a type: no element.
        let behind = self.text.byte(name.upperBound)
        guard behind.isBlank || behind == UInt8(ascii: ">") || behind == UInt8(ascii: "/") else {
            return -name.upperBound
        }
        let element = self.text.packed(name)
        var index = name.upperBound
        var isHidden = MarkupNames.hidden.contains(element)
        var isClosed = false
        while true {
            while self.text.byte(index).isBlank, index < self.text.count { index += 1 }
            let byte = self.text.byte(index)
            if index >= self.text.count || byte == UInt8(ascii: "<") { return -max(index, start + 1) }
            if byte == UInt8(ascii: ">") { break }
            if byte == UInt8(ascii: "/") {
                isClosed = self.text.byte(index + 1) == UInt8(ascii: ">")
                index += 1
                continue
            }
            let attribute = self.readAttribute(at: index)
            index = attribute.end
            if self.hides(attribute.name, attribute.value) { isHidden = true }
            if self.hiding == nil { self.take(attribute.name, attribute.value, &collected) }
        }
        let end = index + 1
        if MarkupNames.known.contains(element) || MarkupNames.inline.contains(element) { self.isMarkup = true }
        if element == MarkupNames.script || element == MarkupNames.style { return self.skipRaw(element, from: end) }
        if self.hiding != nil, let outer = self.hiding?.name, self.isSame(name, outer), !isClosed {
            self.hiding?.depth += 1
        } else if isHidden, self.hiding == nil, !isClosed, !MarkupNames.empty.contains(element) {
            self.isMarkup = true
            self.hiding = (name, 1, end)
            return end
        }
        if !MarkupNames.inline.contains(element) { self.endLine(for: start..<end) }
        return end
    }

    /// Reads an attribute: its name, and its value without quotation marks.
    private mutating func readAttribute(at start: Int) -> (name: Range<Int>, value: Range<Int>, end: Int) {
        var index = start
        while index < self.text.count, !self.text[index].isBlank, !Self.endsName(self.text[index]) { index += 1 }
        if index == start { index += 1 }
        let name = start..<min(index, self.text.count)
        var next = index
        while next < self.text.count, self.text[next].isBlank { next += 1 }
        guard self.text.byte(next) == UInt8(ascii: "=") else { return (name, name.upperBound..<name.upperBound, index) }
        next += 1
        while next < self.text.count, self.text[next].isBlank { next += 1 }
        // Within a text of JSON the mark is escaped.
        let isEscaped = self.text.byte(next) == UInt8(ascii: "\\")
        let quote = self.text.byte(isEscaped ? next + 1 : next)
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let isDouble = quote == UInt8(ascii: "\"")
            let from = next + (isEscaped ? 2 : 1)
            if !(isDouble ? self.noMore.double : self.noMore.single) {
                if let close = self.text.next(quote, from: from, to: self.text.count) {
                    let value = from..<(isEscaped && close > from ? close - 1 : close)
                    return (name, value, close + 1)
                }
                if isDouble { self.noMore.double = true } else { self.noMore.single = true }
            }
        }
        let from = next
        while next < self.text.count, !self.text[next].isBlank, self.text[next] != UInt8(ascii: ">"),
            self.text[next] != UInt8(ascii: "<")
        {
            next += 1
        }
        return (name, from..<next, max(next, start + 1))
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "/")
    }

    /// Goes over what is no text.
    private func skipRaw(_ element: UInt64, from start: Int) -> Int {
        let end: StaticString = element == MarkupNames.script ? "</script" : "</style"
        return self.text.next(end, from: start) ?? self.text.count
    }

    // MARK: Attributes

    @_lifetime(self: copy self)
    private mutating func take(_ name: Range<Int>, _ value: Range<Int>, _ collected: inout CollectedSegments) {
        guard value.count >= 12 else { return }
        if self.text.reads("href", in: name) || self.text.reads("src", in: name) || self.text.reads("action", in: name)
        {
            return LinkTargets.add(value, of: self.text, into: &collected)
        }
        guard
            MarkupNames.areRead.contains(where: { self.text.reads($0, in: name) })
                || name.count > 5 && self.text.begins(with: "data-", at: name.lowerBound), !collected.isFull(.attribute)
        else { return }
        guard let escape = self.text.next(UInt8(ascii: "&"), from: value.lowerBound, to: value.upperBound),
            value.count <= SegmentFinder.mostBytes
        else { return collected.add(.attribute, value, of: self.text) }
        var decoded = MappedText()
        decoded.copy(value.lowerBound..<escape, of: self.text)
        var index = escape
        while index < value.upperBound {
            let length = self.text[index] == UInt8(ascii: "&") ? decoded.putEscape(of: self.text, at: index) : 0
            if length == 0 { decoded.copy(self.text[index], at: index) }
            index += max(1, length)
        }
        collected.add(.attribute, value, decoded: decoded)
    }

    /// Whether an attribute keeps its element from being shown.
    private mutating func hides(_ name: Range<Int>, _ value: Range<Int>) -> Bool {
        switch name.count {
        case 6: return self.text.reads("hidden", in: name)
        case 11: return self.text.reads("aria-hidden", in: name) && self.text.reads("true", in: value)
        case 5:
            if self.text.reads("color", in: name) { return MarkupNames.isWhite(self.text, value) }
            if self.text.reads("class", in: name) {
                return self.text.next("sr-only", from: value.lowerBound, to: value.upperBound) != nil
                    || self.text.next("visually-hidden", from: value.lowerBound, to: value.upperBound) != nil
            }
            guard self.text.reads("style", in: name), value.count <= 1024 else { return false }
            self.style.removeAll(keepingCapacity: true)
            for index in value where !self.text[index].isBlank { self.style.append(self.text[index].lowercased) }
            return MarkupNames.isHiding(self.style.span)
        default: return false
        }
    }
}
