import Dispatch
import Kernel
import Synchronization

/// Makes events durable: one writer, and whatever was queued while it wrote becomes its next batch.
///
/// Where a full batch waits already, a second thread makes it ready (`EventSink.prepare`) while the writer commits the one
/// before it. Nothing of that has a place in the log yet, so where the commit fails, or something urgent overtakes, it is
/// thrown away and made again.
///
/// Handing an event in costs a lock, an append and, where the writer rests, a thread's wake-up. Everything that waits
/// is resumed after the commit, in order, from the writer's thread. `RecorderMachine` says what happens on failure.
package final class Recorder: Sendable {
    private typealias Waiter = @Sendable (Outcome) -> Void

    /// What a waiter hears: an error, and how many events are left where it drained.
    private struct Outcome: Sendable {
        let error: RecorderError?
        var index: Int64 = 0
        var left = 0
    }

    private let store: any EventSink
    private let report: @Sendable (RecorderIncident) -> Void
    private let machine: Mutex<RecorderMachine<Waiter>>
    private let queue = DispatchQueue(label: "gatehouse.recorder")
    /// Where the next batch is made ready, when it is full before the one before it is written.
    private let readying = DispatchQueue(label: "gatehouse.recorder.readying")
    private let wakeUp = DispatchSemaphore(value: 0)

    /// Makes a recorder that calls `report`, from the writer's thread, for what must not go unnoticed.
    package init(
        store: any EventSink, limits: RecorderLimits = RecorderLimits(),
        report: @escaping @Sendable (RecorderIncident) -> Void = { _ in }
    ) {
        self.store = store
        self.report = report
        self.machine = Mutex(RecorderMachine(limits))
    }

    package convenience init(store: any EventSink, capacity: Int) {
        self.init(store: store, limits: RecorderLimits(capacity: capacity))
    }

    /// Records an event and returns when it is durable. Cancelling the task changes nothing: the event is recorded.
    /// - Throws: `.full` where there is no room, `.notRecorded` where the store failed; the event is then not kept.
    /// - Returns: the index of its leaf in the log.
    @discardableResult
    package nonisolated(nonsending) func record(_ event: Event) async throws(RecorderError) -> Int64 {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Recording, Never>) in
            self.record(event) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The index of a leaf, or why there is none.
    package typealias Recording = Result<Int64, RecorderError>

    /// Records an event and calls back when it is durable, or with why it is not: from the writer's thread, or before
    /// it returns where there is no room.
    package func record(_ event: Event, then completion: @escaping @Sendable (Recording) -> Void) {
        let admission = self.machine.withLock { machine in
            machine.add(event) { outcome in
                completion(outcome.error.map { .failure($0) } ?? .success(outcome.index))
            }
        }
        if admission == .full { completion(.failure(Self.full)) } else { self.kick(admission) }
    }

    /// Queues an event that becomes durable soon (`RecorderLimits.linger`). A crash before that loses it.
    /// - Throws: `.full` where there is no room.
    package func recordBehind(_ event: Event) throws(RecorderError) {
        let admission = self.machine.withLock { $0.add(event, waiter: nil) }
        guard admission != .full else { throw Self.full }
        self.kick(admission)
    }

    /// Whether new exchanges should be admitted; where not, answer 503. A quarter of the capacity is kept for those
    /// that are under way.
    package var hasRoom: Bool { self.machine.withLock(\.hasRoom) }

    /// Waits until all that is queued is durable, and gives up after a few failures in a row.
    /// - Returns: how many events could not be made durable; 0 where all is well.
    @discardableResult
    package nonisolated(nonsending) func drain() async -> Int {
        await withCheckedContinuation { (continuation: CheckedContinuation<Int, Never>) in
            self.drain { continuation.resume(returning: $0) }
        }
    }

    /// Calls back with how many events could not be made durable: from the writer's thread, or before it returns where
    /// nothing is queued.
    package func drain(then completion: @escaping @Sendable (Int) -> Void) {
        let admission = self.machine.withLock { $0.drain { completion($0.left) } }
        if admission == .full { completion(0) } else { self.kick(admission) }
    }

    package var statistics: RecorderStatistics {
        self.machine.withLock { machine in
            var statistics = machine.statistics
            statistics.queued = machine.count
            return statistics
        }
    }

    private static let full = RecorderError(.full, "too many events wait to be recorded")

    private func kick(_ admission: RecorderMachine<Waiter>.Admission) {
        switch admission {
        case .start: self.queue.async { self.write() }
        case .wake: self.wakeUp.signal()
        case .queued, .full: break
        }
    }

    // MARK: The writer's thread

    /// A full batch that is made ready while the one before it is written.
    private struct Ahead {
        /// `RecorderMachine.order` when it was looked at: with another one, it is not the next batch any more.
        let order: Int
        let batch: Made
    }

    /// What becomes of a batch that another thread makes ready.
    private final class Made: Sendable {
        private let result = Mutex<Result<PreparedEvents, StoreError>?>(nil)
        private let isThere = DispatchSemaphore(value: 0)

        func fill(_ result: Result<PreparedEvents, StoreError>) {
            self.result.withLock { $0 = result }
            self.isThere.signal()
        }

        /// Waits for it; for one who takes it once.
        func take() -> Result<PreparedEvents, StoreError>? {
            self.isThere.wait()
            return self.result.withLock { $0.take() }
        }
    }

    /// Writes until nothing is queued.
    private func write() {
        var step = self.machine.withLock { $0.next() }
        var ahead: Ahead?
        while true {
            switch step {
            case .rest:
                return
            case .gather(let duration):
                self.wait(duration)
                step = self.machine.withLock { $0.next(hasGathered: true) }
            case .write(let events):
                let (order, following) = self.machine.withLock { ($0.order, $0.following) }
                let prepared = ahead?.order == order ? ahead?.batch.take() : nil
                ahead = following.map { Ahead(order: order, batch: self.makeReady($0)) }
                let result = self.append(events, prepared)
                let completion = self.machine.withLock { $0.finish(result) }
                self.complete(completion)
                step = self.machine.withLock { $0.next() }
            }
        }
    }

    private func makeReady(_ events: [Event]) -> Made {
        let made = Made()
        self.readying.async { made.fill(self.prepare(events)) }
        return made
    }

    private func prepare(_ events: [Event]) -> Result<PreparedEvents, StoreError> {
        do throws(StoreError) { return .success(try self.store.prepare(events)) } catch { return .failure(error) }
    }

    private func append(
        _ events: [Event], _ prepared: Result<PreparedEvents, StoreError>?
    ) -> Result<[Int64], StoreError> {
        do throws(StoreError) {
            guard let prepared else { return .success(try self.store.append(events)) }
            return .success(try prepared.get().commit())
        } catch {
            return .failure(error)
        }
    }

    private func wait(_ duration: Duration) {
        guard self.wakeUp.wait(timeout: .now() + .microseconds(Int(duration.microseconds))) == .timedOut else { return }
        // A wake-up that came just too late is taken as well, lest it end the next wait at once.
        if self.machine.withLock(\.isWoken) { self.wakeUp.wait() }
    }

    private func complete(_ completion: RecorderMachine<Waiter>.Completion) {
        if let incident = completion.incident { self.report(incident) }
        let error = completion.error.map {
            RecorderError(.notRecorded, "the event could not be recorded", underlying: $0)
        }
        if let error {
            for waiter in completion.waiters { waiter(Outcome(error: error)) }
        } else {
            for (waiter, index) in zip(completion.waiters, completion.indices) {
                waiter(Outcome(error: nil, index: index))
            }
        }
        for waiter in completion.drained { waiter(Outcome(error: nil, left: completion.left)) }
    }
}
