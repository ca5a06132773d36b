package import Audit
import GRDB
package import Kernel

extension SQLiteLedger {
    package func events(
        matching filter: EventFilter, _ context: OperationContext
    ) async throws(StoreError) -> [StoredEvent] {
        let rows = try await self.store.read(context) { [unsealer] database in
            let query = try LeafQuery(filter, unsealer, in: database)
            return try Row.fetchAll(database, SQLRequest<Row>(literal: query.sql)).map(Self.found)
        }
        var events: [StoredEvent] = []
        events.reserveCapacity(rows.count)
        for row in rows { events.append(try self.event(row)) }
        return events
    }

    package func event(_ id: Event.ID, _ context: OperationContext) async throws(StoreError) -> StoredEvent? {
        let id = id.description
        let rows = try await self.store.read(context) { database in
            try Row.fetchAll(
                database,
                SQLRequest<Row>(literal: "SELECT \(LeafQuery.columns) WHERE leaf.id = \(id) ORDER BY leaf.idx DESC")
            ).map(Self.found)
        }
        // Of an exchange, what tells most: its end, then that it has none, then its start.
        let row =
            rows.first { $0.leaf.kind == .exchangeEnd } ?? rows.first { $0.leaf.kind == .exchangeAbandoned }
            ?? rows.first
        return try row.map { row throws(StoreError) in try self.event(row) }
    }

    /// The leaf at an index; nil where the log does not reach so far.
    package func leaf(at index: Int64, _ context: OperationContext) async throws(StoreError) -> LoggedLeaf? {
        try await self.leaves(from: index, limit: 1, context).first { $0.index == index }
    }

    struct Found: Sendable {
        let index: Int64
        let leaf: Leaf
        let detail: SealedPayload?
    }

    /// The columns of `LeafQuery.columns`.
    static func found(_ row: Row) throws -> Found {
        let leaf: Leaf
        do throws(EventFormatError) { leaf = try Leaf(try Self.bytes(row)) } catch {
            throw StoredValueError(table: "leaf", column: "data", cause: error)
        }
        var detail: SealedPayload?
        if let keys = try row.decode(String?.self, atIndex: 2) {
            detail = SealedPayload(
                kind: .detail, keys: keys, nonce: try row.blob(3), ciphertext: try row.blob(4))
        }
        return Found(index: try row.decode(Int64.self, atIndex: 0), leaf: leaf, detail: detail)
    }

    private static func bytes(_ row: Row) throws(EventFormatError) -> [UInt8] {
        do { return try row.blob(1) } catch { throw EventFormatError(.malformed, "the leaf is no bytes") }
    }

    private func event(_ found: Found) throws(StoreError) -> StoredEvent {
        try self.unsealer.event(found.leaf, detail: found.detail, at: found.index)
    }
}
