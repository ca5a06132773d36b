import CloudCodecs
import Codecs
import Conversation
import TestSupport
import Testing

/// What a provider's shape cannot say is refused with the place in the caller's own body.
@Suite("Places of what cannot be sent on")
struct CallerPathTests {
    struct Case: Shown {
        let name: String
        let caller: WireShape
        let body: String
        let path: String
        var upstreams: [WireShape] = [.anthropicMessages, .bedrockConverse]
    }

    static let bitmap = #"{"type":"image_url","image_url":{"url":"data:image/bmp;base64,Qk0="}}"#
    static let archive = #"{"mimeType":"application/zip","data":"AAAA"}"#
    static let call = #"{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}"#

    static let cases: [Case] = [
        Case(
            name: "of chat completions", caller: .openAIChat,
            body: #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"},\#(bitmap)]}]}"#,
            path: "messages[0].content[1]", upstreams: [.anthropicMessages, .bedrockConverse, .gemini]),
        Case(
            name: "behind instructions, marks and texts that go", caller: .openAIChat,
            body: """
                {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":[
                {"type":"text","text":" "},{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},\(bitmap)]}]}
                """,
            path: "messages[1].content[2]"),
        Case(
            name: "behind the results of tools", caller: .openAIChat,
            body: """
                {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[\(call)]},
                {"role":"tool","tool_call_id":"c","content":"r"},{"role":"tool","tool_call_id":"c","content":"r"},
                {"role":"user","content":[\(bitmap)]}]}
                """,
            path: "messages[4].content[0]", upstreams: [.anthropicMessages, .bedrockConverse, .gemini]),
        Case(
            name: "sound", caller: .openAIChat,
            body: """
                {"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":[
                {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]}
                """,
            path: "messages[1].content[0]", upstreams: [.anthropicMessages]),
        Case(
            name: "of messages, whose instructions stand outside", caller: .anthropicMessages,
            body: """
                {"model":"m","max_tokens":5,"system":"s","messages":[{"role":"user","content":[{"type":"text","text":"a"},
                {"type":"document","source":{"type":"url","url":"https://e.org/a.pdf"}}]}]}
                """,
            path: "messages[0].content[1]", upstreams: [.bedrockConverse, .openAIChat]),
        Case(
            name: "of messages, behind results in the same", caller: .anthropicMessages,
            body: """
                {"model":"m","max_tokens":5,"system":"s","messages":[{"role":"user","content":"a"},
                {"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"r"},
                {"type":"document","source":{"type":"url","url":"https://e.org/a.pdf"}}]}]}
                """,
            path: "messages[2].content[1]", upstreams: [.bedrockConverse, .openAIChat]),
        Case(
            name: "of messages, in what a tool gave back", caller: .anthropicMessages,
            body: """
                {"model":"m","max_tokens":5,"messages":[{"role":"user","content":"a"},
                {"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"r"},
                {"type":"document","source":{"type":"url","url":"https://e.org/a.pdf"}}]}]}]}
                """,
            path: "messages[2].content[0].content[1]", upstreams: [.bedrockConverse, .openAIChat]),
        Case(
            name: "of Gemini's contents", caller: .gemini,
            body: """
                {"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"parts":[{"text":"a"}]},
                {"parts":[{"text":"b"},{"inlineData":\(archive)}]}]}
                """,
            path: "contents[1].parts[1]"),
        Case(
            name: "of responses, whose items have no numbers here", caller: .openAIResponses,
            body: """
                {"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a"},
                {"type":"input_image","image_url":"data:image/bmp;base64,Qk0="}]}]}
                """,
            path: "input"),
    ]

    @Test("are told as the caller wrote them", arguments: cases)
    func told(_ fit: Case) throws {
        for upstream in fit.upstreams {
            let translation = Translation(from: fit.caller.codec, to: upstream.codec)
            let error = #expect(throws: CodecError.self, "\(upstream)") {
                try translation.request(
                    Array(fit.body.utf8).span, RequestAddress(model: "m"), EncodingOptions(model: "claude"))
            }
            #expect(error?.path == fit.path, "\(upstream): \(error.map(\.description) ?? "")")
        }
    }
}
