import Anchors
import Kernel
import Testing
import Transparency

@Suite("The rules of a witness")
struct WitnessTests {
    static let origin = "log.example/a"

    private func key() throws -> SigningKey { try testKey(Self.origin, seed: "log") }

    private func witness() throws -> Witness {
        Witness(key: try testKey("witness.example/w", seed: "witness"), logs: [try self.key().verifier(.ed25519)])
    }

    private func signed(_ log: MemoryLog, _ size: UInt64? = nil, by key: SigningKey? = nil) throws -> SignedCheckpoint {
        let size = size ?? log.size
        let root = size == 0 ? Hash.empty : try ProofPlan(rootOf: size).hashes(from: log)[0]
        return try Checkpoint(origin: Self.origin, size: size, root: root).signed(by: try key ?? self.key())
    }

    private func request(
        _ log: MemoryLog, from old: UInt64, to size: UInt64? = nil, claiming claimed: UInt64? = nil
    ) throws -> AddCheckpointRequest {
        let size = size ?? log.size
        let hashes = old > 0 && old < size ? try ConsistencyProof(from: old, to: size, from: log).hashes : []
        return AddCheckpointRequest(old: claimed ?? old, hashes: hashes, checkpoint: try self.signed(log, size))
    }

    @Test("a first checkpoint is signed, and each that continues the last")
    func honestLog() throws {
        let log = MemoryLog(600)
        let witness = try self.witness()
        var latest: SignedCheckpoint?
        var old: UInt64 = 0
        for size in [UInt64](arrayLiteral: 1, 1, 2, 255, 256, 257, 600) {
            let decision = witness.decide(try self.request(log, from: old, to: size), latest: latest, at: time(5))
            let kept = try #require(decision.kept)
            #expect(decision.answer.status == 200)
            #expect(try kept.note.verified(by: [witness.verifier]).count == 1)
            #expect(kept.note.signatures.count == 2)
            #expect(decision.answer.body == kept.note.signatures[1].line)
            latest = kept
            old = size
        }
    }

    @Test("a log that nobody knows is not found, and one whose key did not sign is forbidden")
    func strangers() throws {
        let log = MemoryLog(3)
        let witness = try self.witness()
        let unknown = try Checkpoint(origin: "other.example", size: 3, root: log.root)
            .signed(by: try testKey("other.example", seed: "log"))
        let request = AddCheckpointRequest(old: 0, hashes: [], checkpoint: unknown)
        #expect(witness.decide(request, latest: nil, at: time(5)).answer.status == 404)
        let forged = AddCheckpointRequest(
            old: 0, hashes: [], checkpoint: try self.signed(log, by: try testKey(Self.origin, seed: "thief")))
        #expect(witness.decide(forged, latest: nil, at: time(5)).answer.status == 403)
        var tampered = try self.signed(log)
        let signature = tampered.note.signatures[0]
        var spoiled = signature.bytes
        spoiled[5] ^= 1
        tampered.add(NoteSignature(name: signature.name, keyID: signature.keyID, bytes: spoiled))
        let wrong = AddCheckpointRequest(old: 0, hashes: [], checkpoint: tampered)
        #expect(witness.decide(wrong, latest: nil, at: time(5)).answer.status == 403)
    }

    @Test("another size than the last one is a conflict that names the last one")
    func conflicts() throws {
        let log = MemoryLog(30)
        let witness = try self.witness()
        let fresh = witness.decide(try self.request(log, from: 10), latest: nil, at: time(5))
        #expect(fresh.answer == .isAt(size: 0))
        let latest = try self.signed(log, 20)
        for old in [UInt64](arrayLiteral: 0, 19, 21) {
            let decision = witness.decide(try self.request(log, from: old), latest: latest, at: time(5))
            #expect(decision.answer.status == 409 && decision.answer.body == "20\n")
            #expect(decision.answer.contentType == "text/x.tlog.size")
            #expect(decision.kept == nil)
        }
    }

    @Test("a size that goes back is a bad request, whatever was signed last")
    func backwards() throws {
        let log = MemoryLog(30)
        let request = try self.request(log, from: 0, to: 10, claiming: 11)
        let witness = try self.witness()
        #expect(witness.decide(request, latest: nil, at: time(5)).answer.status == 400)
        #expect(witness.decide(request, latest: try self.signed(log, 11), at: time(5)).answer.status == 400)
    }

    @Test("a second history is refused, at the same size and at a larger one, and kept as evidence")
    func splitView() throws {
        let (log, other) = (MemoryLog(20), MemoryLog(15))
        other.grow(5, prefix: "other")
        let witness = try self.witness()
        let latest = try self.signed(log)
        let same = AddCheckpointRequest(old: 20, hashes: [], checkpoint: try self.signed(other))
        let first = witness.decide(same, latest: latest, at: time(5))
        #expect(first.answer.status == 422 && first.kept == nil && first.accusation != nil)
        other.grow(10, prefix: "other")
        let larger = witness.decide(try self.request(other, from: 20), latest: latest, at: time(5))
        #expect(larger.answer.status == 422 && larger.kept == nil && larger.accusation != nil)
    }

    @Test("a proof that is wrong, missing or superfluous is refused")
    func wrongProofs() throws {
        let log = MemoryLog(30)
        let witness = try self.witness()
        let latest = try self.signed(log, 20)
        let good = try self.request(log, from: 20)
        #expect(witness.decide(good, latest: latest, at: time(5)).answer.status == 200)
        let proofs = [[], Array(good.hashes.dropLast()), good.hashes + [.empty], good.hashes.reversed()]
        for hashes in proofs {
            let request = AddCheckpointRequest(old: 20, hashes: hashes, checkpoint: good.checkpoint)
            #expect(witness.decide(request, latest: latest, at: time(5)).answer.status == 422)
        }
        let first = AddCheckpointRequest(old: 0, hashes: [.empty], checkpoint: good.checkpoint)
        #expect(witness.decide(first, latest: nil, at: time(5)).answer.status == 422)
        let equal = AddCheckpointRequest(old: 20, hashes: [.empty], checkpoint: latest)
        #expect(witness.decide(equal, latest: latest, at: time(5)).answer.status == 422)
    }

    @Test("a log without leaves has one root")
    func emptyLog() throws {
        let witness = try self.witness()
        let empty = AddCheckpointRequest(old: 0, hashes: [], checkpoint: try self.signed(MemoryLog(), 0))
        let decision = witness.decide(empty, latest: nil, at: time(5))
        #expect(decision.answer.status == 200)
        let wrong = try Checkpoint(origin: Self.origin, size: 0, root: .leaf([])).signed(by: try self.key())
        let request = AddCheckpointRequest(old: 0, hashes: [], checkpoint: wrong)
        #expect(witness.decide(request, latest: nil, at: time(5)).answer.status == 422)
        #expect(witness.decide(request, latest: decision.kept, at: time(5)).answer.status == 422)
        let grown = try self.request(MemoryLog(3), from: 0)
        #expect(witness.decide(grown, latest: decision.kept, at: time(5)).answer.status == 200)
    }

    @Test("a log is found by the hash of its name")
    func monitoring() throws {
        let hash = Hash.plain(bytes(Self.origin).span).hexadecimal
        #expect(try self.witness().origin(hash: hash) == Self.origin)
        #expect(try self.witness().origin(hash: hash.uppercased()) == nil)
        #expect(try self.witness().origin(hash: "") == nil)
    }

    @Test("a request is written and read back")
    func requestText() throws {
        let request = try self.request(MemoryLog(30), from: 20)
        #expect(try AddCheckpointRequest(parsing: bytes(request.encoded)) == request)
        #expect(request.encoded.hasPrefix("old 20\n"))
    }

    @Test("a request that is cut off, or whose bytes are others, is refused or is another one")
    func spoiledRequest() throws {
        let request = try self.request(MemoryLog(30), from: 20)
        let original = bytes(request.encoded)
        for count in original.indices {
            #expect(throws: TransparencyError.self) { try AddCheckpointRequest(parsing: Array(original.prefix(count))) }
        }
        let witness = try self.witness()
        let latest = try self.signed(MemoryLog(30), 20)
        for position in original.indices {
            var changed = original
            changed[position] ^= 2
            guard let read = try? AddCheckpointRequest(parsing: changed) else { continue }
            #expect(witness.decide(read, latest: latest, at: time(5)).kept == nil)
        }
    }

    static let malformed: [String] = [
        "", "old\n", "old \n\n", "old 01\n\n", "old -1\n\n", "old 9223372036854775808\n\n", "new 1\n\n",
        "old 1\nhash\n\n",
        "old 1\n" + String(repeating: Hash.empty.base64 + "\n", count: 64) + "\n",
    ]

    @Test("what is no request is refused", arguments: WitnessTests.malformed)
    func refusesMalformed(_ text: String) throws {
        let checkpoint = try self.signed(MemoryLog(3)).encoded
        #expect(throws: TransparencyError(.malformed, "")) {
            try AddCheckpointRequest(parsing: bytes(text + checkpoint))
        }
    }

    @Test("a request that is too long is refused")
    func tooLong() {
        #expect(throws: TransparencyError(.tooLarge, "")) {
            try AddCheckpointRequest(parsing: [UInt8](repeating: 0x20, count: AddCheckpointRequest.sizeLimit + 1))
        }
    }
}
