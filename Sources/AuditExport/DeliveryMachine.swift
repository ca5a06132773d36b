package import Audit

/// What a delivery does next. Pure: leaves and outcomes go in, actions come out.
package struct DeliveryMachine {
    package struct Limits: Hashable, Sendable {
        /// The most leaves of a batch.
        package var batch = 256
        /// How long it waits at the end of the log.
        package var rest = Duration.seconds(1)
        /// How long it waits when the sink was first not to be reached; doubled each time up to `longestWait`.
        package var shortestWait = Duration.milliseconds(500)
        package var longestWait = Duration.seconds(60)

        package init() {}
    }

    package enum Action: Hashable, Sendable {
        case read(from: Int64, limit: Int)
        case send([LoggedLeaf])
        /// Everything below this index is delivered or put aside.
        case keep(cursor: Int64)
        case bury(LoggedLeaf, reason: String)
        case wait(Duration)
        /// There is nothing to deliver.
        case rest(Duration)
    }

    private let limits: Limits
    private var cursor: Int64
    /// What was read and is not delivered yet.
    private var leaves: [LoggedLeaf] = []
    /// How many of them go at once: all, fewer after a refusal.
    private var size: Int
    private var queued: [Action] = []
    private var failures = 0

    package init(cursor: Int64, _ limits: Limits = Limits()) {
        self.cursor = cursor
        self.limits = limits
        self.size = limits.batch
    }

    /// What to do now.
    package mutating func next() -> Action {
        if !self.queued.isEmpty { return self.queued.removeFirst() }
        if self.leaves.isEmpty { return .read(from: self.cursor, limit: self.limits.batch) }
        return .send(Array(self.leaves.prefix(self.size)))
    }

    /// What was read.
    package mutating func read(_ leaves: [LoggedLeaf]) {
        self.leaves = leaves
        self.failures = 0
        self.size = self.limits.batch
        if leaves.isEmpty { self.queued.append(.rest(self.limits.rest)) }
    }

    /// The sink has taken what was sent.
    package mutating func delivered() {
        self.failures = 0
        self.advance(min(self.size, self.leaves.count))
        // It gets better: twice as much next time.
        self.size = min(self.size * 2, self.limits.batch)
    }

    /// The sink will never take what was sent.
    package mutating func refused(_ reason: String) {
        self.failures = 0
        let count = min(self.size, self.leaves.count)
        guard count == 1, let leaf = self.leaves.first else {
            self.size = max(1, count / 2)
            return
        }
        self.queued.append(.bury(leaf, reason: reason))
        self.advance(1)
    }

    /// The sink or the log was not to be reached.
    package mutating func failed() {
        var wait = self.limits.shortestWait
        for _ in 0..<min(self.failures, 20) where wait < self.limits.longestWait { wait *= 2 }
        self.failures += 1
        self.queued.append(.wait(min(wait, self.limits.longestWait)))
    }

    private mutating func advance(_ count: Int) {
        guard let last = self.leaves.prefix(count).last else { return }
        self.leaves.removeFirst(count)
        self.cursor = last.index + 1
        self.queued.append(.keep(cursor: self.cursor))
    }
}
