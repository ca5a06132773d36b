import Transparency

extension Verifier {
    /// Says who outside vouches for what.
    func anchor(_ milestones: [Milestone], _ trust: Trust, into report: inout VerificationReport) {
        guard let last = milestones.last else {
            report.add(
                .signatures, .incomplete, at: .source, "there is no checkpoint that a log of the policy signed")
            return
        }
        report.signers = last.signers
        report.anchored = milestones.last { $0.isMet || $0.isExternal }?.size
        if trust.isOwn {
            report.add(
                .signatures, .unanchored, at: .source,
                "the policy comes from what is verified: give one that you have from elsewhere with --policy")
        } else if report.anchored == nil {
            let why =
                trust.policy.quorum == nil
                ? "the policy asks for no witness, and no checkpoint from outside was given with --since"
                : "no checkpoint has the signatures of as many witnesses as the policy wants"
            report.add(.signatures, .unanchored, at: last.place, why)
        }
    }

    /// Holds a leaf against its proof.
    func verifyProof(
        _ index: Int64, _ leaf: Hash, _ bytes: [UInt8]?, _ trust: Trust, _ milestones: [Milestone],
        into report: inout VerificationReport
    ) {
        guard let bytes else {
            report.add(.leaves, .incomplete, at: .leaf(index), "has no proof that it is in the tree")
            return
        }
        do {
            let proof = try LogProof(parsing: bytes)
            guard proof.index == UInt64(index) else {
                report.add(.leaves, at: .leaf(index), "its proof is that of leaf \(proof.index)")
                return
            }
            let tree = proof.checkpoint.checkpoint
            let isKnown = milestones.contains { $0.size == Int64(clamping: tree.size) && $0.root == tree.root }
            if !isKnown { _ = try trust.policy.evaluate(proof.checkpoint) }
            try InclusionProof(index: proof.index, size: tree.size, hashes: proof.hashes)
                .verify(leaf: leaf, root: tree.root)
        } catch {
            report.add(.leaves, at: .leaf(index), "its proof does not hold: \(error)")
        }
    }

    /// Holds an earlier checkpoint against a later one.
    func verifyConsistency(
        _ first: Milestone, _ last: Milestone, _ bytes: [UInt8]?, into report: inout VerificationReport
    ) {
        if first.size == 0 {
            if first.root != .empty { report.add(.consistency, at: first.place, "an empty tree has another root") }
            return
        }
        guard let bytes else {
            report.add(
                .consistency, .incomplete, at: first.place,
                "there is no proof that \(last.place) belongs to the same history")
            return
        }
        let lines = bytes.split(separator: 0x0A).map { Hash(base64: String(decoding: $0, as: UTF8.self)) }
        let hashes = lines.compactMap(\.self)
        guard hashes.count == lines.count, hashes.count <= ConsistencyProof.limit else {
            report.add(.consistency, at: first.place, "the proof that leads to \(last.place) is malformed")
            return
        }
        do {
            try ConsistencyProof(from: UInt64(first.size), to: UInt64(last.size), hashes: hashes)
                .verify(first: first.root, second: last.root)
        } catch {
            report.add(
                .consistency, at: first.place, "does not belong to the history of \(last.place): \(error)")
        }
    }
}
