package import Audit
package import Kernel

extension PostgresLedger: PayloadStore {
    /// Leaves whose payloads are looked at in one step.
    private static let step: Int64 = 4096

    package func purge(
        _ vault: any KeyVault, _ context: @Sendable () -> OperationContext
    ) async throws(StoreError) -> Int {
        var isGone: [String: Bool] = [:]
        var deleted = 0
        var first: Int64 = 0
        while let next = try await self.payload(from: first, context()) {
            let range = next..<next + Self.step
            for keys in try await self.keys(of: range, context()) where isGone[keys] == nil {
                isGone[keys] = try vault.isDestroyed(keys)
            }
            let gone = isGone.filter(\.value).map(\.key)
            if !gone.isEmpty { deleted += try await self.delete(gone, in: range, context()) }
            first = range.upperBound
        }
        return deleted
    }

    private func payload(from index: Int64, _ context: OperationContext) async throws(StoreError) -> Int64? {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                "SELECT idx FROM payload WHERE idx >= \(index) ORDER BY idx LIMIT 1", until: deadline
            ).first?.integer(0)
        }
    }

    private func keys(of range: Range<Int64>, _ context: OperationContext) async throws(StoreError) -> [String] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                """
                SELECT DISTINCT kid FROM payload WHERE idx >= \(range.lowerBound) AND idx < \(range.upperBound)
                """, until: deadline
            ).map { row throws(StoreError) in try row.text(0) }
        }
    }

    private func delete(
        _ keys: [String], in range: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> Int {
        let keys = keys.map(Optional.some)
        return try await self.store.write(context) { connection, deadline throws(StoreError) in
            try connection.run(
                """
                DELETE FROM payload WHERE idx >= \(range.lowerBound) AND idx < \(range.upperBound) AND kid = ANY(\(keys))
                """, until: deadline
            ).changed
        }
    }
}
