import Kernel

/// Tables in a schema of their own, as the list of steps that lead to them. Steps are only ever added at the end.
struct PostgresSchema: Sendable {
    struct Migration: Sendable {
        let name: String
        let sql: String
    }

    /// Keys, policies and the log.
    static let current = PostgresSchema(
        name: "gatehouse",
        migrations: [
            Migration(name: "keys", sql: Self.keys), Migration(name: "policies", sql: Self.policies),
            Migration(name: "log", sql: Self.log),
        ])

    /// Keys of payloads, holds and orders.
    static let vault = PostgresSchema(
        name: "gatehouse_vault", migrations: [Migration(name: "vault", sql: Self.vaultTables)])

    /// How the server calls it.
    let name: String
    let migrations: [Migration]

    /// Takes all steps that were not taken yet, all or nothing. Of several processes that do so one waits for the other.
    ///
    /// A database that is up to date is not written to, so that whoever serves needs no right to make tables.
    func bringUpToDate(
        _ connection: PostgresConnection, until deadline: ContinuousClock.Instant
    ) throws(StoreError) {
        if try self.version(connection, deadline) == self.migrations.count { return }
        // Before the transaction: one that waited within would still think that there are no tables. An error ends the
        // connection, and the lock with it.
        try connection.run("SELECT pg_advisory_lock(\(Self.lock))", until: deadline)
        try connection.transaction(until: deadline) { connection throws(StoreError) in
            let version = try self.version(connection, deadline)
            guard version <= self.migrations.count else {
                throw StoreError(
                    .conflict,
                    """
                    the tables `\(self.name)` are of version \(version) and this gatehouse knows versions up to \
                    \(self.migrations.count)
                    hint: run the newer gatehouse that wrote them, or restore a backup from before
                    """)
            }
            if version == 0 {
                try connection.script(
                    """
                    CREATE SCHEMA IF NOT EXISTS \(self.name);
                    CREATE TABLE \(self.name).schema_version (
                        one int8 PRIMARY KEY CHECK (one = 1), version int8 NOT NULL CHECK (version >= 0));
                    INSERT INTO \(self.name).schema_version VALUES (1, 0);
                    """, until: deadline)
            }
            try connection.script("SET LOCAL search_path = \(self.name)", until: deadline)
            for migration in self.migrations.dropFirst(version) {
                try connection.script(migration.sql, until: deadline)
            }
            try connection.run("UPDATE schema_version SET version = \(self.migrations.count)", until: deadline)
        }
        try connection.run("SELECT pg_advisory_unlock(\(Self.lock))", until: deadline)
    }

    /// Only one process at a time makes tables.
    private static let lock: Int64 = 0x4754_485F_7363_6865

    /// How many steps were taken; 0 where there are no tables yet.
    private func version(
        _ connection: PostgresConnection, _ deadline: ContinuousClock.Instant
    ) throws(StoreError) -> Int {
        let table = "\(self.name).schema_version"
        guard try connection.run("SELECT to_regclass(\(table))::text", until: deadline).first?.textIfPresent(0) != nil
        else { return 0 }
        // Not prepared: the name of a table is no value. It is one of ours.
        let query = PostgresQuery(stringLiteral: "SELECT version FROM \(self.name).schema_version")
        return Int(try connection.run(query, until: deadline).first?.integer(0) ?? 0)
    }
}
