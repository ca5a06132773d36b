import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

/// Table 2.1 of the reference, row by row.
@Suite("Requests from OpenAI's chat completions to Anthropic's messages")
struct OpenAIToAnthropicTests {
    struct Case: Shown {
        let name: String
        /// The caller's body; a model is added.
        let caller: String
        /// The provider's; model and `max_tokens` are added.
        let provider: String
        var dropped: [String] = []
        var options = EncodingOptions(model: "claude")
    }

    static let hi = #"{"role":"user","content":"hi"}"#
    static let tool = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#
    static let sentTool = #"{"name":"f","input_schema":{"type":"object"}}"#
    static let call = #"{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}"#
    static let sentCall = #"{"type":"tool_use","id":"c1","name":"f","input":{"a":1}}"#
    static let pixel = "iVBORw0KGgo="

    static let messages: [Case] = [
        Case(
            name: "system and developer messages become the system text, joined by a blank line, empty ones left out",
            caller: """
                {"messages":[{"role":"system","content":"a"},{"role":"developer","content":[{"type":"text","text":"b"}]},
                {"role":"system","content":" "},\(hi)]}
                """,
            provider: #"{"system":"a\n\nb","messages":[{"role":"user","content":"hi"}]}"#),
        Case(
            name: "system messages in the middle lose their place, which is said",
            caller: #"{"messages":[\#(hi),{"role":"system","content":"late"}]}"#,
            provider: #"{"system":"late","messages":[{"role":"user","content":"hi"}]}"#,
            dropped: ["messages: system messages moved to the front"]),
        Case(
            name: "blank texts are dropped and turns of the same side become one",
            caller: """
                {"messages":[\(hi),{"role":"user","content":[{"type":"text","text":" \\n"},{"type":"text","text":"you"}]},
                {"role":"assistant","content":""},{"role":"user","content":"there"}]}
                """,
            provider: """
                {"messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":"you"},
                {"type":"text","text":"there"}]}]}
                """),
        Case(
            name: "tool calls become blocks whose input is the object, ids as they are",
            caller: """
                {"messages":[\(hi),{"role":"assistant","content":"ok","tool_calls":[\(call)]}],"tools":[\(tool)]}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"text","text":"ok"},
                \(sentCall)]}],"tools":[\(sentTool)]}
                """),
        Case(
            name: "arguments that are nothing or no object become an empty one, which is said",
            caller: """
                {"messages":[\(hi),{"role":"assistant","content":null,"tool_calls":[
                {"id":"c1","type":"function","function":{"name":"f","arguments":""}},
                {"id":"c2","type":"function","function":{"name":"f","arguments":"{\\"a\\":"}},
                {"id":"c3","type":"function","function":{"name":"f","arguments":"[1]"}}]}],"tools":[\(tool)]}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[
                {"type":"tool_use","id":"c1","name":"f","input":{}},{"type":"tool_use","id":"c2","name":"f","input":{}},
                {"type":"tool_use","id":"c3","name":"f","input":{}}]}],"tools":[\(sentTool)]}
                """,
            dropped: ["messages[].tool_calls[].function.arguments: no JSON object"]),
        Case(
            name: "consecutive tool messages become one turn of the user, before what the user says",
            caller: """
                {"messages":[\(hi),{"role":"assistant","tool_calls":[\(call),
                {"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"c1","content":"one"},
                {"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"two"},{"type":"text","text":"2"}]},
                {"role":"user","content":"go on"}],"tools":[\(tool)]}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[\(sentCall),
                {"type":"tool_use","id":"c2","name":"f","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"one"},
                {"type":"tool_result","tool_use_id":"c2","content":[{"type":"text","text":"two"},
                {"type":"text","text":"2"}]},{"type":"text","text":"go on"}]}],"tools":[\(sentTool)]}
                """),
        Case(
            name: "images come as base64 or as an address; how closely to look is lost",
            caller: """
                {"messages":[{"role":"user","content":[
                {"type":"image_url","image_url":{"url":"data:image/png;base64,\(pixel)","detail":"low"}},
                {"type":"image_url","image_url":{"url":"https://example.com/a.jpg"}}]}]}
                """,
            provider: """
                {"messages":[{"role":"user","content":[
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"\(pixel)"}},
                {"type":"image","source":{"type":"url","url":"https://example.com/a.jpg"}}]}]}
                """, dropped: ["detail"]),
        Case(
            name: "files become documents, texts as text",
            caller: """
                {"messages":[{"role":"user","content":[
                {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
                {"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGk="}}]}]}
                """,
            provider: """
                {"messages":[{"role":"user","content":[{"type":"document","title":"a.pdf",
                "source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}},
                {"type":"document","title":"a.txt","source":{"type":"text","media_type":"text/plain","data":"hi"}}]}]}
                """),
        Case(
            name: "points of caching go on, on parts, messages and tools, four at most",
            caller: """
                {"messages":[{"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]},
                {"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},
                {"type":"text","text":"b","cache_control":{"type":"ephemeral"}},{"type":"text","text":"c"}],
                "cache_control":{"type":"ephemeral"}}],
                "tools":[{"type":"function","cache_control":{"type":"ephemeral"},"function":{"name":"f",
                "parameters":{"type":"object"}}}]}
                """,
            provider: """
                {"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
                "messages":[{"role":"user","content":[
                {"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},
                {"type":"text","text":"b","cache_control":{"type":"ephemeral"}},{"type":"text","text":"c"}]}],
                "tools":[{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}]}
                """, dropped: ["cache_control: only the first 4"]),
        Case(
            name: "signed thoughts go back before the calls, others do not",
            caller: """
                {"messages":[\(hi),{"role":"assistant","reasoning_content":"t","thinking_blocks":[
                {"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"}],
                "tool_calls":[\(call)]},{"role":"tool","tool_call_id":"c1","content":"r"},
                {"role":"assistant","reasoning_content":"u","content":"x"}],"tools":[\(tool)]}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[
                {"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"},\(sentCall)]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"r"}]},
                {"role":"assistant","content":"x"}],"tools":[\(sentTool)]}
                """, dropped: ["reasoning_content"]),
        Case(
            name:
                "a conversation that the assistant begins gets a turn of the user, one that it ends loses its last space",
            caller: #"{"messages":[{"role":"assistant","content":"I am \n"}]}"#,
            provider: """
                {"messages":[{"role":"user","content":"."},{"role":"assistant","content":"I am"}]}
                """, dropped: ["messages: begins without a turn of the user"]),
        Case(
            name: "a refusal of before is a text",
            caller: #"{"messages":[\#(hi),{"role":"assistant","content":null,"refusal":"no"},\#(hi)]}"#,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"text","text":"no"}]},
                {"role":"user","content":"hi"}]}
                """),
        Case(
            name: "names of speakers are lost, which is said",
            caller: #"{"messages":[{"role":"user","name":"Ann","content":"hi"}]}"#,
            provider: #"{"messages":[{"role":"user","content":"hi"}]}"#, dropped: ["messages[].name"]),
    ]

    static let parameters: [Case] = [
        Case(
            name: "the newer name of the limit wins",
            caller: #"{"messages":[\#(hi)],"max_completion_tokens":7,"max_tokens":9}"#,
            provider: #"{"max_tokens":7}"#),
        Case(name: "the older name counts alone", caller: #"{"max_tokens":9}"#, provider: #"{"max_tokens":9}"#),
        Case(name: "no limit is the configured one", caller: "{}", provider: #"{"max_tokens":4096}"#),
        Case(
            name: "stop is a text or a list; blank ones are refused there",
            caller: #"{"stop":["a"," \n","b"]}"#, provider: #"{"stop_sequences":["a","b"]}"#,
            dropped: ["stop: texts of white space"]),
        Case(name: "one stop text", caller: #"{"stop":"a"}"#, provider: #"{"stop_sequences":["a"]}"#),
        Case(
            name: "temperature ends at 1", caller: #"{"temperature":1.5}"#, provider: #"{"temperature":1}"#,
            dropped: ["temperature: clamped to 1"]),
        Case(name: "temperature below 1", caller: #"{"temperature":0.25}"#, provider: #"{"temperature":0.25}"#),
        Case(
            name: "temperature goes before top-p", caller: #"{"temperature":1,"top_p":0.5}"#,
            provider: #"{"temperature":1}"#, dropped: ["top_p: not beside temperature"]),
        Case(
            name: "the version that refuses sampling gets none", caller: #"{"temperature":0.5,"top_p":0.5,"top_k":3}"#,
            provider: "{}", dropped: ["temperature", "top_p", "top_k"],
            options: EncodingOptions(model: "claude", takesSampling: false)),
        Case(
            name: "a user's id that tells nothing", caller: #"{"user":"u-17"}"#,
            provider: #"{"metadata":{"user_id":"u-17"}}"#),
        Case(
            name: "a user's address is told as its digest", caller: #"{"user":"ann@example.com"}"#,
            provider: #"{"metadata":{"user_id":"user_71d4f55f72fa128dfb468a1a3901507c"}}"#),
        Case(
            name: "what has no equal is dropped by name",
            caller: """
                {"n":2,"seed":1,"logprobs":true,"top_logprobs":2,"logit_bias":{"1":2},"presence_penalty":0.5,
                "frequency_penalty":0.5,"service_tier":"auto","metadata":{"a":"b"},"x_new":1}
                """, provider: "{}",
            dropped: [
                "service_tier", "metadata", "x_new", "n", "seed", "frequency_penalty", "presence_penalty", "logprobs",
                "top_logprobs", "logit_bias",
            ]),
        Case(
            name: "null says nothing", caller: #"{"temperature":null,"stop":null,"tools":null,"n":1}"#, provider: "{}"),
        Case(name: "streams are asked for", caller: #"{"stream":true}"#, provider: #"{"stream":true}"#),
        Case(
            name: "a schema for the answer is the output's format",
            caller: """
                {"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}}}
                """,
            provider: """
                {"output_config":{"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}}}
                """),
        Case(
            name: "any JSON cannot be asked for", caller: #"{"response_format":{"type":"json_object"}}"#,
            provider: "{}",
            dropped: ["response_format: json_object"]),
        Case(
            name: "older models answer a schema by calling a tool",
            caller: """
                {"response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d","schema":{"type":"object"}}}}
                """,
            provider: """
                {"tools":[{"name":"structured_answer","description":"Gives the answer. Call it once, with the whole answer. d",
                "input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"structured_answer"}}
                """, options: EncodingOptions(model: "claude", structuredOutput: .tool)),
    ]

    static let tools: [Case] = [
        Case(
            name: "without parameters a tool takes an object of nothing; a schema without a type gets one",
            caller: """
                {"tools":[{"type":"function","function":{"name":"f","description":"d","strict":true}},
                {"type":"function","function":{"name":"g","parameters":{}}},
                {"type":"function","function":{"name":"h","parameters":{"properties":{"a":{"type":"string"}}}}}]}
                """,
            provider: """
                {"tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{}}},
                {"name":"g","input_schema":{"type":"object","properties":{}}},
                {"name":"h","input_schema":{"type":"object","properties":{"a":{"type":"string"}}}}]}
                """, dropped: ["strict"]),
        Case(
            name: "auto", caller: #"{"tools":[\#(tool)],"tool_choice":"auto"}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"auto"}}"#),
        Case(
            name: "required is any", caller: #"{"tools":[\#(tool)],"tool_choice":"required"}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"any"}}"#),
        Case(
            name: "none", caller: #"{"tools":[\#(tool)],"tool_choice":"none"}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"none"}}"#),
        Case(
            name: "a named one",
            caller: #"{"tools":[\#(tool)],"tool_choice":{"type":"function","function":{"name":"f"}}}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"tool","name":"f"}}"#),
        Case(
            name: "some are allowed: the others are not sent",
            caller: """
                {"tools":[\(tool),{"type":"function","function":{"name":"g"}}],"tool_choice":{"type":"allowed_tools",
                "allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}}
                """, provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"any"}}"#),
        Case(
            name: "one call at a time stands inside the choice, which is made for it",
            caller: #"{"tools":[\#(tool)],"parallel_tool_calls":false}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}"#),
        Case(
            name: "and inside the one that was made",
            caller: #"{"tools":[\#(tool)],"parallel_tool_calls":false,"tool_choice":"required"}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"any","disable_parallel_tool_use":true}}"#),
        Case(
            name: "a history with calls and no tools gets tools that may not be called",
            caller: """
                {"messages":[\(hi),{"role":"assistant","tool_calls":[\(call)]},
                {"role":"tool","tool_call_id":"c1","content":"r"}]}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[\(sentCall)]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"r"}]}],
                "tools":[{"name":"f","description":"No longer available.",
                "input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"none"}}
                """),
        Case(
            name: "tools of OpenAI's own are dropped by their type",
            caller: #"{"tools":[{"type":"web_search"},\#(tool)]}"#, provider: #"{"tools":[\#(sentTool)]}"#,
            dropped: ["tools[].web_search"]),
    ]

    static let thinking: [Case] = [
        Case(
            name: "an effort is a budget below the limit", caller: #"{"reasoning_effort":"low","max_tokens":8000}"#,
            provider: #"{"max_tokens":8000,"thinking":{"type":"enabled","budget_tokens":2048}}"#),
        Case(
            name: "without a limit the budget comes on top", caller: #"{"reasoning_effort":"medium"}"#,
            provider: #"{"max_tokens":12288,"thinking":{"type":"enabled","budget_tokens":8192}}"#),
        Case(
            name: "a budget above the limit is clamped", caller: #"{"reasoning_effort":"high","max_tokens":4000}"#,
            provider: #"{"max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":3000}}"#,
            dropped: ["reasoning_effort: clamped to max_tokens"]),
        Case(
            name: "a limit below the least budget leaves no room",
            caller: #"{"reasoning_effort":"low","max_tokens":500}"#,
            provider: #"{"max_tokens":500}"#,
            dropped: ["reasoning_effort: clamped to max_tokens", "reasoning_effort: max_tokens leaves no room"]),
        Case(
            name: "newer models take the effort", caller: #"{"reasoning_effort":"minimal"}"#,
            provider: #"{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}"#,
            dropped: ["reasoning_effort: clamped to low"],
            options: EncodingOptions(model: "claude", thinkingStyle: .adaptive)),
        Case(
            name: "none is disabled", caller: #"{"reasoning_effort":"none"}"#,
            provider: #"{"thinking":{"type":"disabled"}}"#),
        Case(
            name: "no temperature while thinking",
            caller: #"{"reasoning_effort":"low","max_tokens":8000,"temperature":0.5,"top_p":0.5}"#,
            provider: #"{"max_tokens":8000,"thinking":{"type":"enabled","budget_tokens":2048}}"#,
            dropped: ["temperature: not while thinking", "top_p: not while thinking"]),
        Case(
            name: "no thinking where a tool is forced",
            caller: #"{"reasoning_effort":"low","tools":[\#(tool)],"tool_choice":"required"}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"any"}}"#,
            dropped: ["reasoning_effort: not with a tool that must be called"]),
        Case(
            name: "no thinking where the call that is answered has lost its signed thought",
            caller: """
                {"messages":[\(hi),{"role":"assistant","tool_calls":[\(call)]},
                {"role":"tool","tool_call_id":"c1","content":"r"}],"tools":[\(tool)],"reasoning_effort":"low"}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[\(sentCall)]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"r"}]}],
                "tools":[\(sentTool)]}
                """, dropped: ["reasoning_effort: the call of a tool comes without its signed thought"]),
    ]

    @Test("Each row of the table", arguments: messages + parameters + tools + thinking)
    func translated(_ row: Case) throws {
        let caller = Wire.adding([("model", #""alias""#), ("messages", "[\(Self.hi)]")], to: row.caller)
        let provider = Wire.adding(
            [
                ("model", #""claude""#), ("max_tokens", "4096"), ("messages", #"[{"role":"user","content":"hi"}]"#),
            ], to: row.provider)
        let encoded = try AnthropicMessages.body(of: Wire.request(OpenAIChat.self, caller), row.options)
        #expect(try Wire.tree(encoded.body) == Wire.tree(provider), "\(Wire.text(encoded.body))")
        #expect(encoded.dropped == row.dropped)
    }

    // MARK: Names of tools

    @Test("Names that the provider refuses are rewritten without collisions, and restored in the answer")
    func toolNames() throws {
        let names = ["a.b", "a_b", "a b", String(repeating: "n", count: 130), "", "ä"].filter { !$0.isEmpty }
        let tools = names.map { #"{"type":"function","function":{"name":"\#($0)"}}"# }.joined(separator: ",")
        let request = try Wire.request(
            OpenAIChat.self,
            #"{"model":"m","messages":[\#(Self.hi)],"tools":[\#(tools)],"tool_choice":{"type":"function","function":{"name":"a b"}}}"#
        )
        let encoded = try AnthropicMessages.body(of: request, EncodingOptions(model: "claude"))
        let sent = try Wire.request(AnthropicMessages.self, Wire.text(encoded.body))
        let sentNames = sent.tools.map(\.name)
        #expect(Set(sentNames).count == names.count)
        #expect(sentNames[1] == "a_b")
        #expect(sentNames.allSatisfy { (1...128).contains($0.utf8.count) && $0.utf8.allSatisfy(ToolNames.isPlain) })
        #expect(sent.toolChoice == .named(sentNames[2]))
        var restoration = encoded.restoration
        for (name, sentName) in zip(names, sentNames) {
            #expect(
                restoration.restore(.toolCallBegin(call: 0, id: "i", name: sentName))
                    == .toolCallBegin(call: 0, id: "i", name: name))
            let call = ToolCall(id: "i", name: sentName, arguments: "{}")
            let answer = restoration.restore(ChatAnswer(id: "", model: "", parts: [.toolCall(call)], stop: .toolCalls))
            #expect(answer.parts == [.toolCall(ToolCall(id: "i", name: name, arguments: "{}"))])
        }
    }

    @Test("Two tools of one name are refused")
    func sameNames() throws {
        let request = try Wire.request(
            OpenAIChat.self, #"{"model":"m","messages":[\#(Self.hi)],"tools":[\#(Self.tool),\#(Self.tool)]}"#)
        let error = #expect(throws: CodecError.self) {
            try AnthropicMessages.body(of: request, EncodingOptions(model: "claude"))
        }
        #expect(error?.path == "tools[1].name")
    }

    @Test("The tool that stands for the answer is text again, whole and streamed")
    func answerTool() throws {
        var restoration = AnswerRestoration(answerTool: "structured_answer")
        let call = ToolCall(id: "i", name: "structured_answer", arguments: #"{"a":1}"#)
        let answer = restoration.restore(ChatAnswer(id: "", model: "", parts: [.toolCall(call)], stop: .toolCalls))
        #expect(answer.choices == [ChatAnswer.Choice(parts: [.text(#"{"a":1}"#)], stop: .end)])
        let events: [AnswerEvent] = [
            .toolCallBegin(call: 0, id: "i", name: "structured_answer"), .toolCallArguments("{", call: 0),
            .toolCallArguments("}", call: 0), .toolCallEnd(call: 0), .stop(.toolCalls), .end,
        ]
        #expect(events.compactMap { restoration.restore($0) } == [.text("{"), .text("}"), .stop(.end), .end])
    }

    // MARK: What cannot be said

    static let refused: [(String, String)] = [
        (#"{"type":"image_url","image_url":{"url":"data:image/bmp;base64,AAAA"}}"#, "image/bmp"),
        (#"{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}"#, "sound"),
        (#"{"type":"file","file":{"file_data":"data:application/zip;base64,AAAA"}}"#, "application/zip"),
    ]

    @Test("What the provider cannot be told is refused and said", arguments: refused)
    func unsupported(_ part: String, _ word: String) throws {
        let request = try Wire.request(
            OpenAIChat.self, #"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#)
        let error = #expect(throws: CodecError.self) {
            try AnthropicMessages.body(of: request, EncodingOptions(model: "claude"))
        }
        #expect(error == CodecError(.unsupported, ""))
        #expect(error?.message.contains(word) == true)
    }
}
