import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

/// Table 2.2 of the reference.
@Suite("Requests from Anthropic's messages to OpenAI's chat completions")
struct AnthropicToOpenAITests {
    struct Case: Shown {
        let name: String
        let caller: String
        let provider: String
        var dropped: [String] = []
        var options = EncodingOptions(model: "gpt")
    }

    static let hi = #"{"role":"user","content":"hi"}"#
    static let tool = #"{"name":"f","input_schema":{"type":"object"}}"#
    static let sentTool = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#

    static let cases: [Case] = [
        Case(
            name: "the system text is the first message",
            caller: #"{"system":"s","messages":[\#(hi)]}"#,
            provider: #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"hi"}]}"#),
        Case(
            name: "system blocks keep their borders, not their points of caching",
            caller: """
                {"system":[{"type":"text","text":"a"},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}}],
                "messages":[\(hi)]}
                """,
            provider: """
                {"messages":[{"role":"system","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
                {"role":"user","content":"hi"}]}
                """, dropped: ["cache_control"]),
        Case(
            name: "what tools gave back becomes messages of tools, before the rest of the turn",
            caller: """
                {"messages":[\(hi),{"role":"assistant","content":[{"type":"text","text":"ok"},
                {"type":"tool_use","id":"c1","name":"f","input":{"a": 1}},{"type":"tool_use","id":"c2","name":"f","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"one"},
                {"type":"tool_result","tool_use_id":"c2","is_error":true,"content":[{"type":"text","text":"two"}]},
                {"type":"text","text":"go on"}]}],"tools":[\(tool)]}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ok","tool_calls":[
                {"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"a\\": 1}"}},
                {"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"c1","content":"one"},{"role":"tool","tool_call_id":"c2","content":"two"},
                {"role":"user","content":"go on"}],"tools":[\(sentTool)]}
                """, dropped: ["is_error"]),
        Case(
            name: "images that tools gave back follow in a message of the user's",
            caller: """
                {"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[
                {"type":"text","text":"see"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]}]}]}
                """,
            provider: """
                {"messages":[{"role":"tool","tool_call_id":"c1","content":"see"},{"role":"user","content":[
                {"type":"text","text":"Given back by the tool call c1:"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}
                """),
        Case(
            name: "images and documents",
            caller: """
                {"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://e.org/a"}},
                {"type":"document","title":"t.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}},
                {"type":"document","title":"a\\"b","source":{"type":"text","media_type":"text/plain","data":"words"}},
                {"type":"document","source":{"type":"file","file_id":"file_1"}}]}]}
                """,
            provider: """
                {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://e.org/a"}},
                {"type":"file","file":{"filename":"t.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
                {"type":"text","text":"<document title=\\"a'b\\">\\nwords\\n</document>"},
                {"type":"file","file":{"file_id":"file_1"}}]}]}
                """),
        Case(
            name: "thoughts are not handed to others",
            caller: """
                {"messages":[\(hi),{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},
                {"type":"redacted_thinking","data":"d"},{"type":"text","text":"x"}]},\(hi)]}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"x"},
                {"role":"user","content":"hi"}]}
                """, dropped: ["thinking"]),
        Case(
            name: "blocks of the provider's own tools are dropped by their type",
            caller: """
                {"messages":[\(hi),{"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search",
                "input":{}},{"type":"web_search_tool_result","tool_use_id":"s","content":[]},{"type":"text","text":"x"}]}],
                "tools":[{"type":"web_search_20250305","name":"web_search"},\(tool)]}
                """,
            provider: """
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"x"}],"tools":[\(sentTool)]}
                """,
            dropped: [
                "messages[].content[].server_tool_use", "messages[].content[].web_search_tool_result",
                "tools[].web_search_20250305",
            ]),
        Case(
            name: "any is required, and one call at a time",
            caller: #"{"tools":[\#(tool)],"tool_choice":{"type":"any","disable_parallel_tool_use":true}}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":"required","parallel_tool_calls":false}"#),
        Case(
            name: "a named tool", caller: #"{"tools":[\#(tool)],"tool_choice":{"type":"tool","name":"f"}}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":{"type":"function","function":{"name":"f"}}}"#),
        Case(
            name: "no tool", caller: #"{"tools":[\#(tool)],"tool_choice":{"type":"none"}}"#,
            provider: #"{"tools":[\#(sentTool)],"tool_choice":"none"}"#),
        Case(
            name: "four stop texts at most", caller: #"{"stop_sequences":["a","b","c","d","e"]}"#,
            provider: #"{"stop":["a","b","c","d"]}"#, dropped: ["stop: only the first 4"]),
        Case(
            name: "thinking becomes an effort",
            caller: #"{"max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":5000}}"#,
            provider: #"{"max_completion_tokens":9000,"reasoning_effort":"medium"}"#),
        Case(
            name: "an effort stays one", caller: #"{"thinking":{"type":"adaptive"},"output_config":{"effort":"max"}}"#,
            provider: #"{"reasoning_effort":"xhigh"}"#, dropped: ["effort: clamped to xhigh"]),
        Case(
            name: "the schema of the output",
            caller: #"{"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}"#,
            provider: """
                {"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"}}}}
                """),
        Case(
            name: "the schema of the output where older clients have it",
            caller: #"{"output_format":{"type":"json_schema","schema":{"type":"object"}}}"#,
            provider: """
                {"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"}}}}
                """),
        Case(
            name: "thinking by the model's own measure is an effort in the middle",
            caller: #"{"thinking":{"type":"adaptive"}}"#, provider: #"{"reasoning_effort":"medium"}"#),
        Case(
            name: "parameters with an equal, and those without",
            caller: """
                {"max_tokens":5,"temperature":0.5,"top_p":0.25,"top_k":4,"metadata":{"user_id":"u"},"service_tier":"auto",
                "context_management":{}}
                """,
            provider: #"{"max_tokens":5,"temperature":0.5,"top_p":0.25,"user":"u"}"#,
            dropped: ["service_tier", "context_management", "top_k"],
            options: EncodingOptions(model: "gpt", usesMaxCompletionTokens: false)),
        Case(
            name: "usage of streams is always asked for", caller: #"{"stream":true}"#,
            provider: #"{"stream":true,"stream_options":{"include_usage":true}}"#),
    ]

    @Test("Each row of the table", arguments: cases)
    func translated(_ row: Case) throws {
        let caller = Wire.adding([("model", #""alias""#), ("messages", "[\(Self.hi)]")], to: row.caller)
        let provider = Wire.adding(
            [("model", #""gpt""#), ("messages", #"[{"role":"user","content":"hi"}]"#)], to: row.provider)
        let encoded = try OpenAIChat.body(of: Wire.request(AnthropicMessages.self, caller), row.options)
        #expect(try Wire.tree(encoded.body) == Wire.tree(provider), "\(Wire.text(encoded.body))")
        #expect(encoded.dropped == row.dropped)
    }

    @Test("A request to count tokens is read like one to answer")
    func countTokens() throws {
        let request = try Wire.request(
            AnthropicMessages.self, #"{"model":"m","system":"s","messages":[\#(Self.hi)],"tools":[\#(Self.tool)]}"#)
        #expect(request.conversation.messages.map(\.role) == [.system, .user])
        #expect(request.tools.count == 1)
        #expect(Wire.text(AnthropicMessages.tokenCount(17)) == #"{"input_tokens":17}"#)
    }
}
