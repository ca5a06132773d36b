package import Audit
package import Kernel
import Transparency

extension PostgresLedger {
    package func head(_ context: OperationContext) async throws(StoreError) -> (size: Int64, root: [UInt8]) {
        let edge = try await self.edge(context)
        return (Int64(edge.size), edge.root.bytes)
    }

    /// How many leaves are read to catch up; where it is more, the edge is read anew.
    private static let nearby: Int64 = 512

    /// The right edge of what is committed, whoever committed it.
    private func edge(_ context: OperationContext) async throws(StoreError) -> RightEdge {
        let known = self.integrator.edge
        let edge = try await self.store.read(context) { connection, deadline throws(StoreError) in
            let size = try connection.run("SELECT size FROM log_state", until: deadline).first?.integer(0) ?? 0
            let behind = size - Int64(known.size)
            guard behind > 0 else { return known }
            guard behind <= Self.nearby else { return try RightEdge(size: size, connection, deadline) }
            var edge = known
            let rows = try connection.run(
                "SELECT data FROM leaf WHERE idx >= \(Int64(known.size)) AND idx < \(size) ORDER BY idx",
                until: deadline)
            guard rows.count == Int(behind) else { throw StoreError.unreadable("leaf", "idx") }
            for index in 0..<rows.count {
                let leaf = try rows[index].bytes(0)
                _ = edge.append(Hash.leaf(leaf))
            }
            return edge
        }
        self.integrator.remember(edge)
        return edge
    }

    package func leaves(
        from index: Int64, limit: Int, _ context: OperationContext
    ) async throws(StoreError) -> [LoggedLeaf] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                "SELECT idx, data FROM leaf WHERE idx >= \(index) ORDER BY idx LIMIT \(max(0, limit))", until: deadline
            ).map { row throws(StoreError) in LoggedLeaf(index: try row.integer(0), bytes: try row.bytes(1)) }
        }
    }

    package func tile(
        level: Int, _ number: Int64, width: Int, _ context: OperationContext
    ) async throws(StoreError) -> [UInt8]? {
        guard (0..<8).contains(level), number >= 0, (1...TileID.fullWidth).contains(width) else { return nil }
        // What is at the edge is in memory, and costs nothing.
        let id = TileID(level: level, index: UInt64(number), width: width)
        if let tile = self.integrator.edge.tile(id) { return tile.bytes }
        let full = try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                "SELECT data FROM tile WHERE level = \(level) AND n = \(number)", until: deadline
            ).first?.bytes(0)
        }
        if let full { return Array(full.prefix(width * Hash.byteCount)) }
        return try await self.edge(context).tile(id)?.bytes
    }

    package func payloads(
        _ indices: Range<Int64>, _ context: OperationContext
    ) async throws(StoreError) -> [StoredPayload] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                """
                SELECT idx, k, kid, nonce, ct FROM payload
                WHERE idx >= \(indices.lowerBound) AND idx < \(indices.upperBound) ORDER BY idx, k
                """, until: deadline
            ).map { row throws(StoreError) in
                guard let kind = PayloadKind(rawValue: try row.text(1)) else {
                    throw StoreError.unreadable("payload", "k")
                }
                return StoredPayload(
                    index: try row.integer(0),
                    payload: SealedPayload(
                        kind: kind, keys: try row.text(2), nonce: try row.bytes(3), ciphertext: try row.bytes(4)))
            }
        }
    }

    // MARK: Checkpoints

    package func checkpoints(_ context: OperationContext) async throws(StoreError) -> [StoredCheckpoint] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run("SELECT size, root, note, created FROM checkpoint ORDER BY size", until: deadline)
                .map(Self.checkpoint)
        }
    }

    package func latestCheckpoint(_ context: OperationContext) async throws(StoreError) -> StoredCheckpoint? {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                "SELECT size, root, note, created FROM checkpoint ORDER BY size DESC LIMIT 1", until: deadline
            ).map(Self.checkpoint).first
        }
    }

    package func keep(_ checkpoint: StoredCheckpoint, _ context: OperationContext) async throws(StoreError) {
        try await self.store.write(context) { connection, deadline throws(StoreError) in
            let isNew =
                try connection.run(
                    """
                    INSERT INTO checkpoint (size, root, note, created)
                    VALUES (\(checkpoint.size), \(checkpoint.root), \(checkpoint.note), \(checkpoint.created.microseconds))
                    ON CONFLICT (size) DO NOTHING
                    """, until: deadline
                ).changed > 0
            guard !isNew else { return }
            let kept = try connection.run(
                """
                SELECT note FROM checkpoint WHERE size = \(checkpoint.size) AND root = \(checkpoint.root) FOR UPDATE
                """, until: deadline
            ).first?.text(0)
            guard let kept else { return }
            let more = Note.signatures(of: checkpoint.note, missingIn: kept)
            guard !more.isEmpty else { return }
            _ = try connection.run(
                "UPDATE checkpoint SET note = \(kept + more) WHERE size = \(checkpoint.size)", until: deadline)
        }
    }

    private static func checkpoint(_ row: PostgresRow) throws(StoreError) -> StoredCheckpoint {
        StoredCheckpoint(
            size: try row.integer(0), root: try row.bytes(1), note: try row.text(2),
            created: Timestamp(microseconds: try row.integer(3)))
    }
}
