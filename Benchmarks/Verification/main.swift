// Measures how fast a log is verified: verification-benchmark [leaves] [folder]
//
// Writes a log into a SQLite file, with exchanges that begin and end, two tenants and some runs, and verifies it on one
// core as `gatehouse audit verify` does: leaves, tree, tiles, checkpoints, sequences, times, columns. Then again with a
// sealed payload for each end of an exchange, whose ciphertext is hashed as well.

import Audit
import Crypto
import Foundation
import Kernel
import Storage
import Transparency
import Verification

/// A vault with one key for everybody.
struct BenchmarkVault: KeyVault {
    let payloadKey = PayloadKey(
        id: "p:0/2026-11/metadata", subject: [UInt8](repeating: 1, count: 32), month: [UInt8](repeating: 2, count: 32))

    func pseudonymKey() -> SymmetricKey { SymmetricKey(data: [UInt8](repeating: 3, count: 32)) }
    func revision() -> Int64 { 0 }
    func sealingKey(
        for pseudonym: String, name: Principal?, month: Month, _ retention: RetentionClass
    ) -> PayloadKey { self.payloadKey }
    func key(_ id: String) -> PayloadKey? { self.payloadKey }
    func principal(of pseudonym: String) -> Principal? { nil }
    func isDestroyed(_ id: String) -> Bool { false }
    func lastErasure(of pseudonym: String) throws(StoreError) -> Timestamp? { nil }
    func eraseSubject(_ pseudonym: String, at time: Timestamp) -> Int { 0 }
    func eraseMonths(through month: Month, _ retention: RetentionClass, at time: Timestamp) -> [Month] { [] }
    func oldestMonths() -> [RetentionClass: Month] { [:] }
    func holds() -> [LegalHold] { [] }
    func keep(_ hold: LegalHold) {}
    func orders() -> [ErasureOrder] { [] }
    func keep(_ order: ErasureOrder) {}
}

/// What is done once for each kind of log.
struct VerificationBenchmark {
    static let name = "benchmark.example/audit"
    let count: Int
    let folder: String

    private var context: OperationContext {
        var random = SystemRandomNumberGenerator()
        return OperationContext(
            id: Identifier(at: Timestamp(microseconds: 0), using: &random),
            principal: Principal(kind: .operator, id: "benchmark"), deadline: .now + .seconds(3600))
    }

    private func leaf(_ index: Int, _ ids: inout SystemRandomNumberGenerator) -> Leaf {
        let time = Timestamp(microseconds: 1_795_248_000_000_000 + Int64(index) * 2000)
        let id: Identifier<Exchange> = Identifier(at: time, using: &ids)
        var leaf = Leaf(time: time, kind: index % 2 == 0 ? .exchangeStart : .exchangeEnd, id: "\(id)")
        leaf.tenant = index % 8 == 0 ? "acme" : "default"
        if index % 4 == 0 { leaf.run = "run_01m7zdh5w8aenr5g73p\(index / 64)" }
        leaf.actor = "p:52nfUlgw07LAnlxe6EOCew"
        leaf.resource = "model:fast"
        leaf.provider = "openai"
        leaf.deployment = "gpt-4o-mini"
        leaf.operation = "chat.completions"
        leaf.configuration = "a1b2c3d4e5f6"
        leaf.detectors = "7"
        leaf.policies = "sha256:3f9a1c073f9a1c073f9a1c073f9a1c073f9a1c073f9a1c073f9a1c073f9a1c07"
        guard leaf.kind == .exchangeEnd else { return leaf }
        leaf.served = "gpt-4o-mini-2026-07-18"
        leaf.status = 200
        leaf.outcome = "answered"
        leaf.decision = .permit
        leaf.rules = ["allow-known-applications"]
        leaf.tokens = [412, 187, 100, 20]
        leaf.cost = 4210
        leaf.duration = 183_250
        leaf.flags = ["request:pii.email_address:1"]
        leaf.reference = Int64(max(0, index - 1))
        return leaf
    }

    func run(_ title: String, payloads: Bool) async throws {
        let path = self.folder + "/\(payloads ? "sealed" : "plain").db"
        let ledger = try SQLiteLedger(
            path: path, origin: Self.name, vault: BenchmarkVault(),
            entropy: { count in [UInt8](repeating: 5, count: count) })
        guard let name = KeyName(Self.name),
            let key = SigningKey(name: name, seed: Secret([UInt8](repeating: 4, count: 32)))
        else { return }
        var random = SystemRandomNumberGenerator()
        let content = [UInt8](repeating: 0x61, count: 900)
        var bytes = 0
        for start in stride(from: 0, to: self.count, by: 4096) {
            var entries: [LogEntry] = []
            for index in start..<min(start + 4096, self.count) {
                var leaf = self.leaf(index, &random)
                var sealed: [SealedPayload] = []
                if payloads, leaf.kind == .exchangeEnd {
                    let salt = (0..<SealedPayload.randomBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
                    let (payload, reference) = try BenchmarkVault().payloadKey.seal(
                        content, .detail, event: Array(leaf.id.utf8), random: salt[...])
                    leaf.payloads = [reference]
                    sealed = [payload]
                }
                bytes += try leaf.bytes().count
                entries.append(LogEntry(leaf: leaf, payloads: sealed))
            }
            _ = try ledger.append(entries)
        }
        let head = try await ledger.head(self.context)
        guard let root = Hash(head.root) else { return }
        let signed = try Checkpoint(origin: Self.name, size: UInt64(head.size), root: root).signed(by: key)
        try await ledger.keep(
            StoredCheckpoint(
                size: head.size, root: head.root, note: signed.encoded, created: Timestamp(microseconds: 0)),
            self.context)
        let trust = try Trust(parsing: "log \(key.verifier(.ed25519))\nquorum none\n")
        for checksStructure in [false, true] {
            let source = try SQLiteLogSource(path: path, checksStructure: checksStructure)
            // The time of the processor and not of the wall: others may use the machine.
            let start = clock()
            let report = try await Verifier(source, trust: trust, notes: [signed.encoded]).run()
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            let rate = Int(Double(report.leaves) / seconds)
            let pages = checksStructure ? ", with SQLite's check of its own pages" : ""
            print(
                "\(title)\(pages): \(rate) leaves/s of one core (\(report.leaves) leaves of \(bytes / self.count) bytes on average, "
                    + "\(report.payloads) payloads, \(report.verdict.word))")
        }
    }
}

let arguments = CommandLine.arguments
let base = arguments.count > 2 ? arguments[2] : FileManager.default.temporaryDirectory.path
let folder = base + "/verification-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }
let benchmark = VerificationBenchmark(
    count: arguments.count > 1 ? Int(arguments[1]) ?? 1_000_000 : 1_000_000, folder: folder)
try await benchmark.run("leaves, tree, checkpoints, sequences, columns", payloads: false)
try await benchmark.run("the same with payloads", payloads: true)
