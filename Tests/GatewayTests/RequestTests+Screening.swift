import Audit
import Conversation
import Detection
import Kernel
import NIOCore
import Policy
import TestSupport
import Testing
import Transport

@testable import Gateway

extension RequestTests {
    static let redacted: [(String, String)] = [
        (#""write to bob@example.com now""#, #""write to [REDACTED:email] now""#),
        (#""bob@example.com""#, #""[REDACTED:email]""#),
        (#""a@example.com and b@example.org""#, #""[REDACTED:email] and [REDACTED:email]""#),
        (#""bob\u0040example.com""#, #""[REDACTED:email]""#),
        (#""b\u006fb@ex\u0061mple\u002ecom""#, #""[REDACTED:email]""#),
        (#""line\nbob@example.com\ttab \"quoted\" \\ \u0001""#, #""line\n[REDACTED:email]\ttab \"quoted\" \\ \u0001""#),
        (#""\ud83e\udd89 bob@example.com 語""#, #""🦉 [REDACTED:email] 語""#),
        (#""é語🦉 bob@example.com""#, #""é語🦉 [REDACTED:email]""#),
        (
            #"[{"type":"text","text":"bob@example.com"},{"type":"text","text":"clean\u0020"}]"#,
            #"[{"type":"text","text":"[REDACTED:email]"},{"type":"text","text":"clean\u0020"}]"#
        ),
        (
            #"[{"type":"x_new","deep":{"er":["bob@example.com"]}}]"#,
            #"[{"type":"x_new","deep":{"er":["[REDACTED:email]"]}}]"#
        ),
        (#""{\"to\": \"bob@example.com\"}""#, #""{\"to\": \"[REDACTED:email]\"}""#),
    ]

    @Test(
        "What was found is taken out of the text, however it is spelled, and all else stays", arguments: Self.redacted)
    func redactedRequests(_ content: String, _ expected: String) async throws {
        func body(_ content: String) -> String {
            #"{"model":"owl", "messages":[{"role":"user","content":\#(content)}],"n":1}"#
        }
        let outcome = try await House.guarded([.redact([.email])]).exchange(Ask(body: body(content)))
        #expect(outcome.calls.map(\.body) == [body(expected)])
        #expect(outcome.field("Gatehouse-Remedy") == "redact")
        #expect(outcome.event?.findings.first?.kind == "pii.email")
        #expect(outcome.event?.findings.first?.stage == .request)
        #expect(
            outcome.event?.decisions.map(\.bare) == [
                DecisionRecord(stage: .request, effect: .forbid, remedy: "redact", policies: ["redact"]),
                DecisionRecord(stage: .request, effect: .permit, policies: []),
            ])
        #expect(outcome.event?.outcome == .answered)
    }

    @Test(
        "Every text is looked at: tool calls, their arguments, names, system prompts, unknown fields",
        arguments: [
            #"{"model":"owl","messages":[{"role":"system","content":"@"},{"role":"user","content":"x"}]}"#,
            #"{"model":"owl","messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":\"@\"}"}}]}]}"#,
            #"{"model":"owl","messages":[{"role":"tool","tool_call_id":"1","content":"@"}]}"#,
            #"{"model":"owl","messages":[{"role":"user","name":"@","content":"x"}]}"#,
            #"{"model":"owl","messages":[{"role":"user","content":"x"}],"user":"@"}"#,
            #"{"model":"owl","messages":[{"role":"user","content":"x"}],"metadata":{"x":{"y":["@"]}}}"#,
            #"{"model":"owl","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","description":"@"}}]}"#,
            #"{"model":"owl","messages":[{"role":"user","content":"x"}],"metadata":{"model":"@"}}"#,
            #"{"model":"owl","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x.example/?to=@&padding=0123456789012345678901234567890123456789,AAAA"}}]}]}"#,
            #"{"model":"owl","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:text/plain;x=@;base64,0123456789012345678901234567890123456789"}}]}]}"#
                .replacing(";base64,", with: ","),
        ])
    func everywhere(_ template: String) async throws {
        let outcome = try await House.guarded([.block([.email], "no addresses")]).exchange(
            Ask(body: template.replacing("@", with: "bob@example.com")))
        #expect(outcome.status == 400)
        #expect(outcome.code == "content_policy_violation")
        #expect(outcome.calls.isEmpty)
    }

    @Test(
        "Encoded pictures and sounds are no text",
        arguments: [
            #"[{"type":"image_url","image_url":{"url":"data:image/png;base64,@"}}]"#,
            #"[{"type":"input_audio","input_audio":{"data":"@","format":"wav"}}]"#,
            #"[{"type":"file","file":{"file_data":"data:application/pdf;base64,@","filename":"a.pdf"}}]"#,
        ])
    func media(_ template: String) async throws {
        // Looks like a key to whoever takes it for text.
        let encoded =
            String(repeating: "AAAA", count: 20) + "/AKIAQYLPMN5HFIQR7XYA/" + String(repeating: "AAAA", count: 20)
        let body = #"{"model":"owl","messages":[{"role":"user","content":\#(template.replacing("@", with: encoded))}]}"#
        let outcome = try await House.guarded([.block(.all)]).exchange(Ask(body: body))
        #expect(outcome.calls.map(\.body) == [body])
        #expect(outcome.event?.findings == [])
    }

    @Test("A rule that blocks says so in its own words, and nothing goes out")
    func blocked() async throws {
        let house = try House.guarded([.redact([.email]), .block([.card], "card numbers do not leave the house")])
        let outcome = try await house.exchange(.chat("bob@example.com pays with 4111 1111 1111 1111"))
        #expect(outcome.status == 400)
        #expect(outcome.code == "content_policy_violation")
        #expect(outcome.message == "card numbers do not leave the house")
        #expect(outcome.json["error", "type"]?.text == "invalid_request_error")
        #expect(outcome.calls.isEmpty)
        #expect(outcome.event?.outcome == .blocked)
        #expect(
            outcome.event?.decisions.map(\.bare) == [
                DecisionRecord(stage: .request, effect: .forbid, policies: ["block"])
            ])
        #expect(Set(outcome.event?.findings.map(\.kind) ?? []) == ["pii.email", "pii.card"])
        #expect(outcome.event?.usage == nil)
        #expect(outcome.event?.attempts == 0)
    }

    @Test("What no rule is about goes on, and is counted")
    func permitted() async throws {
        let ask = Ask.chat("bob@example.com, eve@example.com")
        let outcome = try await House.guarded([.block([.card])]).exchange(ask)
        #expect(outcome.calls.map(\.body) == [ask.body])
        #expect(outcome.event?.findings == [FindingCount(stage: .request, kind: "pii.email", count: 2)])
        #expect(
            outcome.event?.decisions.map(\.bare) == [DecisionRecord(stage: .request, effect: .permit, policies: [])])
    }

    @Test("A kind that is redacted does not take another one with it that is allowed")
    func onlyTheKind() async throws {
        let house = try House.guarded([.redact([.card])])
        let outcome = try await house.exchange(.chat("bob@example.com pays with 4111 1111 1111 1111"))
        #expect(outcome.calls.first?.body.contains("bob@example.com pays with [REDACTED:card]") == true)
    }

    @Test("Without detectors nothing is found, whatever the rules")
    func detectorsOff() async throws {
        let ask = Ask.chat("bob@example.com")
        let outcome = try await House([.block(.all)]).exchange(ask)
        #expect(outcome.calls.map(\.body) == [ask.body])
        #expect(outcome.event?.detectors == "none")
    }

    @Test("Redactions and the changes for the deployment go together")
    func redactedAndPatched() async throws {
        let body = #"{"model":"small-owl","messages":[{"role":"user","content":"bob@example.com"}],"stream":true}"#
        let outcome = try await House.guarded([.redact([.email])]).exchange(Ask(body: body)) { _ in
            .stream(["data: [DONE]\n\n"])
        }
        #expect(
            outcome.calls.first?.body
                == #"{"model":"strix \"minor\"","messages":[{"role":"user","content":"[REDACTED:email]"}],"stream":true,"#
                + #""stream_options":{"include_usage":true}}"#)
    }

    /// Never satisfied: asks for another redaction each time.
    struct Insatiable: DecisionPoint {
        let isTimeless = true
        func decide(_ question: Question) -> Decision {
            Decision(effect: .forbid(remedy: .redact([.phone])), determining: ["more"])
        }
    }

    @Test("Where no remedy ever helps, the exchange is blocked")
    func remediesExhausted() async throws {
        let house = House()
        var configuration = House.configuration([], try House.patterns, nil)
        configuration.policy = Insatiable()
        house.gateway.replace(configuration: configuration)
        let outcome = try await house.exchange(.chat("bob@example.com"))
        #expect(outcome.status == 400)
        #expect(outcome.code == "content_policy_violation")
        #expect(outcome.event?.outcome == .blocked)
    }

    @Test("A body of many texts with many findings costs what it is long, not its square", .timeLimit(.minutes(5)))
    func manyFindings() async throws {
        let text = Array(repeating: #""a@example.com""#, count: 30_000).joined(separator: ",")
        let body = #"{"model":"owl","messages":[{"role":"user","content":[\#(text)]}]}"#
        let began = ContinuousClock.now
        let outcome = try await House.guarded([.redact([.email])]).exchange(Ask(body: body))
        #expect(outcome.calls.first?.body.utf8.count == body.utf8.count + 30_000 * 3)
        #expect(ContinuousClock.now - began < .seconds(15))
        #expect(outcome.event?.findings == [FindingCount(stage: .request, kind: "pii.email", count: 30_000)])
    }
}
