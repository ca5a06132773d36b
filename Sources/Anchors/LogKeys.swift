package import Transparency

/// The keys of a log over time: the one that it signs with, the one of before as long as both sign, and those that it signed
/// with once, by which its older checkpoints are known.
package struct LogKeys: Sendable {
    private let current: SigningKey
    /// Signs too, so that whoever knows only the key of before can still follow.
    private let before: SigningKey?
    private let retired: [VerifierKey]

    /// - Throws: `malformed` where a key is not of this log, or not the key of a log, or stands twice.
    package init(
        current: SigningKey, before: SigningKey? = nil, retired: [VerifierKey] = []
    ) throws(TransparencyError) {
        self.current = current
        self.before = before
        self.retired = retired
        for key in self.verifiers where key.name != current.name || key.kind != .ed25519 {
            throw TransparencyError(.malformed, "`\(key)` is no key of the log `\(current.name)`")
        }
        guard Set(self.verifiers.map(\.keyID)).count == self.verifiers.count else {
            throw TransparencyError(.malformed, "a key of the log `\(current.name)` stands twice")
        }
    }

    /// What it is known by: the key of now first.
    package var verifiers: [VerifierKey] { self.signers.map { $0.verifier(.ed25519) } + self.retired }

    private var signers: [SigningKey] { [self.current] + (self.before.map { [$0] } ?? []) }

    /// The checkpoint with the signatures of the keys that sign.
    func sign(_ checkpoint: Checkpoint) throws(TransparencyError) -> SignedCheckpoint {
        var signed = try checkpoint.signed(by: self.current)
        if let before { signed.add(try before.sign(checkpoint.text)) }
        return signed
    }
}
