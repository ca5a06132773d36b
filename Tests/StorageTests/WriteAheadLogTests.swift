import Audit
import Foundation
import GRDB
import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("The write-ahead log")
struct WriteAheadLogTests {
    private func length(_ database: SharedDatabase) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: database.logPath + "-wal")[.size] as? Int ?? 0
    }

    @Test("It begins anew before it is nine megabytes long, however much is written")
    func bounded() throws {
        let database = try SharedDatabase()
        var longest = 0
        for chunk in Samples.events(12_000, seed: 1).chunked(by: 50) {
            try database.log.append(chunk)
            longest = max(longest, try self.length(database))
        }
        #expect(
            try database.log.store.peek { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0 > 1200,
            "more was written")
        #expect(longest < 9_500_000)
    }

    @Test("It is copied behind the writer, before any commit would have to")
    func backfill() throws {
        let database = try SharedDatabase()
        let backfill = try #require(database.log.store.backfill)
        for chunk in Samples.events(1500, seed: 3).chunked(by: 50) { try database.log.append(chunk) }
        #expect(try self.length(database) < Backfill.longest * 8192, "no commit has copied")
        // What is under way ends before this begins.
        let frames = try backfill.connection.inDatabase { try $0.checkpoint(.passive) }
        #expect(frames.checkpointedFrameCount == frames.walFrameCount)
        let size = try FileManager.default.attributesOfItem(atPath: database.logPath)[.size] as? Int ?? 0
        #expect(size > 150 * 8192)
    }

    @Test("The settings of the connection that copies wait for the disk as the writer's do")
    func backfillIsDurable() throws {
        let database = try SharedDatabase()
        let backfill = try #require(database.log.store.backfill)
        #expect(try backfill.connection.inDatabase { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        #expect(database.store.backfill == nil)
    }

    @Test("Somebody who looks at an old state makes it grow and sees that state; afterwards it is cut back")
    func reader() async throws {
        let database = try SharedDatabase()
        let events = database.log
        let batches = Samples.events(20_000, seed: 2).chunked(by: 500)
        try events.append(batches[0])
        let count = "SELECT count(*) FROM leaf"
        let counts = try database.otherLog.store.peek { connection in
            let before = try Int.fetchOne(connection, sql: count)
            for batch in batches[1..<38] { try events.append(batch) }
            return [before, try Int.fetchOne(connection, sql: count)]
        }
        #expect(counts == [500, 500])
        #expect(try self.length(database) > 11_000_000)
        try events.append(batches[38])
        _ = try #require(events.store.backfill).connection.inDatabase { try $0.checkpoint(.passive) }
        try events.append(batches[39])
        #expect(try self.length(database) < 11_000_000)
        #expect(try await events.events(matching: EventFilter(limit: 1), .patient).first?.sequence == 20_000)
    }
}
