package import Kernel

/// What an exchange consumed, as the provider reported it or as we counted it.
package struct TokenUsage: Hashable, Sendable {
    package enum Source: String, Sendable, CaseIterable {
        /// The provider said so.
        case reported
        /// The provider did not say; counted from the text (see `TokenEstimate`).
        case estimated
    }

    /// All input, cached tokens included (OpenAI's `prompt_tokens`).
    package var input: TokenCount
    /// All output, reasoning included.
    package var output: TokenCount
    /// The part of `input` that came from the provider's cache.
    package var cached: TokenCount
    /// The part of `output` that was thought and not said.
    package var reasoning: TokenCount
    package var source: Source

    package init(
        input: TokenCount, output: TokenCount, cached: TokenCount = 0, reasoning: TokenCount = 0, source: Source
    ) {
        self.input = input
        self.output = output
        self.cached = cached
        self.reasoning = reasoning
        self.source = source
    }
}
