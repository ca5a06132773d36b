import NIOCore

/// Which connections of one deployment on one loop are free, and who waits for one: a pure state machine.
///
/// Last in, first out, so that a pool which is larger than needed grows idle at its end and shrinks. Bounded twice: so many
/// connections, so many waiting.
struct ConnectionPool<Connection: AnyObject> {
    typealias Waiter = Int

    enum Acquisition {
        /// Use this one now.
        case lease(Connection)
        /// Wait; and open a new connection where asked to.
        case wait(Waiter, opensConnection: Bool)
        /// Too many wait already.
        case refuse
    }

    enum Release: Equatable {
        /// Give it to the first who waits.
        case handOver(to: Waiter)
        /// It waits in the pool.
        case keep
        /// Close it; and open a new one for whoever waits where asked to.
        case close(opensConnection: Bool)
    }

    /// Whom to tell that no connection could be opened; and whether to open another for those who still wait.
    struct Failure: Equatable {
        let waiter: Waiter?
        let opensConnection: Bool
    }

    private struct Idle {
        let connection: Connection
        let since: NIODeadline
    }

    let limit: Int
    let waitersLimit: Int
    let keepAlive: TimeAmount

    private var idle: [Idle] = []
    private var waiters: [Waiter] = []
    /// Leased and connecting ones; idle ones are not counted here.
    private var busy = 0
    private var lastWaiter = 0

    init(limit: Int, waitersLimit: Int, keepAlive: TimeAmount) {
        self.limit = limit
        self.waitersLimit = waitersLimit
        self.keepAlive = keepAlive
    }

    mutating func acquire() -> Acquisition {
        if let free = self.idle.popLast() {
            self.busy += 1
            return .lease(free.connection)
        }
        guard self.waiters.count < self.waitersLimit else { return .refuse }
        self.lastWaiter += 1
        self.waiters.append(self.lastWaiter)
        guard self.busy < self.limit else { return .wait(self.lastWaiter, opensConnection: false) }
        self.busy += 1
        return .wait(self.lastWaiter, opensConnection: true)
    }

    /// A connection that was opened is there. Whoever it was opened for may have been served by another one meanwhile.
    mutating func connected(_ connection: Connection, at now: NIODeadline) -> Release {
        self.release(connection, isReusable: true, at: now)
    }

    /// A connection could not be opened: the first who waits hears of it, and for the next one it is tried again.
    mutating func connectFailed() -> Failure {
        self.busy -= 1
        let waiter = self.waiters.isEmpty ? nil : self.waiters.removeFirst()
        let opens = !self.waiters.isEmpty && self.busy < self.limit
        if opens { self.busy += 1 }
        return Failure(waiter: waiter, opensConnection: opens)
    }

    mutating func release(_ connection: Connection, isReusable: Bool, at now: NIODeadline) -> Release {
        guard isReusable else {
            self.busy -= 1
            guard !self.waiters.isEmpty, self.busy < self.limit else { return .close(opensConnection: false) }
            self.busy += 1
            return .close(opensConnection: true)
        }
        guard self.waiters.isEmpty else { return .handOver(to: self.waiters.removeFirst()) }
        self.busy -= 1
        self.idle.append(Idle(connection: connection, since: now))
        return .keep
    }

    /// An idle connection was closed by its peer.
    mutating func closedWhileIdle(_ connection: Connection) {
        self.idle.removeAll { $0.connection === connection }
    }

    /// Somebody does not wait any more.
    mutating func abandon(_ waiter: Waiter) { self.waiters.removeAll { $0 == waiter } }

    /// Takes out the connections that were idle for too long.
    mutating func expire(at now: NIODeadline) -> [Connection] {
        let firstFresh = self.idle.firstIndex { now - $0.since < self.keepAlive } ?? self.idle.count
        let expired = self.idle[..<firstFresh].map(\.connection)
        self.idle.removeFirst(firstFresh)
        return expired
    }

    /// Takes out all idle connections.
    mutating func expireAll() -> [Connection] {
        defer { self.idle = [] }
        return self.idle.map(\.connection)
    }
}
