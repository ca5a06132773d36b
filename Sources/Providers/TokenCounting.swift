import CloudCodecs
import Codecs
import Conversation
import Framing
import Kernel
import Metering
import NIOCore
import Transport

/// Counts the tokens of a request for callers whose provider does not: an estimate, see `TokenEstimator`.
enum TokenCounting {
    static func answer(_ request: ModelRequest) throws(ProviderError) -> ProviderAnswer {
        let address = RequestAddress(model: request.address.model, isStreamed: request.address.isStreamed)
        let estimator: TokenEstimator
        let body = request.body
        do throws(CodecError) {
            estimator = TokenEstimator(
                try request.shape.codec.request(body.readableBytesUInt8Span, address))
        } catch {
            throw .unsupported(RequestError(error))
        }
        var json = JSONWriter()
        json.beginObject()
        json.member(request.shape == .gemini ? "totalTokens" : "input_tokens", estimator.expected.value)
        json.endObject()
        return ProviderAnswer(
            UpstreamResponse(
                status: 200, fields: [(.contentType, "application/json")],
                body: ResponseBody(complete: ByteBuffer(bytes: json.bytes))))
    }
}
