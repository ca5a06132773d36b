package import Codecs
package import Conversation
import Kernel

/// The usage object of messages. Its input tokens leave out what was read from and written to the cache.
package struct AnthropicUsage: Hashable, Sendable {
    private var input: Int?
    private var output: Int?
    private var cacheRead = 0
    private var cacheWritten = 0

    package init() {}

    /// Takes what an object says; what it does not say stays. Figures are cumulative, so the last ones count.
    package mutating func take(_ json: borrowing JSONView, _ node: JSONView.Node) {
        self.input = json.tokens("input_tokens", of: node)?.value ?? self.input
        self.output = json.tokens("output_tokens", of: node)?.value ?? self.output
        self.cacheRead = json.tokens("cache_read_input_tokens", of: node)?.value ?? self.cacheRead
        self.cacheWritten = json.tokens("cache_creation_input_tokens", of: node)?.value ?? self.cacheWritten
    }

    /// What is known; nil where nothing is.
    package var usage: TokenUsage? {
        guard self.input != nil || self.output != nil else { return nil }
        return TokenUsage(
            input: TokenCount((self.input ?? 0) + self.cacheRead + self.cacheWritten),
            output: TokenCount(self.output ?? 0), cached: TokenCount(self.cacheRead),
            cacheWritten: TokenCount(self.cacheWritten), source: .reported)
    }

    static func write(_ usage: TokenUsage?, to json: inout JSONWriter) {
        json.object { json in
            json.member("input_tokens", usage?.uncached.value ?? 0)
            json.member("cache_creation_input_tokens", usage?.cacheWritten.value ?? 0)
            json.member("cache_read_input_tokens", usage?.cached.value ?? 0)
            json.member("output_tokens", usage?.output.value ?? 0)
        }
    }
}
