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

@Suite("Decode, screen and forward a request")
struct RequestTests {
    // MARK: Decode

    struct Refused: Shown {
        let body: String
        let status: Int
        let code: String
        var parameter: String?
        var name: String { "\(self.code): \(self.body.prefix(80))" }

        init(_ body: String, _ code: String, _ parameter: String? = nil, status: Int = 400) {
            self.body = body
            self.status = status
            self.code = code
            self.parameter = parameter
        }
    }

    static let refused: [Refused] = [
        Refused("", "invalid_json"), Refused("{", "invalid_json"), Refused("nonsense", "invalid_json"),
        Refused("[]", "invalid_json"), Refused("null", "invalid_json"), Refused(#""text""#, "invalid_json"),
        Refused(#"{"model":"owl","messages":[{"role":"user","content":"\ud800"}]}"#, "invalid_json"),
        Refused(#"{"model":"owl","messages":[{"role":"user"}],}"#, "invalid_json"),
        Refused(#"{"model":"owl","messages":[{"role":"user"}]} "# + "x", "invalid_json"),
        Refused(#"{"mod\u0065l":"owl","messages":[{"role":"user"}]}"#, "invalid_json"),
        Refused(#"{"model":"owl","messages":\#(String(repeating: "[", count: 200))"#, "request_too_complex"),
        Refused(#"{"messages":[{"role":"user"}]}"#, "missing_required_parameter", "model"),
        Refused(#"{"model":"owl"}"#, "missing_required_parameter", "messages"),
        Refused(#"{"model":5,"messages":[{"role":"user"}]}"#, "invalid_type", "model"),
        Refused(#"{"model":"","messages":[{"role":"user"}]}"#, "invalid_type", "model"),
        Refused(#"{"model":null,"messages":[{"role":"user"}]}"#, "invalid_type", "model"),
        Refused(#"{"model":"owl","messages":[]}"#, "invalid_type", "messages"),
        Refused(#"{"model":"owl","messages":"hello"}"#, "invalid_type", "messages"),
        Refused(#"{"model":"owl","messages":[1]}"#, "invalid_type", "messages[0]"),
        Refused(#"{"model":"owl","messages":[{"role":"user"},{"content":"x"}]}"#, "invalid_type", "messages[1].role"),
        Refused(#"{"model":"owl","messages":[{"role":"user"}],"stream":"yes"}"#, "invalid_type", "stream"),
        Refused(#"{"model":"owl","messages":[{"role":"user"}],"max_tokens":0}"#, "invalid_type", "max_tokens"),
        Refused(#"{"model":"owl","model":"owl","messages":[{"role":"user"}]}"#, "duplicate_field", "model"),
        Refused(
            #"{"model":"owl","messages":[{"role":"user"}],"messages":[{"role":"user"}]}"#, "duplicate_field", "messages"
        ),
        Refused(#"{"model":"eagle","messages":[{"role":"user"}]}"#, "model_not_found", "model", status: 404),
        Refused(#"{"model":"Owl","messages":[{"role":"user"}]}"#, "model_not_found", "model", status: 404),
    ]

    @Test("What cannot be understood is refused, names the field, and reaches no deployment", arguments: Self.refused)
    func refusedBodies(_ row: Refused) async throws {
        let outcome = try await House().exchange(Ask(body: row.body))
        #expect(outcome.status == row.status)
        #expect(outcome.code == row.code)
        #expect(outcome.json["error", "param"]?.text == row.parameter)
        #expect(outcome.field("x-should-retry") == "false")
        #expect(outcome.calls.isEmpty)
        #expect(outcome.event?.outcome == .refused)
        #expect(outcome.event?.code == row.code)
        #expect(outcome.event?.requestBytes == row.body.utf8.count)
        #expect(outcome.event?.attempts == 0)
    }

    @Test("Bytes that are not UTF-8 are no JSON")
    func invalidUTF8() async throws {
        let bytes =
            Array(#"{"model":"owl","messages":[{"role":"user","content":""#.utf8) + [0xC3, 0x28] + Array(#""}]}"#.utf8)
        let house = House()
        let executor = LoopExecutor(loop: House.anyLoop)
        let inbound = try Ask().inbound()
        let body = await withTaskExecutorPreference(executor) {
            let wire = ScriptedWire(executor, body: .success(ByteBuffer(bytes: bytes))) { _ in .json(House.hello) }
            await house.gateway.lane().handle(inbound, on: wire)
            return shown(wire.pieces.joined())
        }
        #expect(body.contains("invalid_json"))
    }

    @Test("A model that a key may not use is refused, whether it exists or not, and is not shown to exist")
    func notAllowed() async throws {
        for model in ["small-owl", "eagle"] {
            let outcome = try await House().exchange(
                Ask(
                    fields: ["Authorization: Bearer gatehouse_owls_only"],
                    body: #"{"model":"\#(model)","messages":[{"role":"user"}]}"#))
            #expect(outcome.status == 403)
            #expect(outcome.code == "model_not_allowed")
            #expect(outcome.calls.isEmpty)
            #expect(outcome.event?.model == model)
            #expect(outcome.event?.provider == nil)
        }
    }

    static let wireRefusals: [(RequestRefusal, Int, ExchangeEvent.Outcome)] = [
        (RequestRefusal(code: "request_too_large", status: 413, message: "too large"), 413, .refused),
        (RequestRefusal(code: "request_timeout", status: 408, message: "too slow"), 408, .refused),
        (RequestRefusal(code: "malformedChunkSize", status: 400, message: "chunks"), 400, .refused),
        (.clientGone, 499, .cancelled),
    ]

    @Test("A body that does not come is told as the wire tells it", arguments: Self.wireRefusals)
    func bodyDoesNotCome(_ refusal: RequestRefusal, _ status: Int, _ expected: ExchangeEvent.Outcome) async throws {
        let outcome = try await House().exchange(Ask(refusal: refusal))
        #expect(outcome.status == status)
        #expect(outcome.code == refusal.code)
        #expect(outcome.event?.outcome == expected)
        #expect(outcome.event?.principal != nil)
    }

    // MARK: Forward

    @Test(
        "A request that nothing is wrong with goes on byte for byte, whatever it holds",
        arguments: [
            #"{"model":"owl","messages":[{"role":"user","content":"hello"}]}"#,
            "\n{ \"model\" :\t\"owl\" , \"messages\":[ {\"role\":\"user\", \"content\":\"caf\\u00e9 \\ud83e\\udd89 \\/\"} ] }\n ",
            #"{"x_unknown":{"deep":[1.50,-0,1e400]},"messages":[{"role":"user","content":null,"x":true}],"model":"owl","stream":false}"#,
            #"{"model":"owl","messages":[{"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"a"}]}],"stream":null}"#,
            #"{"model":"owl","messages":[{"role":"user","content":"x","content":"y"}],"max_tokens":5,"max_completion_tokens":6}"#,
        ])
    func untouched(_ body: String) async throws {
        let outcome = try await House.guarded([.redact(.all)]).exchange(Ask(body: body))
        #expect(outcome.status == 200)
        #expect(outcome.calls.map(\.body) == [body])
        #expect(outcome.event?.decisions == [])
        #expect(outcome.event?.requestBytes == body.utf8.count)
    }

    @Test("The deployment hears our key and its own host, and nothing of the caller's fields")
    func head() async throws {
        let ask = Ask(fields: [
            "Authorization: Bearer gatehouse_application", "Cookie: secret=1", "X-Forwarded-For: 10.0.0.1",
            "OpenAI-Organization: theirs", "Accept-Encoding: gzip", "User-Agent: theirs",
        ])
        let call = try #require(try await House().exchange(ask).calls.first)
        #expect(
            call.head
                == "POST /v1/chat/completions HTTP/1.1\r\nHost: forest.example\r\nAuthorization: Bearer \(House.providerKey)\r\n"
                + "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
                + "Accept-Encoding: identity\r\nUser-Agent: gatehouse\r\n")
    }

    static let patched: [(String, String)] = [
        (
            #"{"model":"small-owl","messages":[{"role":"user","content":"small-owl"}]}"#,
            #"{"model":"strix \"minor\"","messages":[{"role":"user","content":"small-owl"}]}"#
        ),
        (
            #"{"messages":[{"role":"user","model":"small-owl"}],"model":"sm\u0061ll-owl" }"#,
            #"{"messages":[{"role":"user","model":"small-owl"}],"model":"strix \"minor\"" }"#
        ),
        (
            #"{"model":"owl","messages":[{"role":"user"}],"stream":true}"#,
            #"{"model":"owl","messages":[{"role":"user"}],"stream":true,"stream_options":{"include_usage":true}}"#
        ),
        (
            #"{"model":"owl","messages":[{"role":"user"}],"stream":true,"stream_options":null}"#,
            #"{"model":"owl","messages":[{"role":"user"}],"stream":true,"stream_options":{"include_usage":true}}"#
        ),
        (
            #"{"stream_options":{},"model":"owl","messages":[{"role":"user"}],"stream":true}"#,
            #"{"stream_options":{"include_usage":true},"model":"owl","messages":[{"role":"user"}],"stream":true}"#
        ),
        (
            #"{"stream_options":{ "include_usage" : false },"model":"owl","messages":[{"role":"user"}],"stream":true}"#,
            #"{"stream_options":{ "include_usage" : true },"model":"owl","messages":[{"role":"user"}],"stream":true}"#
        ),
        (
            #"{"stream_options":{"x":1},"model":"small-owl","messages":[{"role":"user"}],"stream":true}"#,
            #"{"stream_options":{"include_usage":true,"x":1},"model":"strix \"minor\"","messages":[{"role":"user"}],"stream":true}"#
        ),
    ]

    @Test("Only the model's name and the wish for usage are changed", arguments: Self.patched)
    func patches(_ body: String, _ expected: String) async throws {
        let outcome = try await House().exchange(Ask(body: body)) { _ in
            body.contains(#""stream":true"#) ? .stream(["data: [DONE]\n\n"]) : .json(House.hello)
        }
        #expect(outcome.calls.map(\.body) == [expected])
        #expect(outcome.status == 200)
    }

    @Test("A stream whose usage the caller asks for goes on as it is")
    func usageAskedFor() async throws {
        let ask = Ask.streamed(#","stream_options":{"include_usage":true}"#)
        let outcome = try await House().exchange(ask) { _ in .stream(["data: [DONE]\n\n"]) }
        #expect(outcome.calls.map(\.body) == [ask.body])
    }

    @Test("Embeddings go to their own route, without a wish for usage")
    func embeddings() async throws {
        let body = #"{"model":"owl","input":["a",[1,2]],"encoding_format":"base64","stream":true}"#
        let outcome = try await House().exchange(Ask(line: "POST /v1/embeddings", body: body)) { _ in
            .json(
                #"{"object":"list","data":[{"embedding":"AAAA","index":0}],"model":"e","usage":{"prompt_tokens":3,"total_tokens":3}}"#
            )
        }
        #expect(outcome.calls.first?.head.hasPrefix("POST /v1/embeddings HTTP/1.1\r\n") == true)
        #expect(outcome.calls.first?.body == body)
        #expect(outcome.event?.operation == .embedding)
        #expect(outcome.event?.usage?.input == 3)
        #expect(outcome.event?.isStreamed == false)
    }
}
