import Audit
import GRDB
import GRDBSQLite
import Kernel

/// The one path that must be cheap: a batch of events, committed.
///
/// It steps SQLite's own statements (which GRDB prepares and keeps), because values are bound where they lie and with
/// their lengths, where GRDB would box each of them and end texts at the first zero byte; that saves a fifth of what an
/// event costs. All of it happens on the writing connection's queue, and no transaction outlives a call.
struct EventInsertion {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Inserts the events in one transaction: all or none.
    func run(_ events: [Event]) throws {
        let insert = try self.database.cachedStatement(
            sql: "INSERT INTO event (id, kind, principal, model, outcome, data) VALUES (?, ?, ?, ?, ?, ?)")
        try self.step(self.database.cachedStatement(sql: "BEGIN IMMEDIATE"))
        do {
            var texts = EventTexts()
            for event in events {
                texts.read(event)
                try self.insert(texts, with: insert)
            }
            try self.step(self.database.cachedStatement(sql: "COMMIT"))
        } catch {
            // Some errors have rolled back already. Where even this fails, GRDB stops the process, which rolls back.
            if self.database.isInsideTransaction { try? self.step(self.database.cachedStatement(sql: "ROLLBACK")) }
            throw error
        }
    }

    private func insert(_ texts: borrowing EventTexts, with statement: Statement) throws {
        // SAFE: `statement` keeps the raw one alive, and it is used on this connection's queue alone.
        let raw = unsafe statement.sqliteStatement
        // SAFE: the bytes stay in place until the bindings are cleared, inside the closure; the ranges lie within.
        let code = unsafe texts.bytes.withUnsafeBytes { bytes in
            for (index, range) in [(1, texts.id), (2, texts.kind), (6, texts.data)] {
                unsafe Self.bind(bytes[range], to: raw, at: CInt(index))
            }
            for (index, range) in [(3, texts.principal), (4, texts.model), (5, texts.outcome)] {
                if let range {
                    unsafe Self.bind(bytes[range], to: raw, at: CInt(index))
                } else {
                    unsafe sqlite3_bind_null(raw, CInt(index))
                }
            }
            let code = unsafe sqlite3_step(raw)
            unsafe sqlite3_reset(raw)
            unsafe sqlite3_clear_bindings(raw)
            return code
        }
        try self.check(code)
    }

    /// Binds without copying. A binding fails only where the index is wrong, or the text longer than SQLite takes; then
    /// the value stays NULL and a constraint refuses the row.
    private static func bind(_ text: Slice<UnsafeRawBufferPointer>, to raw: SQLiteStatement, at index: CInt) {
        let text = unsafe UnsafeRawBufferPointer(rebasing: text)
        // SAFE: bytes can be read as characters; nil says that the caller keeps them in place.
        unsafe sqlite3_bind_text(
            raw, index, text.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(clamping: text.count), nil)
    }

    private func step(_ statement: Statement) throws {
        // SAFE: `statement` keeps the raw one alive, and it is used on this connection's queue alone.
        let raw = unsafe statement.sqliteStatement
        let code = unsafe sqlite3_step(raw)
        unsafe sqlite3_reset(raw)
        try self.check(code)
    }

    private func check(_ code: CInt) throws {
        guard code != SQLITE_DONE else { return }
        // SAFE: the connection is open, and its message is a C string until the next call on this queue.
        throw unsafe DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(self.database.sqliteConnection)),
            message: String(cString: sqlite3_errmsg(self.database.sqliteConnection)))
    }
}

/// The texts of one row of the event table, one behind the other in one buffer.
private struct EventTexts: ~Copyable {
    private(set) var bytes: [UInt8] = []
    private(set) var id = 0..<0
    private(set) var kind = 0..<0
    private(set) var principal: Range<Int>?
    private(set) var model: Range<Int>?
    private(set) var outcome: Range<Int>?
    private(set) var data = 0..<0

    init() { self.bytes.reserveCapacity(2048) }

    mutating func read(_ event: Event) {
        self.bytes.removeAll(keepingCapacity: true)
        self.id = self.append(event.id.utf8.suffix(26))
        self.kind = self.append(event.kind.rawValue.utf8)
        self.principal = event.principal.map { self.append($0.id.utf8) }
        if case .exchange(let exchange) = event {
            self.model = exchange.model.map { self.append($0.utf8) }
            self.outcome = self.append(exchange.outcome.rawValue.utf8)
        } else {
            self.model = nil
            self.outcome = nil
        }
        self.data = self.append(event.json())
    }

    private mutating func append(_ text: some Sequence<UInt8>) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: text)
        return start..<self.bytes.count
    }
}
