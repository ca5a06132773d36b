package import Kernel
package import NIOCore
package import Transport

/// Any server that speaks OpenAI's wire: OpenAI itself, vLLM, llama.cpp, Ollama, another gateway.
///
/// The caller's bytes go out as they came but for the model's name, the wish for usage, and what policy redacts. Of the
/// caller's header fields none is forwarded: the request carries our key, not theirs.
package struct OpenAIProvider: Provider {
    package let name: String
    private let endpoint: UpstreamEndpoint
    private let chatHead: ByteBuffer
    private let embeddingsHead: ByteBuffer
    private let responseTimeout: TimeAmount
    private let idleTimeout: TimeAmount
    private let key: Secret<String>?

    /// `authority` is host and port as they belong into `Host`; `basePath` is what stands before `/chat/completions`, such
    /// as `/v1`.
    package init(
        name: String, endpoint: UpstreamEndpoint, authority: String, basePath: String, key: Secret<String>?,
        responseTimeout: TimeAmount, idleTimeout: TimeAmount
    ) {
        func head(_ route: String) -> ByteBuffer {
            var head = ByteBuffer()
            head.writeString("POST \(basePath)\(route) HTTP/1.1\r\nHost: \(authority)\r\n")
            if let key { head.writeString("Authorization: Bearer \(key.reveal())\r\n") }
            head.writeString("Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n")
            // What is compressed could not be inspected as it passes.
            head.writeString("Accept-Encoding: identity\r\nUser-Agent: gatehouse\r\n")
            return head
        }
        self.name = name
        self.endpoint = endpoint
        self.chatHead = head("/chat/completions")
        self.embeddingsHead = head("/embeddings")
        self.responseTimeout = responseTimeout
        self.idleTimeout = idleTimeout
        self.key = key
    }

    package func answer(
        _ request: ModelRequest, model: String, redactions: [BytePatch], over wire: any Wire,
        _ context: OperationContext
    ) async throws(ProviderError) -> UpstreamResponse {
        let outbound = OutboundRequest(
            head: request.kind == .chat ? self.chatHead : self.embeddingsHead,
            body: request.body.patched(request.patches(forModel: model) + redactions),
            responseTimeout: self.responseTimeout, idleTimeout: self.idleTimeout)
        do throws(TransportError) { return try await wire.call(outbound, at: self.endpoint) } catch {
            throw .transport(error)
        }
    }

    package func scrubbed(_ message: String) -> String {
        guard let key = self.key?.reveal(), !key.isEmpty else { return message }
        return message.replacing(key, with: "[REDACTED:key]")
    }
}

extension String {
    /// The text with every occurrence of `other` replaced.
    fileprivate func replacing(_ other: String, with replacement: String) -> String {
        let text = Array(self.utf8)
        let pattern = Array(other.utf8)
        var result: [UInt8] = []
        var position = 0
        while position < text.count {
            if position + pattern.count <= text.count,
                text[position..<(position + pattern.count)].elementsEqual(pattern)
            {
                result += Array(replacement.utf8)
                position += pattern.count
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
