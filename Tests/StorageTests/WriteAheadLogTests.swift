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

    @Test("It begins anew when it is a megabyte long, however much is written")
    func bounded() throws {
        let database = try SharedDatabase()
        var longest = 0
        for chunk in Samples.events(6000, seed: 1).chunked(by: 50) {
            try database.log.append(chunk)
            longest = max(longest, try self.length(database))
        }
        #expect(
            try database.log.store.peek { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0 > 400,
            "more was written")
        #expect(longest < 1_500_000)
    }

    @Test("Somebody who looks at an old state makes it grow and sees that state; afterwards it is cut back")
    func reader() async throws {
        let database = try SharedDatabase()
        let events = database.log
        let batches = Samples.events(15_000, seed: 2).chunked(by: 500)
        try events.append(batches[0])
        let count = "SELECT count(*) FROM leaf"
        let counts = try database.otherLog.store.peek { connection in
            let before = try Int.fetchOne(connection, sql: count)
            for batch in batches[1..<25] { try events.append(batch) }
            return [before, try Int.fetchOne(connection, sql: count)]
        }
        #expect(counts == [500, 500])
        #expect(try self.length(database) > 5_000_000)
        for batch in batches[25...] { try events.append(batch) }
        #expect(try self.length(database) < 5_000_000)
        #expect(try await events.events(matching: EventFilter(limit: 1), .patient).first?.sequence == 15_000)
    }
}
