import Identity
import Kernel
import Policy

/// What policy has decided, so that it need not decide the same again: most exchanges are like one before.
///
/// Kept only while the policies that decided are in force, and only where none of them looks at the time.
struct RememberedDecisions {
    /// A question in which nothing was found and nothing else is out of the ordinary.
    private struct PlainQuestion: Hashable {
        let key: Identifier<VirtualKey>
        let model: String
        let action: Action
    }

    /// Whom a key stands for.
    private struct Caller: Hashable {
        let principal: Principal
        let role: VirtualKey.Role
    }

    /// A decision, and how events write it.
    struct Remembered {
        let decision: Decision
        let json: String

        init(_ decision: Decision) {
            self.decision = decision
            self.json = String(decoding: decision.json(), as: UTF8.self)
        }
    }

    /// Plain permits and subjects at most; then it begins anew.
    private static let plainLimit = 4096
    /// Decisions at most; they are larger.
    private static let limit = 512

    private var snapshot: Gateway.Snapshot?
    private var permitted: Set<PlainQuestion> = []
    /// The last two of them that were asked for, such as of a request and of its answer: nearly always the next ones, too.
    private var latest: (PlainQuestion?, PlainQuestion?)
    private var decisions: [Question: Remembered] = [:]
    private var subjects: [Caller: Subject] = [:]

    /// Whether nothing stands against the action, as far as is remembered.
    mutating func permits(
        _ action: Action, _ key: Identifier<VirtualKey>, _ model: String, _ snapshot: Gateway.Snapshot
    ) -> Bool {
        guard self.snapshot === snapshot else { return false }
        let question = PlainQuestion(key: key, model: model, action: action)
        if question == self.latest.0 || question == self.latest.1 { return true }
        guard self.permitted.contains(question) else { return false }
        self.latest = (question, self.latest.0)
        return true
    }

    /// Remembers that nothing stands against the action.
    mutating func permit(
        _ action: Action, _ key: Identifier<VirtualKey>, _ model: String, _ snapshot: Gateway.Snapshot
    ) {
        guard snapshot.configuration.policy.isTimeless else { return }
        self.take(snapshot)
        if self.permitted.count >= Self.plainLimit { self.permitted.removeAll(keepingCapacity: true) }
        self.permitted.insert(PlainQuestion(key: key, model: model, action: action))
    }

    /// The policies' decision, remembered or new.
    mutating func decide(_ question: Question, _ snapshot: Gateway.Snapshot) -> Remembered {
        let policy = snapshot.configuration.policy
        guard policy.isTimeless else { return Remembered(policy.decide(question)) }
        self.take(snapshot)
        var timeless = question
        timeless.time = Timestamp(microseconds: 0)
        if let known = self.decisions[timeless] { return known }
        let decision = Remembered(policy.decide(question))
        if self.decisions.count >= Self.limit { self.decisions.removeAll(keepingCapacity: true) }
        self.decisions[timeless] = decision
        return decision
    }

    /// The key's principal as policy sees it.
    mutating func subject(_ key: VirtualKey) -> Subject {
        let caller = Caller(principal: key.principal, role: key.role)
        if let known = self.subjects[caller] { return known }
        if self.subjects.count >= Self.plainLimit { self.subjects.removeAll(keepingCapacity: true) }
        let subject = Subject(key.principal, roles: key.role == .administrator ? ["administrator"] : [])
        self.subjects[caller] = subject
        return subject
    }

    /// Forgets what other policies decided.
    private mutating func take(_ snapshot: Gateway.Snapshot) {
        guard self.snapshot !== snapshot else { return }
        self.snapshot = snapshot
        self.latest = (nil, nil)
        self.permitted.removeAll(keepingCapacity: true)
        self.decisions.removeAll(keepingCapacity: true)
    }
}
