// What the log costs: durable appends with everything on, beside SQLite and the disk alone; proofs, restart, memory.
//
// ledger-benchmark [FOLDER] [LEAVES]: the folder is where the files go, and decides whose disk is measured. Where LEAVES
// is `appends`, only the rate; where it is `plain`, only what an exchange costs the writer that its leaf tells in full;
// where it is `detailed`, one of which a detail is sealed. A number behind `plain` or `detailed` is the one size of batches.

import Audit
import Foundation
import Kernel
import Storage
import Synchronization
import Transparency

let base = CommandLine.arguments.dropFirst().first ?? FileManager.default.temporaryDirectory.path
let mode = CommandLine.arguments.dropFirst(2).first
let leaves = mode.flatMap { Int($0) } ?? 1_000_000
let batch = 256
let rounds = 21
let roundSize = 20 * batch

let folder = "\(base)/gatehouse-ledger-\(getpid())"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)

/// Leaves nothing behind: `exit` runs no `defer`.
@MainActor func finish() throws -> Never {
    try FileManager.default.removeItem(atPath: folder)
    exit(0)
}

var events = Events()
guard let root = RootKey(Secret(entropy(RootKey.byteCount))) else { exit(1) }
let vault = try SQLiteVault(path: "\(folder)/vault.db", root: root, entropy: entropy)
let ledger = try SQLiteLedger(
    path: "\(folder)/audit.db", origin: "bench.example/audit", vault: vault, entropy: entropy)
let bare = try Bare("\(folder)/bare.db")
let context = {
    OperationContext(
        id: Identifier(at: Timestamp(microseconds: 0), using: &generator),
        principal: Principal(kind: .service, id: "bench"),
        deadline: .now + .seconds(600))
}
var generator = SystemRandomNumberGenerator()

// As the server does when it starts: from here on what is open is known.
try ledger.takeCharge()

/// How many bytes the leaf and the sealed detail of such an exchange are.
@MainActor func bytes(of make: () -> Event) async throws -> (leaf: Int, payload: Int) {
    let indices = try ledger.append((0..<batch).map { _ in make() })
    let range = indices[0]..<indices[0] + Int64(batch)
    let leaves = try await ledger.leaves(from: range.lowerBound, limit: batch, context())
    let payloads = try await ledger.payloads(range, context())
    return (
        leaves.map(\.bytes.count).reduce(0, +) / batch, payloads.map(\.payload.sealed.count).reduce(0, +) / batch
    )
}

/// What an exchange costs in batches of so many, without the recorder, beside SQLite alone with as many bytes.
@MainActor func printCosts(_ name: String, _ make: () -> Event) async throws {
    let size = try await bytes(of: make)
    let row = Data(entropy(size.leaf + size.payload))
    for size in CommandLine.arguments.dropFirst(3).first.flatMap({ Int($0) }).map({ [$0] }) ?? [256, 16, 1] {
        let commits = max(10, min(100, 2560 / size))
        let rows = Array(repeating: row, count: size)
        var pairs = Pairs(of: commits * size)
        for _ in 0..<rounds {
            let made = (0..<commits).map { _ in (0..<size).map { _ in make() } }
            try pairs.measure {
                for part in made { _ = try ledger.append(part) }
            } beside: {
                for _ in made { try bare.insert(rows) }
            }
        }
        line(
            "\(name) exchange, batches of \(size), processor time", "\(pairs.costs.ours)",
            "SQLite alone \(pairs.costs.others); its rate: \(pairs.rateRatios)")
    }
}

/// The rate of durable appends, in short rounds, beside SQLite and a file alone.
@MainActor func printAppends() async throws {
    let size = try await bytes(of: { events.next() })
    let row = Data(entropy(size.leaf + size.payload))
    let rows = Array(repeating: row, count: batch)
    let file = PlainFile(
        "\(folder)/plain", block: Array(rows.map { Array($0) }.joined()), blocks: roundSize / batch)
    let feeding = Feeding(recorder: Recorder(store: ledger))
    let sealing = try SealingOnly(vault)
    var pairs = Pairs(of: roundSize)
    var (singles, disk, sealed): ([Double], [Double], [Double]) = ([], [], [])
    for round in 0..<rounds {
        let made = events.batch(roundSize)
        try pairs.measure {
            try feeding.run(made)
        } beside: {
            for _ in 0..<(roundSize / batch) { try bare.insert(rows) }
        }
        guard round.isMultiple(of: 3) else { continue }
        singles.append(100 / (try Taken { for _ in 0..<100 { try bare.insert([row]) } }).seconds)
        disk.append(Double(roundSize) / Taken { file.write() }.seconds)
        sealed.append(Double(roundSize) / (try Taken { _ = try sealing.run(made) }).seconds)
    }
    print(
        "leaf \(size.leaf) bytes, sealed detail \(size.payload), batches of \(batch), \(rounds) rounds of \(roundSize)\n"
    )
    let (rates, costs) = (pairs.rates, pairs.costs)
    line("durable appends, everything on", "\(number(rates.ours))/s")
    line("SQLite alone, same bytes, same batch", "\(number(rates.others))/s")
    line("ratio of a pair: median (quartiles)", "\(pairs.rateRatios)", "wanted 60 %")
    line("processor time of one", "\(costs.ours)")
    line("processor time of SQLite's alone", "\(costs.others)")
    line(
        "SQLite alone, one a commit", "\(number(median(singles)))/s",
        "ratio \(number(rates.ours / median(singles))) ×, wanted 20 ×")
    line(
        "preallocated file, same bytes, same batch", "\(number(median(disk)))/s",
        "ratio \(number(100 * rates.ours / median(disk))) %")
    line(
        "sealing alone, without the database: median, most",
        "\(number(median(sealed)))/s, \(number(sealed.max() ?? 0))/s")
}

switch mode {
case "appends": try await printAppends()
case "plain": try await printCosts("a plain") { events.plain() }
case "detailed": try await printCosts("a detailed") { events.next() }
default:
    try await printAppends()
    try await printCosts("a plain") { events.plain() }
}
if let mode, Int(mode) == nil {
    try ledger.close()
    try finish()
}

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
let reopening = try Taken {
    let again = try SQLiteLedger(
        path: "\(folder)/audit.db", origin: "bench.example/audit", vault: vault, entropy: entropy)
    _ = try again.openStarts()
    try again.close()
}
line("restart with \(leaves) leaves", String(format: "%.0f ms", reopening.seconds * 1000), "wanted 1 s")
let bytes = try FileManager.default.attributesOfItem(atPath: "\(folder)/audit.db")[.size] as? Int ?? 0
line("the file, for each leaf", "\(bytes / leaves) bytes")
try finish()
