import CloudCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

/// Table 2.4 of the reference, row by row.
@Suite("Requests from OpenAI's chat completions to Bedrock's Converse")
struct OpenAIToBedrockTests {
    struct Case: Shown {
        let name: String
        /// The caller's body; a model is added.
        let caller: String
        /// The provider's; `system` and `inferenceConfig` are added where they are not said.
        let provider: String
        var dropped: [String] = []
        var options = EncodingOptions(model: "anthropic.claude-sonnet-4-5-v1:0")
    }

    static let hi = #"{"role":"user","content":"hi"}"#
    static let sentHi = #"{"role":"user","content":[{"text":"hi"}]}"#
    static let call = #"{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}"#
    static let sentCall = #"{"toolUse":{"toolUseId":"c1","name":"f","input":{"a":1}}}"#
    static let tool = #"{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}"#
    static let sentTool = #"{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object"}}}}"#
    static let goneTool =
        #"{"toolSpec":{"name":"f","description":"No longer available.","inputSchema":{"json":{"type":"object","properties":{}}}}}"#

    static let messages: [Case] = [
        Case(
            name: "system messages go to the front, blank texts are left out, turns alternate",
            caller: """
                {"messages":[{"role":"system","content":"a"},\(hi),{"role":"user","content":" "},
                {"role":"user","content":"you"},{"role":"system","content":"b"},{"role":"assistant","content":"yes"}]}
                """,
            provider: """
                {"system":[{"text":"a"},{"text":"b"}],"messages":[{"role":"user","content":[{"text":"hi"},{"text":"you"}]},
                {"role":"assistant","content":[{"text":"yes"}]}]}
                """, dropped: ["messages: system messages moved to the front"]),
        Case(
            name: "a conversation begins with the user", caller: #"{"messages":[{"role":"assistant","content":"I"}]}"#,
            provider: """
                {"messages":[{"role":"user","content":[{"text":"."}]},{"role":"assistant","content":[{"text":"I"}]}]}
                """, dropped: ["messages: begins without a turn of the user"]),
        Case(
            name: "images have a format, documents a name of few characters that is there once, and a text beside them",
            caller: """
                {"messages":[{"role":"user","content":[
                {"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA"}},
                {"type":"file","file":{"filename":"a_b  (1).pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
                {"type":"file","file":{"filename":"a/b (1)/pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
                {"type":"file","file":{"file_data":"data:text/plain;base64,aGk="}}]}]}
                """,
            provider: """
                {"messages":[{"role":"user","content":[{"image":{"format":"jpeg","source":{"bytes":"AAAA"}}},
                {"document":{"format":"pdf","name":"a b (1) pdf","source":{"bytes":"JVBERi0="}}},
                {"document":{"format":"pdf","name":"a b (1) pdf 2","source":{"bytes":"JVBERi0="}}},
                {"document":{"format":"txt","name":"document","source":{"bytes":"aGk="}}},{"text":"."}]}]}
                """, dropped: ["messages: a document without a text"]),
        Case(
            name: "documents whose names begin or end with what is not allowed, or hold nothing else",
            caller: """
                {"messages":[{"role":"user","content":[{"type":"text","text":"a"},
                {"type":"file","file":{"filename":"ü.pdf","file_data":"data:application/pdf;base64,JVBERi0="}},
                {"type":"file","file":{"filename":"pdf…","file_data":"data:application/pdf;base64,JVBERi0="}},
                {"type":"file","file":{"filename":"üü","file_data":"data:application/pdf;base64,JVBERi0="}}]}]}
                """,
            provider: """
                {"messages":[{"role":"user","content":[{"text":"a"},
                {"document":{"format":"pdf","name":"pdf","source":{"bytes":"JVBERi0="}}},
                {"document":{"format":"pdf","name":"pdf 2","source":{"bytes":"JVBERi0="}}},
                {"document":{"format":"pdf","name":"document","source":{"bytes":"JVBERi0="}}}]}]}
                """),
        Case(
            name: "calls and results; results of one turn and what the user says are one turn",
            caller: """
                {"messages":[\(hi),{"role":"assistant","content":"ok","tool_calls":[\(call),
                {"id":"call/2","type":"function","function":{"name":"f","arguments":""}}]},
                {"role":"tool","tool_call_id":"c1","content":"one"},{"role":"tool","tool_call_id":"call/2","content":""},
                {"role":"user","content":"go"}],"tools":[\(tool)],"tool_choice":"auto"}
                """,
            provider: """
                {"messages":[\(sentHi),{"role":"assistant","content":[{"text":"ok"},\(sentCall),
                {"toolUse":{"toolUseId":"call_82bbcd873c211130b5dac7a18991ca1b","name":"f","input":{}}}]},
                {"role":"user","content":[{"toolResult":{"toolUseId":"c1","content":[{"text":"one"}]}},
                {"toolResult":{"toolUseId":"call_82bbcd873c211130b5dac7a18991ca1b","content":[{"text":"(nothing)"}]}},{"text":"go"}]}],
                "toolConfig":{"tools":[\(sentTool)],"toolChoice":{"auto":{}}}}
                """),
        Case(
            name: "a conversation with calls and without tools names them again",
            caller: """
                {"messages":[\(hi),{"role":"assistant","tool_calls":[\(call)]},
                {"role":"tool","tool_call_id":"c1","content":"r"}]}
                """,
            provider: """
                {"messages":[\(sentHi),{"role":"assistant","content":[\(sentCall)]},
                {"role":"user","content":[{"toolResult":{"toolUseId":"c1","content":[{"text":"r"}]}}]}],
                "toolConfig":{"tools":[\(goneTool)]}}
                """),
        Case(
            name: "signed thoughts go back, others do not; points of caching follow their part",
            caller: """
                {"messages":[{"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]},
                {"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
                {"role":"assistant","thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"},
                {"type":"redacted_thinking","data":"ZA=="}],"content":"b"},
                {"role":"user","content":"c"},{"role":"assistant","reasoning_content":"u","content":"d"}]}
                """,
            provider: """
                {"system":[{"text":"s"},{"cachePoint":{"type":"default"}}],"messages":[{"role":"user","content":[{"text":"a"},
                {"cachePoint":{"type":"default","ttl":"1h"}}]},{"role":"assistant","content":[
                {"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},
                {"reasoningContent":{"redactedContent":"ZA=="}},{"text":"b"}]},
                {"role":"user","content":[{"text":"c"}]},{"role":"assistant","content":[{"text":"d"}]}]}
                """, dropped: ["reasoning_content"]),
    ]

    static let parameters: [Case] = [
        Case(
            name: "what both can say; a temperature above 1 is clamped",
            caller: #"{"messages":[\#(hi)],"max_tokens":5,"temperature":1.5,"top_p":0.5,"stop":["x"," "],"top_k":3}"#,
            provider: """
                {"messages":[\(sentHi)],"inferenceConfig":{"maxTokens":5,"temperature":1,"topP":0.5,"stopSequences":["x"]},
                "additionalModelRequestFields":{"top_k":3}}
                """, dropped: ["temperature: clamped to 1", "stop: texts of white space"]),
        Case(
            name: "what Converse cannot be told is said",
            caller: """
                {"messages":[\(hi)],"n":2,"seed":1,"frequency_penalty":1,"presence_penalty":1,"logprobs":true,
                "top_logprobs":1,"logit_bias":{},"user":"u","top_k":1,"reasoning_effort":"low","service_tier":"flex"}
                """,
            provider: #"{"messages":[\#(hi)]}"#.replacing(hi, with: sentHi),
            dropped: [
                "service_tier", "reasoning_effort", "top_k", "n", "seed", "frequency_penalty", "presence_penalty",
                "logprobs", "top_logprobs", "logit_bias", "user",
            ], options: EncodingOptions(model: "meta.llama4")),
        Case(
            name: "there is no choice of none: the tools are left out",
            caller: #"{"messages":[\#(hi)],"tools":[\#(tool)],"tool_choice":"none","parallel_tool_calls":false}"#,
            provider: #"{"messages":[\#(sentHi)]}"#, dropped: ["parallel_tool_calls"]),
        Case(
            name: "where calls were made before, none cannot be said",
            caller: """
                {"messages":[\(hi),{"role":"assistant","tool_calls":[\(call)]},
                {"role":"tool","tool_call_id":"c1","content":"r"}],"tools":[\(tool)],"tool_choice":"none"}
                """,
            provider: """
                {"messages":[\(sentHi),{"role":"assistant","content":[\(sentCall)]},
                {"role":"user","content":[{"toolResult":{"toolUseId":"c1","content":[{"text":"r"}]}}]}],
                "toolConfig":{"tools":[\(sentTool)]}}
                """, dropped: ["tool_choice: none"]),
        Case(
            name: "a tool that must be called, and one that is named",
            caller: #"{"messages":[\#(hi)],"tools":[\#(tool)],"tool_choice":"required"}"#,
            provider: #"{"messages":[\#(sentHi)],"toolConfig":{"tools":[\#(sentTool)],"toolChoice":{"any":{}}}}"#),
        Case(
            name: "of several that are allowed, only those are sent",
            caller: """
                {"messages":[\(hi)],"tools":[\(tool),{"type":"function","function":{"name":"g"}}],"tool_choice":
                {"type":"function","function":{"name":"f"}}}
                """,
            provider: """
                {"messages":[\(sentHi)],"toolConfig":{"tools":[\(sentTool),{"toolSpec":{"name":"g",
                "inputSchema":{"json":{"type":"object","properties":{}}}}}],"toolChoice":{"tool":{"name":"f"}}}}
                """),
        Case(
            name: "an effort is a budget for Claude, and the temperature goes",
            caller: #"{"messages":[\#(hi)],"max_tokens":9000,"reasoning_effort":"medium","temperature":0.5}"#,
            provider: """
                {"messages":[\(sentHi)],"inferenceConfig":{"maxTokens":9000},
                "additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":8192}}}
                """, dropped: ["temperature"]),
        Case(
            name: "a form of the answer is a text with a schema",
            caller: """
                {"messages":[\(hi)],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"a":1}}}}
                """,
            provider: """
                {"messages":[\(sentHi)],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{
                "schema":"{\\"a\\":1}","name":"n"}}}}}
                """),
        Case(
            name: "or the arguments of a tool",
            caller:
                #"{"messages":[\#(hi)],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"a":1}}}}"#,
            provider: """
                {"messages":[\(sentHi)],"toolConfig":{"tools":[{"toolSpec":{"name":"structured_answer",
                "description":"Gives the answer. Call it once, with the whole answer.","inputSchema":{"json":{"a":1}}}}],
                "toolChoice":{"tool":{"name":"structured_answer"}}}}
                """, options: EncodingOptions(model: "anthropic.claude-3", structuredOutput: .tool)),
    ]

    @Test("Messages", arguments: messages)
    func checkMessages(_ row: Case) throws { try self.check(row) }

    @Test("Parameters and tools", arguments: parameters)
    func checkParameters(_ row: Case) throws { try self.check(row) }

    private func check(_ row: Case) throws {
        let request = try Wire.request(OpenAIChat.self, Wire.adding([("model", "\"m\"")], to: row.caller))
        let encoded = try BedrockConverse.body(of: request, row.options)
        let expected = Wire.adding([("system", "[]"), ("inferenceConfig", "{}")], to: row.provider)
        #expect(try Wire.tree(encoded.body) == Wire.tree(expected))
        #expect(encoded.dropped == row.dropped)
    }

    static let unsendable: [(String, String)] = [
        (#"{"type":"image_url","image_url":{"url":"https://e.org/a.png"}}"#, "fetches"),
        (#"{"type":"image_url","image_url":{"url":"data:image/bmp;base64,AAAA"}}"#, "image/bmp"),
        (#"{"type":"file","file":{"file_data":"data:application/zip;base64,AAAA"}}"#, "application/zip"),
        (#"{"type":"file","file":{"file_id":"file_1"}}"#, "type"),
    ]

    @Test("Addresses and types that Bedrock does not take are refused and said", arguments: unsendable)
    func refuses(_ part: String, _ word: String) throws {
        let request = try Wire.request(
            OpenAIChat.self, #"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#)
        let error = #expect(throws: CodecError.self) {
            try BedrockConverse.body(of: request, EncodingOptions(model: "m"))
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains(word) == true)
    }
}
