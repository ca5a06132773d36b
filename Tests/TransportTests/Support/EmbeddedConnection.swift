import Framing
import NIOCore
import NIOEmbedded
import TestSupport

@testable import Transport

/// A client's connection without a socket: everything happens on the test's own thread, when the test says so.
final class EmbeddedConnection {
    typealias Serve = @Sendable (Inbound, any Wire) async -> Void

    let channel = EmbeddedChannel()
    let connection: ServerConnection
    let executor: LoopExecutor
    private var seen: [UInt8] = []

    init(_ limits: ServerLimits = .ofTests, serve: @escaping Serve) throws {
        let executor = LoopExecutor(loop: self.channel.embeddedEventLoop)
        self.executor = executor
        self.connection = ServerConnection(
            executor: executor, upstream: UpstreamClient(executor: executor), limits: limits, onClose: { _ in })
        try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try self.channel.pipeline.syncOperations.addHandler(self.connection)
        self.connection.serve(serve)
        self.executor.drain()
    }

    func send(_ bytes: some Sequence<UInt8>) throws { try self.channel.writeInbound(ByteBuffer(bytes: bytes)) }
    func send(_ text: String) throws { try self.send(text.utf8) }

    /// Everything that was sent to the client since it was asked for the last time, in turns of the loop that are over.
    func received() throws -> String {
        self.step()
        var bytes: [UInt8] = []
        while let buffer = try self.channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
        return shown(bytes)
    }

    /// Lets what a task was resumed for run.
    func step() { self.channel.embeddedEventLoop.run() }

    func setWritable(_ isWritable: Bool) {
        self.channel.isWritable = isWritable
        self.channel.pipeline.fireChannelWritabilityChanged()
    }

    /// The client goes away.
    func vanish() {
        self.channel.close(promise: nil)
        self.step()
    }

    var isOpen: Bool { self.channel.isActive }
}

extension ServerLimits {
    /// Small, so that tests reach them, and long, so that no test meets a time by chance.
    static let ofTests = ServerLimits(
        head: HeadLimits(bytes: 2048, fields: 20, target: 256), body: 1000, connections: 64, headTimeout: .minutes(1),
        bodyTimeout: .minutes(2), keepAlive: .minutes(3), writeTimeout: .minutes(4))

    func with(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
        var limits = self
        change(&limits)
        return limits
    }
}

/// What a handler of a test remembers, in order.
final class Notes: @unchecked Sendable {
    // SAFE: touched on one event loop only, or on the one thread of an embedded one.
    private(set) var lines: [String] = []

    func add(_ line: String) { self.lines.append(line) }
}

extension Wire {
    /// Answers 200 with a text.
    func answer(_ text: String, status: Int = 200) {
        self.respond(AnswerHead(status: status), body: ByteBuffer(string: text))
    }
}

extension Inbound {
    /// `GET /path`, or the code of the refusal.
    var line: String {
        switch self {
        case .request(let request): "\(request.head.method.rawValue) \(request.path)"
        case .refused(let refusal): "\(refusal.status) \(refusal.code)"
        }
    }
}
