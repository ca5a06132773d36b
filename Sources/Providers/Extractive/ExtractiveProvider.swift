import Framing
package import Kernel
import NIOCore
package import Transport

/// The answerer that is built in, as a provider: answers with sentences of the texts that come with the question.
package struct ExtractiveProvider: Provider {
    package let name: String
    private let clock: any WallClock
    private let answerer = ExtractiveAnswerer()

    package init(name: String, clock: any WallClock) {
        self.name = name
        self.clock = clock
    }

    package func answer(
        _ request: ModelRequest, model: String, redactions: [BytePatch], over wire: any Wire,
        _ context: OperationContext
    ) async throws(ProviderError) -> UpstreamResponse {
        guard request.kind == .chat else {
            throw .unsupported(
                RequestError(
                    code: "unsupported_operation", parameter: "model",
                    message: "the model `\(request.model)` answers chat completions only, it has no embeddings"))
        }
        let sent = try Self.redacted(request, redactions)
        // Ranking may take some milliseconds for long texts: not on the event loop, which has other clients.
        let answer = await offLoop { self.answerer.answer(sent.conversation, maximumTokens: sent.maximumTokens) }
        let writer = ChatCompletionWriter(
            id: "chatcmpl-\(context.id)", created: self.clock.now(), model: request.model,
            includesUsage: request.wantsUsage)
        let reason: ChatCompletionWriter.FinishReason = answer.isCut ? .length : .stop
        guard request.isStreamed else {
            return Self.response(
                "application/json",
                ByteBuffer(bytes: writer.body(answer.text, finishReason: reason, usage: answer.usage)))
        }
        var stream = ByteBuffer(bytes: writer.opening())
        for piece in answer.pieces { stream.writeBytes(writer.delta(piece)) }
        stream.writeBytes(writer.closing(reason))
        stream.writeBytes(writer.usage(answer.usage))
        stream.writeBytes(ChatCompletionWriter.done)
        return Self.response("text/event-stream", stream)
    }

    package func scrubbed(_ message: String) -> String { message }

    private static func redacted(
        _ request: ModelRequest, _ redactions: [BytePatch]
    ) throws(ProviderError) -> ModelRequest {
        guard !redactions.isEmpty else { return request }
        do throws(RequestError) {
            return try ModelRequest(request.kind, body: request.body.patched(redactions))
        } catch {
            throw .unsupported(error)
        }
    }

    private static func response(_ contentType: String, _ body: ByteBuffer) -> UpstreamResponse {
        UpstreamResponse(
            status: 200, fields: [(.contentType, contentType)], body: ResponseBody(complete: body))
    }
}
