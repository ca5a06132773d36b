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
        self.vault = try PostgresVault(self.url, root: TestRoot.key(1), entropy: TestEntropy.bytes)
    }

    func store(_ options: PostgresStore.Options = PostgresStore.Options()) throws -> PostgresStore {
        try PostgresStore(self.url, options: options)
    }

    func ledger(
        _ origin: String = LedgerBench.origin, _ options: PostgresStore.Options = PostgresStore.Options()
    ) throws -> PostgresLedger {
        let vault = try PostgresVault(self.url, root: TestRoot.key(1), entropy: TestEntropy.bytes)
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
        try await conformance.run(
            bench.vault, PostgresVault(bench.url, root: TestRoot.key(1), entropy: TestEntropy.bytes))
    }

    @Test("A vault is wrapped anew under another root key, and opens with no other")
    func roots() throws {
        let bench = try PostgresBench()
        let pseudonyms = try bench.vault.pseudonymKey()
        let month = try #require(Month("2026-11"))
        let name = Principal(kind: .user, id: "ann")
        let key = try bench.vault.sealingKey(for: "p:a", name: name, month: month, .metadata)
        func open(_ root: UInt8, _ former: [UInt8] = []) throws -> PostgresVault {
            try PostgresVault(
                bench.url, root: TestRoot.key(root), former: former.map(TestRoot.key), entropy: TestEntropy.bytes)
        }
        #expect(throws: StoreError(.conflict, "")) { try open(2) }
        #expect(throws: StoreError(.conflict, "")) { try open(2, [3]) }
        let rotated = try open(2, [3, 1])
        #expect(try rotated.pseudonymKey() == pseudonyms)
        #expect(try rotated.key(key.id)?.id == key.id)
        #expect(try rotated.principal(of: "p:a") == name)
        #expect(throws: StoreError(.conflict, "")) { try open(1) }
        #expect(throws: StoreError(.corrupt, "")) { try bench.vault.key(key.id) }
        #expect(try open(2).principal(of: "p:a") == name)
    }
}
