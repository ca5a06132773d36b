package import Audit
package import Kernel

/// The log in PostgreSQL, which several gateways write together.
///
/// Reading asks the database; appending goes through `LogIntegrator`, whose thread begins with the first append.
package final class PostgresLedger: Ledger {
    package let origin: String
    let store: PostgresStore
    let sealer: Sealer
    let unsealer: Unsealer
    let integrator: LogIntegrator

    /// Connects to the log in the database of this store, and begins one where there is none.
    /// - Throws: `.conflict` where the log has another origin.
    package init(
        _ store: PostgresStore, origin: String, vault: any KeyVault, entropy: @escaping Sealer.Entropy
    ) throws(StoreError) {
        self.store = store
        self.sealer = try Sealer(vault: vault, entropy: entropy)
        self.unsealer = try Unsealer(vault: vault, sealer: self.sealer)
        self.origin = origin
        self.integrator = LogIntegrator(store, entropy: entropy)
        let kept = try store.writeNow { connection, deadline throws(StoreError) in
            try connection.run(
                "INSERT INTO log_state (one, origin, size, settled) VALUES (1, \(origin), 0, 0) ON CONFLICT DO NOTHING",
                until: deadline)
            return try connection.run("SELECT origin FROM log_state", until: deadline).first?.text(0)
        }
        guard kept == origin else {
            throw StoreError(
                .conflict,
                """
                the log in the database is called `\(kept ?? "")`, and the configuration calls it `\(origin)`
                hint: set audit.origin to the log's name, or storage.url to another database
                """)
        }
    }

    @discardableResult
    package func append(_ events: [Event]) throws(StoreError) -> [Int64] {
        guard !events.isEmpty else { return [] }
        return try self.append(try self.sealer.seal(events))
    }

    package func prepare(_ events: [Event]) throws(StoreError) -> PreparedEvents {
        let entries = try self.sealer.seal(events)
        return PreparedEvents { () throws(StoreError) in try self.append(entries) }
    }

    /// Appends what is sealed already: all or nothing, durable when it returns.
    @discardableResult
    package func append(_ entries: [LogEntry]) throws(StoreError) -> [Int64] {
        guard !entries.isEmpty else { return [] }
        return try self.integrator.append(entries)
    }

    /// Those that processes began which are gone: what others have under way is theirs.
    package func openStarts() throws(StoreError) -> [(id: Identifier<Exchange>, index: Int64)] {
        try self.store.readNow { connection, deadline throws(StoreError) in
            let living = try connection.run(
                """
                SELECT objid::int8 FROM pg_locks WHERE locktype = 'advisory' AND granted
                    AND classid::int8 = \(LogIntegrator.replicaClass)
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """, until: deadline
            ).map { row throws(StoreError) in try row.integer(0) }
            let isLiving = Set(living)
            let rows = try connection.run(LogPlaces.openStarts, until: deadline)
            var starts: [(id: Identifier<Exchange>, index: Int64)] = []
            for index in 0..<rows.count where !isLiving.contains(try rows[index].integer(2)) {
                guard let id = Identifier<Exchange>(try rows[index].text(0)) else {
                    throw StoreError.unreadable("leaf", "id")
                }
                starts.append((id, try rows[index].integer(1)))
            }
            return starts
        }
    }

    /// Nothing to be said: whoever leads knows of all exchanges that are under way, whoever began them.
    package func takeCharge() throws(StoreError) {}

    package func pseudonym(of principal: Principal) -> String { self.sealer.pseudonym(of: principal) }

    package func principal(of pseudonym: String) throws(StoreError) -> Principal? {
        try self.unsealer.principal(of: pseudonym)
    }

    package func reveal(
        _ kind: PayloadKind, of index: Int64, _ context: OperationContext
    ) async throws(StoreError) -> [UInt8]? {
        let logged = try await self.leaves(from: index, limit: 1, context).first
        guard let logged, logged.index == index, let leaf = try? Leaf(logged.bytes) else { return nil }
        let payloads = try await self.payloads(index..<index + 1, context)
        guard let payload = payloads.first(where: { $0.payload.kind == kind })?.payload else { return nil }
        return try self.unsealer.content(of: payload, event: leaf.id)
    }

    /// Ends the writing when all that was handed in has its place, and closes the connections; every later call fails with
    /// `.unavailable`.
    package func close() {
        self.integrator.close()
        self.store.close()
    }
}
