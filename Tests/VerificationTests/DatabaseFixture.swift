import Audit
import Foundation
import GRDBSQLite
import Kernel
import Transparency

/// A log in a SQLite file, with the tables of the ledger and without their triggers: whoever changes a log would drop
/// those first.
@safe final class DatabaseFixture {
    let path: String
    private var handle: OpaquePointer?

    init(_ log: FixtureLog, in folder: TemporaryFolder, name: String = "audit.db") throws {
        self.path = folder.path + "/" + name
        guard unsafe sqlite3_open(self.path, &self.handle) == SQLITE_OK else { throw CocoaError(.fileNoSuchFile) }
        self.run(Self.tables)
        self.run("BEGIN")
        for (index, bytes) in log.leaves.enumerated() {
            let leaf = try Leaf(bytes)
            self.run(
                "INSERT INTO leaf VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                [
                    .integer(Int64(index)), .integer(leaf.time), .text(leaf.kind.rawValue), .text(leaf.id),
                    .text(leaf.tenant), .integer(leaf.tenantSequence), .textIfPresent(leaf.run),
                    leaf.run == nil ? .null : .integer(leaf.runSequence), .textIfPresent(leaf.actor),
                    .textIfPresent(leaf.resource), .textIfPresent(leaf.decision?.rawValue),
                    .textIfPresent(leaf.outcome), .bytes(bytes),
                ])
        }
        for (level, hashes) in log.hashes.enumerated() {
            for number in 0..<hashes.count / 256 {
                let tile = Hash.bytes(of: Array(hashes[number * 256..<(number + 1) * 256]))
                self.run(
                    "INSERT INTO tile VALUES (?,?,?)", [.integer(Int64(level)), .integer(Int64(number)), .bytes(tile)])
            }
        }
        for checkpoint in log.kept {
            self.run(
                "INSERT INTO checkpoint VALUES (?,?,?,0)",
                [.integer(checkpoint.size), .bytes(checkpoint.root), .text(checkpoint.note)])
        }
        for kept in log.sealed {
            self.run(
                "INSERT INTO payload VALUES (?,?,?,?,?)",
                [
                    .integer(kept.index), .text(kept.payload.kind.rawValue), .text(kept.payload.keys),
                    .bytes(kept.payload.nonce), .bytes(kept.payload.ciphertext),
                ])
        }
        self.run(
            "INSERT INTO log_state VALUES (1,?,?,0)",
            [.text(FixtureLog.name), .integer(Int64(log.leaves.count))])
        self.run("COMMIT")
    }

    // SAFE: of all below: the handle lives as long as the fixture, which one test uses.
    deinit { unsafe sqlite3_close_v2(self.handle) }

    enum Value {
        case integer(Int64)
        case text(String)
        case bytes([UInt8])
        case null

        static func textIfPresent(_ text: String?) -> Value { text.map { .text($0) } ?? .null }
    }

    func run(_ sql: String, _ values: [Value] = []) {
        var statement: OpaquePointer?
        var rest = Array(sql.utf8CString)
        guard !values.isEmpty else {
            let code = unsafe sqlite3_exec(self.handle, &rest, nil, nil, nil)
            precondition(code == SQLITE_OK, unsafe String(cString: sqlite3_errmsg(self.handle)))
            return
        }
        let prepared = unsafe sqlite3_prepare_v2(self.handle, &rest, -1, &statement, nil)
        precondition(prepared == SQLITE_OK, unsafe String(cString: sqlite3_errmsg(self.handle)))
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (position, value) in values.enumerated() {
            let place = Int32(position + 1)
            switch value {
            case .integer(let integer): unsafe sqlite3_bind_int64(statement, place, integer)
            case .text(let text): unsafe sqlite3_bind_text(statement, place, text, -1, transient)
            case .bytes(let bytes): unsafe sqlite3_bind_blob(statement, place, bytes, Int32(bytes.count), transient)
            case .null: unsafe sqlite3_bind_null(statement, place)
            }
        }
        let stepped = unsafe sqlite3_step(statement)
        precondition(stepped == SQLITE_DONE, unsafe String(cString: sqlite3_errmsg(self.handle)))
        unsafe sqlite3_finalize(statement)
    }

    /// Flips the lowest bit of a byte of a blob.
    func flip(_ table: String, _ column: String, at byte: Int, where row: String) {
        var statement: OpaquePointer?
        var sql = Array("SELECT \(column) FROM \(table) WHERE \(row)".utf8CString)
        guard unsafe sqlite3_prepare_v2(self.handle, &sql, -1, &statement, nil) == SQLITE_OK,
            unsafe sqlite3_step(statement) == SQLITE_ROW, let start = unsafe sqlite3_column_blob(statement, 0)
        else { preconditionFailure("there is no such row") }
        let count = Int(unsafe sqlite3_column_bytes(statement, 0))
        var bytes = unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
        unsafe sqlite3_finalize(statement)
        bytes[byte] ^= 1
        let isText = column == "note"
        self.run(
            "UPDATE \(table) SET \(column) = ? WHERE \(row)",
            [isText ? .text(String(decoding: bytes, as: UTF8.self)) : .bytes(bytes)])
    }

    private static let tables = """
        CREATE TABLE leaf (idx INTEGER PRIMARY KEY, ts INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
            ten TEXT NOT NULL, tseq INTEGER NOT NULL, run TEXT, rseq INTEGER, actor TEXT, res TEXT, dec TEXT, out TEXT,
            data BLOB NOT NULL, UNIQUE (ten, tseq)) STRICT;
        CREATE TABLE tile (level INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (level, n))
            STRICT, WITHOUT ROWID;
        CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL,
            created INTEGER NOT NULL) STRICT;
        CREATE TABLE payload (idx INTEGER NOT NULL, k TEXT NOT NULL, kid TEXT NOT NULL, nonce BLOB NOT NULL,
            ct BLOB NOT NULL, PRIMARY KEY (idx, k)) STRICT, WITHOUT ROWID;
        CREATE TABLE log_state (one INTEGER PRIMARY KEY CHECK (one = 1), origin TEXT NOT NULL, size INTEGER NOT NULL,
            settled INTEGER NOT NULL) STRICT;
        """
}
