import Conversation
import Foundation
import Kernel
import Metering
import TestSupport
import Testing

/// Texts of our own with their tokens as two public vocabularies count them (tiktoken 0.12).
struct CountedText: Sendable {
    let group: String
    let text: String
    let o200k: Int
    let cl100k: Int

    static let all: [CountedText] = {
        let bytes = Fixture.bytes("MeteringTests/Fixtures/counted-texts.json")
        guard let tape = try? JSONTape(bytes.span) else { return [] }
        var texts: [CountedText] = []
        var element = tape.firstElement(of: tape.root)
        while let row = element {
            func string(_ name: StaticString) -> String {
                tape.member(name, of: row, in: bytes.span).flatMap { tape.string($0, in: bytes.span) } ?? ""
            }
            func number(_ name: StaticString) -> Int {
                tape.member(name, of: row, in: bytes.span).flatMap { tape.integer($0, in: bytes.span) } ?? -1
            }
            texts.append(
                CountedText(
                    group: string("group"), text: string("text"), o200k: number("o200k"), cl100k: number("cl100k")))
            element = tape.element(after: row, of: tape.root)
        }
        return texts
    }()

    static let groups = Array(Set(Self.all.map(\.group))).sorted()
}

/// Files that the tests read.
enum Fixture {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    static func bytes(_ path: String) -> [UInt8] {
        (try? Data(contentsOf: self.tests.appending(path: path))).map(Array.init) ?? []
    }

    /// What is shared beside the checkout, and absent elsewhere.
    static let shared = Self.tests.resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/data/detection/dev")
    static var hasShared: Bool { FileManager.default.fileExists(atPath: Self.shared.path) }
}

extension TokenEstimator {
    init(_ text: String) {
        self.init()
        self.add(text: text)
    }
}

@Suite("The estimate of tokens")
struct TokenEstimatorTests {
    @Test("is told by texts of every sort")
    func fixturesAreThere() {
        #expect(CountedText.all.count == 70)
        #expect(CountedText.groups.count == 24)
        #expect(CountedText.all.allSatisfy { $0.o200k >= 0 && $0.cl100k >= $0.o200k * 4 / 5 })
    }

    @Test("is near what a vocabulary of today counts", arguments: CountedText.groups)
    func isNear(_ group: String) {
        let texts = CountedText.all.filter { $0.group == group }
        let counted = texts.reduce(0) { $0 + $1.o200k }
        let estimated = texts.reduce(0) { $0 + TokenEstimator($1.text).expected.value }
        // Letters at random are no text, and Polish has long words that English vocabularies cut up.
        let lowest = ["random-letters": 65, "pl": 70][group] ?? 85
        let highest = ["vi": 135, "camel": 130][group] ?? 120
        #expect(estimated * 100 >= counted * lowest, "\(group): \(estimated) for \(counted)")
        #expect(estimated * 100 <= counted * highest, "\(group): \(estimated) for \(counted)")
    }

    @Test("has a bound that neither vocabulary exceeds", arguments: CountedText.groups)
    func isBounded(_ group: String) {
        for text in CountedText.all where text.group == group {
            let bound = TokenEstimator(text.text).bound.value
            #expect(bound >= max(text.o200k, text.cl100k), "\(group): \(bound) for \(text.o200k), \(text.cl100k)")
            #expect(bound <= text.text.utf8.count, "\(group)")
        }
    }

    @Test("is never more than a token a byte in its bound, for any bytes at all", arguments: 0..<20 as Range<UInt64>)
    func anyBytes(_ seed: UInt64) {
        var numbers = SplitMix(seed: seed)
        for _ in 0..<50 {
            let bytes = (0..<numbers.below(200)).map { _ in UInt8(numbers.below(256)) }
            var estimator = TokenEstimator()
            estimator.add(text: bytes.span)
            #expect(estimator.bound.value <= bytes.count)
            #expect((estimator.expected.value > 0) == !bytes.isEmpty)
            var whole = TokenEstimator()
            for piece in numbers.pieces(of: bytes, longest: 50) { whole.add(text: piece.span) }
            // Cut up, a text never counts for less than a token of each piece, nor for less in the bound.
            #expect(whole.bound >= estimator.bound || bytes.isEmpty)
        }
    }

    static let edges: [(String, Int, Int)] = [
        ("", 0, 0), (" ", 0, 1), ("a", 1, 1), ("abc", 1, 3), ("abcd", 1, 4), ("123", 2, 3), ("\n\n", 1, 2),
        ("\u{0}", 1, 1),
    ]

    @Test("of the shortest texts is at least a token where there is anything to see", arguments: Self.edges)
    func ofShortest(_ text: String, _ expected: Int, _ bound: Int) {
        #expect(TokenEstimator(text).expected.value == expected)
        #expect(TokenEstimator(text).bound.value == bound)
    }

    /// Benign prompts of the development set: rows, tokens by o200k, tokens by cl100k (tiktoken 0.12).
    static let prompts: [(file: String, rows: Int, o200k: Int, cl100k: Int)] = [
        ("benign_clinc", 2361, 20828, 21086), ("benign_code", 187, 16403, 16334), ("benign_docs", 54, 13337, 13440),
        ("benign_roleplay", 24, 2455, 2471), ("benign_selfinstruct", 18, 686, 697),
    ]

    @Test(
        "is within a tenth of the count over the benign prompts, and its bound within two and a half times",
        .enabled(if: Fixture.hasShared), arguments: Self.prompts)
    func benign(_ file: String, _ rows: Int, _ o200k: Int, _ cl100k: Int) throws {
        let text = try String(contentsOf: Fixture.shared.appending(path: "\(file).jsonl"), encoding: .utf8)
        var expected = 0
        var bound = 0
        var count = 0
        for line in text.split(separator: "\n") {
            let bytes = Array(line.utf8)
            let tape = try JSONTape(bytes.span)
            let prompt = tape.member("text", of: tape.root, in: bytes.span).flatMap { tape.string($0, in: bytes.span) }
            let estimator = TokenEstimator(try #require(prompt))
            expected += estimator.expected.value
            bound += estimator.bound.value
            count += 1
        }
        #expect(count == rows)
        #expect(abs(expected - o200k) * 10 <= o200k, "\(expected) for \(o200k)")
        #expect(bound >= max(o200k, cl100k) && bound * 10 <= o200k * 25, "\(bound) for \(o200k), \(cl100k)")
    }
}

@Suite("The estimate of a request")
struct RequestEstimateTests {
    private static func request(_ parts: [Message.Part], tools: [ToolDefinition] = []) -> TokenEstimator {
        TokenEstimator(
            ChatRequest(
                model: "m", conversation: Conversation(messages: [Message(role: .user, parts: parts)]), tools: tools))
    }

    private static let empty = Self.request([])

    @Test("counts the frame, and all text wherever it stands")
    func text() {
        #expect(Self.empty.expected == 7 && Self.empty.bound == 16)
        let words = "Which of these invoices is the oldest one?"
        let alone = TokenEstimator(words)
        for part in [
            .text(words), .thinking(words, signature: nil), .redactedThinking(words), .refusal(words),
        ] as [Message.Part] {
            #expect(Self.request([part]).expected == Self.empty.expected + alone.expected)
            #expect(Self.request([part]).bound == Self.empty.bound + alone.bound)
        }
        let nested = Self.request([.toolResult(ToolResult(callID: "", parts: [.text(words), .text(words)]))])
        #expect(nested.expected.value >= Self.empty.expected.value + 2 * (alone.expected.value - 1))
        let call = Self.request([.toolCall(ToolCall(id: "c", name: "search", arguments: "{\"q\":\"\(words)\"}"))])
        #expect(call.expected > Self.empty.expected + alone.expected)
        let document = Self.request([.document(title: words, text: words)])
        #expect(document.expected > Self.empty.expected + alone.expected + alone.expected)
        #expect(Self.request([.cacheMarker(CacheMarker())]) == Self.empty)
    }

    @Test("counts tools with their schemas")
    func tools() {
        let schema = JSONText("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}")
        let small = Self.request([], tools: [ToolDefinition(name: "weather")])
        let large = Self.request(
            [], tools: [ToolDefinition(name: "weather", description: "The weather", schema: schema)])
        #expect(small.expected > Self.empty.expected && large.expected.value > small.expected.value + 15)
        #expect(large.bound > large.expected)
    }

    @Test("counts media by their size where they have one, and images alike")
    func media() {
        let image = Self.request([.image(Media(.url("https://x/y.png")))])
        #expect(image.expected == 1007 && image.bound == 4816)
        let text = String(repeating: "QUJD", count: 6000)
        let file = Self.request([.file(Media(.base64(text), mediaType: "application/pdf"))])
        #expect(file.expected == 1008 && file.bound == 4017)
        let sound = Self.request([.audio(Media(.base64(text), mediaType: "audio/wav"))])
        #expect(sound.expected == 44 && sound.bound == 317)
        let elsewhere = Self.request([.file(Media(.uploaded("file-1")))])
        #expect(elsewhere.expected == 2007 && elsewhere.bound == 20_016)
    }

    @Test("counts the schema of the answer")
    func responseFormat() throws {
        var request = ChatRequest(model: "m", conversation: Conversation(messages: []))
        let before = TokenEstimator(request)
        request.responseFormat = .jsonSchema(
            try #require(JSONText("{\"type\":\"object\"}")), name: "answer", description: nil, isStrict: true)
        #expect(TokenEstimator(request).expected.value > before.expected.value + 10)
    }
}
