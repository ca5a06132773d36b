package import Conversation
package import Kernel

extension Conversation {
    /// About how many bytes the conversation takes on a wire, to reserve memory once.
    package var estimatedBytes: Int { self.messages.reduce(0) { $0 + 64 + Self.bytes(of: $1.parts) } }

    private static func bytes(of parts: [Message.Part]) -> Int {
        var count = 0
        for part in parts {
            count += 48
            switch part {
            case .text(let text), .thinking(let text, _), .redactedThinking(let text), .refusal(let text):
                count += text.utf8.count * 17 / 16
            case .document(_, let text): count += text.utf8.count * 17 / 16
            case .image(let media), .audio(let media), .file(let media):
                switch media.source {
                case .base64(let text), .url(let text), .uploaded(let text): count += text.utf8.count
                }
            case .toolCall(let call): count += 64 + call.arguments.utf8.count * 9 / 8
            case .toolResult(let result): count += 64 + self.bytes(of: result.parts)
            case .citation: count += 128
            case .cacheMarker: break
            }
        }
        return count
    }
}

extension Reasoning.Effort {
    /// The effort that comes closest to a budget of tokens.
    package init(budget: TokenCount) {
        switch budget.value {
        case ..<4096: self = .low
        case ..<16_384: self = .medium
        default: self = .high
        }
    }

    /// The budget of tokens that comes closest to the effort, for models that count.
    package var budget: TokenCount {
        switch self {
        case .minimal: 1024
        case .low: 2048
        case .medium: 8192
        case .high: 16_384
        case .extraHigh: 24_576
        case .maximum: 32_768
        }
    }
}
