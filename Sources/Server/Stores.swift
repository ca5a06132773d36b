package import Audit
package import Identity
package import Kernel
package import Policy
import PostgresStorage
package import Settings
import Storage

/// The databases of one gateway, as the ports that its modules asked for.
package struct Stores: Sendable {
    package let keys: any KeyStore
    package let events: any Ledger
    package let bundles: any BundleStore
    /// The keys of what is sealed in the log.
    package let vault: any KeyVault
    /// What is sealed, as far as it can be thrown away.
    private let payloads: any PayloadStore
    /// The events of before the ledger, where there may be such: in a file.
    private let archive: SQLiteEventArchive?

    /// Opens the databases that the settings of this file name, and makes those that there are not. A URL of one is looked
    /// up in the environment, or in the file that it names.
    /// - Throws: `StoreError`, `SettingsError` and what `ConfigurationFile.rootKeys` throws; they say what to do.
    package init(_ settings: Settings, file: ConfigurationFile) throws {
        let roots = try file.rootKeys(of: settings)
        if let reference = settings.storage.url {
            try self.init(settings, shared: reference, file.environment, roots)
        } else {
            try self.init(files: settings, roots)
        }
    }

    private init(
        _ settings: Settings, shared reference: SecretReference, _ environment: [String: String],
        _ roots: (now: RootKey, former: [RootKey])
    ) throws {
        func url(_ reference: SecretReference) throws -> PostgresURL {
            try PostgresURL(reference.resolve(environment: environment, readFile: ConfigurationFile.read))
        }
        let options = PostgresStore.Options()
        let store = try PostgresStore(try url(reference), options: options)
        self.keys = PostgresKeyStore(store)
        self.bundles = PostgresBundleStore(store)
        self.archive = nil
        let vault = try PostgresVault(
            try url(settings.storage.vaultURL ?? reference), root: roots.now, former: roots.former,
            entropy: SystemEntropy.bytes,
            // Who waits for the one server waits for the other, where they are one.
            options: settings.storage.vaultURL == nil ? options : PostgresStore.Options())
        self.vault = vault
        let ledger = try PostgresLedger(
            store, origin: settings.audit.origin, vault: vault, entropy: SystemEntropy.bytes)
        self.events = ledger
        self.payloads = ledger
    }

    private init(files settings: Settings, _ roots: (now: RootKey, former: [RootKey])) throws {
        let store = try SQLiteStore(path: settings.storagePath)
        self.keys = SQLiteKeyStore(store)
        self.bundles = SQLiteBundleStore(store)
        self.archive = SQLiteEventArchive(store)
        let vault = try SQLiteVault(
            path: settings.vaultPath, root: roots.now, former: roots.former, entropy: SystemEntropy.bytes)
        self.vault = vault
        let ledger = try SQLiteLedger(
            path: settings.auditPath, origin: settings.audit.origin, vault: vault, entropy: SystemEntropy.bytes)
        self.events = ledger
        self.payloads = ledger
    }

    /// What is forgotten and what is held; `record` makes each act durable in the log.
    package func custody(_ record: @escaping Custody.Record) -> Custody {
        Custody(
            vault: self.vault,
            random: {
                var random = SystemRandomNumberGenerator()
                return random.next()
            }, purge: { time in _ = try await self.payloads.purge(self.vault) { .ofServer(at: time) } },
            record: record)
    }

    /// How many events of before the ledger the database still has; they are no part of the log.
    package func countOfEarlierEvents(_ context: OperationContext) async throws(StoreError) -> Int {
        try await self.archive?.count(context) ?? 0
    }

    /// Events of before the ledger behind this sequence number, oldest first, some at a time.
    package func earlierEvents(
        after sequence: Int64, _ context: OperationContext
    ) async throws(StoreError) -> [StoredEvent] {
        try await self.archive?.events(after: sequence, context) ?? []
    }
}
