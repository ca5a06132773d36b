import Audit
import Detection
import Framing
import Kernel
import NIOCore
import Providers
import TestSupport
import Testing
import Transport

@testable import Gateway

@Suite("Routes that are passed on")
struct PassThroughTests {
    private static func form(_ parts: [(String, String)]) -> (type: String, body: String) {
        let body = parts.map { "--Xy\r\nContent-Disposition: form-data; \($0.0)\r\n\r\n\($0.1)\r\n" }.joined()
        return ("multipart/form-data; boundary=Xy", body + "--Xy--\r\n")
    }

    private static func ask(_ line: String, _ body: String = "", type: String? = "application/json") -> Ask {
        Ask(
            line: line,
            fields: ["Authorization: Bearer gatehouse_application"] + (type.map { ["Content-Type: \($0)"] } ?? []),
            body: body)
    }

    @Test("A JSON request goes to the provider of its model, by the provider's name for it")
    func json() async throws {
        let outcome = try await House().exchange(
            Self.ask("POST /v1/images/generations", #"{"prompt":"an owl","model":"small-owl","n":1}"#)
        ) { _ in .json(#"{"created":1,"data":[{"b64_json":"AAAA"}]}"#) }
        #expect(outcome.status == 200)
        #expect(outcome.body == #"{"created":1,"data":[{"b64_json":"AAAA"}]}"#)
        let call = try #require(outcome.calls.first)
        #expect(call.head.hasPrefix("POST /v1/images/generations HTTP/1.1\r\n"))
        #expect(call.head.contains("Content-Type: application/json\r\n"))
        #expect(call.body == #"{"prompt":"an owl","model":"strix \"minor\"","n":1}"#)
        #expect(outcome.event?.operation == .passed)
        #expect(outcome.event?.model == "small-owl")
    }

    @Test("A form's model is named as the provider does, its texts are inspected, its other bytes stay")
    func form() async throws {
        let sound = "\u{1}RIFF\u{0}"
        let (type, body) = Self.form([
            (#"name="model""#, "small-owl"), (#"name="prompt""#, "mail bob@example.com"),
            (#"name="file"; filename="a.wav""#, sound),
        ])
        let outcome = try await House.guarded([.redact([.email])])
            .exchange(Self.ask("POST /v1/audio/transcriptions", body, type: type)) { _ in .json(#"{"text":"hoot"}"#) }
        #expect(outcome.status == 200)
        let expected = body.replacing("small-owl", with: #"strix "minor""#)
            .replacing("bob@example.com", with: "[REDACTED:email]")
        #expect(outcome.calls.first?.body == expected)
        #expect(outcome.calls.first?.head.contains("Content-Type: \(type)\r\n") == true)
    }

    @Test("A sound comes back as it is")
    func binary() async throws {
        let outcome = try await House().exchange(
            Self.ask("POST /v1/audio/speech", #"{"model":"owl","input":"hoot","voice":"tawny"}"#)
        ) { _ in
            Reply(fields: [(.contentType, "audio/mpeg")], body: .pieces([[0xFF, 0xFB, 0x00], [0x80]], failure: nil))
        }
        #expect(outcome.pieces == [[0xFF, 0xFB, 0x00, 0x80]])
        #expect(outcome.field("Content-Type") == "audio/mpeg")
    }

    @Test(
        "Files and batches name no model and go to the provider for such routes, with their query but without our key")
    func files() async throws {
        let list = try await House().exchange(Self.ask("GET /v1/files?purpose=batch&key=k&provider=forest", type: nil))
        {
            _ in .json(#"{"object":"list","data":[]}"#)
        }
        #expect(list.calls.first?.head.hasPrefix("GET /v1/files?purpose=batch HTTP/1.1\r\n") == true)
        let content = try await House.guarded([.redact([.email])]).exchange(
            Self.ask("GET /v1/files/file-1/content", type: nil)
        ) { _ in
            Reply(fields: [(.contentType, "application/octet-stream")], body: .whole("{\"a\":\"eve@example.org\"}\n"))
        }
        #expect(content.body == "{\"a\":\"[REDACTED:email]\"}\n")
        let deleted = try await House().exchange(Self.ask("DELETE /v1/files/file-1", type: nil)) { _ in
            .json(#"{"id":"file-1","deleted":true}"#)
        }
        #expect(deleted.calls.first?.head.hasPrefix("DELETE /v1/files/file-1 ") == true)
    }

    struct Refused: Shown {
        let line: String
        var body = ""
        var fields = ["Authorization: Bearer gatehouse_application", "Content-Type: application/json"]
        let status: Int
        let code: String
        var name: String { "\(self.line) \(self.body) is \(self.code)" }
    }

    static let refused: [Refused] = [
        Refused(line: "POST /v1/moderations", body: #"{"input":"x"}"#, status: 400, code: "missing_required_parameter"),
        Refused(line: "POST /v1/moderations", body: #"{"model":"eagle"}"#, status: 404, code: "model_not_found"),
        Refused(
            line: "POST /v1/moderations", body: #"{"model":"owl","model":"owl"}"#, status: 400, code: "duplicate_field"),
        Refused(line: "POST /v1/moderations", body: #"{"mod\u0065l":"owl"}"#, status: 400, code: "duplicate_field"),
        Refused(line: "POST /v1/moderations", body: "{", status: 400, code: "invalid_json"),
        Refused(line: "POST /v1/moderations", body: #"{"model":"otter"}"#, status: 400, code: "unsupported_operation"),
        Refused(line: "GET /v1/images/generations", status: 405, code: "method_not_allowed"),
        Refused(line: "GET /v1/files/..", status: 404, code: "unknown_route"),
        Refused(line: "GET /v1/files/a%2F..%2Fb", status: 404, code: "unknown_route"),
        Refused(line: "GET /v1/files?provider=river", status: 404, code: "unknown_route"),
        Refused(
            line: "GET /v1/files", fields: ["Authorization: Bearer gatehouse_owls_only"], status: 403,
            code: "model_not_allowed"),
        Refused(line: "GET /v1/files", fields: [], status: 401, code: "invalid_api_key"),
        Refused(
            line: "POST /v1/audio/transcriptions", body: "--Xy\r\n",
            fields: ["Authorization: Bearer gatehouse_application", "Content-Type: multipart/form-data; boundary=Xy"],
            status: 400, code: "invalid_form"),
        Refused(
            line: "POST /v1/moderations", body: #"{"model":"owl","input":"4111 1111 1111 1111"}"#, status: 400,
            code: "content_policy_violation"),
    ]

    @Test("What is not right goes nowhere", arguments: Self.refused)
    func refuses(_ row: Refused) async throws {
        let outcome = try await House.guarded([.block([.card])])
            .exchange(Ask(line: row.line, fields: row.fields, body: row.body))
        #expect(outcome.status == row.status)
        #expect(outcome.code == row.code)
        #expect(outcome.calls.isEmpty)
    }

    @Test("An older completion streams and is inspected")
    func completions() async throws {
        let frames = ["take bob@exam", "ple.com"].map {
            #"data: {"choices":[{"index":0,"text":"\#($0)","finish_reason":null}]}"# + "\n\n"
        }
        let outcome = try await House.guarded([.redact([.email])]).exchange(
            Self.ask("POST /v1/completions", #"{"model":"owl","prompt":"x","stream":true}"#)
        ) { _ in
            .stream(
                frames + [#"data: {"choices":[{"index":0,"text":"","finish_reason":"stop"}]}"# + "\n\n", Stream.done])
        }
        #expect(outcome.end == .ended)
        #expect(outcome.body.contains("[REDACTED:email]"))
        #expect(!outcome.body.contains("bob@exam"))
    }
}
