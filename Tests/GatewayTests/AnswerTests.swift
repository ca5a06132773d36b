import Audit
import Conversation
import Detection
import Framing
import Kernel
import NIOCore
import Policy
import TestSupport
import Testing
import Transport

@testable import Gateway

@Suite("Inspect and release a whole answer")
struct AnswerTests {
    private static func answer(_ content: String) -> String {
        #"{"id":"c1", "model":"owl-2026","choices":[{"index":0,"message":{"role":"assistant","content":\#(content)}}]}"#
    }

    @Test(
        "An answer that nothing is wrong with goes to the caller byte for byte",
        arguments: [
            House.hello, #"{}"#, " {\"x\" : [1.50, \"caf\\u00e9\"] }\n", #"{"error":null,"choices":[]}"#,
            answer(#""a\/b \ud83e\udd89""#),
        ])
    func untouched(_ body: String) async throws {
        let outcome = try await House.guarded([.redact(.all)]).exchange { _ in .json(body) }
        #expect(outcome.status == 200)
        #expect(outcome.body == body)
        #expect(outcome.end == .responded)
        #expect(outcome.field("Content-Type") == "application/json")
        #expect(outcome.field("Gatehouse-Provider") == "forest")
        #expect(outcome.field("Gatehouse-Remedy") == nil)
        #expect(outcome.field("x-request-id") == outcome.event?.id.description)
        #expect(outcome.field("request-id") == outcome.event?.id.description)
        #expect(outcome.field("Gatehouse-Exchange-Id") == outcome.event?.id.description)
        #expect(outcome.event?.responseBytes == body.utf8.count)
    }

    @Test("What was found in an answer is taken out", arguments: RequestTests.redacted)
    func redacted(_ content: String, _ expected: String) async throws {
        let outcome = try await House.guarded([.redact([.email])]).exchange { _ in .json(Self.answer(content)) }
        #expect(outcome.body == Self.answer(expected))
        #expect(outcome.field("Gatehouse-Remedy") == "redact")
        #expect(outcome.event?.findings.first?.stage == .response)
        #expect(outcome.event?.outcome == .answered)
        #expect(outcome.event?.responseBytes == Self.answer(expected).utf8.count)
    }

    @Test("What is taken out of a choice is not spelled by its tokens either; other choices keep theirs")
    func tokens() async throws {
        let spelled =
            #"{"content":[{"token":"bob","logprob":-0.1,"bytes":[98,111,98]},{"token":"@","logprob":-1,"bytes":[64]}]}"#
        @Sendable func answer(_ texts: [String], _ tokens: [String]) -> String {
            let choices = zip(texts, tokens).enumerated().map { index, choice in
                #"{"index":\#(index),"logprobs":\#(choice.1),"message":{"role":"assistant","content":"\#(choice.0)"}}"#
            }
            return #"{"choices":[\#(choices.joined(separator: ","))]}"#
        }
        let outcome = try await House.guarded([.redact([.email])]).exchange { _ in
            .json(answer(["hello", "bob@example.com", "bye", "eve@example.org"], [spelled, spelled, spelled, "null"]))
        }
        #expect(
            outcome.body
                == answer(
                    ["hello", "[REDACTED:email]", "bye", "[REDACTED:email]"], [spelled, "null", spelled, "null"]))
    }

    @Test("An answer that policy blocks is withheld")
    func blocked() async throws {
        let outcome = try await House.guarded([.block([.email], "no addresses")]).exchange { _ in
            .json(Self.answer(#""write to bob@example.com""#))
        }
        #expect(outcome.status == 400)
        #expect(outcome.code == "content_policy_violation")
        #expect(!outcome.body.contains("example.com"))
        #expect(outcome.event?.outcome == .blocked)
        #expect(outcome.event?.attempts == 1)
        #expect(outcome.event?.usage != nil, "it was paid for all the same")
    }

    @Test("Rules are asked for answers apart from requests")
    func perDirection() async throws {
        let rule = Rule(id: "out", kinds: [.email], actions: [.release], verdict: .redact)
        let ask = Ask.chat("bob@example.com")
        let outcome = try await House.guarded([rule]).exchange(ask) { _ in .json(Self.answer(#""bob@example.com""#)) }
        #expect(outcome.calls.map(\.body) == [ask.body])
        #expect(outcome.body == Self.answer(#""[REDACTED:email]""#))
    }

    // MARK: Usage

    static let usages: [(String, TokenUsage)] = [
        (#"{"prompt_tokens":11,"completion_tokens":7}"#, TokenUsage(input: 11, output: 7, source: .reported)),
        (
            #"{"prompt_tokens":11,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":2}}"#,
            TokenUsage(input: 11, output: 7, cached: 3, reasoning: 2, source: .reported)
        ),
        (#"{"prompt_tokens":5,"total_tokens":5}"#, TokenUsage(input: 5, output: 0, source: .reported)),
        ("null", TokenUsage(input: 16, output: 6, source: .estimated)),
        (#"{"prompt_tokens":-1}"#, TokenUsage(input: 16, output: 11, source: .estimated)),
        (#"{"prompt_tokens":1e2}"#, TokenUsage(input: 16, output: 12, source: .estimated)),
    ]

    @Test("Usage is what the provider says, and an estimate where it says nothing", arguments: Self.usages)
    func usage(_ written: String, _ expected: TokenUsage) async throws {
        let outcome = try await House().exchange { _ in .json(#"{"choices":[],"usage":\#(written)}"#) }
        let usage = try #require(outcome.event?.usage)
        #expect(usage.source == expected.source)
        if expected.source == .reported {
            #expect(usage == expected)
        } else {
            #expect(usage.input.value == (Ask().body.utf8.count + 3) / 4)
            #expect(usage.output.value == (outcome.body.utf8.count + 3) / 4)
        }
    }

    @Test("The model that answered is remembered as its provider names it")
    func servedModel() async throws {
        let outcome = try await House().exchange()
        #expect(outcome.event?.servedModel == "owl-2026")
        #expect(outcome.event?.model == "owl")
        #expect(outcome.event?.deployment == "owl")
        #expect(outcome.event?.provider == "forest")
    }

    // MARK: Answers that are none

    struct Failure: Shown {
        let name: String
        let reply: Reply
        let status: Int
        let code: String
        var message: String?
        var isRetryable = true
        var retryAfter: String?
    }

    private static func error(_ message: String) -> String {
        #"{"error":{"message":"\#(message)","type":"t","code":null}}"#
    }

    static let failures: [Failure] = [
        Failure(
            name: "400", reply: .json(error("bad"), status: 400), status: 400, code: "upstream_rejected",
            message: "bad", isRetryable: false),
        Failure(
            name: "400 with a code",
            reply: .json(
                #"{"error":{"message":"long","code":"context_length_exceeded","param":"messages"}}"#, status: 400),
            status: 400, code: "context_length_exceeded", message: "long", isRetryable: false),
        Failure(
            name: "401", reply: .json(error("key"), status: 401), status: 502, code: "upstream_auth_failed",
            isRetryable: false),
        Failure(
            name: "402", reply: .json(error("pay"), status: 402), status: 429, code: "rate_limit_exceeded",
            message: "pay", retryAfter: "1"),
        Failure(
            name: "403", reply: .json(error("key"), status: 403), status: 502, code: "upstream_auth_failed",
            isRetryable: false),
        Failure(
            name: "404", reply: .json(error("no"), status: 404), status: 404, code: "upstream_rejected", message: "no",
            isRetryable: false),
        Failure(
            name: "408", reply: .json(error("slow"), status: 408), status: 504, code: "upstream_timeout",
            message: "slow"),
        Failure(
            name: "413", reply: .json(error("big"), status: 413), status: 413, code: "upstream_rejected",
            message: "big", isRetryable: false),
        Failure(
            name: "422", reply: .json(#"{"detail":[{"loc":["x"]}]}"#, status: 422), status: 400,
            code: "upstream_rejected",
            message: "the model's provider answered with status 422", isRetryable: false),
        Failure(
            name: "429", reply: .json(error("slow down"), status: 429), status: 429, code: "rate_limit_exceeded",
            message: "slow down", retryAfter: "1"),
        Failure(
            name: "429 with a time", reply: .json(error("slow down"), status: 429, [(.retryAfter, "17")]), status: 429,
            code: "rate_limit_exceeded", retryAfter: "17"),
        Failure(
            name: "429 with too long a time", reply: .json(error("x"), status: 429, [(.retryAfter, "86400")]),
            status: 429,
            code: "rate_limit_exceeded", retryAfter: "60"),
        Failure(
            name: "429 with a date",
            reply: .json(error("x"), status: 429, [(.retryAfter, "Sat, 21 Nov 2026 08:15:30 GMT")]),
            status: 429, code: "rate_limit_exceeded", retryAfter: "1"),
        Failure(
            name: "500", reply: .json(error("oops"), status: 500), status: 502, code: "upstream_error", message: "oops"),
        Failure(
            name: "500 as text", reply: Reply(status: 500, body: .whole("<html>")), status: 502, code: "upstream_error",
            message: "the model's provider answered with status 500"),
        Failure(name: "502", reply: .json("{}", status: 502), status: 502, code: "upstream_error"),
        Failure(
            name: "503", reply: .json(error("busy"), status: 503, [(.retryAfter, "3")]), status: 503,
            code: "no_healthy_upstream", retryAfter: "3"),
        Failure(name: "504", reply: .json("{}", status: 504), status: 504, code: "upstream_timeout"),
        Failure(
            name: "529", reply: .json(error("overloaded"), status: 529), status: 503, code: "no_healthy_upstream",
            retryAfter: "1"),
        Failure(name: "301", reply: Reply(status: 301, body: .whole("")), status: 502, code: "upstream_error"),
        Failure(name: "201", reply: .json(House.hello, status: 201), status: 502, code: "upstream_error"),
        Failure(
            name: "an error with status 200", reply: .json(error("really")), status: 502, code: "upstream_error",
            message: "really"),
        Failure(
            name: "an error in a string with status 200", reply: .json(#"{"error":"really"}"#), status: 502,
            code: "upstream_error", message: "really"),
        Failure(
            name: "an answer that is no JSON", reply: Reply(body: .whole("hello")), status: 502,
            code: "upstream_malformed"),
        Failure(name: "an answer that is a list", reply: .json("[]"), status: 502, code: "upstream_malformed"),
        Failure(name: "an empty answer", reply: .json(""), status: 502, code: "upstream_malformed"),
        Failure(
            name: "a compressed answer", reply: .json(House.hello, [(.contentEncoding, "gzip")]), status: 502,
            code: "upstream_malformed"),
        Failure(
            name: "an answer that breaks off",
            reply: Reply(body: .pieces([Array(House.hello.utf8)], failure: TransportError(.closed, "gone"))),
            status: 502, code: "upstream_closed"),
    ]

    @Test("An answer that is an error is told in one shape, with our own status", arguments: Self.failures)
    func failed(_ row: Failure) async throws {
        let outcome = try await House().exchange { _ in row.reply }
        #expect(outcome.status == row.status)
        #expect(outcome.code == row.code)
        if let message = row.message { #expect(outcome.message == message) }
        #expect(outcome.field("x-should-retry") == (row.isRetryable ? "true" : "false"))
        #expect(outcome.field("Retry-After") == row.retryAfter)
        #expect(outcome.json["error", "gatehouse", "exchange"]?.text == outcome.event?.id.description)
        #expect(outcome.event?.outcome == .failed)
        #expect(outcome.event?.status == row.status)
        #expect(outcome.event?.code == row.code)
        #expect(outcome.event?.attempts == 1)
    }

    @Test("A message that is told on is told whole or cut, and never with what is ours or dangerous in it")
    func scrubbed() async throws {
        let leaks = [
            "Incorrect API key provided: \(House.providerKey). See https://x.example",
            "you sent bob@example.com and ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        ]
        for leak in leaks {
            for status in [400, 429, 500] {
                let outcome = try await House.guarded([]).exchange { _ in .json(Self.error(leak), status: status) }
                #expect(!outcome.body.contains("0123456789abcdef"))
                #expect(!outcome.body.contains("bob@"))
                #expect(!outcome.body.contains("ghp_"))
                #expect(outcome.message?.contains("[REDACTED:") == true)
            }
        }
    }

    @Test("What is ours is taken out of a message wherever it is cut", arguments: [0, 970, 985, 990, 999, 1000])
    func scrubbedAtTheCut(_ padding: Int) async throws {
        let message = String(repeating: "x", count: padding) + House.providerKey + String(repeating: " y", count: 1000)
        let outcome = try await House.guarded([]).exchange { _ in .json(Self.error(message), status: 400) }
        #expect(outcome.message?.contains("sk-p") == false)
        #expect(outcome.message.map { $0.utf8.count <= 1010 } == true)
    }

    @Test("Codes and parameters of a provider are scrubbed too")
    func scrubbedFields() async throws {
        let body = #"{"error":{"message":"m","code":"\#(House.providerKey)","param":"bob@example.com"}}"#
        let outcome = try await House.guarded([]).exchange { _ in .json(body, status: 400) }
        #expect(outcome.code == "[REDACTED:key]")
        #expect(outcome.json["error", "param"]?.text == "[REDACTED:email]")
    }

    static let transports: [(TransportError.Code, Int, String, ExchangeEvent.Outcome)] = [
        (.connectFailed, 503, "no_healthy_upstream", .failed), (.tlsFailed, 503, "no_healthy_upstream", .failed),
        (.exhausted, 503, "no_healthy_upstream", .failed), (.timedOut, 504, "upstream_timeout", .failed),
        (.closed, 502, "upstream_closed", .failed), (.malformed, 502, "upstream_malformed", .failed),
        (.cancelled, 499, "client_closed_request", .cancelled), (.clientGone, 499, "client_closed_request", .cancelled),
    ]

    @Test("A deployment that cannot be reached is told by status and code", arguments: Self.transports)
    func transport(_ code: TransportError.Code, _ status: Int, _ expected: String, _ outcome: ExchangeEvent.Outcome)
        async throws
    {
        let result = try await House().exchange { _ async throws(TransportError) in throw TransportError(code, "why") }
        #expect(result.status == status)
        #expect(result.code == expected)
        #expect(result.event?.outcome == outcome)
        #expect(result.event?.attempts == 1)
        #expect(result.event?.usage == nil)
        #expect(result.field("x-should-retry") == (outcome == .failed ? "true" : "false"))
    }
}
