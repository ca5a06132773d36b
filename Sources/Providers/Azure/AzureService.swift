import Codecs
package import Kernel
package import NIOCore

/// Azure OpenAI: the path names the deployment, and the query the version of the API.
package struct AzureService: ModelService {
    private let start: ServiceHead
    private let basePath: String
    /// Nil for the newer API below `/openai/v1`, whose bodies name the deployment.
    private let version: String?
    private let credential: Secret<String>?

    /// How a resource knows who asks.
    package enum Credential: Sendable {
        case key(Secret<String>)
        /// A token of Entra ID.
        case token(Secret<String>)
    }

    /// `basePath` is what stands before `/openai/deployments`.
    package init(authority: String, basePath: String, credential: Credential?, version: String?) {
        switch credential {
        case nil:
            self.credential = nil
            self.start = ServiceHead(authority: authority, credentials: [])
        case .key(let key):
            self.credential = key
            self.start = ServiceHead(authority: authority, credentials: [("api-key", key.reveal())])
        case .token(let token):
            self.credential = token
            self.start = ServiceHead(
                authority: authority, credentials: [("Authorization", "Bearer \(token.reveal())")])
        }
        self.basePath = basePath
        self.version = version
    }

    package var secrets: [Secret<String>] { self.credential.map { [$0] } ?? [] }

    package func native(_ kind: ModelRequest.Kind) -> ModelRequest.Kind? {
        switch kind {
        case .chat: .chat(.openAIChat)
        case .embeddings: kind
        case .tokenCount: nil
        }
    }

    package func head(_ call: ServiceCall, at clock: any WallClock) -> ByteBuffer {
        self.start.posting(
            to: self.target(call.model, call.kind == .embeddings ? "/embeddings" : "/chat/completions"))
    }

    package func head(passing request: PassedRequest) -> ByteBuffer? {
        if let deployment = request.deployment {
            return self.start.passing(request, to: self.target(deployment, request.route.path))
        }
        let target =
            self.version.map { "/openai\(request.route.path)?api-version=\($0)" } ?? "/openai/v1\(request.route.path)"
        return self.start.passing(request, to: self.basePath + target)
    }

    private func target(_ deployment: String, _ route: String) -> String {
        guard let version = self.version else { return "\(self.basePath)/openai/v1\(route)" }
        return "\(self.basePath)/openai/deployments/\(deployment.percentEncoded)\(route)?api-version=\(version)"
    }
}
