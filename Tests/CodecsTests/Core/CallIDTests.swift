import AgentCodecs
import CloudCodecs
import Codecs
import Conversation
import TestSupport
import Testing

/// Providers take different ids of tool calls, and callers bring back those that another one made.
@Suite("Ids of tool calls")
struct CallIDTests {
    struct Case: Shown {
        let name: String
        let id: String
        /// Nil where it is replaced.
        let plain: String?
        let chat: String?
        let responses: String?
    }

    static let cases: [Case] = [
        Case(
            name: "one of letters and digits stays", id: "call_1-A", plain: "call_1-A", chat: "call_1-A",
            responses: "call_1-A"),
        Case(
            name: "what only Gemini understands goes", id: "call_1__thought__c2ln/+8=", plain: "call_1", chat: "call_1",
            responses: "call_1"),
        Case(
            name: "other characters are for OpenAI only", id: "chatcmpl-tool:7.1", plain: nil,
            chat: "chatcmpl-tool:7.1",
            responses: "chatcmpl-tool:7.1"),
        Case(
            name: "41 bytes are too long for chat completions", id: String(repeating: "x", count: 41),
            plain: String(repeating: "x", count: 41), chat: nil, responses: String(repeating: "x", count: 41)),
        Case(
            name: "65 bytes are too long", id: String(repeating: "x", count: 65), plain: nil, chat: nil, responses: nil),
        Case(name: "a signature without an id", id: "__thought__c2ln", plain: nil, chat: nil, responses: nil),
    ]

    @Test("are fitted to each provider", arguments: cases)
    func fitted(_ fit: Case) {
        for (form, expected) in [
            (CallIDForm.plain, fit.plain), (.chatCompletions, fit.chat), (.responses, fit.responses),
        ] {
            let fitted = form.fitting(fit.id)
            guard let expected else {
                #expect(
                    fitted.hasPrefix("call_") && fitted.utf8.count == 37 && fitted.utf8.allSatisfy(ToolNames.isPlain))
                #expect(fitted != form.fitting("~" + fit.id))
                continue
            }
            #expect(fitted == expected)
        }
    }

    /// What a codec writes for a call of a Gemini caller's with a signature, and for a long id of another's.
    @Test(
        "are the same for the call and its result, in every shape that has them",
        arguments: [
            WireShape.openAIChat, .openAIResponses, .anthropicMessages, .bedrockConverse,
        ], ["call_1__thought__c2ln/+8=", String(repeating: "x", count: 300), "chatcmpl-tool:7.1"])
    func together(_ shape: WireShape, _ id: String) throws {
        let conversation = Conversation(messages: [
            Message(role: .user, parts: [.text("a")]),
            Message(role: .assistant, parts: [.toolCall(ToolCall(id: id, name: "f", arguments: "{}"))]),
            Message(role: .tool, parts: [.toolResult(ToolResult(callID: id, parts: [.text("r")]))]),
        ])
        let request = ChatRequest(
            model: "m", conversation: conversation, tools: [ToolDefinition(name: "f", schema: .emptyObject)])
        let body = try shape.codec.body(of: request, EncodingOptions(model: "m")).body
        let form: CallIDForm =
            switch shape {
            case .openAIChat: .chatCompletions
            case .openAIResponses: .responses
            default: .plain
            }
        let sent = "\"\(form.fitting(id))\""
        let text = Wire.text(body)
        #expect(text.split(separator: sent, omittingEmptySubsequences: false).count == 3, "\(text)")
        #expect(!text.contains("__thought__"))
    }

    @Test("of a Gemini caller with signatures reach Anthropic without them")
    func fromGemini() throws {
        let body = #"""
            {"contents":[{"role":"user","parts":[{"text":"a"}]},
            {"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln/+8="}]},
            {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"r"}}}]}],
            "tools":[{"functionDeclarations":[{"name":"f"}]}]}
            """#
        let translation = Translation(from: GeminiContent.self, to: AnthropicMessages.self)
        let sent = try translation.request(
            Array(body.utf8).span, RequestAddress(model: "m"), EncodingOptions(model: "claude"))
        let text = Wire.text(sent.encoded.body)
        #expect(text.contains(#""id":"call_0""#) && text.contains(#""tool_use_id":"call_0""#), "\(text)")
    }
}
