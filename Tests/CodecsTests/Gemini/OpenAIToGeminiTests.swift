import CloudCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

/// Table 2.3 of the reference, row by row.
@Suite("Requests from OpenAI's chat completions to Gemini")
struct OpenAIToGeminiTests {
    struct Case: Shown {
        let name: String
        /// The caller's body; a model is added.
        let caller: String
        /// The provider's; `generationConfig` is added where it is not said.
        let provider: String
        var dropped: [String] = []
        var options = EncodingOptions(model: "gemini-2.5-pro")
    }

    static let hi = #"{"role":"user","content":"hi"}"#
    static let sentHi = #"{"role":"user","parts":[{"text":"hi"}]}"#
    static let call = #"{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}"#
    static let pixel = "iVBORw0KGgo="

    static func tool(_ schema: String) -> String {
        #"{"model":"m","messages":[\#(hi)],"tools":[{"type":"function","function":{"name":"f","parameters":\#(schema)}}]}"#
    }

    static func sentTool(_ schema: String) -> String {
        #"{"contents":[\#(sentHi)],"tools":[{"functionDeclarations":[{"name":"f"\#(schema)}]}]}"#
    }

    static let messages: [Case] = [
        Case(
            name: "system messages become the instruction, the assistant becomes the model",
            caller: """
                {"messages":[{"role":"system","content":"a"},{"role":"developer","content":"b"},\(hi),
                {"role":"assistant","content":"yes"},{"role":"user","content":"go"}]}
                """,
            provider: """
                {"systemInstruction":{"parts":[{"text":"a"},{"text":"b"}]},"contents":[\(sentHi),
                {"role":"model","parts":[{"text":"yes"}]},{"role":"user","parts":[{"text":"go"}]}]}
                """),
        Case(
            name: "a late system message loses its place, which is said",
            caller: #"{"messages":[\#(hi),{"role":"system","content":"late"}]}"#,
            provider: #"{"contents":[\#(sentHi)],"systemInstruction":{"parts":[{"text":"late"}]}}"#,
            dropped: ["messages: system messages moved to the front"]),
        Case(
            name: "contents are never empty, empty texts are left out",
            caller: #"{"messages":[{"role":"system","content":"a"},{"role":"user","content":""}]}"#,
            provider: """
                {"contents":[{"role":"user","parts":[{"text":" "}]}],"systemInstruction":{"parts":[{"text":"a"}]}}
                """),
        Case(
            name: "images, sound and files are inline data; texts too; addresses are file data",
            caller: """
                {"messages":[{"role":"user","content":[
                {"type":"image_url","image_url":{"url":"data:image/png;base64,\(pixel)","detail":"low"}},
                {"type":"image_url","image_url":{"url":"https://example.com/a.jpg?x=1"}},
                {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
                {"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGk="}}]}]}
                """,
            provider: """
                {"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"\(pixel)"}},
                {"fileData":{"mimeType":"image/jpeg","fileUri":"https://example.com/a.jpg?x=1"}},
                {"inlineData":{"mimeType":"audio/wav","data":"AAAA"}},
                {"inlineData":{"mimeType":"application/pdf","data":"JVBERi0="}},
                {"inlineData":{"mimeType":"text/plain","data":"aGk="}}]}]}
                """, dropped: ["detail", "filename", "title"]),
        Case(
            name: "calls lose their ids; results carry the name instead and come in the order of the calls",
            caller: """
                {"messages":[\(hi),{"role":"assistant","content":null,"tool_calls":[\(call),
                {"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},
                {"role":"tool","tool_call_id":"c2","content":"two"},
                {"role":"tool","tool_call_id":"c1","content":"{\\"b\\":2}"},{"role":"user","content":"go"}]}
                """,
            provider: """
                {"contents":[\(sentHi),{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}},
                {"functionCall":{"name":"g","args":{}}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"b":2}}},
                {"functionResponse":{"name":"g","response":{"output":"two"}}}]},
                {"role":"user","parts":[{"text":"go"}]}]}
                """),
        Case(
            name: "a signature that hides in the call's id goes back beside the call",
            caller: """
                {"messages":[\(hi),{"role":"assistant","tool_calls":[
                {"id":"c1__thought__c2ln","type":"function","function":{"name":"f","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"c1__thought__c2ln","content":"r"}]}
                """,
            provider: """
                {"contents":[\(sentHi),{"role":"model","parts":[{"functionCall":{"name":"f","args":{}},
                "thoughtSignature":"c2ln"}]},
                {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"r"}}}]}]}
                """),
        Case(
            name: "Gemini 3 gets a stand-in for the signature of another model's first call",
            caller: """
                {"messages":[\(hi),{"role":"assistant","tool_calls":[\(call),
                {"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"c1","content":"r"},{"role":"tool","tool_call_id":"c2","content":"s"}]}
                """,
            provider: """
                {"contents":[\(sentHi),{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}},
                "thoughtSignature":"skip_thought_signature_validator"},{"functionCall":{"name":"g","args":{}}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"r"}}},
                {"functionResponse":{"name":"g","response":{"output":"s"}}}]}]}
                """, options: EncodingOptions(model: "gemini-3-pro")),
        Case(
            name: "arguments that are no object become an empty one, which is said",
            caller: """
                {"messages":[\(hi),{"role":"assistant","tool_calls":[
                {"id":"c1","type":"function","function":{"name":"f","arguments":"[1]"}}]}]}
                """,
            provider: """
                {"contents":[\(sentHi),{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]}]}
                """, dropped: ["messages[].tool_calls[].function.arguments: no JSON object"]),
    ]

    static let tools: [Case] = [
        Case(
            name: "schemas become Gemini's: types in capitals, no additionalProperties, formats that it knows",
            caller: tool(
                """
                {"type":"object","additionalProperties":false,"$schema":"x","required":["a"],"properties":{
                "a":{"type":"string","format":"email","description":"d"},"b":{"type":"integer","format":"int32"},
                "c":{"type":"array","items":{"type":"string","enum":["x","y"]}},"d":{"type":["number","null"]}}}
                """),
            provider: sentTool(
                """
                ,"parameters":{"type":"OBJECT","required":["a"],"properties":{"a":{"type":"STRING","description":"d"},
                "b":{"type":"INTEGER","format":"int32"},"c":{"type":"ARRAY","items":{"type":"STRING","enum":["x","y"]}},
                "d":{"type":"NUMBER","nullable":true}}}
                """)),
        Case(
            name: "references are put in place, allOf is flattened, oneOf becomes anyOf, const an enum",
            caller: tool(
                """
                {"type":"object","$defs":{"P":{"type":"object","properties":{"x":{"type":"number"}},"required":["x"]}},
                "properties":{"p":{"$ref":"#/$defs/P","description":"own"},
                "q":{"allOf":[{"$ref":"#/$defs/P"},{"type":"object","properties":{"y":{"const":"k"}}}]},
                "r":{"oneOf":[{"type":"string"},{"type":"null"},{"type":"boolean"}]}}}
                """),
            provider: sentTool(
                """
                ,"parameters":{"type":"OBJECT","properties":{"p":{"description":"own","type":"OBJECT",
                "properties":{"x":{"type":"NUMBER"}},"required":["x"]},"q":{"type":"OBJECT","properties":{
                "x":{"type":"NUMBER"},"y":{"type":"STRING","enum":["k"]}},"required":["x"]},
                "r":{"anyOf":[{"type":"STRING"},{"type":"BOOLEAN"}],"nullable":true}}}
                """)),
        Case(
            name: "what Gemini's form cannot say goes as JSON schema: references to itself, numbers to choose from",
            caller: """
                {"messages":[\(hi)],"tools":[{"type":"function","function":{"name":"f","parameters":
                {"type":"object","$defs":{"N":{"type":"object","properties":{"n":{"$ref":"#/$defs/N"}}}},
                "properties":{"n":{"$ref":"#/$defs/N"}}}}},{"type":"function","function":{"name":"g","parameters":
                {"type":"object","properties":{"n":{"enum":[1,2]}}}}},{"type":"function","function":{"name":"h",
                "parameters":{"type":"object","properties":{"n":{"type":"array"}}}}}]}
                """,
            provider: """
                {"contents":[\(sentHi)],"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":
                {"type":"object","$defs":{"N":{"type":"object","properties":{"n":{"$ref":"#/$defs/N"}}}},
                "properties":{"n":{"$ref":"#/$defs/N"}}}},{"name":"g","parametersJsonSchema":
                {"type":"object","properties":{"n":{"enum":[1,2]}}}},{"name":"h","parametersJsonSchema":
                {"type":"object","properties":{"n":{"type":"array"}}}}]}]}
                """),
        Case(
            name: "a tool that takes nothing has no schema", caller: tool(#"{"type":"object","properties":{}}"#),
            provider: sentTool("")),
        Case(
            name: "one tool is named, several may be allowed, and no parallel calls cannot be asked for",
            caller: """
                {"messages":[\(hi)],"tools":[{"type":"function","function":{"name":"f","strict":true}}],
                "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false}
                """,
            provider: """
                {"contents":[\(sentHi)],"tools":[{"functionDeclarations":[{"name":"f"}]}],
                "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}}}
                """, dropped: ["parallel_tool_calls", "strict"]),
        Case(
            name: "a choice that is required, or none",
            caller: """
                {"messages":[\(hi)],"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}
                """,
            provider: """
                {"contents":[\(sentHi)],"tools":[{"functionDeclarations":[{"name":"f"}]}],
                "toolConfig":{"functionCallingConfig":{"mode":"ANY"}}}
                """),
    ]

    static let parameters: [Case] = [
        Case(
            name: "what both can say",
            caller: """
                {"messages":[\(hi)],"max_completion_tokens":5,"temperature":1.5,"top_p":0.5,"n":2,"seed":7,
                "frequency_penalty":0.5,"presence_penalty":1,"logprobs":true,"top_logprobs":3,"stop":"x"}
                """,
            provider: """
                {"contents":[\(sentHi)],"generationConfig":{"maxOutputTokens":5,"temperature":1.5,"topP":0.5,
                "candidateCount":2,"seed":7,"frequencyPenalty":0.5,"presencePenalty":1,"responseLogprobs":true,
                "logprobs":3,"stopSequences":["x"]}}
                """),
        Case(
            name: "what Gemini cannot be told is said",
            caller: """
                {"messages":[\(hi)],"logit_bias":{"1":2},"user":"u","service_tier":"flex",
                "stop":["1","2","3","4","5","6"]}
                """,
            provider: """
                {"contents":[\(sentHi)],"generationConfig":{"stopSequences":["1","2","3","4","5"]}}
                """, dropped: ["service_tier", "stop: only the first 5", "logit_bias", "user"]),
        Case(
            name: "a form of the answer",
            caller: """
                {"messages":[\(hi)],"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,
                "schema":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}}}}
                """,
            provider: """
                {"contents":[\(sentHi)],"generationConfig":{"responseMimeType":"application/json",
                "responseSchema":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}}}
                """),
        Case(
            name: "an effort is a budget for older models",
            caller: #"{"messages":[\#(hi)],"reasoning_effort":"high"}"#,
            provider: """
                {"contents":[\(sentHi)],"generationConfig":{"thinkingConfig":{"thinkingBudget":16384,
                "includeThoughts":true}}}
                """),
        Case(
            name: "an effort is a level for Gemini 3",
            caller: #"{"messages":[\#(hi)],"reasoning_effort":"xhigh"}"#,
            provider: """
                {"contents":[\(sentHi)],"generationConfig":{"thinkingConfig":{"thinkingLevel":"high",
                "includeThoughts":true}}}
                """, options: EncodingOptions(model: "models/gemini-3-flash")),
    ]

    @Test("Messages", arguments: messages)
    func checkMessages(_ row: Case) throws { try self.check(row) }

    @Test("Tools", arguments: tools)
    func checkTools(_ row: Case) throws { try self.check(row) }

    @Test("Parameters", arguments: parameters)
    func checkParameters(_ row: Case) throws { try self.check(row) }

    private func check(_ row: Case) throws {
        let request = try Wire.request(OpenAIChat.self, Wire.adding([("model", "\"m\"")], to: row.caller))
        let encoded = try GeminiContent.body(of: request, row.options)
        let expected = Wire.adding([("generationConfig", "{}")], to: row.provider)
        #expect(try Wire.tree(encoded.body) == Wire.tree(expected))
        #expect(encoded.dropped == row.dropped)
    }

    @Test("Images that Gemini does not take, addresses that may not be fetched and results of no call are refused")
    func refused() throws {
        func error(_ part: String, _ options: EncodingOptions = EncodingOptions(model: "g")) throws -> CodecError? {
            let request = try Wire.request(
                OpenAIChat.self, #"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#)
            return #expect(throws: CodecError.self) { try GeminiContent.body(of: request, options) }
        }
        let image = try error(#"{"type":"image_url","image_url":{"url":"data:image/gif;base64,AAAA"}}"#)
        #expect(image?.code == .unsupported)
        #expect(image?.path == "messages[0].content[0]")
        let closed = EncodingOptions(model: "g", allowsRemoteMedia: false)
        #expect(
            try error(#"{"type":"image_url","image_url":{"url":"https://e.org/a.png"}}"#, closed)?.code == .unsupported)
        #expect(try error(#"{"type":"file","file":{"file_id":"file_1"}}"#)?.code == .unsupported)
        let orphan = try Wire.request(
            OpenAIChat.self, #"{"model":"m","messages":[{"role":"tool","tool_call_id":"x","content":"r"}]}"#)
        let thrown = #expect(throws: CodecError.self) {
            try GeminiContent.body(of: orphan, EncodingOptions(model: "g"))
        }
        #expect(thrown?.path == "messages[0].tool_call_id")
    }

    @Test("Names that Gemini does not take are rewritten and restored")
    func names() throws {
        let request = try Wire.request(
            OpenAIChat.self,
            #"{"model":"m","messages":[\#(Self.hi)],"tools":[{"type":"function","function":{"name":"a b"}},{"type":"function","function":{"name":"a_b"}},{"type":"function","function":{"name":"a.b"}}]}"#
        )
        let encoded = try GeminiContent.body(of: request, EncodingOptions(model: "g"))
        let sent = try GeminiContent.request(encoded.body.span, RequestAddress(model: "g")).tools.map(\.name)
        #expect(sent == ["a_b_2", "a_b", "a.b"])
        #expect(encoded.restoration.toolNames == ["a_b_2": "a b"])
    }
}
