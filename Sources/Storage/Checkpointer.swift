import Dispatch
import GRDB
import GRDBSQLite
import Kernel
import Synchronization

/// Keeps the write-ahead log short without making a commit wait for it.
///
/// Left to itself, SQLite copies the log into the database inside the commit that makes it too long, and that commit is
/// ten times slower than the others. Here a connection in the background copies, which stops nobody. While it does,
/// more may be written, so it copies again until little is left; then the writing connection copies that rest between
/// two commits, and since nothing is left, the next commit begins the log anew, in the same blocks of the file. Its
/// length is bounded by `pages` and what is written while one round of copying takes; only a reader that never ends
/// could keep it from beginning anew, and readers have deadlines.
///
/// A copy that fails loses nothing: the log stays as it is, and the next round tries again.
final class Checkpointer: Sendable {
    private struct State {
        var pages = 0
        var isRunning = false
        var connection: DatabaseQueue?
        var rounds = 0
    }

    /// So few pages that a commit can wait for them.
    private static let few = 64

    private let pool: DatabasePool
    private let limit: Int
    private let queue = DispatchQueue(label: "gatehouse.checkpoint", qos: .utility)
    private let state: Mutex<State>

    init(of pool: DatabasePool, path: String, busyTimeout: Duration, pages: Int) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout.seconds)
        configuration.label = "gatehouse.checkpoint"
        let connection = try DatabaseQueue(path: path, configuration: configuration)
        self.pool = pool
        self.limit = pages
        self.state = Mutex(State(connection: connection))
    }

    /// Notes what the writing connection has put into the log since the last call. On its queue, after a commit.
    func noteCommit(_ database: Database) {
        var current: CInt = 0
        var highest: CInt = 0
        // SAFE: the connection is open and in use by this queue alone; both integers outlive the call.
        _ = unsafe sqlite3_db_status(
            database.sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &current, &highest, 1)
        let mustRun = self.state.withLock { state in
            state.pages += Int(current)
            guard state.pages >= self.limit, !state.isRunning, state.connection != nil else { return false }
            state.pages = 0
            state.isRunning = true
            return true
        }
        if mustRun { self.queue.async { self.run() } }
    }

    /// Waits for a copy under way and makes no more.
    func close() {
        let connection = self.state.withLock { state in
            let connection = state.connection
            state.connection = nil
            return connection
        }
        self.settle()
        try? connection?.close()
    }

    /// Waits for a copy that has been asked for.
    func settle() { self.queue.sync {} }

    /// How often the log has been copied.
    var rounds: Int { self.state.withLock(\.rounds) }

    private func run() {
        defer {
            self.state.withLock { state in
                state.isRunning = false
                state.rounds += 1
            }
        }
        guard let connection = self.state.withLock(\.connection) else { return }
        for _ in 0..<4 {
            guard
                let log = try? connection.inDatabase({ try $0.checkpoint(.passive) }),
                log.walFrameCount - log.checkpointedFrameCount > Self.few
            else { break }
        }
        _ = try? self.pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }
}
