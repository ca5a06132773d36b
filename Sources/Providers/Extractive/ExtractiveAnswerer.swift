package import Conversation
package import Kernel

/// Answers a question with sentences of the texts that come with it, quoted and cited: no network, no weights, no chance.
///
/// The question is in the last user message; what may answer it are documents, tool results, system text, the turns before
/// and what the last message itself hands over (`ExtractiveReading`). Sentences are ranked by BM25 (`SentenceRanking`), the
/// best are quoted word for word, each with the number of its source, and the sources are listed at the end. Where no
/// sentence shares enough with the question, or there is no text at all, it says so. The same conversation gives the same
/// answer on every platform.
///
/// Cost grows with the length of the conversation, up to `maximumScalars`; what lies behind that is not read.
package struct ExtractiveAnswerer: Sendable {
    private let maximumSentences: Int
    private let maximumScalars: Int

    /// How many of the best candidates are compared for repetition.
    private static let considered = 32
    /// A further sentence scores at least this share of the best one, or adds to what is covered.
    private static let closeToBest = 0.7
    private static let worthAdding = 0.25

    /// - Parameters:
    ///   - maximumSentences: how many sentences an answer quotes at most.
    ///   - maximumScalars: how many characters (Unicode scalars) of the conversation are searched at most, the question's
    ///     message first, then documents, tool results, system text and earlier turns.
    package init(maximumSentences: Int = 3, maximumScalars: Int = 262_144) {
        self.maximumSentences = max(1, maximumSentences)
        self.maximumScalars = max(1, maximumScalars)
    }

    /// Answers the last user message; in at most so many tokens of this model (`TextPieces`), where there is a bound.
    package func answer(_ conversation: Conversation, maximumTokens: TokenCount? = nil) -> ExtractiveAnswer {
        let reading = ExtractiveReading(conversation, scalars: self.maximumScalars, sentences: 20_000)
        let draft = self.draft(reading)
        var pieces = TextPieces.pieces(of: draft.text)
        let bound = maximumTokens.map { max(0, $0.value) } ?? .max
        let isCut = pieces.count > bound
        if isCut { pieces.removeLast(pieces.count - bound) }
        let length = pieces.reduce(0) { $0 + $1.utf8.count }
        return ExtractiveAnswer(
            outcome: draft.outcome, pieces: pieces,
            citations: draft.citations.filter { $0.end <= length }.map(\.citation), confidence: draft.confidence,
            isCut: isCut,
            usage: TokenUsage(
                input: Self.tokens(in: conversation), output: TokenCount(pieces.count), source: .reported))
    }

    /// The tokens of all text in the conversation, titles included.
    package static func tokens(in conversation: Conversation) -> TokenCount {
        var count = 0
        for message in conversation.messages {
            for part in message.openedParts {
                switch part {
                case .text(let text): count += TextPieces.count(in: text)
                case .document(let title, let text):
                    count += TextPieces.count(in: title ?? "") + TextPieces.count(in: text)
                default: break
                }
            }
        }
        return TokenCount(count)
    }

    // MARK: Drafting

    private struct Draft {
        var outcome: ExtractiveAnswer.Outcome
        var text = ""
        /// With the end of its mark in the text, in bytes.
        var citations: [(citation: ExtractiveAnswer.Citation, end: Int)] = []
        var confidence = 0.0
    }

    private struct Quote: Equatable {
        let source: Int
        let sentence: Int
    }

    private func draft(_ reading: ExtractiveReading) -> Draft {
        let asked = TermReader.terms(of: reading.question)
        guard !asked.isEmpty else { return Draft(outcome: .noQuestion, text: ExtractiveReplies.noQuestion) }
        if ExtractiveVocabulary.isGreeting(asked) {
            return Draft(outcome: .greeting, text: ExtractiveReplies.greeting)
        }
        let introduction: Draft? =
            ExtractiveVocabulary.asksAboutAnswerer(asked)
            ? Draft(outcome: .greeting, text: ExtractiveReplies.greeting) : nil
        guard !reading.sources.isEmpty else {
            return introduction ?? Draft(outcome: .nothingToSearch, text: ExtractiveReplies.nothingToSearch)
        }
        let ranking = SentenceRanking(QuestionTerms(asked), in: reading.sources)
        let candidates = ranking.candidates()
        var (quotes, confidence) = self.choose(candidates, in: reading.sources, for: asked)
        if quotes.isEmpty, ranking.question.wantsSummary {
            quotes = self.openings(of: reading.sources)
            confidence = quotes.isEmpty ? 0 : 1
        }
        guard !quotes.isEmpty else {
            return introduction
                ?? Draft(
                    outcome: .nothingFits,
                    text: ExtractiveReplies.nothingFits(sources: reading.sources.count, isCut: reading.isCut))
        }
        var draft = Self.write(quotes, from: reading.sources)
        draft.confidence = confidence
        return draft
    }

    /// The best candidates that say something new, and what the best of them covers.
    private func choose(
        _ candidates: [SentenceRanking.Candidate], in sources: [ExtractiveSource], for asked: [ExtractiveTerm]
    ) -> (quotes: [Quote], coverage: Double) {
        var chosen: [Quote] = []
        var prints = [SentencePrint(asked)]
        var best = 0.0
        var coverage = 0.0
        var covered: [Int: Double] = [:]
        for candidate in candidates.prefix(Self.considered) where chosen.count < self.maximumSentences {
            let gain = candidate.portions.reduce(0) { $0 + max(0, $1.share - covered[$1.term, default: 0]) }
            let isClose = candidate.fits && candidate.score >= best * Self.closeToBest
            guard isClose || !chosen.isEmpty && gain >= Self.worthAdding else { continue }
            let source = sources[candidate.source]
            let range = source.sentences[candidate.sentence].range
            let print = SentencePrint(TermReader.terms(of: source.text, in: range))
            guard !prints.contains(where: { $0.isNearly(print) }) else { continue }
            if chosen.isEmpty {
                best = candidate.score
                coverage = candidate.coverage
            }
            prints.append(print)
            for portion in candidate.portions {
                covered[portion.term] = max(portion.share, covered[portion.term, default: 0])
            }
            chosen.append(Quote(source: candidate.source, sentence: candidate.sentence))
        }
        return (Self.inReadingOrder(chosen), coverage)
    }

    /// What a summary is made of where nothing else was asked: how each text begins.
    private func openings(of sources: [ExtractiveSource]) -> [Quote] {
        let handedOver: [ExtractiveSource.Kind] = [.document, .quotation, .code, .toolResult, .asker]
        var texts = sources.indices.filter { handedOver.contains(sources[$0].kind) }
        if texts.isEmpty { texts = sources.indices.filter { sources[$0].kind == .system } }
        var chosen: [Quote] = []
        for position in 0..<self.maximumSentences {
            for text in texts where chosen.count < self.maximumSentences {
                let statements = sources[text].sentences.indices.filter {
                    sources[text].sentences[$0].role == .statement
                }
                if position < statements.count { chosen.append(Quote(source: text, sentence: statements[position])) }
            }
        }
        return Self.inReadingOrder(chosen)
    }

    /// The best first; but a sentence that stands next to one already placed goes beside it, as in the source.
    private static func inReadingOrder(_ quotes: [Quote]) -> [Quote] {
        var ordered: [Quote] = []
        for quote in quotes {
            func index(of sentence: Int) -> Int? {
                ordered.firstIndex(of: Quote(source: quote.source, sentence: sentence))
            }
            if let before = index(of: quote.sentence - 1) {
                ordered.insert(quote, at: before + 1)
            } else {
                ordered.insert(quote, at: index(of: quote.sentence + 1) ?? ordered.count)
            }
        }
        return ordered
    }

    private static func write(_ quotes: [Quote], from sources: [ExtractiveSource]) -> Draft {
        var draft = Draft(outcome: .answered)
        var cited: [Int] = []
        let areSentences = quotes.allSatisfy { quote in
            let source = sources[quote.source]
            return source.text[source.sentences[quote.sentence].range].last { !TextScan.isCloser($0) }
                .map(TextScan.isTerminal) ?? false
        }
        for quote in quotes {
            let source = sources[quote.source]
            let sentence = source.verbatim(source.sentences[quote.sentence].range)
            if !cited.contains(quote.source) { cited.append(quote.source) }
            let number = (cited.firstIndex(of: quote.source) ?? 0) + 1
            if !draft.text.isEmpty { draft.text += areSentences ? " " : "\n" }
            draft.text += Self.onOneLine(sentence) + " [\(number)]"
            draft.citations.append(
                (.init(number: number, source: source.label, sentence: sentence), draft.text.utf8.count))
        }
        let list = cited.enumerated().map { "[\($0 + 1)] \(sources[$1].label)" }
        draft.text += ExtractiveReplies.sourcesHeading + list.joined(separator: "\n")
        return draft
    }

    /// The sentence with each run of white space that breaks a line as one space.
    private static func onOneLine(_ sentence: String) -> String {
        var line = String.UnicodeScalarView()
        var spaces = String.UnicodeScalarView()
        for scalar in sentence.unicodeScalars {
            if TextScan.isSpace(scalar) {
                spaces.append(scalar)
                continue
            }
            if spaces.contains(where: TextScan.isNewline) { line.append(" ") } else { line.append(contentsOf: spaces) }
            spaces.removeAll()
            line.append(scalar)
        }
        return String(line)
    }
}
