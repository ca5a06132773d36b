import Conversation
import Kernel
import Testing

@testable import Providers

@Suite("What the extractive answerer says")
struct ExtractiveAnswererTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var system: String?
        var document: String?
        let question: String
        /// The sentences quoted, in order; empty where nothing fits.
        let quoted: [String]
        var testDescription: String { self.question }

        var conversation: Conversation {
            var messages: [Message] = []
            if let system { messages.append(Message(role: .system, parts: [.text(system)])) }
            let documents = self.document.map { [Message.Part.document(title: nil, text: $0)] } ?? []
            messages.append(Message(role: .user, parts: documents + [.text(self.question)]))
            return Conversation(messages: messages)
        }
    }

    static let gateway = """
        You are a helpful assistant. Gatehouse is a self-hosted gateway for AI traffic. Detectors find facts, policy decides, \
        the gateway carries the decision out, and the ledger remembers. It is written in Swift and runs on one machine.
        """

    static let handbook = """
        Welcome to the handbook of the Lund office.

        # Opening hours

        The office opens at 9:00 and closes at 18:00. On Saturdays it stays closed.

        # Getting here

        The office is at 12 Main Street. Parking is behind the building.
        Dr. Berg answers questions about travel, e.g. about tickets. Receipts are due within 30 days.
        """

    static let cases: [Case] = [
        Case(
            system: gateway, question: "What is Gatehouse?",
            quoted: ["Gatehouse is a self-hosted gateway for AI traffic."]),
        Case(
            system: gateway, question: "what is gatehouse",
            quoted: ["Gatehouse is a self-hosted gateway for AI traffic."]),
        Case(
            system: gateway, question: "What language is Gatehouse written in?",
            quoted: ["It is written in Swift and runs on one machine."]),
        Case(system: gateway, question: "What is the capital of France?", quoted: []),
        Case(system: gateway, question: "Write a haiku about the sea.", quoted: []),
        Case(
            document: handbook, question: "When does the office open?",
            quoted: ["The office opens at 9:00 and closes at 18:00."]),
        Case(document: handbook, question: "Where can I park?", quoted: ["Parking is behind the building."]),
        Case(
            document: handbook, question: "Who answers questions about travel?",
            quoted: ["Dr. Berg answers questions about travel, e.g. about tickets."]),
        Case(document: handbook, question: "When are receipts due?", quoted: ["Receipts are due within 30 days."]),
        Case(document: handbook, question: "Who is the king of Norway?", quoted: []),
        Case(
            document: "Acme was founded in 1999. Its headquarters are in Berlin.", question: "Who is the CEO of Acme?",
            quoted: []),
        Case(
            document: "| Day | Opens |\n|---|---|\n| Monday | 9:00 |\n| Friday | 10:00 |",
            question: "When does it open on Friday?", quoted: ["| Friday | 10:00 |"]),
        Case(
            document: "The limit is 50 MB. The colour is red. The limit is 50 MB.", question: "What is the limit?",
            quoted: ["The limit is 50 MB."]),
        Case(
            question: "My dog is called Rex. He is five years old. How old is Rex?",
            quoted: ["My dog is called Rex.", "He is five years old."]),
        Case(
            question: "Context: Gatehouse is a gateway. It was made in 2026. Question: What is Gatehouse?",
            quoted: ["Gatehouse is a gateway."]),
        Case(
            question: "What is due? <invoice> <document title=\"Invoice\">Payment is due on 3 March.</document>",
            quoted: ["Payment is due on 3 March."]),
        Case(
            question: "<context>\nTowels are in the closet. What is where?\n</context>\nWhere are the towels?",
            quoted: ["Towels are in the closet."]),
        Case(
            question: "> The meeting was moved to Tuesday.\n> It is in room 4.\n\nIn which room is the meeting?",
            quoted: ["The meeting was moved to Tuesday.", "It is in room 4."]),
        Case(
            question: "```\nlet port = 8080\nlet host = \"::1\"\n```\nWhich port?", quoted: ["let port = 8080"]),
        Case(
            question: """
                Using the text below, tell me when the museum closes.

                The museum is in the old town. It was built in 1880 and rebuilt after the fire of 1921. The museum closes at \
                17:30 from Tuesday to Sunday. On Mondays it stays shut.
                """, quoted: ["The museum closes at 17:30 from Tuesday to Sunday."]),
        Case(
            question:
                "Summarise the following:\n\nBees make honey. They live in hives. Each hive has a queen. Some sting.",
            quoted: ["Bees make honey.", "They live in hives.", "Each hive has a queen."]),
        Case(
            question: "Please summarize: Bees make honey. They live in hives.",
            quoted: ["Bees make honey.", "They live in hives."]),
        Case(
            question: "TL;DR\n\nBees make honey. They live in hives. Some sting. Others do not.",
            quoted: ["Bees make honey.", "They live in hives.", "Some sting."]),
        // The prompts of well-known retrieval libraries, in short.
        Case(
            question: """
                Use the following pieces of context to answer the question at the end. If you don't know the answer, just \
                say that you don't know.

                The Volta dam was finished in 1965. It holds back a lake.

                Most of its power goes to a smelter.

                Question: When was the dam finished?
                Helpful Answer:
                """, quoted: ["The Volta dam was finished in 1965."]),
        Case(
            question: """
                Context information is below.
                ---------------------
                The Volta dam was finished in 1965. It holds back a lake.

                Most of its power goes to a smelter.
                ---------------------
                Given the context information and not prior knowledge, answer the query.
                Query: Where does most of the power go?
                Answer:
                """, quoted: ["Most of its power goes to a smelter."]),
        // German, French, Spanish, Russian, Arabic, Hebrew, Hindi, Japanese, Chinese, Korean, Thai, Greek, Turkish.
        Case(
            system: "Das Büro öffnet um 9 Uhr. Am Samstag ist es geschlossen. Der Parkplatz liegt hinter dem Haus.",
            question: "Wo ist der Parkplatz?", quoted: ["Der Parkplatz liegt hinter dem Haus."]),
        Case(
            system: "Le bureau ouvre à 9 heures. Le samedi, il est fermé. Le parking se trouve derrière le bâtiment.",
            question: "À quelle heure ouvre le bureau ?", quoted: ["Le bureau ouvre à 9 heures."]),
        Case(
            system: "El museo abre a las diez. La entrada cuesta 12 euros. Los lunes está cerrado.",
            question: "¿Cuánto cuesta la entrada?", quoted: ["La entrada cuesta 12 euros."]),
        Case(
            system: "Офис открывается в 9 часов. В субботу он закрыт. Парковка находится за зданием.",
            question: "Когда открывается офис?", quoted: ["Офис открывается в 9 часов."]),
        Case(
            system: "يفتح المكتب في الساعة التاسعة. يوم السبت مغلق. موقف السيارات خلف المبنى.",
            question: "متى يفتح المكتب؟", quoted: ["يفتح المكتب في الساعة التاسعة."]),
        Case(
            system: "המוזיאון נפתח בשעה עשר. הכניסה חינם.", question: "מתי נפתח המוזיאון?",
            quoted: ["המוזיאון נפתח בשעה עשר."]),
        Case(
            system: "कार्यालय सुबह नौ बजे खुलता है। शनिवार को बंद रहता है। पार्किंग भवन के पीछे है।",
            question: "कार्यालय कब खुलता है?", quoted: ["कार्यालय सुबह नौ बजे खुलता है।"]),
        Case(
            system: "オフィスは午前九時に開きます。土曜日は休みです。駐車場は建物の裏にあります。",
            question: "駐車場はどこですか。", quoted: ["駐車場は建物の裏にあります。"]),
        Case(
            system: "我们公司成立于2005年。总部位于上海。员工约有三百人。", question: "公司总部在哪里？", quoted: ["总部位于上海。"]),
        Case(
            system: "박물관은 오전 10시에 엽니다. 입장료는 무료입니다. 월요일은 휴관입니다.",
            question: "박물관은 언제 엽니까?", quoted: ["박물관은 오전 10시에 엽니다."]),
        Case(system: "พิพิธภัณฑ์เปิดเวลา 10 นาฬิกา", question: "พิพิธภัณฑ์เปิดกี่โมง", quoted: ["พิพิธภัณฑ์เปิดเวลา 10 นาฬิกา"]),
        Case(
            system: "Το μουσείο ανοίγει στις δέκα. Η είσοδος είναι δωρεάν.", question: "Πότε ανοίγει το μουσείο;",
            quoted: ["Το μουσείο ανοίγει στις δέκα."]),
        Case(
            system: "Müze saat onda açılır. Giriş ücretsizdir.", question: "Müze ne zaman açılıyor?",
            quoted: ["Müze saat onda açılır."]),
    ]

    @Test("The question is answered with the sentences that fit, in any language", arguments: cases)
    func quotes(_ given: Case) {
        let answer = ExtractiveAnswerer().answer(given.conversation)
        #expect(answer.citations.map(\.sentence) == given.quoted, "\(answer.text)")
        #expect(answer.outcome == (given.quoted.isEmpty ? .nothingFits : .answered))
        #expect(answer.isGrounded == !given.quoted.isEmpty)
        #expect((answer.confidence > 0) == !given.quoted.isEmpty && answer.confidence <= 1)
    }

    @Test("The text cites each sentence and lists the sources, each once, in the order of citation")
    func writesSources() {
        let conversation = Conversation(messages: [
            Message(role: .system, parts: [.text("Answer from the documents.")]),
            Message(
                role: .user,
                parts: [
                    .document(
                        title: "Travel [9]\npolicy", text: "Employees may book\neconomy class. Class matters little."),
                    .document(title: nil, text: "Meals are paid up to 45 euros."),
                    .document(title: "", text: "Receipts for meals are due within 30 days."),
                    .text("When are receipts for meals due and which class may employees book?"),
                ]),
        ])
        let answer = ExtractiveAnswerer().answer(conversation)
        #expect(
            answer.text == """
                Receipts for meals are due within 30 days. [1] Employees may book economy class. [2]

                Sources:
                [1] Document 2
                [2] Travel (9) policy
                """)
        #expect(
            answer.citations == [
                .init(number: 1, source: "Document 2", sentence: "Receipts for meals are due within 30 days."),
                .init(number: 2, source: "Travel (9) policy", sentence: "Employees may book\neconomy class."),
            ])
        #expect(answer.usage.source == .reported)
        #expect(answer.usage.output.value == answer.pieces.count)
        // By hand, message by message: 5 for the system text, 5 for the title, 10, 8 and 9 for the documents, 13.
        #expect(answer.usage.input == 50)
    }

    @Test("Tool results answer, and earlier turns do; a quoted answer of ours does not lend its list of sources")
    func readsTurns() {
        let tool = ExtractiveAnswerer().answer(
            Conversation(messages: [
                Message(role: .user, parts: [.text("How warm is it in Paris?")]),
                Message(role: .tool, parts: [.text("{\"city\": \"Paris\", \"temperature_c\": 21}")]),
            ]))
        #expect(tool.citations.map(\.source) == ["Tool result"])
        let later = ExtractiveAnswerer().answer(
            Conversation(messages: [
                Message(role: .user, parts: [.text("Remember this: the gate code is 4711.")]),
                Message(role: .assistant, parts: [.text("Noted. [1]\n\nSources:\n[1] The gate code of the handbook")]),
                Message(role: .user, parts: [.text("What is the gate code?")]),
            ]))
        #expect(later.citations.map(\.source) == ["Your earlier message"])
        #expect(later.citations.first?.sentence.contains("4711") == true)
        let list = ExtractiveAnswerer().answer(
            Conversation(messages: [
                Message(role: .assistant, parts: [.text("Noted. [1]\n\nSources:\n[1] The gate code of the handbook")]),
                Message(role: .user, parts: [.text("What is the gate code of the handbook?")]),
            ]))
        #expect(list.outcome == .nothingFits)
    }

    @Test("A question asked before is no answer to itself")
    func neverQuotesTheQuestion() {
        let answer = ExtractiveAnswerer().answer(
            Conversation(messages: [
                Message(role: .user, parts: [.text("tell me about the gate code")]),
                Message(role: .assistant, parts: [.text("I do not know.")]),
                Message(role: .user, parts: [.text("tell me about the gate code")]),
            ]))
        #expect(answer.outcome == .nothingFits)
    }

    static let outcomes: [(question: String, system: String?, outcome: ExtractiveAnswer.Outcome)] = [
        ("What is Gatehouse?", nil, .nothingToSearch), ("Say this is a test", nil, .nothingToSearch),
        ("Hello!", nil, .greeting), ("hi", gateway, .greeting), ("Good morning! How are you?", gateway, .greeting),
        ("Thanks a lot", gateway, .greeting), ("Guten Tag", gateway, .greeting), ("Спасибо!", gateway, .greeting),
        ("こんにちは", gateway, .greeting), ("你好", gateway, .greeting), ("नमस्ते", gateway, .greeting),
        ("مرحبا", gateway, .greeting),
        ("What can you do?", "Answer briefly.", .greeting), ("Can you help me?", nil, .greeting),
        ("", gateway, .noQuestion), ("?!", gateway, .noQuestion), ("<document>Bees.</document>", nil, .noQuestion),
        ("Hello, what is Gatehouse?", gateway, .answered), ("Who are you?", "You are the guide of Acme.", .answered),
    ]

    @Test(
        "A greeting is greeted back, and where there is nothing to answer it says what is missing", arguments: outcomes)
    func saysWhatIsMissing(_ question: String, _ system: String?, _ outcome: ExtractiveAnswer.Outcome) {
        let answer = ExtractiveAnswerer().answer(Case(system: system, question: question, quoted: []).conversation)
        #expect(answer.outcome == outcome, "\(answer.text)")
        #expect(answer.isGrounded == (outcome == .answered))
        #expect(answer.citations.isEmpty == (outcome != .answered))
        #expect(!answer.text.isEmpty)
        let first = [
            ExtractiveAnswer.Outcome.greeting: "Hello.", .nothingToSearch: "I have nothing to look in",
            .noQuestion: "I was asked nothing.",
        ]
        if let first = first[outcome] { #expect(answer.text.hasPrefix(first)) }
    }

    @Test("A conversation without a user message asks nothing")
    func needsAUser() {
        #expect(ExtractiveAnswerer().answer(Conversation(messages: [])).outcome == .noQuestion)
        let told = Conversation(messages: [Message(role: .system, parts: [.text(Self.gateway)])])
        #expect(ExtractiveAnswerer().answer(told).outcome == .noQuestion)
    }

    @Test("The number of sentences is a bound")
    func boundsSentences() {
        let text = (1...9).map { "Bees of kind \($0) make honey number \($0)." }.joined(separator: " ")
        for bound in [1, 2, 5] {
            let answer = ExtractiveAnswerer(maximumSentences: bound).answer(
                Case(document: text, question: "Which bees make honey?", quoted: []).conversation)
            #expect(answer.citations.count == bound)
        }
    }

    @Test("A token bound ends the text and keeps the citations whose marks were said")
    func boundsTokens() {
        let conversation = Case(
            document: "The office opens at nine. The manager is Mia.",
            question: "When does the office open and who is the manager?", quoted: []
        ).conversation
        let whole = ExtractiveAnswerer().answer(conversation)
        #expect(whole.citations.count == 2 && !whole.isCut)
        let exact = ExtractiveAnswerer().answer(conversation, maximumTokens: TokenCount(whole.pieces.count))
        #expect(exact == whole)
        // "The office opens at nine. [1]" is nine tokens.
        let nine = ExtractiveAnswerer().answer(conversation, maximumTokens: 9)
        #expect(nine.text == "The office opens at nine. [1]" && nine.isCut && nine.usage.output == 9)
        #expect(nine.citations == Array(whole.citations.prefix(1)))
        let eight = ExtractiveAnswerer().answer(conversation, maximumTokens: 8)
        #expect(eight.text == "The office opens at nine. [1" && eight.citations.isEmpty)
        let none = ExtractiveAnswerer().answer(conversation, maximumTokens: 0)
        #expect(none.pieces.isEmpty && none.isCut && none.usage.output == 0)
    }

    @Test("What lies behind the limit is not read, and the answer says so")
    func boundsInput() {
        let filler = String(repeating: "Bees make honey in many hives. ", count: 40)
        let given = Case(document: filler + "The gate code is 4711.", question: "What is the gate code?", quoted: [])
        #expect(ExtractiveAnswerer().answer(given.conversation).outcome == .answered)
        let short = ExtractiveAnswerer(maximumScalars: 600).answer(given.conversation)
        #expect(short.outcome == .nothingFits)
        #expect(short.text.contains("longer than I read"))
    }

    @Test(
        "A megabyte is answered within bounds", .timeLimit(.minutes(5)),
        arguments: ["a. ", "<doc [", "数据平面。", "\n- item 3.14 e.g. x"])
    func staysWithinBounds(_ unit: String) {
        let text = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
        let answer = ExtractiveAnswerer().answer(
            Case(document: "The office opens at nine.\n\n" + text, question: "When does the office open?", quoted: [])
                .conversation)
        #expect(answer.citations.first?.sentence == "The office opens at nine.")
    }
}
