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

    @Test("A start whose end was not committed still waits for one")
    func endThatWasNotCommitted() throws {
        let folder = try TemporaryFolder()
        let exchange = Samples.exchangeInTwo(1)
        let log = try folder.ledger()
        try log.takeCharge()
        try log.append([exchange.start])
        // Every leaf is refused, and not before it is committed.
        try log.store.tamper {
            try $0.execute(
                sql: """
                    CREATE TABLE promise (leaf INTEGER REFERENCES leaf (idx) DEFERRABLE INITIALLY DEFERRED);
                    CREATE TRIGGER promised AFTER INSERT ON leaf BEGIN INSERT INTO promise VALUES (-1); END;
                    """)
        }
        #expect(throws: StoreError.self) { try log.append([exchange.end]) }
        try log.store.tamper { try $0.execute(sql: "DROP TRIGGER promised") }
        var random = SplitMix(seed: 77)
        try log.append([Samples.event(at: 50, &random)])
        #expect(try log.store.peek { try Int64.fetchOne($0, sql: "SELECT settled FROM log_state") } == 0)
        #expect(try log.openStarts().map(\.id) == [exchange.id])
    }
}
