import Crypto
import Foundation
package import Kernel

/// What wraps the keys of a vault, so that a copy of the vault alone opens nothing.
///
/// Each key is wrapped by AES-256-GCM under it, with the key's name as associated data: wrapped keys cannot change places.
package struct RootKey: Sendable {
    /// Bytes of the key itself, and of any key that is not wrapped.
    package static let byteCount = 32
    /// Bytes of a wrapped key: nonce, ciphertext, tag.
    package static let wrappedCount = 12 + Self.byteCount + 16

    /// What a key of a vault is called where it is wrapped.
    package enum Name {
        package static let pseudonyms = "secret/pseudonyms"

        package static func subject(_ pseudonym: String, _ generation: Int64) -> String {
            "subject/\(pseudonym)/\(generation)"
        }

        package static func month(_ month: String, _ retention: String, _ generation: Int64) -> String {
            "month/\(month)/\(retention)/\(generation)"
        }
    }

    /// Thrown where a vault is wrapped by none of the root keys at hand.
    package static let isAnother = StoreError(
        .conflict,
        """
        the vault is wrapped by another root key
        hint: restore audit.root_key or the file vault.key, or name the key of before as audit.root_key_before
        """)
    package static let isUnknown = StoreError(.corrupt, "the vault holds keys wrapped by an unknown root key")

    private let key: SymmetricKey

    /// nil unless it has 32 bytes.
    package init?(_ bytes: Secret<[UInt8]>) {
        guard bytes.reveal().count == Self.byteCount else { return nil }
        self.key = SymmetricKey(data: bytes.reveal())
    }

    /// 32 bytes that tell one root key from another, and nothing of either.
    package var fingerprint: [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Self.label, using: self.key))
    }

    private static let label = Array("gatehouse/root/v1".utf8)

    /// Wraps a key that has this name, with 12 random bytes that were never used before.
    package func wrap(_ key: [UInt8], name: String, random: [UInt8]) throws(StoreError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(
                key, using: self.key, nonce: AES.GCM.Nonce(data: random), authenticating: Array(name.utf8))
            if let combined = box.combined { return Array(combined) }
        } catch {
            throw StoreError(.unavailable, "a key could not be wrapped", underlying: error)
        }
        throw StoreError(.unavailable, "a key could not be wrapped")
    }

    /// The key that was wrapped under this name.
    /// - Throws: `.corrupt` where it was wrapped by another root key, or under another name.
    package func unwrap(_ wrapped: [UInt8], name: String) throws(StoreError) -> [UInt8] {
        guard let box = try? AES.GCM.SealedBox(combined: wrapped),
            let key = try? AES.GCM.open(box, using: self.key, authenticating: Array(name.utf8))
        else {
            throw StoreError(
                .corrupt,
                """
                the vault's key `\(name)` does not open with the root key
                hint: where the root key was changed meanwhile, restart the gateway; else restore the vault
                """)
        }
        return Array(key)
    }
}
