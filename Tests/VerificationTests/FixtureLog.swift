import Audit
import Foundation
import Kernel
import TestSupport
import Transparency
import Verification

/// A log in memory, made of a seed: leaves of two tenants and some runs, payloads, checkpoints of the log and a witness.
struct FixtureLog: LogReading {
    static let name = "gate.example/audit"

    var leaves: [[UInt8]] = []
    var kept: [StoredCheckpoint] = []
    var sealed: [StoredPayload] = []
    /// Leaves that somebody took away.
    var missing: Set<Int> = []
    /// Of each level, all hashes.
    private(set) var hashes: [[Hash]] = []

    var origin: String { Self.name }

    init(
        count: Int, seed: UInt64 = 1, checkpoints: [Int]? = nil, key: SigningKey = Self.key(1),
        witness: SigningKey? = Self.key(2, "witness.example/w1"), change: (Int, inout Leaf) -> Void = { _, _ in }
    ) throws {
        var random = SplitMix(seed: seed)
        var tenants: [String: Int64] = [:]
        var runs: [String: Int64] = [:]
        let payloadKey = Self.payloadKey
        for index in 0..<count {
            let time = Timestamp(microseconds: 1_795_248_000_000_000 + Int64(index) * 250_000)
            let id = Identifier<Exchange>(at: time, using: &random)
            var leaf = Leaf(time: time, kind: index % 2 == 0 ? .exchangeStart : .exchangeEnd, id: "\(id)")
            leaf.tenant = index % 5 == 0 ? "acme" : "default"
            tenants[leaf.tenant, default: 0] += 1
            leaf.tenantSequence = tenants[leaf.tenant] ?? 0
            if index % 3 == 0 {
                let run = "run_\(leaf.tenant)_\(index / 12)"
                runs[run, default: 0] += 1
                leaf.run = run
                leaf.runSequence = runs[run] ?? 0
            }
            leaf.actor = "p:\(index % 7)aaaaaaaaaaaaaaaaaaaaaaa"
            leaf.resource = "model:fast"
            leaf.operation = "chat.completions"
            if leaf.kind == .exchangeEnd {
                leaf.outcome = index % 10 == 9 ? "blocked" : "answered"
                leaf.status = index % 10 == 9 ? 403 : 200
                leaf.decision = index % 10 == 9 ? .forbid : .permit
                leaf.tokens = [412, 187, 0, 20]
                leaf.cost = 4210
                let bytes = (0..<SealedPayload.randomBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
                let (payload, reference) = try payloadKey.seal(
                    Array("what was said in \(index)".utf8), .detail, event: Array(leaf.id.utf8), random: bytes[...])
                leaf.payloads = [reference]
                self.sealed.append(StoredPayload(index: Int64(index), payload: payload))
            }
            change(index, &leaf)
            self.leaves.append(try leaf.bytes())
        }
        self.makeTree()
        for size in checkpoints ?? [count] { try self.sign(size, key, witness) }
    }

    static func key(_ seed: UInt8, _ name: String = Self.name) -> SigningKey {
        guard let name = KeyName(name),
            let key = SigningKey(name: name, seed: Secret([UInt8](repeating: seed, count: 32)))
        else { preconditionFailure("a fixture's name is one") }
        return key
    }

    /// The one key of all payloads.
    static let payloadKey = PayloadKey(
        id: "p:0/2026-11/content", subject: [UInt8](repeating: 7, count: 32),
        month: [UInt8](repeating: 8, count: 32))

    /// Believes the log and wants its witness.
    static let policy = """
        log \(Self.key(1).verifier(.ed25519))
        witness w1 \(Self.key(2, "witness.example/w1").verifier(.cosignature))
        quorum w1

        """
    static var trust: Trust { get throws { try Trust(parsing: Self.policy) } }

    /// Makes the tree of the leaves as they are now.
    mutating func makeTree() {
        self.hashes = [self.leaves.map { Hash.leaf($0) }]
        while let last = self.hashes.last, last.count >= 256 {
            self.hashes.append(
                (0..<(last.count / 256)).compactMap { number in
                    Tile(
                        TileID(level: 0, index: 0), hashes: Array(last[number * 256..<(number + 1) * 256]))?.root
                })
        }
    }

    func root(_ size: Int) -> Hash {
        var range = CompactRange()
        for leaf in self.leaves.prefix(size) { range.append(Hash.leaf(leaf)) }
        return range.root
    }

    mutating func sign(_ size: Int, _ key: SigningKey, _ witness: SigningKey? = nil, root: Hash? = nil) throws {
        let checkpoint = Checkpoint(origin: Self.name, size: UInt64(size), root: root ?? self.root(size))
        var signed = try checkpoint.signed(by: key)
        let time = Timestamp(microseconds: 1_795_300_000_000_000)
        if let witness { signed.add(try witness.cosign(checkpoint.text, at: time)) }
        self.kept.append(
            StoredCheckpoint(
                size: Int64(size), root: checkpoint.root.bytes, note: signed.encoded, created: time))
        self.kept.sort { $0.size < $1.size }
    }

    // MARK: LogReading

    func head(_ context: OperationContext) async throws(StoreError) -> (size: Int64, root: [UInt8]) {
        (Int64(self.leaves.count), self.root(self.leaves.count).bytes)
    }

    func leaves(from index: Int64, limit: Int, _ context: OperationContext) async throws(StoreError) -> [LoggedLeaf] {
        self.leaves.indices.dropFirst(Int(index)).prefix(limit).filter { !self.missing.contains($0) }.map {
            LoggedLeaf(index: Int64($0), bytes: self.leaves[$0])
        }
    }

    func tile(
        level: Int, _ number: Int64, width: Int, _ context: OperationContext
    ) async throws(StoreError) -> [UInt8]? {
        guard level < self.hashes.count, Int(number) * 256 + width <= self.hashes[level].count else { return nil }
        return Hash.bytes(of: Array(self.hashes[level][Int(number) * 256..<Int(number) * 256 + width]))
    }

    func payloads(_ indices: Range<Int64>, _ context: OperationContext) async throws(StoreError) -> [StoredPayload] {
        self.sealed.filter { indices.contains($0.index) }
    }

    func checkpoints(_ context: OperationContext) async throws(StoreError) -> [StoredCheckpoint] { self.kept }
    func latestCheckpoint(_ context: OperationContext) async throws(StoreError) -> StoredCheckpoint? { self.kept.last }
    func keep(_ checkpoint: StoredCheckpoint, _ context: OperationContext) async throws(StoreError) {}

    static let context: OperationContext = {
        var random = SplitMix(seed: 3)
        return OperationContext(
            id: Identifier(at: Timestamp(microseconds: 0), using: &random),
            principal: Principal(kind: .operator, id: "test"), deadline: .now + .seconds(600))
    }()

    // MARK: Bundles

    /// The bundle of the log, as bytes.
    func bundle(_ change: (inout BundleWriter.Request) -> Void = { _ in }) async throws -> [UInt8] {
        var request = BundleWriter.Request(
            keys: ["\(Self.key(1).verifier(.ed25519))"], policy: Self.policy,
            created: Timestamp(microseconds: 1_795_300_000_000_000))
        change(&request)
        let output = MemoryOutput()
        _ = try await BundleWriter(self, Self.context).write(request, to: output)
        return output.bytes
    }
}

/// An archive in memory.
final class MemoryOutput: ArchiveOutput {
    private(set) var bytes: [UInt8] = []

    func append(_ bytes: [UInt8]) { self.bytes += bytes }
    func overwrite(_ bytes: [UInt8], at offset: Int64) {
        self.bytes.replaceSubrange(Int(offset)..<Int(offset) + bytes.count, with: bytes)
    }
}

/// A folder that is gone with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.path + "/gatehouse-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let path = self.path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }
}
