import Audit
import Kernel
import Synchronization
import TestSupport
import Testing

@Suite("The recorder")
struct RecorderTests {
    /// Nothing is waited for by the clock, so that a test takes the time that it takes.
    static let limits = RecorderLimits(
        capacity: 8, batch: 4, linger: .zero, gather: .zero, firstPause: .zero, longestPause: .zero, drainAttempts: 2)
    static let down = StoreError(.unavailable, "down")

    @Test("An event is kept when its caller goes on, and not before")
    func durable() async throws {
        let sink = HeldSink()
        let recorder = Recorder(store: sink, limits: Self.limits)
        var batches = sink.batches.makeAsyncIterator()
        async let recorded = recorder.record(Samples.event(1))
        #expect(await batches.next() == [Samples.event(1)])
        #expect(recorder.statistics.written == 0)
        #expect(recorder.statistics.queued == 1)
        sink.answer(nil)
        #expect(try await recorded == 0)
        #expect(sink.kept == [Samples.event(1)])
        #expect(recorder.statistics.written == 1)
        #expect(recorder.statistics.queued == 0)
    }

    @Test("Callers are resumed in the order of their events")
    func order() async {
        let sink = HeldSink()
        let recorder = Recorder(store: sink, limits: Self.limits)
        var batches = sink.batches.makeAsyncIterator()
        let told = Mutex<[Int]>([])
        for number in 1...4 {
            recorder.record(Samples.event(number)) { result in
                #expect(result == .success(Int64(number) - 1))
                told.withLock { $0.append(number) }
            }
            if number == 1 { #expect(await batches.next()?.count == 1) }
        }
        sink.answer(nil, nil)
        await recorder.drain()
        #expect(await batches.next() == [2, 3, 4].map(Samples.event))
        #expect(told.withLock { $0 } == [1, 2, 3, 4])
        #expect(sink.kept == [1, 2, 3, 4].map(Samples.event))
    }

    @Test("A slow store fills the queue; then nothing is taken until there is room")
    func backPressure() async throws {
        let sink = HeldSink()
        let recorder = Recorder(store: sink, limits: Self.limits)
        var batches = sink.batches.makeAsyncIterator()
        for number in 1...8 {
            try recorder.recordBehind(Samples.event(number))
            if number == 1 { _ = await batches.next() }
            #expect(recorder.hasRoom == (number < 6))
        }
        #expect(throws: RecorderError(.full, "")) { try recorder.recordBehind(Samples.event(9)) }
        await #expect(throws: RecorderError(.full, "")) { try await recorder.record(Samples.event(10)) }
        #expect(recorder.statistics.refused == 2)
        sink.answer(nil, nil, nil)
        #expect(await recorder.drain() == 0)
        #expect(recorder.hasRoom)
        #expect(sink.kept == (1...8).map(Samples.event))
    }

    /// A recorder that writes the events 2 to 5, with 6 to 9 behind them.
    private func busy(_ sink: ReadyingSink) async throws -> (Recorder, AsyncStream<[Event]>.Iterator) {
        var limits = Self.limits
        limits.capacity = 16
        let recorder = Recorder(store: sink, limits: limits)
        var batches = sink.held.batches.makeAsyncIterator()
        try recorder.recordBehind(Samples.event(1))
        _ = await batches.next()
        for number in 2...9 { try recorder.recordBehind(Samples.event(number)) }
        sink.held.answer(nil)
        #expect(await batches.next() == (2...5).map(Samples.event))
        return (recorder, batches)
    }

    @Test("A full batch that waits is made ready while the one before it is written")
    func ahead() async throws {
        let sink = ReadyingSink()
        let (recorder, _) = try await self.busy(sink)
        var readied = sink.readied.makeAsyncIterator()
        #expect(await readied.next() == (6...9).map(Samples.event))
        #expect(sink.held.kept == [Samples.event(1)])
        sink.held.answer(nil, nil)
        #expect(await recorder.drain() == 0)
        #expect(sink.held.kept == (1...9).map(Samples.event))
        #expect(sink.commits == 1)
    }

    @Test("What was made ready is made again where the batch before it has to be")
    func failureBeforeReady() async throws {
        let sink = ReadyingSink()
        let (recorder, _) = try await self.busy(sink)
        var readied = sink.readied.makeAsyncIterator()
        #expect(await readied.next() == (6...9).map(Samples.event))
        sink.held.answer(Self.down, nil, nil)
        #expect(await recorder.drain() == 0)
        #expect(await readied.next() == (6...9).map(Samples.event))
        #expect(sink.held.kept == (1...9).map(Samples.event))
        #expect(sink.commits == 1)
    }

    @Test("What is urgent overtakes also what was made ready")
    func urgentBeforeReady() async throws {
        let sink = ReadyingSink()
        let (recorder, _) = try await self.busy(sink)
        var readied = sink.readied.makeAsyncIterator()
        #expect(await readied.next() == (6...9).map(Samples.event))
        try recorder.recordBehind(Samples.urgent(10))
        sink.held.answer(nil, nil, nil)
        #expect(await recorder.drain() == 0)
        #expect(sink.held.kept == (1...5).map(Samples.event) + [Samples.urgent(10)] + (6...9).map(Samples.event))
        #expect(sink.commits == 0)
    }

    @Test("Where the store fails, callers get errors and what nobody waits for is kept later, in order")
    func failing() async throws {
        let sink = HeldSink()
        let incidents = Mutex<[RecorderIncident]>([])
        var limits = Self.limits
        limits.drainAttempts = 3
        let recorder = Recorder(store: sink, limits: limits) { incident in
            incidents.withLock { $0.append(incident) }
        }
        var batches = sink.batches.makeAsyncIterator()
        try recorder.recordBehind(Samples.event(1))
        _ = await batches.next()
        let told = Mutex<[RecorderError?]>([])
        recorder.record(Samples.event(2)) { result in
            told.withLock { told in
                if case .failure(let error) = result { told.append(error) } else { told.append(nil) }
            }
        }
        try recorder.recordBehind(Samples.event(3))
        sink.answer(Self.down, Self.down, nil)
        #expect(await recorder.drain() == 0)
        #expect(told.withLock { $0 } == [RecorderError(.notRecorded, "")])
        #expect(sink.kept == [1, 3].map(Samples.event))
        #expect(recorder.statistics.failed == 1)
        #expect(recorder.statistics.lastError == Self.down)
        #expect(incidents.withLock(\.last) == .recovered(failures: 2))
    }

    @Test("An event that the store will not have fails its own caller")
    func refused() async {
        let sink = HeldSink()
        let recorder = Recorder(store: sink, limits: Self.limits)
        sink.answer(StoreError(.constraint, "no"))
        await #expect(throws: RecorderError(.notRecorded, "")) { try await recorder.record(Samples.event(1)) }
        #expect(sink.kept.isEmpty)
    }

    @Test("Draining a store that stays down comes back and says how much is left")
    func drainInVain() async throws {
        let sink = HeldSink()
        let recorder = Recorder(store: sink, limits: Self.limits)
        var batches = sink.batches.makeAsyncIterator()
        try recorder.recordBehind(Samples.event(1))
        _ = await batches.next()
        try recorder.recordBehind(Samples.event(2))
        let left = Mutex<[Int]>([])
        recorder.drain { count in left.withLock { $0.append(count) } }
        // Who comes later to a drain that has failed once gives up with it.
        sink.answer(Self.down)
        _ = await batches.next()
        recorder.drain { count in left.withLock { $0.append(count) } }
        sink.answer(Self.down)
        _ = await batches.next()
        sink.answer(nil)
        #expect(await recorder.drain() == 0)
        #expect(left.withLock { $0 } == [2, 2])
        #expect(sink.kept == [1, 2].map(Samples.event))
    }

    @Test("A recorder at rest drains at once")
    func drainAtRest() async {
        #expect(await Recorder(store: ReadySink(), limits: Self.limits).drain() == 0)
    }

    @Test("An error is safe to show, and says why to whoever runs Gatehouse")
    func description() {
        let error = RecorderError(
            .notRecorded, "the event could not be recorded",
            underlying: StoreError(.unavailable, "the disk is full", underlying: CancellationError()))
        #expect(error.description == "the event could not be recorded: the disk is full")
        #expect(String(reflecting: error).contains("CancellationError"))
    }

    @Test("From many tasks at once, every event is kept exactly once, and before its caller goes on")
    func many() async throws {
        let sink = ReadySink()
        var limits = Self.limits
        limits.capacity = 4096
        limits.batch = 16
        let recorder = Recorder(store: sink, limits: limits)
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<50 {
                        let event = Samples.event(task * 1000 + step)
                        if step % 2 == 0 {
                            await #expect(throws: Never.self) { try await recorder.record(event) }
                            #expect(sink.batches.contains { $0.contains(event) })
                        } else {
                            #expect(throws: Never.self) { try recorder.recordBehind(event) }
                        }
                    }
                }
            }
        }
        #expect(await recorder.drain() == 0)
        let kept = sink.batches.flatMap(\.self)
        #expect(kept.count == 400)
        #expect(Set(kept).count == 400)
        #expect(sink.batches.allSatisfy { $0.count <= 16 })
        for task in 0..<8 {
            let own = kept.filter { (task * 1000..<task * 1000 + 50).map(Samples.event).contains($0) }
            #expect(own == (task * 1000..<task * 1000 + 50).map(Samples.event))
        }
    }

    @Test("With waits by the clock, all of it arrives as well")
    func lingering() async throws {
        let sink = ReadySink()
        let recorder = Recorder(
            store: sink, limits: RecorderLimits(linger: .milliseconds(1), gather: .microseconds(200)))
        for number in 0..<300 {
            try recorder.recordBehind(Samples.event(number))
            if number % 50 == 0 { try await recorder.record(Samples.event(1000 + number)) }
        }
        #expect(await recorder.drain() == 0)
        #expect(sink.batches.flatMap(\.self).count == 306)
        #expect(recorder.statistics.batches == sink.batches.count)
        #expect(sink.batches.count < 300, "they went in groups")
    }
}
