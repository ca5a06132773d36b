package import Anchors
package import Kernel
package import Transparency

/// What a witness signed last, in PostgreSQL.
package struct PostgresWitnessStore: WitnessStore {
    /// The most accusations that are kept: whoever has a checkpoint can send it again with a wrong proof.
    private static let accusationLimit: Int64 = 1000

    private static let lock: Int64 = 0x4754_4857_7769_746E

    private let store: PostgresStore

    /// Connects to the database of this URL, and makes the tables where there are none.
    package init(_ url: PostgresURL, options: PostgresStore.Options = PostgresStore.Options()) throws(StoreError) {
        self.store = try PostgresStore(url, options: options, schema: .witness)
    }

    package func decide(
        origin: String, at time: Timestamp, _ context: OperationContext,
        _ decide: @escaping @Sendable (SignedCheckpoint?) -> Witness.Decision
    ) async throws(StoreError) -> Witness.Decision {
        try await self.store.write(context) { connection, deadline throws(StoreError) in
            // Looking and keeping are one, also where the log is new.
            try connection.run("SELECT pg_advisory_xact_lock(\(Self.lock))", until: deadline)
            let known = try Self.note(origin, connection, deadline)
            var latest: SignedCheckpoint?
            if let known {
                guard let signed = try? SignedCheckpoint(parsing: Array(known.utf8)) else {
                    throw StoreError.unreadable("witnessed", "note")
                }
                latest = signed
            }
            let decision = decide(latest)
            if let kept = decision.kept {
                try connection.run(
                    """
                    INSERT INTO witnessed (origin, size, note, signed_at)
                    VALUES (\(origin), \(Int64(kept.checkpoint.size)), \(kept.encoded), \(time.microseconds))
                    ON CONFLICT (origin) DO UPDATE
                    SET size = excluded.size, note = excluded.note, signed_at = excluded.signed_at
                    """, until: deadline)
            }
            if let reason = decision.accusation, let offered = decision.offered {
                let hash = Hash.plain(Array(offered.encoded.utf8).span).bytes
                try connection.run(
                    """
                    INSERT INTO accusation (time, reason, known, offered, offered_hash)
                    SELECT \(time.microseconds), \(reason), \(known ?? ""), \(offered.encoded), \(hash)
                    WHERE (SELECT count(*) FROM accusation) < \(Self.accusationLimit)
                    ON CONFLICT DO NOTHING
                    """, until: deadline)
            }
            return decision
        }
    }

    private static func note(
        _ origin: String, _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> String? {
        try connection.run("SELECT note FROM witnessed WHERE origin = \(origin)", until: deadline).first?.text(0)
    }

    package func latest(origin: String, _ context: OperationContext) async throws(StoreError) -> String? {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try Self.note(origin, connection, deadline)
        }
    }

    package func accusations(_ context: OperationContext) async throws(StoreError) -> [WitnessAccusation] {
        try await self.store.read(context) { connection, deadline throws(StoreError) in
            try connection.run(
                "SELECT time, reason, known, offered FROM accusation ORDER BY sequence DESC", until: deadline
            ).map { row throws(StoreError) in
                WitnessAccusation(
                    time: Timestamp(microseconds: try row.integer(0)), reason: try row.text(1),
                    known: try row.text(2), offered: try row.text(3))
            }
        }
    }

    /// Closes the connections; every later call fails with `.unavailable`.
    package func close() { self.store.close() }
}
