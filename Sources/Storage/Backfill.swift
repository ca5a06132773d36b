import GRDB
import GRDBSQLite
import Synchronization

/// Copies what the write-ahead log holds into the database, on a thread and a connection of its own, while the writer
/// goes on: what SQLite calls a passive checkpoint, and otherwise does within a commit that somebody waits for.
///
/// Commits are as durable as without it, and never wait for it. Where the writer does not rest, the copy stays behind it
/// and the log grows, up to `longest`; there the next commit copies what is left, which is little, and the log begins anew.
final class Backfill: Sendable {
    private struct State {
        /// Pages that were written since the last copy began.
        var pages = 0
        var isUnderWay = false
    }

    /// After how many pages it copies: a megabyte.
    private static let step = 128
    /// At how many pages a commit copies: eight megabytes.
    static let longest = 1024

    let connection: DatabaseQueue
    private let state = Mutex(State())

    init(path: String, _ options: SQLiteStore.Options) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(options.busyTimeout.seconds)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            // The copy is on the disk before the log may be written over.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        self.connection = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Sees what the writer's last commit has added, and begins a copy where it is time. On the writer's queue.
    func follow(_ database: Database) {
        let pages = Self.takePagesWritten(database)
        let isDue = self.state.withLock { state in
            state.pages += pages
            guard state.pages >= Self.step, !state.isUnderWay else { return false }
            state.pages = 0
            state.isUnderWay = true
            return true
        }
        guard isDue else { return }
        self.connection.asyncWriteWithoutTransaction { connection in
            // Where it fails, because another process copies or the disk does not take it, nothing is lost: what was not
            // copied stays in the log, for the next copy or for a commit's.
            _ = try? connection.checkpoint(.passive)
            self.state.withLock { $0.isUnderWay = false }
        }
    }

    /// Waits for a copy that is under way.
    func close() throws { try self.connection.close() }

    /// How many pages the connection has written since it was asked last.
    private static func takePagesWritten(_ database: Database) -> Int {
        guard let connection = unsafe database.sqliteConnection else { return 0 }
        var (current, highest): (CInt, CInt) = (0, 0)
        // SAFE: the connection is open and used on its own queue; the variables outlive the call.
        unsafe sqlite3_db_status(connection, SQLITE_DBSTATUS_CACHE_WRITE, &current, &highest, 1)
        return Int(current)
    }
}
