import CPostgres
import Kernel

/// What a statement gave: rows of columns in binary form.
@safe final class PostgresRows {
    // SAFE: cleared in `deinit`, used by one thread at a time.
    private let result: OpaquePointer
    private let library: PostgresLibrary

    init(_ result: OpaquePointer, _ library: PostgresLibrary) {
        unsafe self.result = result
        self.library = library
    }

    // SAFE: nobody else has the result.
    deinit { unsafe self.library.calls.clear(self.result) }

    // SAFE: of all below: the result is alive, and rows and columns are checked before they are asked for.
    var count: Int { unsafe Int(self.library.calls.rowCount(self.result)) }

    private var width: Int { unsafe Int(self.library.calls.columnCount(self.result)) }

    /// How many rows a statement changed.
    var changed: Int {
        let text = unsafe self.library.calls.changedCount(self.result)
        return unsafe text.flatMap { unsafe Int(String(cString: $0)) } ?? 0
    }

    subscript(index: Int) -> PostgresRow { PostgresRow(rows: self, index: index) }

    var first: PostgresRow? { self.count > 0 ? PostgresRow(rows: self, index: 0) : nil }

    func map<Value>(_ read: (PostgresRow) throws(StoreError) -> Value) throws(StoreError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(self.count)
        for index in 0..<self.count { values.append(try read(PostgresRow(rows: self, index: index))) }
        return values
    }

    /// Calls `body` with the bytes of a column, which live for the length of the call; nil where it is NULL.
    fileprivate func with<Value>(
        _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) -> Value
    ) throws(StoreError) -> Value? {
        guard (0..<self.count).contains(row), (0..<self.width).contains(column) else {
            throw StoreError.unreadable("a result", "\(column)")
        }
        let (row, column) = (Int32(row), Int32(column))
        guard unsafe self.library.calls.isNull(self.result, row, column) == 0 else { return nil }
        let count = unsafe Int(self.library.calls.length(self.result, row, column))
        let start = unsafe self.library.calls.value(self.result, row, column)
        return unsafe body(UnsafeRawBufferPointer(start: start, count: count))
    }
}

/// A row of a result.
struct PostgresRow {
    fileprivate let rows: PostgresRows
    fileprivate let index: Int

    func integerIfPresent(_ column: Int) throws(StoreError) -> Int64? {
        let value = try unsafe self.rows.with(self.index, column) { bytes -> Int64? in
            // SAFE: the bytes are alive for the length of the closure.
            guard bytes.count == 8 else { return nil }
            return unsafe Int64(bitPattern: bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
        }
        guard let value else { return nil }
        guard let value else { throw StoreError.unreadable("a result", "\(column)") }
        return value
    }

    func textIfPresent(_ column: Int) throws(StoreError) -> String? {
        // SAFE: the bytes are copied.
        try unsafe self.rows.with(self.index, column) { bytes in unsafe String(decoding: bytes, as: UTF8.self) }
    }

    func bytesIfPresent(_ column: Int) throws(StoreError) -> [UInt8]? {
        // SAFE: the bytes are copied.
        try unsafe self.rows.with(self.index, column) { bytes in unsafe Array(bytes) }
    }

    func integer(_ column: Int) throws(StoreError) -> Int64 { try self.present(column, self.integerIfPresent(column)) }
    func text(_ column: Int) throws(StoreError) -> String { try self.present(column, self.textIfPresent(column)) }
    func bytes(_ column: Int) throws(StoreError) -> [UInt8] { try self.present(column, self.bytesIfPresent(column)) }

    /// Hands the bytes on without copying them into an array of their own; nil where the column is NULL.
    func withBytes<Value>(
        _ column: Int, _ body: (UnsafeRawBufferPointer) -> Value
    ) throws(StoreError) -> Value? {
        // SAFE: whoever calls copies what it wants to keep.
        try unsafe self.rows.with(self.index, column) { bytes in unsafe body(bytes) }
    }

    private func present<Value>(_ column: Int, _ value: Value?) throws(StoreError) -> Value {
        guard let value else { throw StoreError.unreadable("a result", "\(column)") }
        return value
    }
}
