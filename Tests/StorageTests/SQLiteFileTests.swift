import Audit
import Foundation
import GRDB
import Identity
import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("The database file")
struct SQLiteFileTests {
    @Test("Only its owner can read it and the files beside it")
    func permissions() throws {
        let database = try SharedDatabase()
        try database.log.append(Samples.events(1, seed: 1))
        for name in ["gatehouse.db", "gatehouse.db-wal", "gatehouse.db-shm", "audit.db", "audit.db-wal", "vault.db"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: database.folder.file(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test("A commit is on the disk when it returns: full synchronisation, which GRDB's pool would turn down")
    func durability() throws {
        let database = try SharedDatabase()
        for store in [database.store, database.log.store, database.vault.store] {
            let settings = try store.tamper { connection in
                let names = [
                    "journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "busy_timeout", "page_size",
                ]
                return try names.map { try DatabaseValue.fetchOne(connection, sql: "PRAGMA \($0)") }
            }
            #expect(
                settings
                    == ["wal", 2, 1, store.backfill == nil ? 128 : 1024, 5000, 8192].map {
                        (value: any DatabaseValueConvertible) in
                        value.databaseValue
                    })
        }
    }

    /// Where there can be no database, and what is said.
    struct Place: Shown {
        let name: String
        let path: String
        let says: String
    }

    static let places = [
        Place(
            name: "a directory that does not exist", path: "missing/gatehouse.db", says: "hint: create its directory"),
        Place(name: "a directory itself", path: ".", says: "hint: name a file in that directory"),
        Place(name: "below a file", path: "text.txt/gatehouse.db", says: "not a directory"),
        Place(name: "a file that is no database", path: "text.txt", says: "is not a database"),
        Place(name: "a database of somebody else's", path: "foreign.db", says: "was not made by gatehouse"),
    ]

    @Test("Where there can be no database, that is said, with what to do, and nothing is touched", arguments: places)
    func refused(_ place: Place) throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "Dear diary, ", count: 100)
        try text.write(toFile: folder.file("text.txt"), atomically: true, encoding: .utf8)
        let foreign = try DatabaseQueue(path: folder.file("foreign.db"))
        try foreign.write { try $0.execute(sql: "CREATE TABLE theirs (id INTEGER)") }
        try foreign.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("foreign.db")))
        do {
            _ = try SQLiteStore(path: folder.file(place.path))
            Issue.record("it was opened")
        } catch {
            #expect(error.message.contains(place.says), "\(error.message)")
            #expect(error.message.contains(folder.path))
        }
        #expect(try String(contentsOfFile: folder.file("text.txt"), encoding: .utf8) == text)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("foreign.db"))) == before)
    }

    @Test("A file that a newer version has been at work on is refused")
    func newer() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("gatehouse.db")
        let next = Schema(migrations: Schema.current.migrations + [Schema.Migration(name: "next", sql: "SELECT 1")])
        try SQLiteStore(path: path, options: SQLiteStore.Options(), schema: next).close()
        do {
            _ = try SQLiteStore(path: path)
            Issue.record("it was opened")
        } catch {
            #expect(error.code == .conflict)
            #expect(error.message.contains("is of version 4 and this gatehouse knows versions up to 3"))
        }
    }

    @Test("A file of an older version is brought up to date and keeps what it holds")
    func older() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("gatehouse.db")
        var random = SplitMix(seed: 1)
        let made = KeyStoreConformance.made(&random)
        let first = Schema(migrations: Array(Schema.current.migrations.prefix(1)))
        let old = try SQLiteStore(path: path, options: SQLiteStore.Options(), schema: first)
        try await KeyStoreConformance.create(made, in: SQLiteKeyStore(old))
        await #expect(throws: StoreError(.unavailable, "")) { try await SQLiteEventArchive(old).count(.patient) }
        try old.close()

        let store = try SQLiteStore(path: path)
        #expect(try await SQLiteKeyStore(store).keys(.patient) == [made.key])
        #expect(try await SQLiteEventArchive(store).count(.patient) == 0)
    }

    @Test("A step that fails leaves the file as it was")
    func failedMigration() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("gatehouse.db")
        try SQLiteStore(path: path).close()
        let broken = Schema(
            migrations: Schema.current.migrations + [
                Schema.Migration(name: "broken", sql: "CREATE TABLE half (id INTEGER); CREATE TABLE event (id INTEGER)")
            ])
        #expect(throws: StoreError.self) {
            try SQLiteStore(path: path, options: SQLiteStore.Options(), schema: broken)
        }
        let store = try SQLiteStore(path: path)
        #expect(try store.peek { try $0.tableExists("half") } == false)
        #expect(try store.peek { try Int.fetchOne($0, sql: "PRAGMA user_version") } == Schema.current.migrations.count)
    }

    @Test("The tables are what the golden file says, so that a change to a step that was taken before is seen")
    func schema() throws {
        let database = try SharedDatabase()
        let statements = try database.store.peek { connection in
            try String.fetchAll(
                connection, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
        }
        try GoldenText("Golden/schema.sql").compare(statements.flatMap { ($0 + ";").components(separatedBy: "\n") })
    }

    @Test("Several processes may open a file that does not exist yet at the same moment", arguments: 0..<40)
    func race(_ round: Int) throws {
        let folder = try TemporaryFolder()
        DispatchQueue.concurrentPerform(iterations: 6) { index in
            #expect(throws: Never.self) {
                _ = try SQLiteStore(path: folder.file("gatehouse.db"))
                try folder.ledger().append(Samples.events(3, seed: UInt64(index)))
            }
        }
        let stored = try folder.ledger().store.peek { connection in
            try Int.fetchOne(connection, sql: "SELECT count(*) FROM leaf")
        }
        #expect(stored == 18)
    }

    @Test("A closed file is unavailable")
    func closed() async throws {
        let database = try SharedDatabase()
        try database.log.close()
        try database.store.close()
        #expect(throws: StoreError(.unavailable, "")) { try database.log.append(Samples.events(1, seed: 1)) }
        await #expect(throws: StoreError(.unavailable, "")) {
            try await SQLiteKeyStore(database.store).keys(.patient)
        }
        try database.store.close()
    }

    @Test("Closing it and opening it again shows everything")
    func reopened() async throws {
        let folder = try TemporaryFolder()
        let events = Samples.events(500, seed: 3)
        for chunk in events.chunked(by: 100) {
            let log = try folder.ledger()
            try log.append(chunk)
            try log.close()
            #expect(!FileManager.default.fileExists(atPath: folder.file("audit.db-wal")))
        }
        let log = try folder.ledger()
        #expect(try await EventStoreConformance.everything(in: log).map(\.event) == events)
    }

    @Test("What was on the disk after a commit is all that is needed to see it, as after a crash")
    func crash() async throws {
        let database = try SharedDatabase()
        let events = Samples.events(3000, seed: 5)
        for (index, chunk) in events.chunked(by: 300).enumerated() {
            try database.log.append(chunk)
            let copy = try TemporaryFolder()
            for name in ["audit.db", "audit.db-wal", "vault.db", "vault.db-wal"] {
                try FileManager.default.copyItem(atPath: database.folder.file(name), toPath: copy.file(name))
            }
            let log = try copy.ledger()
            let first = try await log.events(matching: EventFilter(order: .oldestFirst, limit: 1000), .patient)
            let last = try await log.events(matching: EventFilter(limit: 1000), .patient)
            let count = (index + 1) * 300
            #expect(first.map(\.event) == Array(events.prefix(min(count, 1000))))
            #expect(last.reversed().map(\.event) == Array(events.prefix(count).suffix(1000)))
        }
    }
}
