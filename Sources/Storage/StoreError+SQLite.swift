import GRDB
import Kernel

extension StoreError {
    static let tooLate = StoreError(.unavailable, "the database did not answer in time")

    /// What an error of the driver means to whoever called a port.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error)
        case is CancellationError: self = StoreError(.unavailable, "the call was cancelled", underlying: error)
        case is RowDecodingError, is StoredValueError:
            self = StoreError(.corrupt, "the database holds a value that cannot be read", underlying: error)
        default: self = StoreError(.unavailable, "the database failed", underlying: error)
        }
    }

    private init(_ error: DatabaseError) {
        let (code, message): (Code, String) =
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
                (.conflict, "something of the same identity is stored already")
            case .SQLITE_CONSTRAINT: (.constraint, "the values break a rule of the database")
            case .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE:
                (.constraint, "the values do not fit the database")
            case .SQLITE_BUSY, .SQLITE_LOCKED: (.unavailable, "the database is locked by another process")
            case .SQLITE_FULL: (.unavailable, "the disk is full")
            case .SQLITE_READONLY: (.unavailable, "the database is read-only")
            case .SQLITE_INTERRUPT: (.unavailable, "the call was cancelled")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: (.corrupt, "the database is damaged")
            case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_NOLFS:
                (.unavailable, "the database cannot be read or written")
            default: (.unavailable, "the database failed")
            }
        self.init(code, message, underlying: error)
    }

    /// Why the file at this path cannot be used, for whoever runs Gatehouse.
    init(opening path: String, _ error: any Error) {
        switch error {
        case SchemaError.foreign:
            self = StoreError(
                .corrupt,
                """
                the database `\(path)` was not made by gatehouse
                hint: choose another path; this file has not been touched
                """)
        case SchemaError.newer(let version, let known):
            self = StoreError(
                .conflict,
                """
                the database `\(path)` is of version \(version) and this gatehouse knows versions up to \(known)
                hint: run the newer gatehouse that wrote it, or restore a backup from before
                """)
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB:
            self = StoreError(
                .corrupt,
                """
                the file `\(path)` is not a database
                hint: choose another path; this file has not been touched
                """, underlying: error)
        default:
            let cause = StoreError(error)
            self = StoreError(
                cause.code, "the database `\(path)` cannot be opened: \(cause.message)", underlying: error)
        }
    }
}

/// A stored value that the code which wrote it would not have written.
struct StoredValueError: Error {
    let table: String
    let column: String
    var cause: (any Error)?
}
