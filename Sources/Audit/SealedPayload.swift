import Crypto
import Foundation

/// A payload as it is kept: bytes that only the keys of its subject and of its month open.
///
/// Before its content stand 32 random bytes, which make the commitment hide the content once the keys are gone: who only
/// has the leaf cannot try out what it may have been. AES-GCM alone would not bind: a second key could be found that opens
/// the same ciphertext to another text. The commitment does.
package struct SealedPayload: Hashable, Sendable {
    package let kind: PayloadKind
    /// Names the keys that open it.
    package let keys: String
    /// The nonce, 12 bytes; behind it the ciphertext and its tag, 16 bytes.
    package let sealed: [UInt8]

    package init(kind: PayloadKind, keys: String, sealed: [UInt8]) {
        self.kind = kind
        self.keys = keys
        self.sealed = sealed
    }

    package init(kind: PayloadKind, keys: String, nonce: [UInt8], ciphertext: [UInt8]) {
        self.init(kind: kind, keys: keys, sealed: nonce + ciphertext)
    }

    package static let nonceBytes = 12
    package static let saltBytes = 32
    /// How many random bytes the sealing of one payload takes.
    package static let randomBytes = Self.nonceBytes + Self.saltBytes

    package var nonce: [UInt8] { Array(self.sealed.prefix(Self.nonceBytes)) }
    /// The ciphertext and its tag.
    package var ciphertext: [UInt8] { Array(self.sealed.dropFirst(Self.nonceBytes)) }

    /// What the leaf says of it, as far as it can be seen from outside.
    package var cipherHash: String { Base64Text.encode(Array(SHA256.hash(data: self.sealed))) }

    /// The commitment that a leaf holds: SHA-256 of a label, the salt and the content.
    package static func commitment(to salted: [UInt8]) -> String {
        var hasher = SHA256()
        hasher.update(data: Self.label)
        hasher.update(data: salted)
        return Base64Text.encode(Array(hasher.finalize()))
    }

    private static let label = Array("gh-commit-v1".utf8)
}

/// The key of one subject and one month: each payload has a key of its own made of it.
package struct PayloadKey: Sendable {
    /// Names it, as leaves and rows do: `<subject>/<month>/<class>`.
    package let id: String
    /// HMAC with the pseudorandom key, begun once: what goes before every message is half of its cost.
    private let code: HMAC<SHA256>

    /// Makes it of 32 bytes of the person's key and 32 of the month's.
    package init(id: String, subject: [UInt8], month: [UInt8]) {
        self.id = id
        let code = HKDF<SHA256>.extract(
            inputKeyMaterial: SymmetricKey(data: subject + month), salt: [UInt8]?.none)
        self.code = HMAC(key: SymmetricKey(data: Array(code)))
    }

    /// HKDF-Expand (RFC 5869) to 32 bytes, which is one block.
    private func key(_ event: [UInt8], _ kind: PayloadKind) -> SymmetricKey {
        var code = self.code
        code.update(data: Self.label + event + [0] + Array(kind.rawValue.utf8) + [1])
        return SymmetricKey(data: code.finalize())
    }

    private static let label = Array("gatehouse/payload/v1\0".utf8)

    /// Seals a content for the event of this id, with `SealedPayload.randomBytes` that were never used before.
    package func seal(
        _ content: [UInt8], _ kind: PayloadKind, event: [UInt8], random: ArraySlice<UInt8>
    ) throws(PayloadError) -> (payload: SealedPayload, reference: Leaf.Payload) {
        var salted: [UInt8] = []
        salted.reserveCapacity(SealedPayload.saltBytes + content.count)
        salted += random.prefix(SealedPayload.saltBytes)
        salted += content
        do {
            let box = try AES.GCM.seal(
                salted, using: self.key(event, kind),
                nonce: AES.GCM.Nonce(data: random.suffix(SealedPayload.nonceBytes)),
                authenticating: event + [0] + Array(kind.rawValue.utf8))
            guard let combined = box.combined else { throw PayloadError.unsealable }
            let payload = SealedPayload(kind: kind, keys: self.id, sealed: Array(combined))
            return (
                payload,
                Leaf.Payload(
                    kind: kind, keys: self.id, count: Int64(content.count), cipherHash: payload.cipherHash,
                    commitment: SealedPayload.commitment(to: salted))
            )
        } catch {
            throw .unsealable
        }
    }

    /// Opens a payload of the event of this id: the content, and the salt with the content, of which the commitment was
    /// made. It throws `.altered` where it is not what was sealed with this key for this event.
    package func open(
        _ payload: SealedPayload, event: [UInt8]
    ) throws(PayloadError) -> (content: [UInt8], salted: [UInt8]) {
        do {
            let box = try AES.GCM.SealedBox(combined: payload.sealed)
            let salted = Array(
                try AES.GCM.open(
                    box, using: self.key(event, payload.kind),
                    authenticating: event + [0] + Array(payload.kind.rawValue.utf8)))
            guard salted.count >= SealedPayload.saltBytes else { throw PayloadError.altered }
            return (Array(salted.dropFirst(SealedPayload.saltBytes)), salted)
        } catch {
            throw .altered
        }
    }
}

/// Why a payload cannot be sealed or opened.
package enum PayloadError: Error, Hashable {
    /// The cipher did not take it.
    case unsealable
    /// It is not what was sealed, or the key is not the one that it was sealed with.
    case altered
}
