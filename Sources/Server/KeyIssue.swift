package import Identity
package import Kernel

/// What a new key shall be.
package struct KeyOrder: Sendable, Hashable {
    package var name: String
    package var role = VirtualKey.Role.application
    /// The aliases that it may use; nil for every one.
    package var models: [String]?
    package var expiresAt: Timestamp?

    package init(name: String) { self.name = name }
}

/// Makes keys: the secret is shown to whoever ordered it and kept by nobody.
package struct KeyIssue: Sendable {
    private let store: any KeyStore
    private let clock: any WallClock

    package init(store: any KeyStore, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    package func create(
        _ order: KeyOrder, _ context: OperationContext
    ) async throws(StoreError) -> (key: VirtualKey, secret: KeySecret) {
        var random = SystemRandomNumberGenerator()
        let now = self.clock.now()
        let secret = KeySecret(using: &random)
        let key = VirtualKey(
            id: Identifier(at: now, using: &random), name: order.name, role: order.role, models: order.models,
            createdAt: now, expiresAt: order.expiresAt, revokedAt: nil)
        try await self.store.create(key, digest: secret.digest, context)
        return (key, secret)
    }
}

/// The written form of a key for people and programs; the secret only where it was just made.
package enum KeyDescription {
    package static func write(_ key: VirtualKey, secret: KeySecret? = nil, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", key.id.description)
        if let secret { json.member("key", secret.reveal()) }
        json.member("name", key.name)
        json.member("role", key.role.rawValue)
        json.name("models")
        if let models = key.models {
            json.beginArray()
            for model in models { json.string(model) }
            json.endArray()
        } else {
            json.null()
        }
        json.member("created", key.createdAt.description)
        json.member("expires", ifPresent: key.expiresAt?.description)
        json.member("revoked", ifPresent: key.revokedAt?.description)
        json.endObject()
    }
}
