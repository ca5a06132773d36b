package import Audit
import Foundation
import GRDB
package import Kernel
import Synchronization
import Transparency

extension SQLiteLedger {
    package func head(_ context: OperationContext) async throws(StoreError) -> (size: Int64, root: [UInt8]) {
        let edge = try await self.edge(context)
        return (Int64(edge.size), edge.root.bytes)
    }

    /// The right edge of what is committed, whoever committed it.
    private func edge(_ context: OperationContext) async throws(StoreError) -> RightEdge {
        try await self.store.read(context) { [writer] database in
            let size = try Int64.fetchOne(database, sql: "SELECT size FROM log_state") ?? 0
            // Asked afterwards: what this process has committed meanwhile is known as well.
            let known = writer.committed
            return UInt64(size) <= known.size ? known : try LedgerWriter.edge(of: database)
        }
    }

    package func leaves(
        from index: Int64, limit: Int, _ context: OperationContext
    ) async throws(StoreError) -> [LoggedLeaf] {
        try await self.store.read(context) { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT idx, data FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?",
                arguments: [index, max(0, limit)])
            return try rows.map { LoggedLeaf(index: try $0.decode(Int64.self, atIndex: 0), bytes: try $0.blob(1)) }
        }
    }

    package func tile(
        level: Int, _ number: Int64, width: Int, _ context: OperationContext
    ) async throws(StoreError) -> [UInt8]? {
        guard (0..<8).contains(level), number >= 0, (1...TileID.fullWidth).contains(width) else { return nil }
        // What is at the edge is in memory, and costs nothing.
        let id = TileID(level: level, index: UInt64(number), width: width)
        if let tile = self.writer.committed.tile(id) { return tile.bytes }
        if let known = self.upperTiles.withLock({ $0[id.full] }) { return Array(known.prefix(width * Hash.byteCount)) }
        let full = try await self.store.read(context) { database in
            let statement = try database.cachedStatement(sql: "SELECT data FROM tile WHERE level = ? AND n = ?")
            return try Row.fetchOne(statement, arguments: [level, number])?.blob(0)
        }
        if let full {
            // Every proof goes through those above the leaves, they are few, and they never change.
            if level > 0 {
                self.upperTiles.withLock { tiles in
                    if tiles.count >= Self.rememberedTiles { tiles = [:] }
                    tiles[id.full] = full
                }
            }
            return Array(full.prefix(width * Hash.byteCount))
        }
        return try await self.edge(context).tile(id)?.bytes
    }

    package func payloads(
        _ indices: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> [StoredPayload] {
        try await self.store.read(context) { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT idx, k, kid, nonce, ct FROM payload WHERE idx >= ? AND idx < ? ORDER BY idx, k",
                arguments: [indices.lowerBound, indices.upperBound])
            return try rows.map { row in
                guard let kind = PayloadKind(rawValue: try row.decode(String.self, atIndex: 1)) else {
                    throw StoredValueError(table: "payload", column: "k")
                }
                return StoredPayload(
                    index: try row.decode(Int64.self, atIndex: 0),
                    payload: SealedPayload(
                        kind: kind, keys: try row.decode(String.self, atIndex: 2), nonce: try row.blob(3),
                        ciphertext: try row.blob(4)))
            }
        }
    }

    // MARK: Checkpoints

    package func checkpoints(_ context: OperationContext) async throws(StoreError) -> [StoredCheckpoint] {
        try await self.store.read(context) { database in
            try Row.fetchAll(database, sql: "SELECT size, root, note, created FROM checkpoint ORDER BY size")
                .map(Self.checkpoint)
        }
    }

    package func latestCheckpoint(_ context: OperationContext) async throws(StoreError) -> StoredCheckpoint? {
        try await self.store.read(context) { database in
            try Row.fetchOne(
                database, sql: "SELECT size, root, note, created FROM checkpoint ORDER BY size DESC LIMIT 1"
            ).map(Self.checkpoint)
        }
    }

    package func keep(_ checkpoint: StoredCheckpoint, _ context: OperationContext) async throws(StoreError) {
        let root = checkpoint.root.data
        try await self.store.write(context) { database in
            try database.execute(
                literal: """
                    INSERT INTO checkpoint (size, root, note, created)
                    VALUES (\(checkpoint.size), \(root), \(checkpoint.note), \(checkpoint.created.microseconds))
                    ON CONFLICT (size) DO NOTHING
                    """)
            guard database.changesCount == 0 else { return }
            let kept = try String.fetchOne(
                database, sql: "SELECT note FROM checkpoint WHERE size = ? AND root = ?",
                arguments: [checkpoint.size, root])
            let more = kept.map { Note.signatures(of: checkpoint.note, missingIn: $0) } ?? ""
            guard let kept, !more.isEmpty else { return }
            try database.execute(
                sql: "UPDATE checkpoint SET note = ? WHERE size = ?", arguments: [kept + more, checkpoint.size])
        }
    }

    private static func checkpoint(_ row: Row) throws -> StoredCheckpoint {
        StoredCheckpoint(
            size: try row.decode(Int64.self, atIndex: 0), root: try row.blob(1),
            note: try row.decode(String.self, atIndex: 2),
            created: Timestamp(microseconds: try row.decode(Int64.self, atIndex: 3)))
    }
}
