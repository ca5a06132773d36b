import Codecs
import Conversation
import Framing
import Kernel
import NIOCore
import Transport

/// Counts the tokens of a request for callers whose provider does not: an estimate, see `TokenEstimate`.
enum TokenCounting {
    static func answer(_ request: ModelRequest) -> ProviderAnswer {
        var bytes = 0
        request.tape.forEachStringValue(below: request.tape.root) { _, value in
            bytes += request.tape[value].range.count
        }
        var json = JSONWriter()
        json.beginObject()
        json.member(
            request.shape == .gemini ? "totalTokens" : "input_tokens", TokenEstimate.tokens(inTextOf: bytes).value)
        json.endObject()
        return ProviderAnswer(
            UpstreamResponse(
                status: 200, fields: [(.contentType, "application/json")],
                body: ResponseBody(complete: ByteBuffer(bytes: json.bytes))))
    }
}
