import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Requests that are wrong")
struct BadRequestTests {
    struct Case: Shown {
        let name: String
        let body: String
        let path: String?
        let code: CodecError.Code

        init(_ name: String, _ body: String, _ path: String?, _ code: CodecError.Code) {
            self.name = name
            self.body = body
            self.path = path
            self.code = code
        }
    }

    static let deep = String(repeating: "[", count: 10_000)

    static let openAI: [Case] = [
        Case("nothing", "", nil, .invalidJSON),
        Case("cut short", #"{"model":"m","messages":[{"role":"us"#, nil, .invalidJSON),
        Case("no object", "[]", nil, .wrongType),
        Case("nested 10,000 deep", #"{"model":"m","messages":\#(deep)"#, nil, .tooComplex),
        Case("a lone surrogate", #"{"model":"m","messages":[{"role":"user","content":"\ud800"}]}"#, nil, .invalidJSON),
        Case("no model", #"{"messages":[{"role":"user","content":"x"}]}"#, "model", .missingField),
        Case("a model that is a number", #"{"model":1,"messages":[]}"#, "model", .wrongType),
        Case("no messages", #"{"model":"m"}"#, "messages", .missingField),
        Case("an empty list", #"{"model":"m","messages":[]}"#, "messages", .invalidValue),
        Case("messages that are a text", #"{"model":"m","messages":"x"}"#, "messages", .wrongType),
        Case("a field twice", #"{"model":"m","model":"n","messages":[]}"#, "model", .duplicateField),
        Case(
            "a field twice, once with escapes", #"{"model":"m","messages":[{"role":"user","r\u006fle":"system"}]}"#,
            "messages[0].role", .duplicateField),
        Case(
            "an unknown role",
            #"{"model":"m","messages":[{"role":"user","content":"x"},{"role":"root","content":"x"}]}"#,
            "messages[1].role", .invalidValue),
        Case("no role", #"{"model":"m","messages":[{"content":"x"}]}"#, "messages[0].role", .missingField),
        Case(
            "content that is a number", #"{"model":"m","messages":[{"role":"user","content":1}]}"#,
            "messages[0].content", .wrongType),
        Case(
            "a part of an unknown type",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"video"}]}]}"#,
            "messages[0].content[1].type", .invalidValue),
        Case(
            "a part without what its type says",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
            "messages[0].content[0].text", .missingField),
        Case(
            "an image that is no base64",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,A$AA"}}]}]}"#,
            "messages[0].content[0].image_url.url", .invalidValue),
        Case(
            "an image at no address",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}]}"#,
            "messages[0].content[0].image_url.url", .invalidValue),
        Case(
            "the result of no call", #"{"model":"m","messages":[{"role":"tool","content":"x"}]}"#,
            "messages[0].tool_call_id", .missingField),
        Case(
            "a call without an id",
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":""}}]}]}"#,
            "messages[0].tool_calls[0].id", .missingField),
        Case(
            "arguments that are an object",
            #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"i","function":{"name":"f","arguments":{}}}]}]}"#,
            "messages[0].tool_calls[0].function.arguments", .wrongType),
        Case(
            "a tool without a name",
            #"{"model":"m","messages":[{"role":"user"}],"tools":[{"type":"function","function":{}}]}"#,
            "tools[0].function.name", .missingField),
        Case(
            "parameters that are a text",
            #"{"model":"m","messages":[{"role":"user"}],"tools":[{"type":"function","function":{"name":"f","parameters":"x"}}]}"#,
            "tools[0].function.parameters", .wrongType),
        Case(
            "an unknown choice", #"{"model":"m","messages":[{"role":"user"}],"tool_choice":"maybe"}"#, "tool_choice",
            .invalidValue),
        Case(
            "a temperature that is a text", #"{"model":"m","messages":[{"role":"user"}],"temperature":"1"}"#,
            "temperature", .wrongType),
        Case(
            "a temperature without an end", #"{"model":"m","messages":[{"role":"user"}],"temperature":1e999}"#,
            "temperature", .wrongType),
        Case(
            "a limit below nothing", #"{"model":"m","messages":[{"role":"user"}],"max_tokens":-1}"#, "max_tokens",
            .invalidValue),
        Case(
            "a limit beyond all models",
            #"{"model":"m","messages":[{"role":"user"}],"max_tokens":9223372036854775807}"#,
            "max_tokens", .invalidValue),
        Case(
            "stop texts that are numbers", #"{"model":"m","messages":[{"role":"user"}],"stop":["a",1]}"#, "stop[1]",
            .wrongType),
        Case(
            "the functions of before tools", #"{"model":"m","messages":[{"role":"user"}],"functions":[]}"#,
            "functions", .unsupported),
        Case(
            "a form without a schema",
            #"{"model":"m","messages":[{"role":"user"}],"response_format":{"type":"json_schema"}}"#,
            "response_format.json_schema.schema", .missingField),
        Case(
            "an unknown effort", #"{"model":"m","messages":[{"role":"user"}],"reasoning_effort":"huge"}"#,
            "reasoning_effort", .invalidValue),
        Case(
            "a wish for usage that is no wish",
            #"{"model":"m","messages":[{"role":"user"}],"stream_options":{"include_usage":1}}"#,
            "stream_options.include_usage", .wrongType),
    ]

    static let anthropic: [Case] = [
        Case("no messages", #"{"model":"m","max_tokens":1}"#, "messages", .missingField),
        Case(
            "an unknown role", #"{"model":"m","messages":[{"role":"tool","content":"x"}]}"#, "messages[0].role",
            .invalidValue),
        Case("no content", #"{"model":"m","messages":[{"role":"user"}]}"#, "messages[0].content", .missingField),
        Case(
            "an unknown block", #"{"model":"m","messages":[{"role":"user","content":[{"type":"video"}]}]}"#,
            "messages[0].content[0].type", .invalidValue),
        Case(
            "a block of another role",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"tool_use","id":"i","name":"f","input":{}}]}]}"#,
            "messages[0].content[0].type", .invalidValue),
        Case(
            "input that is a text",
            #"{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"f","input":"{}"}]}]}"#,
            "messages[0].content[0].input", .wrongType),
        Case(
            "an image that is no base64",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"==="}}]}]}"#,
            "messages[0].content[0].source.data", .invalidValue),
        Case(
            "an image from the machine's files",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"file:///a"}}]}]}"#,
            "messages[0].content[0].source.url", .invalidValue),
        Case(
            "the result of no call",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"tool_result","content":"x"}]}]}"#,
            "messages[0].content[0].tool_use_id", .missingField),
        Case(
            "an image in the system text",
            #"{"model":"m","system":[{"type":"image"}],"messages":[{"role":"user","content":"x"}]}"#, "system[0].type",
            .invalidValue),
        Case(
            "a field of a block twice",
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a","text":"b"}]}]}"#,
            "messages[0].content[0].text", .duplicateField),
        Case(
            "thinking without a budget",
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"thinking":{"type":"enabled"}}"#,
            "thinking.budget_tokens", .missingField),
        Case(
            "a user that is a number",
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"metadata":{"user_id":1}}"#, "metadata.user_id",
            .wrongType),
    ]

    @Test("Chat completions say where", arguments: openAI)
    func chat(_ row: Case) { self.check(OpenAIChat.self, row) }

    @Test("Messages say where", arguments: anthropic)
    func messages(_ row: Case) { self.check(AnthropicMessages.self, row) }

    private func check(_ codec: any WireCodec.Type, _ row: Case) {
        let error = #expect(throws: CodecError.self) { try Wire.request(codec, row.body) }
        #expect(error?.code == row.code)
        #expect(error?.path == row.path)
    }

    @Test("Invalid UTF-8 is refused")
    func invalidText() {
        let body = Array(#"{"model":"m","messages":[{"role":"user","content":""#.utf8) + [0xFF] + Array(#""}]}"#.utf8)
        #expect(throws: CodecError(.invalidJSON, "")) { try OpenAIChat.request(body.span, RequestAddress()) }
    }

    @Test("The path may name the model, as Azure's does")
    func modelInPath() throws {
        let body = Array(#"{"messages":[{"role":"user","content":"x"}]}"#.utf8)
        #expect(try OpenAIChat.request(body.span, RequestAddress(model: "deployed")).model == "deployed")
    }

    @Test("Names of unknown fields cannot break out of a header")
    func unknownNames() throws {
        let request = try Wire.request(
            OpenAIChat.self,
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"a\r\nSet-Cookie: b,c":1,"é":1,"\#(String(repeating: "n", count: 99))":1}"#
        )
        #expect(request.unknown == ["a??Set-Cookie: b?c", "??", String(repeating: "n", count: 80)])
    }

    @Test("10,000 tools whose names become the same are told apart in no time")
    func collidingNames() throws {
        let tools = (0..<10_000).map { ToolDefinition(name: String(repeating: "é", count: 70) + "ü\($0)") }
        var request = ChatRequest(model: "m", conversation: Conversation(messages: []), tools: tools)
        request.conversation.messages = [Message(role: .user, parts: [.text("x")])]
        let names = try ToolNames(request, longest: 64, isAllowed: ToolNames.isPlain)
        #expect(names.originals.count == tools.count)
        #expect(names.originals.keys.allSatisfy { $0.utf8.count <= 64 })
    }

    @Test("A hostile object of 100,000 names is read in no time")
    func manyNames() throws {
        let names = (0..<100_000).map { "\"n\($0)\":0" }.joined(separator: ",")
        let request = try Wire.request(
            OpenAIChat.self, #"{"model":"m","messages":[{"role":"user","content":"x"}],\#(names)}"#)
        #expect(request.unknown.count == 64)
    }
}
