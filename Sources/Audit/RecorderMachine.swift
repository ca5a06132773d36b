package import Kernel

/// The recorder without its thread: which events wait, which go into the next batch, and who waits for them.
///
/// Events leave in the order in which they came, but for what is urgent: that overtakes all that waits. What happens when the store refuses a batch:
/// - The store cannot write (`unavailable`, `corrupt`): everybody who waits hears so and their events are let go, for
///   they act on it. Events that nobody waits for go back to the front of the queue and are tried again, after a pause
///   that doubles up to a limit, or as soon as somebody waits. They are never given up: the queue's capacity is the
///   bound, and once it is reached nothing more is admitted.
/// - The store will not have one of the events (`constraint`, `conflict`): all are tried again one by one, so that only
///   the one at fault fails. Where nobody waits for that one, it is dropped, counted and reported.
package struct RecorderMachine<Waiter: Sendable>: Sendable {
    /// What became of an event that was handed in, and what its caller must do for the writer.
    package enum Admission: Hashable, Sendable {
        /// There was no room for it.
        case full
        /// The writer comes to it by itself.
        case queued
        /// The writer rests: start it.
        case start
        /// The writer waits for more: end its wait.
        case wake
    }

    /// What the writer does next.
    package enum Step: Hashable, Sendable {
        case rest
        /// Wait this long, or until woken.
        case gather(Duration)
        case write([Event])
    }

    /// What a batch led to.
    package struct Completion: Sendable {
        /// Whom to tell, in the order of their events.
        package var waiters: [Waiter] = []
        /// The indices of their leaves, where their events are durable.
        package var indices: [Int64] = []
        /// What to tell them; nil where their events are durable.
        package var error: StoreError?
        /// What to report.
        package var incident: RecorderIncident?
        /// Who waited for the queue to be empty.
        package var drained: [Waiter] = []
        /// How many events are still queued for those who drained.
        package var left = 0
    }

    private struct Entry: Sendable {
        let event: Event
        let waiter: Waiter?
    }

    private enum Phase: Hashable {
        case resting, starting, writing
        /// Waiting for company; `isAwaited` where somebody waits for the batch.
        case gathering(isAwaited: Bool)
        /// Nothing is queued, and those who were told may come back; so many at once that the first does not matter.
        case expecting
        /// Told to end its wait, and not back yet.
        case woken
    }

    private let limits: RecorderLimits
    private var phase = Phase.resting
    private var queue: [Entry] = []
    private var batch: [Entry] = []
    /// How many in the queue are waited for.
    private var awaited = 0
    /// How many at the front of the queue are to be written one by one.
    private var isolated = 0
    /// How many behind those have overtaken the rest.
    private var urgent = 0
    /// Whether the last thing the writer did was to write.
    private var hasJustWritten = false
    /// How many waited for each of the last two batches: so many come back at once where callers take turns.
    private var companies = (last: 0, before: 0)
    private var drainers: [Waiter] = []
    private var drainFailures = 0
    package private(set) var statistics = RecorderStatistics()
    /// Another number whenever something has come in front of what waits.
    package private(set) var order = 0

    package init(_ limits: RecorderLimits) { self.limits = limits }

    /// How many events wait or are being written.
    package var count: Int { self.queue.count + self.batch.count }

    /// Whether new work should be admitted. A quarter of the capacity is left to work that is under way already.
    package var hasRoom: Bool { self.count < self.limits.capacity - self.limits.capacity / 4 }

    /// Whether the writer has been told to end its wait.
    package var isWoken: Bool { self.phase == .woken }

    // MARK: Callers

    /// Takes an event in. For what is urgent there is room of its own.
    package mutating func add(_ event: Event, waiter: Waiter?) -> Admission {
        guard self.count < self.limits.capacity + (event.isUrgent ? self.limits.urgent : 0) else {
            self.statistics.refused += 1
            return .full
        }
        self.enqueue(Entry(event: event, waiter: waiter))
        if waiter != nil { self.awaited += 1 }
        switch self.phase {
        case .gathering(isAwaited: false) where waiter != nil: return self.kick()
        case .gathering where self.isBatchFull: return self.kick()
        case .gathering(isAwaited: true) where self.isCompanyComplete: return self.kick()
        case .expecting where self.isBatchFull || self.isCompanyComplete: return self.kick()
        case .resting: return self.kick()
        case .gathering, .expecting, .starting, .writing, .woken: return .queued
        }
    }

    private mutating func enqueue(_ entry: Entry) {
        guard entry.event.isUrgent else {
            self.queue.append(entry)
            return
        }
        // The one that is being written by itself is counted among the isolated, and not in the queue any more.
        let front = self.isolated > 0 && !self.batch.isEmpty ? self.isolated - 1 : self.isolated
        self.queue.insert(entry, at: front + self.urgent)
        self.urgent += 1
        self.order += 1
    }

    /// Asks to be told when nothing waits any more; `.full` where that is so already and nobody will be told.
    package mutating func drain(_ waiter: Waiter) -> Admission {
        guard self.count > 0 else { return .full }
        if self.drainers.isEmpty { self.drainFailures = 0 }
        self.drainers.append(waiter)
        return self.kick()
    }

    private mutating func kick() -> Admission {
        switch self.phase {
        case .resting:
            self.phase = .starting
            return .start
        case .gathering, .expecting:
            self.phase = .woken
            return .wake
        case .starting, .writing, .woken:
            return .queued
        }
    }

    // MARK: The writer

    /// What to do now. `hasGathered` says that the writer comes from a wait.
    package mutating func next(hasGathered: Bool = false) -> Step {
        let hasExpected = self.phase == .expecting
        guard !self.queue.isEmpty else {
            guard self.hasJustWritten, !hasExpected, self.isCrowded, self.companies.last > 0 else {
                self.phase = .resting
                self.hasJustWritten = false
                return .rest
            }
            // Those who were told come back soon: the last of them wakes the writer, not the first.
            self.phase = .expecting
            self.hasJustWritten = false
            return .gather(self.limits.gather * 2)
        }
        let hasGathered = hasGathered && !(hasExpected && self.awaited == 0)
        if !hasGathered, let wait = self.wait, wait > .zero {
            self.phase = .gathering(isAwaited: self.awaited > 0)
            return .gather(wait)
        }
        self.phase = .writing
        if self.isolated == 0, self.queue.count <= self.limits.batch {
            // The usual case: all of it, without a copy. Room for the next is had at once rather than bit by bit.
            self.batch = self.queue
            self.queue = []
            self.queue.reserveCapacity(self.batch.count)
        } else {
            self.batch = Array(self.queue.prefix(self.isolated > 0 ? 1 : self.limits.batch))
            self.queue.removeFirst(self.batch.count)
        }
        if self.isolated == 0 { self.urgent = max(0, self.urgent - self.batch.count) }
        self.awaited -= self.batch.count { $0.waiter != nil }
        return .write(self.batch.map(\.event))
    }

    /// The batch behind the one that is being written, where it is full already: as long as `order` stays, it is what the
    /// next `write` has.
    package var following: [Event]? {
        guard self.isolated == 0, self.queue.count >= self.limits.batch else { return nil }
        return self.queue.prefix(self.limits.batch).map(\.event)
    }

    /// How long to wait for company before the next batch.
    private var wait: Duration? {
        if self.awaited > 0 {
            let isReady = self.isBatchFull || self.isCompanyComplete || self.isolated > 0
            return isReady || !(self.hasJustWritten || self.isCrowded) ? nil : self.limits.gather
        }
        if self.statistics.failuresInARow > 0 {
            let doublings = min(self.statistics.failuresInARow - 1, 16)
            return min(self.limits.firstPause * (1 << doublings), self.limits.longestPause)
        }
        return self.isBatchFull || self.isolated > 0 || !self.drainers.isEmpty ? nil : self.limits.linger
    }

    /// Whether many come at once: then the first of them is not written alone, also where the writer has rested.
    private var isCrowded: Bool { max(self.companies.last, self.companies.before) >= 4 }

    /// Whether there is no point in waiting for more.
    private var isBatchFull: Bool {
        self.queue.count >= self.limits.batch && (self.awaited > 0 || self.statistics.failuresInARow == 0)
    }

    /// Whether as many wait as waited before: then nobody else may be coming, and the moment for company would be lost.
    private var isCompanyComplete: Bool {
        let company = max(self.companies.last, self.companies.before)
        return company > 1 && self.awaited >= company
    }

    /// What became of the batch that `next` gave: the indices of its leaves, or why there are none.
    package mutating func finish(_ result: Result<[Int64], StoreError>) -> Completion {
        let batch = self.batch
        self.batch = []
        self.hasJustWritten = true
        self.companies = (last: batch.count { $0.waiter != nil }, before: self.companies.last)
        var completion = Completion()
        switch result {
        case .failure(let error):
            self.statistics.lastError = error
            let isFaultOfAnEvent = error.code == .constraint || error.code == .conflict
            switch (isFaultOfAnEvent, batch.count) {
            case (true, 1): self.letGo(batch[0], error, &completion)
            case (true, _): self.isolate(batch)
            case (false, _): self.putBack(batch, error, &completion)
            }
        case .success(let indices):
            if self.statistics.failuresInARow > 0 {
                completion.incident = .recovered(failures: self.statistics.failuresInARow)
            }
            self.statistics.failuresInARow = 0
            self.statistics.batches += 1
            self.statistics.written += batch.count
            self.isolated = max(0, self.isolated - batch.count)
            for (entry, index) in zip(batch, indices) {
                guard let waiter = entry.waiter else { continue }
                completion.waiters.append(waiter)
                completion.indices.append(index)
            }
        }
        self.settleDrainers(&completion)
        return completion
    }

    /// One event that the store will not have.
    private mutating func letGo(_ entry: Entry, _ error: StoreError, _ completion: inout Completion) {
        self.isolated = max(0, self.isolated - 1)
        guard let waiter = entry.waiter else {
            self.statistics.dropped += 1
            completion.incident = .dropped(entry.event.id, error)
            return
        }
        self.statistics.failed += 1
        completion.waiters = [waiter]
        completion.error = error
    }

    /// A batch with an event that the store will not have: each on its own from here on.
    private mutating func isolate(_ batch: [Entry]) {
        self.queue.insert(contentsOf: batch, at: 0)
        self.order += 1
        self.awaited += batch.count { $0.waiter != nil }
        self.isolated = batch.count
    }

    /// A batch that the store could not write.
    private mutating func putBack(_ batch: [Entry], _ error: StoreError, _ completion: inout Completion) {
        let behind = batch.filter { $0.waiter == nil }
        self.queue.insert(contentsOf: behind, at: 0)
        self.order += 1
        // What was on its way already stays in front of what is urgent and came later.
        if self.isolated == 0 { self.urgent += self.urgent > 0 ? behind.count : 0 }
        self.isolated = max(0, self.isolated - (batch.count - behind.count))
        self.statistics.failuresInARow += 1
        completion.waiters = batch.compactMap(\.waiter)
        completion.error = error
        self.statistics.failed += completion.waiters.count
        completion.incident = .failed(error, callers: completion.waiters.count, queued: self.count)
        if !self.drainers.isEmpty { self.drainFailures += 1 }
    }

    private mutating func settleDrainers(_ completion: inout Completion) {
        guard self.queue.isEmpty || self.drainFailures >= self.limits.drainAttempts else { return }
        completion.drained = self.drainers
        completion.left = self.count
        self.drainers = []
        self.drainFailures = 0
    }
}
