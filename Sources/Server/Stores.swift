package import Audit
package import Identity
package import Policy
package import Settings
import Storage

/// The database of one gateway, as the ports that its modules asked for.
package struct Stores: Sendable {
    package let keys: any KeyStore
    package let events: any EventStore
    package let bundles: any BundleStore

    /// Opens the database that the settings name, and makes it where there is none.
    /// - Throws: `StoreError` that says what to do.
    package init(_ settings: Settings) throws {
        let store = try SQLiteStore(path: settings.storagePath)
        self.keys = SQLiteKeyStore(store)
        self.events = SQLiteEventStore(store)
        self.bundles = SQLiteBundleStore(store)
    }
}
