import Codecs
import Conversation
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
        _ request: ModelRequest, model: Model, redactions: [BytePatch], over wire: any Wire,
        _ context: OperationContext
    ) async throws(ProviderError) -> ProviderAnswer {
        switch request.kind {
        case .tokenCount: return try TokenCounting.answer(request)
        case .embeddings:
            throw .unsupported(
                RequestError(
                    code: "unsupported_operation", parameter: "model",
                    message: "the model `\(request.model)` answers conversations only, it has no embeddings"))
        case .chat(.openAIChat):
            return ProviderAnswer(await self.answer(try Self.redacted(request, redactions), context))
        case .chat:
            do throws(RequestError) {
                let translated = try await RequestTranslation.make(
                    request, to: .openAIChat, EncodingOptions(model: request.model), redactions: redactions,
                    at: self.clock.now(), context)
                let chat = try ModelRequest(ModelRequest.Address(.chat(.openAIChat)), body: translated.body)
                return ProviderAnswer(
                    await self.answer(chat, context), translation: translated.answer, dropped: translated.dropped)
            } catch {
                throw .unsupported(error)
            }
        }
    }

    /// Answers in OpenAI's shape.
    private func answer(_ request: ModelRequest, _ context: OperationContext) async -> UpstreamResponse {
        // Ranking may take some milliseconds for long texts: not on the event loop, which has other clients.
        let answer = await offLoop {
            self.answerer.answer(request.conversation, maximumTokens: request.maximumTokens)
        }
        let options = AnswerOptions(
            model: request.model, created: self.clock.now().unixSeconds, exchange: context.id.description)
        guard request.isStreamed else {
            let whole = ChatAnswer(
                id: "", model: request.model, parts: [.text(answer.text)], stop: answer.isCut ? .length : .end,
                usage: answer.usage)
            return Self.response("application/json", OpenAIChat.body(of: whole, options))
        }
        var writer = OpenAIChat.streamWriter(options)
        var stream: [UInt8] = []
        for event in answer.events { writer.write(event, into: &stream) }
        return Self.response("text/event-stream", stream)
    }

    package func scrubbed(_ message: String) -> String { message }

    private static func redacted(
        _ request: ModelRequest, _ redactions: [BytePatch]
    ) throws(ProviderError) -> ModelRequest {
        guard !redactions.isEmpty else { return request }
        do throws(RequestError) {
            return try ModelRequest(request.address, body: request.body.patched(redactions))
        } catch {
            throw .unsupported(error)
        }
    }

    private static func response(_ contentType: String, _ body: [UInt8]) -> UpstreamResponse {
        UpstreamResponse(
            status: 200, fields: [(.contentType, contentType)],
            body: ResponseBody(complete: ByteBuffer(bytes: body)))
    }
}
