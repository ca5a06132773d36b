package import Audit
import GRDB
package import Kernel

extension SQLiteLedger: PayloadStore {
    /// Leaves whose payloads are looked at in one step.
    private static let step: Int64 = 4096

    package func purge(
        _ vault: any KeyVault, _ context: @Sendable () -> OperationContext
    ) async throws(StoreError) -> Int {
        var isGone: [String: Bool] = [:]
        var deleted = 0
        var first: Int64 = 0
        // Beside a gap of any width, such as one where nothing is sealed, the next row is one look away.
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
        try await self.store.read(context) { database in
            try Int64.fetchOne(
                database, sql: "SELECT idx FROM payload WHERE idx >= ? ORDER BY idx LIMIT 1", arguments: [index])
        }
    }

    private func keys(of range: Range<Int64>, _ context: OperationContext) async throws(StoreError) -> [String] {
        try await self.store.read(context) { database in
            try String.fetchAll(
                database, sql: "SELECT DISTINCT kid FROM payload WHERE idx >= ? AND idx < ?",
                arguments: [range.lowerBound, range.upperBound])
        }
    }

    private func delete(
        _ keys: [String], in range: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> Int {
        try await self.store.write(context) { database in
            var count = 0
            for name in keys {
                try database.execute(
                    sql: "DELETE FROM payload WHERE idx >= ? AND idx < ? AND kid = ?",
                    arguments: [range.lowerBound, range.upperBound, name])
                count += database.changesCount
            }
            return count
        }
    }
}
