// CloudCodecs: the shapes of Google's and Amazon's clouds, Amazon's signature, and the codec of every shape.

import AgentCodecs
package import Codecs

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
