internal import Crypto
package import Kernel

/// An Ed25519 key that signs notes under a name.
package struct SigningKey: Sendable {
    /// The length of the seed that the key is made of.
    package static let seedByteCount = 32

    package let name: KeyName
    private let seed: Secret<[UInt8]>
    private let publicKey: [UInt8]

    /// Makes the key of a seed of 32 random bytes; nil where there are more or fewer.
    package init?(name: KeyName, seed: Secret<[UInt8]>) {
        guard seed.reveal().count == Self.seedByteCount,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed.reveal())
        else { return nil }
        self.name = name
        self.seed = seed
        self.publicKey = Array(key.publicKey.rawRepresentation)
    }

    /// The public half: by `ed25519` a log is known, by `cosignature` a witness. One key should be only one of them.
    package func verifier(_ kind: VerifierKey.Kind) -> VerifierKey {
        VerifierKey(name: self.name, kind: kind, publicKey: self.publicKey)
    }

    /// Signs the text of a note as a log does.
    package func sign(_ text: String) throws(TransparencyError) -> NoteSignature {
        NoteSignature(
            name: self.name, keyID: self.verifier(.ed25519).keyID, bytes: try self.signature(Array(text.utf8)))
    }

    /// Signs the text of a checkpoint as a witness does, at `time`.
    package func cosign(_ text: String, at time: Timestamp) throws(TransparencyError) -> NoteSignature {
        let seconds = UInt64(max(0, time.unixSeconds))
        let signature = try self.signature(Cosignature.message(time: seconds, text: Array(text.utf8)))
        let stamp = (0..<8).map { UInt8(truncatingIfNeeded: seconds >> UInt64(56 - 8 * $0)) }
        return NoteSignature(name: self.name, keyID: self.verifier(.cosignature).keyID, bytes: stamp + signature)
    }

    private func signature(_ message: [UInt8]) throws(TransparencyError) -> [UInt8] {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: self.seed.reveal()),
            let signature = try? key.signature(for: message)
        else { throw TransparencyError(.untrusted, "the key `\(self.name)` cannot sign") }
        return Array(signature)
    }
}
