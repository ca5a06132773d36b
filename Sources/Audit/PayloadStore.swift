package import Kernel

/// Where sealed payloads lie, as far as they can be thrown away.
package protocol PayloadStore: Sendable {
    /// The first leaf from `index` on that has payloads.
    func leafWithPayloads(from index: Int64, _ context: OperationContext) async throws(StoreError) -> Int64?

    /// The names of the keys that payloads of these leaves are sealed under.
    func keys(of leaves: Range<Int64>, _ context: OperationContext) async throws(StoreError) -> [String]

    /// Deletes the payloads of these leaves that are sealed under these keys, and says how many there were.
    func delete(
        _ keys: [String], of leaves: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> Int
}

extension PayloadStore {
    /// Deletes the payloads whose keys the vault has destroyed, and says how many there were. What leaves say of them stays.
    ///
    /// It walks all payloads, some thousand leaves at a time, so that whoever writes never waits long; each step has a
    /// context of its own.
    package func purge(
        _ vault: any KeyVault, _ context: @Sendable () -> OperationContext
    ) async throws(StoreError) -> Int {
        let step: Int64 = 4096
        var isGone: [String: Bool] = [:]
        var deleted = 0
        var first: Int64 = 0
        // Beside a gap of any width, such as one where nothing is sealed, the next payload is one look away.
        while let next = try await self.leafWithPayloads(from: first, context()) {
            let leaves = next..<next + step
            for key in try await self.keys(of: leaves, context()) where isGone[key] == nil {
                isGone[key] = try vault.isDestroyed(key)
            }
            let gone = isGone.filter(\.value).map(\.key)
            if !gone.isEmpty { deleted += try await self.delete(gone, of: leaves, context()) }
            first = leaves.upperBound
        }
        return deleted
    }
}
