/// Ranks the sentences of all sources for a question.
///
/// Each sentence is one text for BM25. What its heading, the sentences before it and the title of its document say counts
/// in part, as fields of less weight (BM25F): "Nine to five." answers below "Opening hours", and behind a question.
/// One pass over the texts looks each term up among those of the question; nothing is kept of other terms.
struct SentenceRanking {
    /// A sentence that shares something with the question, with how well it fits.
    struct Candidate {
        let source: Int
        let sentence: Int
        let score: Double
        /// The share of the question it covers, from 0 to 1, rare terms counting more.
        let coverage: Double
        /// Whether that is enough to answer with it alone.
        let fits: Bool
        /// What each of the question's terms adds to the coverage, in their order.
        let portions: [(term: Int, share: Double)]
    }

    /// What the context of a sentence counts, beside what it says itself.
    private enum ContextWeight {
        static let heading = 0.6
        /// A sentence is not about something only because the one before it is: this counts beside words of its own, for
        /// the words that it does not say itself.
        static let earlier = 0.5
        static let question = 0.8
        static let title = 0.3
    }

    /// What a sentence needs to cover of the question to answer it; less where a tool was called to answer it.
    private static let enough = 0.4
    private static let enoughOfTool = 0.25
    /// What it needs to cover where it holds several of its terms, or adds to another sentence.
    private static let enoughOfSeveral = 0.2

    private struct Hit {
        let term: Int
        let strength: Double
    }

    private struct Unit {
        let source: Int
        let sentence: Int
        let hits: Range<Int>
        let length: Int
        let hasNumber: Bool
    }

    let question: QuestionTerms
    private let sources: [ExtractiveSource]
    private var units: [Unit] = []
    private var hits: [Hit] = []
    /// Where the units of each source begin.
    private var starts: [Int] = []
    private var titleHits: [[Hit]] = []
    private var containing: [Int]
    private var bm25 = BM25(texts: 0, averageLength: 0)

    init(_ question: QuestionTerms, in sources: [ExtractiveSource]) {
        self.question = question
        self.sources = sources
        self.containing = Array(repeating: 0, count: question.entries.count)
        var length = 0
        for (number, source) in sources.enumerated() {
            self.starts.append(self.units.count)
            let title = source.hasTitle ? Array(source.label.unicodeScalars) : []
            self.titleHits.append(self.read(title, in: 0..<title.count).hits)
            for (index, sentence) in source.sentences.enumerated() {
                let start = self.hits.count
                var found = (hits: [Hit](), length: 0, hasNumber: false)
                if sentence.role != .asked { found = self.read(source.text, in: sentence.range) }
                self.hits.append(contentsOf: found.hits)
                self.units.append(
                    Unit(
                        source: number, sentence: index, hits: start..<self.hits.count, length: found.length,
                        hasNumber: found.hasNumber))
                for term in Set(found.hits.map(\.term)) { self.containing[term] += 1 }
                length += found.length
            }
        }
        self.bm25 = BM25(
            texts: self.units.count, averageLength: Double(length) / Double(max(1, self.units.count)))
    }

    private func read(_ text: [Unicode.Scalar], in range: Range<Int>) -> (hits: [Hit], length: Int, hasNumber: Bool) {
        var hits: [Hit] = []
        var length = 0
        var hasNumber = false
        var previous: Int?
        TermReader.read(text, in: range) { letters, isBigram in
            length += 1
            if let first = letters.first, ExtractiveTerm.isDigit(first) { hasNumber = true }
            guard let match = self.question.match(letters, isBigram: isBigram) else {
                previous = nil
                return
            }
            hits.append(Hit(term: match.index, strength: match.strength))
            if let previous, let pair = self.question.pair(of: previous, and: match.index) {
                hits.append(Hit(term: pair, strength: match.strength))
            }
            previous = match.index
        }
        if !hasNumber, self.question.wantsNumber {
            hasNumber = text[range].contains { $0.value > 0x7F && $0.properties.numericType != nil }
        }
        return (hits, length, hasNumber)
    }

    /// The sentences that may answer, the best first, ties in order of appearance.
    func candidates() -> [Candidate] {
        let worth = self.question.entries.indices.map { index in
            self.question.entries[index].weight * self.bm25.inverseFrequency(containing: self.containing[index])
        }
        let share = self.shares()
        let total = share.reduce(0, +)
        guard total > 0 else { return [] }
        var candidates: [Candidate] = []
        for unit in self.units {
            let sentence = self.sources[unit.source].sentences[unit.sentence]
            guard sentence.role == .statement || sentence.role == .heading else { continue }
            let (own, terms) = self.terms(of: unit, sentence)
            guard !terms.isEmpty else { continue }
            var score = 0.0
            var portions: [(term: Int, share: Double)] = []
            var coverage = 0.0
            for hit in terms {
                score += self.bm25.score(
                    frequency: hit.strength, length: unit.length, inverseFrequency: worth[hit.term])
                guard share[hit.term] > 0 else { continue }
                portions.append((hit.term, share[hit.term] * min(1, hit.strength) / total))
                coverage += portions[portions.count - 1].share
            }
            if self.question.wantsNumber {
                if unit.hasNumber { score *= 1.3 }
                if unit.hasNumber, coverage > 0 { coverage = min(1, coverage + 0.1) }
            }
            guard coverage >= Self.enoughOfSeveral else { continue }
            if sentence.role == .heading { score *= 0.4 }
            let isTool = self.sources[unit.source].kind == .toolResult
            score *= self.sources[unit.source].kind.weight
            candidates.append(
                Candidate(
                    source: unit.source, sentence: unit.sentence, score: score, coverage: coverage,
                    fits: own >= 2 || coverage >= (isTool ? Self.enoughOfTool : Self.enough), portions: portions))
        }
        return candidates.sorted {
            ($1.score, $0.source, $0.sentence) < ($0.score, $1.source, $1.sentence)
        }
    }

    /// What each term of the question counts for coverage: by its rarity, which is not taken from fewer than ten sentences,
    /// where it says nothing. Bigrams that stand nowhere are mostly no words but the seams between two, and count little.
    private func shares() -> [Double] {
        self.question.entries.indices.map { index in
            let entry = self.question.entries[index]
            guard entry.isContent else { return 0 }
            let rarity = BM25.inverseFrequency(containing: self.containing[index], of: max(10, self.units.count))
            return entry.term.isBigram && self.containing[index] == 0 ? rarity * 0.35 : rarity
        }
    }

    /// The strength of each term in the sentence and its context, by term, and how many words of content the sentence
    /// itself holds (a bigram is half a word).
    private func terms(of unit: Unit, _ sentence: Sentence) -> (own: Double, terms: [Hit]) {
        var terms = Self.merged(self.hits[unit.hits], by: +)
        let own = terms.reduce(0.0) { own, hit in
            let entry = self.question.entries[hit.term]
            return own + (entry.isContent ? entry.term.isBigram ? 0.5 : 1 : 0)
        }
        func add(_ context: some Sequence<Hit>, _ weight: Double) {
            terms += Self.merged(context, by: max).map { Hit(term: $0.term, strength: $0.strength * weight) }
        }
        let start = self.starts[unit.source]
        if own > 0, !sentence.earlier.isEmpty {
            let first = self.units[start + sentence.earlier.lowerBound].hits.lowerBound
            let said = Set(terms.map(\.term))
            let before = self.hits[first..<unit.hits.lowerBound]
            add(
                before.filter { !said.contains($0.term) && self.question.entries[$0.term].isContent },
                ContextWeight.earlier)
        }
        if let lead = sentence.lead {
            let isQuestion = self.sources[unit.source].sentences[lead].role == .question
            add(self.hits[self.units[start + lead].hits], isQuestion ? ContextWeight.question : ContextWeight.heading)
        }
        if let heading = sentence.heading { add(self.hits[self.units[start + heading].hits], ContextWeight.heading) }
        add(self.titleHits[unit.source], ContextWeight.title)
        return (own, Self.merged(terms, by: +))
    }

    /// One hit for each term, in the order of terms.
    private static func merged(_ hits: some Sequence<Hit>, by combine: (Double, Double) -> Double) -> [Hit] {
        var merged: [Hit] = []
        for hit in hits.sorted(by: { $0.term < $1.term }) {
            if let last = merged.last, last.term == hit.term {
                merged[merged.count - 1] = Hit(term: hit.term, strength: combine(last.strength, hit.strength))
            } else {
                merged.append(hit)
            }
        }
        return merged
    }
}
