/// Where the sentences of running text end, without a dictionary.
///
/// The rules of Unicode Standard Annex 29 (sentence boundaries) in their spirit, and a list of abbreviations: `。`, `！`, `।`,
/// `؟` and their like end a sentence where they stand; `.`, `!`, `?` and `…` where white space and no small letter
/// follows, and a full stop not behind an abbreviation, an initial, or a day before its month.
enum SentenceEnds {
    /// Calls `body` for each sentence of the block in order, `longest` scalars at most.
    static func forEachSentence(
        of text: [Unicode.Scalar], in block: Range<Int>, longest: Int, _ body: (Range<Int>) -> Void
    ) {
        var start = block.lowerBound
        var index = start
        // Where a sentence that is too long would be cut: behind a comma or the like, else at a space.
        var space: Int?
        var pause: Int?
        func cut(at end: Int) {
            let sentence = TextScan.trimmed(start..<end, in: text)
            if !sentence.isEmpty { body(sentence) }
            start = end
            space = nil
            pause = nil
        }
        while index < block.upperBound {
            if index - start >= longest {
                cut(at: pause ?? space ?? index)
            }
            let scalar = text[index]
            guard TextScan.isTerminal(scalar) else {
                if TextScan.isSpace(scalar) {
                    space = index
                    if index > start, Self.pauses.contains(text[index - 1]) { pause = index }
                } else if scalar == "、" || scalar == "，" || scalar == "；" {
                    pause = index + 1
                }
                index += 1
                continue
            }
            let (end, isEnd) = Self.end(in: text, block, terminal: index, sentence: start)
            if isEnd { cut(at: end) }
            index = end
        }
        cut(at: block.upperBound)
    }

    /// Behind the terminal, what closes with it, and whether the sentence ends there.
    private static func end(
        in text: [Unicode.Scalar], _ block: Range<Int>, terminal: Int, sentence start: Int
    ) -> (end: Int, isEnd: Bool) {
        var end = terminal + 1
        while end < block.upperBound, TextScan.isTerminal(text[end]) { end += 1 }
        let isSingle = end == terminal + 1
        let beforeClosers = end
        while end < block.upperBound, TextScan.isCloser(text[end]) { end += 1 }
        let isClosed = end > beforeClosers
        while let next = Self.endOfReference(in: text, at: end, before: block.upperBound) { end = next }
        guard end < block.upperBound else { return (end, true) }
        guard TextScan.isSpace(text[end]) else {
            // 「…。」と goes on; `3.5`, `a.b` and `?!x` go on; すごい!次 and text without spaces do not.
            if isClosed { return (end, false) }
            if Self.needsSpace(text[terminal]) {
                return (end, text[terminal] != "." && text[terminal] != "…" && ScalarClass(text[end]) == .unspaced)
            }
            return (end, text[terminal] != "．" || ScalarClass(text[end]) != .word)
        }
        guard Self.needsSpace(text[terminal]) else { return (end, true) }
        var next = end
        while next < block.upperBound, TextScan.isSpace(text[next]) { next += 1 }
        guard next < block.upperBound else { return (end, true) }
        if text[next].properties.isLowercase { return (end, false) }
        guard isSingle, !isClosed, text[terminal] == "." else { return (end, true) }
        return (end, !Self.isAbbreviation(text, start..<terminal, next: next, before: block.upperBound))
    }

    private static func needsSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "." || scalar == "!" || scalar == "?" || scalar == "…"
    }

    /// `[12]` directly behind, or behind one space.
    private static func endOfReference(in text: [Unicode.Scalar], at start: Int, before end: Int) -> Int? {
        if let next = TextScan.endOfReference(in: text, at: start, before: end) { return next }
        guard start < end, text[start] == " " else { return nil }
        return TextScan.endOfReference(in: text, at: start + 1, before: end)
    }

    /// Whether the full stop at the end of `sentence` belongs to its last word. Where that cannot be known, as behind an
    /// initial, the sentence goes on: two sentences quoted as one mislead less than half a one.
    private static func isAbbreviation(
        _ text: [Unicode.Scalar], _ sentence: Range<Int>, next: Int, before end: Int
    ) -> Bool {
        var start = sentence.upperBound
        while start > sentence.lowerBound, sentence.upperBound - start < 12,
            text[start - 1] == "." || Self.isLetterOrDigit(text[start - 1])
        {
            start -= 1
        }
        let word = text[start..<sentence.upperBound]
        guard let last = word.last else { return false }
        if ("0"..."9").contains(last) {
            return word.count <= 2 && word.allSatisfy { ("0"..."9").contains($0) }
                && Self.months.contains(Self.word(in: text, from: next, before: end))
        }
        let folded = Self.word(in: text, from: start, before: sentence.upperBound)
        if folded == "a.m" || folded == "p.m" { return false }
        // z.B., e.g., U.S.: short pieces with dots between; also a single initial.
        let pieces = word.split(separator: ".", omittingEmptySubsequences: true)
        if pieces.allSatisfy({ $0.count == 1 && $0.allSatisfy { ScalarClass($0) == .word } }) { return folded != "i" }
        if Self.abbreviations.contains(folded) { return true }
        return ("0"..."9").contains(text[next]) && Self.abbreviationsBeforeDigits.contains(folded)
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        let kind = ScalarClass(scalar)
        return kind == .word || kind == .mark
    }

    /// The folded word, inner dots included, that begins at `start`.
    private static func word(in text: [Unicode.Scalar], from start: Int, before end: Int) -> String {
        var letters: [UInt32] = []
        var index = start
        while index < end, letters.count < 16, text[index] == "." || Self.isLetterOrDigit(text[index]) {
            TermFolding.append(text[index], to: &letters)
            index += 1
        }
        var word = String.UnicodeScalarView()
        for letter in letters { if let scalar = Unicode.Scalar(letter) { word.append(scalar) } }
        return String(word)
    }

    private static let pauses: [Unicode.Scalar] = [",", ";", ":", ")", "،", "؛"]

    private static let abbreviations: Set<String> = [
        "dr", "mr", "mrs", "ms", "prof", "st", "mt", "gen", "col", "capt", "lt", "sgt", "rev", "hon", "gov", "sen",
        "rep",
        "vs", "bzw", "ca", "evtl", "ggf", "inkl", "exkl", "zzgl", "sog", "vgl", "hr", "mme", "mlle", "sra", "dott",
        "sig",
        "ing", "messrs", "ul", "ул", "им", "акад", "ph.d",
    ]

    private static let abbreviationsBeforeDigits: Set<String> = [
        "no", "nos", "nr", "fig", "vol", "ch", "sec", "art", "abs", "pp", "tel", "approx", "max", "min", "abb", "str",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "okt", "nov", "dec", "dez", "стр", "см",
        "рис", "тел",
    ]

    private static let months: Set<String> = [
        "januar", "februar", "marz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
        "dezember",
        "jahrhundert",
    ]
}
