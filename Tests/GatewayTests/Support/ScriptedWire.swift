import Framing
import NIOCore
import TestSupport
import Transport

/// How a deployment answers in a test.
struct Reply: Sendable {
    enum Body: Sendable {
        case whole(String)
        /// Pieces as they come over the wire, and how they end.
        case pieces([[UInt8]], failure: TransportError?)
    }

    var status = 200
    var fields: [(KnownField, String)] = []
    var body: Body

    static func json(_ text: String, status: Int = 200, _ fields: [(KnownField, String)] = []) -> Reply {
        Reply(status: status, fields: [(.contentType, "application/json")] + fields, body: .whole(text))
    }

    /// A stream that comes in these pieces, cut off by an error where one is given.
    static func stream(_ pieces: [String], failure: TransportError? = nil) -> Reply {
        Self.stream(pieces.map { Array($0.utf8) }, failure: failure)
    }

    static func stream(_ pieces: [[UInt8]], failure: TransportError? = nil) -> Reply {
        Reply(fields: [(.contentType, "text/event-stream; charset=utf-8")], body: .pieces(pieces, failure: failure))
    }
}

/// The seam without sockets: what the client sent is there, what the deployment answers is given, what happens is kept.
final class ScriptedWire: Wire, @unchecked Sendable {
    // SAFE: touched on the test's one event loop only.
    struct Call: Sendable {
        let head: String
        let body: String
    }

    enum End: Equatable {
        /// A whole answer.
        case responded
        /// A stream that ended properly.
        case ended
        /// A stream that was cut.
        case aborted
    }

    /// Called for each request to a deployment.
    typealias Upstream = @Sendable (Call) async throws(TransportError) -> Reply

    private let executor: LoopExecutor
    private let requestBody: Result<ByteBuffer, RequestRefusal>
    private let upstream: Upstream
    /// How many pieces the client takes before it goes away; nil for all.
    private let patience: Int?
    private(set) var bodyReads = 0
    private(set) var calls: [Call] = []
    private(set) var head: AnswerHead?
    private(set) var pieces: [[UInt8]] = []
    private(set) var ends: [End] = []
    /// What the exchange wants called again and again.
    private(set) var beat: (@Sendable () -> Void)?
    /// Called before each piece of a stream is taken.
    var onWrite: (@Sendable () -> Void)?

    init(
        _ executor: LoopExecutor, body: Result<ByteBuffer, RequestRefusal>, patience: Int? = nil,
        upstream: @escaping Upstream
    ) {
        self.executor = executor
        self.requestBody = body
        self.patience = patience
        self.upstream = upstream
    }

    func body() async throws(RequestRefusal) -> ByteBuffer {
        self.bodyReads += 1
        return try self.requestBody.get()
    }

    func call(_ request: OutboundRequest, at endpoint: UpstreamEndpoint) async throws(TransportError)
        -> UpstreamResponse
    {
        let call = Call(head: String(buffer: request.head), body: String(buffer: request.body))
        self.calls.append(call)
        let reply = try await self.upstream(call)
        let fields = reply.fields.map { (field: $0.0, value: $0.1) }
        switch reply.body {
        case .whole(let text):
            return UpstreamResponse(
                status: reply.status, fields: fields, body: ResponseBody(complete: ByteBuffer(string: text)))
        case .pieces(let pieces, let failure):
            let body = ResponseBody()
            _ = Task(executorPreference: self.executor) {
                for piece in pieces {
                    _ = body.push(ByteBuffer(bytes: piece))
                    // Lets the exchange take it before the next one comes.
                    for _ in 0..<4 { await Task.yield() }
                }
                if let failure { body.fail(failure) } else { body.finish() }
            }
            return UpstreamResponse(status: reply.status, fields: fields, body: body)
        }
    }

    /// Time goes by when a test says so: see `beat`.
    func every(_ interval: TimeAmount, _ action: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        self.beat = action
        return {}
    }

    func respond(_ head: AnswerHead, body: ByteBuffer) {
        self.head = head
        self.pieces.append(Array(body.readableBytesView))
        self.ends.append(.responded)
    }

    func begin(_ head: AnswerHead) { self.head = head }

    func write(_ bytes: ByteBuffer) async throws(TransportError) {
        if let patience, self.pieces.count >= patience { throw .noClient }
        self.onWrite?()
        self.pieces.append(Array(bytes.readableBytesView))
    }

    func end(_ bytes: ByteBuffer) {
        self.pieces.append(Array(bytes.readableBytesView))
        self.ends.append(.ended)
    }

    func abort(_ bytes: ByteBuffer) {
        self.pieces.append(Array(bytes.readableBytesView))
        self.ends.append(.aborted)
    }
}
