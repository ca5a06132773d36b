import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Requests of OpenAI's responses")
struct ResponsesCallerTests {
    @Test("Items become messages: what an assistant thinks, says and calls is one, results are one")
    func input() throws {
        let request = try Wire.request(
            OpenAIResponses.self,
            """
            {"model":"m","instructions":"i","input":[{"role":"developer","content":"d"},
            {"type":"message","role":"user","content":[{"type":"input_text","text":"a"},
            {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
            {"type":"input_image","image_url":"https://e.org/a.png"},{"type":"input_image","file_id":"file_1"},
            {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"},
            {"type":"input_file","file_url":"https://e.org/a.pdf"},
            {"type":"input_file","filename":"a.txt","file_data":"data:text/plain;base64,aGk="},
            {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]},
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"},
            {"type":"summary_text","text":"u"}],"encrypted_content":"e"},
            {"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"f"},
            {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[
            {"type":"output_text","text":"b","annotations":[]},{"type":"refusal","refusal":"no"}]},
            {"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{}"},
            {"type":"function_call","call_id":"c2","name":"g","arguments":"{}"},
            {"type":"function_call_output","call_id":"c1","output":"one"},
            {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"two"}]},
            {"role":"user","content":"go"}]}
            """)
        #expect(
            request.conversation.messages == [
                Message(role: .system, parts: [.text("i")]), Message(role: .system, parts: [.text("d")]),
                Message(
                    role: .user,
                    parts: [
                        .text("a"), .image(Media(.base64("AAAA"), mediaType: "image/png", detail: "low")),
                        .image(Media(.url("https://e.org/a.png"))), .image(Media(.uploaded("file_1"))),
                        .file(Media(.base64("AAAA"), mediaType: "application/pdf", name: "a.pdf")),
                        .file(Media(.url("https://e.org/a.pdf"))), .document(title: "a.txt", text: "hi"),
                        .audio(Media(.base64("AAAA"), mediaType: "audio/wav")),
                    ]),
                Message(
                    role: .assistant,
                    parts: [
                        .thinking("t\n\nu", signature: "e"), .redactedThinking("f"), .text("b"), .refusal("no"),
                        .toolCall(ToolCall(id: "c1", name: "f", arguments: "{}")),
                        .toolCall(ToolCall(id: "c2", name: "g", arguments: "{}")),
                    ]),
                Message(
                    role: .tool,
                    parts: [
                        .toolResult(ToolResult(callID: "c1", parts: [.text("one")])),
                        .toolResult(ToolResult(callID: "c2", parts: [.text("two")])),
                    ]),
                Message(role: .user, parts: [.text("go")]),
            ])
        #expect(request.unknown.isEmpty)
    }

    @Test("Parameters, and the names of those that nobody else knows")
    func parameters() throws {
        let request = try Wire.request(
            OpenAIResponses.self,
            """
            {"model":"m","input":"hi","stream":true,"max_output_tokens":50,"temperature":0.5,"top_p":1,"top_logprobs":2,
            "parallel_tool_calls":false,"user":"u","store":true,"truncation":"disabled","metadata":{},
            "include":["reasoning.encrypted_content"],"reasoning":{"effort":"high","summary":"auto"},
            "text":{"verbosity":"low","format":{"type":"json_schema","name":"n","schema":{"a":1},"strict":true}},
            "tools":[{"type":"function","name":"f","description":"d","parameters":{"x":1},"strict":true},
            {"type":"web_search"}],"tool_choice":{"type":"function","name":"f"}}
            """)
        #expect(
            request.sampling == Sampling(maximumOutput: 50, temperature: 0.5, topP: 1, topLogprobs: 2))
        #expect(request.isStreamed)
        #expect(request.allowsParallelCalls == false)
        #expect(request.userID == "u")
        #expect(request.reasoning == Reasoning(effort: .high, showsThoughts: true))
        #expect(request.toolChoice == .named("f"))
        #expect(
            request.tools == [
                ToolDefinition(name: "f", description: "d", schema: JSONText(#"{"x":1}"#), isStrict: true)
            ])
        let schema = try #require(JSONText(#"{"a":1}"#))
        #expect(request.responseFormat == .jsonSchema(schema, name: "n", description: nil, isStrict: true))
        #expect(request.unknown == ["store", "metadata", "text.verbosity", "tools[]: web_search"])
    }

    struct Wrong: Shown {
        let name: String
        /// Members beside the model.
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

    static let wrong: [Wrong] = [
        Wrong("no input", #""stream":false"#, "input", .missingField),
        Wrong("input that is a number", #""input":1"#, "input", .wrongType),
        Wrong("nested 10,000 deep", #""input":\#(BadRequestTests.deep)"#, nil, .tooComplex),
        Wrong("a lone surrogate", #""input":"\udc00""#, nil, .invalidJSON),
        Wrong("input twice", #""input":"a","input":"b""#, "input", .duplicateField),
        Wrong("an unknown role", #""input":[{"role":"tool","content":"a"}]"#, "input[0].role", .invalidValue),
        Wrong("a message of nothing", #""input":[{"role":"user"}]"#, "input[0].content", .missingField),
        Wrong(
            "a part of an unknown type", #""input":[{"role":"user","content":[{"type":"video"}]}]"#,
            "input[0].content[0].type", .invalidValue),
        Wrong(
            "an image that is no base64",
            #""input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,A$"}]}]"#,
            "input[0].content[0].image_url", .invalidValue),
        Wrong(
            "an image from the machine's files",
            #""input":[{"role":"user","content":[{"type":"input_image","image_url":"file:///a"}]}]"#,
            "input[0].content[0].image_url", .invalidValue),
        Wrong(
            "a call without an id", #""input":[{"type":"function_call","name":"f","arguments":""}]"#,
            "input[0].call_id", .missingField),
        Wrong(
            "a result that is a number", #""input":[{"type":"function_call_output","call_id":"c","output":1}]"#,
            "input[0].output", .wrongType),
        Wrong("a tool without a name", #""input":"a","tools":[{"type":"function"}]"#, "tools[0].name", .missingField),
        Wrong("an unknown choice", #""input":"a","tool_choice":"maybe""#, "tool_choice", .invalidValue),
        Wrong("an unknown effort", #""input":"a","reasoning":{"effort":"huge"}"#, "reasoning.effort", .invalidValue),
        Wrong(
            "a form without a schema", #""input":"a","text":{"format":{"type":"json_schema"}}"#, "text.format.schema",
            .missingField),
        Wrong(
            "what the provider keeps", #""input":"a","previous_response_id":"resp_1""#, "previous_response_id",
            .unsupported),
        Wrong(
            "an item that the provider keeps", #""input":[{"type":"item_reference","id":"i"}]"#, "input[0]",
            .unsupported),
        Wrong("in the background", #""input":"a","background":true"#, "background", .unsupported),
    ]

    @Test("What is wrong says where", arguments: wrong)
    func refuses(_ row: Wrong) {
        let error = #expect(throws: CodecError.self) {
            try Wire.request(OpenAIResponses.self, #"{"model":"m",\#(row.body)}"#)
        }
        #expect(error?.code == row.code)
        #expect(error?.path == row.path)
    }

    @Test("From chat completions: what responses cannot be told is said")
    func fromChat() throws {
        let request = try Wire.request(
            OpenAIChat.self,
            """
            {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},
            {"role":"assistant","content":"b","tool_calls":[{"id":"c","type":"function","function":{"name":"f",
            "arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],"max_tokens":5,"stop":"x","seed":1,
            "n":2,"frequency_penalty":1,"presence_penalty":1,"logit_bias":{},"logprobs":true,
            "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required","stream":true,
            "response_format":{"type":"json_object"},"reasoning_effort":"low"}
            """)
        let encoded = try OpenAIResponses.body(of: request, EncodingOptions(model: "gpt"))
        let expected = """
            {"model":"gpt","instructions":"s","input":[{"type":"message","role":"user","content":"a"},
            {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"}]},
            {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
            {"type":"function_call_output","call_id":"c","output":"r"}],"max_output_tokens":16,
            "tools":[{"type":"function","name":"f","parameters":null,"strict":false}],"tool_choice":"required",
            "text":{"format":{"type":"json_object"}},"include":["reasoning.encrypted_content"],
            "reasoning":{"effort":"low"},"store":false,"stream":true}
            """
        #expect(try Wire.tree(encoded.body) == Wire.tree(expected))
        #expect(
            encoded.dropped == [
                "max_output_tokens: raised to 16", "logprobs", "stop", "seed", "n", "frequency_penalty",
                "presence_penalty", "logit_bias",
            ])
    }
}
