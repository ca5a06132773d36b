import Audit
import Codecs
import Conversation
import Framing
import Identity
import Kernel
import NIOCore
import Providers
import TestSupport
import Testing
import Transport

@testable import Gateway

@Suite("Routes and refusals")
struct SurfaceTests {
    struct Route: Shown {
        let line: String
        let status: Int
        var code: String?
        var act: ExchangeEvent.Act?
        var name: String { "\(self.line) is \(self.status)" }

        init(_ line: String, _ status: Int, _ code: String? = nil, _ act: ExchangeEvent.Act? = nil) {
            self.line = line
            self.status = status
            self.code = code
            self.act = act
        }
    }

    static let routes: [Route] = [
        Route("POST /v1/chat/completions", 200, nil, .chatCompletion),
        Route("POST /chat/completions", 200, nil, .chatCompletion),
        Route("POST /openai/v1/chat/completions", 200, nil, .chatCompletion),
        Route("POST /openai/chat/completions", 200, nil, .chatCompletion),
        Route("POST /v1/chat/completions?api-version=2026-01-01", 200, nil, .chatCompletion),
        Route("POST /v1/embeddings", 400, "missing_required_parameter", .embedding),
        Route("GET /v1/models", 200, nil, .models),
        Route("GET /models", 200, nil, .models), Route("GET /openai/v1/models", 200, nil, .models),
        Route("GET /v1/models/owl", 200, nil, .models), Route("GET /v1/models/eagle", 404, "model_not_found", .models),
        Route("GET /v1/models/%6Fwl", 200, nil, .models), Route("GET /v1/models/o%77l?x=%FF", 200, nil, .models),
        Route("GET /v1/models/small-owl", 200, nil, .models),
        Route("GET /v1/models/a/b", 404, "model_not_found", .models),
        Route("GET /v1/models/a%2Fb", 404, "model_not_found", .models),
        Route("GET /v1/models/%FF", 404, "unknown_route", .unknown),
        Route("GET /v1/models/", 404, "unknown_route", .unknown), Route("GET /healthz", 200),
        Route("GET /v1/healthz", 200),
        Route("GET /v1/chat/completions", 405, "method_not_allowed", .unknown),
        Route("PUT /v1/embeddings", 405, "method_not_allowed", .unknown),
        Route("POST /v1/models", 405, "method_not_allowed", .unknown),
        Route("DELETE /v1/models/owl", 405, "method_not_allowed", .unknown),
        Route("POST /healthz", 405, "method_not_allowed", .unknown),
        Route("HEAD /v1/models", 405, "method_not_allowed", .unknown),
        Route("GET /", 404, "unknown_route", .unknown),
        Route("POST /v1/completions", 400, "missing_required_parameter", .passed),
        Route("POST /v1/chat/completions/", 404, "unknown_route", .unknown),
        Route("POST /V1/chat/completions", 404, "unknown_route", .unknown),
        Route("POST /v1//chat/completions", 404, "unknown_route", .unknown),
        Route("POST /v1/v1/chat/completions", 404, "unknown_route", .unknown),
        Route("POST /v1/../v1/chat/completions", 404, "unknown_route", .unknown),
        Route("POST /v1/chat%2Fcompletions", 404, "unknown_route", .unknown),
        Route("GET /v1", 404, "unknown_route", .unknown), Route("OPTIONS *", 404, "unknown_route", .unknown),
        Route("GET /api/keys", 404, "unknown_route", .unknown), Route("GET /metrics", 404, "unknown_route", .unknown),
    ]

    @Test("Every route answers, and everything else says that it is none", arguments: Self.routes)
    func route(_ row: Route) async throws {
        let outcome = try await House().exchange(Ask(line: row.line))
        #expect(outcome.status == row.status)
        #expect(outcome.code == row.code)
        #expect(outcome.event?.operation == row.act)
        if row.code == "method_not_allowed" { #expect(outcome.field("Allow") != nil, "RFC 9110, section 15.5.6") }
    }

    @Test(
        "Every route to a model asks for a key; none of the others shows anything without one", arguments: Self.routes)
    func withoutKey(_ row: Route) async throws {
        let outcome = try await House().exchange(Ask(line: row.line, fields: []))
        let isOpen = row.act == nil || row.act == .unknown
        #expect(outcome.status == (isOpen ? row.status : 401))
        #expect(outcome.calls.isEmpty)
        if row.act == nil { #expect(outcome.body == #"{"status":"ok"}"#) }
    }

    @Test("The list of models is the caller's, in order")
    func models() async throws {
        let house = House()
        let all = try await house.exchange(Ask(line: "GET /v1/models"))
        #expect(all.json["object"]?.text == "list")
        #expect(all.json["data"]?.elements.compactMap { $0["id"]?.text } == ["otter", "owl", "pike", "small-owl"])
        #expect(all.json["data", 0, "object"]?.text == "model")
        let some = try await house.exchange(Ask(line: "GET /v1/models", fields: ["x-api-key: gatehouse_owls_only"]))
        #expect(some.json["data"]?.elements.compactMap { $0["id"]?.text } == ["owl"])
        let none = try await house.exchange(Ask(line: "GET /v1/models", fields: ["x-api-key: gatehouse_nothing"]))
        #expect(none.json["data"]?.elements.isEmpty == true)
        let one = try await house.exchange(Ask(line: "GET /v1/models/small-owl"))
        #expect(one.json["id"]?.text == "small-owl")
        let hidden = try await house.exchange(
            Ask(line: "GET /v1/models/small-owl", fields: ["x-api-key: gatehouse_owls_only"]))
        #expect(hidden.status == 404)
        #expect(hidden.message?.contains("small-owl") == true)
        #expect(some.event?.principal == House.keys[1].key.principal)
        #expect(some.event?.attempts == 0)
    }

    @Test("What was no request is told in the same shape, and remembered")
    func refused() async throws {
        let refusal = RequestRefusal(code: "head_too_long", status: 431, message: "the head is longer than the limit")
        let outcome = try await House().serve(.refused(refusal))
        #expect(outcome.status == 431)
        #expect(outcome.code == "head_too_long")
        #expect(outcome.json["error", "type"]?.text == "invalid_request_error")
        #expect(outcome.event?.operation == .unknown)
        #expect(outcome.event?.outcome == .refused)
    }

    // MARK: The contract

    @Test("The statuses and codes that callers see change only on purpose")
    func golden() throws {
        func line(_ cause: String, _ refusal: Refusal) -> String {
            let retry = refusal.isRetryable ? "retry" + (refusal.retryAfter.map { " after \($0)" } ?? "") : "-"
            return
                "\(cause)\t\(refusal.status)\t\(refusal.type)\t\(refusal.code)\t\(refusal.parameter ?? "-")\t\(retry)\t\(refusal.outcome)"
        }
        var lines = ["cause\tstatus\ttype\tcode\tparam\tretry\toutcome"]
        lines += [
            line("unknown route", .unknownRoute("/x")), line("wrong method", .wrongMethod("PUT", "POST")),
            line("no key", .missingKey),
            line("unknown, expired or revoked key", .invalidKey(IdentityError(.unknownKey, ""))),
            line("too many exchanges", .overloaded),
            line("too many exchanges of one key", .tooManyForKey),
            line("too many requests of one key", .tooManyRequests(60, wait: .milliseconds(1500))),
            line("event log full", .ledgerFull),
            line("event not recorded", .ledgerFailed), line("detector failed", .detectorFailed),
            line("outside decision point failed", .policyUnavailable),
            line("client gone", .cancelled),
            line("unknown model", .unknownModel("x")), line("model not allowed", .modelNotAllowed("x")),
            line("blocked by policy", .blocked("no")), line("no remedy helps", .remediesExhausted),
            line("answer malformed", .malformedAnswer("nonsense")),
        ]
        let transports: [TransportError.Code] = [
            .connectFailed, .tlsFailed, .exhausted, .timedOut, .closed, .malformed, .cancelled, .clientGone,
        ]
        lines += transports.map { line("transport: \($0)", .transport(TransportError($0, ""))) }
        lines += [
            line(
                "unsupported by the provider",
                .unanswered(
                    .unsupported(RequestError(code: "unsupported_operation", parameter: "model", message: ""))))
        ]
        for status in [400, 401, 402, 403, 404, 408, 409, 413, 415, 418, 422, 429, 500, 502, 503, 504, 529] {
            lines.append(line("provider: \(status)", .upstream(status: status, nil, retryAfter: nil) { $0 }))
        }
        let bodies = [
            "", "[]", "{}", #"{"model":1}"#, #"{"model":"x","model":"y"}"#, #"{"model":"x","messages":1}"#,
            String(repeating: "[", count: 200),
        ]
        for body in bodies {
            do throws(RequestError) {
                _ = try ModelRequest(ModelRequest.Address(.chat(.openAIChat)), body: ByteBuffer(string: body))
            } catch {
                lines.append(line("body: \(body.prefix(30))", Refusal(error)))
            }
        }
        for code in FramingError.Code.allCases where code.status != 502 {
            lines.append(
                line(
                    "framing: \(code)",
                    Refusal(RequestRefusal(code: code.description, status: code.status, message: ""))))
        }
        try GoldenText("Golden/errors.txt").compare(lines)
    }

    @Test("A refusal in an answer and in a stream says the same")
    func shape() throws {
        let refusal = Refusal.modelNotAllowed("a\"b\n")
        let body = String(buffer: refusal.body("exch_1", .openAIChat))
        let json = try JSONDocument(Array(body.utf8))
        #expect(json["error", "message"]?.text == "this key may not use the model `a\"b\n`")
        #expect(json["error", "type"]?.text == "permission_error")
        #expect(json["error", "param"]?.text == "model")
        #expect(json["error", "gatehouse", "exchange"]?.text == "exch_1")
        #expect(String(buffer: refusal.frame("exch_1", .openAIChat)) == "data: \(body)\n\n")
        let silent = try JSONDocument(Array(Refusal.missingKey.body("exch_1", .openAIChat).readableBytesView))
        #expect(silent["error", "param"] == .null)
    }
}
