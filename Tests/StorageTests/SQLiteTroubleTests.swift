import Audit
import Foundation
import GRDB
import Identity
import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("SQLite in trouble")
struct SQLiteTroubleTests {
    @Test("A full disk fails the batch, and recording goes on when there is space again")
    func full() async throws {
        let database = try SharedDatabase()
        let events = database.log
        let batches = Samples.events(3000, seed: 1).chunked(by: 1000)
        try events.append(batches[0])
        try database.log.store.tamper { connection in
            let pages = try Int.fetchOne(connection, sql: "PRAGMA page_count") ?? 0
            try connection.execute(sql: "PRAGMA max_page_count = \(pages + 3)")
        }
        do {
            try events.append(batches[1])
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .unavailable)
            #expect(error.message == "the disk is full")
        }
        #expect(try await events.event(batches[1][0].id, .patient) == nil)
        try database.log.store.tamper { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        try events.append(batches[2])
        let newest = try await events.events(matching: EventFilter(limit: 1), .patient)
        #expect(newest.first?.sequence == 2000)
    }

    @Test("A database that cannot be written says so, and can still be read")
    func readOnly() async throws {
        let database = try SharedDatabase()
        let events = database.log
        try events.append(Samples.events(1, seed: 1))
        try database.log.store.tamper { try $0.execute(sql: "PRAGMA query_only = ON") }
        do {
            try events.append(Samples.events(1, seed: 2))
            Issue.record("it was taken")
        } catch {
            #expect(error.code == .unavailable)
            #expect(error.message == "the database is read-only")
        }
        #expect(try await EventStoreConformance.everything(in: events).count == 1)
    }

    @Test("A process that does not let go of the file makes a write fail, and readers do not notice")
    func locked() async throws {
        let database = try SharedDatabase(SQLiteStore.Options(busyTimeout: .milliseconds(1)))
        let events = database.log
        let batch = Samples.events(2, seed: 1)
        try events.append([batch[0]])
        try database.otherLog.store.tamper { connection in
            try connection.inTransaction(.immediate) {
                #expect(throws: StoreError(.unavailable, "")) { try events.append([batch[1]]) }
                return .rollback
            }
        }
        #expect(try await EventStoreConformance.everything(in: events).map(\.event) == [batch[0]])
        try events.append([batch[1]])
    }

    @Test("A query that does not end is stopped at the deadline")
    func deadline() async throws {
        let database = try SharedDatabase()
        await #expect(throws: StoreError(.unavailable, "")) {
            try await database.store.read(.ending(at: .now + .milliseconds(20))) { connection in
                try Int.fetchOne(
                    connection,
                    sql: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")
            }
        }
        #expect(try await SQLiteKeyStore(database.store).keys(.patient).isEmpty, "and the connection is of use again")
    }

    @Test("A write that is stopped at the deadline leaves nothing behind")
    func interruptedWrite() async throws {
        let database = try SharedDatabase()
        await #expect(throws: StoreError(.unavailable, "")) {
            try await database.store.write(.ending(at: .now + .milliseconds(20))) { connection in
                try connection.execute(sql: "INSERT INTO revision (of, value) VALUES ('x', 1)")
                try connection.execute(
                    sql: """
                        INSERT INTO revision (of, value) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                        SELECT 'y', max(i) FROM n
                        """)
            }
        }
        let rows = try database.store.peek { try Int.fetchOne($0, sql: "SELECT count(*) FROM revision") }
        #expect(rows == 1)
    }

    @Test("Neither leaves nor tiles nor checkpoints change or go away, and the log does not shrink, whoever asks")
    func appendOnly() async throws {
        let database = try SharedDatabase()
        for chunk in Samples.events(300, seed: 1).chunked(by: 100) { try database.log.append(chunk) }
        try await database.log.keep(
            StoredCheckpoint(
                size: 300, root: [UInt8](repeating: 0, count: 32), note: "n", created: Samples.time(0)), .patient)
        for statement in [
            "UPDATE leaf SET data = '{}'", "DELETE FROM leaf", "UPDATE leaf SET idx = 900 WHERE idx = 1",
            "UPDATE tile SET n = 9", "DELETE FROM tile", "UPDATE checkpoint SET note = ''", "DELETE FROM checkpoint",
            "UPDATE payload SET kid = ''", "UPDATE log_state SET size = 1", "DELETE FROM log_state",
        ] {
            #expect(throws: DatabaseError.self, "\(statement)") {
                try database.log.store.tamper { try $0.execute(sql: statement) }
            }
        }
    }

    @Test("A revoked key stays revoked, whoever asks")
    func staysRevoked() async throws {
        let database = try SharedDatabase()
        var random = SplitMix(seed: 1)
        let made = KeyStoreConformance.made(&random)
        let keys = SQLiteKeyStore(database.store)
        try await KeyStoreConformance.create(made, in: keys)
        _ = try await keys.revoke(made.key.id, at: Timestamp(microseconds: 5), .patient)
        for value in ["NULL", "6"] {
            #expect(throws: DatabaseError.self) {
                try database.store.tamper { try $0.execute(sql: "UPDATE virtual_key SET revoked_at = \(value)") }
            }
        }
    }

    /// A leaf that we did not write.
    struct Damage: Shown {
        let name: String
        let data: String
    }

    static let damages = [
        Damage(name: "no JSON", data: "gone"), Damage(name: "an empty object", data: "{}"),
        Damage(name: "of a later version", data: #"{"type":"exchange.end","v":9}"#),
    ]

    @Test("A leaf that cannot be read is damage, and is said to be", arguments: damages)
    func damaged(_ damage: Damage) async throws {
        let database = try SharedDatabase()
        try database.log.store.tamper { connection in
            try connection.execute(
                sql: """
                    INSERT INTO leaf (idx, ts, type, id, ten, tseq, data)
                    VALUES (0, 1, 'server.stopped', 'evnt_01arz3ndektsv4rrffq69g5fav', 'default', 1, CAST(? AS BLOB))
                    """,
                arguments: [damage.data])
        }
        await #expect(throws: StoreError(.corrupt, "")) {
            try await EventStoreConformance.everything(in: database.log)
        }
    }

    @Test("The events of before the ledger can still be read")
    func archive() async throws {
        let database = try SharedDatabase()
        let events = Samples.events(30, seed: 1)
        try database.store.tamper { connection in
            for event in events {
                var outcome: String?
                if case .exchange(let exchange) = event { outcome = exchange.outcome.rawValue }
                try connection.execute(
                    sql: "INSERT INTO event (id, kind, outcome, data) VALUES (?, ?, ?, ?)",
                    arguments: [
                        String(event.id.description.suffix(26)), event.kind.rawValue, outcome,
                        String(decoding: event.json(), as: UTF8.self),
                    ])
            }
        }
        let archive = SQLiteEventArchive(database.store)
        #expect(try await archive.count(.patient) == 30)
        #expect(try await archive.events(after: 10, .patient).map(\.event) == Array(events[10...]))
    }

    @Test("What an error shows to a stranger names no table, no statement and no path")
    func discreet() async throws {
        let database = try SharedDatabase()
        let events = Samples.events(1, seed: 1)
        try database.log.append(events)
        do {
            try database.log.append(events)
        } catch {
            #expect(error.description == "something of the same identity is stored already")
            #expect(String(reflecting: error).contains("leaf.id"))
        }
    }
}
