import Audit
import AuditExport
import Kernel
import Synchronization
import TestSupport
import Testing

@Suite("Delivery")
struct DeliveryTests {
    /// A log, a sink and a store in memory, which fail as they are told.
    final class World: LeafFeed, ExportSink, DeliveryStore {
        struct State {
            var delivered: [Int64] = []
            var cursor: Int64?
            var buried: [Int64] = []
            var outages = 0
            var slept: [Duration] = []
            var largest = 0
        }
        let origin = "gate.example/audit"
        let leaves: [LoggedLeaf]
        let poison: Set<Int64>
        let crashAt: Int64?
        let state = Mutex(State())

        init(count: Int, poison: Set<Int64> = [], outages: Int = 0, crashAt: Int64? = nil) {
            self.leaves = (0..<count).map { index in
                var leaf = Leaf(
                    time: Timestamp(microseconds: 1_795_248_000_000_000), kind: .serverStarted, id: "evnt_\(index)")
                leaf.tenantSequence = Int64(index + 1)
                return LoggedLeaf(index: Int64(index), bytes: (try? leaf.bytes()) ?? [])
            }
            self.poison = poison
            self.crashAt = crashAt
            self.state.withLock { $0.outages = outages }
        }

        func leaves(from index: Int64, limit: Int) async throws(ExportError) -> [LoggedLeaf] {
            Array(self.leaves.dropFirst(Int(index)).prefix(limit))
        }

        func deliver(_ records: [ExportRecord]) async throws(ExportError) {
            let isOut = self.state.withLock { state in
                state.largest = max(state.largest, records.count)
                state.outages -= 1
                return state.outages >= 0
            }
            if isOut { throw ExportError(.unavailable, "connection refused") }
            if records.contains(where: { self.poison.contains($0.index) }) { throw ExportError(.refused, "400") }
            self.state.withLock { $0.delivered += records.map(\.index) }
        }

        func cursor() throws(ExportError) -> Int64? { self.state.withLock(\.cursor) }
        func keep(cursor: Int64) throws(ExportError) {
            if let crashAt, cursor >= crashAt { throw ExportError(.unavailable, "crash") }
            self.state.withLock { $0.cursor = cursor }
        }
        func bury(_ leaf: LoggedLeaf, _ reason: String) throws(ExportError) {
            self.state.withLock { $0.buried.append(leaf.index) }
        }

        func delivery() -> Delivery {
            var limits = DeliveryMachine.Limits()
            limits.batch = 16
            return Delivery(
                from: self, to: self, store: self, limits: limits,
                sleep: { duration in self.state.withLock { $0.slept.append(duration) } })
        }
    }

    @Test("Every leaf is delivered once and in order where nothing fails, in batches of bounded size")
    func all() async throws {
        let world = World(count: 100)
        try await world.delivery().drain()
        #expect(world.state.withLock(\.delivered) == Array(0..<100))
        #expect(world.state.withLock(\.cursor) == 100)
        #expect(world.state.withLock(\.largest) == 16)
    }

    @Test("What the other side will never take is found among its neighbours and put aside")
    func deadLetters() async throws {
        let world = World(count: 100, poison: [0, 17, 18, 99])
        try await world.delivery().drain()
        #expect(world.state.withLock(\.buried) == [0, 17, 18, 99])
        #expect(world.state.withLock(\.delivered) == (0..<100).filter { ![0, 17, 18, 99].contains($0) })
        #expect(world.state.withLock(\.cursor) == 100)
    }

    @Test("An outage is waited out ever longer, up to a limit, and nothing is lost")
    func outage() async throws {
        let world = World(count: 20, outages: 10)
        try await world.delivery().drain()
        #expect(world.state.withLock(\.delivered) == Array(0..<20))
        let slept = world.state.withLock(\.slept)
        #expect(slept == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    }

    @Test("A crash before the cursor is kept delivers again, and loses nothing")
    func crash() async throws {
        let world = World(count: 100, crashAt: 48)
        await #expect(throws: ExportError.self) { try await world.delivery().drain() }
        #expect(world.state.withLock(\.delivered).count == 48)
        #expect(world.state.withLock(\.cursor) == 32)
        let after = World(count: 100)
        after.state.withLock { $0.cursor = 32 }
        try await after.delivery().drain()
        #expect(after.state.withLock(\.delivered) == Array(32..<100))
    }
}
