import Codecs
package import Kernel
package import NIOCore

/// Google's Gemini, by API key or as Vertex AI by access token.
package struct GeminiService: ModelService {
    private let start: ServiceHead
    /// What stands before `/models/`.
    private let modelsPath: String
    private let credential: Secret<String>?

    /// The Gemini API; `basePath` is what stands before `/v1beta`.
    package init(authority: String, basePath: String, key: Secret<String>?) {
        self.start = ServiceHead(
            authority: authority, credentials: key.map { [("x-goog-api-key", $0.reveal())] } ?? [])
        self.modelsPath = basePath + "/v1beta"
        self.credential = key
    }

    /// Vertex AI; `basePath` is what stands before `/v1/projects`.
    package init(authority: String, basePath: String, token: Secret<String>?, project: String, location: String) {
        self.start = ServiceHead(
            authority: authority, credentials: token.map { [("Authorization", "Bearer \($0.reveal())")] } ?? [])
        self.modelsPath =
            "\(basePath)/v1/projects/\(project.percentEncoded)/locations/\(location.percentEncoded)/publishers/google"
        self.credential = token
    }

    package var secrets: [Secret<String>] { self.credential.map { [$0] } ?? [] }

    package func native(_ kind: ModelRequest.Kind) -> ModelRequest.Kind? {
        switch kind {
        case .chat: .chat(.gemini)
        case .tokenCount: .tokenCount(.gemini)
        case .embeddings: nil
        }
    }

    package func head(_ call: ServiceCall, at clock: any WallClock) -> ByteBuffer {
        let method =
            switch call.kind {
            case .tokenCount: "countTokens"
            default: call.isStreamed ? "streamGenerateContent?alt=sse" : "generateContent"
            }
        return self.start.posting(to: "\(self.modelsPath)/models/\(call.model.percentEncoded):\(method)")
    }
}
