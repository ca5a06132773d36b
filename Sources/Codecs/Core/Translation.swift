// Codecs: how one wire shape becomes another, and the shape nearly all speak, OpenAI's chat completions.

package import Conversation

/// The way from a caller of one shape to a provider of another and back.
package struct Translation: Sendable {
    private let caller: any WireCodec.Type
    private let upstream: any WireCodec.Type

    package init(from caller: any WireCodec.Type, to upstream: any WireCodec.Type) {
        self.caller = caller
        self.upstream = upstream
    }

    /// Reads the caller's request and writes the provider's.
    package func request(
        _ body: Span<UInt8>, _ address: RequestAddress = RequestAddress(), _ options: EncodingOptions
    ) throws(CodecError) -> (request: ChatRequest, encoded: EncodedRequest) {
        let request = try self.caller.request(body, address)
        do throws(CodecError) { return (request, try self.upstream.body(of: request, options)) } catch {
            throw CallerPath(request, shape: self.caller.shape).told(error)
        }
    }

    /// Reads the provider's whole answer and writes the caller's.
    package func answer(
        _ body: Span<UInt8>, _ restoration: AnswerRestoration, _ options: AnswerOptions
    ) throws(CodecError) -> (answer: ChatAnswer, body: [UInt8]) {
        let answer = restoration.restore(try self.upstream.answer(body))
        return (answer, self.caller.body(of: answer, options))
    }

    /// The way of a streamed answer.
    package func stream(_ restoration: AnswerRestoration, _ options: AnswerOptions) -> StreamTranslation {
        StreamTranslation(
            reader: self.upstream.streamReader(), writer: self.caller.streamWriter(options),
            restoration: restoration)
    }
}

/// One streamed answer on its way from the provider's shape to the caller's.
///
/// Reading and writing are apart, so that whoever must look at the events, hold them back or change them can stand
/// between: `receive`, look, `write`.
package struct StreamTranslation: Sendable {
    private var reader: any AnswerStreamReader
    private var writer: any AnswerStreamWriter
    private var restoration: AnswerRestoration
    private var read: [AnswerEvent] = []

    package init(reader: any AnswerStreamReader, writer: any AnswerStreamWriter, restoration: AnswerRestoration) {
        self.reader = reader
        self.writer = writer
        self.restoration = restoration
    }

    /// Takes bytes of the provider and appends what they complete, as the caller may see it.
    package mutating func receive(_ bytes: Span<UInt8>, into events: inout [AnswerEvent]) {
        self.reader.receive(bytes, into: &self.read)
        self.restore(into: &events)
    }

    /// The provider closed the stream.
    package mutating func finish(into events: inout [AnswerEvent]) {
        self.reader.finish(into: &self.read)
        self.restore(into: &events)
    }

    private mutating func restore(into events: inout [AnswerEvent]) {
        for event in self.read {
            if case .failure(let failure) = event {
                events.append(.failure(failure.forCaller))
            } else if let restored = self.restoration.restore(event) {
                events.append(restored)
            }
        }
        self.read.removeAll(keepingCapacity: true)
    }

    /// Appends the caller's frames for an event.
    package mutating func write(_ event: AnswerEvent, into bytes: inout [UInt8]) {
        self.writer.write(event, into: &bytes)
    }
}
