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
    package var cipherHash: String { Self.hash([], self.sealed) }

    /// The commitment that a leaf holds: SHA-256 of a label, the salt and the content.
    package static func commitment(to salted: [UInt8]) -> String { self.hash(Self.label, salted) }

    private static func hash(_ label: [UInt8], _ bytes: [UInt8]) -> String {
        var hasher = SHA256()
        // SAFE: the pointers do not outlive the closures.
        unsafe label.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        unsafe bytes.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        return unsafe hasher.finalize().withUnsafeBytes { digest in
            // SAFE: the digest stays in place inside the closure.
            Base64Text.encode(unsafe Span(_unsafeElements: digest.assumingMemoryBound(to: UInt8.self)))
        }
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

    /// What a payload is of: the id of its event, and its kind.
    private static func name(_ event: [UInt8], _ kind: PayloadKind) -> [UInt8] {
        var name: [UInt8] = []
        name.reserveCapacity(event.count + 16)
        name += event
        name.append(0)
        name.append(contentsOf: kind.rawValue.utf8)
        return name
    }

    /// HKDF-Expand (RFC 5869) to 32 bytes, which is one block.
    private func key(_ name: [UInt8]) -> SymmetricKey {
        var message: [UInt8] = []
        message.reserveCapacity(Self.label.count + name.count + 1)
        message += Self.label
        message += name
        message.append(1)
        var code = self.code
        code.update(data: message)
        return SymmetricKey(data: code.finalize())
    }

    private static let label = Array("gatehouse/payload/v1\0".utf8)

    /// Seals a content for the event of this id, with `SealedPayload.randomBytes` that were never used before.
    package func seal(
        _ content: Span<UInt8>, _ kind: PayloadKind, event: [UInt8], random: ArraySlice<UInt8>
    ) throws(PayloadError) -> (payload: SealedPayload, reference: Leaf.Payload) {
        var salted: [UInt8] = []
        salted.reserveCapacity(SealedPayload.saltBytes + content.count)
        salted += random.prefix(SealedPayload.saltBytes)
        // SAFE: the pointer does not outlive the closure.
        unsafe content.withUnsafeBytes { unsafe salted.append(contentsOf: $0) }
        let name = Self.name(event, kind)
        do {
            let box = try AES.GCM.seal(
                salted, using: self.key(name), nonce: AES.GCM.Nonce(data: random.suffix(SealedPayload.nonceBytes)),
                authenticating: name)
            guard let combined = box.combined else { throw PayloadError.unsealable }
            // SAFE: the pointer does not outlive the closure. `Array(combined)` would go byte by byte.
            let sealed = unsafe combined.withUnsafeBytes { unsafe Array($0) }
            let payload = SealedPayload(kind: kind, keys: self.id, sealed: sealed)
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

    /// Seals a content for the event of this id, with `SealedPayload.randomBytes` that were never used before.
    package func seal(
        _ content: [UInt8], _ kind: PayloadKind, event: [UInt8], random: ArraySlice<UInt8>
    ) throws(PayloadError) -> (payload: SealedPayload, reference: Leaf.Payload) {
        try self.seal(content.span, kind, event: event, random: random)
    }

    /// Opens a payload of the event of this id: the content, and the salt with the content, of which the commitment was
    /// made. It throws `.altered` where it is not what was sealed with this key for this event.
    package func open(
        _ payload: SealedPayload, event: [UInt8]
    ) throws(PayloadError) -> (content: [UInt8], salted: [UInt8]) {
        do {
            let box = try AES.GCM.SealedBox(combined: payload.sealed)
            let name = Self.name(event, payload.kind)
            let salted = Array(try AES.GCM.open(box, using: self.key(name), authenticating: name))
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
