import Audit
import Dispatch
import Kernel
import Synchronization
import Transparency

/// The writing end of the log: one thread with one connection, in every process that appends.
///
/// One process at a time leads: it holds an advisory lock with its connection, and gives entries their places, its own
/// straight from memory. The others follow: they stage theirs in a table, durably, and hear when the leader has placed
/// them. Whoever follows asks for the lock again and again, so that another leads soon after a leader is gone.
///
/// A batch has an id of its own, and entries are unique by their ids. So where a connection is lost and nobody knows
/// whether something was committed, it is looked up, and nothing is there twice.
final class LogIntegrator: @unchecked Sendable {
    // SAFE: `inbox` and `committed` have locks; all that is `var` is touched by the loop's thread alone.

    typealias Outcome = Result<[Int64], StoreError>

    /// Entries that belong together, and who waits for them.
    struct Batch {
        enum State {
            /// Nobody but us knows of it.
            case new
            /// It is in the table of what is staged.
            case staged
            /// The connection was lost while it was being staged or placed.
            case inDoubt
        }

        let id: [UInt8]
        let entries: [LogEntry]
        let deadline: ContinuousClock.Instant
        let completion: @Sendable (Outcome) -> Void
        var state = State.new
    }

    private struct Inbox {
        var batches: [Batch] = []
        var isRunning = false
        var isClosed = false
    }

    let store: PostgresStore
    /// Names this process among those that write.
    let replica: Int64
    private let entropy: Sealer.Entropy
    private let inbox = Mutex(Inbox())
    private let bell = WakeUp()
    private let queue = DispatchQueue(label: "gatehouse.postgres.log")
    private let ended = DispatchSemaphore(value: 0)
    private let committed = Mutex(RightEdge())

    private var connection: PostgresConnection?
    var batches: [Batch] = []
    /// Batches that nobody waits for any more and that may be staged.
    var withdrawn: [[UInt8]] = []
    var places = LogPlaces()
    private(set) var isLeading = false
    private var isMarked = false
    private var pause = Pause()
    private var nextConnection = ContinuousClock.now
    private var nextClaim = ContinuousClock.now
    var nextLook = ContinuousClock.now
    private var lastError = StoreError(.unavailable, "the database cannot be reached")

    init(_ store: PostgresStore, entropy: @escaping Sealer.Entropy) {
        self.store = store
        self.entropy = entropy
        self.replica = entropy(4).reduce(0) { $0 << 8 | Int64($1) } & 0x7FFF_FFFF
    }

    /// The right edge as this process committed or saw it last.
    var edge: RightEdge { self.committed.withLock { $0 } }

    /// Remembers a right edge, where it is further than the one that is known.
    func remember(_ edge: RightEdge) { self.committed.withLock { if edge.size > $0.size { $0 = edge } } }

    // MARK: Callers

    /// Appends the entries: all or none, durable when it returns. Blocks.
    func append(_ entries: [LogEntry]) throws(StoreError) -> [Int64] {
        let box = Box()
        let batch = Batch(id: self.entropy(16), entries: entries, deadline: self.store.deadline) { outcome in
            box.outcome.withLock { $0 = outcome }
            box.isThere.signal()
        }
        try self.submit(batch)
        box.isThere.wait()
        guard let result = box.outcome.withLock({ $0 }) else { throw Self.closed }
        return try result.get()
    }

    private final class Box: Sendable {
        let outcome = Mutex<Outcome?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }

    private func submit(_ batch: Batch) throws(StoreError) {
        let (isClosed, starts) = self.inbox.withLock { inbox in
            guard !inbox.isClosed else { return (true, false) }
            inbox.batches.append(batch)
            defer { inbox.isRunning = true }
            return (false, !inbox.isRunning)
        }
        guard !isClosed else { throw Self.closed }
        if starts { self.queue.async { self.run() } } else { self.bell.ring() }
    }

    /// Ends the loop when all that was handed in has its outcome, and lets go of the lock. Blocks.
    func close() {
        let isRunning = self.inbox.withLock { inbox in
            defer { inbox.isClosed = true }
            return inbox.isRunning && !inbox.isClosed
        }
        guard isRunning else { return }
        self.bell.ring()
        self.ended.wait()
    }

    private static let closed = StoreError(.unavailable, "the log is closed")

    // MARK: The loop

    private func run() {
        while true {
            let isClosing = self.inbox.withLock { inbox in
                self.batches += inbox.batches
                inbox.batches = []
                return inbox.isClosed
            }
            self.giveUpLate()
            if isClosing, self.batches.isEmpty { break }
            do throws(StoreError) {
                if let connection = try self.connected() { try self.step(connection) }
            } catch {
                self.lose(error)
            }
            self.rest()
        }
        // Said before the connection goes, so that whoever asks next finds the locks free.
        if let connection = self.connection, !connection.isBroken {
            _ = try? connection.run("SELECT pg_advisory_unlock_all()", until: .now + .seconds(1))
        }
        self.connection = nil
        self.ended.signal()
    }

    private func step(_ connection: PostgresConnection) throws(StoreError) {
        if !self.withdrawn.isEmpty {
            try connection.run("DELETE FROM staged WHERE id = ANY(\(self.withdrawn))", until: .now + Self.patience)
            self.withdrawn = []
        }
        if !self.isLeading { try self.claim(connection) }
        if self.isLeading { try self.lead(connection) } else { try self.follow(connection) }
        self.pause = Pause()
    }

    /// How long one statement of the loop may take.
    static let patience = Duration.seconds(10)

    /// Waits for work, for news, or for the time to look again.
    private func rest() {
        let isWaiting = !self.batches.isEmpty
        var until = ContinuousClock.now + (isWaiting && !self.isLeading ? .milliseconds(50) : .seconds(1))
        for batch in self.batches { until = min(until, batch.deadline) }
        if let connection = self.connection {
            // A leader that still has batches found its connection or the log busy, and goes on at once.
            if self.isLeading, isWaiting { until = .now }
            do throws(StoreError) {
                if !connection.isNotified { try connection.rest(or: self.bell.file, until: until) }
            } catch {
                self.lose(error)
            }
        } else {
            self.bell.wait(until: min(until, self.nextConnection))
        }
        self.bell.quiet()
    }

    private func giveUpLate() {
        let now = ContinuousClock.now
        for batch in self.batches where batch.deadline <= now {
            if batch.state != .new { self.withdrawn.append(batch.id) }
            batch.completion(.failure(self.lastError))
        }
        self.batches.removeAll { $0.deadline <= now }
    }

    // MARK: The connection

    private static let leaderClass: Int64 = 0x4754_484C
    static let replicaClass: Int64 = 0x4754_4852

    /// nil until it is time to try again.
    private func connected() throws(StoreError) -> PostgresConnection? {
        if let connection = self.connection { return connection }
        guard ContinuousClock.now >= self.nextConnection else { return nil }
        let connection = try self.store.connect(until: .now + .seconds(5))
        // A process that is stopped loses its place to another: whoever lives says something every second.
        try connection.script(
            """
            SET idle_session_timeout = '15s'; SET idle_in_transaction_session_timeout = '15s';
            LISTEN gatehouse_staged; LISTEN gatehouse_integrated
            """, until: .now + Self.patience)
        self.connection = connection
        self.nextClaim = .now
        return connection
    }

    private func lose(_ error: StoreError) {
        self.lastError = error
        self.store.options.reach.isLost()
        self.connection = nil
        self.isLeading = false
        self.isMarked = false
        for index in self.batches.indices { self.batches[index].state = .inDoubt }
        self.nextConnection = self.pause.next()
    }

    /// Says that this process lives, and asks for the lead.
    private func claim(_ connection: PostgresConnection) throws(StoreError) {
        guard ContinuousClock.now >= self.nextClaim else { return }
        self.nextClaim = .now + (self.batches.isEmpty ? .seconds(1) : .milliseconds(200))
        if !self.isMarked { self.isMarked = try Self.lock(Self.replicaClass, self.replica, connection) }
        guard try Self.lock(Self.leaderClass, 1, connection) else { return }
        try connection.script("UNLISTEN gatehouse_integrated", until: .now + Self.patience)
        self.isLeading = true
        self.nextLook = .now
    }

    private static func lock(
        _ kind: Int64, _ number: Int64, _ connection: PostgresConnection
    ) throws(StoreError) -> Bool {
        try connection.run(
            "SELECT pg_try_advisory_lock(\(kind)::int8::int4, \(number)::int8::int4)::int4::int8",
            until: .now + Self.patience
        ).first?.integer(0) == 1
    }

    /// Tells whoever waits for the batch of this id.
    func complete(_ id: [UInt8], _ outcome: Outcome) {
        guard let place = self.batches.firstIndex(where: { $0.id == id }) else { return }
        let batch = self.batches.remove(at: place)
        // What is left of it in the table, where it was refused or lost sight of, is of no use any more.
        if self.isLeading, batch.isKnown { self.withdrawn.append(id) }
        batch.completion(outcome)
    }
}
