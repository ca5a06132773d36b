import Anchors
import Kernel
import Synchronization
import Testing
import Transparency

@Suite("The publisher of checkpoints", .timeLimit(.minutes(2)))
struct PublisherTests {
    static let origin = "gateway.example/audit"

    /// A publisher with all that it talks to.
    final class Press: Sendable {
        let publisher: CheckpointPublisher
        let reported: Reports

        final class Reports: Sendable { let all = Mutex<[AnchorError]>([]) }

        init(
            _ log: MemoryLog, state: MemoryState, sinks: [MemorySink] = [], witnesses: [MemoryWitness] = [],
            key: String = "log", before: String? = nil, retired: [String] = [], origin: String = PublisherTests.origin,
            patience: Duration = .seconds(30)
        ) throws {
            let reports = Reports()
            self.reported = reports
            self.publisher = CheckpointPublisher(
                log: log, origin: origin,
                keys: try LogKeys(
                    current: try testKey(PublisherTests.origin, seed: key),
                    before: try before.map { try testKey(PublisherTests.origin, seed: $0) },
                    retired: try retired.map { try testKey(PublisherTests.origin, seed: $0).verifier(.ed25519) }),
                state: state, sinks: sinks, witnesses: witnesses, patience: patience, began: time(0),
                contexts: { _ in .ofTests }, report: { error in reports.all.withLock { $0.append(error) } })
        }

        var errors: [AnchorError] { self.reported.all.withLock { $0 } }
    }

    static func verifier() throws -> VerifierKey { try testKey(Self.origin, seed: "log").verifier(.ed25519) }

    @Test("what is published is signed, kept, remembered and sent, and is the state of the log")
    func publishing() async throws {
        let (log, state, sink) = (MemoryLog(300), MemoryState(), MemorySink("s3", isOutside: true))
        let press = try Press(log, state: state, sinks: [sink])
        try await press.publisher.begin(at: time(0))
        let signed = try #require(await press.publisher.publishIfDue(at: time(1)))
        #expect(signed.checkpoint == Checkpoint(origin: Self.origin, size: 300, root: log.root))
        try TrustPolicy(logs: [Self.verifier()]).require(signed)
        #expect(state.note.withLock { $0 } == bytes(signed.encoded))
        #expect(log.kept == [signed])
        #expect(sink.taken.withLock { $0 } == [signed])
        #expect(press.publisher.status.published == signed)
        #expect(press.errors == [])
    }

    @Test("while the key changes both sign, then the new one alone, and whoever knows one of them can follow")
    func changeOfKeys() async throws {
        let (log, state) = (MemoryLog(3), MemoryState())
        let old = try Self.verifier()
        let new = try testKey(Self.origin, seed: "new").verifier(.ed25519)
        func publish(_ press: Press, at seconds: Int64) async throws -> SignedCheckpoint {
            try await press.publisher.begin(at: time(seconds))
            log.grow(2)
            let signed = try #require(await press.publisher.publishIfDue(at: time(seconds)))
            #expect(press.publisher.status.cosignatures == 0)
            return signed
        }
        _ = try await publish(Press(log, state: state), at: 0)
        let both = try await publish(Press(log, state: state, key: "new", before: "log"), at: 100)
        try TrustPolicy(logs: [old]).require(both)
        try TrustPolicy(logs: [new]).require(both)
        let press = try Press(log, state: state, key: "new", retired: ["log"])
        #expect(press.publisher.verifiers == [new, old])
        let last = try await publish(press, at: 200)
        try TrustPolicy(logs: [new]).require(last)
        #expect(throws: TransparencyError(.untrusted, "")) { try TrustPolicy(logs: [old]).require(last) }
    }

    @Test("a new key signs nothing where nobody says that the log had another before")
    func strangeKey() async throws {
        let (log, state) = (MemoryLog(3), MemoryState())
        let press = try Press(log, state: state)
        try await press.publisher.begin(at: time(0))
        _ = await press.publisher.publishIfDue(at: time(1))
        let error = await #expect(throws: AnchorError(.state, "")) {
            try await Press(log, state: state, key: "new").publisher.begin(at: time(2))
        }
        #expect(error?.message.contains("audit.key_before") == true)
        try await Press(log, state: state, key: "new", retired: ["log"]).publisher.begin(at: time(2))
    }

    @Test("keys of another log, of a witness, and a key that stands twice are refused")
    func wrongKeys() throws {
        let key = try testKey(Self.origin, seed: "log")
        let other = try testKey("other.example/audit", seed: "other")
        #expect(throws: TransparencyError(.malformed, "")) { try LogKeys(current: key, before: other) }
        #expect(throws: TransparencyError(.malformed, "")) { try LogKeys(current: key, before: key) }
        #expect(throws: TransparencyError(.malformed, "")) {
            try LogKeys(current: key, retired: [other.verifier(.ed25519)])
        }
        #expect(throws: TransparencyError(.malformed, "")) {
            try LogKeys(current: key, retired: [try testKey(Self.origin, seed: "w").verifier(.cosignature)])
        }
        #expect(throws: TransparencyError(.malformed, "")) {
            try LogKeys(current: key, retired: [key.verifier(.ed25519)])
        }
    }

    @Test("a log that grew is published after ten seconds, one that did not after ten minutes, an empty one never")
    func schedule() {
        var schedule = PublishingSchedule()
        #expect(!schedule.isDue(size: 0, at: time(1000)))
        #expect(schedule.isDue(size: 1, at: time(1000)))
        schedule.published(size: 1, at: time(1000))
        #expect(!schedule.isDue(size: 2, at: time(1009)))
        #expect(schedule.isDue(size: 2, at: time(1010)))
        #expect(!schedule.isDue(size: 1, at: time(1599)))
        #expect(schedule.isDue(size: 1, at: time(1600)))
        #expect(schedule.isDue(size: 1, at: time(900)), "the clock was set back")
        schedule.failed(at: time(1020))
        #expect(!schedule.isDue(size: 3, at: time(1029)))
        #expect(schedule.isDue(size: 3, at: time(1030)))
    }

    @Test("a log that grew continues what was signed, over many sizes and restarts")
    func continuing() async throws {
        let (log, state) = (MemoryLog(1), MemoryState())
        var seconds: Int64 = 0
        for step in [1, 5, 250, 1, 0, 300, 7] {
            log.grow(step)
            let press = try Press(log, state: state)
            try await press.publisher.begin(at: time(seconds))
            seconds += 601
            #expect(await press.publisher.publishIfDue(at: time(seconds)) != nil)
            #expect(press.errors == [])
        }
        #expect(log.kept.count == 7)
    }

    @Test("an older database is refused at the start, and the message says what to do")
    func rollback() async throws {
        let state = MemoryState()
        let press = try Press(MemoryLog(20), state: state)
        await press.publisher.publishIfDue(at: time(1))
        let restored = try Press(MemoryLog(12), state: state)
        let error = await #expect(throws: AnchorError(.rollback, "")) {
            try await restored.publisher.begin(at: time(2))
        }
        let message = try #require(error?.message)
        #expect(message.contains("has 12 leaves, but 20 were signed (last-signed)"))
        #expect(message.contains("hint: restore the newest database"))
    }

    @Test("an older database that comes back while it runs is never signed, even when it has grown again")
    func rollbackWhileRunning() async throws {
        let state = MemoryState()
        await (try Press(MemoryLog(20), state: state)).publisher.publishIfDue(at: time(1))
        let signed = state.note.withLock { $0 }
        let older = try Press(MemoryLog(12), state: state)
        #expect(await older.publisher.publishIfDue(at: time(100)) == nil)
        #expect(older.errors == [AnchorError(.rollback, "")])
        #expect(older.publisher.status.stopped == AnchorError(.rollback, ""))
        // Grown past the old size, but with other leaves.
        let other = MemoryLog(12)
        other.grow(30, prefix: "other")
        let grown = try Press(other, state: state)
        await #expect(throws: AnchorError(.rewritten, "")) { try await grown.publisher.begin(at: time(2)) }
        #expect(await grown.publisher.publishIfDue(at: time(100)) == nil)
        #expect(await grown.publisher.publishIfDue(at: time(100_000)) == nil)
        #expect(grown.errors == [AnchorError(.rewritten, "")], "said once, and stopped for good")
        #expect(state.note.withLock { $0 } == signed)
        #expect(other.kept == [])
    }

    @Test("another root of the same size is refused")
    func rewrittenAtTheSameSize() async throws {
        let state = MemoryState()
        await (try Press(MemoryLog(20), state: state)).publisher.publishIfDue(at: time(1))
        let other = try Press(MemoryLog(20, prefix: "other"), state: state)
        await #expect(throws: AnchorError(.rewritten, "")) { try await other.publisher.begin(at: time(2)) }
    }

    @Test("where the file of what was signed is lost, the database's own checkpoints still hold it")
    func lostState() async throws {
        let log = MemoryLog(20)
        await (try Press(log, state: MemoryState())).publisher.publishIfDue(at: time(1))
        let press = try Press(log, state: MemoryState())
        try await press.publisher.begin(at: time(2))
        #expect(press.publisher.status.published?.checkpoint.size == 20)
        let otherKey = try Press(log, state: MemoryState(), key: "another")
        await #expect(throws: AnchorError(.rewritten, "")) { try await otherKey.publisher.begin(at: time(2)) }
    }

    @Test("a state that is not ours is refused: another log's, another key's, or garbage")
    func foreignState() async throws {
        let state = MemoryState()
        await (try Press(MemoryLog(5), state: state)).publisher.publishIfDue(at: time(1))
        let log = MemoryLog(5)
        let otherKey = try Press(log, state: state, key: "another")
        await #expect(throws: AnchorError(.state, "")) { try await otherKey.publisher.begin(at: time(2)) }
        let otherLog = try Press(log, state: state, origin: "another.example/audit")
        await #expect(throws: AnchorError(.state, "")) { try await otherLog.publisher.begin(at: time(2)) }
        state.note.withLock { $0 = bytes("garbage") }
        await #expect(throws: AnchorError(.state, "")) {
            try await Press(log, state: state).publisher.begin(at: time(2))
        }
    }

    @Test("what cannot be remembered is not signed, and is tried again")
    func fullDisk() async throws {
        let (log, state, sink) = (MemoryLog(5), MemoryState(), MemorySink("file", isOutside: false))
        let press = try Press(log, state: state, sinks: [sink])
        state.isFull.withLock { $0 = true }
        #expect(await press.publisher.publishIfDue(at: time(1)) == nil)
        #expect(sink.taken.withLock { $0.isEmpty } && log.kept.isEmpty)
        #expect(press.errors == [AnchorError(.state, "")])
        state.isFull.withLock { $0 = false }
        #expect(await press.publisher.publishIfDue(at: time(11)) != nil)
        #expect(sink.taken.withLock { $0.count } == 1)
    }

    @Test("a broken sink stops neither the others nor the log, and only what is outside counts as an anchor")
    func brokenSink() async throws {
        let (inside, outside) = (MemorySink("file", isOutside: false), MemorySink("s3", isOutside: true))
        let log = MemoryLog(5)
        let press = try Press(log, state: MemoryState(), sinks: [inside, outside])
        outside.isBroken.withLock { $0 = true }
        await press.publisher.publishIfDue(at: time(100))
        #expect(inside.taken.withLock { $0.count } == 1)
        #expect(press.errors == [AnchorError(.sink, "")])
        #expect(press.publisher.status.failures == 1)
        #expect(press.publisher.status.unanchored(at: time(160)) == .seconds(160))
        outside.isBroken.withLock { $0 = false }
        log.grow(1)
        await press.publisher.publishIfDue(at: time(200))
        #expect(press.publisher.status.unanchored(at: time(260)) == .seconds(60))
    }

    @Test("witnesses that know nothing, that are behind, and that are at the same size all sign")
    func witnesses() async throws {
        let (log, state) = (MemoryLog(5), MemoryState())
        let first = try MemoryWitness("w1.example", log: Self.verifier(), now: time(7))
        let second = try MemoryWitness("w2.example", log: Self.verifier(), now: time(8))
        let press = try Press(log, state: state, witnesses: [first])
        await press.publisher.publishIfDue(at: time(1))
        log.grow(700)
        // After a restart nobody remembers where the witnesses are.
        let again = try Press(log, state: state, witnesses: [first, second])
        let signed = try #require(await again.publisher.publishIfDue(at: time(100)))
        let policy = try TrustPolicy(
            parsing: bytes(
                """
                log \(Self.verifier())
                witness a \(first.key)
                witness b \(second.key)
                group both all a b
                quorum both

                """))
        let verdict = try policy.require(signed)
        #expect(Set(verdict.cosignatures.map(\.time)) == [7, 8])
        #expect(again.publisher.status.cosignatures == 2)
        #expect(again.publisher.status.unanchored(at: time(105)) == .seconds(5))
        #expect(try #require(await again.publisher.publishIfDue(at: time(701))).note.signatures.count == 3)
        #expect(again.errors == [])
    }

    @Test("a witness that does not answer holds nothing up, and gets the next checkpoint")
    func sleepingWitness() async throws {
        let log = MemoryLog(5)
        let awake = try MemoryWitness("w1.example", log: Self.verifier(), now: time(7))
        let asleep = try MemoryWitness("w2.example", log: Self.verifier(), now: time(7))
        asleep.isAsleep.withLock { $0 = true }
        let press = try Press(
            log, state: MemoryState(), witnesses: [awake, asleep], patience: .seconds(1))
        let signed = try #require(await press.publisher.publishIfDue(at: time(1)))
        #expect(signed.note.signatures.map(\.name.description) == [Self.origin, "w1.example"])
        #expect(press.errors == [AnchorError(.witness, "")])
        asleep.isAsleep.withLock { $0 = false }
        log.grow(1)
        #expect(try #require(await press.publisher.publishIfDue(at: time(20))).note.signatures.count == 3)
    }

    @Test("a witness that has seen more than the log has says so, and does not sign")
    func witnessAhead() async throws {
        let witness = try MemoryWitness("w1.example", log: Self.verifier(), now: time(7))
        let full = MemoryLog(50)
        await (try Press(full, state: MemoryState(), witnesses: [witness])).publisher.publishIfDue(at: time(1))
        // Database and file restored from an older backup, both.
        let press = try Press(MemoryLog(30), state: MemoryState(), witnesses: [witness])
        let signed = try #require(await press.publisher.publishIfDue(at: time(10)))
        #expect(signed.note.signatures.count == 1)
        #expect(press.errors.count == 1)
        #expect(press.errors[0].message.contains("has signed 50 leaves, and the log has 30"))
        // A second history under the same key that has outgrown the first.
        let other = MemoryLog(30)
        other.grow(40, prefix: "other")
        let forked = try Press(other, state: MemoryState(), witnesses: [witness])
        #expect(try #require(await forked.publisher.publishIfDue(at: time(10))).note.signatures.count == 1)
        #expect(forked.errors[0].message.contains("answers 422"))
    }

    @Test("at the end what was not published yet is")
    func rest() async throws {
        let log = MemoryLog(5)
        let press = try Press(log, state: MemoryState())
        await press.publisher.publishIfDue(at: time(1))
        log.grow(1)
        await press.publisher.publishRest(at: time(2))
        await press.publisher.publishRest(at: time(3))
        #expect(log.kept.map(\.checkpoint.size) == [5, 6])
    }
}
