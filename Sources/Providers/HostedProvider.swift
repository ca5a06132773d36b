package import Codecs
import Conversation
package import Kernel
package import NIOCore
package import Transport

/// A model server somewhere else, whichever API it speaks.
///
/// Where it speaks the caller's shape, the caller's bytes go out as they came but for the model's name, the wish for usage,
/// and what policy redacts; where it does not, the request is translated. Of the caller's header fields none is forwarded
/// (but for versions of Anthropic's API): the request carries our key, not theirs.
package struct HostedProvider: Provider {
    package let name: String
    private let service: any ModelService
    private let endpoint: UpstreamEndpoint
    private let responseTimeout: TimeAmount
    private let idleTimeout: TimeAmount
    private let clock: any WallClock

    package init(
        name: String, service: any ModelService, endpoint: UpstreamEndpoint, responseTimeout: TimeAmount,
        idleTimeout: TimeAmount, clock: any WallClock
    ) {
        self.name = name
        self.service = service
        self.endpoint = endpoint
        self.responseTimeout = responseTimeout
        self.idleTimeout = idleTimeout
        self.clock = clock
    }

    package func answer(
        _ request: ModelRequest, model: Model, redactions: [BytePatch], over wire: any Wire,
        _ context: OperationContext
    ) async throws(ProviderError) -> ProviderAnswer {
        guard let kind = self.service.native(request.kind) else {
            guard case .tokenCount = request.kind else { throw .unsupported(Self.cannot(request)) }
            return try TokenCounting.answer(request)
        }
        guard kind != request.kind else {
            let (head, body) = self.message(request, model, redactions)
            return ProviderAnswer(try await self.send(head, body, over: wire))
        }
        guard case .chat = kind else { return try TokenCounting.answer(request) }
        return try await self.answer(request, as: kind, model, redactions, over: wire, context)
    }

    /// A request in the caller's shape.
    @inline(never)
    private func message(_ request: ModelRequest, _ model: Model, _ redactions: [BytePatch]) -> (
        head: ByteBuffer, body: ByteBuffer
    ) {
        var call = ServiceCall(
            kind: request.kind, model: model.providerModel, isStreamed: request.isStreamed, address: request.address)
        call.body = request.body.patched(request.patches(forModel: model.providerModel) + redactions)
        call.hasSampling = request.hasSampling
        return (self.service.head(call, at: self.clock), call.body)
    }

    /// Asks in another shape than the caller's.
    @inline(never)
    private func answer(
        _ request: ModelRequest, as kind: ModelRequest.Kind, _ model: Model, _ redactions: [BytePatch],
        over wire: any Wire, _ context: OperationContext
    ) async throws(ProviderError) -> ProviderAnswer {
        let translated: RequestTranslation
        do throws(RequestError) {
            translated = try await RequestTranslation.make(
                request, to: kind.shape, self.service.encoding(model), redactions: redactions, at: self.clock.now(),
                context)
        } catch {
            throw .unsupported(error)
        }
        var call = ServiceCall(
            kind: kind, model: model.providerModel, isStreamed: request.isStreamed, address: ModelRequest.Address(kind))
        call.body = translated.body
        let response = try await self.send(self.service.head(call, at: self.clock), call.body, over: wire)
        return ProviderAnswer(response, translation: translated.answer, dropped: translated.dropped)
    }

    package func pass(
        _ request: PassedRequest, over wire: any Wire, _ context: OperationContext
    ) async throws(ProviderError) -> UpstreamResponse {
        guard let head = self.service.head(passing: request) else {
            throw .unsupported(
                RequestError(
                    code: "unsupported_operation",
                    message: "the provider `\(self.name)` has nothing at `\(request.route.path)`"))
        }
        return try await self.send(head, request.body, over: wire)
    }

    private func send(
        _ head: ByteBuffer, _ body: ByteBuffer, over wire: any Wire
    ) async throws(ProviderError) -> UpstreamResponse {
        let outbound = OutboundRequest(
            head: head, body: body, responseTimeout: self.responseTimeout, idleTimeout: self.idleTimeout)
        do throws(TransportError) { return try await wire.call(outbound, at: self.endpoint) } catch {
            throw .transport(error)
        }
    }

    package func scrubbed(_ message: String) -> String {
        self.service.secrets.reduce(message) { text, secret in
            let secret = secret.reveal()
            return secret.isEmpty ? text : text.replacing(secret, with: "[REDACTED:key]")
        }
    }

    private static func cannot(_ request: ModelRequest) -> RequestError {
        RequestError(
            code: "unsupported_operation", parameter: "model",
            message: "the model `\(request.model)` cannot be asked for this")
    }
}

/// One kind of API that model servers speak: what its requests look like on the wire.
package protocol ModelService: Sendable {
    /// What is asked of the server for the sake of a caller's wish: the wish itself where it speaks that shape, the same in
    /// a shape that it speaks, nil where it has nothing like it.
    func native(_ kind: ModelRequest.Kind) -> ModelRequest.Kind?

    /// How a request is written in the server's shape where it comes in another.
    func encoding(_ model: Model) -> EncodingOptions

    /// Request line and fields of a call, without its length and the empty line.
    func head(_ call: ServiceCall, at clock: any WallClock) -> ByteBuffer

    /// The same for a route that is passed on; nil where the server has none of these.
    func head(passing request: PassedRequest) -> ByteBuffer?

    /// What must never be told to a caller.
    var secrets: [Secret<String>] { get }
}

extension ModelService {
    package func encoding(_ model: Model) -> EncodingOptions {
        EncodingOptions(model: model.providerModel, defaultMaximumOutput: model.maximumOutput ?? 4096)
    }

    package func head(passing request: PassedRequest) -> ByteBuffer? { nil }
}

/// A request as it leaves for a server.
package struct ServiceCall: Sendable {
    package let kind: ModelRequest.Kind
    /// The name that the provider uses.
    package let model: String
    package let isStreamed: Bool
    package var address: ModelRequest.Address
    package var body = ByteBuffer()
    /// Whether the caller sets how the answer is drawn.
    package var hasSampling = false
}

extension String {
    /// The text with every occurrence of `other` replaced.
    func replacing(_ other: String, with replacement: String) -> String {
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

    /// Everything but letters, digits and `-._~` as `%XX` (RFC 3986, section 2.3).
    var percentEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in self.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: text.append(byte)
            default: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
