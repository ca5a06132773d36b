import GRDBSQLite
import Verification

/// A connection to a SQLite file that is only read, below everything that might repair or hide something. For one thread
/// at a time.
@safe final class RawConnection {
    // SAFE: opened in `init`, closed in `deinit`, used by nobody else.
    private let handle: OpaquePointer
    private var leaves: RawStatement?
    private var tiles: RawStatement?
    private var payloads: RawStatement?

    init(_ path: String) throws(VerificationError) {
        var handle: OpaquePointer?
        // SAFE: the path is a C string for the length of the call; the handle is closed where it is of no use.
        let code = unsafe sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened = unsafe handle else {
            unsafe sqlite3_close_v2(handle)
            throw VerificationError(.unreadable, "`\(path)` cannot be opened as a log")
        }
        unsafe self.handle = opened
        try self.each("PRAGMA trusted_schema = OFF") { _ in }
        try self.each("BEGIN") { _ in }
        var isLog = false
        try self.each("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'leaf'") { _ in isLog = true }
        guard isLog else { throw VerificationError(.unreadable, "`\(path)` is no log: it has no leaves") }
    }

    deinit {
        self.leaves = nil
        self.tiles = nil
        self.payloads = nil
        // SAFE: nothing uses the handle any more: its statements are gone.
        unsafe sqlite3_close_v2(self.handle)
    }

    /// Calls `body` for every row of a statement without parameters.
    func each(_ sql: String, _ body: (RawStatement) -> Void) throws(VerificationError) {
        let statement = try self.prepare(sql)
        while try statement.step() { body(statement) }
    }

    func eachLeaf(_ range: Range<Int64>, into batch: inout LeafBatch) throws(VerificationError) {
        let statement = try self.prepare(
            once: \.leaves,
            """
            SELECT idx, ts, type, id, ten, tseq, run, rseq, actor, res, dec, out, data FROM leaf
            WHERE idx >= ? AND idx < ? ORDER BY idx
            """)
        statement.reset(range.lowerBound, range.upperBound)
        while try statement.step() {
            var columns = LeafBatch.Columns(
                time: statement.integer(1), tenantSequence: statement.integer(5),
                runSequence: statement.isNull(7) ? nil : statement.integer(7))
            columns.type = statement.copy(2, to: &batch)
            columns.id = statement.copy(3, to: &batch)
            columns.tenant = statement.copy(4, to: &batch)
            columns.run = statement.copy(6, to: &batch)
            columns.actor = statement.copy(8, to: &batch)
            columns.resource = statement.copy(9, to: &batch)
            columns.decision = statement.copy(10, to: &batch)
            columns.outcome = statement.copy(11, to: &batch)
            let data = statement.copy(12, to: &batch) ?? 0..<0
            batch.rows.append(LeafBatch.Row(index: statement.integer(0), data: data, columns: columns))
        }
    }

    func tile(_ level: Int, _ number: Int64) throws(VerificationError) -> [UInt8]? {
        let statement = try self.prepare(once: \.tiles, "SELECT data FROM tile WHERE level = ? AND n = ?")
        statement.reset(Int64(level), number)
        return try statement.step() ? statement.bytes(0) : nil
    }

    func payloads(_ range: Range<Int64>) throws(VerificationError) -> [KeptPayload] {
        let statement = try self.prepare(
            once: \.payloads, "SELECT idx, k, kid, nonce, ct FROM payload WHERE idx >= ? AND idx < ? ORDER BY idx, k")
        statement.reset(range.lowerBound, range.upperBound)
        var payloads: [KeptPayload] = []
        while try statement.step() {
            payloads.append(
                KeptPayload(
                    index: statement.integer(0), kind: statement.text(1), keys: statement.text(2),
                    nonce: statement.bytes(3), ciphertext: statement.bytes(4)))
        }
        return payloads
    }

    private func prepare(
        once path: ReferenceWritableKeyPath<RawConnection, RawStatement?>, _ sql: String
    ) throws(VerificationError) -> RawStatement {
        if let statement = self[keyPath: path] { return statement }
        let statement = try self.prepare(sql)
        self[keyPath: path] = statement
        return statement
    }

    private func prepare(_ sql: String) throws(VerificationError) -> RawStatement {
        var statement: OpaquePointer?
        // SAFE: the text is a C string for the length of the call.
        let code = unsafe sqlite3_prepare_v2(self.handle, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let prepared = unsafe statement else {
            throw unsafe RawStatement.error(self.handle, code)
        }
        return unsafe RawStatement(prepared, self.handle)
    }
}

/// A statement of a raw connection; its columns are those of the row that it stands at.
@safe final class RawStatement {
    // SAFE: finalised in `deinit`; the connection outlives its statements.
    private let statement: OpaquePointer
    private let connection: OpaquePointer

    init(_ statement: OpaquePointer, _ connection: OpaquePointer) {
        unsafe self.statement = statement
        unsafe self.connection = connection
    }

    // SAFE: nobody else has the statement.
    deinit { unsafe sqlite3_finalize(self.statement) }

    static func error(_ connection: OpaquePointer, _ code: Int32) -> VerificationError {
        // SAFE: the message is a C string until the next call on the connection.
        let message = unsafe String(cString: sqlite3_errmsg(connection))
        let isDamage = code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB || code == SQLITE_ERROR
        return VerificationError(isDamage ? .damaged : .unreadable, "the database cannot be read: \(message)")
    }

    /// Goes to the next row; false behind the last.
    func step() throws(VerificationError) -> Bool {
        // SAFE: the statement is alive, and used by one thread at a time.
        let code = unsafe sqlite3_step(self.statement)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw unsafe Self.error(self.connection, code) }
        return false
    }

    /// Begins anew with two parameters.
    func reset(_ first: Int64, _ second: Int64) {
        // SAFE: as above.
        unsafe sqlite3_reset(self.statement)
        unsafe sqlite3_bind_int64(self.statement, 1, first)
        unsafe sqlite3_bind_int64(self.statement, 2, second)
    }

    // SAFE: of the columns: they are read at a row, and their bytes copied before the next step.
    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(self.statement, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(self.statement, column) }

    func text(_ column: Int32) -> String { String(decoding: self.bytes(column), as: UTF8.self) }

    func bytes(_ column: Int32) -> [UInt8] {
        // SAFE: as above.
        guard let start = unsafe sqlite3_column_blob(self.statement, column) else { return [] }
        let count = unsafe sqlite3_column_bytes(self.statement, column)
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    /// Copies a text or a blob to the end of a batch; nil where it is NULL.
    func copy(_ column: Int32, to batch: inout LeafBatch) -> Range<Int>? {
        // SAFE: as above.
        guard let start = unsafe sqlite3_column_blob(self.statement, column) else {
            return self.isNull(column) ? nil : batch.bytes.count..<batch.bytes.count
        }
        let count = unsafe sqlite3_column_bytes(self.statement, column)
        return unsafe batch.append(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }
}
