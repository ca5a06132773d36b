package import Transparency

/// Whom to believe.
package struct Trust: Sendable {
    package let policy: TrustPolicy
    /// Whether the policy comes from what is verified itself, so that it says nothing about who made it.
    package let isOwn: Bool

    package init(_ policy: TrustPolicy, isOwn: Bool = false) {
        self.policy = policy
        self.isOwn = isOwn
    }

    /// Reads a policy in the form of c2sp.org/tlog-policy.
    package init(parsing text: String, isOwn: Bool = false) throws(VerificationError) {
        do { self.init(try TrustPolicy(parsing: Array(text.utf8)), isOwn: isOwn) } catch {
            throw VerificationError(.policy, "the trust policy cannot be read: \(error)")
        }
    }
}

/// A checkpoint that a known key signed.
struct Milestone: Sendable {
    let size: Int64
    let root: Hash
    let place: VerificationPlace
    /// Whether an auditor brought it along.
    let isExternal: Bool
    /// Whether as many witnesses signed it as the policy wants.
    let isMet: Bool
    let signers: [String]
}

/// Reads checkpoints and looks at who signed them.
struct NoteCheck {
    private let trust: Trust
    private let origin: String

    init(_ trust: Trust, origin: String) {
        self.trust = trust
        self.origin = origin
    }

    /// The checkpoints that hold, in the order of their sizes.
    func check(_ kept: [KeptCheckpoint], into report: inout VerificationReport) -> [Milestone] {
        var milestones: [Milestone] = []
        for checkpoint in kept {
            if let milestone = self.check(checkpoint, into: &report) { milestones.append(milestone) }
        }
        milestones.sort { $0.size < $1.size }
        return milestones
    }

    private func check(_ kept: KeptCheckpoint, into report: inout VerificationReport) -> Milestone? {
        let signed: SignedCheckpoint
        do { signed = try SignedCheckpoint(parsing: Array(kept.note.utf8)) } catch {
            report.add(.signatures, at: kept.place, "is no checkpoint: \(error)")
            return nil
        }
        let checkpoint = signed.checkpoint
        let size = Int64(clamping: checkpoint.size)
        let place = kept.isExternal ? kept.place : .checkpoint(size: size)
        if let stated = kept.size, stated != size {
            report.add(.columns, at: kept.place, "its column `size` says \(stated), its note \(size)")
        }
        if let stated = kept.root, stated != checkpoint.root.bytes {
            report.add(.columns, at: place, "its column `root` differs from what its note says")
        }
        guard checkpoint.isOf(self.origin) else {
            report.add(
                .signatures, at: place, "is of the log `\(checkpoint.origin)`, expected one of `\(self.origin)`")
            return nil
        }
        do {
            let verdict = try self.trust.policy.evaluate(signed)
            return Milestone(
                size: size, root: checkpoint.root, place: place, isExternal: kept.isExternal,
                isMet: verdict.isMet && self.trust.policy.quorum != nil,
                signers: ["\(verdict.log.name)"] + verdict.cosignatures.map { "\($0.witness.name)" })
        } catch {
            report.add(.signatures, at: place, "nobody trusted vouches for it: \(error)")
            return nil
        }
    }
}
