import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// A deployment that answers each request as the test says, byte for byte.
final class ScriptedUpstream: Sendable {
    struct Request: Sendable {
        /// Counted from 1 over all connections, and from 1 in each.
        let connection: Int
        let number: Int
        let text: String
    }

    /// Called on the loop for each request that has come whole.
    typealias Answer = @Sendable (Request, any Channel) -> Void

    struct Account: Sendable {
        var requests: [Request] = []
        var opened = 0
        var closed = 0
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let upstream: ScriptedUpstream
        private let answer: Answer
        private var number = 0
        private var requests = 0
        private var unread = ""

        init(_ upstream: ScriptedUpstream, _ answer: @escaping Answer) {
            self.upstream = upstream
            self.answer = answer
        }

        func handlerAdded(context: ChannelHandlerContext) {
            self.number = self.upstream.state.withLock {
                $0.opened += 1
                return $0.opened
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.unread += String(buffer: self.unwrapInboundIn(data))
            while let text = self.nextRequest() {
                self.requests += 1
                let request = Request(connection: self.number, number: self.requests, text: text)
                self.upstream.state.withLock { $0.requests.append(request) }
                self.answer(request, context.channel)
            }
        }

        private func nextRequest() -> String? {
            let bytes = Array(self.unread.utf8)
            guard let head = self.unread.split(separator: "\r\n\r\n", omittingEmptySubsequences: false).first,
                head.utf8.count + 4 <= bytes.count,
                let length = head.split(separator: "Content-Length: ").last.flatMap({ Int($0.prefix { $0.isNumber }) }),
                head.utf8.count + 4 + length <= bytes.count
            else { return nil }
            let end = head.utf8.count + 4 + length
            defer { self.unread = shown(bytes[end...]) }
            return shown(bytes[..<end])
        }

        func channelInactive(context: ChannelHandlerContext) { self.upstream.state.withLock { $0.closed += 1 } }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let state = Mutex(Account())
    private let listening = Mutex<(any Channel)?>(nil)

    static func listen(tls: NIOSSLContext? = nil, answer: @escaping Answer) async throws -> ScriptedUpstream {
        let upstream = ScriptedUpstream()
        let channel = try await ServerBootstrap(group: Loops.one)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Connection(upstream, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        upstream.listening.withLock { $0 = channel }
        return upstream
    }

    var port: Int { self.listening.withLock { $0?.localAddress?.port ?? 0 } }
    var account: Account { self.state.withLock { $0 } }

    /// Stops listening; connections that are open stay so.
    func stop() async throws { try await self.listening.withLock { $0 }?.close() }
}

extension Channel {
    func send(_ text: String) { self.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    /// A whole answer.
    func answer(_ body: String, _ fields: String = "") {
        self.send("HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Closes without a word: the peer's next read or write fails.
    func reset() {
        _ = (self as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        self.close(promise: nil)
    }
}
