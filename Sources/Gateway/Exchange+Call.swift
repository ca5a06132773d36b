import Detection
import Framing
import Identity
import Kernel
import NIOCore
import Providers
import Transport

// From the model's provider to the head of its answer.

extension Exchange {
    // MARK: call

    /// Calls the model's provider. Everything that is not an answer is a refusal, told without what is ours alone.
    func call(_ model: Model, _ request: ModelRequest) async throws(Refusal) -> ProviderAnswer {
        try await self.recordStart(model.provider.name)
        self.account.attempts += 1
        let answer: ProviderAnswer
        do throws(ProviderError) {
            answer = try await model.provider.answer(
                request, model: model, redactions: self.redactions, over: self.wire, self.context)
        } catch {
            throw .unanswered(error)
        }
        self.dropped = answer.dropped
        try await self.accept(answer.response)
        return answer
    }

    /// Whether what came is an answer at all, and one that can be inspected.
    func accept(_ response: UpstreamResponse, _ good: Range<Int> = 200..<201) async throws(Refusal) {
        guard response[.contentEncoding] ?? "identity" == "identity" else {
            response.body.discard()
            throw .malformedAnswer("a compressed answer, which cannot be inspected")
        }
        guard good.contains(response.status) else {
            let body = try await self.collect(response.body, limit: 64 * 1024)
            throw .upstream(
                status: response.status, UpstreamErrorBody(body), retryAfter: response[.retryAfter],
                scrubbed: self.scrubbed)
        }
    }

    var context: OperationContext {
        OperationContext(
            id: self.account.id, principal: self.account.key?.principal ?? Principal(kind: .service, id: "unknown"),
            deadline: self.account.startedClock + .seconds(600))
    }

    /// A provider's message without our key and without what detectors find in it, of 1,000 bytes at most.
    ///
    /// Cut last: half a secret would not be recognised.
    func scrubbed(_ message: String) -> String {
        let text = self.withoutSecrets(message)
        return text.utf8.count <= 1000 ? text : String(decoding: text.utf8.prefix(1000), as: UTF8.self) + "…"
    }

    func withoutSecrets(_ message: String) -> String {
        let message = self.account.model?.provider.scrubbed(message) ?? message
        let configuration = self.snapshot.configuration
        guard let patterns = configuration.responsePatterns ?? configuration.requestPatterns else { return message }
        let text = Array(message.utf8)
        guard let findings = Self.scan(text, patterns, self.lane.scratch) else {
            return "the model's provider gave no safe reason"
        }
        return findings.isEmpty ? message : String(decoding: Redaction.redact(text.span, findings), as: UTF8.self)
    }

    func collect(_ body: ResponseBody, limit: Int) async throws(Refusal) -> ByteBuffer {
        var whole = ByteBuffer()
        while let bytes = try await self.next(body) {
            guard whole.readableBytes + bytes.readableBytes <= limit else {
                body.discard()
                throw .malformedAnswer("more than \(limit) bytes")
            }
            if whole.readableBytes == 0 { whole = bytes } else { whole.writeImmutableBuffer(bytes) }
        }
        return whole
    }
}
