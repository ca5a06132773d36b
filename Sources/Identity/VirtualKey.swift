// Identity: who asks. Virtual keys, how they are recognised, and the port to where they are kept.

package import Kernel

/// What a program shows to be let in: it stands for a provider's key without being one, and can be taken back alone.
///
/// The key itself (`KeySecret`) is shown once, when it is made; kept is this and a digest.
package struct VirtualKey: Hashable, Sendable, Identified {
    package static let identifierPrefix = "key"

    package enum Role: String, Sendable, CaseIterable {
        /// May call models.
        case application
        /// May call models and administer Gatehouse.
        case administrator
    }

    package let id: Identifier<VirtualKey>
    /// What people call it: 1 to 200 characters, need not be unique.
    package let name: String
    package let role: Role
    /// The aliases of models that it may use; nil where it may use every one, empty where none.
    package let models: [String]?
    package let createdAt: Timestamp
    /// From when on it is no longer accepted; nil where it does not expire. Later than `createdAt`.
    package let expiresAt: Timestamp?
    /// When it was taken back; a revoked key stays revoked.
    package let revokedAt: Timestamp?
    /// Who acts when this key is shown.
    package let principal: Principal

    package init(
        id: Identifier<VirtualKey>, name: String, role: Role, models: [String]? = nil, createdAt: Timestamp,
        expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.models = models
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.principal = Principal(kind: .service, id: id.description)
    }

    /// Whether it may use the model of this alias. Cost: one comparison for each alias that it may use.
    package func mayUse(model alias: String) -> Bool { self.models?.contains(alias) ?? true }

    /// The same key, taken back at `time`; unchanged where it was taken back before.
    package func revoked(at time: Timestamp) -> VirtualKey {
        VirtualKey(
            id: self.id, name: self.name, role: self.role, models: self.models, createdAt: self.createdAt,
            expiresAt: self.expiresAt, revokedAt: self.revokedAt ?? time)
    }
}
