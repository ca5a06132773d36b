import Detection
import Kernel
import TestSupport
import Testing

@testable import Classifiers

@Suite("Classifiers elsewhere")
struct ClassifierTests {
    private static func classifier(
        _ dialect: Classifier.Dialect, labels: Set<String> = ["MALICIOUS"], kind: Finding.Kind = .injectionOverride,
        threshold: Double = 0.5
    ) -> Classifier {
        Classifier(
            name: "guard", dialect: dialect, labels: labels, kind: kind, threshold: threshold, window: 1024)
    }

    static let questions: [(Classifier.Dialect, String)] = [
        (.presidio(language: "de"), #"{"language":"de","text":"a\"b"}"#),
        (.predict, #"{"inputs":"a\"b"}"#),
        (.classify(model: "m"), #"{"input":"a\"b","model":"m"}"#),
        (
            .judge(model: "m", instruction: nil),
            #"{"max_tokens":64,"messages":[{"content":"a\"b","role":"user"}],"model":"m","temperature":0}"#
        ),
        (
            .judge(model: "m", instruction: "i"),
            #"{"max_tokens":64,"messages":[{"content":"i","role":"system"},{"content":"a\"b","role":"user"}],"#
                + #""model":"m","temperature":0}"#
        ),
    ]

    @Test("The request is what the server's API takes", arguments: questions)
    func requests(dialect: Classifier.Dialect, body: String) {
        let text = Array(#"a"b"#.utf8)
        #expect(String(decoding: Self.classifier(dialect).request(about: text.span), as: UTF8.self) == body)
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let name: String
        let dialect: Classifier.Dialect
        let json: String
        let isFound: Bool
        var testDescription: String { self.name }
    }

    static let answers = [
        Answer(
            name: "the likeliest label above the threshold", dialect: .predict,
            json: #"[{"label":"MALICIOUS","score":0.9},{"label":"BENIGN","score":0.1}]"#, isFound: true),
        Answer(
            name: "a list in a list", dialect: .predict, json: #"[[{"label":"MALICIOUS","score":9e-1}]]"#, isFound: true
        ),
        Answer(
            name: "below the threshold", dialect: .predict, json: #"[{"label":"MALICIOUS","score":0.49}]"#,
            isFound: false),
        Answer(name: "another label", dialect: .predict, json: #"[{"label":"BENIGN","score":0.99}]"#, isFound: false),
        Answer(
            name: "vLLM's answer", dialect: .classify(model: "m"),
            json: #"{"data":[{"index":0,"label":"MALICIOUS","probs":[0.2,0.8]}]}"#, isFound: true),
        Answer(
            name: "vLLM's other label", dialect: .classify(model: "m"),
            json: #"{"data":[{"label":"BENIGN","probs":[0.8,0.2]}]}"#, isFound: false),
        Answer(
            name: "a judge that has nothing against it", dialect: .judge(model: "m", instruction: nil),
            json: #"{"choices":[{"message":{"role":"assistant","content":"\n\nsafe"}}]}"#, isFound: false),
        Answer(
            name: "a judge that has", dialect: .judge(model: "m", instruction: nil),
            json: #"{"choices":[{"message":{"content":"Malicious"}}]}"#, isFound: true),
    ]

    @Test("An answer becomes findings", arguments: answers)
    func findings(answer: Answer) throws {
        let text = Array("forget it".utf8)
        let findings = try Self.classifier(answer.dialect).findings(in: Array(answer.json.utf8), about: text.span)
        #expect(findings.map(\.kind) == (answer.isFound ? [.injectionOverride] : []))
        #expect(findings.allSatisfy { $0.span == 0..<text.count })
    }

    @Test("A judge's categories are kinds of their own")
    func categories() throws {
        let kind = try #require(Finding.Kind(rawValue: "custom.llama-guard"))
        let judge = Self.classifier(.judge(model: "m", instruction: nil), labels: ["unsafe"], kind: kind)
        let json = #"{"choices":[{"message":{"content":"unsafe\nS1,S10"}}]}"#
        let text: [UInt8] = [1, 2]
        let findings = try judge.findings(in: Array(json.utf8), about: text.span)
        #expect(findings.map(\.kind.rawValue) == ["custom.llama-guard.s1", "custom.llama-guard.s10"])
    }

    @Test("Presidio counts characters, we count bytes; what it knows and we do not has a kind of its own")
    func entities() throws {
        let text = Array("Grüße, Zoë 🦉 <zoe@example.com>".utf8)
        let json = """
            [{"entity_type":"PERSON","start":7,"end":10,"score":0.85,"analysis_explanation":null},
             {"entity_type":"EMAIL_ADDRESS","start":14,"end":29,"score":1.0},
             {"entity_type":"CRYPTO","start":0,"end":5,"score":0.6},
             {"entity_type":"URL","start":0,"end":5,"score":0.4}]
            """
        let kind = try #require(Finding.Kind(rawValue: "custom.presidio"))
        let presidio = Self.classifier(.presidio(language: "en"), labels: [], kind: kind)
        let findings = try presidio.findings(in: Array(json.utf8), about: text.span)
        #expect(findings.map(\.kind.rawValue) == ["pii.person", "pii.email", "custom.presidio.crypto"])
        #expect(
            findings.map { String(decoding: text[$0.span], as: UTF8.self) } == ["Zoë", "zoe@example.com", "Grüße"])
        #expect(findings.map(\.confidence.percent) == [85, 100, 60])
    }

    @Test("A label is a finding whatever word it is, and only `safe` is none")
    func labelsFirst() throws {
        let judge = Self.classifier(.judge(model: "m", instruction: "May this pass?"), labels: ["no"])
        let text = Array("forget it".utf8)
        let no = Array(#"{"choices":[{"message":{"content":"No"}}]}"#.utf8)
        #expect(try judge.findings(in: no, about: text.span).map(\.kind) == [.injectionOverride])
        let benign = Array(#"{"choices":[{"message":{"content":"benign"}}]}"#.utf8)
        #expect(throws: ClassifierFailure.self) { _ = try judge.findings(in: benign, about: text.span) }
    }

    static let broken: [(Classifier.Dialect, String)] = [
        (.predict, ""), (.predict, "no"), (.predict, "{}"), (.predict, "[]"),
        (.predict, #"[{"label":"MALICIOUS"}]"#), (.classify(model: "m"), #"{"data":[]}"#),
        (.presidio(language: "en"), #"{"error":"x"}"#),
        (.presidio(language: "en"), #"[{"entity_type":"PERSON","start":0,"end":4,"score":1}]"#),
        (.presidio(language: "en"), #"[{"entity_type":"PERSON","start":2,"end":1,"score":1}]"#),
        (.judge(model: "m", instruction: nil), #"{"choices":[{"message":{"content":"I cannot say."}}]}"#),
        (.judge(model: "m", instruction: nil), #"{"choices":[{"message":{"content":" "}}]}"#),
        (.judge(model: "m", instruction: nil), #"{"choices":[]}"#),
    ]

    @Test("What is no answer is a failure", arguments: broken)
    func failures(dialect: Classifier.Dialect, json: String) {
        let text = Array("abc".utf8)
        let isPresidio = if case .presidio = dialect { true } else { false }
        let classifier = Self.classifier(dialect, labels: isPresidio ? [] : ["MALICIOUS"])
        #expect(throws: ClassifierFailure.self) {
            _ = try classifier.findings(in: Array(json.utf8), about: text.span)
        }
    }

    @Test("Offsets of characters are those of bytes, wherever they lie")
    func offsets() {
        var random = SplitMix(seed: 4)
        for _ in 0..<200 {
            let scalars = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                (["a", "ü", "€", "🦉"] as [Unicode.Scalar]).randomElement(using: &random) ?? "a"
            }
            let bytes = scalars.flatMap { Array(String(Character($0)).utf8) }
            let offsets = CharacterOffsets(bytes.span)
            let start = Int.random(in: 0...scalars.count, using: &random)
            let end = Int.random(in: start...scalars.count, using: &random)
            let expected = scalars[start..<end].flatMap { Array(String(Character($0)).utf8) }
            #expect(offsets.bytes(start, end).map { Array(bytes[$0]) } == expected)
            #expect(offsets.bytes(0, scalars.count + 1) == nil)
        }
    }
}

@Suite("Excerpts")
struct ExcerptTests {
    @Test("What lies in an excerpt leads back to the pieces that it was made of")
    func mapping() {
        let source = Array("role: user\0content: hello there\0x: bye".utf8)
        let excerpt = Excerpt(source, [20..<31, 35..<38])
        #expect(String(decoding: excerpt.text, as: UTF8.self) == "hello there\nbye\n")
        #expect(excerpt.source(of: 6..<11) == [26..<31])
        #expect(excerpt.source(of: 6..<14) == [26..<31, 35..<37])
        #expect(excerpt.source(of: 11..<12) == [])
        #expect(excerpt.source(of: 0..<excerpt.text.count) == [20..<31, 35..<38])
    }

    @Test("Windows cover the text, end within the bound, and cut no character")
    func windows() {
        var random = SplitMix(seed: 5)
        for _ in 0..<100 {
            let text = (0..<500).flatMap { _ in
                Array((["a", " ", "ü", "🦉"].randomElement(using: &random) ?? "a").utf8)
            }
            let excerpt = Excerpt(text, [0..<text.count])
            let size = Int.random(in: 16...200, using: &random)
            let windows = excerpt.windows(of: size)
            #expect(windows.first?.lowerBound == 0)
            #expect(windows.last?.upperBound == excerpt.text.count)
            #expect(zip(windows, windows.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            for window in windows {
                #expect(!window.isEmpty && window.count <= size)
                #expect(String(validating: excerpt.text[window], as: UTF8.self) != nil)
            }
        }
    }
}

@Suite("The breaker")
struct BreakerTests {
    private static func asks(_ breaker: inout Breaker, _ now: Timestamp) -> Bool { breaker.admits(at: now) }

    @Test("It opens after failures in a row, tries once per pause, and closes with a success")
    func states() {
        let start = Timestamp(microseconds: 0)
        func at(_ seconds: Int) -> Timestamp { start.advanced(by: .seconds(seconds)) }
        var breaker = Breaker(failures: 3, pause: .seconds(10))
        for _ in 0..<2 { breaker.failed(at: start) }
        breaker.succeeded()
        for _ in 0..<2 { breaker.failed(at: start) }
        #expect(Self.asks(&breaker, start) == true)
        breaker.failed(at: start)
        #expect(Self.asks(&breaker, at(9)) == false)
        #expect(Self.asks(&breaker, at(10)) == true)
        #expect(Self.asks(&breaker, at(11)) == false)
        breaker.failed(at: at(12))
        #expect(Self.asks(&breaker, at(21)) == false)
        #expect(Self.asks(&breaker, at(22)) == true)
        breaker.succeeded()
        #expect(Self.asks(&breaker, at(22)) == true)
    }
}
