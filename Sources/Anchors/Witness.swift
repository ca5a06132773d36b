package import Kernel
package import Transparency

/// Holds logs honest: signs a checkpoint only where it continues what was signed before (c2sp.org/tlog-witness).
///
/// The rules alone, without a database and without a clock.
package struct Witness: Sendable {
    private let key: SigningKey
    private let logs: [VerifierKey]

    /// A witness that signs with `key` and knows the logs of these keys, each under its key's name.
    package init(key: SigningKey, logs: [VerifierKey]) {
        self.key = key
        self.logs = logs
    }

    /// The key by which its signatures are known.
    package var verifier: VerifierKey { self.key.verifier(.cosignature) }

    /// The logs that it knows, by the names that begin their checkpoints.
    package var origins: [String] { self.logs.map(\.name.description) }

    /// The log whose name has this SHA-256, in lower-case hexadecimal digits.
    package func origin(hash: some StringProtocol) -> String? {
        self.origins.first { Hash.plain(Array($0.utf8).span).hexadecimal.utf8.elementsEqual(hash.utf8) }
    }

    /// What is answered, and what is to be remembered with it.
    package struct Decision: Hashable, Sendable {
        package let answer: Answer
        /// The checkpoint to keep as the latest of its log, with our signature. It must be durable before the answer goes.
        package var kept: SignedCheckpoint?
        /// Why a checkpoint that the log did sign contradicts what it signed before, or was not shown to continue it.
        package var accusation: String?
        /// That checkpoint.
        package var offered: SignedCheckpoint?
    }

    /// An answer to `add-checkpoint`.
    package enum Answer: Hashable, Sendable {
        case cosigned(NoteSignature)
        /// 400: not a request, or a size that goes back.
        case malformed(String)
        /// 403: no key that is known for the log signed.
        case untrusted(String)
        /// 404: nobody knows the log.
        case unknownLog
        /// 409: another size was signed last.
        case isAt(size: UInt64)
        /// 422: it does not continue what was signed last.
        case inconsistent(String)

        package var status: Int {
            switch self {
            case .cosigned: 200
            case .malformed: 400
            case .untrusted: 403
            case .unknownLog: 404
            case .isAt: 409
            case .inconsistent: 422
            }
        }

        package var contentType: String {
            if case .isAt = self { "text/x.tlog.size" } else { "text/plain; charset=utf-8" }
        }

        package var body: String {
            switch self {
            case .cosigned(let signature): signature.line
            case .malformed(let reason), .untrusted(let reason), .inconsistent(let reason): reason + "\n"
            case .unknownLog: "the log is not known here\n"
            case .isAt(let size): "\(size)\n"
            }
        }
    }

    /// Decides about a checkpoint, where `latest` is the one that was signed last for that log.
    ///
    /// Deciding and keeping must not be parted: between them nobody else may decide about the same log.
    package func decide(
        _ request: AddCheckpointRequest, latest: SignedCheckpoint?, at time: Timestamp
    ) -> Decision {
        let signed = request.checkpoint
        let tree = signed.checkpoint
        let keys = self.logs.filter { tree.isOf($0.name.description) }
        guard !keys.isEmpty else { return Decision(answer: .unknownLog) }
        do throws(TransparencyError) { _ = try signed.note.verified(by: keys) } catch {
            return Decision(answer: .untrusted(error.message))
        }
        guard request.old <= tree.size else {
            return Decision(answer: .malformed("the size goes back from \(request.old) to \(tree.size)"))
        }
        let known = latest?.checkpoint
        guard request.old == known?.size ?? 0 else { return Decision(answer: .isAt(size: known?.size ?? 0)) }
        if let reason = self.contradiction(request, known) {
            return Decision(answer: .inconsistent(reason), accusation: reason, offered: signed)
        }
        do throws(TransparencyError) {
            let signature = try self.key.cosign(signed.note.text, at: time)
            var kept = try SignedCheckpoint(Note(signed.note.text, signatures: try signed.note.verified(by: keys)))
            kept.add(signature)
            return Decision(answer: .cosigned(signature), kept: kept)
        } catch {
            return Decision(answer: .untrusted(error.message))
        }
    }

    /// Why the checkpoint does not continue what is known; nil where it does.
    private func contradiction(_ request: AddCheckpointRequest, _ known: Checkpoint?) -> String? {
        let tree = request.checkpoint.checkpoint
        if tree.size == 0, tree.root != .empty { return "the root of a tree without leaves is another" }
        guard let known, known.size > 0 else {
            return request.hashes.isEmpty ? nil : "there is nothing to prove from size 0"
        }
        if known.size == tree.size {
            guard known.root == tree.root else { return "there is another root of the same size \(known.size)" }
            return request.hashes.isEmpty ? nil : "there is nothing to prove between equal sizes"
        }
        let proof = ConsistencyProof(from: known.size, to: tree.size, hashes: request.hashes)
        do throws(TransparencyError) { try proof.verify(first: known.root, second: tree.root) } catch {
            return error.message
        }
        return nil
    }
}

/// What a witness signed last of each log.
package protocol WitnessStore: Sendable {
    /// Decides and keeps what is decided, with nobody between: `decide` gets what was signed last of that log.
    func decide(
        origin: String, at time: Timestamp, _ context: OperationContext,
        _ decide: @escaping @Sendable (SignedCheckpoint?) -> Witness.Decision
    ) async throws(StoreError) -> Witness.Decision

    /// What was signed last of a log, as it was written.
    func latest(origin: String, _ context: OperationContext) async throws(StoreError) -> String?

    /// What was signed by a log and contradicts what was signed before, newest first.
    func accusations(_ context: OperationContext) async throws(StoreError) -> [WitnessAccusation]
}

/// A checkpoint that a log signed and that contradicts another one that it signed.
package struct WitnessAccusation: Hashable, Sendable {
    package let time: Timestamp
    package let reason: String
    /// What the witness had signed last.
    package let known: String
    /// What the log signed then.
    package let offered: String

    package init(time: Timestamp, reason: String, known: String, offered: String) {
        self.time = time
        self.reason = reason
        self.known = known
        self.offered = offered
    }
}
