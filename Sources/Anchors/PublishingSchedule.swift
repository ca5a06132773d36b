package import Kernel

/// When the next checkpoint is due.
package struct PublishingSchedule: Sendable {
    /// How long a log that grew waits at most.
    package let pause: Duration
    /// How long a log that stays as it is waits until it says so again.
    package let silence: Duration
    private var published: (time: Timestamp, size: UInt64)?
    private var failed: Timestamp?

    package init(pause: Duration = .seconds(10), silence: Duration = .seconds(600)) {
        self.pause = pause
        self.silence = silence
    }

    /// Whether a checkpoint of that size is due. A log without leaves has none.
    package func isDue(size: UInt64, at time: Timestamp) -> Bool {
        guard size > 0, self.hasPassed(self.pause, since: self.failed, at: time) else { return false }
        let wait = size == self.published?.size ? self.silence : self.pause
        return self.hasPassed(wait, since: self.published?.time, at: time)
    }

    /// A clock that was set back may not stop the log.
    private func hasPassed(_ wait: Duration, since earlier: Timestamp?, at time: Timestamp) -> Bool {
        guard let earlier else { return true }
        let waited = time.duration(since: earlier)
        return waited < .zero || waited >= wait
    }

    package mutating func published(size: UInt64, at time: Timestamp) {
        self.published = (time, size)
        self.failed = nil
    }

    /// What failed is tried again after a pause.
    package mutating func failed(at time: Timestamp) { self.failed = time }
}
