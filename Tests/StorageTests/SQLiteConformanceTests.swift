import Storage
import Testing

@Suite("SQLite behind the ports")
struct SQLiteConformanceTests {
    @Test("As a store of keys", arguments: KeyStoreConformance.all)
    func keys(_ conformance: KeyStoreConformance) async throws {
        let database = try SharedDatabase()
        try await conformance.run { (SQLiteKeyStore(database.store), SQLiteKeyStore(database.other)) }
    }

    @Test("As a store of events", arguments: EventStoreConformance.all)
    func events(_ conformance: EventStoreConformance) async throws {
        let database = try SharedDatabase()
        try await conformance.run { (database.log, database.otherLog) }
    }

    @Test("As a store of bundles of policies", arguments: BundleStoreConformance.all)
    func bundles(_ conformance: BundleStoreConformance) async throws {
        let database = try SharedDatabase()
        try await conformance.run { (SQLiteBundleStore(database.store), SQLiteBundleStore(database.other)) }
    }

    @Test("As a log", arguments: LedgerConformance.all)
    func ledger(_ conformance: LedgerConformance) async throws {
        let folder = try TemporaryFolder()
        let vault = try SQLiteVault.ofTests(folder.file("vault.db"))
        try await conformance.run(
            LedgerBench(vault: vault) { origin in
                try SQLiteLedger(
                    path: folder.file("audit.db"), origin: origin,
                    vault: SQLiteVault.ofTests(folder.file("vault.db")),
                    entropy: TestEntropy.bytes)
            })
    }

    @Test("As a vault", arguments: VaultConformance.all)
    func vault(_ conformance: VaultConformance) async throws {
        let folder = try TemporaryFolder()
        func open() throws -> SQLiteVault {
            try SQLiteVault.ofTests(folder.file("vault.db"))
        }
        try await conformance.run(open(), open())
    }
}
