/// Cuts a text into sentences with a little of its structure: headings, lists, tables, fenced code, wrapped lines.
///
/// Lines first: a list item, a table row, a line of code and a heading each stand alone; a line that goes on in the next
/// one is joined with it. What is left is cut where sentences end (`SentenceEnds`). One pass over the text.
struct SentenceSplitter {
    struct Limits {
        /// Sentences kept; what follows is not looked at.
        var sentences = 20_000
        /// Scalars after which a sentence is cut at the next best space.
        var length = 500
    }

    /// How far back the subject of a sentence is looked for.
    private static let memory = 4

    /// A line that is shorter did not need to be wrapped, so its end means something.
    private static let wrappedLine = 40

    private let text: [Unicode.Scalar]
    private let limits: Limits
    private var sentences: [Sentence] = []
    private var paragraph = 0
    private var heading: Int?
    /// The line ending in a colon, or the header of a table, that the next lines belong to.
    private var intro: Int?
    private var isTable = false
    /// Whether list items have followed the introduction.
    private var introHasItems = false
    /// Where the running text of the paragraph began.
    private var runStart: Int?
    /// Lines gathered so far that read on.
    private var open: Range<Int>?
    private var openIsItem = false
    private var openLines = 0
    private var openFollowsBlank = true
    private var isFenced = false

    private init(_ text: [Unicode.Scalar], limits: Limits) {
        self.text = text
        self.limits = limits
    }

    /// The sentences of `text` in order.
    static func sentences(of text: [Unicode.Scalar], limits: Limits = Limits()) -> [Sentence] {
        var splitter = SentenceSplitter(text, limits: limits)
        splitter.split()
        return splitter.sentences
    }

    private mutating func split() {
        var start = 0
        var followsBlank = true
        while start < self.text.count, self.sentences.count < self.limits.sentences {
            var end = start
            while end < self.text.count, !TextScan.isNewline(self.text[end]) { end += 1 }
            let line = TextScan.trimmed(start..<end, in: self.text)
            if line.isEmpty, !self.isFenced {
                self.flush()
                if !followsBlank { self.paragraph += 1 }
                followsBlank = true
            } else {
                self.read(line, followsBlank: followsBlank)
                followsBlank = false
            }
            start = end + 1
            if start < self.text.count, self.text[end] == "\r", self.text[start] == "\n" { start += 1 }
        }
        self.flush()
        // A heading with nothing below it is all there is: it may answer.
        var last = self.sentences.count - 1
        while last >= 0, self.sentences[last].role == .heading {
            self.sentences[last].role = .statement
            last -= 1
        }
    }

    private mutating func read(_ line: Range<Int>, followsBlank: Bool) {
        if TextScan.hasPrefix("```", self.text, at: line.lowerBound)
            || TextScan.hasPrefix("~~~", self.text, at: line.lowerBound)
        {
            self.flush()
            self.isFenced.toggle()
            return
        }
        if self.isFenced {
            self.appendLine(line, role: .statement, lead: nil)
            return
        }
        if self.text[line.lowerBound] == "#", let title = self.title(of: line) {
            self.flush()
            self.intro = nil
            self.isTable = false
            self.heading = self.appendLine(title, role: .heading, lead: nil)
            return
        }
        if self.text[line.lowerBound] == "|" {
            self.readRow(line)
            return
        }
        if line.count >= 3, let mark = self.underline(line) {
            let isTitle = mark == "=" || self.openLines == 1 && !self.openIsItem
            self.flush(asHeading: isTitle && self.openLines == 1)
            return
        }
        let (content, isItem) = TextScan.withoutListMark(line, in: self.text)
        if let open = self.open, !isItem, self.continues(open, with: content) {
            self.open = open.lowerBound..<content.upperBound
            self.openLines += 1
            return
        }
        self.flush()
        self.open = content
        self.openIsItem = isItem
        self.openLines = 1
        self.openFollowsBlank = followsBlank
    }

    /// The first row of a table is the heading of the others.
    private mutating func readRow(_ line: Range<Int>) {
        self.flush()
        guard self.text[line].contains(where: { ScalarClass($0) != .other && ScalarClass($0) != .space }) else {
            return
        }
        if self.isTable {
            self.appendLine(line, role: .statement, lead: self.intro)
        } else {
            self.intro = self.appendLine(line, role: .heading, lead: self.intro)
            self.isTable = true
            self.introHasItems = true
        }
    }

    /// Ends what is open: cuts it into sentences, or takes it for a heading.
    private mutating func flush(asHeading isHeading: Bool = false) {
        guard let block = self.open else { return }
        self.open = nil
        self.isTable = false
        if isHeading || self.looksLikeHeading(block) {
            self.intro = nil
            self.heading = self.append(block, role: .heading, lead: nil)
            return
        }
        if !self.openIsItem, self.introHasItems { self.intro = nil }
        self.introHasItems = self.openIsItem
        var lead = self.intro
        var last: Int?
        SentenceEnds.forEachSentence(of: self.text, in: block, longest: self.limits.length) { sentence in
            guard self.sentences.count < self.limits.sentences else { return }
            let role: Sentence.Role = TextScan.isInterrogative(sentence, in: self.text) ? .question : .statement
            let isRunning = !self.openIsItem || last != nil
            guard let index = self.append(sentence, role: role, lead: lead ?? self.questionBefore, isRunning: isRunning)
            else { return }
            lead = nil
            last = index
        }
        if !self.openIsItem { self.intro = nil }
        if let last, TextScan.endsInColon(block, in: self.text) {
            self.sentences[last].role = .heading
            self.intro = last
        }
    }

    /// A question leads to what stands behind it.
    private var questionBefore: Int? { self.sentences.last?.role == .question ? self.sentences.count - 1 : nil }

    /// Takes a line as it is, in parts where it is too long. Returns the index of the first.
    @discardableResult
    private mutating func appendLine(_ line: Range<Int>, role: Sentence.Role, lead: Int?) -> Int? {
        guard line.count > self.limits.length else { return self.append(line, role: role, lead: lead) }
        var first: Int?
        SentenceEnds.forEachSentence(of: self.text, in: line, longest: self.limits.length) { part in
            guard self.sentences.count < self.limits.sentences else { return }
            let index = self.append(part, role: role, lead: lead)
            first = first ?? index
        }
        return first
    }

    private mutating func append(
        _ range: Range<Int>, role: Sentence.Role, lead: Int?, isRunning: Bool = false
    ) -> Int? {
        var range = TextScan.withoutReferences(TextScan.trimmed(range, in: self.text), in: self.text)
        range = TextScan.trimmed(TextScan.withoutHalfEmphasis(range, in: self.text), in: self.text)
        guard self.text[range].contains(where: { ScalarClass($0) == .word || ScalarClass($0) == .unspaced }) else {
            return nil
        }
        let index = self.sentences.count
        if !isRunning || self.sentences.last?.paragraph != self.paragraph { self.runStart = nil }
        let start = self.runStart ?? index
        self.runStart = start
        self.sentences.append(
            Sentence(
                range: range, role: role, paragraph: self.paragraph, heading: self.heading, lead: lead,
                earlier: max(start, index - Self.memory)..<index))
        return index
    }

    // MARK: What a line is

    private func title(of line: Range<Int>) -> Range<Int>? {
        var start = line.lowerBound
        while start < line.upperBound, self.text[start] == "#" { start += 1 }
        guard start - line.lowerBound <= 6, start < line.upperBound, self.text[start] == " " else { return nil }
        var end = line.upperBound
        while end > start, self.text[end - 1] == "#" { end -= 1 }
        return start..<end
    }

    private func underline(_ line: Range<Int>) -> Unicode.Scalar? {
        let mark = self.text[line.lowerBound]
        return (mark == "=" || mark == "-") && self.text[line].allSatisfy { $0 == mark } ? mark : nil
    }

    private func continues(_ open: Range<Int>, with line: Range<Int>) -> Bool {
        guard let last = self.text[open].last, !TextScan.isTerminal(last), !TextScan.endsInColon(open, in: self.text)
        else { return false }
        var start = open.upperBound
        while start > open.lowerBound, !TextScan.isNewline(self.text[start - 1]),
            open.upperBound - start < Self.wrappedLine
        {
            start -= 1
        }
        return open.upperBound - start >= Self.wrappedLine || self.text[line.lowerBound].properties.isLowercase
    }

    /// A short line on its own, without a verb that we know, the punctuation of a sentence or of `name: value`.
    private func looksLikeHeading(_ block: Range<Int>) -> Bool {
        guard !self.openIsItem, self.openLines == 1, self.openFollowsBlank, block.count <= 60,
            let first = self.text[block].first, !first.properties.isLowercase
        else { return false }
        var spaces = 0
        for index in block {
            let scalar = self.text[index]
            if scalar == " " { spaces += 1 }
            if scalar == ":" || scalar == "：" || TextScan.isTerminal(scalar) { return false }
        }
        return spaces < 8 && !TermReader.terms(of: self.text, in: block).contains(where: ExtractiveVocabulary.isCopula)
    }
}
