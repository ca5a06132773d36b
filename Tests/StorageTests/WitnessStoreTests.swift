import Anchors
import GRDB
import Kernel
import Testing
import Transparency

@testable import Storage

@Suite("What a witness keeps")
struct WitnessStoreTests {
    static let origin = "log.example/a"

    private static func store(in folder: TemporaryFolder) throws -> SQLiteWitnessStore {
        try SQLiteWitnessStore(path: folder.file("witness.db"))
    }

    private struct Stage {
        let log: SigningKey
        let witness: Witness

        init() throws {
            func key(_ name: String) throws -> SigningKey {
                let keyName = try #require(KeyName(name))
                return try #require(
                    SigningKey(name: keyName, seed: Secret(Hash.plain(Array(name.utf8).span).bytes)))
            }
            self.log = try key(WitnessStoreTests.origin)
            self.witness = Witness(key: try key("witness.example"), logs: [self.log.verifier(.ed25519)])
        }

        /// A request from `old` to a tree whose leaves are all the same.
        func request(from old: Int, to size: Int, leaf: String = "leaf") throws -> AddCheckpointRequest {
            let hash = Hash.leaf(Array(leaf.utf8))
            var range = CompactRange()
            for _ in 0..<size { range.append(hash) }
            let signed = try Checkpoint(origin: WitnessStoreTests.origin, size: UInt64(size), root: range.root)
                .signed(by: self.log)
            var hashes: [Hash] = []
            if old > 0, old < size {
                let plan = try ProofPlan(consistencyFrom: UInt64(old), to: UInt64(size))
                var tiles: [TileID: Tile] = [:]
                for id in plan.tiles { tiles[id] = Tile(id, hashes: [Hash](repeating: hash, count: id.width)) }
                hashes = try plan.hashes(in: tiles)
            }
            return AddCheckpointRequest(old: UInt64(old), hashes: hashes, checkpoint: signed)
        }

        func ask(
            _ store: any WitnessStore, _ request: AddCheckpointRequest
        ) async throws -> Witness.Decision {
            try await store.decide(origin: WitnessStoreTests.origin, at: Timestamp(microseconds: 7), .patient) {
                self.witness.decide(request, latest: $0, at: Timestamp(microseconds: 7_000_000))
            }
        }
    }

    @Test("what was signed is there after the database is opened again")
    func durability() async throws {
        let folder = try TemporaryFolder()
        let stage = try Stage()
        let store = try Self.store(in: folder)
        #expect(try await store.latest(origin: Self.origin, .patient) == nil)
        #expect(try await stage.ask(store, stage.request(from: 0, to: 5)).answer.status == 200)
        let again = try Self.store(in: folder)
        let note = try #require(await again.latest(origin: Self.origin, .patient))
        let signed = try SignedCheckpoint(parsing: Array(note.utf8))
        #expect(signed.checkpoint.size == 5)
        #expect(try signed.note.verified(by: [stage.witness.verifier]).count == 1)
        #expect(try await stage.ask(again, stage.request(from: 0, to: 5)).answer == .isAt(size: 5))
        #expect(try await stage.ask(again, stage.request(from: 5, to: 9)).answer.status == 200)
    }

    @Test("of requests at the same time that all know the same size, one is signed and the others hear of it")
    func race() async throws {
        let folder = try TemporaryFolder()
        let stage = try Stage()
        let (store, other) = (try Self.store(in: folder), try Self.store(in: folder))
        _ = try await stage.ask(store, stage.request(from: 0, to: 4))
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for size in 5..<25 {
                let request = try stage.request(from: 4, to: size)
                group.addTask { try await stage.ask(size % 2 == 0 ? store : other, request).answer.status }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [200: 1, 409: 19])
    }

    @Test("a second history is refused and kept as evidence, once")
    func evidence() async throws {
        let folder = try TemporaryFolder()
        let stage = try Stage()
        let store = try Self.store(in: folder)
        _ = try await stage.ask(store, stage.request(from: 0, to: 4))
        for _ in 0..<3 {
            let decision = try await stage.ask(store, stage.request(from: 4, to: 4, leaf: "other"))
            #expect(decision.answer.status == 422)
        }
        let accusations = try await store.accusations(.patient)
        #expect(accusations.count == 1)
        let offered = try SignedCheckpoint(parsing: Array(accusations[0].offered.utf8))
        let known = try SignedCheckpoint(parsing: Array(accusations[0].known.utf8))
        let log = stage.log.verifier(.ed25519)
        #expect(try offered.note.verified(by: [log]).count == 1 && known.note.verified(by: [log]).count == 1)
        #expect(offered.checkpoint.size == known.checkpoint.size && offered.checkpoint.root != known.checkpoint.root)
        #expect(try #require(await store.latest(origin: Self.origin, .patient)) == accusations[0].known)
    }

    @Test("the database itself refuses that a log goes back or is forgotten")
    func constraints() async throws {
        let folder = try TemporaryFolder()
        let stage = try Stage()
        let store = try Self.store(in: folder)
        _ = try await stage.ask(store, stage.request(from: 0, to: 4))
        let raw = try SQLiteStore(
            path: folder.file("witness.db"), options: SQLiteStore.Options(), schema: .witness)
        for sql in ["UPDATE witnessed SET size = 3", "DELETE FROM witnessed", "UPDATE witnessed SET origin = 'b'"] {
            #expect(throws: DatabaseError.self) { try raw.tamper { try $0.execute(sql: sql) } }
        }
    }

    @Test("a database of another kind is refused")
    func foreignDatabase() throws {
        let folder = try TemporaryFolder()
        try SQLiteStore(path: folder.file("gatehouse.db")).close()
        #expect(throws: StoreError(.corrupt, "")) { try SQLiteWitnessStore(path: folder.file("gatehouse.db")) }
    }
}
