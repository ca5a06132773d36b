import Audit
import Kernel
import TestSupport
import Testing
import Transparency

@testable import Storage

@Suite("Foreseen sequence numbers")
struct ForecastTests {
    @Test("Batches that are written in the order in which they were made ready have the numbers that were foreseen")
    func inOrder() {
        var forecast = Forecast()
        let unknown = forecast.take(3)
        #expect(unknown.first == nil)
        forecast.learn(unknown, next: 4)
        let first = forecast.take(256)
        #expect(first.first == 4)
        // While the first is being written, the second is made ready, and so on.
        let second = forecast.take(256)
        #expect(second.first == 260)
        forecast.learn(first, next: 260)
        let third = forecast.take(10)
        #expect(third.first == 516)
        forecast.learn(second, next: 516)
        forecast.learn(third, next: 526)
        #expect(forecast.take(1).first == 526)
    }

    @Test("Whatever comes between, two batches later it is right again")
    func recovery() {
        var forecast = Forecast()
        forecast.learn(forecast.take(1), next: 2)
        _ = forecast.take(100)
        // That one was thrown away; then 5 leaves are written by somebody else, and a batch of 7 by us.
        let wrong = forecast.take(7)
        #expect(wrong.first == 102)
        forecast.learn(wrong, next: 14)
        #expect(forecast.take(1).first == 14)
    }

    @Test("A foreseen leaf is byte for byte the one that gets that number, and its hash is that leaf's")
    func foreseen() throws {
        var forecast = Forecast()
        forecast.learn(forecast.take(1), next: 98)
        let sealer = try Sealer(vault: SharedDatabase().vault, entropy: TestEntropy.bytes)
        let entries = try sealer.seal(Samples.events(5, seed: 8))
        var rows = LeafRows(reserving: 5, forecast: forecast.take(5))
        var json = JSONWriter()
        for entry in entries { rows.append(entry.leaf, entry.payloads, by: &json) }
        for (position, entry) in entries.enumerated() {
            var leaf = entry.leaf
            leaf.tenantSequence = Int64(98 + position)
            let bytes = try leaf.bytes()
            let row = rows.leaves[position]
            #expect(Array(rows.bytes[row.data]) == bytes)
            #expect(row.foreseen?.sequence == leaf.tenantSequence)
            #expect(row.foreseen?.hash == Hash.leaf(bytes))
            // With another number than the foreseen one, it is written anew.
            leaf.tenantSequence = 7_654_321
            var other = RowBytes()
            try other.place(row, of: rows, tenantSequence: leaf.tenantSequence, runSequence: 0)
            #expect(other.leafHash == Hash.leaf(try leaf.bytes()))
        }
    }

    @Test(
        "However batches are made ready, thrown away, written and overtaken, numbers have no gaps and the tree fits",
        arguments: [1, 2, 3] as [UInt64])
    func anyOrder(seed: UInt64) async throws {
        let database = try SharedDatabase()
        var random = SplitMix(seed: seed)
        var events = Samples.events(400, seed: seed)[...]
        var written = 0
        func take() -> [Event] {
            let part = events.prefix(Int(random.next() % 12) + 1)
            events = events.dropFirst(part.count)
            return Array(part)
        }
        var ready: (batch: PreparedEvents, count: Int)?
        while !events.isEmpty {
            switch random.next() % 5 {
            case 0:
                let batch = take()
                try database.log.append(batch)
                written += batch.count
            case 1:
                let batch = take()
                try database.otherLog.append(batch)
                written += batch.count
            case 2: ready = nil
            default:
                let batch = take()
                let next = (batch: try database.log.prepare(batch), count: batch.count)
                if let ready {
                    #expect(try ready.batch.commit().count == ready.count)
                    written += ready.count
                }
                ready = next
            }
        }
        let logged = try await database.log.leaves(from: 0, limit: 1000, .patient)
        #expect(logged.count == written && written > 200)
        #expect(try logged.map { try Leaf($0.bytes).tenantSequence } == Array(1...Int64(written)))
        var edge = RightEdge()
        for leaf in logged { _ = edge.append(Hash.leaf(leaf.bytes)) }
        #expect(try await database.log.head(.patient).root == edge.root.bytes)
    }
}
