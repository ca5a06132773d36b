import Audit
import Kernel
import PostgresStorage
import Storage
import TestSupport
import Testing
import Transparency

/// A log as its tests need it, whatever database stands behind it.
protocol LedgerUnderTest: Ledger, PayloadStore {
    @discardableResult
    func append(_ entries: [LogEntry]) throws(StoreError) -> [Int64]
    /// Ends this view of the log, as the end of a process does.
    func end() throws(StoreError)
}

extension SQLiteLedger: LedgerUnderTest {
    func end() throws(StoreError) { try self.close() }
}

extension PostgresLedger: LedgerUnderTest {
    func end() { self.close() }
}

/// An empty log, with the ways to it that processes have.
struct LedgerBench: Sendable {
    let vault: any KeyVault
    /// Opens the log under a name, as another process does.
    private let named: @Sendable (_ origin: String) throws -> any LedgerUnderTest

    static let origin = "test.example/audit"

    init(vault: any KeyVault, open: @escaping @Sendable (_ origin: String) throws -> any LedgerUnderTest) {
        self.vault = vault
        self.named = open
    }

    func open(_ origin: String = Self.origin) throws -> any LedgerUnderTest { try self.named(origin) }

    /// What seals events as the log does.
    var sealer: Sealer { get throws { try Sealer(vault: self.vault, entropy: TestEntropy.bytes) } }
}

/// What every log does, whatever database stands behind it: one check a row.
struct LedgerConformance: Shown {
    let name: String
    let run: @Sendable (_ bench: LedgerBench) async throws -> Void

    private init(_ name: String, _ run: @escaping @Sendable (LedgerBench) async throws -> Void) {
        self.name = name
        self.run = run
    }

    static func leaves(_ log: any LedgerUnderTest) async throws -> [Leaf] {
        try await log.leaves(from: 0, limit: 100_000, .patient).map { try Leaf($0.bytes) }
    }

    /// The line of a signature that nobody checks.
    static func signature(_ name: String, _ byte: UInt8) throws -> String {
        let key = try #require(KeyName(name))
        return NoteSignature(
            name: key, keyID: KeyID(UInt32(byte)), bytes: [UInt8](repeating: byte, count: 72)
        ).line
    }

    /// Keeps a checkpoint of one leaf, and says what another process then sees.
    private static func keep(
        _ log: any LedgerUnderTest, _ other: any LedgerUnderTest, _ note: String, root: [UInt8]
    ) async throws -> String? {
        try await log.keep(
            StoredCheckpoint(size: 1, root: root, note: note, created: Samples.time(0)), .patient)
        return try await other.latestCheckpoint(.patient)?.note
    }

    static let all: [LedgerConformance] = [
        LedgerConformance("leaves, tiles and root are those of the tree over all leaves, whatever the batches") {
            bench in
            let (log, otherLog) = (try bench.open(), try bench.open())
            var tree = CompactRange()
            var random = SplitMix(seed: 1)
            var rest = Samples.events(1500, seed: 1)[...]
            while !rest.isEmpty {
                let batch = Array(rest.prefix(1 + random.below(200)))
                rest = rest.dropFirst(batch.count)
                // Now and then somebody else writes, as a command beside the server does.
                #expect(try (random.chance(20) ? otherLog : log).append(batch).count == batch.count)
            }
            let leaves = try await log.leaves(from: 0, limit: 2000, .patient)
            #expect(leaves.map(\.index) == (0..<1500).map(Int64.init))
            for leaf in leaves { tree.append(Hash.leaf(leaf.bytes)) }
            for log in [log, otherLog] {
                let head = try await log.head(.patient)
                #expect(head.size == 1500)
                #expect(head.root == tree.root.bytes)
            }
            for level in 0..<2 {
                let count = TileID.hashCount(level: level, size: 1500)
                for index in 0...(count / 256) {
                    let width = Int(min(256, count - index * 256))
                    guard width > 0 else { continue }
                    let bytes = try await otherLog.tile(level: level, Int64(index), width: width, .patient)
                    #expect(bytes?.count == width * 32)
                    #expect(try await log.tile(level: level, Int64(index), width: width, .patient) == bytes)
                    guard level == 0 else { continue }
                    let part = leaves[Int(index) * 256..<Int(index) * 256 + width]
                    #expect(bytes == part.flatMap { Hash.leaf($0.bytes).bytes })
                }
            }
            #expect(try await log.tile(level: 0, 6, width: 1, .patient) == nil, "the log does not reach so far")
        },
        LedgerConformance("opened again it goes on where it was, with the same root and the next numbers") { bench in
            let counts = [1, 254, 1, 1, 443, 300]
            let events = Samples.events(counts.reduce(0, +), seed: 2)
            var tree = CompactRange()
            var rest = events[...]
            for count in counts {
                let log = try bench.open()
                for chunk in Array(rest.prefix(count)).chunked(by: 100) { try log.append(chunk) }
                rest = rest.dropFirst(count)
                let written = Int64(events.count - rest.count)
                for leaf in try await log.leaves(from: written - Int64(count), limit: count, .patient) {
                    tree.append(Hash.leaf(leaf.bytes))
                }
                #expect(try await log.head(.patient).root == tree.root.bytes)
                try log.end()
            }
            let numbers = try await Self.leaves(bench.open()).map(\.tenantSequence)
            #expect(numbers == (1...Int64(events.count)).map(\.self))
        },
        LedgerConformance("what is sealed is beside its leaf, with the hash that the leaf names") { bench in
            let log = try bench.open()
            try log.append(Samples.events(100, seed: 3))
            for (index, leaf) in try await Self.leaves(log).enumerated() {
                let payloads = try await log.payloads(Int64(index)..<Int64(index) + 1, .patient)
                #expect(payloads.map(\.index) == leaf.payloads.map { _ in Int64(index) })
                #expect(payloads.map(\.payload.cipherHash) == leaf.payloads.map(\.cipherHash))
            }
            #expect(try await log.payloads(0..<100, .patient).count >= 90)
        },
        LedgerConformance("numbers within a run are its own and have no gaps, also after a restart") { bench in
            var expected: [String: Int64] = [:]
            for part in 0..<3 {
                let log = try bench.open()
                var entries = try bench.sealer.seal(Samples.events(60, seed: 10 + UInt64(part)))
                for index in entries.indices { entries[index].leaf.run = index % 3 == 0 ? nil : "run_\(index % 5)" }
                for entry in entries { if let run = entry.leaf.run { expected[run, default: 0] += 1 } }
                for chunk in entries.chunked(by: 7) { try log.append(chunk) }
                try log.end()
            }
            let leaves = try await Self.leaves(bench.open())
            for (run, count) in expected {
                #expect(leaves.filter { $0.run == run }.map(\.runSequence) == (1...count).map(\.self))
            }
        },
        LedgerConformance("a leaf that is too long fails its batch and changes nothing") { bench in
            let log = try bench.open()
            try log.append(Samples.events(3, seed: 1))
            let before = try await log.head(.patient)
            var entries = try bench.sealer.seal(Samples.events(3, seed: 2))
            entries[1].leaf.served = String(repeating: "x", count: 5000)
            let broken = entries
            #expect(throws: StoreError(.constraint, "")) { try log.append(broken) }
            #expect(try await log.head(.patient) == before)
            try log.append(Samples.events(3, seed: 3))
            #expect(try await Self.leaves(log).map(\.tenantSequence) == [1, 2, 3, 4, 5, 6])
        },
        LedgerConformance("starts without an end are found by the next process, once") { bench in
            let exchanges = (1...6).map { Samples.exchangeInTwo($0) }
            var log = try bench.open()
            #expect(try log.openStarts().isEmpty)
            try log.takeCharge()
            for exchange in exchanges { try log.append([exchange.start]) }
            for exchange in exchanges where exchange.id != exchanges[2].id && exchange.id != exchanges[4].id {
                try log.append([exchange.end])
            }
            // A command beside the server knows nothing of what is under way.
            var random = SplitMix(seed: 77)
            let command = try bench.open()
            try command.append([Samples.event(at: 50, &random)])
            try command.end()
            try log.end()
            log = try bench.open()
            let open = try log.openStarts()
            #expect(open.map(\.id) == [exchanges[2].id, exchanges[4].id])
            #expect(open.map(\.index) == [2, 4])
            for start in open {
                let time = Samples.time(60)
                try log.append([.abandonment(ExchangeAbandonment(id: start.id, time: time, start: start.index))])
            }
            try log.takeCharge()
            try log.end()
            #expect(try bench.open().openStarts().isEmpty)
        },
        LedgerConformance("of an exchange the end is shown, else that it was abandoned, else its start") { bench in
            let log = try bench.open()
            let (one, two) = (Samples.exchangeInTwo(1), Samples.exchangeInTwo(2))
            try log.append([one.start, two.start])
            #expect(try await log.event(.exchange(one.id), .patient)?.event.kind == .exchangeStarted)
            try log.append([one.end])
            try log.append([.abandonment(ExchangeAbandonment(id: two.id, time: Samples.time(9), start: 1))])
            #expect(try await log.event(.exchange(one.id), .patient)?.event == one.end)
            #expect(try await log.event(.exchange(two.id), .patient)?.event.kind == .exchangeAbandoned)
            let listed = try await log.events(matching: EventFilter(order: .oldestFirst), .patient)
            #expect(listed.map(\.event.kind) == [.exchange, .exchangeAbandoned], "lists pass over starts")
            let starts = try await log.events(matching: EventFilter(kind: .exchangeStarted), .patient)
            #expect(starts.map(\.index) == [1, 0])
        },
        LedgerConformance("what is sealed of a person cannot be read once their keys are destroyed") { bench in
            let logs = [try bench.open(), try bench.open()]
            let events = Samples.events(60, seed: 5)
            try logs[0].append(events)
            let before = try await logs[0].head(.patient)
            for kind in Principal.Kind.allCases {
                let pseudonym = logs[0].pseudonym(of: Principal(kind: kind, id: Samples.keys[0]))
                #expect(try bench.vault.eraseSubject(pseudonym, at: Samples.time(100)) <= 1)
            }
            for log in logs {
                let stored = try await EventStoreConformance.everything(in: log)
                for (event, found) in zip(events, stored) {
                    #expect(found.isErased == (event.principal?.id == Samples.keys[0]))
                    if !found.isErased { #expect(found.event == event) }
                    #expect(found.event.id == event.id)
                }
            }
            #expect(try await logs[0].head(.patient) == before, "the log stays as it is")
            // Who comes back is known again, and what was forgotten stays so.
            var back = SplitMix(seed: 99)
            let again = Samples.exchange(at: 200, &back)
            try logs[0].append([.exchange(again)])
            #expect(try await logs[0].event(.exchange(again.id), .patient)?.event == .exchange(again))
        },
        LedgerConformance("a month's keys are destroyed by class, and nothing that is later") { bench in
            let log = try bench.open()
            try log.append(Samples.events(40, seed: 6))
            let month = Month(of: Samples.time(0))
            #expect(try bench.vault.oldestMonths()[.metadata] == month)
            #expect(try bench.vault.eraseMonths(through: month, .content, at: Samples.time(0)).isEmpty)
            #expect(try bench.vault.eraseMonths(through: month, .metadata, at: Samples.time(0)) == [month])
            #expect(try bench.vault.oldestMonths()[.metadata] == nil)
            for stored in try await EventStoreConformance.everything(in: log) {
                #expect(stored.isErased == (stored.event.kind == .exchange))
            }
        },
        LedgerConformance("the log of another name is refused") { bench in
            try bench.open().end()
            #expect(throws: StoreError(.conflict, "")) { try bench.open("other.example/audit") }
        },
        LedgerConformance("filters find what leaves say: labels, policies, decisions, on whose behalf") { bench in
            let log = try bench.open()
            var entries = try bench.sealer.seal(Samples.events(40, seed: 8))
            let somebody = log.pseudonym(of: Principal(kind: .user, id: "somebody"))
            for index in entries.indices {
                if index % 2 == 0 { entries[index].leaf.onBehalfOf = [somebody] }
                entries[index].leaf.rules = index % 3 == 0 ? ["say \"no\""] : ["say"]
                entries[index].leaf.decision = index % 5 == 0 ? .forbid : .permit
                entries[index].leaf.flags = index % 7 == 0 ? ["request:pii.email_address:1"] : []
            }
            try log.append(entries)
            func found(_ change: (inout EventFilter) -> Void) async throws -> [Int64] {
                var filter = EventFilter(order: .oldestFirst, limit: 1000)
                change(&filter)
                return try await log.events(matching: filter, .patient).map(\.index)
            }
            func every(_ step: Int64) -> [Int64] { (0..<40).filter { $0 % step == 0 } }
            #expect(try await found { $0.onBehalfOf = "somebody" } == every(2))
            #expect(try await found { $0.policy = "say \"no\"" } == every(3))
            #expect(try await found { $0.decision = .forbid } == every(5))
            #expect(try await found { $0.label = "pii.email_address" } == every(7))
            #expect(try await found { $0.onBehalfOf = "nobody" }.isEmpty)
        },
        LedgerConformance("a checkpoint is kept once, and the newest is the largest") { bench in
            let (log, otherLog) = (try bench.open(), try bench.open())
            func checkpoint(_ size: Int64, _ note: String) -> StoredCheckpoint {
                StoredCheckpoint(
                    size: size, root: [UInt8](repeating: UInt8(size), count: 32), note: note,
                    created: Samples.time(Int(size)))
            }
            #expect(try await log.latestCheckpoint(.patient) == nil)
            for (size, note) in [(5, "five"), (9, "nine\n\u{2014} a b\n"), (7, "seven"), (5, "another")]
                as [(Int64, String)]
            {
                try await log.keep(checkpoint(size, note), .patient)
            }
            let kept = [checkpoint(5, "five"), checkpoint(7, "seven"), checkpoint(9, "nine\n\u{2014} a b\n")]
            #expect(try await otherLog.checkpoints(.patient) == kept)
            #expect(try await otherLog.latestCheckpoint(.patient) == kept[2])
        },
        LedgerConformance("payloads whose keys are destroyed are thrown away, and no others; events are told as before")
        {
            bench in
            let (log, otherLog) = (try bench.open(), try bench.open())
            let events = Samples.events(60, seed: 5)
            try log.append(events)
            let before = try await log.payloads(0..<60, .patient)
            #expect(try await log.purge(bench.vault) { .patient } == 0)
            let forgotten = Set(events.compactMap(\.principal).filter { $0.id == Samples.keys[0] })
            for principal in forgotten {
                _ = try bench.vault.eraseSubject(log.pseudonym(of: principal), at: Samples.time(100))
            }
            let told = try await EventStoreConformance.everything(in: log)
            let lost = before.filter { stored in events[Int(stored.index)].principal?.id == Samples.keys[0] }
            #expect(!lost.isEmpty)
            #expect(try await otherLog.purge(bench.vault) { .patient } == lost.count)
            let gone = Set(lost.map(\.index))
            #expect(try await log.payloads(0..<60, .patient) == before.filter { !gone.contains($0.index) })
            #expect(try await EventStoreConformance.everything(in: log) == told)
            #expect(try await log.purge(bench.vault) { .patient } == 0)
        },
        LedgerConformance("a vault that lost its keys throws nothing away") { bench in
            let log = try bench.open()
            try log.append(Samples.events(20, seed: 5))
            let before = try await log.payloads(0..<20, .patient)
            #expect(!before.isEmpty)
            for stored in before { #expect(try !bench.vault.isDestroyed(stored.payload.keys + "~9")) }
            #expect(try !bench.vault.isDestroyed("p:unknown/2026-11/metadata"))
            #expect(try await log.purge(bench.vault) { .patient } == 0)
            #expect(try await log.payloads(0..<20, .patient) == before)
        },
        LedgerConformance("cosignatures that come later are added to a checkpoint, and nothing else of it changes") {
            bench in
            let (log, otherLog) = (try bench.open(), try bench.open())
            let text = "test.example/audit\n1\nAAAA\n"
            let root = [UInt8](repeating: 7, count: 32)
            let (own, one, two) = (
                try Self.signature("test.example/audit", 1), try Self.signature("one", 2), try Self.signature("two", 3)
            )
            #expect(try await Self.keep(log, otherLog, "\(text)\n\(own)", root: root) == "\(text)\n\(own)")
            #expect(try await Self.keep(log, otherLog, "\(text)\n\(own)\(one)", root: root) == "\(text)\n\(own)\(one)")
            #expect(
                try await Self.keep(log, otherLog, "\(text)\n\(own)\(two)", root: root) == "\(text)\n\(own)\(one)\(two)"
            )
            #expect(
                try await Self.keep(log, otherLog, "\(text)x\n\n\(own)\(two)", root: root)
                    == "\(text)\n\(own)\(one)\(two)")
            #expect(
                try await Self.keep(log, otherLog, "\(text)\n\(own)", root: [UInt8](repeating: 8, count: 32))
                    == "\(text)\n\(own)\(one)\(two)")
        },
    ]
}

/// What every vault does beside what its log shows.
struct VaultConformance: Shown {
    let name: String
    let run: @Sendable (_ vault: any KeyVault, _ other: any KeyVault) async throws -> Void

    static let classes = [
        RetentionClass.metadata, .content, .administration, RetentionClass(.content, useCase: "hiring"),
    ]

    private init(_ name: String, _ run: @escaping @Sendable (any KeyVault, any KeyVault) async throws -> Void) {
        self.name = name
        self.run = run
    }

    private static let ann = Principal(kind: .user, id: "ann \u{1F} é")

    static let all: [VaultConformance] = [
        VaultConformance("two processes have the same key for pseudonyms") { vault, other in
            let key = try vault.pseudonymKey()
            #expect(try other.pseudonymKey() == key)
            #expect(try vault.pseudonymKey() == key)
        },
        VaultConformance("a key is the same for whoever asks, and another for another person, month or class") {
            vault, other in
            let months = [Month("2026-11"), Month("2026-12")].compactMap(\.self)
            var ids: Set<String> = []
            for name in ["p:a", "p:b"] {
                for month in months {
                    for retention in Self.classes {
                        let key = try vault.sealingKey(for: name, name: Self.ann, month: month, retention)
                        #expect(try other.sealingKey(for: name, name: nil, month: month, retention).id == key.id)
                        #expect(try other.key(key.id)?.id == key.id)
                        ids.insert(key.id)
                    }
                }
            }
            #expect(ids.count == 2 * 2 * Self.classes.count)
            #expect(try other.oldestMonths() == Dictionary(uniqueKeysWithValues: Self.classes.map { ($0, months[0]) }))
            #expect(try other.key("p:c/2026-11/metadata") == nil)
            #expect(try other.key("nonsense") == nil)
            #expect(try other.principal(of: "p:a") == Self.ann)
            #expect(try other.principal(of: "p:c") == nil)
        },
        VaultConformance("what was destroyed is gone for everybody, and who comes back has another key") {
            vault, other in
            let month = try #require(Month("2026-11"))
            let key = try vault.sealingKey(for: "p:a", name: Self.ann, month: month, .content)
            let revision = try other.revision()
            #expect(try vault.lastErasure(of: "p:a") == nil)
            #expect(try other.eraseSubject("p:a", at: Samples.time(0)) == 1)
            #expect(try other.eraseSubject("p:a", at: Samples.time(1)) == 0)
            #expect(try vault.lastErasure(of: "p:a") == Samples.time(0))
            #expect(try vault.revision() > revision)
            #expect(try vault.key(key.id) == nil)
            #expect(try vault.principal(of: "p:a") == nil)
            let again = try vault.sealingKey(for: "p:a", name: nil, month: month, .content)
            #expect(again.id == "p:a~2/2026-11/content")
            #expect(try other.eraseMonths(through: month, .content, at: Samples.time(2)) == [month])
            #expect(try vault.key(again.id) == nil)
            #expect(try vault.sealingKey(for: "p:a", name: nil, month: month, .content).id == "p:a~2/2026-11~2/content")
        },
        VaultConformance("keys made at the same moment by two processes are the same") { vault, other in
            let month = try #require(Month("2026-11"))
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<16 {
                    group.addTask {
                        try (index % 2 == 0 ? vault : other).sealingKey(
                            for: "p:\(index % 4 / 2)", name: nil, month: month, .content
                        ).id
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids == ["p:0/2026-11/content", "p:1/2026-11/content"])
        },
        VaultConformance("holds and orders come back whole, and a released hold stays released") { vault, other in
            var random = SplitMix(seed: 4)
            var hold = LegalHold(
                id: Identifier(at: Samples.time(1), using: &random), matter: "Müller ./. \"X\"", subject: "p:a",
                placedBy: Self.ann, placedAt: Samples.time(1))
            try vault.keep(hold)
            #expect(try other.holds() == [hold])
            hold.releaseRequestedBy = Self.ann
            hold.releasedBy = Principal(kind: .operator, id: "uid-0")
            hold.releasedAt = Samples.time(2)
            try other.keep(hold)
            #expect(try vault.holds() == [hold])
            var changed = hold
            changed.releasedAt = nil
            changed.releasedBy = nil
            try vault.keep(changed)
            #expect(try vault.holds() == [hold])
            for scope in [
                ErasureOrder.Scope.person(pseudonym: "p:a"),
                .months(through: try #require(Month("2026-10")), .administration),
                .months(through: try #require(Month("2026-10")), RetentionClass(.content, useCase: "hiring")),
            ] {
                var order = ErasureOrder(
                    id: Identifier(at: Samples.time(3), using: &random), scope: scope, reason: "asked",
                    orderedBy: Self.ann,
                    orderedAt: Samples.time(3), state: .requested)
                try vault.keep(order)
                order.state = .executed
                try other.keep(order)
                #expect(try vault.orders().contains(order))
            }
            #expect(try vault.orders().count == 3)
        },
    ]
}
