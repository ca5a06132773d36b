import Testing

@testable import Providers

@Suite("How the extractive answerer reads text")
struct ExtractiveTextTests {
    // MARK: Sentences

    struct Cut: Sendable, CustomTestStringConvertible {
        let text: String
        let sentences: [String]
        var testDescription: String { self.text }
    }

    static let cuts: [Cut] = [
        Cut(text: "One. Two! Three? Four", sentences: ["One.", "Two!", "Three?", "Four"]),
        Cut(
            text: "It costs 3.50 euros. See example.com/a.b for more.",
            sentences: ["It costs 3.50 euros.", "See example.com/a.b for more."]),
        Cut(text: "Dr. Smith met Mrs. Jones. They talked.", sentences: ["Dr. Smith met Mrs. Jones.", "They talked."]),
        Cut(
            text: "He moved to the U.S. Army. J. Doe stayed.",
            sentences: ["He moved to the U.S. Army.", "J. Doe stayed."]),
        Cut(
            text: "Open from 9 a.m. It closes at 5 p.m. Bring a book.",
            sentences: ["Open from 9 a.m.", "It closes at 5 p.m.", "Bring a book."]),
        Cut(text: "See No. 5 and Fig. 2. No. We do not.", sentences: ["See No. 5 and Fig. 2.", "No.", "We do not."]),
        Cut(
            text: "Am 3. Oktober gilt z. B. der Tarif. Er endet.",
            sentences: ["Am 3. Oktober gilt z. B. der Tarif.", "Er endet."]),
        Cut(text: "It ends at 9. It starts at 5.", sentences: ["It ends at 9.", "It starts at 5."]),
        Cut(
            text: "She said \"Go.\" Then she left. (It was late.) Done.",
            sentences: ["She said \"Go.\"", "Then she left.", "(It was late.)", "Done."]),
        Cut(text: "Wait... what is it?! No idea.", sentences: ["Wait... what is it?!", "No idea."]),
        Cut(
            text: "Built in 1889.[3] Painted often. [4] Still open.",
            sentences: ["Built in 1889.", "Painted often.", "Still open."]),
        Cut(text: "九時に開きます。五時に閉まります！本当ですか？", sentences: ["九時に開きます。", "五時に閉まります！", "本当ですか？"]),
        Cut(text: "「行こう。」と彼は言った。雨だった。", sentences: ["「行こう。」と彼は言った。", "雨だった。"]),
        Cut(text: "办公室九点开门。周六不营业。", sentences: ["办公室九点开门。", "周六不营业。"]),
        Cut(text: "कार्यालय खुला है। आज बंद है।", sentences: ["कार्यालय खुला है।", "आज बंद है।"]),
        Cut(text: "متى يفتح؟ يفتح في التاسعة.", sentences: ["متى يفتح؟", "يفتح في التاسعة."]),
        Cut(text: "Он ушёл. Она осталась… Дождь шёл.", sentences: ["Он ушёл.", "Она осталась…", "Дождь шёл."]),
        Cut(
            text: "- one item\n- two items\n  still two\n1. first\n2) second",
            sentences: ["one item", "two items\n  still two", "first", "second"]),
        Cut(
            text: "This line was wrapped by an editor at about\nseventy columns and goes on.\nA new one.",
            sentences: ["This line was wrapped by an editor at about\nseventy columns and goes on.", "A new one."]),
        Cut(text: "Name: Rex\nAge: 5\nColour: brown", sentences: ["Name: Rex", "Age: 5", "Colour: brown"]),
        Cut(
            text: "```swift\nlet a = 1. Two\n\nlet b = 2\n```\nAfter.",
            sentences: ["let a = 1. Two", "let b = 2", "After."]),
        Cut(
            text: "| Day | Opens |\n|---|---|\n| Monday | 9:00 |", sentences: ["| Day | Opens |", "| Monday | 9:00 |"]),
        Cut(text: "One.\r\n\r\nTwo.\rThree.\u{2028}Four.", sentences: ["One.", "Two.", "Three.", "Four."]),
        Cut(
            text: "**Bold one. Bold two.** Plain **kept** here.",
            sentences: ["Bold one.", "Bold two.", "Plain **kept** here."]),
        Cut(text: " \n\t\n*** --- ...\n", sentences: []),
        Cut(text: "", sentences: []),
    ]

    @Test("A text is cut where its sentences end", arguments: cuts)
    func cutsSentences(_ cut: Cut) {
        #expect(Self.sentences(of: cut.text) == cut.sentences)
    }

    @Test("Headings, introductions and questions are known as such and lead to what stands below them")
    func knowsStructure() throws {
        let text = """
            # Hours

            Monday to Friday.

            What about Sunday?
            Closed.

            You need:
            - a key
            - a card
            """
        let sentences = SentenceSplitter.sentences(of: Array(text.unicodeScalars))
        #expect(
            sentences.map(\.role) == [.heading, .statement, .question, .statement, .heading, .statement, .statement])
        #expect(sentences.map(\.heading) == [nil, 0, 0, 0, 0, 0, 0])
        #expect(sentences.map(\.lead) == [nil, nil, nil, 2, nil, 4, 4])
    }

    @Test("A short line above a text is its heading, a fact on a line is not")
    func guessesHeadings() {
        func roles(_ text: String) -> [Sentence.Role] {
            SentenceSplitter.sentences(of: Array(text.unicodeScalars)).map(\.role)
        }
        #expect(roles("Opening hours\n\nNine to five.") == [.heading, .statement])
        #expect(roles("Opening hours\n=====\nNine to five.") == [.heading, .statement])
        #expect(roles("Rex is five\n\nMia is six") == [.statement, .statement])
        #expect(roles("Only a line") == [.statement])
    }

    @Test("A sentence without an end is cut, and the number of sentences is bounded")
    func isBounded() {
        let endless = Array(String(repeating: "word, and ", count: 400).unicodeScalars)
        let pieces = SentenceSplitter.sentences(of: endless, limits: .init(sentences: 5, length: 100))
        #expect(pieces.count == 5)
        #expect(pieces.allSatisfy { $0.range.count <= 100 && endless[$0.range.upperBound - 1] == "," })
        for line in ["```\n", "# ", "| ", "> ", "- ", ""] {
            let long = Array((line + String(repeating: "abc ", count: 500)).unicodeScalars)
            let sentences = SentenceSplitter.sentences(of: long)
            #expect(sentences.count >= 4 && sentences.allSatisfy { $0.range.count <= 500 })
        }
    }

    // MARK: Segments

    @Test("Documents, quotations and code are found inside a message")
    func findsSegments() {
        let text = """
            Look here: <document title="A [1]">first</document>
            <documents><document index="1"><source>b.txt</source><document_content>second</document_content></document></documents>
            > third
            > goes on
            ```
            fourth()
            ```
            \"""
            fifth
            \"""
            <question>What is it?</question> a < b and <b>bold</b>
            """
        let scalars = Array(text.unicodeScalars)
        let found = TextSegments.segments(of: scalars).map { "\($0.kind): \(Self.text(scalars, $0.range))" }
        #expect(
            found == [
                "prose: Look here:", "document(title: Optional(\"A [1]\")): first",
                "document(title: Optional(\"b.txt\")): second", "quotation: > third\n> goes on",
                "code: ```\nfourth()\n```", "quotation: fifth", "question: What is it?", "prose: a < b and <b>bold</b>",
            ])
    }

    @Test(
        "Tags that do not match are text",
        arguments: [
            "<document>never closed. What?", "closed</context> too often", "<doc><doc>a</doc> b", "<question>why",
        ])
    func leavesUnmatchedTags(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        #expect(TextSegments.segments(of: scalars) == [TextSegment(kind: .prose, range: 0..<scalars.count)])
    }

    // MARK: Terms

    struct Fold: Sendable, CustomTestStringConvertible {
        let text: String
        let terms: String
        var testDescription: String { self.text }
    }

    static let folds: [Fold] = [
        Fold(text: "Gatehouse's OPEN-source", terms: "gatehouse s open source"),
        Fold(text: "Straße STRASSE Größe e\u{301}te\u{301} été Łódź", terms: "strasse strasse grosse ete ete lodz"),
        Fold(text: "Ёлка ПОЕЗД", terms: "елка поезд"),
        Fold(text: "ΣΟΦΌΣ σοφός", terms: "σοφοσ σοφοσ"),
        Fold(text: "３５ ٣٥ ३५ ＡＢＣ", terms: "35 35 35 abc"),
        Fold(text: "الْمَكْتَب والمكتب مكتب", terms: "مكتب مكتب مكتب"),
        Fold(text: "東京タワーの高さ 山", terms: "東京 タワー の高 高さ 山"),
        Fold(text: "办公室 Gatehouse上", terms: "办公 公室 gatehouse 上"),
        Fold(text: "박물관은", terms: "박물 물관 관은"),
        Fold(text: "कार्यालय खुला", terms: "कार्यालय खुला"),
        Fold(text: "zero\u{200D}width soft\u{AD}hyphen", terms: "zerowidth softhyphen"),
    ]

    @Test("Words of all scripts fold to what is compared", arguments: folds)
    func foldsTerms(_ fold: Fold) {
        let terms = TermReader.terms(of: Array(fold.text.unicodeScalars)).map { term in
            String(String.UnicodeScalarView(term.letters.compactMap(Unicode.Scalar.init)))
        }
        #expect(terms.joined(separator: " ").unicodeScalars.elementsEqual(fold.terms.unicodeScalars), "\(terms)")
    }

    // MARK: Pieces

    static let pieces: [(text: String, pieces: [String])] = [
        ("", []),
        ("The office opens at 9:00.", ["The", " office", " opens", " at", " 9", ":", "00", "."]),
        ("  two\n\nlines \n", ["  two", "\n\nlines", " \n"]),
        ("internationalisation", ["internationa", "lisation"]),
        ("九時 に。", ["九", "時", " に", "。"]),
        ("e\u{301}te\u{301} 👩‍👩‍👧!", ["e\u{301}te\u{301}", " 👩\u{200D}", "👩\u{200D}", "👧", "!"]),
        ("[1] a", ["[", "1", "]", " a"]),
    ]

    @Test("A text is streamed and counted by words, characters of unspaced scripts and punctuation", arguments: pieces)
    func cutsPieces(_ text: String, _ pieces: [String]) {
        #expect(TextPieces.pieces(of: text) == pieces)
        #expect(TextPieces.count(in: text) == pieces.count)
    }

    private static func sentences(of text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        return SentenceSplitter.sentences(of: scalars).map { Self.text(scalars, $0.range) }
    }

    private static func text(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(scalars[range]))
    }
}
