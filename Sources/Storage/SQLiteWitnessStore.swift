package import Anchors
import GRDB
package import Kernel
package import Transparency

/// What a witness signed last, in a database of its own.
package struct SQLiteWitnessStore: WitnessStore {
    /// The most accusations that are kept: whoever has a checkpoint can send it again with a wrong proof.
    private static let accusationLimit = 1000

    private let store: SQLiteStore

    /// Opens the database at this path, and makes it where there is none.
    /// - Throws: as `SQLiteStore`.
    package init(path: String) throws(StoreError) {
        self.store = try SQLiteStore(path: path, options: SQLiteStore.Options(), schema: .witness)
    }

    package func decide(
        origin: String, at time: Timestamp, _ context: OperationContext,
        _ decide: @escaping @Sendable (SignedCheckpoint?) -> Witness.Decision
    ) async throws(StoreError) -> Witness.Decision {
        // One transaction that holds the write lock from its first statement: looking and keeping are one.
        try await self.store.write(context) { database in
            let known = try String.fetchOne(
                database, sql: "SELECT note FROM witnessed WHERE origin = ?", arguments: [origin])
            let latest = try known.map { note in
                guard let signed = try? SignedCheckpoint(parsing: Array(note.utf8)) else {
                    throw StoredValueError(table: "witnessed", column: "note")
                }
                return signed
            }
            let decision = decide(latest)
            if let kept = decision.kept { try Self.keep(kept, of: origin, at: time, database) }
            if let reason = decision.accusation, let offered = decision.offered {
                try Self.accuse(reason, known: known ?? "", offered: offered.encoded, at: time, database)
            }
            return decision
        }
    }

    private static func keep(
        _ signed: SignedCheckpoint, of origin: String, at time: Timestamp, _ database: Database
    ) throws {
        try database.execute(
            literal: """
                INSERT INTO witnessed (origin, size, note, signed_at)
                VALUES (\(origin), \(Int64(signed.checkpoint.size)), \(signed.encoded), \(time.microseconds))
                ON CONFLICT (origin) DO UPDATE
                SET size = excluded.size, note = excluded.note, signed_at = excluded.signed_at
                """)
    }

    private static func accuse(
        _ reason: String, known: String, offered: String, at time: Timestamp, _ database: Database
    ) throws {
        try database.execute(
            literal: """
                INSERT INTO accusation (time, reason, known, offered)
                SELECT \(time.microseconds), \(reason), \(known), \(offered)
                WHERE (SELECT count(*) FROM accusation) < \(Self.accusationLimit)
                ON CONFLICT (offered) DO NOTHING
                """)
    }

    package func latest(origin: String, _ context: OperationContext) async throws(StoreError) -> String? {
        try await self.store.read(context) { database in
            try String.fetchOne(database, sql: "SELECT note FROM witnessed WHERE origin = ?", arguments: [origin])
        }
    }

    package func accusations(_ context: OperationContext) async throws(StoreError) -> [WitnessAccusation] {
        try await self.store.read(context) { database in
            try Row.fetchAll(
                database, sql: "SELECT time, reason, known, offered FROM accusation ORDER BY sequence DESC"
            ).map { row in
                WitnessAccusation(
                    time: Timestamp(microseconds: try row.decode(Int64.self, atIndex: 0)),
                    reason: try row.decode(String.self, atIndex: 1), known: try row.decode(String.self, atIndex: 2),
                    offered: try row.decode(String.self, atIndex: 3))
            }
        }
    }

    /// Closes the file; every later call fails with `.unavailable`.
    package func close() throws(StoreError) { try self.store.close() }
}
