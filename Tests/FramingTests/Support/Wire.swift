#if canImport(Framing)
    import Framing
#endif

// Reads whole connections with the parsers, as the shell around them does. Shared with the fuzz targets, which compile
// it together with the module's sources.

/// What kind of head a connection carries.
protocol WireHead: Equatable {
    var framing: BodyFraming { get }
    var keepAlive: Bool { get }
    var byteCount: Int { get }
    var fields: HeaderFields { get }
}

extension RequestHead: WireHead {}
extension ResponseHead: WireHead {}

/// One message as it was read.
struct WireMessage<Head: WireHead>: Equatable {
    let head: Head
    /// The bytes of the head.
    let headBytes: [UInt8]
    /// As much of the content as there was.
    var content: [UInt8] = []
    var isComplete = false
}

/// Everything that was read from a connection.
struct Transcript<Head: WireHead>: Equatable {
    var messages: [WireMessage<Head>] = []
    /// Why the rest was refused.
    var refusal: FramingError.Code?
    /// How many bytes are unread: part of a head, or what comes after the last message of the connection. None after
    /// a refusal.
    var unread = 0
    /// Whether the last message ends with the connection.
    var endsWithConnection = false
}

/// A connection that is read fragment by fragment.
struct WireReader<Head: WireHead> {
    private enum Phase {
        case head, length(Int), chunked(ChunkedDecoder), untilClose, closed
    }

    private let parse: (Span<UInt8>) throws(FramingError) -> Head?
    private var phase = Phase.head
    private var unread: [UInt8] = []
    private(set) var transcript = Transcript<Head>()

    init(parse: @escaping (Span<UInt8>) throws(FramingError) -> Head?) { self.parse = parse }

    mutating func read(_ fragment: [UInt8]) {
        guard self.transcript.refusal == nil else { return }
        self.unread += fragment
        do {
            while try self.step() {}
        } catch {
            self.transcript.refusal = error.code
        }
        self.transcript.unread = self.transcript.refusal == nil ? self.unread.count : 0
    }

    /// Whether something was read.
    private mutating func step() throws(FramingError) -> Bool {
        switch self.phase {
        case .head:
            guard let head = try self.parse(self.unread.span) else { return false }
            self.transcript.messages.append(
                WireMessage(head: head, headBytes: Array(self.unread[..<head.byteCount])))
            self.unread.removeFirst(head.byteCount)
            switch head.framing {
            case .empty: self.finish()
            case .length(let length): self.phase = .length(length)
            case .chunked: self.phase = .chunked(ChunkedDecoder())
            case .untilClose:
                self.phase = .untilClose
                self.transcript.endsWithConnection = true
            }
            return true
        case .length(let length):
            let taken = min(length, self.unread.count)
            self.take(taken, content: 0..<taken)
            self.phase = .length(length - taken)
            if taken == length { self.finish() }
            return taken == length
        case .chunked(var decoder):
            let step = try decoder.next(self.unread.span, from: 0)
            self.phase = .chunked(decoder)
            switch step {
            case .data(let range): self.take(range.upperBound, content: range)
            case .needsMore:
                self.take(self.unread.count, content: 0..<0)
                return false
            case .end(let end):
                self.take(end, content: 0..<0)
                self.finish()
            }
            return true
        case .untilClose:
            self.take(self.unread.count, content: 0..<self.unread.count)
            return false
        case .closed: return false
        }
    }

    private mutating func take(_ count: Int, content: Range<Int>) {
        self.transcript.messages[self.transcript.messages.count - 1].content += self.unread[content]
        self.unread.removeFirst(count)
    }

    private mutating func finish() {
        let last = self.transcript.messages.count - 1
        self.transcript.messages[last].isComplete = true
        let head = self.transcript.messages[last].head
        self.phase = head.keepAlive ? .head : .closed
    }
}

/// Everything that a server reads from these fragments of a connection.
func readRequests(_ fragments: [[UInt8]], limits: HeadLimits = HeadLimits()) -> Transcript<RequestHead> {
    var parser = RequestHeadParser(limits: limits)
    var reader = WireReader<RequestHead> { bytes throws(FramingError) in try parser.parse(bytes) }
    for fragment in fragments { reader.read(fragment) }
    return reader.transcript
}

/// Everything that a client reads which has asked with HEAD always or never.
func readResponses(
    _ fragments: [[UInt8]], answersHead: Bool = false, limits: HeadLimits = HeadLimits()
) -> Transcript<ResponseHead> {
    var parser = ResponseHeadParser(limits: limits)
    var reader = WireReader<ResponseHead> { bytes throws(FramingError) in
        try parser.parse(bytes, answersHead: answersHead)
    }
    for fragment in fragments { reader.read(fragment) }
    return reader.transcript
}

/// What was read of a chunked body.
struct ChunkedTranscript: Equatable {
    var content: [UInt8] = []
    var refusal: FramingError.Code?
    /// How many bytes the body took, once it is over.
    var end: Int?
}

/// Everything that is in these fragments of a chunked body.
func readChunks(_ fragments: [[UInt8]], maximumTrailerBytes: Int = 8 << 10) -> ChunkedTranscript {
    var transcript = ChunkedTranscript()
    var decoder = ChunkedDecoder(maximumTrailerBytes: maximumTrailerBytes)
    var before = 0
    for fragment in fragments {
        var index = 0
        do {
            steps: while true {
                switch try decoder.next(fragment.span, from: index) {
                case .data(let range):
                    transcript.content += fragment[range]
                    index = range.upperBound
                case .needsMore: break steps
                case .end(let end):
                    transcript.end = before + end
                    return transcript
                }
            }
        } catch {
            transcript.refusal = error.code
            return transcript
        }
        before += fragment.count
    }
    return transcript
}

/// One frame as it was read.
struct WireEvent: Equatable {
    let frame: [UInt8]
    /// Nil when the client sees no event.
    let data: [UInt8]?
    let name: [UInt8]
    let isComment: Bool
    let isDone: Bool
}

/// What was read of an event stream.
struct EventTranscript: Equatable {
    var events: [WireEvent] = []
    var refusal: FramingError.Code?
    /// The bytes of an event that was begun. None after a refusal.
    var unread: [UInt8] = []
}

/// Everything that is in these fragments of an event stream, which is over then.
func readEvents(_ fragments: [[UInt8]], maximumEventBytes: Int = 1 << 20) -> EventTranscript {
    var transcript = EventTranscript()
    var parser = EventStreamParser(maximumEventBytes: maximumEventBytes)
    for (number, fragment) in (fragments + [[]]).enumerated() {
        transcript.unread += fragment
        let bytes = transcript.unread
        var start = 0
        do {
            while let event = try parser.next(bytes.span, from: start, atEnd: number == fragments.count) {
                transcript.events.append(WireEvent(event, bytes, start))
                start = event.frame.upperBound
            }
        } catch {
            transcript.refusal = error.code
        }
        transcript.unread.removeFirst(start)
        if transcript.refusal != nil {
            transcript.unread = []
            break
        }
    }
    return transcript
}

extension WireEvent {
    init(_ event: StreamEvent, _ bytes: [UInt8], _ start: Int) {
        precondition(event.frame.lowerBound == start, "frames follow each other without a gap")
        self.frame = Array(bytes[event.frame])
        self.data =
            switch event.data {
            case .absent: nil
            case .line(let range): Array(bytes[range])
            case .lines(let ranges): Array(ranges.map { bytes[$0] }.joined(separator: [0x0A]))
            }
        self.name = event.name.map { Array(bytes[$0]) } ?? []
        self.isComment = event.isComment
        self.isDone = event.isDone
    }
}
