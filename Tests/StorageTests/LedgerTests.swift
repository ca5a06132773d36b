import Audit
import Foundation
import GRDB
import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("The log in SQLite")
struct LedgerTests {
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

    @Test("The log knows how far every exchange has its end, and nobody looks further back")
    func settled() throws {
        let folder = try TemporaryFolder()
        let exchanges = (1...6).map { Samples.exchangeInTwo($0) }
        var log = try folder.ledger()
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
        #expect(try log.store.peek { try Int64.fetchOne($0, sql: "SELECT settled FROM log_state") } == 2)
        for start in try log.openStarts() {
            try log.append([.abandonment(ExchangeAbandonment(id: start.id, time: Samples.time(60), start: start.index))]
            )
        }
        try log.takeCharge()
        #expect(try log.store.peek { try Int64.fetchOne($0, sql: "SELECT settled = size FROM log_state") } == 1)
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
}
