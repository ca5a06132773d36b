import Detection
import Kernel
import TestSupport
import Testing

@testable import Policy

@Suite("Questions and decisions, written down")
struct RecordingTests {
    @Test("What is written is read again, and written again it is the same")
    func questions() throws {
        var maker = QuestionMaker(random: SplitMix(seed: 11))
        for _ in 0..<2_000 {
            let question = maker.question()
            let json = question.json()
            let read = try Question(json: json)
            #expect(read == question, "\(shown(json))")
            #expect(read.json() == json)
        }
    }

    @Test("Members stand in the order of their names, and what says nothing is left out")
    func canonical() {
        let question = Question.plain().finding("pii.card", "secret.jwt", score: 90)
        #expect(
            String(decoding: question.json(), as: UTF8.self) == """
                {"action":"infer","findings":{"pii.card":{"count":1,"score":90},"secret.jwt":{"count":1,"score":90}},\
                "principal":{"id":"key_1","type":"service"},\
                "resource":{"boundary":"external","id":"gpt","provider":"openai","region":"eu-west-1","type":"model"},\
                "time_us":1795000000123456}
                """)
    }

    @Test("Decisions come back as they were")
    func decisions() throws {
        let remedies: [Remedy?] = [
            nil, .review, .redact([.card, .email]), .tokenise([.phone]), .reroute(model: "owl"),
            .disclose(notice: "Hm."),
        ]
        for remedy in remedies {
            let decision = Decision(
                effect: .forbid(remedy: remedy), determining: ["b", "a"], message: "no \"way\"", controls: ["x:1"],
                failures: [.init(policy: "p", reason: "because")],
                shadow: .init(effect: .forbid(remedy: remedy), determining: ["c"]), bundle: "00ff")
            #expect(try Decision(json: decision.json()) == decision)
        }
        let plain = Decision(effect: .permit, determining: ["a"])
        #expect(String(decoding: plain.json(), as: UTF8.self) == #"{"effect":"permit","policies":["a"]}"#)
        #expect(try Decision(json: plain.json()) == plain)
    }

    static let malformed = [
        ("", "nothing"), ("[]", "expected an object"), ("{}", "`principal` is missing"),
        (#"{"principal":{"type":"user"},"action":"infer","resource":{}}"#, "principal: `id` is missing"),
        (
            #"{"principal":{"type":"cat","id":"a"}}"#,
            "principal.type: `cat` is not one of `user`, `service`, `agent`, `key`"
        ),
        (#"{"principle":1}"#, "principle: there is no such member"),
        (#"{"action":"a","action":"b"}"#, "`action` is there twice"),
        (
            #"{"principal":{"type":"user","id":"a"},"action":"infer","resource":{"type":"model","id":"m","provider":"p","boundary":"near"}}"#,
            "resource.boundary: `near` is not `local` or `external`"
        ),
        (
            #"{"principal":{"type":"user","id":"a"},"action":"infer","resource":{"type":"administration","id":"k"},"findings":{"pii.card":0}}"#,
            "findings.pii.card: the count must be at least 1"
        ),
    ]

    @Test("What is no question says where and why", arguments: Self.malformed)
    func refused(_ text: String, _ message: String) {
        do throws(PolicyFormatError) {
            _ = try Question(json: Array(text.utf8))
            Issue.record("it was read")
        } catch {
            if !text.isEmpty { #expect(error.description.hasPrefix(message)) }
        }
    }

    @Test("Kinds that nobody knows are kept, and no remedy takes them out")
    func unknownKinds() throws {
        var findings = Findings()
        findings.add("custom.badge", score: 50)
        findings.add("secret.jwt", count: 2, score: 10)
        findings.add("secret.jwt", score: 80)
        #expect(findings.entries.map(\.count) == [1, 3])
        #expect(findings.entries.map(\.score) == [50, 80])
        findings.remove(.all)
        #expect(findings.entries.map(\.kind) == ["custom.badge"])
    }
}
