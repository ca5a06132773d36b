import Audit
import Foundation
import GRDB
import Kernel
import TestSupport
import Testing
import Transparency

@testable import Storage

@Suite("The log in SQLite")
struct LedgerTests {
    @Test("Leaves, tiles and root are those of the tree over all leaves, whatever the batches")
    func tree() async throws {
        let database = try SharedDatabase()
        var tree = CompactRange()
        var random = SplitMix(seed: 1)
        var rest = Samples.events(1500, seed: 1)[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(1 + random.below(200)))
            rest = rest.dropFirst(batch.count)
            // Now and then somebody else writes, as a command beside the server does.
            let log = random.chance(20) ? database.otherLog : database.log
            #expect(try log.append(batch).count == batch.count)
        }
        let leaves = try await database.log.leaves(from: 0, limit: 2000, .patient)
        #expect(leaves.map(\.index) == (0..<1500).map(Int64.init))
        for leaf in leaves { tree.append(Hash.leaf(leaf.bytes)) }
        for log in [database.log, database.otherLog] {
            let head = try await log.head(.patient)
            #expect(head.size == 1500)
            #expect(head.root == tree.root.bytes)
        }
        for level in 0..<2 {
            let count = TileID.hashCount(level: level, size: 1500)
            for index in 0...(count / 256) {
                let width = Int(min(256, count - index * 256))
                guard width > 0 else { continue }
                let bytes = try await database.otherLog.tile(level: level, Int64(index), width: width, .patient)
                #expect(bytes?.count == width * 32)
                let own = try await database.log.tile(level: level, Int64(index), width: width, .patient)
                #expect(own == bytes)
                if level == 0 {
                    let expected = leaves[Int(index) * 256..<Int(index) * 256 + width].flatMap {
                        Hash.leaf($0.bytes).bytes
                    }
                    #expect(bytes == expected)
                }
            }
        }
        #expect(try await database.log.tile(level: 0, 6, width: 1, .patient) == nil, "the log does not reach so far")
    }

    @Test(
        "Opened again it goes on where it was, with the same root and the next numbers",
        arguments: [1, 255, 256, 257, 700])
    func reopening(_ count: Int) async throws {
        let folder = try TemporaryFolder()
        let events = Samples.events(count + 300, seed: 2)
        var tree = CompactRange()
        for part in [events[..<count], events[count...]] {
            let log = try folder.ledger()
            for chunk in Array(part).chunked(by: 100) { try log.append(chunk) }
            try log.close()
        }
        let log = try folder.ledger()
        for leaf in try await log.leaves(from: 0, limit: 2000, .patient) { tree.append(Hash.leaf(leaf.bytes)) }
        #expect(try await log.head(.patient).root == tree.root.bytes)
        let numbers = try log.store.peek { try Int64.fetchAll($0, sql: "SELECT tseq FROM leaf ORDER BY idx") }
        #expect(numbers == (1...Int64(count + 300)).map(\.self))
    }

    @Test("Columns repeat what leaves say")
    func columns() async throws {
        let database = try SharedDatabase()
        try database.log.append(Samples.events(100, seed: 3))
        let rows = try database.log.store.peek { try Row.fetchAll($0, sql: "SELECT * FROM leaf") }
        for row in rows {
            let leaf = try Leaf(Array(row["data"] as Data))
            #expect(row["ts"] == leaf.time)
            #expect(row["type"] == leaf.kind.rawValue)
            #expect(row["id"] == leaf.id)
            #expect(row["ten"] == leaf.tenant)
            #expect(row["tseq"] == leaf.tenantSequence)
            #expect(row["actor"] == leaf.actor)
            #expect(row["res"] == leaf.resource)
            #expect(row["dec"] == leaf.decision?.rawValue)
            #expect(row["out"] == leaf.outcome)
            let payloads = try await database.log.payloads(row["idx"]..<row["idx"] + 1, .patient)
            #expect(payloads.map(\.payload.cipherHash) == leaf.payloads.map(\.cipherHash))
        }
    }

    @Test("Numbers within a run are its own and have no gaps, also where it goes on after a restart")
    func runs() throws {
        let folder = try TemporaryFolder()
        var expected: [String: Int64] = [:]
        for part in 0..<3 {
            let log = try folder.ledger()
            var entries = try log.sealer.seal(Samples.events(60, seed: 10 + UInt64(part)))
            for index in entries.indices { entries[index].leaf.run = index % 3 == 0 ? nil : "run_\(index % 5)" }
            for entry in entries { if let run = entry.leaf.run { expected[run, default: 0] += 1 } }
            for chunk in entries.chunked(by: 7) { try log.append(chunk) }
            try log.close()
        }
        let log = try folder.ledger()
        for (run, count) in expected {
            let numbers = try log.store.peek {
                try Int64.fetchAll($0, sql: "SELECT rseq FROM leaf WHERE run = ? ORDER BY idx", arguments: [run])
            }
            #expect(numbers == (1...count).map(\.self))
        }
    }

    @Test("A leaf that is too long fails its batch and changes nothing")
    func tooLong() async throws {
        let database = try SharedDatabase()
        try database.log.append(Samples.events(3, seed: 1))
        let before = try await database.log.head(.patient)
        var entries = try database.log.sealer.seal(Samples.events(3, seed: 2))
        entries[1].leaf.served = String(repeating: "x", count: 5000)
        #expect(throws: StoreError(.constraint, "")) { try database.log.append(entries) }
        #expect(try await database.log.head(.patient) == before)
        try database.log.append(Samples.events(3, seed: 3))
        let numbers = try database.log.store.peek { try Int64.fetchAll($0, sql: "SELECT tseq FROM leaf ORDER BY idx") }
        #expect(numbers == [1, 2, 3, 4, 5, 6])
    }

    private func start(_ number: UInt64) -> (start: Event, end: Event, id: Identifier<Exchange>) {
        var random = SplitMix(seed: number)
        let end = Samples.exchange(at: Int(number), &random)
        let start = ExchangeStart(
            id: end.id, time: end.startedAt, principal: end.principal, operation: .messages, model: "fast",
            provider: "forest", deployment: nil, configuration: "c", detectors: "d")
        return (.start(start), .exchange(end), end.id)
    }

    @Test("Starts without an end are found by the next process, once, and no further back than needed")
    func openStarts() throws {
        let folder = try TemporaryFolder()
        let exchanges = (1...6).map { self.start(UInt64($0)) }
        var log = try folder.ledger()
        #expect(try log.openStarts().isEmpty)
        try log.takeCharge()
        for exchange in exchanges { try log.append([exchange.start]) }
        for exchange in exchanges where exchange.id != exchanges[2].id && exchange.id != exchanges[4].id {
            try log.append([exchange.end])
        }
        // A command beside the server knows nothing of what is under way.
        var random = SplitMix(seed: 77)
        try folder.ledger().append([Samples.event(at: 50, &random)])
        try log.close()
        log = try folder.ledger()
        let open = try log.openStarts()
        #expect(open.map(\.id) == [exchanges[2].id, exchanges[4].id])
        #expect(open.map(\.index) == [2, 4])
        #expect(try log.store.peek { try Int64.fetchOne($0, sql: "SELECT settled FROM log_state") } == 2)
        for start in open {
            try log.append([.abandonment(ExchangeAbandonment(id: start.id, time: Samples.time(60), start: start.index))]
            )
        }
        try log.takeCharge()
        #expect(try log.store.peek { try Int64.fetchOne($0, sql: "SELECT settled = size FROM log_state") } == 1)
        try log.close()
        #expect(try folder.ledger().openStarts().isEmpty)
    }

    @Test("Of an exchange the end is shown, else that it was abandoned, else its start; lists pass over starts")
    func showing() async throws {
        let database = try SharedDatabase()
        let (one, two) = (self.start(1), self.start(2))
        try database.log.append([one.start, two.start])
        #expect(try await database.log.event(.exchange(one.id), .patient)?.event.kind == .exchangeStarted)
        try database.log.append([one.end])
        try database.log.append([.abandonment(ExchangeAbandonment(id: two.id, time: Samples.time(9), start: 1))])
        #expect(try await database.log.event(.exchange(one.id), .patient)?.event == one.end)
        #expect(try await database.log.event(.exchange(two.id), .patient)?.event.kind == .exchangeAbandoned)
        let listed = try await database.log.events(matching: EventFilter(order: .oldestFirst), .patient)
        #expect(listed.map(\.event.kind) == [.exchange, .exchangeAbandoned])
        let starts = try await database.log.events(matching: EventFilter(kind: .exchangeStarted), .patient)
        #expect(starts.map(\.index) == [1, 0])
    }

    @Test("What is sealed of a person cannot be read once their keys are destroyed, and the log stays as it is")
    func erasing() async throws {
        let database = try SharedDatabase()
        let events = Samples.events(60, seed: 5)
        try database.log.append(events)
        let before = try await database.log.head(.patient)
        let pseudonyms = database.log.unsealer.pseudonyms(ofID: Samples.keys[0])
        for pseudonym in pseudonyms { _ = try database.vault.eraseSubject(pseudonym, at: Samples.time(100)) }
        for log in [database.log, database.otherLog] {
            let stored = try await EventStoreConformance.everything(in: log)
            for (event, found) in zip(events, stored) {
                #expect(found.isErased == (event.principal?.id == Samples.keys[0]))
                if !found.isErased { #expect(found.event == event) }
                #expect(found.event.id == event.id)
            }
        }
        #expect(try await database.log.head(.patient) == before)
        // Who comes back is known again, and what was forgotten stays so.
        var back = SplitMix(seed: 99)
        let again = Samples.exchange(at: 200, &back)
        try database.log.append([.exchange(again)])
        #expect(try await database.log.event(.exchange(again.id), .patient)?.event == .exchange(again))
    }

    @Test("Payloads whose keys are destroyed are thrown away, and no others; the events are told as before")
    func purging() async throws {
        let database = try SharedDatabase()
        let events = Samples.events(60, seed: 5)
        try database.log.append(events)
        let before = try await database.log.payloads(0..<60, .patient)
        #expect(try await database.log.purge(database.vault) { .patient } == 0)
        for pseudonym in database.log.unsealer.pseudonyms(ofID: Samples.keys[0]) {
            _ = try database.vault.eraseSubject(pseudonym, at: Samples.time(100))
        }
        let told = try await EventStoreConformance.everything(in: database.log)
        let lost = before.filter { stored in events[Int(stored.index)].principal?.id == Samples.keys[0] }
        #expect(!lost.isEmpty)
        #expect(try await database.otherLog.purge(database.vault) { .patient } == lost.count)
        let gone = Set(lost.map(\.index))
        #expect(try await database.log.payloads(0..<60, .patient) == before.filter { !gone.contains($0.index) })
        #expect(try await EventStoreConformance.everything(in: database.log) == told)
        #expect(try await database.log.purge(database.vault) { .patient } == 0)
    }

    @Test("Cosignatures that come later are added to a checkpoint, and nothing else of it changes")
    func cosignatures() async throws {
        let database = try SharedDatabase()
        func line(_ name: String, _ byte: UInt8) throws -> String {
            let key = try #require(KeyName(name))
            return NoteSignature(
                name: key, keyID: KeyID(UInt32(byte)), bytes: [UInt8](repeating: byte, count: 72)
            ).line
        }
        let text = "test.example/audit\n1\nAAAA\n"
        let root = [UInt8](repeating: 7, count: 32)
        func keep(_ note: String, root: [UInt8]) async throws -> String? {
            try await database.log.keep(
                StoredCheckpoint(size: 1, root: root, note: note, created: Samples.time(0)), .patient)
            return try await database.otherLog.latestCheckpoint(.patient)?.note
        }
        let (log, one, two) = (try line("test.example/audit", 1), try line("one", 2), try line("two", 3))
        #expect(try await keep("\(text)\n\(log)", root: root) == "\(text)\n\(log)")
        #expect(try await keep("\(text)\n\(log)\(one)", root: root) == "\(text)\n\(log)\(one)")
        #expect(try await keep("\(text)\n\(log)\(two)", root: root) == "\(text)\n\(log)\(one)\(two)")
        #expect(try await keep("\(text)x\n\n\(log)\(two)", root: root) == "\(text)\n\(log)\(one)\(two)")
        #expect(
            try await keep("\(text)\n\(log)", root: [UInt8](repeating: 8, count: 32)) == "\(text)\n\(log)\(one)\(two)")
        #expect(throws: (any Error).self) {
            try database.log.store.tamper { try $0.execute(sql: "UPDATE checkpoint SET note = 'x'") }
        }
        #expect(throws: (any Error).self) {
            try database.log.store.tamper { try $0.execute(sql: "UPDATE checkpoint SET root = zeroblob(32)") }
        }
    }

    @Test("A month's keys are destroyed by class, and nothing that is later")
    func months() async throws {
        let database = try SharedDatabase()
        try database.log.append(Samples.events(40, seed: 6))
        let month = Month(of: Samples.time(0))
        #expect(try database.vault.eraseMonths(through: month, .content, at: Samples.time(0)).isEmpty)
        #expect(try database.vault.eraseMonths(through: month, .metadata, at: Samples.time(0)) == [month])
        for stored in try await EventStoreConformance.everything(in: database.log) {
            #expect(stored.isErased == (stored.event.kind == .exchange))
        }
    }

    @Test("The log of another name is refused")
    func origin() throws {
        let folder = try TemporaryFolder()
        let vault = try SQLiteVault.ofTests(folder.file("vault.db"))
        try folder.ledger(vault).close()
        #expect(throws: StoreError(.conflict, "")) {
            try SQLiteLedger(
                path: folder.file("audit.db"), origin: "other.example/audit", vault: vault,
                entropy: TestEntropy.bytes)
        }
    }

    @Test("Filters find what leaves say: labels, policies, decisions, on whose behalf")
    func filters() async throws {
        let database = try SharedDatabase()
        var entries = try database.log.sealer.seal(Samples.events(40, seed: 8))
        let somebody = database.log.unsealer.pseudonyms(ofID: "somebody")[0]
        for index in entries.indices {
            if index % 2 == 0 { entries[index].leaf.onBehalfOf = [somebody] }
            entries[index].leaf.rules = index % 3 == 0 ? ["say \"no\""] : ["say"]
            entries[index].leaf.decision = index % 5 == 0 ? .forbid : .permit
            entries[index].leaf.flags = index % 7 == 0 ? ["request:pii.email_address:1"] : []
        }
        try database.log.append(entries)
        func found(_ change: (inout EventFilter) -> Void) async throws -> [Int64] {
            var filter = EventFilter(order: .oldestFirst, limit: 1000)
            change(&filter)
            return try await database.log.events(matching: filter, .patient).map(\.index)
        }
        func every(_ step: Int64) -> [Int64] { (0..<40).filter { $0 % step == 0 } }
        #expect(try await found { $0.onBehalfOf = "somebody" } == every(2))
        #expect(try await found { $0.policy = "say \"no\"" } == every(3))
        #expect(try await found { $0.decision = .forbid } == every(5))
        #expect(try await found { $0.label = "pii.email_address" } == every(7))
        #expect(try await found { $0.onBehalfOf = "nobody" }.isEmpty)
    }
}
