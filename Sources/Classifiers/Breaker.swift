package import Kernel

/// Keeps a service from being asked while it fails (a circuit breaker).
///
/// After some failures in a row it opens; when it has been open for a while, one request tries the service, and what comes
/// of that closes it or opens it again.
package struct Breaker: Hashable, Sendable {
    private let failures: Int
    private let pause: Duration
    private var inARow = 0
    private var closesAt: Timestamp?

    package init(failures: Int = 5, pause: Duration = .seconds(10)) {
        self.failures = failures
        self.pause = pause
    }

    /// Whether the service may be asked. Where it was open for long enough, the answer is yes once per pause.
    package mutating func admits(at now: Timestamp) -> Bool {
        guard let closesAt = self.closesAt else { return true }
        guard now >= closesAt else { return false }
        self.closesAt = now.advanced(by: self.pause)
        return true
    }

    package mutating func succeeded() {
        self.inARow = 0
        self.closesAt = nil
    }

    package mutating func failed(at now: Timestamp) {
        self.inARow += 1
        if self.inARow >= self.failures { self.closesAt = now.advanced(by: self.pause) }
    }
}
