package import Conversation

/// One shape: how requests and answers, whole, streamed or failed, are read from it and written in it.
///
/// Reading a request is the caller's side and strict; reading an answer is the provider's side and takes what servers
/// really send. Both are total: any bytes give a value or a `CodecError` (in streams: a `.failure`).
package protocol WireCodec: Sendable {
    static var shape: WireShape { get }

    /// Reads a caller's request. Requests to count tokens are read by the same function.
    static func request(_ body: Span<UInt8>, _ address: RequestAddress) throws(CodecError) -> ChatRequest

    /// Writes a request for a provider.
    static func body(of request: ChatRequest, _ options: EncodingOptions) throws(CodecError) -> EncodedRequest

    /// Reads a provider's whole answer.
    /// - Throws: `CodecError` with code `providerFailed` where the body is an error in spite of its status.
    static func answer(_ body: Span<UInt8>) throws(CodecError) -> ChatAnswer

    /// What a whole answer reports of its usage; nil where it does not say.
    static func usage(_ answer: borrowing JSONView) -> TokenUsage?

    /// Writes a whole answer for a caller.
    static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8]

    /// Reads what a provider sent with a status that is no success. Bodies that are not of the shape give what the status
    /// alone says. Texts come as they are: whoever shows them to a caller takes our secrets out of them first.
    static func failure(status: Int, _ body: Span<UInt8>) -> ModelFailure

    /// Writes an error body for a caller.
    static func body(of error: WireError) -> [UInt8]

    /// Reads one streamed answer.
    static func streamReader() -> any AnswerStreamReader

    /// Writes one streamed answer.
    static func streamWriter(_ options: AnswerOptions) -> any AnswerStreamWriter
}

/// Reads a stream as it arrives. It never holds more than one frame, and of that no more than its limit.
package protocol AnswerStreamReader: Sendable {
    /// Takes the next bytes and appends what they complete. After `.end` or `.failure` nothing is appended any more.
    mutating func receive(_ bytes: Span<UInt8>, into events: inout [AnswerEvent])

    /// The provider closed the stream. Where that was not its proper end, `.failure(.truncated)` is appended.
    mutating func finish(into events: inout [AnswerEvent])
}

/// Writes a stream as it comes to pass.
package protocol AnswerStreamWriter: Sendable {
    /// Appends the frames that tell the caller of an event: none, one or several. A `.failure` becomes the shape's error
    /// frame, behind which there is never a proper end.
    mutating func write(_ event: AnswerEvent, into bytes: inout [UInt8])
}

/// What the path of a request says, in shapes that have it there.
package struct RequestAddress: Hashable, Sendable {
    /// The model's name.
    package var model: String?
    /// Whether the path asks for a stream.
    package var isStreamed: Bool?

    package init(model: String? = nil, isStreamed: Bool? = nil) {
        self.model = model
        self.isStreamed = isStreamed
    }
}
