// PostgresStorage: the same ports as Storage on PostgreSQL, where several gateways share one database.

import Dispatch
package import Kernel
import Synchronization

/// One database of a server, with the connections to it.
///
/// A connection that is lost is made anew, with pauses that grow, for as long as whoever asks has time; what was read is
/// read again, and what was written is written again unless it may have been committed. Nothing here runs on an event loop
/// or on a thread of the concurrency pool.
package final class PostgresStore: Sendable {
    package struct Options: Sendable {
        /// How many connections there are at most, those of the log's writer aside.
        package var connections: Int
        /// How long calls without a deadline of their own wait.
        package var patience: Duration
        /// How long one statement may take the server.
        package var statementTimeout: Duration
        /// What is known of the server, shared by all stores on it.
        package var reach: PostgresReach

        package init(
            connections: Int = 6, patience: Duration = .seconds(10), statementTimeout: Duration = .seconds(30),
            reach: PostgresReach = PostgresReach()
        ) {
            self.connections = max(1, connections)
            self.patience = patience
            self.statementTimeout = statementTimeout
            self.reach = reach
        }
    }

    /// SAFE: a connection is in one thread's hands, or in the list, which has a lock.
    private struct Idle: @unchecked Sendable { var connections: [PostgresConnection] = [] }

    let url: PostgresURL
    let options: Options
    /// The tables that statements mean.
    let schema: String
    private let idle = Mutex(Idle())
    private let isClosed = Mutex(false)
    private let permits: DispatchSemaphore
    private let queue = DispatchQueue(label: "gatehouse.postgres", attributes: .concurrent)

    /// Connects to the database of this URL and brings its tables up to date: keys, policies and the log.
    /// - Throws: `.unavailable` where it cannot be reached or does not keep what it confirms, `.conflict` where a newer
    ///   version of Gatehouse has been at work on it. The message says what to do, and holds no password.
    package convenience init(_ url: PostgresURL, options: Options = Options()) throws(StoreError) {
        try self.init(url, options: options, schema: .current)
    }

    init(_ url: PostgresURL, options: Options, schema: PostgresSchema) throws(StoreError) {
        self.url = url
        self.options = options
        self.schema = schema.name
        self.permits = DispatchSemaphore(value: options.connections)
        let connection = try self.open()
        do throws(StoreError) {
            try schema.bringUpToDate(connection, until: .now + .seconds(60))
        } catch {
            throw connection.lastFailure?.state == "42501" ? Self.withoutRights(error) : error
        }
        try self.prepare(connection, until: .now + options.patience)
        self.giveBack(connection)
    }

    private static func withoutRights(_ error: StoreError) -> StoreError {
        StoreError(
            .unavailable,
            """
            \(error.message)
            hint: who starts a gateway first makes the tables: GRANT CREATE ON DATABASE … TO …; what it takes to serve is \
            in docs/ledger.md, under “Rights”
            """, underlying: error)
    }

    /// The first connection: a server that is only just starting is waited for, a wrong password is not.
    private func open() throws(StoreError) -> PostgresConnection {
        let deadline = ContinuousClock.now + self.options.patience
        var pause = Pause()
        while true {
            var mayPass = false
            do throws(StoreError) {
                return try PostgresConnection(self.url, until: deadline) { mayPass = $0.mayPass }
            } catch {
                guard mayPass, pause.wait(before: deadline) else { throw error }
            }
        }
    }

    /// What holds for every statement of a connection.
    private func prepare(
        _ connection: PostgresConnection, until deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        try connection.run(
            """
            SELECT set_config('search_path', \(self.schema), false),
                set_config('statement_timeout', \(self.options.statementTimeout.milliseconds), false),
                set_config('lock_timeout', \(self.options.statementTimeout.milliseconds), false),
                set_config('idle_in_transaction_session_timeout', '60000', false),
                set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),
                set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '10000', false),
                set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                    ELSE current_setting('synchronous_commit') END, false)
            """, until: deadline)
        let durable = try connection.run(
            "SELECT current_setting('fsync'), current_setting('full_page_writes')", until: deadline)
        guard let row = durable.first, try row.text(0) == "on" else {
            throw StoreError(
                .unavailable,
                """
                the server does not promise that a commit is durable: fsync is off
                hint: set fsync = on in postgresql.conf
                """)
        }
    }

    /// A connection of its own, for whoever keeps it.
    func connect(until deadline: ContinuousClock.Instant) throws(StoreError) -> PostgresConnection {
        let connection: PostgresConnection
        do throws(StoreError) { connection = try PostgresConnection(self.url, until: deadline) } catch {
            self.options.reach.isLost()
            throw StoreError(.unavailable, "the database cannot be reached", underlying: error)
        }
        try self.prepare(connection, until: deadline)
        self.options.reach.isBack()
        return connection
    }

    /// Until when calls without a deadline of their own wait.
    var deadline: ContinuousClock.Instant { self.options.reach.deadline(self.options.patience) }

    // MARK: Asking

    /// Reads, and does so again where the connection is lost meanwhile. Blocks.
    func readNow<Value>(
        until deadline: ContinuousClock.Instant? = nil, _ body: Body<Value>
    ) throws(StoreError) -> Value {
        try self.perform(until: deadline ?? self.deadline, body)
    }

    /// Writes, all or nothing, and does so again where it is sure that it was not done, or where `isRepeatable` says that
    /// doing it twice is doing it once. Blocks.
    func writeNow<Value>(
        until deadline: ContinuousClock.Instant? = nil, isRepeatable: Bool = false, _ body: Body<Value>
    ) throws(StoreError) -> Value {
        let deadline = deadline ?? self.deadline
        return try self.perform(until: deadline, isRepeatable: isRepeatable) {
            connection, deadline throws(StoreError) in
            try connection.transaction(until: deadline) { connection throws(StoreError) in
                try body(connection, deadline)
            }
        }
    }

    /// What is done with a connection until a time.
    typealias Body<Value> = (PostgresConnection, ContinuousClock.Instant) throws(StoreError) -> Value

    /// Reads, off the caller's thread.
    func read<Value: Sendable>(
        _ context: OperationContext,
        _ body: @escaping @Sendable (PostgresConnection, ContinuousClock.Instant) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await self.offThread { () throws(StoreError) in try self.readNow(until: context.deadline, body) }
    }

    /// Writes, all or nothing, off the caller's thread.
    func write<Value: Sendable>(
        _ context: OperationContext,
        _ body: @escaping @Sendable (PostgresConnection, ContinuousClock.Instant) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await self.offThread { () throws(StoreError) in try self.writeNow(until: context.deadline, body) }
    }

    private func offThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, StoreError>, Never>) in
            self.queue.async {
                let result: Result<Value, StoreError>
                do throws(StoreError) { result = .success(try work()) } catch { result = .failure(error) }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }

    private func perform<Value>(
        until deadline: ContinuousClock.Instant, isRepeatable: Bool = true, _ body: Body<Value>
    ) throws(StoreError) -> Value {
        var pause = Pause()
        while true {
            let connection: PostgresConnection
            do throws(StoreError) { connection = try self.take(until: deadline) } catch {
                guard error.code == .unavailable, error != Self.closed || !self.closed, pause.wait(before: deadline)
                else { throw error }
                continue
            }
            do throws(StoreError) {
                let value = try body(connection, deadline)
                self.giveBack(connection)
                return value
            } catch {
                let mayRepeat = connection.isBroken || connection.lastFailure?.isPassing == true
                let isInDoubt = connection.isInDoubt && !isRepeatable
                if connection.isBroken { self.options.reach.isLost() }
                self.giveBack(connection)
                if isInDoubt {
                    throw StoreError(
                        .unavailable, "the connection to the database was lost; the change may have been made, or not",
                        underlying: error)
                }
                guard mayRepeat, pause.wait(before: deadline) else { throw error }
            }
        }
    }

    // MARK: Connections

    private var closed: Bool { self.isClosed.withLock { $0 } }

    private static let closed = StoreError(.unavailable, "the database is closed")

    private func take(until deadline: ContinuousClock.Instant) throws(StoreError) -> PostgresConnection {
        guard !self.closed else { throw Self.closed }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { throw StoreError.tooLate }
        guard self.permits.wait(timeout: .now() + .microseconds(Int(clamping: left.microseconds))) == .success else {
            throw StoreError.tooLate
        }
        if let connection = self.idle.withLock({ $0.connections.popLast() }) { return connection }
        do throws(StoreError) { return try self.connect(until: deadline) } catch {
            self.permits.signal()
            throw error
        }
    }

    private func giveBack(_ connection: PostgresConnection) {
        let isOpen = !self.closed && !connection.isBroken
        if isOpen { self.idle.withLock { $0.connections.append(connection) } }
        self.permits.signal()
    }

    /// Closes the connections; every later call fails with `.unavailable`.
    package func close() {
        self.isClosed.withLock { $0 = true }
        self.idle.withLock { $0.connections = [] }
    }
}

/// How long to wait before trying again: twice as long each time, to a limit.
struct Pause {
    private var pause = Duration.milliseconds(20)
    private static let longest = Duration.milliseconds(500)

    /// When to try again, for whoever waits elsewhere.
    mutating func next() -> ContinuousClock.Instant {
        defer { self.pause = min(self.pause * 2, Self.longest) }
        return .now + self.pause
    }

    /// Waits; false where it would be too late afterwards.
    mutating func wait(before deadline: ContinuousClock.Instant) -> Bool {
        let pause = self.pause
        guard ContinuousClock.now + pause < deadline else { return false }
        self.pause = min(pause * 2, Self.longest)
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .microseconds(Int(clamping: pause.microseconds)))
        return true
    }
}

extension Duration {
    /// As settings of the server take it.
    fileprivate var milliseconds: String { "\(self.microseconds / 1000)" }
}
