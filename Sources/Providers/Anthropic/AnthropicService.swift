import Codecs
package import Kernel
package import NIOCore

/// Anthropic's API.
package struct AnthropicService: ModelService {
    private let start: ServiceHead
    private let basePath: String
    private let version: String
    private let key: Secret<String>?

    /// The first version in which a request that sets how the answer is drawn is refused.
    private static let versionWithoutSampling = "2026-10-21"

    /// `basePath` is what stands before `/v1/messages`; `version` is what a request gets that does not come in this shape.
    package init(authority: String, basePath: String, key: Secret<String>?, version: String) {
        self.start = ServiceHead(
            authority: authority, credentials: key.map { [("x-api-key", $0.reveal())] } ?? [])
        self.basePath = basePath
        self.version = version
        self.key = key
    }

    package var secrets: [Secret<String>] { self.key.map { [$0] } ?? [] }

    package func native(_ kind: ModelRequest.Kind) -> ModelRequest.Kind? {
        switch kind {
        case .chat: .chat(.anthropicMessages)
        case .tokenCount: .tokenCount(.anthropicMessages)
        case .embeddings: nil
        }
    }

    package func head(_ call: ServiceCall, at clock: any WallClock) -> ByteBuffer {
        var version = call.address.version ?? self.version
        // Clients of the new version still send these fields; the version before it takes them.
        if call.hasSampling, version >= Self.versionWithoutSampling { version = "2023-06-01" }
        var fields: [(name: String, value: String)] = [("anthropic-version", version)]
        if let beta = call.address.beta { fields.append(("anthropic-beta", beta)) }
        if case .tokenCount = call.kind {
            return self.start.posting(to: self.basePath + "/v1/messages/count_tokens", fields)
        }
        return self.start.posting(to: self.basePath + "/v1/messages", fields)
    }
}
