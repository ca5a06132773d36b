import Audit
import GRDB
import GRDBSQLite
import Kernel
import Synchronization
import Transparency

/// The writing end of the log: gives each leaf its place, and keeps in memory what the next one needs.
///
/// It steps SQLite's own statements (which GRDB prepares and keeps), because values are bound where they lie and with
/// their lengths, where GRDB would box each of them; that saves a fifth of what a leaf costs.
final class LedgerWriter: @unchecked Sendable {
    // SAFE: all but `published`, which has a lock, is touched on the writing connection's queue alone.
    private let published = Mutex(RightEdge())
    private var edge = RightEdge()
    private var tenants: [String: Int64] = [:]
    private var runs: [String: Int64] = [:]
    /// The starts of exchanges without end, by id, as far as this process has written them.
    private var open: [String: Int64] = [:]
    /// What the batch that is being written has added to those, and taken from them.
    private var begun: [String] = []
    private var ended: [(id: String, start: Int64)] = []
    private var row = RowBytes()

    /// How many runs are remembered; others are looked up.
    private static let remembered = 1024

    /// The right edge of what is committed, as this process saw it last.
    var committed: RightEdge { self.published.withLock { $0 } }

    /// Takes up the log where it is. Inside a transaction.
    func load(_ database: Database) throws {
        self.edge = try Self.edge(of: database)
        self.tenants = [:]
        self.runs = [:]
        self.publish()
    }

    private func publish() {
        let edge = self.edge
        self.published.withLock { $0 = edge }
    }

    /// Reads the right edge: at most 255 leaves, and 255 tiles of each level.
    static func edge(of database: Database) throws -> RightEdge {
        let size = try UInt64(Int64.fetchOne(database, sql: "SELECT size FROM log_state") ?? 0)
        return try RightEdge(size: size) { index in
            guard
                let data = try Row.fetchOne(
                    database, sql: "SELECT data FROM leaf WHERE idx = ?", arguments: [Int64(index)])
            else { throw StoredValueError(table: "leaf", column: "idx") }
            return Hash.leaf(try data.blob(0))
        } tile: { id in
            try Self.tile(id, database)
        }
    }

    static func tile(_ id: TileID, _ database: Database) throws -> Tile {
        let row = try Row.fetchOne(
            database, sql: "SELECT data FROM tile WHERE level = ? AND n = ?", arguments: [id.level, Int64(id.index)])
        guard let row else { throw StoredValueError(table: "tile", column: "n") }
        let bytes = try row.blob(0)
        return try Tile(id.full, bytes: bytes.span)
    }

    // MARK: Appending

    /// The number of the next leaf of a gateway's only tenant, as far as this process knows.
    var nextSequence: Int64 { (self.tenants[Leaf.onlyTenant] ?? 0) + 1 }

    /// Appends the rows in one transaction: all or none.
    /// - Returns: the index of each leaf.
    func append(_ rows: borrowing LeafRows, _ database: Database) throws -> [Int64] {
        try self.step("BEGIN IMMEDIATE", database: database)
        let before = (edge: self.edge, tenants: self.tenants, runs: self.runs)
        self.begun = []
        self.ended = []
        do {
            let size = try self.integer("SELECT size FROM log_state", database)
            if size != Int64(self.edge.size) { try self.load(database) }
            let indices = try self.insert(rows, database)
            try self.keepState(database)
            try self.step("COMMIT", database: database)
            self.publish()
            return indices
        } catch {
            self.edge = before.edge
            self.tenants = before.tenants
            self.runs = before.runs
            for id in self.begun { self.open[id] = nil }
            for (id, index) in self.ended { self.open[id] = index }
            // Some errors have rolled back already. Where even this fails, GRDB stops the process, which rolls back.
            if database.isInsideTransaction { try? self.step("ROLLBACK", database: database) }
            throw error
        }
    }

    private func insert(_ rows: borrowing LeafRows, _ database: Database) throws -> [Int64] {
        let leaf = try database.cachedStatement(
            sql: """
                INSERT INTO leaf (idx, ts, type, id, ten, tseq, run, rseq, actor, res, dec, out, data)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let payload = try database.cachedStatement(
            sql: "INSERT INTO payload (idx, k, kid, nonce, ct) VALUES (?, ?, ?, ?, ?)")
        var indices: [Int64] = []
        indices.reserveCapacity(rows.leaves.count)
        for position in rows.leaves.indices {
            indices.append(try self.insert(rows.leaves[position], of: rows, leaf, payload, database))
        }
        return indices
    }

    /// Gives a row its place.
    private func insert(
        _ row: borrowing LeafRows.Leaf, of rows: borrowing LeafRows, _ leaf: Statement, _ payload: Statement,
        _ database: Database
    ) throws -> Int64 {
        let index = Int64(self.edge.size)
        let tenantSequence = try self.next(
            ofTenant: row.foreseen == nil ? rows.text(row.tenant) : Leaf.onlyTenant, database)
        let runSequence = try row.run.map { try self.next(ofRun: rows.text($0), database) } ?? 0
        var ready: Hash?
        if let foreseen = row.foreseen, foreseen.sequence == tenantSequence {
            try RowBytes.check(length: row.data.count)
            ready = foreseen.hash
        } else {
            try self.row.place(row, of: rows, tenantSequence: tenantSequence, runSequence: runSequence)
        }
        try self.row.insert(
            index, row, isReady: ready != nil, of: rows, tenantSequence: tenantSequence, runSequence: runSequence,
            with: leaf, database)
        for place in row.payloads {
            try RowBytes.insert(rows.payloads[place], of: rows, at: index, with: payload, database)
        }
        for tile in self.edge.append(ready ?? self.row.leafHash) { try Self.insert(tile, database) }
        self.settle(row, of: rows, index)
        return index
    }

    private static func insert(_ tile: Tile, _ database: Database) throws {
        try database.cachedStatement(sql: "INSERT INTO tile (level, n, data) VALUES (?, ?, ?)").execute(
            arguments: [tile.id.level, Int64(tile.id.index), tile.bytes.data])
    }

    private func next(ofTenant tenant: String, _ database: Database) throws -> Int64 {
        var last = self.tenants[tenant]
        if last == nil {
            // Of the tenant of a gateway that has only one, the last leaf; `leaf_tenant` has the others.
            last = try Int64.fetchOne(
                database,
                sql: tenant == Leaf.onlyTenant
                    ? "SELECT tseq FROM leaf NOT INDEXED WHERE ten = ? ORDER BY idx DESC LIMIT 1"
                    : "SELECT max(tseq) FROM leaf WHERE ten = ? AND ten <> 'default'",
                arguments: [tenant])
        }
        let next = (last ?? 0) + 1
        self.tenants[tenant] = next
        return next
    }

    private func next(ofRun run: String, _ database: Database) throws -> Int64 {
        if self.runs.count >= Self.remembered { self.runs = [:] }
        var last = self.runs[run]
        if last == nil {
            last = try Int64.fetchOne(
                database, sql: "SELECT max(rseq) FROM leaf WHERE run = ?", arguments: [run])
        }
        let next = (last ?? 0) + 1
        self.runs[run] = next
        return next
    }

    /// Notes which exchanges are under way, and how to take that back.
    private func settle(_ row: borrowing LeafRows.Leaf, of rows: borrowing LeafRows, _ index: Int64) {
        switch row.kind {
        case .exchangeStart:
            let id = rows.text(row.id)
            self.open[id] = index
            self.begun.append(id)
        case .exchangeEnd, .exchangeAbandoned:
            guard !self.open.isEmpty else { return }
            let id = rows.text(row.id)
            if let start = self.open.removeValue(forKey: id) { self.ended.append((id, start)) }
        default: break
        }
    }

    /// Writes how far the log is. Only who has written a start knows where exchanges are open: others leave that alone.
    private func keepState(_ database: Database) throws {
        let size = Int64(self.edge.size)
        guard self.knowsOpenStarts else {
            try self.step("UPDATE log_state SET size = ?", size, database: database)
            return
        }
        try self.step(
            "UPDATE log_state SET size = max(size, ?), settled = max(settled, ?)", size,
            self.open.values.min() ?? size, database: database)
    }

    /// Whether the starts that were open when the server began have their ends, so that `open` holds all there are.
    private var knowsOpenStarts = false

    /// From now on this process alone begins exchanges, and all that were begun before are settled.
    func takeCharge(_ database: Database) throws {
        self.knowsOpenStarts = true
        try self.keepState(database)
    }

    private func integer(_ sql: String, _ database: Database) throws -> Int64 {
        let statement = try database.cachedStatement(sql: sql)
        // SAFE: `statement` keeps the raw one alive, and it is used on this connection's queue alone.
        let raw = unsafe statement.sqliteStatement
        let code = unsafe sqlite3_step(raw)
        let value = unsafe code == SQLITE_ROW ? sqlite3_column_int64(raw, 0) : 0
        unsafe sqlite3_reset(raw)
        if code != SQLITE_ROW { try RowBytes.check(code, database) }
        return value
    }

    private func step(_ sql: String, _ values: Int64..., database: Database) throws {
        let statement = try database.cachedStatement(sql: sql)
        // SAFE: `statement` keeps the raw one alive, and it is used on this connection's queue alone.
        let raw = unsafe statement.sqliteStatement
        for (position, value) in values.enumerated() { unsafe sqlite3_bind_int64(raw, CInt(position + 1), value) }
        try RowBytes.check(unsafe RowBytes.run(raw), database)
    }
}
