import Conversation
import Kernel
import Testing

@testable import Providers

@Suite("What always holds for the extractive answerer")
struct ExtractivePropertyTests {
    static let seeds: [UInt64] = Array(1...8)

    @Test("Citations and text agree, sentences stand in a source, pieces join to the text", arguments: seeds)
    func citesWhatItSays(seed: UInt64) {
        var random = SplitMix(state: seed)
        var answered = 0
        for _ in 0..<40 {
            let conversation = Self.conversation(using: &random)
            let answer = ExtractiveAnswerer().answer(conversation)
            #expect(answer == ExtractiveAnswerer().answer(conversation))
            #expect(answer.usage.output.value == TextPieces.count(in: answer.text))
            guard answer.outcome == .answered else {
                #expect(answer.citations.isEmpty)
                continue
            }
            answered += 1
            let said = Self.numbers(in: answer.text)
            #expect(Set(said) == Set(answer.citations.map(\.number)))
            #expect(Set(said) == Set(1...(said.max() ?? 1)))
            let sources = Self.texts(of: conversation)
            for citation in answer.citations {
                #expect(sources.contains { Self.contains($0, citation.sentence) }, "\(citation.sentence)")
                #expect(answer.text.contains("[\(citation.number)] \(citation.source)"))
                #expect(Self.contains(answer.text, Self.onOneLine(citation.sentence) + " [\(citation.number)]"))
            }
        }
        // Else the loop above shows nothing.
        #expect(answered >= 10)
    }

    @Test("Any bound gives a beginning of the whole answer", arguments: seeds)
    func cutsToABeginning(seed: UInt64) {
        var random = SplitMix(state: seed &* 31)
        let conversation = Self.conversation(using: &random)
        let whole = ExtractiveAnswerer().answer(conversation)
        for bound in 0...(whole.pieces.count + 1) {
            let cut = ExtractiveAnswerer().answer(conversation, maximumTokens: TokenCount(bound))
            #expect(cut.pieces == Array(whole.pieces.prefix(bound)))
            #expect(cut.isCut == (bound < whole.pieces.count))
            #expect(cut.citations == Array(whole.citations.prefix(cut.citations.count)))
        }
    }

    @Test("Any Unicode is read: pieces and sentences lose nothing, answers come", arguments: seeds)
    func readsAnyUnicode(seed: UInt64) {
        var random = SplitMix(state: seed &* 977)
        for _ in 0..<60 {
            let text = Self.noise(length: Int.random(in: 0...300, using: &random), using: &random)
            let pieces = TextPieces.pieces(of: text)
            #expect(Array(pieces.joined().utf8) == Array(text.utf8))
            #expect(pieces.count == TextPieces.count(in: text) && !pieces.contains(""))
            let scalars = Array(text.unicodeScalars)
            let sentences = SentenceSplitter.sentences(of: scalars)
            for (first, second) in zip(sentences, sentences.dropFirst()) {
                #expect(first.range.upperBound <= second.range.lowerBound)
            }
            #expect(sentences.allSatisfy { !$0.range.isEmpty && $0.range.count <= 500 })
            let segments = TextSegments.segments(of: scalars)
            for (first, second) in zip(segments, segments.dropFirst()) {
                #expect(first.range.upperBound <= second.range.lowerBound)
            }
            let question = Self.noise(length: 20, using: &random)
            let answer = ExtractiveAnswerer().answer(
                Conversation(messages: [
                    Message(role: .system, parts: [.document(title: question, text: text)]),
                    Message(role: .user, parts: [.text(text), .text(question)]),
                ]))
            #expect(!answer.text.isEmpty)
        }
    }

    // MARK: Made at random

    private static let words = [
        "office", "opens", "open", "nine", "gate", "code", "Gatehouse", "is", "the", "a", "bees", "honey", "policy",
        "decides",
        "Büro", "öffnet", "офис", "открыт", "办公室", "开门", "タワー", "3.14", "42", "e.g.", "Dr.", "مكتب", "कार्यालय",
    ]
    private static let ends = [
        ". ", "! ", "? ", "。", ".\n", "\n\n", ":\n- ", ".\n# ", " | ", "\n> ", ".\n1. ", "؟ ", "। ",
    ]

    private static func prose(_ sentences: Int, using random: inout SplitMix) -> String {
        var text = ""
        for _ in 0..<sentences {
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                text += (Self.words.randomElement(using: &random) ?? "") + (random.next() % 9 == 0 ? "\n" : " ")
            }
            text += Self.ends.randomElement(using: &random) ?? ""
        }
        return text
    }

    private static func conversation(using random: inout SplitMix) -> Conversation {
        var messages: [Message] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let role = Message.Role.allCases.randomElement(using: &random) ?? .user
            let text = Self.prose(Int.random(in: 0...12, using: &random), using: &random)
            let isDocument = random.next() % 3 == 0
            messages.append(
                Message(
                    role: role,
                    parts: [
                        isDocument ? .document(title: random.next() % 2 == 0 ? "Manual" : nil, text: text) : .text(text)
                    ]))
        }
        let question = "When does the " + (Self.words.randomElement(using: &random) ?? "") + " open?"
        let before = random.next() % 3 == 0 ? "<context>\n" + Self.prose(6, using: &random) + "\n</context>\n" : ""
        messages.append(Message(role: .user, parts: [.text(before + question)]))
        return Conversation(messages: messages)
    }

    /// Scalars of all planes, and many of those that mean something to the readers.
    private static func noise(length: Int, using random: inout SplitMix) -> String {
        let special = Array("<>/[]()\"'`~#*_-|.!?…。？ \n\r\t:：1923aZé\u{301}\u{200D}\u{FE0F}한あア漢".unicodeScalars)
        var text = String.UnicodeScalarView()
        while text.count < length {
            if random.next() % 3 == 0 {
                text.append(
                    contentsOf: ["<document>", "</document>", "```", "\"\"\"", "<question>", "Question: ", "[12]"]
                        .randomElement(using: &random).map { Array($0.unicodeScalars) } ?? [])
            }
            if random.next() % 2 == 0, let scalar = special.randomElement(using: &random) {
                text.append(scalar)
            } else if let scalar = Unicode.Scalar(UInt32(random.next() % 0x110000)) {
                text.append(scalar)
            }
        }
        return String(text)
    }

    private static func numbers(in text: String) -> [Int] {
        text.split(separator: "[").dropFirst().compactMap { $0.split(separator: "]").first.flatMap { Int($0) } }
    }

    private static func texts(of conversation: Conversation) -> [String] {
        conversation.messages.flatMap(\.parts).compactMap { part in
            switch part {
            case .text(let text), .document(_, let text): text
            default: nil
            }
        }
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard text.count >= part.count, !part.isEmpty else { return false }
        return (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
    }

    private static func onOneLine(_ sentence: String) -> String {
        var line = ""
        var space = ""
        for character in sentence {
            if character.isWhitespace {
                space.append(character)
            } else {
                line += space.contains(where: \.isNewline) ? " " : space
                space = ""
                line.append(character)
            }
        }
        return line
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every platform.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
