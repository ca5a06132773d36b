import Anchors
import Audit
import Kernel
import Transparency

/// The ledger as the publisher sees it.
struct LedgerLog: PublishedLog {
    let ledger: any LogReading

    func head(_ context: OperationContext) async throws(StoreError) -> (size: UInt64, root: Hash) {
        let head = try await self.ledger.head(context)
        guard let root = Hash(head.root), head.size >= 0 else {
            throw Self.corrupt("the root of the log has no 32 bytes")
        }
        return (UInt64(head.size), root)
    }

    func tile(_ id: TileID, _ context: OperationContext) async throws(StoreError) -> Tile? {
        let bytes = try await self.ledger.tile(level: id.level, Int64(clamping: id.index), width: id.width, context)
        guard let bytes else { return nil }
        guard let tile = try? Tile(id, bytes: bytes.span) else { throw Self.corrupt("`\(id.path)` has another length") }
        return tile
    }

    func leaves(
        from index: UInt64, count: Int, _ context: OperationContext
    ) async throws(StoreError) -> [[UInt8]] {
        try await self.ledger.leaves(from: Int64(clamping: index), limit: count, context).map(\.bytes)
    }

    func latestCheckpoint(_ context: OperationContext) async throws(StoreError) -> String? {
        try await self.ledger.latestCheckpoint(context)?.note
    }

    func keep(
        _ checkpoint: SignedCheckpoint, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) {
        let tree = checkpoint.checkpoint
        try await self.ledger.keep(
            StoredCheckpoint(
                size: Int64(clamping: tree.size), root: tree.root.bytes, note: checkpoint.encoded, created: time),
            context)
    }

    private static func corrupt(_ message: String) -> StoreError { StoreError(.corrupt, message) }
}
