import Identity
import Kernel
import Synchronization

/// How many exchanges may be under way at once, in all and for each key.
package struct AdmissionLimits: Sendable, Hashable {
    package var total: Int
    package var perKey: Int

    package init(total: Int, perKey: Int) {
        self.total = total
        self.perKey = perKey
    }
}

/// Counts the exchanges that are under way, over all event loops.
final class AdmissionGate: Sendable {
    private struct Counts {
        var total = 0
        var byKey: [Identifier<VirtualKey>: Int] = [:]
    }

    private let counts = Mutex(Counts())

    /// Lets one more in. Whoever was let in calls `leave` once.
    func enter(_ key: Identifier<VirtualKey>, _ limits: AdmissionLimits) throws(Refusal) {
        let refusal: Refusal? = self.counts.withLock { counts in
            guard counts.total < limits.total else { return .overloaded }
            let ofKey = counts.byKey[key, default: 0]
            guard ofKey < limits.perKey else { return .tooManyForKey }
            counts.total += 1
            counts.byKey[key] = ofKey + 1
            return nil
        }
        if let refusal { throw refusal }
    }

    func leave(_ key: Identifier<VirtualKey>) {
        self.counts.withLock { counts in
            counts.total -= 1
            let rest = counts.byKey[key, default: 1] - 1
            counts.byKey[key] = rest == 0 ? nil : rest
        }
    }

    /// The exchanges under way now.
    var total: Int { self.counts.withLock { $0.total } }
}
