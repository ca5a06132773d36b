import Identity
import Kernel
import Synchronization

/// How many exchanges may be under way at once, in all and for each key, and how many a key may begin in a minute.
package struct AdmissionLimits: Sendable, Hashable {
    package var total: Int
    package var perKey: Int
    /// nil where any number may.
    package var requestsPerMinute: Int?

    package init(total: Int, perKey: Int, requestsPerMinute: Int? = nil) {
        self.total = total
        self.perKey = perKey
        self.requestsPerMinute = requestsPerMinute
    }
}

/// Counts the exchanges that are under way and those that were begun, over all event loops.
final class AdmissionGate: Sendable {
    private struct Counts {
        var total = 0
        var byKey: [Identifier<VirtualKey>: Int] = [:]
        /// One for each key that was used since the start, where there is a bound: as many as there are keys at most.
        var begun: [Identifier<VirtualKey>: RequestBucket] = [:]
    }

    private let counts = Mutex(Counts())

    /// Lets one more in. Whoever was let in calls `leave` once. What the key may still begin is told also where it is
    /// refused; nobody is charged for what is refused.
    func enter(
        _ key: Identifier<VirtualKey>, _ limits: AdmissionLimits, at now: ContinuousClock.Instant,
        _ allowance: inout RequestAllowance?
    ) throws(Refusal) {
        let (refusal, left): (Refusal?, RequestAllowance?) = self.counts.withLock { counts in
            guard counts.total < limits.total else { return (.overloaded, nil) }
            let index = counts.byKey.index(forKey: key)
            let ofKey = index.map { counts.byKey.values[$0] } ?? 0
            guard ofKey < limits.perKey else { return (.tooManyForKey, nil) }
            var left: RequestAllowance?
            if let limit = limits.requestsPerMinute {
                let wait = counts.begun[key, default: RequestBucket(limit, at: now)].take(limit, at: now)
                left = counts.begun[key]?.allowance(limit)
                if let wait { return (.tooManyRequests(limit, wait: wait), left) }
            }
            counts.total += 1
            if let index { counts.byKey.values[index] = ofKey + 1 } else { counts.byKey[key] = 1 }
            return (nil, left)
        }
        allowance = left
        if let refusal { throw refusal }
    }

    func leave(_ key: Identifier<VirtualKey>) {
        self.counts.withLock { counts in
            counts.total -= 1
            guard let index = counts.byKey.index(forKey: key) else { return }
            counts.byKey.values[index] -= 1
            if counts.byKey.values[index] == 0 { counts.byKey.remove(at: index) }
        }
    }

    /// The exchanges under way now.
    var total: Int { self.counts.withLock { $0.total } }
}
