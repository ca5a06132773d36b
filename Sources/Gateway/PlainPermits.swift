import Identity
import Kernel
import Policy

/// What was permitted without a condition, so that it need not be asked again: most exchanges are like one before.
///
/// Kept are answers to questions in which nothing was found, and only while the policies that gave them are in force and
/// none of them looks at the time.
struct PlainPermits {
    private struct Question: Hashable {
        let key: Identifier<VirtualKey>
        let model: String
        let action: Action
    }

    /// Answers at most; then it begins anew.
    private static let limit = 4096

    private var snapshot: Gateway.Snapshot?
    private var permitted: Set<Question> = []

    func contains(
        _ action: Action, _ key: Identifier<VirtualKey>, _ model: String, _ snapshot: Gateway.Snapshot
    ) -> Bool {
        self.snapshot === snapshot && self.permitted.contains(Question(key: key, model: model, action: action))
    }

    mutating func insert(
        _ action: Action, _ key: Identifier<VirtualKey>, _ model: String, _ snapshot: Gateway.Snapshot
    ) {
        guard snapshot.configuration.policy.isTimeless else { return }
        if self.snapshot !== snapshot || self.permitted.count >= Self.limit {
            self.snapshot = snapshot
            self.permitted.removeAll(keepingCapacity: true)
        }
        self.permitted.insert(Question(key: key, model: model, action: action))
    }
}
