import Kernel
import TestSupport

/// Streams as deployments of OpenAI's kind write them.
enum Stream {
    static let done = "data: [DONE]\n\n"

    /// A frame with one choice.
    static func chunk(_ delta: String, choice: Int = 0, finish: String = "null", more: String = "") -> String {
        #"data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"owl-2026","choices":[{"index":\#(choice),"delta":\#(delta),"finish_reason":\#(finish)}]\#(more)}"#
            + "\n\n"
    }

    static func text(_ text: String, field: String = "content", choice: Int = 0, more: String = "") -> String {
        Self.chunk(#"{"\#(field)":\#(Self.quoted(text))}"#, choice: choice, more: more)
    }

    static func finish(_ reason: String = "stop", choice: Int = 0, more: String = "") -> String {
        Self.chunk("{}", choice: choice, finish: "\"\(reason)\"", more: more)
    }

    static let opening = Self.chunk(#"{"role":"assistant","content":""}"#)

    static func usage(_ input: Int, _ output: Int) -> String {
        #"data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"owl-2026","choices":[],"usage":{"prompt_tokens":\#(input),"completion_tokens":\#(output)}}"#
            + "\n\n"
    }

    static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return shown(json.bytes)
    }

    /// A whole stream that says these texts.
    static func saying(_ texts: [String]) -> [String] {
        [Self.opening] + texts.map { Self.text($0) } + [Self.finish(), Self.done]
    }

    /// What a client that puts the deltas together reads in one field of one choice.
    static func read(_ stream: String, _ field: String = "content", choice: Int = 0) -> String {
        Self.deltas(stream, choice).compactMap { $0[field]?.text }.joined()
    }

    /// The same for the arguments of one tool call.
    static func arguments(_ stream: String, tool: Int, choice: Int = 0) -> String {
        Self.deltas(stream, choice).flatMap { $0["tool_calls"]?.elements ?? [] }
            .filter { $0["index"]?.integer == tool }.compactMap { $0["function", "arguments"]?.text }.joined()
    }

    /// The data of the frames that are JSON.
    static func events(_ stream: String) -> [JSONDocument] {
        Outcome.frames(of: stream).compactMap { try? JSONDocument(Array($0.utf8)) }
    }

    private static func deltas(_ stream: String, _ choice: Int) -> [JSONDocument] {
        Self.events(stream).flatMap { $0["choices"]?.elements ?? [] }
            .filter { $0["index"]?.integer == choice }.compactMap { $0["delta"] }
    }
}
