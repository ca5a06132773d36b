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
}
