package import Kernel

/// What an exchange consumed, as the provider reported it or as we counted it.
package struct TokenUsage: Hashable, Sendable {
    package enum Source: String, Sendable, CaseIterable {
        /// The provider said so.
        case reported
        /// The provider did not say; counted from the text (see `TokenEstimate`).
        case estimated
    }

    /// All input: what was read from the cache, written to it and heard included (OpenAI's `prompt_tokens`).
    package var input: TokenCount
    /// All output, reasoning and sound included.
    package var output: TokenCount
    /// The part of `input` that came from the provider's cache.
    package var cached: TokenCount
    /// The part of `input` that was written to the provider's cache.
    package var cacheWritten: TokenCount
    /// The part of `output` that was thought and not said.
    package var reasoning: TokenCount
    /// The part of `input` that is sound.
    package var audioInput: TokenCount
    /// The part of `output` that is sound.
    package var audioOutput: TokenCount
    package var source: Source

    package init(
        input: TokenCount, output: TokenCount, cached: TokenCount = 0, cacheWritten: TokenCount = 0,
        reasoning: TokenCount = 0, audioInput: TokenCount = 0, audioOutput: TokenCount = 0, source: Source
    ) {
        self.input = input
        self.output = output
        self.cached = cached
        self.cacheWritten = cacheWritten
        self.reasoning = reasoning
        self.audioInput = audioInput
        self.audioOutput = audioOutput
        self.source = source
    }

    /// The input that was neither read from the cache nor written to it (Anthropic's `input_tokens`).
    package var uncached: TokenCount {
        TokenCount(max(0, self.input.value - self.cached.value - self.cacheWritten.value))
    }
}
