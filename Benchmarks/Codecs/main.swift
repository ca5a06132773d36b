import AgentCodecs
import CloudCodecs
import Codecs
import Conversation
import Foundation
import Kernel

// What it costs to turn a conversation of about 100 KB, 40 messages and 10 tools from OpenAI's chat completions into
// Anthropic's messages and back; beside it, in the same run, Foundation reading and writing the same bytes.

/// A conversation as agents have them: code and prose, calls and what tools gave back.
private func conversation() -> [UInt8] {
    let prose =
        "The gateway reads what was asked once, keeps the bytes as they are, and writes what the provider reads. "
    let code = "func value(of name: String) -> Int? {\n    guard name != \"none\" else { return nil }\n\treturn 1\n}\n"
    var json = JSONWriter(reserving: 1 << 17)
    json.beginObject()
    json.member("model", "gpt-test")
    json.member("temperature", 0.5)
    json.array("messages") { json in
        for index in 0..<40 {
            let text = String(repeating: index.isMultiple(of: 3) ? code : prose, count: 23)
            json.object { json in
                switch index % 4 {
                case 1:
                    json.member("role", "assistant")
                    json.member("content", text)
                    json.array("tool_calls") { json in
                        json.object { json in
                            json.member("id", "call_\(index)")
                            json.member("type", "function")
                            json.object("function") { json in
                                json.member("name", "tool_\(index % 10)")
                                json.member(
                                    "arguments", #"{"path":"Sources/main.swift","lines":[1,200],"isRecursive":true}"#)
                            }
                        }
                    }
                case 2:
                    json.member("role", "tool")
                    json.member("tool_call_id", "call_\(index - 1)")
                    json.member("content", text)
                default:
                    json.member("role", index == 0 ? "system" : index % 4 == 3 ? "assistant" : "user")
                    json.member("content", text)
                }
            }
        }
    }
    json.array("tools") { json in
        for index in 0..<10 {
            json.object { json in
                json.member("type", "function")
                json.object("function") { json in
                    json.member("name", "tool_\(index)")
                    json.member("description", "Looks at one part of a file and tells what is there.")
                    json.object("parameters") { json in
                        json.member("type", "object")
                        json.object("properties") { json in
                            for name in ["path", "query", "pattern", "encoding"] {
                                json.name(name)
                                json.object { json in
                                    json.member("type", "string")
                                    json.member("description", "What to look for, as a person would say it.")
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    json.endObject()
    return json.bytes
}

/// Forty tools as they are generated from programs: nested objects, lists, enumerations, a description for each.
private func toolsAlone() -> [UInt8] {
    let schema = #"""
        {"type":"object","properties":{"path":{"type":"string","description":"Where the file is, from the project's root."},\#
        "mode":{"type":"string","enum":["read","write","append"],"description":"What to do with it."},\#
        "lines":{"type":"array","items":{"type":"integer","minimum":1},"minItems":2,"maxItems":2},\#
        "options":{"type":"object","properties":{"encoding":{"type":"string","description":"Such as utf-8."},\#
        "follow":{"type":"boolean","description":"Whether links are followed."},"limit":{"type":"integer","maximum":4096}},\#
        "required":["encoding"],"additionalProperties":false}},"required":["path","mode"],"additionalProperties":false}
        """#
    var json = JSONWriter(reserving: 1 << 16)
    json.object { json in
        json.member("model", "gpt-test")
        json.array("messages") { json in
            json.object { json in
                json.member("role", "user")
                json.member("content", "Go")
            }
        }
        json.array("tools") { json in
            for index in 0..<40 {
                json.object { json in
                    json.member("type", "function")
                    json.object("function") { json in
                        json.member("name", "tool_\(index)")
                        json.member("description", "Looks at one part of a file and tells what is there.")
                        json.name("parameters")
                        json.raw(Array(schema.utf8))
                    }
                }
            }
        }
    }
    return json.bytes
}

/// The least time of one call, over many runs of some: the others had to share the machine.
private func seconds(_ count: Int, _ run: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<100 {
        let time = try clock.measure { for _ in 0..<count { try run() } }
        best = min(best, Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)
    }
    return best / Double(count)
}

/// What was measured: so many bytes in so much time. Told at once, or with `--json` as a list at the end.
private struct Measurement: Encodable {
    let name: String
    let bytes: Int
    let us: Double
}

private let isJSON = CommandLine.arguments.contains("--json")
private var measured: [Measurement] = []

@MainActor private func show(_ name: String, _ bytes: Int, _ seconds: Double) {
    measured.append(Measurement(name: name, bytes: bytes, us: seconds * 1e6))
    guard !isJSON else { return }
    let rate = Double(bytes) / seconds / 1e6
    print("\(name): \(Int(rate.rounded())) MB/s, \(Int((seconds * 1e6).rounded())) µs for \(bytes) bytes")
}

let openAI = conversation()
// For others that are to be measured with the same request.
if CommandLine.arguments.contains("--body") {
    FileHandle.standardOutput.write(Data(openAI))
    exit(0)
}
let options = EncodingOptions(model: "model-test")
let there = try Translation(from: OpenAIChat.self, to: AnthropicMessages.self).request(
    openAI.span, RequestAddress(), options)
let anthropic = there.encoded.body

let forth = try seconds(10) {
    let request = try OpenAIChat.request(openAI.span, RequestAddress())
    _ = try AnthropicMessages.body(of: request, options)
}
show("OpenAI to Anthropic", openAI.count, forth)
let back = try seconds(10) {
    let request = try AnthropicMessages.request(anthropic.span, RequestAddress())
    _ = try OpenAIChat.body(of: request, options)
}
show("Anthropic to OpenAI", anthropic.count, back)
show("there and back", openAI.count + anthropic.count, forth + back)
for (name, codec) in [
    ("Gemini", GeminiContent.self), ("Bedrock", BedrockConverse.self), ("responses", OpenAIResponses.self),
] as [(String, any WireCodec.Type)] {
    let address = RequestAddress(model: "model-test", isStreamed: false)
    let body = try codec.body(of: try OpenAIChat.request(openAI.span, RequestAddress()), options).body
    let forth = try seconds(10) {
        let request = try OpenAIChat.request(openAI.span, RequestAddress())
        _ = try codec.body(of: request, options)
    }
    show("OpenAI to \(name)", openAI.count, forth)
    let back = try seconds(10) {
        let request = try codec.request(body.span, address)
        _ = try OpenAIChat.body(of: request, options)
    }
    show("\(name) to OpenAI", body.count, back)
}
// Gemini's schemas are a language of their own: what carries hardly anything else is its worst case.
let tools = toolsAlone()
show(
    "OpenAI to Gemini, 40 tools and one word", tools.count,
    try seconds(10) {
        let request = try OpenAIChat.request(tools.span, RequestAddress())
        _ = try GeminiContent.body(of: request, options)
    })
show("the tape alone", openAI.count, try seconds(10) { _ = try JSONTape(openAI.span) })

/// A streamed answer of so many pieces, a frame each, as a provider sends it.
private func stream(_ codec: any WireCodec.Type, pieces: Int) -> [[UInt8]] {
    var writer = codec.streamWriter(AnswerOptions(created: 1, exchange: "exchange"))
    var events: [AnswerEvent] = [.begin(AnswerOpening(id: "answer", model: "model-test"))]
    events += (0..<pieces).map { .text("piece \($0) ") }
    events += [.usage(TokenUsage(input: 10, output: 10, source: .reported)), .stop(.end), .end]
    return events.map { event in
        var bytes: [UInt8] = []
        writer.write(event, into: &bytes)
        return bytes
    }
}

for (name, caller, upstream) in [
    ("OpenAI to Anthropic", AnthropicMessages.self, OpenAIChat.self),
    ("Anthropic to OpenAI", OpenAIChat.self, AnthropicMessages.self),
] as [(String, any WireCodec.Type, any WireCodec.Type)] {
    let frames = stream(upstream, pieces: 2000)
    let time = seconds(1) {
        var translation = Translation(from: caller, to: upstream)
            .stream(AnswerRestoration(), AnswerOptions(created: 1, exchange: "exchange"))
        var events: [AnswerEvent] = []
        var written: [UInt8] = []
        for frame in frames {
            translation.receive(frame.span, into: &events)
            for event in events { translation.write(event, into: &written) }
            events.removeAll(keepingCapacity: true)
        }
    }
    let count = frames.reduce(0) { $0 + $1.count }
    show("a streamed answer of 2,000 pieces, \(name)", count, time)
}

/// The same body as a tree of Swift values, as `Codable` types read it.
private struct Body: Codable {
    struct Call: Codable {
        struct Function: Codable { let name: String; let arguments: String }
        let id: String
        let type: String
        let function: Function
    }
    struct Message: Codable {
        let role: String
        let content: String?
        let tool_calls: [Call]?
        let tool_call_id: String?
    }
    struct Property: Codable { let type: String; let description: String }
    struct Schema: Codable { let type: String; let properties: [String: Property] }
    struct Tool: Codable {
        struct Function: Codable { let name: String; let description: String; let parameters: Schema }
        let type: String
        let function: Function
    }
    let model: String
    let temperature: Double
    let messages: [Message]
    let tools: [Tool]
}

let data = Data(openAI)
let decoder = JSONDecoder()
let encoder = JSONEncoder()
let foundation = try seconds(2) { _ = try encoder.encode(try decoder.decode(Body.self, from: data)) }
show("Foundation, reading and writing the same shape", openAI.count, foundation)
if isJSON { print(String(decoding: try encoder.encode(measured), as: UTF8.self)) }
