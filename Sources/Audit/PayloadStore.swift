package import Kernel

/// Where sealed payloads lie, as far as they can be thrown away.
package protocol PayloadStore: Sendable {
    /// Deletes the payloads whose keys the vault has destroyed, and says how many there were. What leaves say of them stays.
    ///
    /// It walks all payloads, some thousand leaves at a time, so that whoever writes never waits long; each step has a
    /// context of its own.
    func purge(
        _ vault: any KeyVault, _ context: @Sendable () -> OperationContext
    ) async throws(StoreError) -> Int
}
