package import Conversation
import Kernel

/// The usage object of chat completions. Its prompt tokens include what was read from and written to the cache.
package enum OpenAIUsage {
    /// What `usage` says; nil where it is none.
    package static func usage(_ json: borrowing JSONView, _ node: JSONView.Node) -> TokenUsage? {
        guard json.kind(node) == .object, let input = json.tokens("prompt_tokens", of: node) else { return nil }
        var usage = TokenUsage(
            input: input, output: json.tokens("completion_tokens", of: node) ?? 0, source: .reported)
        if let details = json.value("prompt_tokens_details", of: node) {
            usage.cached = json.tokens("cached_tokens", of: details) ?? 0
            usage.cacheWritten = json.tokens("cache_write_tokens", of: details) ?? 0
            usage.audioInput = json.tokens("audio_tokens", of: details) ?? 0
        }
        if let details = json.value("completion_tokens_details", of: node) {
            usage.reasoning = json.tokens("reasoning_tokens", of: details) ?? 0
            usage.audioOutput = json.tokens("audio_tokens", of: details) ?? 0
        }
        return usage
    }

    static func write(_ usage: TokenUsage, to json: inout JSONWriter) {
        json.object { json in
            json.member("prompt_tokens", usage.input.value)
            json.member("completion_tokens", usage.output.value)
            json.member("total_tokens", (usage.input + usage.output).value)
            json.object("prompt_tokens_details") { json in
                json.member("cached_tokens", usage.cached.value)
                json.member("cache_write_tokens", usage.cacheWritten.value)
                json.member("audio_tokens", usage.audioInput.value)
            }
            json.object("completion_tokens_details") { json in
                json.member("reasoning_tokens", usage.reasoning.value)
                json.member("audio_tokens", usage.audioOutput.value)
                json.member("accepted_prediction_tokens", 0)
                json.member("rejected_prediction_tokens", 0)
            }
        }
    }
}
