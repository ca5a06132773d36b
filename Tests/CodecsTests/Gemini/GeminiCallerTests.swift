import CloudCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Requests of Gemini's callers")
struct GeminiCallerTests {
    static func read(_ body: String, _ address: RequestAddress = RequestAddress(model: "models/g")) throws
        -> ChatRequest
    {
        try GeminiContent.request(Array(body.utf8).span, address)
    }

    @Test("Texts, media, calls and results; ids are made where there are none and results find their calls")
    func conversation() throws {
        let request = try Self.read(
            """
            {"systemInstruction":{"role":"user","parts":[{"text":"s"}]},"contents":[
            {"role":"user","parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"_-8"}},
            {"fileData":{"mimeType":"application/pdf","fileUri":"gs://b/c.pdf"}},
            {"inline_data":{"mime_type":"text/plain","data":"aGk="}}]},
            {"role":"model","parts":[{"text":"t","thought":true},{"text":"u","thought":true},
            {"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"sig"},
            {"functionCall":{"name":"f","args":{"x":2}}},{"functionCall":{"id":"own","name":"g"}}]},
            {"role":"user","parts":[{"functionResponse":{"id":"own","name":"g","response":{"error":"no"}}},
            {"functionResponse":{"name":"f","response":{"output":"1"}}},
            {"functionResponse":{"name":"f","response":{"a":2}}},{"text":"go"}]}]}
            """)
        let first = "call_0__thought__sig"
        #expect(
            request.conversation.messages == [
                Message(role: .system, parts: [.text("s")]),
                Message(
                    role: .user,
                    parts: [
                        .text("a"), .image(Media(.base64("/+8="), mediaType: "image/png")),
                        .file(Media(.url("gs://b/c.pdf"), mediaType: "application/pdf")),
                        .document(title: nil, text: "hi"),
                    ]),
                Message(
                    role: .assistant,
                    parts: [
                        .thinking("tu", signature: nil),
                        .toolCall(ToolCall(id: first, name: "f", arguments: #"{"x":1}"#)),
                        .toolCall(ToolCall(id: "call_1", name: "f", arguments: #"{"x":2}"#)),
                        .toolCall(ToolCall(id: "own", name: "g", arguments: "{}")),
                    ]),
                Message(
                    role: .tool,
                    parts: [
                        .toolResult(ToolResult(callID: "own", name: "g", parts: [.text("no")], isError: true)),
                        .toolResult(ToolResult(callID: first, name: "f", parts: [.text("1")])),
                        .toolResult(ToolResult(callID: "call_1", name: "f", parts: [.text(#"{"a":2}"#)])),
                    ]),
                Message(role: .user, parts: [.text("go")]),
            ])
        #expect(request.model == "g")
        #expect(request.unknown.isEmpty)
    }

    @Test("Parameters in either case, schemas as JSON schema again")
    func parameters() throws {
        let request = try Self.read(
            """
            {"contents":[],"generation_config":{"max_output_tokens":5,"temperature":0.5,"topP":1,"topK":40.0,
            "candidateCount":2,"stopSequences":["a"],"seed":3,"presencePenalty":1,"frequencyPenalty":0,
            "responseLogprobs":true,"logprobs":4,"responseMimeType":"application/json",
            "responseSchema":{"type":"OBJECT","propertyOrdering":["a"],"properties":{"a":{"type":"STRING",
            "nullable":true,"maxLength":"9"},"type":{"type":"ARRAY","items":{"type":"NUMBER","format":"double"}}}},
            "thinkingConfig":{"thinkingBudget":100,"includeThoughts":true},"speechConfig":{}},
            "tools":[{"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{"x":1}}]},
            {"googleSearch":{}}],"toolConfig":{"functionCallingConfig":{"mode":"any","allowedFunctionNames":["f"]}},
            "safetySettings":[]}
            """, RequestAddress(model: "g", isStreamed: true))
        #expect(
            request.sampling
                == Sampling(
                    maximumOutput: 5, temperature: 0.5, topP: 1, topK: 40, stop: ["a"], seed: 3, choices: 2,
                    frequencyPenalty: 0, presencePenalty: 1, wantsLogprobs: true, topLogprobs: 4))
        guard case .jsonSchema(let schema, nil, nil, nil) = request.responseFormat else {
            Issue.record("the form is \(String(describing: request.responseFormat))")
            return
        }
        #expect(
            schema.text
                == #"{"type":"object","properties":{"a":{"type":["string","null"],"maxLength":9},"type":{"type":"array","items":{"type":"number","format":"double"}}}}"#
        )
        #expect(request.reasoning == Reasoning(budget: 100, showsThoughts: true))
        #expect(request.tools == [ToolDefinition(name: "f", description: "d", schema: JSONText(#"{"x":1}"#))])
        #expect(request.toolChoice == .named("f"))
        #expect(request.isStreamed)
        #expect(request.unknown == ["generationConfig.speechConfig", "tools[].googleSearch", "safetySettings"])
    }

    struct Thinking: Shown {
        let name: String
        let upstream: WireShape
        let sent: String
    }

    static let thinking: [Thinking] = [
        Thinking(
            name: "Anthropic", upstream: .anthropicMessages, sent: #""thinking":{"type":"enabled","budget_tokens":"#),
        Thinking(
            name: "Claude of Bedrock's", upstream: .bedrockConverse,
            sent: #""thinking":{"type":"enabled","budget_tokens":"#),
        Thinking(name: "OpenAI", upstream: .openAIChat, sent: #""reasoning_effort":"medium""#),
    ]

    @Test("Who wants to see thoughts and does not say how many gets what is usual", arguments: thinking)
    func shownThoughts(_ row: Thinking) throws {
        func sent(_ config: String) throws -> EncodedRequest {
            let body = #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"thinkingConfig":\#(config)}}"#
            return try Translation(from: GeminiContent.self, to: row.upstream.codec).request(
                Array(body.utf8).span, RequestAddress(model: "m"), EncodingOptions(model: "claude")
            ).encoded
        }
        let shown = try sent(#"{"includeThoughts":true}"#)
        #expect(Wire.text(shown.body).contains(row.sent), "\(Wire.text(shown.body))")
        #expect(shown.dropped.isEmpty)
        let hidden = try sent(#"{"includeThoughts":false}"#)
        #expect(!Wire.text(hidden.body).contains(row.sent))
        let forbidden = try sent(#"{"includeThoughts":true,"thinkingBudget":0}"#)
        #expect(!Wire.text(forbidden.body).contains(row.sent))
    }

    @Test(
        "Content in the alphabet of addresses, as Google's client writes it, reaches others in the standard one",
        arguments: [WireShape.openAIChat, .openAIResponses, .anthropicMessages, .bedrockConverse])
    func otherAlphabet(_ upstream: WireShape) throws {
        let body = #"{"contents":[{"parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"_-_-_w"}}]}]}"#
        let sent = try Translation(from: GeminiContent.self, to: upstream.codec).request(
            Array(body.utf8).span, RequestAddress(model: "m"), EncodingOptions(model: "m")
        ).encoded
        let text = Wire.text(sent.body).replacing("\\/", with: "/")
        #expect(text.contains("/+/+/w==") && !text.contains("_-_"), "\(text)")
    }

    @Test("A request to count holds contents, or a whole request with its model")
    func counting() throws {
        let bare = try Self.read(#"{"contents":[{"parts":[{"text":"a"}]}]}"#)
        let wrapped = try Self.read(
            #"{"generateContentRequest":{"model":"models/x","contents":[{"parts":[{"text":"a"}]}]}}"#, RequestAddress())
        #expect(bare.conversation == wrapped.conversation)
        #expect(wrapped.model == "x")
        #expect(Wire.text(GeminiContent.body(ofCount: 7)) == #"{"totalTokens":7}"#)
    }

    @Test(
        "What Google's own client sends back: pieces of a stream, signatures in the other alphabet, schemas in snake case"
    )
    func sentBack() throws {
        let request = try Self.read(
            """
            {"contents":[{"role":"model","parts":[{"text":"thi","thought":true},{"text":"nk","thought":true},
            {"text":"","thoughtSignature":"-_-_"},{"text":"he"},{"text":"llo"},
            {"functionCall":{"name":"f"},"thoughtSignature":"gAAAA-_"}]}],
            "tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a_b":{
            "any_of":[{"type":"ARRAY","min_items":3,"items":{"type":"STRING"}},{"type":"NULL"}]}}}}]}]}
            """)
        #expect(
            request.conversation.messages.first?.parts == [
                .thinking("think", signature: "+/+/"), .text("hello"),
                .toolCall(ToolCall(id: "call_0__thought__gAAAA-_", name: "f", arguments: "{}")),
            ])
        #expect(
            request.tools.first?.schema?.text
                == #"{"type":"object","properties":{"a_b":{"anyOf":[{"type":"array","minItems":3,"items":{"type":"string"}},{"type":"null"}]}}}"#
        )
    }

    @Test("A signature that is no base64, over which Google's client would stumble, is left out")
    func oddSignature() {
        let answer = ChatAnswer(
            id: "r", model: "m", parts: [.thinking("t", signature: "not base64!"), .redactedThinking("?"), .text("a")],
            stop: .end)
        let body = Wire.text(GeminiContent.body(of: answer, Wire.answering))
        #expect(body.contains(#""parts":[{"text":"t","thought":true},{"text":"a"}]"#))
    }

    struct Wrong: Shown {
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

    static func part(_ part: String) -> String { #"{"contents":[{"parts":[{"text":"a"},\#(part)]}]}"# }

    static let wrong: [Wrong] = [
        Wrong("cut short", #"{"contents":[{"pa"#, nil, .invalidJSON),
        Wrong("nested 10,000 deep", #"{"contents":\#(BadRequestTests.deep)"#, nil, .tooComplex),
        Wrong("no contents", "{}", "contents", .missingField),
        Wrong("contents that are a text", #"{"contents":"hi"}"#, "contents", .wrongType),
        Wrong("contents twice", #"{"contents":[],"contents":[]}"#, "contents", .duplicateField),
        Wrong("an unknown role", #"{"contents":[{"role":"assistant"}]}"#, "contents[0].role", .invalidValue),
        Wrong("an empty part", part("{}"), "contents[0].parts[1]", .missingField),
        Wrong("a text that is a number", part(#"{"text":1}"#), "contents[0].parts[1].text", .wrongType),
        Wrong(
            "data that is no base64", part(#"{"inlineData":{"mimeType":"image/png","data":"A$A"}}"#),
            "contents[0].parts[1].inlineData.data", .invalidValue),
        Wrong(
            "data of no type", part(#"{"inlineData":{"data":"AAAA"}}"#),
            "contents[0].parts[1].inlineData.mimeType", .missingField),
        Wrong(
            "a file at no address", part(#"{"fileData":{}}"#), "contents[0].parts[1].fileData.fileUri", .missingField),
        Wrong(
            "a call of nothing", part(#"{"functionCall":{"args":{}}}"#), "contents[0].parts[1].functionCall.name",
            .missingField),
        Wrong(
            "arguments that are a text", part(#"{"functionCall":{"name":"f","args":"{}"}}"#),
            "contents[0].parts[1].functionCall.args", .wrongType),
        Wrong(
            "a response that is a text", part(#"{"functionResponse":{"name":"f","response":"r"}}"#),
            "contents[0].parts[1].functionResponse.response", .wrongType),
        Wrong(
            "a tool without a name", #"{"contents":[],"tools":[{"functionDeclarations":[{}]}]}"#,
            "tools[0].functionDeclarations[0].name", .missingField),
        Wrong(
            "an unknown mode", #"{"contents":[],"toolConfig":{"functionCallingConfig":{"mode":"MAYBE"}}}"#,
            "toolConfig.functionCallingConfig.mode", .invalidValue),
        Wrong(
            "half a token", #"{"contents":[],"generationConfig":{"maxOutputTokens":0.5}}"#,
            "generationConfig.maxOutputTokens", .wrongType),
        Wrong(
            "a property that is no schema",
            #"{"contents":[],"generationConfig":{"responseSchema":{"properties":{"a":1}}}}"#,
            "generationConfig.responseSchema.properties.a", .wrongType),
        Wrong("what the provider keeps", #"{"contents":[],"cachedContent":"c"}"#, "cachedContent", .unsupported),
    ]

    @Test("What is wrong says where", arguments: wrong)
    func refuses(_ row: Wrong) {
        let error = #expect(throws: CodecError.self) { try Self.read(row.body) }
        #expect(error?.code == row.code)
        #expect(error?.path == row.path)
    }
}
