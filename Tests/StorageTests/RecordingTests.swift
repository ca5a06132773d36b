import Audit
import GRDB
import Kernel
import TestSupport
import Testing

@testable import Storage

@Suite("Recording into SQLite")
struct RecordingTests {
    @Test("Whoever has been told that an event is recorded finds it, from another process as well")
    func durable() async throws {
        let database = try SharedDatabase()
        let recorder = Recorder(store: database.log)
        let other = database.otherLog
        let events = Samples.events(240, seed: 1)
        await withTaskGroup { group in
            for chunk in events.chunked(by: 30) {
                group.addTask {
                    for event in chunk {
                        await #expect(throws: Never.self) {
                            try await recorder.record(event)
                            #expect(try await other.event(event.id, .patient)?.event == event)
                        }
                    }
                }
            }
        }
        #expect(recorder.statistics.written == 240)
        let stored = try await EventStoreConformance.everything(in: other)
        #expect(Set(stored.map(\.event)) == Set(events))
        #expect(stored.map(\.sequence) == (1...240).map(Int64.init))
    }

    @Test("While the disk is full callers hear so and nothing that lies is lost; then recording goes on")
    func full() async throws {
        let database = try SharedDatabase()
        var limits = RecorderLimits()
        limits.linger = .zero
        limits.firstPause = .milliseconds(1)
        let recorder = Recorder(store: database.log, limits: limits)
        let events = Samples.events(40, seed: 2)
        try await recorder.record(events[0])
        try database.log.store.tamper { connection in
            let pages = try #require(try Int.fetchOne(connection, sql: "PRAGMA page_count"))
            try connection.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        for event in events[1..<30] { try recorder.recordBehind(event) }
        await #expect(throws: RecorderError(.notRecorded, "")) { try await recorder.record(events[30]) }
        #expect(recorder.statistics.lastError?.message == "the disk is full")
        try database.log.store.tamper { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        try await recorder.record(events[31])
        #expect(await recorder.drain() == 0)
        let stored = try await EventStoreConformance.everything(in: database.log).map(\.event)
        let expected = Array(events[0..<30]) + [events[31]]
        #expect(Set(stored) == Set(expected) && stored.count == expected.count)
        #expect(stored.filter { !$0.isUrgent } == expected.filter { !$0.isUrgent }, "but for what overtakes, in order")
    }

    @Test("An event that is recorded twice fails its own caller, and nobody else")
    func twice() async throws {
        let database = try SharedDatabase()
        let recorder = Recorder(store: database.log)
        let events = Samples.events(3, seed: 3)
        try await recorder.record(events[0])
        try recorder.recordBehind(events[1])
        await #expect(throws: RecorderError(.notRecorded, "")) { try await recorder.record(events[0]) }
        try await recorder.record(events[2])
        let stored = try await EventStoreConformance.everything(in: database.log).map(\.event)
        #expect(stored == events)
    }
}
