// Storage: the database behind the ports of Identity and Audit. SQLite, in one file, through GRDB.

import GRDB
package import Kernel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One database file, open.
///
/// One connection writes, few read; each has a dispatch queue of its own, so nothing here runs on an event loop or on a
/// thread of the concurrency pool. Several processes may have the same file open: whoever writes waits for the other.
///
/// Durability: write-ahead log with `synchronous = FULL`, so a commit has been through `fdatasync` when it returns.
package final class SQLiteStore: Sendable {
    package struct Options: Sendable {
        /// How long a write waits for another process.
        package var busyTimeout: Duration

        package init(busyTimeout: Duration = .seconds(5)) { self.busyTimeout = busyTimeout }
    }

    let pool: DatabasePool
    /// Copies behind the writer; nil where commits copy.
    let backfill: Backfill?

    /// Opens the database at this path and brings its tables up to date. A file that does not exist is made, readable
    /// by its owner alone; its directory must exist. Blocks for some milliseconds.
    /// - Throws: `.unavailable` where it cannot be opened, `.corrupt` where it is not a database of ours, `.conflict`
    ///   where a newer version of Gatehouse has been at work on it. The message says what to do.
    package convenience init(path: String, options: Options = Options()) throws(StoreError) {
        try self.init(path: path, options: options, schema: .current)
    }

    /// `isBackfilled` is for what is written all the time: its log is copied behind the writer.
    init(path: String, options: Options, schema: Schema, isBackfilled: Bool = false) throws(StoreError) {
        try DatabaseFile.create(at: path)
        let deadline = ContinuousClock.now + options.busyTimeout
        while true {
            do {
                let pool = try Self.open(path, options, schema, isBackfilled: isBackfilled)
                let backfill = isBackfilled ? try Backfill(path: path, options) : nil
                (self.pool, self.backfill) = (pool, backfill)
                return
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline
            {
                // Of those who make a file at the same moment, SQLite lets one take the step to a write-ahead log, and tells
                // the others at once that it is busy, whatever its timeout.
                usleep(1000)
            } catch {
                throw StoreError(opening: path, error)
            }
        }
    }

    private static func open(
        _ path: String, _ options: Options, _ schema: Schema, isBackfilled: Bool
    ) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(options.busyTimeout.seconds)
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { database in
            // Before anything is changed; in a transaction, since another process may be making the tables meanwhile.
            try database.inTransaction(.deferred) {
                try schema.check(database)
                return .commit
            }
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            guard !database.configuration.readonly else { return }
            // Half as many pages a batch as with SQLite's usual 4096. It counts for a file that is yet to be made.
            try database.execute(sql: "PRAGMA page_size = 8192")
            // The commit that makes the log one megabyte long copies it into the database. Were it done less
            // often, that commit would take longer (measured: 1.5 ms with one megabyte, 4 with four, 14 with
            // sixteen), but for where most of it has been copied already. The log grows longer only while somebody reads
            // an old state, and is cut back afterwards.
            let pages = isBackfilled ? Backfill.longest : 128
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(pages)")
            try database.execute(sql: "PRAGMA journal_size_limit = \(max(4_194_304, pages * 10240))")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // Not before: opening a pool sets it to NORMAL.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                throw StoreError(.unavailable, "SQLite does not promise that a commit is durable")
            }
            try schema.migrate(database)
        }
        return pool
    }

    /// Closes the file; every later call fails with `.unavailable`. Whoever closes it last removes the log beside it.
    package func close() throws(StoreError) {
        do {
            try self.backfill?.close()
            try self.pool.close()
        } catch {
            throw StoreError(error)
        }
    }

    /// Reads a consistent state, off the caller's thread.
    func read<Value: Sendable>(
        _ context: OperationContext, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await self.within(context.deadline) { try await self.pool.read(body) }
    }

    /// Writes, all or nothing, off the caller's thread.
    func write<Value: Sendable>(
        _ context: OperationContext, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await self.within(context.deadline) { try await self.pool.write(body) }
    }

    /// Does the work, and interrupts it when the deadline has come. Waiting for another process is not interrupted, but
    /// ends by itself (`Options.busyTimeout`).
    private func within<Value: Sendable>(
        _ deadline: ContinuousClock.Instant, _ work: @escaping @Sendable () async throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            guard ContinuousClock.now < deadline else { throw StoreError.tooLate }
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await work() }
                group.addTask {
                    try await Task.sleep(until: deadline, clock: .continuous)
                    return nil
                }
                guard let first = try await group.next(), let value = first else { throw StoreError.tooLate }
                return value
            }
        } catch {
            throw StoreError(error)
        }
    }
}

extension Duration {
    /// As the fraction that GRDB takes.
    var seconds: Double { Double(self.microseconds) / 1_000_000 }
}
