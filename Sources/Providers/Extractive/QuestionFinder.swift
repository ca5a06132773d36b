/// Finds the question inside the message that asks it, which may hold the text to look in as well.
///
/// In this order: what stands between `<question>` tags or behind `Question:`; the questions (by their mark) at the end,
/// then at the start, then the last ones between; where nothing ends in a question mark, a short message as a whole, or
/// the short paragraph that ends in a colon, stands last or stands first, or the last sentence.
struct QuestionFinder {
    /// A message of at most this many sentences without a question mark is one request.
    static let shortMessage = 3

    /// The sentences of the message's prose, in order, each with the stretch of prose it belongs to.
    struct Piece {
        let segment: Int
        let index: Int
        let sentence: Sentence
    }

    /// The positions in `pieces` that ask, and where in the first of them the question begins.
    static func question(in pieces: [Piece], of text: [[Unicode.Scalar]]) -> (positions: Range<Int>, start: Int?)? {
        guard !pieces.isEmpty else { return nil }
        if let labelled = Self.labelled(in: pieces, of: text) { return labelled }
        let asks = pieces.map { $0.sentence.role == .question }
        if let last = asks.lastIndex(of: true) {
            let isFirst = asks[0] && last != pieces.count - 1
            var end = isFirst ? 0 : last
            if isFirst { while end + 1 < pieces.count, asks[end + 1] { end += 1 } }
            var start = end
            while start > 0, asks[start - 1], Self.isSameParagraph(pieces[start - 1], pieces[end]) { start -= 1 }
            return (start..<(end + 1), nil)
        }
        if pieces.count <= Self.shortMessage, !pieces.contains(where: { $0.sentence.role == .heading }) {
            return (0..<pieces.count, nil)
        }
        let first = Self.paragraph(around: 0, in: pieces)
        let last = Self.paragraph(around: pieces.count - 1, in: pieces)
        if first.count <= Self.shortMessage, first.count < pieces.count,
            pieces[first.upperBound - 1].sentence.role == .heading
        {
            return (first, nil)
        }
        if last.count < Self.shortMessage, last.count < pieces.count { return (last, nil) }
        if first.count < Self.shortMessage, first.count < pieces.count { return (first, nil) }
        return ((pieces.count - 1)..<pieces.count, nil)
    }

    /// `Question: …`, the last of them; alone on its line, what follows.
    private static func labelled(in pieces: [Piece], of text: [[Unicode.Scalar]]) -> (
        positions: Range<Int>, start: Int?
    )? {
        for position in pieces.indices.reversed() {
            let piece = pieces[position]
            guard let start = Self.endOfLabel(Self.questionLabels, in: text[piece.segment], piece.sentence.range) else {
                continue
            }
            var end = position + 1
            if start == piece.sentence.range.upperBound {
                guard end < pieces.count else { continue }
                end = Self.paragraph(around: end, in: pieces).upperBound
                return ((position + 1)..<end, nil)
            }
            while end < pieces.count, pieces[end].sentence.role == .question, Self.isSameParagraph(pieces[end], piece) {
                end += 1
            }
            return (position..<end, start)
        }
        return nil
    }

    private static let questionLabels: Set<String> = [
        "question", "q", "query", "user question", "frage", "pregunta", "domanda", "pergunta", "vraag", "вопрос",
        "السؤال",
        "سؤال", "प्रश्न", "質問", "问题", "問題", "질문",
    ]

    private static let contextLabels: Set<String> = [
        "context", "text", "document", "passage", "background", "source", "article", "excerpt", "reference",
        "information",
        "answer", "a", "kontext", "dokument", "hintergrund", "antwort", "contexte", "texte", "texto", "contexto",
        "contesto",
        "testo", "контекст", "текст", "السياق", "النص", "संदर्भ", "文脈", "コンテキスト", "上下文", "背景", "본문",
    ]

    /// The sentence without `Context:` or the like before it.
    static func withoutContextLabel(_ range: Range<Int>, in text: [Unicode.Scalar]) -> Range<Int> {
        let start = Self.endOfLabel(Self.contextLabels, in: text, range) ?? range.lowerBound
        return start < range.upperBound ? start..<range.upperBound : range
    }

    /// Behind the colon and the space of a label at the start of the sentence.
    private static func endOfLabel(_ labels: Set<String>, in text: [Unicode.Scalar], _ range: Range<Int>) -> Int? {
        var label = ""
        var index = range.lowerBound
        while index < range.upperBound, text[index] != ":", text[index] != "：" {
            guard index - range.lowerBound < 16 else { return nil }
            if text[index] != "*", text[index] != "#" { label.unicodeScalars.append(text[index]) }
            index += 1
        }
        guard index < range.upperBound, labels.contains(label.lowercased()) else { return nil }
        index += 1
        while index < range.upperBound, TextScan.isSpace(text[index]) || text[index] == "*" { index += 1 }
        return index
    }

    private static func isSameParagraph(_ left: Piece, _ right: Piece) -> Bool {
        left.segment == right.segment && left.sentence.paragraph == right.sentence.paragraph
    }

    private static func paragraph(around position: Int, in pieces: [Piece]) -> Range<Int> {
        var start = position
        var end = position + 1
        while start > 0, Self.isSameParagraph(pieces[start - 1], pieces[position]) { start -= 1 }
        while end < pieces.count, Self.isSameParagraph(pieces[end], pieces[position]) { end += 1 }
        return start..<end
    }
}
