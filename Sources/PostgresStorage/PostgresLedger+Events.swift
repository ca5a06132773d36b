package import Audit
package import Kernel

extension PostgresLedger {
    package func events(
        matching filter: EventFilter, _ context: OperationContext
    ) async throws(StoreError) -> [StoredEvent] {
        // Opened on the same thread: the vault is asked for keys, and waits for the database as well.
        try await self.store.read(context) { [unsealer] connection, deadline throws(StoreError) in
            let query = try LeafQuery(filter, unsealer, connection, deadline)
            return try connection.run(query.query, until: deadline).map { row throws(StoreError) in
                try Found(row).event(unsealer)
            }
        }
    }

    package func event(_ id: Event.ID, _ context: OperationContext) async throws(StoreError) -> StoredEvent? {
        let id = id.description
        return try await self.store.read(context) { [unsealer] connection, deadline throws(StoreError) in
            let found = try connection.run(
                "SELECT \(LeafQuery.columns) WHERE leaf.id = \(id) ORDER BY leaf.idx DESC", until: deadline
            ).map { row throws(StoreError) in try Found(row) }
            // Of an exchange, what tells most: its end, then that it has none, then its start.
            let best =
                found.first { $0.leaf.kind == .exchangeEnd } ?? found.first { $0.leaf.kind == .exchangeAbandoned }
                ?? found.first
            return try best?.event(unsealer)
        }
    }

    /// The columns of `LeafQuery.columns`.
    private struct Found {
        let index: Int64
        let leaf: Leaf
        let detail: SealedPayload?

        init(_ row: PostgresRow) throws(StoreError) {
            guard let leaf = try? Leaf(try row.bytes(1)) else { throw StoreError.unreadable("leaf", "data") }
            self.index = try row.integer(0)
            self.leaf = leaf
            if let keys = try row.textIfPresent(2) {
                self.detail = SealedPayload(
                    kind: .detail, keys: keys, nonce: try row.bytes(3), ciphertext: try row.bytes(4))
            } else {
                self.detail = nil
            }
        }

        func event(_ unsealer: Unsealer) throws(StoreError) -> StoredEvent {
            try unsealer.event(self.leaf, detail: self.detail, at: self.index)
        }
    }
}
