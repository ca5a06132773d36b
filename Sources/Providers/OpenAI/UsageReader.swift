package import Conversation
package import Kernel

/// Reads `usage` as OpenAI writes it, in whole answers and in the chunk of a stream that carries it.
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
            reasoning: outputDetails.flatMap { self.count("reasoning_tokens", tape, $0, bytes) } ?? 0, source: .reported
        )
    }

    private static func count(
        _ name: StaticString, _ tape: JSONTape, _ node: JSONTape.Node, _ bytes: Span<UInt8>
    ) -> TokenCount? {
        guard let value = tape.member(name, of: node, in: bytes), let count = tape.integer(value, in: bytes), count >= 0
        else { return nil }
        return TokenCount(count)
    }
}
