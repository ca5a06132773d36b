/// Whom to believe about a log: the keys of logs, the keys of witnesses, and how many of them must have signed
/// (c2sp.org/tlog-policy).
package struct TrustPolicy: Hashable, Sendable {
    /// The longest policy that we read, in bytes.
    package static let sizeLimit = 262_144
    /// The most logs, witnesses and groups, each.
    package static let countLimit = 256

    /// A log whose checkpoints are taken.
    package struct Log: Hashable, Sendable {
        package let key: VerifierKey
        package let url: String?

        package init(key: VerifierKey, url: String? = nil) {
            self.key = key
            self.url = url
        }
    }

    /// Somebody whose cosignature counts.
    package struct Witness: Hashable, Sendable {
        /// What the policy calls it, byte by byte.
        package let name: [UInt8]
        package let key: VerifierKey
        package let url: String?

        package init(name: [UInt8], key: VerifierKey, url: String? = nil) {
            self.name = name
            self.key = key
            self.url = url
        }
    }

    /// Some witnesses and groups, of which so many must have signed.
    package struct Group: Hashable, Sendable {
        package let name: [UInt8]
        package let threshold: Int
        package let members: [[UInt8]]
    }

    package internal(set) var logs: [Log]
    package internal(set) var witnesses: [Witness]
    package internal(set) var groups: [Group]
    /// The witness or the group that must have signed; nil where none has to.
    package internal(set) var quorum: [UInt8]?

    /// A policy that takes the checkpoints of these logs without a witness.
    package init(logs: [VerifierKey]) {
        self.logs = logs.map { Log(key: $0) }
        self.witnesses = []
        self.groups = []
        self.quorum = nil
    }

    /// Who signed a checkpoint, and whether that is enough.
    package struct Verdict: Hashable, Sendable {
        /// The key of the log.
        package let log: VerifierKey
        /// The witnesses that signed, with the time that each says, in seconds since 1970.
        package let cosignatures: [Cosigned]
        /// Whether the quorum is met.
        package let isMet: Bool

        /// Which witness signed, and when.
        package struct Cosigned: Hashable, Sendable {
            package let witness: VerifierKey
            package let time: UInt64
        }
    }

    /// Says who signed.
    ///
    /// - Throws: `untrusted` where no log of the policy signed under its own name, or a known key's signature is wrong.
    package func evaluate(_ signed: SignedCheckpoint) throws(TransparencyError) -> Verdict {
        let signatures = try signed.note.verified(by: self.logs.map(\.key) + self.witnesses.map(\.key))
        func signature(of key: VerifierKey) -> NoteSignature? {
            signatures.first { $0.name == key.name && $0.keyID == key.keyID }
        }
        let log = self.logs.first { log in
            signed.checkpoint.origin.utf8.elementsEqual(log.key.name.utf8) && signature(of: log.key) != nil
        }
        guard let log else {
            throw TransparencyError(.untrusted, "no log that the policy names signed the checkpoint")
        }
        var cosigned: [Verdict.Cosigned] = []
        var met: Set<[UInt8]> = []
        for witness in self.witnesses {
            guard let bytes = signature(of: witness.key)?.bytes, let time = Cosignature.time(of: bytes) else {
                continue
            }
            cosigned.append(Verdict.Cosigned(witness: witness.key, time: time))
            met.insert(witness.name)
        }
        // A group names only what stands before it.
        for group in self.groups where group.members.count(where: met.contains) >= group.threshold {
            met.insert(group.name)
        }
        return Verdict(log: log.key, cosignatures: cosigned, isMet: self.quorum.map(met.contains) ?? true)
    }

    /// The verdict, where it is enough.
    ///
    /// - Throws: as `evaluate(_:)`, and `unmet` where too few witnesses signed.
    @discardableResult
    package func require(_ signed: SignedCheckpoint) throws(TransparencyError) -> Verdict {
        let verdict = try self.evaluate(signed)
        guard verdict.isMet else {
            throw TransparencyError(
                .unmet, "\(verdict.cosignatures.count) known witnesses signed the checkpoint, which is no quorum")
        }
        return verdict
    }
}
