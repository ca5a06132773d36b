import Audit
import Codecs
import Conversation
import Detection
import Framing
import Kernel
import NIOCore
import Providers
import TestSupport
import Testing
import Transport

@testable import Gateway

/// Requests and answers as Anthropic's and Gemini's clients and servers write them.
enum Wires {
    static let anthropic = ["x-api-key: gatehouse_application", "anthropic-version: 2026-10-21"]
    static let gemini = ["x-goog-api-key: gatehouse_application"]

    static func messages(_ model: String, _ more: String = "", _ text: String = "hello") -> Ask {
        Ask(
            line: "POST /v1/messages", fields: Self.anthropic,
            body: #"{"model":"\#(model)","max_tokens":9,"messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#)
    }

    static func generate(_ model: String, _ method: String, _ text: String = "hello") -> Ask {
        Ask(
            line: "POST /v1beta/models/\(model):\(method)", fields: Self.gemini,
            body: #"{"contents":[{"role":"user","parts":[{"text":"\#(text)"}]}]}"#)
    }

    static let message =
        #"{"id":"msg_1","type":"message","role":"assistant","model":"otter-1","content":[{"type":"text","text":"hi"}],"#
        + #""stop_reason":"end_turn","stop_sequence":null,"odd":{"kept":[1]},"usage":{"input_tokens":11,"#
        + #""cache_read_input_tokens":5,"cache_creation_input_tokens":2,"output_tokens":7}}"#

    static let content =
        #"{"candidates":[{"content":{"role":"model","parts":[{"text":"hi"}]},"finishReason":"STOP","index":0}],"#
        + #""usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":4,"thoughtsTokenCount":3},"modelVersion":"pike-1"}"#

    static func event(_ json: String) -> String {
        let type = json.split(separator: "\"")[2...].first { $0 != ":" } ?? ""
        return "event: \(type)\ndata: \(json)\n\n"
    }

    /// A stream of Anthropic's that says these texts in one block.
    static func saying(_ texts: [String], isWhole: Bool = true) -> [String] {
        let opening = [
            Self.event(
                #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"otter-1","content":[],"usage":{"input_tokens":11,"output_tokens":1}}}"#
            ), Self.event(#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#),
            Self.event(#"{"type":"ping"}"#),
        ]
        let deltas = texts.map { text in
            Self.event(
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":\#(Stream.quoted(text))}}"#
            )
        }
        guard isWhole else { return opening + deltas }
        return opening + deltas + [
            Self.event(#"{"type":"content_block_stop","index":0}"#),
            Self.event(#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}"#),
            Self.event(#"{"type":"message_stop"}"#),
        ]
    }

    /// What a client of Anthropic's puts together.
    static func read(_ stream: String) -> String {
        stream.split(separator: "\n").filter { $0.hasPrefix("data: ") }
            .compactMap { try? JSONDocument(Array($0.dropFirst(6).utf8)) }
            .compactMap { $0["delta", "text"]?.text }.joined()
    }
}

@Suite("Other shapes than OpenAI's chat", .timeLimit(.minutes(5)))
struct ShapeTests {
    // MARK: The same shape on both sides

    @Test("A message for a provider of Anthropic's keeps its bytes but for the model's name")
    func messagesPass() async throws {
        let outcome = try await House().exchange(Wires.messages("otter", #","odd":{"kept":[1,2]}"#)) { _ in
            .json(Wires.message)
        }
        #expect(outcome.status == 200)
        #expect(outcome.body == Wires.message)
        let call = try #require(outcome.calls.first)
        #expect(call.head.hasPrefix("POST /v1/messages HTTP/1.1\r\n"))
        #expect(call.head.contains("x-api-key: \(House.providerKey)\r\n"))
        #expect(call.head.contains("anthropic-version: 2026-10-21\r\n"))
        #expect(!call.head.contains("gatehouse_application"))
        #expect(
            call.body
                == #"{"model":"otter-1","max_tokens":9,"messages":[{"role":"user","content":"hello"}],"odd":{"kept":[1,2]}}"#
        )
        #expect(outcome.event?.operation == .messages)
        #expect(outcome.event?.usage?.input == 18, "what the cache had counts as input")
        #expect(outcome.event?.usage?.cached == 5)
        #expect(outcome.event?.usage?.cacheWritten == 2)
        #expect(outcome.event?.usage?.output == 7)
    }

    @Test("A version that refuses sampling is stepped back where sampling is asked for")
    func olderVersion() async throws {
        let outcome = try await House().exchange(Wires.messages("otter", #","temperature":0.5"#)) { _ in
            .json(Wires.message)
        }
        #expect(outcome.calls.first?.head.contains("anthropic-version: 2023-06-01\r\n") == true)
    }

    @Test("A request in Gemini's shape goes to the path of its model, with the key wherever clients put it")
    func geminiPasses() async throws {
        for fields in [Wires.gemini, []] {
            var ask = Wires.generate("pike", "generateContent")
            ask.fields = fields
            if fields.isEmpty { ask.line += "?key=gatehouse_application" }
            let outcome = try await House().exchange(ask) { _ in .json(Wires.content) }
            #expect(outcome.status == 200)
            #expect(outcome.body == Wires.content)
            #expect(
                outcome.calls.first?.head.hasPrefix("POST /v1beta/models/pike-1:generateContent HTTP/1.1\r\n") == true)
            #expect(outcome.calls.first?.head.contains("x-goog-api-key: \(House.providerKey)\r\n") == true)
            #expect(outcome.calls.first?.body == ask.body)
            #expect(outcome.event?.operation == .generateContent)
            #expect(outcome.event?.usage?.output == 7, "thoughts are output")
            #expect(outcome.event?.usage?.reasoning == 3)
            #expect(outcome.event?.servedModel == "pike-1")
        }
    }

    @Test("A stream of messages passes byte for byte, and its usage is read")
    func messagesStream() async throws {
        let stream = Wires.saying(["to ", "be"])
        let outcome = try await House().exchange(Wires.messages("otter", #","stream":true"#)) { _ in .stream(stream) }
        #expect(outcome.body == stream.joined())
        #expect(outcome.end == .ended)
        #expect(outcome.event?.usage?.input == 11)
        #expect(outcome.event?.usage?.output == 7)
        #expect(outcome.event?.servedModel == "otter-1")
    }

    @Test("A secret is taken out of a stream of messages, however it is cut", arguments: [1, 7, 40, 4000])
    func messagesRedacted(_ longest: Int) async throws {
        let secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
        let stream = Array(
            Wires.saying(["take ", String(secret.prefix(9)), String(secret.dropFirst(9)), " home"]).joined().utf8)
        var random = SplitMix(seed: UInt64(longest))
        let pieces = random.pieces(of: stream, longest: longest)
        let outcome = try await House.guarded([.redact(.all)])
            .exchange(Wires.messages("otter", #","stream":true"#)) { _ in .stream(pieces) }
        #expect(Wires.read(outcome.body) == "take [REDACTED:github_token] home")
        #expect(!outcome.body.contains("ghp_16C7e42F"))
        #expect(outcome.event?.findings.first?.kind == "secret.github_token")
    }

    @Test("A stream of messages that breaks off ends with an error event and no message_stop")
    func messagesTruncated() async throws {
        for failure in [nil, TransportError(.closed, "gone")] {
            let outcome = try await House().exchange(Wires.messages("otter", #","stream":true"#)) { _ in
                .stream(Wires.saying(["half"], isWhole: false), failure: failure)
            }
            #expect(outcome.end == .aborted)
            #expect(outcome.body.contains("event: error\ndata: "))
            #expect(!outcome.body.contains("message_stop"))
            #expect(outcome.event?.outcome == .truncated)
        }
    }

    @Test("A provider's error event becomes ours, without its secrets")
    func messagesFail() async throws {
        let error = #"{"type":"error","error":{"type":"overloaded_error","message":"key \#(House.providerKey)"}}"#
        let outcome = try await House().exchange(Wires.messages("otter", #","stream":true"#)) { _ in
            .stream(Wires.saying(["half"], isWhole: false) + ["event: error\ndata: \(error)\n\n"])
        }
        #expect(outcome.end == .aborted)
        #expect(outcome.body.contains("event: error\n"))
        #expect(!outcome.body.contains(House.providerKey))
    }

    @Test("A card number stops a stream of messages as a refusal")
    func messagesBlocked() async throws {
        let outcome = try await House.guarded([.block([.card])])
            .exchange(Wires.messages("otter", #","stream":true"#)) { _ in
                .stream(Wires.saying(["it is a long way ", "to 4111 1111 1111 1111", " and on"]))
            }
        #expect(outcome.body.contains(#""stop_reason":"refusal""#))
        #expect(outcome.body.hasSuffix("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"))
        #expect(!outcome.body.contains("4111 1111"))
        #expect(outcome.event?.outcome == .blocked)
    }

    @Test("A stream of Gemini's is an array unless events are asked for")
    func geminiStream() async throws {
        let chunk = { (text: String, end: String) in
            #"{"candidates":[{"content":{"parts":[{"text":"\#(text)"}]},"index":0\#(end)}]}"#
        }
        let chunks = [chunk("a", ""), chunk("b", #","finishReason":"STOP""#)]
        let events = try await House().exchange(Wires.generate("pike", "streamGenerateContent?alt=sse")) { _ in
            .stream(chunks.map { "data: \($0)\r\n\r\n" })
        }
        #expect(events.body == chunks.map { "data: \($0)\r\n\r\n" }.joined())
        #expect(events.field("Content-Type") == "text/event-stream; charset=utf-8")
        let array = try await House().exchange(Wires.generate("pike", "streamGenerateContent")) { _ in
            .stream(chunks.map { "data: \($0)\r\n\r\n" })
        }
        #expect(array.json.elements.count == 2)
        #expect(array.field("Content-Type") == "application/json")
        #expect(array.calls.first?.head.contains(":streamGenerateContent?alt=sse ") == true)
    }

    @Test("A line of ten megabytes is refused before it has come, and a stream that has begun ends with an error")
    func longLine() async throws {
        let piece = String(repeating: "x", count: 1 << 16)
        let line = ["data: \""] + [String](repeating: piece, count: 160)
        let whole = try await House().exchange(.streamed()) { _ in .stream(line) }
        #expect(whole.status == 502)
        #expect(whole.code == "upstream_malformed")
        let begun = try await House().exchange(.streamed()) { _ in
            .stream([Stream.opening, Stream.text("half")] + line)
        }
        #expect(begun.end == .aborted)
        #expect(begun.body.contains(#""code":"upstream_malformed""#))
        #expect(!begun.body.contains("[DONE]"))
        #expect(begun.body.utf8.count < 4096)
    }

    @Test("An image of two megabytes comes in one event, where the shape has such")
    func longEvent() async throws {
        let image = String(repeating: "A", count: 2 << 20)
        let chunk =
            #"data: {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"\#(image)"}}]},"#
            + #""finishReason":"STOP","index":0}]}"# + "\r\n\r\n"
        let outcome = try await House().exchange(Wires.generate("pike", "streamGenerateContent?alt=sse")) { _ in
            .stream([chunk])
        }
        #expect(outcome.end == .ended)
        #expect(outcome.body == chunk)
    }

    @Test("A silent stream shows a sign of life, in an array too, where it is white space")
    func signsOfLife() async throws {
        let chunks = ["", #""finishReason":"STOP","#].map { end in
            #"data: {"candidates":[{"content":{"parts":[{"text":"a"}]},\#(end)"index":0}]}"# + "\r\n\r\n"
        }
        for (ask, pieces) in [
            (Wires.generate("pike", "streamGenerateContent"), [chunks[0], "", "", chunks[1]]),
            (Wires.generate("pike", "streamGenerateContent"), ["", chunks[0], chunks[1]]),
        ] {
            let silent = try await House().exchange(ask) { _ in .stream(pieces) }
            #expect(silent.json.elements.count == 2, "still one array")
            #expect(silent.pieces.filter { $0 == [UInt8(ascii: "\n")] }.count == pieces.filter { $0 == "" }.count)
            #expect(silent.end == .ended)
        }
    }

    // MARK: Different shapes

    @Test("An OpenAI request to a provider of Anthropic's is translated, and the answer back")
    func translated() async throws {
        let ask = Ask(
            body:
                #"{"model":"otter","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hello"}],"logit_bias":{"1":2}}"#
        )
        let outcome = try await House().exchange(ask) { _ in .json(Wires.message) }
        #expect(outcome.status == 200)
        #expect(outcome.json["choices", 0, "message", "content"]?.text == "hi")
        #expect(outcome.json["choices", 0, "finish_reason"]?.text == "stop")
        #expect(outcome.json["model"]?.text == "otter")
        #expect(outcome.json["usage", "prompt_tokens"]?.integer == 18)
        #expect(outcome.field("Gatehouse-Dropped-Params") == "logit_bias")
        let body = try JSONDocument(Array(try #require(outcome.calls.first).body.utf8))
        #expect(body["model"]?.text == "otter-1")
        #expect(body["max_tokens"]?.integer == 4096)
        #expect(body["messages", 0, "role"]?.text == "user")
        #expect(outcome.event?.usage?.input == 18)
        #expect(outcome.event?.operation == .chatCompletion)
    }

    @Test("A translated stream is inspected like any other")
    func translatedStream() async throws {
        let outcome = try await House.guarded([.redact(.all)]).exchange(
            Ask(body: #"{"model":"otter","stream":true,"messages":[{"role":"user","content":"hello"}]}"#)
        ) { _ in .stream(Wires.saying(["mail bob@exam", "ple.com", " now"])) }
        #expect(Stream.read(outcome.body) == "mail [REDACTED:email] now")
        #expect(outcome.body.hasSuffix(Stream.done))
        #expect(!outcome.body.contains("usage\":{"), "the caller did not ask for it")
        #expect(outcome.event?.usage?.output == 7)
    }

    @Test("A message to a provider of OpenAI's is translated, and the stream back")
    func translatedMessages() async throws {
        let outcome = try await House().exchange(Wires.messages("owl", #","stream":true"#)) { _ in
            .stream([Stream.opening, Stream.text("to be"), Stream.finish(), Stream.usage(3, 4), Stream.done])
        }
        #expect(Wires.read(outcome.body) == "to be")
        #expect(outcome.body.contains("event: message_stop\n"))
        #expect(outcome.event?.usage?.output == 4)
        #expect(outcome.calls.first?.body.contains(#""include_usage":true"#) == true)
    }

    @Test("A translated stream that breaks off says so in the caller's shape")
    func translatedTruncated() async throws {
        let outcome = try await House().exchange(Wires.messages("owl", #","stream":true"#)) { _ in
            .stream([Stream.opening, Stream.text("half")])
        }
        #expect(outcome.end == .aborted)
        #expect(outcome.body.contains("event: error\n"))
        #expect(!outcome.body.contains("message_stop"))
    }

    @Test("What cannot be said in the provider's shape is told with its path")
    func untranslatable() async throws {
        let outcome = try await House().exchange(
            Ask(
                body:
                    #"{"model":"otter","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/bmp;base64,AAAA"}}]}]}"#
            ))
        #expect(outcome.status == 400)
        #expect(outcome.json["error", "param"]?.text?.hasPrefix("messages[0].content[0]") == true)
        #expect(outcome.calls.isEmpty)
    }

    // MARK: Counting, errors, keys

    @Test("Tokens are counted by the provider where it counts, and estimated where it does not")
    func counts() async throws {
        var ask = Wires.messages("otter")
        ask.line = "POST /v1/messages/count_tokens"
        let counted = try await House().exchange(ask) { _ in .json(#"{"input_tokens":123}"#) }
        #expect(counted.json["input_tokens"]?.integer == 123)
        #expect(counted.calls.first?.head.hasPrefix("POST /v1/messages/count_tokens ") == true)
        #expect(counted.event?.operation == .tokenCount)
        ask.body = ask.body.replacing("otter", with: "owl")
        let estimated = try await House().exchange(ask)
        #expect((estimated.json["input_tokens"]?.integer ?? 0) > 0)
        #expect(estimated.calls.isEmpty)
    }

    @Test("Errors come in the shape of the API that was called")
    func errors() async throws {
        let house = House()
        var messages = Wires.messages("otter")
        messages.fields = []
        let anthropic = try await house.exchange(messages)
        #expect(anthropic.status == 401)
        #expect(anthropic.json["type"]?.text == "error")
        #expect(anthropic.json["error", "type"]?.text == "authentication_error")
        #expect(anthropic.json["request_id"]?.text == anthropic.field("request-id"))
        var generate = Wires.generate("pike", "generateContent")
        generate.fields = []
        let gemini = try await house.exchange(generate)
        #expect(gemini.status == 401)
        #expect(gemini.json["error", "status"]?.text == "UNAUTHENTICATED")
        let unknown = try await house.exchange(Ask(line: "POST /anthropic/v1/nothing"))
        #expect(unknown.status == 404)
        #expect(unknown.json["error", "type"]?.text == "not_found_error")
    }

    @Test("A provider that cannot be reached is overloaded in Anthropic's words")
    func overloaded() async throws {
        let outcome = try await House().exchange(Wires.messages("otter")) { _ throws(TransportError) in
            throw TransportError(.connectFailed, "refused")
        }
        #expect(outcome.status == 529)
        #expect(outcome.json["error", "type"]?.text == "overloaded_error")
        #expect(outcome.event?.status == 529)
    }

    @Test("On Anthropic's routes x-api-key counts before Authorization, elsewhere after it")
    func whichKey() async throws {
        let fields = ["x-api-key: gatehouse_application", "Authorization: Bearer gatehouse_unknown"]
        var ask = Wires.messages("otter")
        ask.fields = fields
        #expect(try await House().exchange(ask) { _ in .json(Wires.message) }.status == 200)
        #expect(try await House().exchange(Ask(fields: fields)).status == 401)
    }

    @Test("The list of models comes in the form of whoever asks")
    func lists() async throws {
        let house = House()
        let anthropic = try await house.exchange(Ask(line: "GET /v1/models", fields: Wires.anthropic))
        #expect(anthropic.json["data", 0, "type"]?.text == "model")
        #expect(anthropic.json["has_more"] == .boolean(false))
        let gemini = try await house.exchange(Ask(line: "GET /v1beta/models", fields: Wires.gemini))
        #expect(gemini.json["models", 0, "name"]?.text == "models/otter")
        let one = try await house.exchange(Ask(line: "GET /gemini/v1beta/models/owl", fields: Wires.gemini))
        #expect(one.json["name"]?.text == "models/owl")
    }
}
