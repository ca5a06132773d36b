package import Audit
import GRDB
package import Kernel

/// Events in SQLite.
package struct SQLiteEventStore: EventStore {
    private let store: SQLiteStore

    package init(_ store: SQLiteStore) { self.store = store }

    package func append(_ events: [Event]) throws(StoreError) {
        guard !events.isEmpty else { return }
        do {
            try self.store.pool.writeWithoutTransaction { try EventInsertion($0).run(events) }
        } catch {
            throw StoreError(error)
        }
    }

    package func events(
        matching filter: EventFilter, _ context: OperationContext
    ) async throws(StoreError) -> [StoredEvent] {
        try await self.store.read(context) { database in
            let query = try EventQuery(filter, in: database)
            return try Row.fetchAll(database, SQLRequest<Row>(literal: query.sql)).map(Self.event)
        }
    }

    package func event(_ id: Event.ID, _ context: OperationContext) async throws(StoreError) -> StoredEvent? {
        try await self.store.read(context) { database in
            try Row.fetchOne(
                database, sql: "SELECT sequence, data FROM event WHERE id = ?", arguments: [id.ulid]
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
