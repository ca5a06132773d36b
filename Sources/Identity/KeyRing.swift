package import Kernel

/// All keys as they were at one moment: an immutable value that every event loop reads without a lock.
package struct KeyRing: Sendable {
    /// Longer ones are refused before they cost a hash.
    package static let longestKey = 256

    private let keys: [KeyDigest: VirtualKey]

    /// Of two keys with the same digest, which a store does not allow, the first one counts.
    package init(_ keys: some Sequence<(digest: KeyDigest, key: VirtualKey)>) {
        self.keys = Dictionary(keys.lazy.map { ($0.digest, $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// How many keys there are, expired and revoked ones included.
    package var count: Int { self.keys.count }

    /// Finds the key that was shown, as it stands in the request, without `Bearer`.
    ///
    /// How long the lookup takes tells a stranger nothing useful: it depends on the digest, and nobody can choose keys
    /// so that their digests come closer to a stored one. No byte of a stored key is ever compared with one of theirs.
    /// Cost: below one microsecond, whatever the number of keys.
    package func authenticate(_ presented: Span<UInt8>, at now: Timestamp) throws(IdentityError) -> VirtualKey {
        guard !presented.isEmpty, presented.count <= Self.longestKey else {
            throw IdentityError(.malformedKey, "a key has 1 to \(Self.longestKey) bytes")
        }
        guard let key = self.keys[KeyDigest(of: presented)] else {
            throw IdentityError(.unknownKey, "the key is not known")
        }
        // Whatever time a revocation carries: clocks differ, and taking a key back means now.
        guard key.revokedAt == nil else {
            throw IdentityError(.revokedKey, "the key has been revoked", key: key.id)
        }
        if let expiry = key.expiresAt, now >= expiry {
            throw IdentityError(.expiredKey, "the key has expired", key: key.id)
        }
        return key
    }
}
