package import NIOCore
package import NIOPosix

/// What serves the requests of one event loop.
package protocol LoopHandler: AnyObject, Sendable {
    /// Answers one request through the wire. Runs on the loop that the handler was made for.
    func handle(_ inbound: Inbound, on wire: any Wire) async
}

/// Listens for applications: accepts connections, spreads them over the event loops, drains them at the end.
package final class HTTPListener: Sendable {
    /// What one event loop owns: its connections on both sides, and the handler with its scratch space.
    private final class Lane: @unchecked Sendable {
        // SAFE: everything but the immutable members is touched on `executor.loop` only.
        let executor: LoopExecutor
        let upstream: UpstreamClient
        let handler: any LoopHandler
        var connections: [ObjectIdentifier: ServerConnection] = [:]
        var isDraining = false
        var sweeper: RepeatedTask?

        init(loop: any EventLoop, handler: any LoopHandler) {
            self.executor = LoopExecutor(loop: loop)
            self.upstream = UpstreamClient(executor: self.executor)
            self.handler = handler
        }

        func sweep() {
            let now = NIODeadline.now()
            for connection in self.connections.values { connection.failIfOverdue(at: now) }
            self.upstream.sweep(at: now)
            self.executor.drain()
        }
    }

    private let lanes: [Lane]
    private let limits: ServerLimits
    private let channel: any Channel

    /// Where it listens; the port is the real one where 0 was asked for.
    package var address: SocketAddress? { self.channel.localAddress }

    /// Begins to listen; `makeHandler` is called once for each event loop.
    /// - Throws: what the system says where the address cannot be bound.
    package init(
        host: String, port: Int, group: MultiThreadedEventLoopGroup, limits: ServerLimits,
        makeHandler: () -> any LoopHandler
    ) async throws {
        let lanes = group.makeIterator().map { Lane(loop: $0, handler: makeHandler()) }
        let byLoop = Dictionary(uniqueKeysWithValues: lanes.map { (ObjectIdentifier($0.executor.loop), $0) })
        let perLane = max(1, limits.connections / lanes.count)
        self.lanes = lanes
        self.limits = limits
        self.channel = try await ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.backlog, value: 4096)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            // What a connection reads at a time grows with what it sends: a request of 100 KB comes in one piece.
            .childChannelOption(
                ChannelOptions.recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2048, maximum: 128 * 1024)
            )
            .childChannelOption(ChannelOptions.writeBufferWaterMark, value: .init(low: 32 * 1024, high: 64 * 1024))
            // What most requests fit into: one read, and one buffer that stays with the connection.
            .childChannelOption(
                ChannelOptions.recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 64 * 1024)
            )
            // Lets the output close before the input: see `ServerConnection.lingering`.
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let lane = byLoop[ObjectIdentifier(channel.eventLoop)], !lane.isDraining,
                        lane.connections.count < perLane
                    else {
                        channel.close(promise: nil)
                        return
                    }
                    let connection = ServerConnection(
                        executor: lane.executor, upstream: lane.upstream, limits: limits,
                        onClose: { lane.connections[ObjectIdentifier($0)] = nil })
                    lane.connections[ObjectIdentifier(connection)] = connection
                    try channel.pipeline.syncOperations.addHandler(connection)
                    connection.serve { inbound, wire in await lane.handler.handle(inbound, on: wire) }
                }
            }
            .bind(host: host, port: port).get()
        for lane in lanes {
            try await lane.executor.loop.submit {
                lane.sweeper = lane.executor.loop.scheduleRepeatedTask(
                    initialDelay: .milliseconds(100), delay: .milliseconds(100)
                ) { _ in lane.sweep() }
            }.get()
        }
    }

    /// Stops accepting, lets what is served end, and cuts what is still there after `time`.
    package func drain(within time: Duration) async {
        try? await self.channel.close().get()
        let deadline = ContinuousClock.now + time
        for lane in self.lanes {
            try? await lane.executor.loop.submit {
                lane.isDraining = true
                for connection in lane.connections.values { connection.drain() }
            }.get()
        }
        while !Task.isCancelled, await self.openConnections() > 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
        for lane in self.lanes {
            try? await lane.executor.loop.submit {
                lane.sweeper?.cancel()
                for connection in lane.connections.values { connection.cut() }
                lane.upstream.closeIdle()
            }.get()
        }
    }

    /// The clients that are connected now.
    package func openConnections() async -> Int {
        var count = 0
        for lane in self.lanes {
            count += (try? await lane.executor.loop.submit { lane.connections.count }.get()) ?? 0
        }
        return count
    }

    /// Closes idle connections to deployments, so that a change of configuration takes effect on them.
    package func closeIdleUpstreams() {
        for lane in self.lanes { lane.executor.loop.execute { lane.upstream.closeIdle() } }
    }
}
