import Anchors
import Audit
import Gateway
import Kernel
import Transparency

/// Gives callers the proofs of what is in the log about them.
struct ReceiptOffice {
    let ledger: any Ledger
    let clock: any WallClock

    var receipts: Receipts {
        Receipts(origin: self.ledger.origin) { index, principal throws(StoreError) in
            try await self.proof(of: index, for: principal)
        }
    }

    /// The proof of a leaf against the newest checkpoint, with the leaf itself beside it; nil where there is no such leaf,
    /// where it is about somebody else, or where no checkpoint covers it yet.
    func proof(of index: Int64, for principal: Principal) async throws(StoreError) -> [UInt8]? {
        let context = OperationContext.ofServer(at: self.clock.now())
        guard index >= 0, let logged = try await self.ledger.leaves(from: index, limit: 1, context).first,
            logged.index == index
        else { return nil }
        guard let leaf = try? Leaf(logged.bytes), leaf.actor == self.ledger.pseudonym(of: principal) else { return nil }
        guard let note = try await self.ledger.latestCheckpoint(context)?.note else { return nil }
        do {
            let checkpoint = try SignedCheckpoint(parsing: Array(note.utf8))
            let size = checkpoint.checkpoint.size
            guard UInt64(index) < size else { return nil }
            let plan = try ProofPlan(inclusionOf: UInt64(index), in: size)
            let hashes = try await PublishedLedger(ledger: self.ledger).hashes(plan, context)
            let proof = LogProof(
                index: UInt64(index), hashes: hashes, checkpoint: checkpoint, unauthenticatedExtra: logged.bytes)
            return Array(proof.encoded.utf8)
        } catch {
            throw StoreError(.corrupt, "the log cannot prove what it holds", underlying: error)
        }
    }
}
