/// Questions about single places of a text: what ends a sentence, what marks a list item, what can be trimmed.
enum TextScan {
    static func isNewline(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? scalar == " " || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
    }

    static func trimmed(_ range: Range<Int>, in text: [Unicode.Scalar]) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, Self.isSpace(text[start]) { start += 1 }
        while end > start, Self.isSpace(text[end - 1]) { end -= 1 }
        return start..<end
    }

    static func hasPrefix(_ prefix: String, _ text: [Unicode.Scalar], at start: Int) -> Bool {
        var index = start
        for scalar in prefix.unicodeScalars {
            guard index < text.count, text[index] == scalar else { return false }
            index += 1
        }
        return true
    }

    /// Whether a scalar ends sentences, in whatever script (Unicode's Sentence_Terminal, the ellipsis, the Greek question mark).
    static func isTerminal(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21, 0x2E, 0x3F, 0x37E, 0x2026, 0x3002, 0xFF01, 0xFF0E, 0xFF1F, 0xFF61: true
        case 0...0x588, 0x3041...0x9FFF, 0xAC00...0xD7A3: false
        default: scalar.properties.isSentenceTerminal
        }
    }

    static func isQuestionMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3F, 0x37E, 0x55E, 0x61F, 0x1367, 0x2047...0x2049, 0x2E2E, 0xFF1F: true
        default: false
        }
    }

    /// Quotation marks, brackets and emphasis that close behind the end of a sentence.
    static func isCloser(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x22, 0x27, 0x29, 0x2A, 0x5D, 0x5F, 0x7D, 0xBB, 0xAB, 0x2018...0x201F, 0x203A, 0x300D, 0x300F, 0x3011,
            0xFF02,
            0xFF09:
            true
        default: false
        }
    }

    /// Whether the sentence ends in a question mark, or as questions without one end in Japanese and Chinese.
    static func isInterrogative(_ range: Range<Int>, in text: [Unicode.Scalar]) -> Bool {
        var end = range.upperBound
        while end > range.lowerBound, Self.isCloser(text[end - 1]) { end -= 1 }
        while end > range.lowerBound, Self.isTerminal(text[end - 1]) {
            if Self.isQuestionMark(text[end - 1]) { return true }
            end -= 1
        }
        guard end < range.upperBound, end - 1 > range.lowerBound else { return false }
        // The particles ka behind a polite verb ending, ma and ne.
        switch (text[end - 2], text[end - 1]) {
        case ("す", "か"), ("ん", "か"), ("た", "か"), (_, "吗"), (_, "嗎"), (_, "呢"): return true
        default: return false
        }
    }

    static func endsInColon(_ range: Range<Int>, in text: [Unicode.Scalar]) -> Bool {
        var end = range.upperBound
        while end > range.lowerBound, Self.isCloser(text[end - 1]) { end -= 1 }
        return end > range.lowerBound && (text[end - 1] == ":" || text[end - 1] == "：")
    }

    /// Takes off `- `, `* `, `• `, `1. `, `2) ` and the `>` of quotations.
    static func withoutListMark(_ line: Range<Int>, in text: [Unicode.Scalar]) -> (content: Range<Int>, isItem: Bool) {
        var start = line.lowerBound
        var isItem = false
        while start < line.upperBound, text[start] == ">" || Self.isSpace(text[start]) { start += 1 }
        let marks: [Unicode.Scalar] = ["-", "*", "+", "•", "‣", "◦", "·", "–", "—"]
        if start + 1 < line.upperBound, Self.isSpace(text[start + 1]), marks.contains(text[start]) {
            start += 2
            isItem = true
        } else {
            var end = start
            while end < line.upperBound, end - start < 3, ("0"..."9").contains(text[end]) { end += 1 }
            if end > start, end + 1 < line.upperBound, text[end] == "." || text[end] == ")", Self.isSpace(text[end + 1])
            {
                start = end + 2
                isItem = true
            }
        }
        let content = Self.trimmed(start..<max(start, line.upperBound), in: text)
        return content.isEmpty ? (line, false) : (content, isItem)
    }

    /// Where a mark such as `[12]` that begins at `start` ends; nil where none begins.
    static func endOfReference(in text: [Unicode.Scalar], at start: Int, before end: Int) -> Int? {
        guard start < end, text[start] == "[" else { return nil }
        var index = start + 1
        while index < end, index - start < 5, ("0"..."9").contains(text[index]) { index += 1 }
        return index > start + 1 && index < end && text[index] == "]" ? index + 1 : nil
    }

    /// Takes marks such as `[12]` off the end: they number somebody else's sources.
    static func withoutReferences(_ range: Range<Int>, in text: [Unicode.Scalar]) -> Range<Int> {
        var end = range.upperBound
        while end > range.lowerBound, text[end - 1] == "]" {
            var start = end - 2
            while start > range.lowerBound, ("0"..."9").contains(text[start]) { start -= 1 }
            guard start > range.lowerBound, start < end - 2, text[start] == "[" else { break }
            end = Self.trimmed(range.lowerBound..<start, in: text).upperBound
        }
        return range.lowerBound..<end
    }

    /// Takes `**` and `__` off an end whose other half stands in another sentence.
    static func withoutHalfEmphasis(_ range: Range<Int>, in text: [Unicode.Scalar]) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        for mark in ["**", "__"] {
            var places: [Int] = []
            var index = start
            while index + 1 < end, places.count < 2 {
                let isMark = Self.hasPrefix(mark, text, at: index)
                if isMark { places.append(index) }
                index += isMark ? 2 : 1
            }
            guard places.count == 1, let place = places.first else { continue }
            if place == start { start += 2 } else if place == end - 2 { end -= 2 }
        }
        return start..<end
    }
}
