import Anchors
import Kernel
import Synchronization
import Testing
import Transparency

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Keys of tests: the seed is the SHA-256 of a word.
func testKey(_ name: String, seed word: String) throws -> SigningKey {
    let keyName = try #require(KeyName(name))
    return try #require(SigningKey(name: keyName, seed: Secret(Hash.plain(bytes(word).span).bytes)))
}

func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

extension OperationContext {
    static var ofTests: OperationContext {
        var random = SystemRandomNumberGenerator()
        return OperationContext(
            id: Identifier(at: time(0), using: &random), principal: Principal(kind: .service, id: "tests"),
            deadline: .now + .seconds(30))
    }
}

/// A log in memory.
final class MemoryLog: PublishedLog, TileReader {
    private struct State {
        var edge = RightEdge()
        var tiles: [TileID: Tile] = [:]
        var leaves: [[UInt8]] = []
        var kept: [SignedCheckpoint] = []
    }

    private let state = Mutex(State())

    init(_ count: Int = 0, prefix: String = "leaf") { self.grow(count, prefix: prefix) }

    func grow(_ count: Int, prefix: String = "leaf") {
        self.state.withLock { state in
            for _ in 0..<count {
                let leaf = bytes("\(prefix) \(state.leaves.count)")
                state.leaves.append(leaf)
                for tile in state.edge.append(.leaf(leaf)) { state.tiles[tile.id] = tile }
            }
        }
    }

    var size: UInt64 { self.state.withLock { $0.edge.size } }
    var root: Hash { self.state.withLock { $0.edge.root } }
    var kept: [SignedCheckpoint] { self.state.withLock { $0.kept } }

    func tile(_ id: TileID) throws -> Tile {
        try #require(self.state.withLock { $0.edge.tile(id) ?? $0.tiles[id.full]?.prefix(id.width) })
    }

    func head(_ context: OperationContext) async throws(StoreError) -> (size: UInt64, root: Hash) {
        self.state.withLock { ($0.edge.size, $0.edge.root) }
    }

    func tile(_ id: TileID, _ context: OperationContext) async throws(StoreError) -> Tile? {
        self.state.withLock { $0.edge.tile(id) ?? $0.tiles[id.full]?.prefix(id.width) }
    }

    func leaves(
        from index: UInt64, count: Int, _ context: OperationContext
    ) async throws(StoreError) -> [[UInt8]] {
        self.state.withLock { Array($0.leaves.dropFirst(Int(index)).prefix(count)) }
    }

    func latestCheckpoint(_ context: OperationContext) async throws(StoreError) -> String? {
        self.state.withLock { $0.kept.last?.encoded }
    }

    func keep(
        _ checkpoint: SignedCheckpoint, at time: Timestamp, _ context: OperationContext
    ) async throws(StoreError) {
        self.state.withLock { $0.kept.append(checkpoint) }
    }
}

final class MemoryState: SignedState {
    let place = "last-signed"
    let note = Mutex<[UInt8]?>(nil)
    let isFull = Mutex(false)

    struct Full: Error {}

    func load() throws -> [UInt8]? { self.note.withLock { $0 } }
    func store(_ note: [UInt8]) throws {
        if self.isFull.withLock({ $0 }) { throw Full() }
        self.note.withLock { $0 = note }
    }
}

final class MemorySink: AnchorSink {
    let name: String
    let isOutside: Bool
    let taken = Mutex<[SignedCheckpoint]>([])
    let isBroken = Mutex(false)

    struct Broken: Error {}

    init(_ name: String, isOutside: Bool) {
        self.name = name
        self.isOutside = isOutside
    }

    func take(_ checkpoint: SignedCheckpoint, at time: Timestamp) async throws {
        if self.isBroken.withLock({ $0 }) { throw Broken() }
        self.taken.withLock { $0.append(checkpoint) }
    }
}

/// A witness with its rules, in memory; it may be asleep.
final class MemoryWitness: CheckpointWitness {
    let name: String
    let witness: Witness
    let latest = Mutex<SignedCheckpoint?>(nil)
    let isAsleep = Mutex(false)
    let now: Timestamp

    init(_ name: String, log: VerifierKey, now: Timestamp) throws {
        self.name = name
        self.witness = Witness(key: try testKey(name, seed: name), logs: [log])
        self.now = now
    }

    var key: VerifierKey { self.witness.verifier }

    func add(_ request: AddCheckpointRequest) async throws -> WitnessReply {
        // Until somebody cancels: nobody waits for a clock.
        if self.isAsleep.withLock({ $0 }) { try await Task.sleep(for: .seconds(600)) }
        let read = try AddCheckpointRequest(parsing: bytes(request.encoded))
        let decision = self.latest.withLock { latest in
            let decision = self.witness.decide(read, latest: latest, at: self.now)
            if let kept = decision.kept { latest = kept }
            return decision
        }
        switch decision.answer {
        case .cosigned(let signature): return .cosigned([signature])
        case .isAt(let size): return .isAt(size: size)
        default: return .refused(status: decision.answer.status, decision.answer.body)
        }
    }
}
