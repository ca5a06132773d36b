import AgentCodecs
import Codecs
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("Answers of OpenAI's responses")
struct ResponsesAnswerTests {
    static func response(_ output: String, _ more: String = #""status":"completed""#) -> String {
        #"{"id":"resp_1","object":"response","created_at":5,"model":"m","output":[\#(output)],\#(more)}"#
    }

    @Test("Items of every kind become parts, and usage counts the cache")
    func items() throws {
        let answer = try Wire.answer(
            OpenAIResponses.self,
            Self.response(
                """
                {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"e"},
                {"type":"message","content":[{"type":"output_text","text":"a","annotations":[{"type":"url_citation",
                "url":"u","title":"n","start_index":0,"end_index":1},{"type":"file_citation"}]}]},
                {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"web_search_call"}
                """,
                """
                "status":"completed","error":null,"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":3},
                "output_tokens":4,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":13}
                """))
        #expect(
            answer
                == ChatAnswer(
                    id: "resp_1", model: "m", created: 5,
                    parts: [
                        .thinking("t", signature: "e"), .text("a"),
                        .citation(Citation(.web, url: "u", title: "n", start: 0, end: 1)),
                        .toolCall(ToolCall(id: "c", name: "f", arguments: "{}")),
                    ], stop: .toolCalls,
                    usage: TokenUsage(input: 9, output: 4, cached: 3, reasoning: 2, source: .reported)))
    }

    static let text = #"{"type":"message","content":[{"type":"output_text","text":"a"}]}"#
    static let reasons: [(String, String, StopReason)] = [
        (text, #""status":"completed""#, .end),
        (text, #""status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}"#, .length),
        (text, #""status":"incomplete","incomplete_details":{"reason":"content_filter"}"#, .contentFilter),
        (#"{"type":"message","content":[{"type":"refusal","refusal":"no"}]}"#, #""status":"completed""#, .refusal),
    ]

    @Test("Why it ends", arguments: reasons)
    func stops(_ output: String, _ status: String, _ stop: StopReason) throws {
        #expect(try Wire.answer(OpenAIResponses.self, Self.response(output, status)).stop == stop)
    }

    @Test("A response that failed is a failure, as is a body without output")
    func failed() throws {
        let error = #expect(throws: CodecError.self) {
            try Wire.answer(
                OpenAIResponses.self,
                Self.response("", #""status":"failed","error":{"code":"rate_limit_exceeded","message":"m"}"#))
        }
        #expect(error?.failure == ModelFailure(.rateLimited, code: "rate_limit_exceeded", message: "m"))
        #expect(throws: CodecError(.missingField, "")) { try Wire.answer(OpenAIResponses.self, "{}") }
    }

    @Test("What a caller is told has the fields that its client requires")
    func written() throws {
        let answer = ChatAnswer(
            id: "resp_1", model: "claude",
            parts: [
                .thinking("t", signature: "s"), .text("a"), .refusal("no"),
                .toolCall(ToolCall(id: "c", name: "f", arguments: "")),
            ], stop: .toolCalls, usage: TokenUsage(input: 9, output: 4, cached: 3, source: .reported))
        let expected = """
            {"id":"resp_1","object":"response","created_at":1700000000,"status":"completed","background":false,
            "error":null,"incomplete_details":null,"instructions":null,"metadata":{},"model":"claude","output":[
            {"id":"rs_resp1_0","type":"reasoning","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"s"},
            {"id":"msg_resp1_1","type":"message","status":"completed","role":"assistant","content":[
            {"type":"output_text","text":"a","annotations":[],"logprobs":[]},{"type":"refusal","refusal":"no"}]},
            {"id":"fc_resp1_2","type":"function_call","status":"completed","call_id":"c","name":"f","arguments":"{}"}],
            "parallel_tool_calls":true,"previous_response_id":null,"store":false,"temperature":null,"tool_choice":"auto",
            "tools":[],"top_p":null,"truncation":"disabled","usage":{"input_tokens":9,
            "input_tokens_details":{"cached_tokens":3,"cache_write_tokens":0},"output_tokens":4,
            "output_tokens_details":{"reasoning_tokens":0},"total_tokens":13}}
            """
        #expect(try Wire.tree(OpenAIResponses.body(of: answer, Wire.answering)) == Wire.tree(expected))
    }

    @Test("An answer that was cut off says so, as does its last item")
    func incomplete() throws {
        let answer = ChatAnswer(id: "", model: "m", parts: [.text("a")], stop: .length)
        let body = Wire.text(OpenAIResponses.body(of: answer, Wire.answering))
        #expect(body.contains(#""id":"resp_ex_1""#))
        #expect(body.contains(#""status":"incomplete","background""#))
        #expect(body.contains(#""incomplete_details":{"reason":"max_output_tokens"}"#))
        #expect(body.contains(#""type":"message","status":"incomplete""#))
    }
}
