/// The shapes in which model APIs write requests and answers.
package enum WireShape: String, Hashable, Sendable, CaseIterable {
    /// OpenAI's chat completions; what most compatible servers speak.
    case openAIChat = "openai-chat"
    /// OpenAI's responses.
    case openAIResponses = "openai-responses"
    /// Anthropic's messages.
    case anthropicMessages = "anthropic-messages"
    /// Google's generateContent.
    case gemini
    /// Amazon Bedrock's Converse; no caller speaks it, deployments do.
    case bedrockConverse = "bedrock-converse"

    /// The most bytes that one event of a stream may have: longer ones are refused, and no more of a stream is ever held.
    package var longestEvent: Int {
        switch self {
        case .openAIChat, .anthropicMessages: 1 << 20
        // Frames of binary length, with documents in them.
        case .bedrockConverse: 4 << 20
        // Images come in one piece.
        case .gemini: 8 << 20
        // The last event repeats all that was said.
        case .openAIResponses: 16 << 20
        }
    }
}
