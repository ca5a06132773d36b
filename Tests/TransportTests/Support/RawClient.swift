import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

/// A socket of a test: sends what it is told to, and keeps what comes.
final class RawClient: Sendable {
    private struct Received {
        var bytes: [UInt8] = []
        var isClosed = false
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let client: RawClient

        init(_ client: RawClient) { self.client = client }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = self.unwrapInboundIn(data)
            self.client.received.withLock { $0.bytes += bytes.readableBytesView }
        }

        func channelInactive(context: ChannelHandlerContext) { self.close() }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed? = event as? ChannelEvent { self.close() }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func close() { self.client.received.withLock { $0.isClosed = true } }
    }

    private let received = Mutex(Received())
    private let connected = Mutex<(any Channel)?>(nil)

    /// Connects; where it is not reading, it takes nothing of what comes until `setReading` says so.
    static func connect(to port: Int, isReading: Bool = true) async throws -> RawClient {
        let client = RawClient()
        let channel = try await ClientBootstrap(group: Loops.one)
            .channelOption(.autoRead, value: isReading)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(client))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        client.connected.withLock { $0 = channel }
        return client
    }

    private var channel: any Channel {
        get throws { try #require(self.connected.withLock { $0 }) }
    }

    func send(_ bytes: some Sequence<UInt8>) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }
    func send(_ text: String) async throws { try await self.send(text.utf8) }
    func closeOutput() async throws { try await self.channel.close(mode: .output) }
    func close() async throws { try? await self.channel.close() }
    func setReading(_ isReading: Bool) async throws {
        try await self.channel.setOption(.autoRead, value: isReading).get()
    }

    /// All that came so far.
    var text: String { self.received.withLock { shown($0.bytes) } }
    var count: Int { self.received.withLock { $0.bytes.count } }
    /// Whether the peer has ended the connection.
    var isClosed: Bool { self.received.withLock { $0.isClosed } }

    /// Waits for the end of the connection and returns all that came.
    func readAll(_ location: SourceLocation = #_sourceLocation) async throws -> String {
        try await eventually("the connection ends", location) { self.isClosed }
        return self.text
    }

    /// Waits until what came ends so.
    func read(to end: String, _ location: SourceLocation = #_sourceLocation) async throws -> String {
        try await eventually("\(end.debugDescription)", location) { self.text.hasSuffix(end) || self.isClosed }
        return self.text
    }
}
