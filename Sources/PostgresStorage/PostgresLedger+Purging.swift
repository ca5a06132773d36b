import Audit
package import Kernel

extension PostgresLedger: PayloadStore {
    package func leafWithPayloads(
        from index: Int64, _ context: OperationContext
    ) async throws(StoreError) -> Int64? {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                "SELECT idx FROM payload WHERE idx >= \(index) ORDER BY idx LIMIT 1", until: deadline
            ).first?.integer(0)
        }
    }

    package func keys(
        of leaves: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> [String] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                """
                SELECT DISTINCT kid FROM payload WHERE idx >= \(leaves.lowerBound) AND idx < \(leaves.upperBound)
                """, until: deadline
            ).map { row throws(StoreError) in try row.text(0) }
        }
    }

    package func delete(
        _ keys: [String], of leaves: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> Int {
        let keys = keys.map(Optional.some)
        return try await self.store.write(context) { connection, deadline throws(StoreError) in
            try connection.run(
                """
                DELETE FROM payload WHERE idx >= \(leaves.lowerBound) AND idx < \(leaves.upperBound) AND kid = ANY(\(keys))
                """, until: deadline
            ).changed
        }
    }
}
