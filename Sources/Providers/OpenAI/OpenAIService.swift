import Codecs
package import Kernel
package import NIOCore

/// Any server that speaks OpenAI's API: OpenAI itself, vLLM, llama.cpp, Ollama, another gateway.
package struct OpenAIService: ModelService {
    private let start: ServiceHead
    private let basePath: String
    private let key: Secret<String>?
    private let hasResponses: Bool
    private let hasEmbeddings: Bool
    private let chat: ByteBuffer
    private let responses: ByteBuffer
    private let embeddings: ByteBuffer

    /// `authority` is host and port as they belong into `Host`; `basePath` is what stands before `/chat/completions`, such
    /// as `/v1`.
    package init(
        authority: String, basePath: String, key: Secret<String>?, hasResponses: Bool = true, hasEmbeddings: Bool = true
    ) {
        let start = ServiceHead(
            authority: authority, credentials: key.map { [("Authorization", "Bearer \($0.reveal())")] } ?? [])
        self.start = start
        self.basePath = basePath
        self.key = key
        self.hasResponses = hasResponses
        self.hasEmbeddings = hasEmbeddings
        self.chat = start.posting(to: basePath + "/chat/completions")
        self.responses = start.posting(to: basePath + "/responses")
        self.embeddings = start.posting(to: basePath + "/embeddings")
    }

    package var secrets: [Secret<String>] { self.key.map { [$0] } ?? [] }

    package func native(_ kind: ModelRequest.Kind) -> ModelRequest.Kind? {
        switch kind {
        case .chat(.openAIResponses) where self.hasResponses: kind
        case .chat: .chat(.openAIChat)
        case .embeddings: self.hasEmbeddings ? kind : nil
        case .tokenCount: nil
        }
    }

    package func head(_ call: ServiceCall, at clock: any WallClock) -> ByteBuffer {
        switch call.kind {
        case .embeddings: self.embeddings
        case .chat(.openAIResponses): self.responses
        default: self.chat
        }
    }

    package func head(passing request: PassedRequest) -> ByteBuffer? {
        self.start.passing(request, to: self.basePath + request.route.target)
    }
}
