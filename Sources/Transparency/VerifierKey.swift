internal import Crypto

/// The public half of a key that signs notes, as it is handed around: `<name>+<id>+<key in base 64>`.
package struct VerifierKey: Hashable, Sendable, NoteVerifier {
    /// What a signature of the key is made of.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Ed25519 over the text: what a log signs with.
        case ed25519 = 1
        /// Ed25519 over the time and the text: what a witness signs with (c2sp.org/tlog-cosignature).
        case cosignature = 4
    }

    package let name: KeyName
    package let kind: Kind
    /// 32 bytes.
    package let publicKey: [UInt8]
    package let keyID: KeyID

    init(name: KeyName, kind: Kind, publicKey: [UInt8]) {
        self.name = name
        self.kind = kind
        self.publicKey = publicKey
        self.keyID = KeyID(name: name, kind: kind.rawValue, publicKey: publicKey)
    }

    /// Reads the written form. An id that is not that of the name and the key is refused.
    package init(_ text: some StringProtocol) throws(TransparencyError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count <= 1024, parts.count == 3, let name = KeyName(parts[0]),
            let key = Base64.decode(parts[2]),
            let first = key.first
        else { throw TransparencyError(.malformed, "expected a key as `<name>+<id>+<key in base 64>`") }
        guard let kind = Kind(rawValue: first), key.count == 33 else {
            throw TransparencyError(
                .malformed, "`\(name)` is a key of a kind that is not known here, expected Ed25519 (1 or 4)")
        }
        self.init(name: name, kind: kind, publicKey: Array(key.dropFirst()))
        guard parts[1] == self.keyID.description else {
            throw TransparencyError(.malformed, "the id of the key `\(name)` does not belong to it")
        }
    }

    package func isValid(_ signature: [UInt8], over text: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: self.publicKey) else { return false }
        switch self.kind {
        case .ed25519:
            return signature.count == 64 && key.isValidSignature(signature, for: text)
        case .cosignature:
            guard signature.count == 72, let time = Cosignature.time(of: signature) else { return false }
            return key.isValidSignature(signature.dropFirst(8), for: Cosignature.message(time: time, text: text))
        }
    }
}

extension VerifierKey: CustomStringConvertible {
    package var description: String {
        "\(self.name)+\(self.keyID)+\(Base64.encode([self.kind.rawValue] + self.publicKey))"
    }
}

/// What a witness says of a checkpoint: at this time, this was the largest tree of the log that I saw, and it was
/// consistent with all that I saw before.
package enum Cosignature {
    /// When a cosignature was made, in seconds since 1970; nil where it is none.
    package static func time(of signature: [UInt8]) -> UInt64? {
        guard signature.count == 72 else { return nil }
        let time = signature.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return time <= UInt64(Int64.max) ? time : nil
    }

    /// What is signed.
    static func message(time: UInt64, text: [UInt8]) -> [UInt8] { Array("cosignature/v1\ntime \(time)\n".utf8) + text }
}
