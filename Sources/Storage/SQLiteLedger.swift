package import Audit
import GRDB
package import Kernel
import Synchronization
import Transparency

/// The log in SQLite, in a file of its own.
///
/// Whoever appends takes the file's write lock, sees whether somebody else has appended since (a command beside the
/// server), and goes on behind that. So sequence numbers and the tree are right whoever writes.
package final class SQLiteLedger: Ledger {
    package let origin: String
    let store: SQLiteStore
    let sealer: Sealer
    let unsealer: Unsealer
    let writer: LedgerWriter
    private let forecast = Mutex(Forecast())
    /// Full tiles above the leaves that were read: 8 KB each.
    let upperTiles = Mutex<[TileID: [UInt8]]>([:])
    static let rememberedTiles = 64

    /// Opens the log at this path, and makes it where there is none. Reads the right edge of the tree, whatever the size.
    /// - Throws: as `SQLiteStore`; `.conflict` where the log has another origin.
    package init(
        path: String, origin: String, vault: any KeyVault, entropy: @escaping Sealer.Entropy,
        options: SQLiteStore.Options = SQLiteStore.Options()
    ) throws(StoreError) {
        self.store = try SQLiteStore(path: path, options: options, schema: .ledger, isBackfilled: true)
        self.sealer = try Sealer(vault: vault, entropy: entropy)
        self.unsealer = try Unsealer(vault: vault, sealer: self.sealer)
        self.origin = origin
        self.writer = LedgerWriter()
        do {
            let kept = try self.store.pool.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    try database.execute(
                        literal: """
                            INSERT INTO log_state (one, origin, size, settled) VALUES (1, \(origin), 0, 0)
                            ON CONFLICT DO NOTHING
                            """)
                    try self.writer.load(database)
                    return .commit
                }
                return try String.fetchOne(database, sql: "SELECT origin FROM log_state")
            }
            guard kept == origin else {
                throw StoreError(
                    .conflict,
                    """
                    the log `\(path)` is called `\(kept ?? "")`, and the configuration calls it `\(origin)`
                    hint: set audit.origin to the log's name, or audit.path to another file
                    """)
            }
        } catch {
            throw StoreError(opening: path, error)
        }
    }

    @discardableResult
    package func append(_ events: [Event]) throws(StoreError) -> [Int64] {
        guard !events.isEmpty else { return [] }
        return try self.append(try self.rows(of: events))
    }

    package func prepare(_ events: [Event]) throws(StoreError) -> PreparedEvents {
        let rows = try self.rows(of: events)
        return PreparedEvents { () throws(StoreError) in try self.append(rows) }
    }

    private func rows(of events: [Event]) throws(StoreError) -> LeafRows {
        var rows = LeafRows(reserving: events.count, forecast: self.forecast.withLock { $0.take(events.count) })
        var json = JSONWriter(reserving: 2048)
        try self.sealer.seal(events) { leaf, payloads in rows.append(leaf, payloads, by: &json) }
        return rows
    }

    /// Appends what is sealed already: all or nothing, durable when it returns.
    @discardableResult
    package func append(_ entries: [LogEntry]) throws(StoreError) -> [Int64] {
        var rows = LeafRows(reserving: entries.count)
        var json = JSONWriter(reserving: 2048)
        for entry in entries { rows.append(entry.leaf, entry.payloads, by: &json) }
        return try self.append(rows)
    }

    private func append(_ rows: LeafRows) throws(StoreError) -> [Int64] {
        do {
            return try self.store.pool.writeWithoutTransaction { database in
                let indices = try self.writer.append(rows, database)
                self.forecast.withLock { $0.learn(rows.forecast, next: self.writer.nextSequence) }
                self.store.backfill?.follow(database)
                return indices
            }
        } catch {
            throw StoreError(error)
        }
    }

    package func openStarts() throws(StoreError) -> [(id: Identifier<Exchange>, index: Int64)] {
        do {
            return try self.store.pool.read { database in
                let rows = try Row.fetchAll(
                    database,
                    sql: """
                        SELECT id, idx FROM leaf AS start
                        WHERE idx >= (SELECT settled FROM log_state) AND type = 'exchange.start' AND NOT EXISTS (
                            SELECT 1 FROM leaf WHERE id = start.id AND type IN ('exchange.end', 'exchange.abandoned'))
                        ORDER BY idx
                        """)
                return try rows.map { row in
                    guard let id = Identifier<Exchange>(try row.decode(String.self, atIndex: 0)) else {
                        throw StoredValueError(table: "leaf", column: "id")
                    }
                    return (id, try row.decode(Int64.self, atIndex: 1))
                }
            }
        } catch {
            throw StoreError(error)
        }
    }

    package func takeCharge() throws(StoreError) {
        do {
            try self.store.pool.writeWithoutTransaction { database in try self.writer.takeCharge(database) }
        } catch {
            throw StoreError(error)
        }
    }

    package func pseudonym(of principal: Principal) -> String { self.sealer.pseudonym(of: principal) }

    package func principal(of pseudonym: String) throws(StoreError) -> Principal? {
        try self.unsealer.principal(of: pseudonym)
    }

    package func reveal(
        _ kind: PayloadKind, of index: Int64, _ context: OperationContext
    ) async throws(StoreError) -> [UInt8]? {
        guard let logged = try await self.leaf(at: index, context), let leaf = try? Leaf(logged.bytes) else {
            return nil
        }
        let payloads = try await self.payloads(index..<index + 1, context)
        guard let payload = payloads.first(where: { $0.payload.kind == kind })?.payload else { return nil }
        return try self.unsealer.content(of: payload, event: leaf.id)
    }

    /// Closes the file; every later call fails with `.unavailable`.
    package func close() throws(StoreError) { try self.store.close() }
}
