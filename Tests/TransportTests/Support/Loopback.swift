import NIOCore
import NIOPosix
import Synchronization

@testable import Transport

/// Listens on a free port and serves each client with a connection that the test can get hold of.
final class Loopback: Sendable {
    let executor: LoopExecutor
    private let channel: any Channel
    private let connections: Connections

    private final class Connections: @unchecked Sendable {
        // SAFE: touched on the executor's loop only.
        var all: [ServerConnection] = []
    }

    init(_ limits: ServerLimits = .ofTests, serve: @escaping EmbeddedConnection.Serve) async throws {
        let executor = LoopExecutor(loop: Loops.one.next())
        let connections = Connections()
        self.executor = executor
        self.connections = connections
        self.channel = try await ServerBootstrap(group: executor.loop)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 64 * 1024))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ServerConnection(
                        executor: executor, upstream: UpstreamClient(executor: executor), limits: limits,
                        onClose: { closed in connections.all.removeAll { $0 === closed } })
                    connections.all.append(connection)
                    try channel.pipeline.syncOperations.addHandler(connection)
                    connection.serve(serve)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { self.channel.localAddress?.port ?? 0 }

    /// Does something with each connection that is open, on its loop.
    func each(_ body: @escaping @Sendable (ServerConnection) -> Void) async throws {
        try await self.executor.loop.submit {
            for connection in self.connections.all { body(connection) }
            self.executor.drain()
        }.get()
    }

    /// How many connections are open.
    func count() async throws -> Int { try await self.executor.loop.submit { self.connections.all.count }.get() }
}
