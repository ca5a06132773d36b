import Codecs
package import Conversation
import Kernel
package import NIOCore

/// Turns the answer of a provider into the shape that the caller speaks.
package struct AnswerTranslation: Sendable {
    private let translation: Translation
    private let restoration: AnswerRestoration
    private let options: AnswerOptions
    /// What the provider's streams say of their content.
    package let streamType: String

    init(
        _ translation: Translation, _ restoration: AnswerRestoration, _ options: AnswerOptions, from shape: WireShape
    ) {
        self.translation = translation
        self.restoration = restoration
        self.options = options
        self.streamType = shape == .bedrockConverse ? "application/vnd.amazon.eventstream" : "text/event-stream"
    }

    /// The whole answer.
    package func whole(_ body: ByteBuffer) throws(AnswerFailure) -> ByteBuffer {
        do throws(CodecError) {
            let translated = try self.translation.answer(body.readableBytesUInt8Span, self.restoration, self.options)
            return ByteBuffer(bytes: translated.body)
        } catch {
            throw error.failure.map { .provider($0) } ?? .malformed("\(error)")
        }
    }

    /// The way of a streamed answer.
    package func stream() -> StreamedAnswerTranslation {
        StreamedAnswerTranslation(self.translation.stream(self.restoration, self.options))
    }
}

/// A streamed answer on its way into the caller's shape.
package struct StreamedAnswerTranslation: Sendable {
    private var stream: StreamTranslation
    private var events: [AnswerEvent] = []

    init(_ stream: StreamTranslation) { self.stream = stream }

    /// The caller's frames for what came.
    package mutating func receive(_ bytes: ByteBuffer) throws(AnswerFailure) -> ByteBuffer {
        self.stream.receive(bytes.readableBytesUInt8Span, into: &self.events)
        return try self.written()
    }

    /// The caller's frames for the end.
    package mutating func finish() throws(AnswerFailure) -> ByteBuffer {
        self.stream.finish(into: &self.events)
        return try self.written()
    }

    /// What came before a failure is lost with it: the caller learns of the failure instead.
    private mutating func written() throws(AnswerFailure) -> ByteBuffer {
        var bytes: [UInt8] = []
        defer { self.events.removeAll(keepingCapacity: true) }
        for event in self.events {
            if case .failure(let failure) = event { throw .provider(failure) }
            self.stream.write(event, into: &bytes)
        }
        return ByteBuffer(bytes: bytes)
    }
}

/// Why an answer has no place in the caller's shape.
package enum AnswerFailure: Error, Sendable {
    /// It is a failure of the provider.
    case provider(ModelFailure)
    /// It is nothing that the provider's shape knows.
    case malformed(String)
}
