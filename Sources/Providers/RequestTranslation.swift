import CloudCodecs
import Codecs
import Conversation
import Kernel
import NIOCore
import Transport

/// A request in a provider's shape, and the way back for its answer.
struct RequestTranslation: Sendable {
    let body: ByteBuffer
    let answer: AnswerTranslation
    let dropped: [String]

    /// Bytes from which on a body is translated away from the event loop.
    private static let largeBody = 256 * 1024

    /// - Throws: `RequestError` where the request is wrong in its own shape or has no equal in the other.
    static func make(
        _ request: ModelRequest, to shape: WireShape, _ options: EncodingOptions, redactions: [BytePatch],
        at time: Timestamp, _ context: OperationContext
    ) async throws(RequestError) -> RequestTranslation {
        let result =
            request.body.readableBytes > Self.largeBody
            ? await offLoop { Self.result(request, shape, options, redactions, time, context) }
            : Self.result(request, shape, options, redactions, time, context)
        return try result.get()
    }

    private static func result(
        _ request: ModelRequest, _ shape: WireShape, _ options: EncodingOptions, _ redactions: [BytePatch],
        _ time: Timestamp, _ context: OperationContext
    ) -> Result<RequestTranslation, RequestError> {
        let translation = Translation(from: request.shape.codec, to: shape.codec)
        let body = request.body.patched(redactions)
        let address = RequestAddress(model: request.address.model, isStreamed: request.address.isStreamed)
        do throws(CodecError) {
            let encoded = try translation.request(body.readableBytesUInt8Span, address, options).encoded
            let answer = AnswerTranslation(
                translation, encoded.restoration,
                AnswerOptions(
                    model: request.model, created: Int64(time.unixSeconds), exchange: "\(context.id)"), from: shape)
            return .success(
                RequestTranslation(body: ByteBuffer(bytes: encoded.body), answer: answer, dropped: encoded.dropped))
        } catch {
            return .failure(RequestError(error))
        }
    }
}

extension RequestError {
    init(_ error: CodecError) {
        self.init(code: error.code.name, parameter: error.path, message: error.description)
    }
}
