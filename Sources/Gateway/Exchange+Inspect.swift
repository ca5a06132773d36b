import CloudCodecs
import Codecs
import Conversation
import Detection
import Framing
import Kernel
import NIOCore
import Policy
import Providers
import Transport

// Whole answers: read, translated, inspected.

extension Exchange {
    // MARK: inspect, decide

    func inspectAndDecide(_ answer: ProviderAnswer) async throws(Refusal) -> Ending {
        let body = answer.response.body
        defer { body.discard() }
        guard self.account.isStreamed else {
            return try await self.inspectWhole(body, answer.translation, self.shape)
        }
        let expected = answer.translation?.streamType ?? "text/event-stream"
        guard answer.response[.contentType]?.hasPrefix(expected) == true else {
            let whole = try await self.collect(body, limit: 64 * 1024)
            guard let error = UpstreamErrorBody(whole) else {
                throw .malformedAnswer("no stream where one was asked for")
            }
            throw .upstream(status: 500, error, retryAfter: nil, scrubbed: self.scrubbed)
        }
        return try await self.inspectStream(
            body, answer.translation, isArray: self.request?.address.isArray ?? false,
            wantsUsage: self.request?.wantsUsage ?? false)
    }

    /// Bytes of a whole answer at most: it is inspected in one piece.
    static let answerLimit = 64 * 1024 * 1024

    func inspectWhole(
        _ answer: ResponseBody, _ translation: AnswerTranslation?, _ shape: WireShape
    ) async throws(Refusal) -> Ending {
        let whole = try await self.collect(answer, limit: Self.answerLimit)
        let body = try await self.translated(whole, translation)
        let bytes = body.readableBytesUInt8Span
        let reading = body.readableBytes > Self.largeBody ? await offLoop { Self.read(body) } : Self.read(body)
        guard let tape = reading, tape.kind(tape.root) == .object else {
            throw .malformedAnswer("an answer that is not a JSON object")
        }
        if let error = UpstreamErrorBody(tape, of: tape.root, bytes) {
            throw .upstream(status: 500, error, retryAfter: nil, scrubbed: self.scrubbed)
        }
        self.account.usage = shape.codec.usage(JSONView(tape, bytes))
        self.account.servedModel = tape.member(shape == .gemini ? "modelVersion" : "model", of: tape.root, in: bytes)
            .flatMap { tape.string($0, in: bytes) }
        if self.account.usage == nil { self.account.usage = self.account.estimate(output: body.readableBytes) }
        let redactions = try await self.decide(.release, self.snapshot.configuration.responsePatterns, tape, body)
        return .whole(body.patched(Screening.withoutTokens(redactions, tape, body)), "application/json")
    }

    static func read(_ body: ByteBuffer) -> JSONTape? { try? JSONTape(body.readableBytesUInt8Span) }

    /// The answer in the caller's shape.
    func translated(_ body: ByteBuffer, _ translation: AnswerTranslation?) async throws(Refusal) -> ByteBuffer {
        guard let translation else { return body }
        let result =
            body.readableBytes > Self.largeBody
            ? await offLoop { Self.translate(body, translation) } : Self.translate(body, translation)
        do throws(AnswerFailure) { return try result.get() } catch { throw self.refusal(error) }
    }

    static func translate(
        _ body: ByteBuffer, _ translation: AnswerTranslation
    ) -> Result<ByteBuffer, AnswerFailure> {
        Result { () throws(AnswerFailure) in try translation.whole(body) }
    }

    func refusal(_ failure: AnswerFailure) -> Refusal {
        switch failure {
        case .provider(let failure): .provider(failure, scrubbed: self.scrubbed)
        case .malformed(let what): .malformedAnswer("an answer that cannot be read: \(what)")
        }
    }
}
