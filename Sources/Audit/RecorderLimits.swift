/// How much a recorder takes and how long it waits for more.
package struct RecorderLimits: Hashable, Sendable {
    /// The most events that wait or are being written.
    package var capacity: Int
    /// How many urgent events are taken beyond that.
    package var urgent: Int
    /// The most events that one commit makes durable.
    package var batch: Int
    /// How long events that nobody waits for may lie before they are written: the longest time that a crash can take
    /// from `recordBehind`, one commit apart.
    package var linger: Duration
    /// How long a batch that somebody waits for is held open for company, and only while commits follow each other
    /// without a rest or were shared by several lately. A commit costs the same for one event as for twenty, so under load this makes everybody faster.
    /// It ends early when as many wait as waited before. After a crowd its return is waited for twice as long, from the
    /// commit on.
    package var gather: Duration
    /// How long to wait after a failed batch that nobody waits for; doubled with each further failure.
    package var firstPause: Duration
    package var longestPause: Duration
    /// How many failures in a row make `drain` give up.
    package var drainAttempts: Int

    package init(
        capacity: Int = 4096, urgent: Int = 256, batch: Int = 256, linger: Duration = .milliseconds(25),
        gather: Duration = .microseconds(500), firstPause: Duration = .milliseconds(100),
        longestPause: Duration = .seconds(5), drainAttempts: Int = 3
    ) {
        self.capacity = max(1, capacity)
        self.urgent = max(0, urgent)
        self.batch = max(1, batch)
        self.linger = linger
        self.gather = gather
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.drainAttempts = max(1, drainAttempts)
    }
}
