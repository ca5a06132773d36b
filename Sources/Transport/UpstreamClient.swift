package import NIOCore
import NIOPosix
import NIOSSL

/// The connections to deployments of one event loop: leased for one exchange, kept alive between two.
package final class UpstreamClient: @unchecked Sendable {
    // SAFE: every member is touched on `executor.loop` only; calls come from tasks that run there.

    private final class Pool: @unchecked Sendable {
        // SAFE: as the client that owns it.
        let endpoint: UpstreamEndpoint
        var state: ConnectionPool<UpstreamConnection>
        var waiting: [Int: Parking<Result<UpstreamConnection, TransportError>>] = [:]

        init(endpoint: UpstreamEndpoint) {
            self.endpoint = endpoint
            self.state = ConnectionPool(
                limit: endpoint.connections, waitersLimit: 4 * endpoint.connections, keepAlive: endpoint.keepAlive)
        }
    }

    private let executor: LoopExecutor
    private var pools: [String: Pool] = [:]
    /// The pool that was asked for last, which is the next one, too, nearly always.
    private var latest: Pool?
    private var open: [ObjectIdentifier: UpstreamConnection] = [:]

    package init(executor: LoopExecutor) { self.executor = executor }

    /// Sends a request and returns when the head of its answer is there. Where a connection from the pool turns out to be
    /// closed, the request goes over a new one, once.
    package func call(
        _ request: OutboundRequest, at endpoint: UpstreamEndpoint
    ) async throws(TransportError) -> UpstreamResponse {
        do throws(TransportError) { return try await self.attempt(request, at: endpoint) } catch {
            guard error.code == .stale else { throw error }
        }
        // Whoever closed one has most likely closed those beside it.
        for connection in self.pool(for: endpoint).state.expireAll() { connection.close() }
        return try await self.attempt(request, at: endpoint)
    }

    private func attempt(
        _ request: OutboundRequest, at endpoint: UpstreamEndpoint
    ) async throws(TransportError) -> UpstreamResponse {
        let pool = self.pool(for: endpoint)
        let end = request.limit.map { NIODeadline.now() + $0 }
        switch pool.state.acquire() {
        case .lease(let connection): return try await connection.exchange(request, until: end)
        case .refuse: throw TransportError(.exhausted, "all connections are in use and too many wait for one")
        case .wait(let waiter, let opensConnection):
            if opensConnection { self.connect(pool) }
            let patience = min(endpoint.connectTimeout, request.limit ?? endpoint.connectTimeout)
            return try await self.wait(as: waiter, for: pool, patience).exchange(request, until: end)
        }
    }

    private func pool(for endpoint: UpstreamEndpoint) -> Pool {
        if let latest, latest.endpoint.key == endpoint.key { return latest }
        let pool = self.pools[endpoint.key] ?? Pool(endpoint: endpoint)
        self.pools[endpoint.key] = pool
        self.latest = pool
        return pool
    }

    private func wait(
        as waiter: Int, for pool: Pool, _ patience: TimeAmount
    ) async throws(TransportError) -> UpstreamConnection {
        let result: Result<UpstreamConnection, TransportError> = await withTaskCancellationHandler {
            let place = Parking<Result<UpstreamConnection, TransportError>>()
            return await place.wait {
                guard !Task.isCancelled else {
                    pool.state.abandon(waiter)
                    return .failure(.exchangeCancelled)
                }
                pool.waiting[waiter] = place
                // A connection must be had within the time to make one, whether it is made or waited for.
                self.executor.loop.scheduleTask(in: patience) {
                    self.resume(waiter, of: pool, .failure(TransportError(.timedOut, "no connection in time")))
                }
                return nil
            }
        } onCancel: {
            self.resume(waiter, of: pool, .failure(.exchangeCancelled))
        }
        return try result.get()
    }

    private func resume(_ waiter: Int, of pool: Pool, _ result: Result<UpstreamConnection, TransportError>) {
        guard let place = pool.waiting.removeValue(forKey: waiter) else { return }
        pool.state.abandon(waiter)
        place.resume(returning: result)
        self.executor.drain()
    }

    private func connect(_ pool: Pool) {
        let endpoint = pool.endpoint
        let connection = UpstreamConnection(executor: self.executor, client: self, endpoint: endpoint)
        ClientBootstrap(group: self.executor.loop)
            .channelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(endpoint.connectTimeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = endpoint.tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: endpoint.serverName))
                    }
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
            .whenComplete { result in
                switch result {
                case .success:
                    self.open[ObjectIdentifier(connection)] = connection
                    self.carryOut(pool.state.connected(connection, at: .now()), connection, pool)
                case .failure(let error):
                    let failure = TransportError(.connectFailed, "cannot connect: \(Self.reason(error))")
                    let consequence = pool.state.connectFailed()
                    if let waiter = consequence.waiter { self.resume(waiter, of: pool, .failure(failure)) }
                    if consequence.opensConnection { self.connect(pool) }
                }
            }
    }

    /// A connection's exchange is over.
    func release(_ connection: UpstreamConnection, isReusable: Bool, at now: NIODeadline = .now()) {
        let pool = self.pool(for: connection.endpoint)
        self.carryOut(pool.state.release(connection, isReusable: isReusable, at: now), connection, pool)
    }

    /// A connection was closed while nobody used it.
    func closedWhileIdle(_ connection: UpstreamConnection) {
        self.pool(for: connection.endpoint).state.closedWhileIdle(connection)
    }

    /// A connection is not there any more.
    func closed(_ connection: UpstreamConnection) { self.open[ObjectIdentifier(connection)] = nil }

    private func carryOut(
        _ release: ConnectionPool<UpstreamConnection>.Release, _ connection: UpstreamConnection, _ pool: Pool
    ) {
        switch release {
        case .keep: break
        case .handOver(let waiter): self.resume(waiter, of: pool, .success(connection))
        case .close(let opensConnection):
            connection.close()
            if opensConnection { self.connect(pool) }
        }
    }

    /// Closes what was idle for too long and fails what took too long; called a few times a second.
    package func sweep(at now: NIODeadline) {
        for pool in self.pools.values {
            for connection in pool.state.expire(at: now) { connection.close() }
        }
        for connection in self.open.values { connection.failIfOverdue(at: now) }
        self.executor.drain()
    }

    /// Closes idle connections, as after a change of configuration or at the end.
    package func closeIdle() {
        for pool in self.pools.values {
            for connection in pool.state.expireAll() { connection.close() }
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if error.connectionErrors.isEmpty { return "the name does not resolve" }
            return "refused or unreachable"
        case is ChannelError: return "no answer in time"
        default: return "\(type(of: error))"
        }
    }
}

extension UpstreamEndpoint {
    /// What TLS asks for by name; an address is not a name (RFC 6066, section 3).
    fileprivate var serverName: String? {
        (try? SocketAddress(ipAddress: self.host, port: self.port)) == nil ? self.host : nil
    }
}
