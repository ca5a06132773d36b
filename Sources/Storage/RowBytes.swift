import Audit
import Foundation
import GRDB
import GRDBSQLite
import Kernel
import Transparency

/// One row of the log with its place, and how its values are bound.
struct RowBytes {
    private var data: [UInt8] = []

    init() { self.data.reserveCapacity(Leaf.longest) }

    /// The leaf that was placed last, as the tree has it.
    var leafHash: Hash { Hash.leaf(self.data.span) }

    /// Puts its sequence numbers into a leaf; `runSequence` counts where it belongs to a run.
    mutating func place(
        _ leaf: LeafRows.Leaf, of rows: borrowing LeafRows, tenantSequence: Int64, runSequence: Int64
    ) throws(StoreError) {
        self.data.removeAll(keepingCapacity: true)
        var start = leaf.data.lowerBound
        if let gap = leaf.gaps.run {
            self.data += rows.bytes[start..<leaf.data.lowerBound + gap]
            self.data.append(digitsOf: runSequence)
            start = leaf.data.lowerBound + gap
        }
        let gap = leaf.data.lowerBound + leaf.gaps.tenant
        self.data += rows.bytes[start..<gap]
        self.data.append(digitsOf: tenantSequence)
        self.data += rows.bytes[(gap + (leaf.foreseen?.digits ?? 0))..<leaf.data.upperBound]
        try Self.check(length: self.data.count)
    }

    static func check(length: Int) throws(StoreError) {
        do throws(EventFormatError) { try Leaf.check(length) } catch {
            throw StoreError(.constraint, error.message, underlying: error)
        }
    }

    /// Inserts the leaf that was placed last, or where it `isReady`, as it lies there.
    func insert(
        _ index: Int64, _ leaf: LeafRows.Leaf, isReady: Bool, of rows: borrowing LeafRows,
        tenantSequence: Int64, runSequence: Int64,
        with statement: Statement, _ database: Database
    ) throws {
        // SAFE: `statement` keeps the raw one alive, and it is used on this connection's queue alone.
        let raw = unsafe statement.sqliteStatement
        // SAFE: the bytes stay in place until the bindings are cleared, inside the closures; the ranges lie within.
        let code = unsafe rows.bytes.withUnsafeBytes { bytes in
            unsafe sqlite3_bind_int64(raw, 1, index)
            unsafe sqlite3_bind_int64(raw, 2, leaf.time)
            unsafe sqlite3_bind_int64(raw, 6, tenantSequence)
            if leaf.run == nil {
                unsafe sqlite3_bind_null(raw, 8)
            } else {
                unsafe sqlite3_bind_int64(raw, 8, runSequence)
            }
            func bind(_ range: Range<Int>?, at place: CInt) {
                unsafe Self.bind(text: range.map { unsafe bytes[$0] }, to: raw, at: place)
            }
            bind(leaf.type, at: 3)
            bind(leaf.id, at: 4)
            bind(leaf.tenant, at: 5)
            bind(leaf.run, at: 7)
            bind(leaf.actor, at: 9)
            bind(leaf.resource, at: 10)
            bind(leaf.decision, at: 11)
            bind(leaf.outcome, at: 12)
            if isReady {
                unsafe Self.bind(blob: bytes[leaf.data], to: raw, at: 13)
                return unsafe Self.run(raw)
            }
            return unsafe self.data.withUnsafeBytes { data in
                unsafe Self.bind(blob: data[...], to: raw, at: 13)
                return unsafe Self.run(raw)
            }
        }
        try Self.check(code, database)
    }

    /// Inserts a payload.
    static func insert(
        _ payload: borrowing LeafRows.Payload, of rows: borrowing LeafRows, at index: Int64, with statement: Statement,
        _ database: Database
    ) throws {
        // SAFE: as above.
        let raw = unsafe statement.sqliteStatement
        // SAFE: the bytes stay in place until the bindings are cleared, inside the closures.
        let code = unsafe rows.bytes.withUnsafeBytes { bytes in
            unsafe payload.sealed.withUnsafeBytes { sealed in
                unsafe sqlite3_bind_int64(raw, 1, index)
                unsafe Self.bind(text: bytes[payload.kind], to: raw, at: 2)
                unsafe Self.bind(text: bytes[payload.keys], to: raw, at: 3)
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
    func blob(_ index: Int) throws -> [UInt8] {
        let data = try self.decode(Data.self, atIndex: index)
        // SAFE: the pointer does not outlive the closure. `Array(data)` would go byte by byte.
        return unsafe data.withUnsafeBytes { unsafe Array($0) }
    }
}

extension [UInt8] {
    /// As the driver takes it.
    var data: Data { Data(self) }
}
