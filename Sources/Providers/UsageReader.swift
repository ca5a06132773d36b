package import Codecs
package import Conversation
package import Kernel

/// Reads what an answer says of its usage, in each caller's shape: in whole answers and in streams.
package enum UsageReader {
    /// The usage that an object has; nil where it is absent, null or not made of numbers.
    package static func usage(in tape: JSONTape, of root: JSONTape.Node, _ bytes: Span<UInt8>) -> TokenUsage? {
        guard let usage = tape.member("usage", of: root, in: bytes), tape.kind(usage) == .object,
            let input = self.count("prompt_tokens", tape, usage, bytes)
        else { return nil }
        let details = tape.member("prompt_tokens_details", of: usage, in: bytes)
        let outputDetails = tape.member("completion_tokens_details", of: usage, in: bytes)
        return TokenUsage(
            input: input, output: self.count("completion_tokens", tape, usage, bytes) ?? 0,
            cached: details.flatMap { self.count("cached_tokens", tape, $0, bytes) } ?? 0,
            cacheWritten: details.flatMap { self.count("cache_write_tokens", tape, $0, bytes) } ?? 0,
            reasoning: outputDetails.flatMap { self.count("reasoning_tokens", tape, $0, bytes) } ?? 0,
            audioInput: details.flatMap { self.count("audio_tokens", tape, $0, bytes) } ?? 0,
            audioOutput: outputDetails.flatMap { self.count("audio_tokens", tape, $0, bytes) } ?? 0, source: .reported
        )
    }

    /// The usage of a whole answer in a shape; nil where it does not say.
    package static func usage(
        _ shape: WireShape, in tape: JSONTape, of root: JSONTape.Node, _ bytes: Span<UInt8>
    ) -> TokenUsage? {
        switch shape {
        case .openAIChat, .bedrockConverse: self.usage(in: tape, of: root, bytes)
        case .openAIResponses: tape.member("usage", of: root, in: bytes).flatMap { self.responses(tape, $0, bytes) }
        case .anthropicMessages:
            tape.member("usage", of: root, in: bytes).flatMap { self.messages(tape, $0, bytes, after: nil) }
        case .gemini: tape.member("usageMetadata", of: root, in: bytes).flatMap { self.gemini(tape, $0, bytes) }
        }
    }

    /// `usage` of OpenAI's responses.
    package static func responses(_ tape: JSONTape, _ usage: JSONTape.Node, _ bytes: Span<UInt8>) -> TokenUsage? {
        guard tape.kind(usage) == .object, let input = self.count("input_tokens", tape, usage, bytes) else {
            return nil
        }
        let details = tape.member("input_tokens_details", of: usage, in: bytes)
        let outputDetails = tape.member("output_tokens_details", of: usage, in: bytes)
        return TokenUsage(
            input: input, output: self.count("output_tokens", tape, usage, bytes) ?? 0,
            cached: details.flatMap { self.count("cached_tokens", tape, $0, bytes) } ?? 0,
            reasoning: outputDetails.flatMap { self.count("reasoning_tokens", tape, $0, bytes) } ?? 0,
            source: .reported)
    }

    /// `usage` of Anthropic's messages, whose `input_tokens` leaves out what the cache had. In a stream it comes twice, as
    /// totals so far: what the later one does not say is as the earlier one said.
    package static func messages(
        _ tape: JSONTape, _ usage: JSONTape.Node, _ bytes: Span<UInt8>, after earlier: TokenUsage?
    ) -> TokenUsage? {
        guard tape.kind(usage) == .object else { return earlier }
        let read = self.count("cache_read_input_tokens", tape, usage, bytes) ?? earlier?.cached ?? 0
        let written = self.count("cache_creation_input_tokens", tape, usage, bytes) ?? earlier?.cacheWritten ?? 0
        guard let input = self.count("input_tokens", tape, usage, bytes) ?? earlier?.uncached,
            let output = self.count("output_tokens", tape, usage, bytes) ?? earlier?.output
        else { return earlier }
        return TokenUsage(
            input: input + read + written, output: output, cached: read, cacheWritten: written, source: .reported)
    }

    /// Gemini's `usageMetadata`, which counts thoughts beside the candidates.
    package static func gemini(_ tape: JSONTape, _ usage: JSONTape.Node, _ bytes: Span<UInt8>) -> TokenUsage? {
        guard tape.kind(usage) == .object, let input = self.count("promptTokenCount", tape, usage, bytes) else {
            return nil
        }
        let thoughts = self.count("thoughtsTokenCount", tape, usage, bytes) ?? 0
        let tools = self.count("toolUsePromptTokenCount", tape, usage, bytes) ?? 0
        return TokenUsage(
            input: input + tools, output: (self.count("candidatesTokenCount", tape, usage, bytes) ?? 0) + thoughts,
            cached: self.count("cachedContentTokenCount", tape, usage, bytes) ?? 0, reasoning: thoughts,
            source: .reported)
    }

    private static func count(
        _ name: StaticString, _ tape: JSONTape, _ node: JSONTape.Node, _ bytes: Span<UInt8>
    ) -> TokenCount? {
        guard let value = tape.member(name, of: node, in: bytes), let count = tape.integer(value, in: bytes), count >= 0
        else { return nil }
        return TokenCount(count)
    }
}
