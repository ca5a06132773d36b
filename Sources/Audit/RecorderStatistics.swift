package import Kernel

/// What a recorder has done since it was made.
package struct RecorderStatistics: Hashable, Sendable {
    /// How many events wait or are being written now.
    package var queued = 0
    /// How many events are durable.
    package var written = 0
    /// How many commits that took.
    package var batches = 0
    /// How many events were not taken because the queue was full.
    package var refused = 0
    /// How many callers were told that their event is not recorded.
    package var failed = 0
    /// How many events that nobody waited for the store would not have.
    package var dropped = 0
    /// How many batches in a row could not be written; 0 where all is well.
    package var failuresInARow = 0
    /// What the store said last when it refused.
    package var lastError: StoreError?

    package init() {}
}

/// Something about recording that whoever runs Gatehouse must hear of.
package enum RecorderIncident: Hashable, Sendable {
    /// A batch could not be written: so many callers were told, so many events wait to be tried again.
    case failed(StoreError, callers: Int, queued: Int)
    /// The store would not have an event that nobody waited for; it is lost.
    case dropped(Event.ID, StoreError)
    /// Batches can be written again.
    case recovered(failures: Int)
}
