import AgentCodecs
import CloudCodecs
import Codecs
import Conversation
import Kernel
import NIOCore
import Providers
import Transport

extension Refusal {
    /// The status in an API; only Anthropic's has one of its own for being overloaded.
    func status(in dialect: Dialect) -> Int {
        dialect == .anthropic && self.code == "no_healthy_upstream" ? 529 : self.status
    }

    /// The error envelope of the API that was called, with the exchange's id in it.
    func body(_ exchange: String, _ shape: WireShape) -> ByteBuffer {
        ByteBuffer(bytes: shape.codec.body(of: self.wireError(exchange)))
    }

    /// The frame that tells a client inside a stream that the answer is not complete. Nothing follows that looks like a
    /// proper end.
    /// `number` is the event's own, in shapes that number theirs.
    func frame(_ exchange: String, _ shape: WireShape, number: Int = 0) -> ByteBuffer {
        if shape == .openAIResponses {
            return ByteBuffer(bytes: OpenAIResponses.errorFrame(self.wireError(exchange), sequence: number))
        }
        var writer = shape.codec.streamWriter(AnswerOptions(created: 0, exchange: exchange))
        var bytes: [UInt8] = []
        writer.write(
            .failure(
                ModelFailure(self.kind, code: self.code, message: self.message, parameter: self.parameter)),
            into: &bytes)
        return ByteBuffer(bytes: bytes)
    }

    private func wireError(_ exchange: String) -> WireError {
        WireError(
            self.kind, code: self.code, message: self.message, parameter: self.parameter, exchange: exchange,
            status: self.status)
    }

    /// What all APIs have a word for.
    private var kind: ModelFailure.Kind {
        switch self.status {
        case 503 where self.code != "no_healthy_upstream": .server
        case 500, 502: .server
        default: ModelFailure.Kind(status: self.status)
        }
    }

    /// The fields that belong to an error.
    func addFields(to head: inout AnswerHead) {
        head.add("Content-Type", "application/json" as StaticString)
        head.add("x-should-retry", self.isRetryable ? "true" as StaticString : "false" as StaticString)
        if let retryAfter = self.retryAfter { head.add("Retry-After", String(retryAfter)) }
        if let allowed = self.allowed { head.add("Allow", allowed) }
        if self.status == 401 { head.add("WWW-Authenticate", "Bearer" as StaticString) }
    }
}
