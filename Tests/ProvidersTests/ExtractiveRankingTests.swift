import Testing

@testable import Providers

@Suite("How the extractive answerer ranks sentences")
struct ExtractiveRankingTests {
    @Test("BM25 gives what the formula gives by hand")
    func matchesFormula() {
        // Three texts of 4, 6 and 8 terms; the term stands in one: ln(1 + 2.5 / 1.5) = ln(8 / 3).
        let bm25 = BM25(texts: 3, averageLength: 6)
        let worth = bm25.inverseFrequency(containing: 1)
        #expect(Self.isNear(worth, 0.980_829_253_011_726))
        // Twice in a text of mean length: 2 · 2.2 / (2 + 1.2) = 1.375.
        #expect(Self.isNear(bm25.score(frequency: 2, length: 6, inverseFrequency: worth), 1.348_640_222_891_123))
        // Once in a text a third longer: 2.2 / (1 + 1.2 · (0.5 + 0.5 · 4/3)) = 11/12.
        #expect(Self.isNear(bm25.score(frequency: 1, length: 8, inverseFrequency: worth), 0.899_093_481_927_415))
        #expect(bm25.score(frequency: 0, length: 8, inverseFrequency: worth) == 0)
    }

    static let logarithms: [(Double, Double)] = [
        (1, 0), (2, 0.693_147_180_559_945_3), (10, 2.302_585_092_994_046), (0.1, -2.302_585_092_994_046),
        (1.6, 0.470_003_629_245_735_6), (20_001, 9.90353755128617), (1.999_999, 0.693_146_680_559_820_3),
    ]

    @Test("Our logarithm is the natural one", arguments: logarithms)
    func takesLogarithms(_ value: Double, _ expected: Double) {
        #expect(abs(BM25.naturalLogarithm(value) - expected) < 1e-14 * max(1, abs(expected)))
    }

    @Test("Sentences score as the formula says, a text being one sentence")
    func scoresSentences() throws {
        let text =
            "Alpha beta gamma delta.\n\nAlpha alpha beta gamma delta kappa.\n\nSigma tau rho pi omega chi psi phi."
        let candidates = Self.candidates("alpha", in: [Self.source(text)])
        // In two of three: ln(1 + 1.5 / 2.5). Lengths 4, 6, 8; the mean is 6.
        #expect(candidates.map(\.sentence) == [1, 0])
        let scores = candidates.map(\.score)
        #expect(Self.isNear(try #require(scores.first), 0.470_003_629_245_735_6 * 1.375))
        #expect(Self.isNear(try #require(scores.last), 0.470_003_629_245_735_6 * 2.2 / 2))
        #expect(candidates.allSatisfy { $0.coverage == 1 && $0.fits })
    }

    @Test("A sentence below a heading and an answer behind a question are found by what stands above them")
    func usesContext() throws {
        let faq = Self.candidates(
            "when does the office open", in: [Self.source("When does the office open?\nAt nine.\n\nPets sleep.")])
        #expect(faq.map(\.sentence) == [1])
        let list = Self.candidates(
            "requirements", in: [Self.source("Requirements:\n- 2 GB of memory\n- Debian\n\nPets sleep.")])
        #expect(Set(list.map(\.sentence)) == [0, 1, 2])
    }

    @Test("A sentence with words of the question is helped by the subject of those before it, others are not")
    func remembersTheSubject() throws {
        let text = "Lund has a tower. It is 90 metres high. Pets sleep.\n\nThe hill is high. Pets eat."
        let candidates = Self.candidates("how high is the tower of Lund", in: [Self.source(text)])
        #expect(Set(candidates.prefix(2).map(\.sentence)) == [0, 1])
        let tower = try #require(candidates.first { $0.sentence == 1 })
        let hill = candidates.first { $0.sentence == 3 }
        #expect(tower.coverage > (hill?.coverage ?? 0) + 0.2)
        #expect(!candidates.contains { $0.sentence == 2 || $0.sentence == 4 })
    }

    @Test("What was handed over to be read comes before what was said on the way")
    func weighsSources() {
        let text = "The office opens at nine."
        let kinds: [ExtractiveSource.Kind] = [.earlierAssistant, .earlierUser, .asker, .system, .document]
        let candidates = Self.candidates("office", in: kinds.map { Self.source(text, $0) })
        #expect(candidates.map(\.source) == [4, 3, 2, 1, 0])
    }

    @Test("Equal sentences keep their order")
    func breaksTiesByOrder() {
        let candidates = Self.candidates(
            "office", in: [Self.source("An office.\n\nAn office."), Self.source("An office.")])
        #expect(candidates.map { [$0.source, $0.sentence] } == [[0, 0], [0, 1], [1, 0]])
    }

    static let related: [(String, String, Bool)] = [
        ("open", "opens", true), ("open", "opening", true), ("close", "closing", true), ("car", "cars", true),
        ("cars", "car", true), ("offnet", "offnen", true), ("открывается", "открывает", true),
        ("reimbursed", "reimbursement", true), ("car", "care", true), ("gatehouse", "gateway", false),
        ("cat", "category", false),
        ("contact", "contract", false), ("2010", "2011", false), ("v2024", "v2025", false), ("open", "opera", false),
        ("he", "her", false),
    ]

    @Test("Forms of one word are recognised by a long common beginning", arguments: related)
    func relatesWords(_ left: String, _ right: String, _ expected: Bool) {
        #expect(
            QuestionTerms.areRelated(left.unicodeScalars.map(\.value), right.unicodeScalars.map(\.value)) == expected)
    }

    static let contents: [(String, [String])] = [
        ("What is Gatehouse?", ["gatehouse"]), ("Wo hat die Firma ihren Hauptsitz?", ["firma", "hauptsitz"]),
        ("When did the war end?", ["war", "end"]), ("Où est le siège ?", ["siege"]),
        ("How many users are there?", ["users"]),
        ("Who are you?", []), ("本社はどこですか。", ["本社", "社は"]), ("plan B", ["plan"]),
    ]

    @Test("Function words carry no subject, in whatever language is asked", arguments: contents)
    func knowsContent(_ question: String, _ expected: [String]) {
        let content = ExtractiveVocabulary.content(of: TermReader.terms(of: Array(question.unicodeScalars)))
        let words = content.map { String(String.UnicodeScalarView($0.letters.compactMap(Unicode.Scalar.init))) }
        #expect(words.sorted() == expected.sorted())
    }

    @Test("Sentences with other numbers are not repetitions")
    func tellsRepetitions() {
        func print(_ text: String) -> SentencePrint { SentencePrint(TermReader.terms(of: Array(text.unicodeScalars))) }
        let limit = print("The limit of the free plan for one request is 32 MB.")
        #expect(limit.isNearly(print("the limit of the free plan, for one request, is 32 MB")))
        #expect(!limit.isNearly(print("The limit of the free plan for one request is 50 MB.")))
        #expect(!limit.isNearly(print("The limit is 32 MB.")))
    }

    private static func candidates(_ question: String, in sources: [ExtractiveSource]) -> [SentenceRanking.Candidate] {
        SentenceRanking(QuestionTerms(TermReader.terms(of: Array(question.unicodeScalars))), in: sources).candidates()
    }

    private static func source(_ text: String, _ kind: ExtractiveSource.Kind = .document) -> ExtractiveSource {
        let scalars = Array(text.unicodeScalars)
        return ExtractiveSource(
            kind: kind, title: nil, text: scalars, sentences: SentenceSplitter.sentences(of: scalars))
    }

    private static func isNear(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-12 }
}
