import Audit
import Kernel
import NIOCore

/// What is said in an exchange, as far as the level of the model that was asked for wants it kept: it becomes what is sealed
/// beside the exchange's leaf. Where nothing is kept, it costs nothing.
struct KeptContent {
    /// How much is kept, and what its time depends on.
    struct Rule {
        let level: ContentLevel
        var useCase: String?
    }

    private(set) var rule: Rule
    /// Bytes that are kept of a prompt, and of an answer; of longer ones, the beginning.
    let limit: Int
    /// The request's body as it came.
    private var request: ByteBuffer?
    /// The request and the answer with a mark for everything that was found; nil until detectors have looked.
    private var redactedRequest: ByteBuffer?
    private var redactedAnswer: ByteBuffer?
    /// What a stream has said, with marks.
    var transcript: StreamTranscript?
    /// The beginning of what was sent of a stream, and how much was sent in all.
    private var sent: [UInt8] = []
    private var sentCount = 0

    init(_ rule: Rule, limit: Int) {
        self.rule = rule
        self.limit = limit
    }

    var level: ContentLevel { self.rule.level }

    /// Whether what detectors find must be marked in what is kept.
    var wantsMarks: Bool { self.level == .redacted }

    /// Takes a request's body in, of a model with this rule.
    mutating func take(_ body: ByteBuffer, _ rule: Rule) {
        self.rule = rule
        self.request = rule.level.keepsContent ? body : nil
    }

    /// Begins anew with another model: what the one before said was not given to anybody.
    mutating func turn() {
        self.redactedAnswer = nil
        self.transcript = nil
        self.sent = []
        self.sentCount = 0
    }

    mutating func keep(redacted body: ByteBuffer, _ stage: ExchangeEvent.Stage) {
        switch stage {
        case .request: self.redactedRequest = body
        case .response: self.redactedAnswer = body
        }
    }

    /// Takes in what is sent of a stream.
    mutating func send(_ bytes: ByteBuffer) {
        guard self.level == .full, self.request != nil else { return }
        self.sentCount += bytes.readableBytes
        let room = self.limit - self.sent.count
        guard room > 0 else { return }
        self.sent += bytes.getBytes(at: bytes.readerIndex, length: min(room, bytes.readableBytes)) ?? []
    }

    // MARK: What is sealed

    /// The prompt. At `redacted`, only what detectors have looked through is kept.
    var prompt: [ExchangeContent] {
        guard let request = self.request else { return [] }
        return self.content(.prompt, self.wantsMarks ? self.redactedRequest : request)
    }

    /// A whole answer; `body` is what is given.
    func answer(_ body: ByteBuffer) -> [ExchangeContent] {
        guard self.request != nil else { return [] }
        return self.content(.answer, self.wantsMarks ? self.redactedAnswer : body)
    }

    /// An answer that is ours, such as an error; `scrubbed` is the same without what detectors find in it.
    func own(_ body: ByteBuffer, scrubbed: () -> ByteBuffer) -> [ExchangeContent] {
        guard self.request != nil else { return [] }
        return self.content(.answer, self.wantsMarks ? scrubbed() : body)
    }

    /// A streamed answer, with the last bytes of it.
    mutating func streamed(_ last: ByteBuffer) -> [ExchangeContent] {
        guard self.request != nil else { return [] }
        guard !self.wantsMarks else {
            guard let transcript = self.transcript else { return [] }
            return self.content(.answer, ByteBuffer(bytes: transcript.json))
        }
        self.send(last)
        return self.sentCount == 0
            ? [] : [ExchangeContent(.answer, self.sent, of: self.sentCount, upTo: self.limit)]
    }

    private func content(_ kind: PayloadKind, _ body: ByteBuffer?) -> [ExchangeContent] {
        guard let body, body.readableBytes > 0 else { return [] }
        // A few bytes more, so that the cut can see where a character begins.
        let kept = body.getBytes(at: body.readerIndex, length: min(body.readableBytes, self.limit + 4)) ?? []
        return [ExchangeContent(kind, kept, of: body.readableBytes, upTo: self.limit)]
    }
}
