extension WireShape {
    /// What reads and writes this shape.
    package var codec: any WireCodec.Type {
        switch self {
        case .openAIChat: OpenAIChat.self
        case .openAIResponses: OpenAIResponses.self
        case .anthropicMessages: AnthropicMessages.self
        case .gemini: GeminiContent.self
        case .bedrockConverse: BedrockConverse.self
        }
    }
}
