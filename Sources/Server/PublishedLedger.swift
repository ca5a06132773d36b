import Anchors
import Audit
import Kernel
import Transparency

/// The ledger as whoever publishes it sees it.
struct PublishedLedger: PublishedLog {
    let ledger: any Ledger

    func head(_ context: OperationContext) async throws(StoreError) -> (size: UInt64, root: Hash) {
        let head = try await self.ledger.head(context)
        guard let root = Hash(head.root) else { throw StoreError(.corrupt, "the log's root is no hash") }
        return (UInt64(head.size), root)
    }

    func tile(_ id: TileID, _ context: OperationContext) async throws(StoreError) -> Tile? {
        let bytes = try await self.ledger.tile(level: id.level, Int64(clamping: id.index), width: id.width, context)
        guard let bytes else { return nil }
        let hashes = Hash.sequence(bytes.span)
        guard let hashes, let tile = Tile(id, hashes: hashes) else {
            throw StoreError(.corrupt, "the log has a tile of another width")
        }
        return tile
    }

    func leaves(
        from index: UInt64, count: Int, _ context: OperationContext
    ) async throws(StoreError) -> [[UInt8]] {
        let leaves = try await self.ledger.leaves(from: Int64(clamping: index), limit: count, context)
        return leaves.map(\.bytes)
    }

    func latestCheckpoint(_ context: OperationContext) async throws(StoreError) -> String? {
        try await self.ledger.latestCheckpoint(context)?.note
    }

    func keep(
        _ checkpoint: SignedCheckpoint, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) {
        let head = checkpoint.checkpoint
        let stored = StoredCheckpoint(
            size: Int64(clamping: head.size), root: head.root.bytes, note: checkpoint.encoded, created: time)
        try await self.ledger.keep(stored, context)
    }
}
