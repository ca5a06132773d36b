import Synchronization

/// Whether a server can be reached, as far as all who use it in this process know.
///
/// Once it has been away for as long as somebody waits for it, whoever asks next is told soon, and does not wait as long
/// again: what comes one after the other would add up.
package final class PostgresReach: Sendable {
    private let lost = Mutex<ContinuousClock.Instant?>(nil)

    /// How long a server that has been away for long is waited for.
    private static let shortPatience = Duration.seconds(1)

    package init() {}

    /// A connection was lost, or did not come about.
    func isLost() { self.lost.withLock { $0 = $0 ?? .now } }

    /// There is a new connection.
    func isBack() { self.lost.withLock { $0 = nil } }

    /// Until when whoever has this patience waits, from now on.
    func deadline(_ patience: Duration) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        guard let lost = self.lost.withLock({ $0 }) else { return now + patience }
        return min(now + patience, max(lost + patience, now + Self.shortPatience))
    }
}
