import Conversation

/// A conversation as the answerer reads it: one question, and the texts that may answer it.
struct ExtractiveReading {
    /// The text of the question; empty where nothing was asked.
    private(set) var question: [Unicode.Scalar] = []
    /// Documents first, then tool results, system text and the turns before, the latest first.
    private(set) var sources: [ExtractiveSource] = []
    /// Whether the texts were longer than the limit, so that the rest was not read.
    private(set) var isCut = false

    private var budget: Int
    private var sentenceBudget: Int

    init(_ conversation: Conversation, scalars: Int, sentences: Int) {
        self.budget = scalars
        self.sentenceBudget = sentences
        let messages = conversation.messages
        let asking = messages.lastIndex { $0.role == .user && $0.parts.contains(where: Self.isSaid) }
        if let asking { self.readQuestion(messages[asking]) }
        for message in messages {
            for case .document(let title, let text) in message.openedParts { self.add(.document, title: title, text) }
        }
        for message in messages.reversed() where message.role == .tool { self.addTexts(of: message, as: .toolResult) }
        for message in messages where message.role == .system { self.addTexts(of: message, as: .system) }
        for (index, message) in messages.enumerated().reversed() where index != asking {
            if message.role == .user { self.addTexts(of: message, as: .earlierUser) }
            if message.role == .assistant { self.addTexts(of: message, as: .earlierAssistant) }
        }
        ExtractiveSource.numberLabels(of: &self.sources)
    }

    private static func isSaid(_ part: Message.Part) -> Bool {
        guard case .text(let text) = part else { return false }
        return text.unicodeScalars.contains { ScalarClass($0) == .word || ScalarClass($0) == .unspaced }
    }

    // MARK: Sources

    private mutating func addTexts(of message: Message, as kind: ExtractiveSource.Kind) {
        for case .text(let text) in message.openedParts {
            let scalars = self.take(kind == .earlierAssistant ? Self.withoutSourceList(text) : text[...])
            for segment in TextSegments.segments(of: scalars) { self.add(segment, of: scalars, said: kind) }
        }
    }

    private mutating func add(_ kind: ExtractiveSource.Kind, title: String?, _ text: String) {
        self.add(kind, title: title, self.take(text[...]))
    }

    private mutating func add(_ segment: TextSegment, of text: [Unicode.Scalar], said kind: ExtractiveSource.Kind) {
        let content = segment.range == 0..<text.count ? text : Array(text[segment.range])
        switch segment.kind {
        case .prose, .question: self.add(kind, title: nil, content)
        case .document(let title): self.add(.document, title: title, content)
        case .quotation: self.add(.quotation, title: nil, content)
        case .code: self.add(.code, title: nil, content)
        }
    }

    private mutating func add(_ kind: ExtractiveSource.Kind, title: String?, _ text: [Unicode.Scalar]) {
        self.add(ExtractiveSource(kind: kind, title: title, text: text, sentences: self.sentences(of: text)))
    }

    private mutating func add(_ source: ExtractiveSource) {
        guard source.sentences.contains(where: { $0.role != .asked }) else { return }
        self.sources.append(source)
    }

    private mutating func sentences(of text: [Unicode.Scalar]) -> [Sentence] {
        let sentences = SentenceSplitter.sentences(of: text, limits: .init(sentences: self.sentenceBudget))
        if sentences.count == self.sentenceBudget, !sentences.isEmpty { self.isCut = true }
        self.sentenceBudget -= sentences.count
        return sentences
    }

    /// As much of the text as the limit leaves room for.
    private mutating func take(_ text: Substring) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(min(text.utf8.count, self.budget))
        for scalar in text.unicodeScalars {
            guard scalars.count < self.budget else {
                self.isCut = true
                break
            }
            scalars.append(scalar)
        }
        self.budget -= scalars.count
        return scalars
    }

    /// An answer of ours without the list of sources at its end, which would answer in place of them.
    private static func withoutSourceList(_ text: String) -> Substring {
        let heading = Array(ExtractiveReplies.sourcesHeading.utf8)
        var start = text.utf8.endIndex
        // The list is short: it is looked for in the last two kilobytes only.
        for _ in 0..<2048 {
            guard start > text.utf8.startIndex else { break }
            start = text.utf8.index(before: start)
            if text.utf8[start...].starts(with: heading) { return text[..<start] }
        }
        return text[...]
    }

    // MARK: The question

    /// Behind the colon of `Summarise this: …`, where text follows on the line.
    private static func endOfSummaryRequest(_ sentence: Sentence, in text: [Unicode.Scalar]) -> Int? {
        guard let colon = text[sentence.range].firstIndex(where: { $0 == ":" || $0 == "：" }),
            colon + 1 < sentence.range.upperBound,
            TermReader.terms(of: text, in: sentence.range.lowerBound..<colon)
                .contains(where: { ExtractiveVocabulary.askForSummary.contains($0.letters) })
        else { return nil }
        return colon + 1
    }

    /// Whether a sentence beside the question only greets.
    private static func saysNothing(_ sentence: Sentence, in text: [Unicode.Scalar]) -> Bool {
        let terms = TermReader.terms(of: text, in: sentence.range)
        return ExtractiveVocabulary.isGreeting(terms) || !terms.contains(where: ExtractiveVocabulary.isContent)
    }

    private mutating func readQuestion(_ message: Message) {
        var prose: [[Unicode.Scalar]] = []
        var tagged: [Unicode.Scalar] = []
        for case .text(let text) in message.parts {
            let scalars = self.take(text[...])
            for segment in TextSegments.segments(of: scalars) {
                switch segment.kind {
                case .prose: prose.append(Array(scalars[segment.range]))
                case .question: tagged.append(contentsOf: scalars[segment.range] + [" "])
                case .document, .quotation, .code: self.add(segment, of: scalars, said: .asker)
                }
            }
        }
        var sentences = prose.map { self.sentences(of: $0) }
        if tagged.isEmpty {
            let pieces = sentences.enumerated().flatMap { segment, list in
                list.enumerated().map { QuestionFinder.Piece(segment: segment, index: $0, sentence: $1) }
            }
            if let found = QuestionFinder.question(in: pieces, of: prose) {
                let first = pieces[found.positions.lowerBound]
                if let colon = Self.endOfSummaryRequest(first.sentence, in: prose[first.segment]) {
                    let range = first.sentence.range
                    self.question = Array(prose[first.segment][range.lowerBound..<colon])
                    sentences[first.segment][first.index].range = TextScan.trimmed(
                        colon..<range.upperBound, in: prose[first.segment])
                } else {
                    for position in found.positions {
                        let piece = pieces[position]
                        let start = position == found.positions.lowerBound ? found.start : nil
                        let range = (start ?? piece.sentence.range.lowerBound)..<piece.sentence.range.upperBound
                        self.question.append(contentsOf: prose[piece.segment][range] + [" "])
                        sentences[piece.segment][piece.index].role = .asked
                    }
                }
            }
        } else {
            self.question = tagged
        }
        for (text, var list) in zip(prose, sentences) {
            for index in list.indices where list[index].role != .asked {
                if Self.saysNothing(list[index], in: text) {
                    list[index].role = .asked
                    continue
                }
                list[index].range = QuestionFinder.withoutContextLabel(list[index].range, in: text)
            }
            self.add(ExtractiveSource(kind: .asker, title: nil, text: text, sentences: list))
        }
    }
}
