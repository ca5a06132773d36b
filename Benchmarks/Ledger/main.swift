// What the log costs: durable appends with everything on, beside SQLite and the disk alone; proofs, restart, memory.
//
// ledger-benchmark [FOLDER] [LEAVES]: the folder is where the files go, and decides whose disk is measured. Where LEAVES
// is `plain`, only what an exchange costs the writer that its leaf tells in full; where it is `detailed`, one of which a
// detail is sealed.

import Audit
import Conversation
import Foundation
import GRDB
import Kernel
import Storage
import Synchronization
import Transparency

#if canImport(Glibc)
    import Glibc
#endif

let base = CommandLine.arguments.dropFirst().first ?? FileManager.default.temporaryDirectory.path
let leaves = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1_000_000
let batch = 256
let rounds = 5
let roundSize = 20 * batch

let folder = "\(base)/gatehouse-ledger-\(getpid())"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }

@Sendable func entropy(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    while bytes.count < count {
        let word = random.next()
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return Array(bytes.prefix(count))
}

/// What a chat with a finding leaves behind, of one of fifty keys.
struct Events {
    private var random = SystemRandomNumberGenerator()
    private var clock = Timestamp(microseconds: 1_795_000_000_000_000)
    private let principals = (0..<50).map { Principal(kind: .service, id: "key_01arz3ndektsv4rrffq69g5f\($0 + 10)") }
    private let question = """
        {"action":"infer","context":{"findings":{"pii.email_address":1},"time":"2026-11-21T08:15:30.000Z"},\
        "principal":{"id":"key_01arz3ndektsv4rrffq69g5fav","roles":[],"type":"service"},\
        "resource":{"alias":"fast","boundary":"external","provider":"openai","type":"model"}}
        """
    private let decision = """
        {"determining":["redact-personal-data"],"effect":"forbid",\
        "remedy":{"kinds":["pii.email_address"],"type":"redact"}}
        """

    mutating func next() -> Event {
        self.clock = self.clock.advanced(by: .microseconds(700))
        return .exchange(
            ExchangeEvent(
                id: Identifier(at: self.clock, using: &self.random), startedAt: self.clock,
                duration: .microseconds(183_250), principal: self.principals[Int(self.random.next() % 50)],
                operation: .chatCompletion, model: "fast", provider: "openai", deployment: "gpt-4o-mini",
                servedModel: "gpt-4o-mini-2026-07-18", isStreamed: true, outcome: .answered, status: 200,
                findings: [FindingCount(stage: .request, kind: "pii.email_address", count: 1)],
                decisions: [
                    DecisionRecord(
                        stage: .request, effect: .forbid, remedy: "redact", policies: ["redact-personal-data"],
                        question: self.question, decision: self.decision)
                ],
                usage: TokenUsage(input: 412, output: 187, cached: 0, reasoning: 0, source: .reported),
                cost: Microdollars(120), requestBytes: 2048, responseBytes: 1042, attempts: 1,
                configuration: "a1b2c3d4e5f6", detectors: "1", start: 41))
    }

    mutating func batch(_ count: Int) -> [Event] { (0..<count).map { _ in self.next() } }

    /// An exchange of which the leaf says everything: nothing was found and nothing decided that is not the rule.
    mutating func plain() -> Event {
        self.clock = self.clock.advanced(by: .microseconds(50))
        return .exchange(
            ExchangeEvent(
                id: Identifier(at: self.clock, using: &self.random), startedAt: self.clock,
                duration: .microseconds(1_250), principal: self.principals[Int(self.random.next() % 50)],
                operation: .chatCompletion, model: "fast", provider: "openai", deployment: "gpt-4o-mini",
                servedModel: "gpt-4o-mini-2026-07-18", outcome: .answered, status: 200,
                usage: TokenUsage(input: 412, output: 187, cached: 0, reasoning: 0, source: .reported),
                cost: Microdollars(120), requestBytes: 2048, responseBytes: 1042, attempts: 1,
                configuration: "a1b2c3d4e5f6", detectors: "1"))
    }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return Double((ContinuousClock.now - start).microseconds) / 1_000_000
}

/// Seconds of processor time that this process has used.
func processorTime() -> Double {
    var usage = rusage()
    // SAFE: the call fills the variable, which lives longer than it.
    _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

func line(_ name: String, _ value: String, _ note: String = "") {
    print(
        name.padding(toLength: 52, withPad: " ", startingAt: 0),
        value.padding(toLength: 22, withPad: " ", startingAt: 0), note)
}

func number(_ value: Double) -> String { String(Int(value.rounded())) }

func resident() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    return kilobytes / 1024
}

/// A database with the log's settings and one table of bytes.
struct Bare {
    let queue: DatabaseQueue

    init(_ path: String) throws {
        self.queue = try DatabaseQueue(path: path)
        try self.queue.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                    PRAGMA wal_autocheckpoint = 128;
                    CREATE TABLE row (idx INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
                    """)
        }
    }

    func insert(_ rows: [Data]) throws {
        try self.queue.write { database in
            let statement = try database.cachedStatement(sql: "INSERT INTO row (data) VALUES (?)")
            for row in rows { try statement.execute(arguments: [row]) }
        }
    }
}

var events = Events()
guard let root = RootKey(Secret(entropy(RootKey.byteCount))) else { exit(1) }
let vault = try SQLiteVault(path: "\(folder)/vault.db", root: root, entropy: entropy)
let ledger = try SQLiteLedger(
    path: "\(folder)/audit.db", origin: "bench.example/audit", vault: vault, entropy: entropy)
let context = {
    OperationContext(
        id: Identifier(at: Timestamp(microseconds: 0), using: &generator),
        principal: Principal(kind: .service, id: "bench"),
        deadline: .now + .seconds(600))
}
var generator = SystemRandomNumberGenerator()

// As the server does when it starts: from here on what is open is known.
try ledger.takeCharge()

/// Microseconds of processor time for each exchange, in batches of so many: the median of a few rounds.
@MainActor func cost(_ size: Int, _ make: () -> Event) throws -> Double {
    var costs: [Double] = []
    for _ in 0..<15 {
        let made = (0..<max(20, 5120 / size)).map { _ in (0..<size).map { _ in make() } }
        let used = processorTime()
        for part in made { _ = try ledger.append(part) }
        costs.append((processorTime() - used) / Double(made.count * size) * 1_000_000)
    }
    return median(costs)
}

@MainActor func printCosts(_ name: String, _ make: () -> Event) throws {
    for size in CommandLine.arguments.dropFirst(3).first.flatMap({ Int($0) }).map({ [$0] }) ?? [256, 16, 1] {
        let cost = try cost(size, make)
        line("\(name) exchange, batches of \(size), processor time", String(format: "%.1f µs", cost))
    }
}

let mode = CommandLine.arguments.dropFirst(2).first
if mode == "plain" || mode == "detailed" {
    if mode == "plain" {
        try printCosts("a plain") { events.plain() }
    } else {
        try printCosts("a detailed") { events.next() }
    }
    try ledger.close()
    // `exit` runs no `defer`.
    try FileManager.default.removeItem(atPath: folder)
    exit(0)
}

/// Hands events to the recorder as fast as it takes them, and returns when the last is durable.
struct Feeding {
    let recorder: Recorder
    /// How many may be on their way.
    private static let window = 4 * 256

    func run(_ events: [Event]) throws {
        let room = DispatchSemaphore(value: Self.window)
        let failures = Mutex(0)
        for event in events {
            room.wait()
            self.recorder.record(event) { result in
                if case .failure = result { failures.withLock { $0 += 1 } }
                room.signal()
            }
        }
        for _ in 0..<Self.window { room.wait() }
        for _ in 0..<Self.window { room.signal() }
        guard failures.withLock({ $0 }) == 0 else { throw StoreError(.unavailable, "an event was not recorded") }
    }
}

// How many bytes an event is.
_ = try ledger.append(events.batch(batch))
let sample = try await ledger.leaves(from: 0, limit: batch, context())
let sealed = try await ledger.payloads(0..<Int64(batch), context())
let leafBytes = sample.map(\.bytes.count).reduce(0, +) / batch
let payloadBytes = sealed.map(\.payload.sealed.count).reduce(0, +) / batch
let row = Data(entropy(leafBytes + payloadBytes))

let bare = try Bare("\(folder)/bare.db")
let file = unsafe open("\(folder)/plain", O_RDWR | O_CREAT, 0o600)
posix_fallocate(file, 0, off_t(roundSize * row.count))
var rates: [String: [Double]] = [:]
var processor: [String: [Double]] = [:]
let feeding = Feeding(recorder: Recorder(store: ledger))
for _ in 0..<rounds {
    let made = events.batch(roundSize)
    var used = processorTime()
    rates["ledger", default: []].append(Double(roundSize) / (try seconds { try feeding.run(made) }))
    processor["ledger", default: []].append((processorTime() - used) / Double(roundSize) * 1_000_000)
    used = processorTime()
    let rows = Array(repeating: row, count: batch)
    rates["bare", default: []].append(
        Double(roundSize) / (try seconds { for _ in 0..<(roundSize / batch) { try bare.insert(rows) } }))
    processor["bare", default: []].append((processorTime() - used) / Double(roundSize) * 1_000_000)
    rates["single", default: []].append(100 / (try seconds { for _ in 0..<100 { try bare.insert([row]) } }))
    let block = Array(repeating: Array(row), count: batch).flatMap(\.self)
    rates["file", default: []].append(
        Double(roundSize)
            / seconds {
                for index in 0..<(roundSize / batch) {
                    _ = unsafe block.withUnsafeBytes {
                        unsafe pwrite(file, $0.baseAddress, $0.count, off_t(index * block.count))
                    }
                    fdatasync(file)
                }
            })
}
let unsealed = events.batch(roundSize)
let sealing = try seconds { _ = try SealingOnly(vault).run(unsealed) }
let (own, plain) = (median(rates["ledger"] ?? []), median(rates["bare"] ?? []))
let (single, limit) = (median(rates["single"] ?? []), median(rates["file"] ?? []))

print("leaf \(leafBytes) bytes, sealed detail \(payloadBytes) bytes, batches of \(batch), median of \(rounds) rounds\n")
line("durable appends, everything on", "\(number(own))/s")
line("SQLite alone, same bytes, same batch", "\(number(plain))/s", "ratio \(number(100 * own / plain)) %, wanted 60 %")
let (ownTime, plainTime) = (median(processor["ledger"] ?? []), median(processor["bare"] ?? []))
line(
    "processor time of one, and of SQLite's alone", String(format: "%.1f µs, %.1f µs", ownTime, plainTime),
    "ratio \(number(100 * plainTime / ownTime)) %")
line("SQLite alone, one a commit", "\(number(single))/s", "ratio \(number(own / single)) ×, wanted 20 ×")
line("preallocated file, same bytes, same batch", "\(number(limit))/s", "ratio \(number(100 * own / limit)) %")
line("sealing alone, without the database", "\(number(Double(roundSize) / sealing))/s")
try printCosts("a plain") { events.plain() }

// MARK: Many leaves

@MainActor func fill(to count: Int) throws {
    var size = Int(ledgerSize)
    while size < count {
        let part = min(1024, count - size)
        ledgerSize = Int64(size + part)
        _ = try ledger.append(events.batch(part))
        size += part
    }
}
var ledgerSize = try await ledger.head(context()).size
try fill(to: leaves / 10)
let early = resident()
try fill(to: leaves)
let late = resident()
line("resident memory at \(leaves / 10) leaves", "\(number(early)) MB")
line("resident memory at \(leaves) leaves", "\(number(late)) MB", "difference \(number(late - early)) MB, wanted ± 5")

var times: [Double] = []
let size = UInt64(ledgerSize)
for _ in 0..<2000 {
    let index = generator.next() % size
    let start = ContinuousClock.now
    let plan = try ProofPlan(inclusionOf: index, in: size)
    var tiles: [TileID: Tile] = [:]
    for id in plan.tiles {
        let bytes = try await ledger.tile(level: id.level, Int64(id.index), width: id.width, context()) ?? []
        if let hashes = Hash.sequence(bytes.span), let tile = Tile(id, hashes: hashes) { tiles[id] = tile }
    }
    let hashes = try plan.hashes(in: tiles)
    times.append(Double((ContinuousClock.now - start).microseconds) / 1000)
    guard times.count % 500 == 0 else { continue }
    let leaf = try await ledger.leaves(from: Int64(index), limit: 1, context())[0]
    let root = try await ledger.head(context()).root
    try InclusionProof(index: index, size: size, hashes: hashes).verify(
        leaf: Hash.leaf(leaf.bytes), root: Hash(root) ?? .empty)
}
times.sort()
line(
    "inclusion proof at \(leaves) leaves, p50 and p99",
    String(format: "%.2f ms, %.2f ms", times[times.count / 2], times[times.count * 99 / 100]), "wanted 2 ms")

try ledger.close()
let reopening = try seconds {
    let again = try SQLiteLedger(
        path: "\(folder)/audit.db", origin: "bench.example/audit", vault: vault, entropy: entropy)
    _ = try again.openStarts()
    try again.close()
}
line("restart with \(leaves) leaves", String(format: "%.0f ms", reopening * 1000), "wanted 1 s")
let bytes = try FileManager.default.attributesOfItem(atPath: "\(folder)/audit.db")[.size] as? Int ?? 0
line("the file, for each leaf", "\(bytes / leaves) bytes")

/// The part of an append that is not the database.
struct SealingOnly {
    let sealer: Sealer

    init(_ vault: any KeyVault) throws { self.sealer = try Sealer(vault: vault, entropy: entropy) }

    func run(_ events: [Event]) throws -> Int {
        var tree = RightEdge()
        var count = 0
        for start in stride(from: 0, to: events.count, by: 256) {
            for entry in try self.sealer.seal(Array(events[start..<min(start + 256, events.count)])) {
                let bytes = try entry.leaf.bytes()
                count += bytes.count + tree.append(Hash.leaf(bytes)).count
            }
        }
        return count
    }
}
