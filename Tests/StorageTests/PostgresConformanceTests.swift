import Audit
import Kernel
import TestSupport
import Testing

@testable import PostgresStorage

/// A database of one's own, as two processes have it.
struct PostgresBench: Sendable {
    let url: PostgresURL
    let vault: PostgresVault

    init(_ url: PostgresURL? = nil) throws {
        self.url = try url ?? PostgresServer.shared.get().database()
        self.vault = try PostgresVault(self.url, entropy: TestEntropy.bytes)
    }

    func store(_ options: PostgresStore.Options = PostgresStore.Options()) throws -> PostgresStore {
        try PostgresStore(self.url, options: options)
    }

    func ledger(
        _ origin: String = LedgerBench.origin, _ options: PostgresStore.Options = PostgresStore.Options()
    ) throws -> PostgresLedger {
        let vault = try PostgresVault(self.url, entropy: TestEntropy.bytes)
        return try PostgresLedger(self.store(options), origin: origin, vault: vault, entropy: TestEntropy.bytes)
    }
}

@Suite("PostgreSQL behind the ports", .enabled(if: PostgresServer.isThere))
struct PostgresConformanceTests {
    @Test("As a store of keys", arguments: KeyStoreConformance.all)
    func keys(_ conformance: KeyStoreConformance) async throws {
        let bench = try PostgresBench()
        try await conformance.run { (PostgresKeyStore(try bench.store()), PostgresKeyStore(try bench.store())) }
    }

    @Test("As a store of events", arguments: EventStoreConformance.all)
    func events(_ conformance: EventStoreConformance) async throws {
        let bench = try PostgresBench()
        let (log, other) = (try bench.ledger(), try bench.ledger())
        try await conformance.run { (log, other) }
        log.close()
        other.close()
    }

    @Test("As a store of bundles of policies", arguments: BundleStoreConformance.all)
    func bundles(_ conformance: BundleStoreConformance) async throws {
        let bench = try PostgresBench()
        try await conformance.run { (PostgresBundleStore(try bench.store()), PostgresBundleStore(try bench.store())) }
    }

    @Test("As a log", arguments: LedgerConformance.all)
    func ledger(_ conformance: LedgerConformance) async throws {
        let bench = try PostgresBench()
        try await conformance.run(LedgerBench(vault: bench.vault) { try bench.ledger($0) })
    }

    @Test("As a vault", arguments: VaultConformance.all)
    func vault(_ conformance: VaultConformance) async throws {
        let bench = try PostgresBench()
        try await conformance.run(bench.vault, PostgresVault(bench.url, entropy: TestEntropy.bytes))
    }
}
