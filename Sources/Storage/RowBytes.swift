import Audit
import Foundation
import GRDB
import GRDBSQLite
import Kernel
import Transparency

/// The values of one row of the log, one behind the other in one buffer, and how they are bound.
struct RowBytes {
    private var bytes: [UInt8] = []
    private var json = JSONWriter(reserving: 4096)
    private var type = 0..<0
    private var id = 0..<0
    private var tenant = 0..<0
    private var run: Range<Int>?
    private var actor: Range<Int>?
    private var resource: Range<Int>?
    private var decision: Range<Int>?
    private var outcome: Range<Int>?

    init() { self.bytes.reserveCapacity(4096) }

    /// The leaf that was read last, as the tree has it.
    var leafHash: Hash { Hash.leaf(self.json.span) }

    mutating func read(_ leaf: borrowing Leaf) throws(StoreError) {
        self.json.clear()
        do throws(EventFormatError) { try leaf.write(to: &self.json) } catch {
            throw StoreError(.constraint, error.message, underlying: error)
        }
        self.bytes.removeAll(keepingCapacity: true)
        self.type = self.append(leaf.kind.rawValue)
        self.id = self.append(leaf.id)
        self.tenant = self.append(leaf.tenant)
        self.run = leaf.run.map { self.append($0) }
        self.actor = leaf.actor.map { self.append($0) }
        self.resource = leaf.resource.map { self.append($0) }
        self.decision = leaf.decision.map { self.append($0.rawValue) }
        self.outcome = leaf.outcome.map { self.append($0) }
    }

    private mutating func append(_ text: String) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: text.utf8)
        return start..<self.bytes.count
    }

    /// Inserts the leaf that was read last.
    func insert(_ index: Int64, _ leaf: borrowing Leaf, with statement: Statement, _ database: Database) throws {
        // SAFE: `statement` keeps the raw one alive, and it is used on this connection's queue alone.
        let raw = unsafe statement.sqliteStatement
        // SAFE: the bytes stay in place until the bindings are cleared, inside the closure; the ranges lie within.
        let data = self.json.span
        let code = unsafe self.bytes.withUnsafeBytes { bytes in
            unsafe sqlite3_bind_int64(raw, 1, index)
            unsafe sqlite3_bind_int64(raw, 2, leaf.time)
            unsafe sqlite3_bind_int64(raw, 6, leaf.tenantSequence)
            if leaf.run == nil {
                unsafe sqlite3_bind_null(raw, 8)
            } else {
                unsafe sqlite3_bind_int64(raw, 8, leaf.runSequence)
            }
            func bind(_ range: Range<Int>?, at place: CInt) {
                unsafe Self.bind(text: range.map { unsafe bytes[$0] }, to: raw, at: place)
            }
            bind(self.type, at: 3)
            bind(self.id, at: 4)
            bind(self.tenant, at: 5)
            bind(self.run, at: 7)
            bind(self.actor, at: 9)
            bind(self.resource, at: 10)
            bind(self.decision, at: 11)
            bind(self.outcome, at: 12)
            return unsafe data.withUnsafeBytes { data in
                unsafe Self.bind(blob: data[...], to: raw, at: 13)
                return unsafe Self.run(raw)
            }
        }
        try Self.check(code, database)
    }

    /// Inserts a payload.
    func insert(
        _ payload: SealedPayload, of index: Int64, with statement: Statement, _ database: Database
    ) throws {
        // SAFE: as above.
        let raw = unsafe statement.sqliteStatement
        let texts = Array(payload.kind.rawValue.utf8) + Array(payload.keys.utf8)
        let kind = payload.kind.rawValue.utf8.count
        // SAFE: the bytes stay in place until the bindings are cleared, inside the closures.
        let code = unsafe texts.withUnsafeBytes { texts in
            unsafe payload.sealed.withUnsafeBytes { sealed in
                unsafe sqlite3_bind_int64(raw, 1, index)
                unsafe Self.bind(text: texts[..<kind], to: raw, at: 2)
                unsafe Self.bind(text: texts[kind...], to: raw, at: 3)
                unsafe Self.bind(blob: sealed[..<SealedPayload.nonceBytes], to: raw, at: 4)
                unsafe Self.bind(blob: sealed[SealedPayload.nonceBytes...], to: raw, at: 5)
                return unsafe Self.run(raw)
            }
        }
        try Self.check(code, database)
    }

    static func run(_ raw: SQLiteStatement) -> CInt {
        // SAFE: the statement is the caller's, on the connection's queue.
        let code = unsafe sqlite3_step(raw)
        unsafe sqlite3_reset(raw)
        unsafe sqlite3_clear_bindings(raw)
        return code
    }

    /// Binds without copying. A binding fails only where the index is wrong, or the text longer than SQLite takes; then
    /// the value stays NULL and a constraint refuses the row.
    private static func bind(text: Slice<UnsafeRawBufferPointer>?, to raw: SQLiteStatement, at index: CInt) {
        guard let text = unsafe text else {
            unsafe sqlite3_bind_null(raw, index)
            return
        }
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: text)
        // SAFE: bytes can be read as characters; nil says that the caller keeps them in place.
        unsafe sqlite3_bind_text(
            raw, index, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(clamping: bytes.count), nil)
    }

    private static func bind(blob: Slice<UnsafeRawBufferPointer>, to raw: SQLiteStatement, at index: CInt) {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: blob)
        // SAFE: nil says that the caller keeps the bytes in place.
        unsafe sqlite3_bind_blob(raw, index, bytes.baseAddress, CInt(clamping: bytes.count), nil)
    }

    static func check(_ code: CInt, _ database: Database) throws {
        guard code != SQLITE_DONE else { return }
        // SAFE: the connection is open, and its message is a C string until the next call on this queue.
        throw unsafe DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection)),
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
    }
}

extension Row {
    /// The bytes of a column that holds some.
    func blob(_ index: Int) throws -> [UInt8] { Array(try self.decode(Data.self, atIndex: index)) }
}

extension [UInt8] {
    /// As the driver takes it.
    var data: Data { Data(self) }
}
