package import Audit
import GRDB
package import Kernel

/// The events of before the ledger, where a database has any: to be read, and never written again.
package struct SQLiteEventArchive: Sendable {
    private let store: SQLiteStore

    package init(_ store: SQLiteStore) { self.store = store }

    /// How many there are.
    package func count(_ context: OperationContext) async throws(StoreError) -> Int {
        try await self.store.read(context) { try Int.fetchOne($0, sql: "SELECT count(*) FROM event") ?? 0 }
    }

    /// Events behind this sequence number, oldest first, at most `EventFilter.highestLimit`.
    package func events(
        after sequence: Int64, _ context: OperationContext
    ) async throws(StoreError) -> [StoredEvent] {
        try await self.store.read(context) { database in
            try Row.fetchAll(
                database, sql: "SELECT sequence, data FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, EventFilter.highestLimit]
            ).map(Self.event)
        }
    }

    private static func event(_ row: Row) throws -> StoredEvent {
        let json = Array(try row.decode(String.self, forColumn: "data").utf8)
        do {
            return StoredEvent(
                sequence: try row.decode(Int64.self, forColumn: "sequence"), event: try Event(json: json), json: json)
        } catch let error as EventFormatError {
            throw StoredValueError(table: "event", column: "data", cause: error)
        }
    }
}
