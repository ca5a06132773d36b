import Audit
import GRDB
package import Kernel

extension SQLiteLedger: PayloadStore {
    package func leafWithPayloads(
        from index: Int64, _ context: OperationContext
    ) async throws(StoreError) -> Int64? {
        try await self.store.read(context) { database in
            try Int64.fetchOne(
                database, sql: "SELECT idx FROM payload WHERE idx >= ? ORDER BY idx LIMIT 1", arguments: [index])
        }
    }

    package func keys(
        of leaves: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> [String] {
        try await self.store.read(context) { database in
            try String.fetchAll(
                database, sql: "SELECT DISTINCT kid FROM payload WHERE idx >= ? AND idx < ?",
                arguments: [leaves.lowerBound, leaves.upperBound])
        }
    }

    package func delete(
        _ keys: [String], of leaves: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> Int {
        try await self.store.write(context) { database in
            var count = 0
            for name in keys {
                try database.execute(
                    sql: "DELETE FROM payload WHERE idx >= ? AND idx < ? AND kid = ?",
                    arguments: [leaves.lowerBound, leaves.upperBound, name])
                count += database.changesCount
            }
            return count
        }
    }
}
