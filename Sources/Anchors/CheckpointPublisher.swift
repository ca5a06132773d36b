package import Kernel
import Synchronization
package import Transparency

/// Signs the state of the log now and then, has witnesses sign it too, and sends it where others can see it.
///
/// INVARIANT: nothing is signed that does not continue what was signed last. That is kept outside of the database, so
/// that an older database is noticed.
package actor CheckpointPublisher {
    /// What makes the context of a call of its own.
    package typealias Contexts = @Sendable (_ time: Timestamp) -> OperationContext

    /// Hears what went wrong without stopping anything.
    package typealias Report = @Sendable (AnchorError) -> Void

    private let log: any PublishedLog
    private let origin: String
    private let keys: LogKeys
    private let state: any SignedState
    private let sinks: [any AnchorSink]
    private let witnesses: [any CheckpointWitness]
    private let patience: Duration
    private let contexts: Contexts
    private let report: Report
    private var schedule: PublishingSchedule
    /// What each witness signed last, as far as we know.
    private var witnessed: [String: UInt64] = [:]
    private let current: Mutex<AnchorStatus>

    /// `patience` is how long witnesses are waited for, `began` when the gateway did.
    package init(
        log: any PublishedLog, origin: String, keys: LogKeys, state: any SignedState, sinks: [any AnchorSink] = [],
        witnesses: [any CheckpointWitness] = [], schedule: PublishingSchedule = PublishingSchedule(),
        patience: Duration = .seconds(1), began: Timestamp, contexts: @escaping Contexts, report: @escaping Report
    ) {
        self.log = log
        self.origin = origin
        self.keys = keys
        self.state = state
        self.sinks = sinks
        self.witnesses = witnesses
        self.schedule = schedule
        self.patience = patience
        self.contexts = contexts
        self.report = report
        self.current = Mutex(AnchorStatus(began: began))
    }

    /// How things are.
    package nonisolated var status: AnchorStatus { self.current.withLock { $0 } }

    /// The public keys of the log, the one that it signs with first.
    package nonisolated var verifiers: [VerifierKey] { self.keys.verifiers }

    // MARK: Beginning

    /// Looks whether the log continues what was signed last. To be called before anything else is done with the log.
    /// - Throws: `AnchorError` where it does not: nothing may be appended then. `StoreError` where it cannot be read.
    package func begin(at time: Timestamp) async throws {
        let context = self.contexts(time)
        let head = try await self.log.head(context)
        if let last = try self.lastSigned() { try await self.prove(head, continues: last, context) }
        // What the database says was signed is held against it as well: the file may have been lost.
        guard let note = try await self.log.latestCheckpoint(context) else { return }
        guard let kept = try? SignedCheckpoint(parsing: Array(note.utf8)), kept.checkpoint.isOf(self.origin),
            (try? kept.note.verified(by: self.verifiers)) != nil
        else {
            throw AnchorError(
                .rewritten,
                """
                the newest checkpoint in the database was not signed by a key of the log `\(self.origin)`
                hint: the key that signed it must be audit.key, audit.key_before or among audit.retired_keys; gatehouse \
                audit verify looks at the rest
                """)
        }
        try await self.prove(head, continues: kept.checkpoint, context)
        self.current.withLock { $0.published = kept }
    }

    /// The checkpoint that we signed last; nil where we never signed one.
    private func lastSigned() throws -> Checkpoint? {
        let bytes: [UInt8]?
        do { bytes = try self.state.load() } catch {
            throw AnchorError(.state, "what was signed last cannot be read from `\(self.state.place)`: \(error)")
        }
        guard let bytes else { return nil }
        do {
            let signed = try SignedCheckpoint(parsing: bytes)
            guard signed.checkpoint.isOf(self.origin) else {
                throw AnchorError(
                    .state,
                    """
                    `\(self.state.place)` is of the log `\(signed.checkpoint.origin)`, expected `\(self.origin)`
                    hint: audit.origin must stay as it was when the log began; another log needs files of its own
                    """)
            }
            _ = try signed.note.verified(by: self.verifiers)
            return signed.checkpoint
        } catch let error as TransparencyError {
            throw AnchorError(
                .state,
                """
                `\(self.state.place)` does not hold what this log signed last: \(error)
                hint: it must be the file that this log wrote; the key that signed it is audit.key, or, after a change \
                of keys, audit.key_before or among audit.retired_keys
                """)
        }
    }

    /// - Throws: `AnchorError` where the log is not what grew from `last`.
    private func prove(
        _ head: (size: UInt64, root: Hash), continues last: Checkpoint, _ context: OperationContext
    ) async throws {
        guard last.size > 0 else { return }
        guard last.size <= head.size else {
            throw AnchorError(
                .rollback,
                """
                the log `\(self.origin)` has \(head.size) leaves, but \(last.size) were signed (\(self.state.place)): \
                the database is older than what others have seen
                hint: restore the newest database; if it is lost, keep this one as evidence and begin a new log under \
                another audit.origin
                """)
        }
        do {
            if last.size == head.size {
                guard last.root == head.root else {
                    throw TransparencyError(.mismatch, "the root of \(head.size) leaves is another")
                }
            } else {
                let plan = try ProofPlan(consistencyFrom: last.size, to: head.size)
                let hashes = try await self.log.hashes(plan, context)
                try ConsistencyProof(from: last.size, to: head.size, hashes: hashes)
                    .verify(first: last.root, second: head.root)
            }
        } catch let error as TransparencyError {
            throw AnchorError(
                .rewritten,
                """
                the log `\(self.origin)` of \(head.size) leaves does not continue what was signed at \(last.size) \
                (\(self.state.place)): \(error)
                hint: nothing is signed any more; run gatehouse audit verify, and restore the database that was signed
                """)
        }
    }

    // MARK: Publishing

    /// Publishes where it is time to. What goes wrong is reported; what may never be signed stops it for good.
    /// - Returns: what was published.
    @discardableResult
    package func publishIfDue(at time: Timestamp) async -> SignedCheckpoint? {
        guard self.status.stopped == nil else { return nil }
        do {
            let context = self.contexts(time)
            let head = try await self.log.head(context)
            guard self.schedule.isDue(size: head.size, at: time) else { return nil }
            return try await self.publish(head, at: time, context)
        } catch {
            let error = error as? AnchorError ?? AnchorError(.state, "the log cannot be read: \(error)")
            if error.isFinal { self.current.withLock { $0.stopped = error } }
            self.schedule.failed(at: time)
            self.fail(error)
            return nil
        }
    }

    /// Publishes the state of now, where there are leaves that were not published yet: what a server does at its end.
    package func publishRest(at time: Timestamp) async {
        let context = self.contexts(time)
        guard self.status.stopped == nil, let head = try? await self.log.head(context), head.size > 0,
            head.size != self.status.published?.checkpoint.size
        else { return }
        do { try await self.publish(head, at: time, context) } catch {
            self.fail(error as? AnchorError ?? AnchorError(.state, "\(error)"))
        }
    }

    @discardableResult
    private func publish(
        _ head: (size: UInt64, root: Hash), at time: Timestamp, _ context: OperationContext
    ) async throws -> SignedCheckpoint {
        if let last = try self.lastSigned() { try await self.prove(head, continues: last, context) }
        let checkpoint = Checkpoint(origin: self.origin, size: head.size, root: head.root)
        var signed = try self.keys.sign(checkpoint)
        let own = signed.note.signatures.count
        // Before anybody sees it: from here on we are bound by it.
        do { try self.state.store(Array(signed.encoded.utf8)) } catch {
            throw AnchorError(
                .state,
                """
                what is signed cannot be kept in `\(self.state.place)`: \(error)
                hint: let the user who runs gatehouse write it and its folder
                """)
        }
        self.schedule.published(size: head.size, at: time)
        for signature in await self.cosignatures(of: signed, context) { signed.add(signature) }
        let cosignatures = signed.note.signatures.count - own
        self.current.withLock { status in
            status.published = signed
            status.publishedAt = time
            status.cosignatures = cosignatures
            if cosignatures > 0 { status.outsideAt = time }
        }
        do { try await self.log.keep(signed, at: time, context) } catch {
            self.fail(AnchorError(.sink, "the checkpoint cannot be kept in the database: \(error)"))
        }
        await self.send(signed, at: time)
        return signed
    }

    private func send(_ signed: SignedCheckpoint, at time: Timestamp) async {
        await withTaskGroup(of: (name: String, isOutside: Bool, error: AnchorError?).self) { group in
            for sink in self.sinks {
                group.addTask {
                    do {
                        try await sink.take(signed, at: time)
                        return (sink.name, sink.isOutside, nil)
                    } catch {
                        return (sink.name, sink.isOutside, AnchorError(.sink, "anchor `\(sink.name)`: \(error)"))
                    }
                }
            }
            for await result in group {
                if let error = result.error {
                    self.fail(error)
                } else if result.isOutside {
                    self.current.withLock { $0.outsideAt = time }
                }
            }
        }
    }

    private func fail(_ error: AnchorError) {
        self.current.withLock { $0.failures += 1 }
        self.report(error)
    }

    // MARK: Witnesses

    /// Signatures of the witnesses that answer in time. The others get the next checkpoint.
    private func cosignatures(
        of signed: SignedCheckpoint, _ context: OperationContext
    ) async -> [NoteSignature] {
        guard !self.witnesses.isEmpty else { return [] }
        let patience = self.patience
        return await withTaskGroup(of: Cosigning?.self) { group in
            for witness in self.witnesses {
                let known = self.witnessed[witness.name] ?? 0
                let log = self.log
                group.addTask { await Cosigning(signed, witness, from: known, log: log, context) }
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            var signatures: [NoteSignature] = []
            var open = Set(self.witnesses.map(\.name))
            while !open.isEmpty, let finished = await group.next() {
                guard let cosigning = finished else { break }
                open.remove(cosigning.witness)
                if let size = cosigning.size { self.witnessed[cosigning.witness] = size }
                if let error = cosigning.error { self.fail(error) }
                signatures += cosigning.signatures
            }
            group.cancelAll()
            for name in open.sorted() {
                self.fail(AnchorError(.witness, "witness `\(name)` did not answer within \(patience)"))
            }
            return signatures
        }
    }
}

/// One witness asked for its signature: what came of it.
private struct Cosigning: Sendable {
    let witness: String
    /// What the witness signed last, where it said so.
    private(set) var size: UInt64?
    private(set) var signatures: [NoteSignature] = []
    private(set) var error: AnchorError?

    init(
        _ signed: SignedCheckpoint, _ witness: any CheckpointWitness, from known: UInt64, log: any PublishedLog,
        _ context: OperationContext
    ) async {
        self.witness = witness.name
        do {
            var reply = try await Self.ask(witness, signed, from: known, log, context)
            if case .isAt(let size) = reply {
                guard size <= signed.checkpoint.size else {
                    throw AnchorError(
                        .witness,
                        "witness `\(witness.name)` has signed \(size) leaves, and the log has "
                            + "\(signed.checkpoint.size): the database may be an older one")
                }
                self.size = size
                reply = try await Self.ask(witness, signed, from: size, log, context)
            }
            switch reply {
            case .cosigned(let signatures):
                let note = Note(signed.note.text, signatures: signatures)
                self.signatures = try note.verified(by: [witness.key])
                self.size = signed.checkpoint.size
            case .isAt(let size): self.size = size
            case .refused(let status, let text):
                throw AnchorError(.witness, "witness `\(witness.name)` answers \(status): \(text)")
            }
        } catch let error as AnchorError {
            self.error = error
        } catch {
            self.error = AnchorError(.witness, "witness `\(witness.name)`: \(error)")
        }
    }

    private static func ask(
        _ witness: any CheckpointWitness, _ signed: SignedCheckpoint, from old: UInt64, _ log: any PublishedLog,
        _ context: OperationContext
    ) async throws -> WitnessReply {
        var hashes: [Hash] = []
        if old > 0, old < signed.checkpoint.size {
            let plan = try ProofPlan(consistencyFrom: old, to: signed.checkpoint.size)
            hashes = try await log.hashes(plan, context)
        }
        return try await witness.add(AddCheckpointRequest(old: old, hashes: hashes, checkpoint: signed))
    }
}
