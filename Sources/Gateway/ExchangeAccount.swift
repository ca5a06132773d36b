import Audit
import Conversation
import Detection
import Identity
import Kernel
import Policy
import Providers

/// What becomes known of an exchange on its way: its event is made of it.
struct ExchangeAccount {
    let id: Identifier<Kernel.Exchange>
    let startedAt: Timestamp
    let startedClock = ContinuousClock.now
    let act: ExchangeEvent.Act

    var key: VirtualKey?
    /// The name of the model that was asked for.
    var modelName: String?
    var isStreamed = false
    var model: Model?
    var servedModel: String?
    var usage: TokenUsage?
    var requestBytes = 0
    var responseBytes = 0
    var attempts = 0
    private var findings: [FindingCount] = []
    private var decisions: [DecisionRecord] = []

    init(id: Identifier<Kernel.Exchange>, startedAt: Timestamp, act: ExchangeEvent.Act) {
        self.id = id
        self.startedAt = startedAt
        self.act = act
    }

    /// Adds what was found; a stream that is scanned piece by piece adds up.
    mutating func count(_ counts: [Finding.Kind: Int], _ stage: ExchangeEvent.Stage) {
        for (kind, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let known = self.findings.firstIndex { $0.stage == stage && $0.kind == kind.rawValue }
            let total = known.map { self.findings[$0].count + count } ?? count
            let entry = FindingCount(stage: stage, kind: kind.rawValue, count: total)
            if let known { self.findings[known] = entry } else { self.findings.append(entry) }
        }
    }

    /// Remembers a decision; a stream that is decided piece by piece repeats itself, its event does not.
    mutating func note(_ decision: Decision, _ stage: ExchangeEvent.Stage) {
        let record: DecisionRecord =
            switch decision.effect {
            case .permit: DecisionRecord(stage: stage, effect: .permit, policies: decision.determining)
            case .forbid(let remedy):
                DecisionRecord(stage: stage, effect: .forbid, remedy: remedy?.name, policies: decision.determining)
            }
        if !self.decisions.contains(record) { self.decisions.append(record) }
    }

    /// What was used, where the provider did not say: counted from the text, and marked as an estimate.
    func estimate(output bytes: Int) -> TokenUsage {
        TokenUsage(
            input: TokenEstimate.tokens(inTextOf: self.requestBytes), output: TokenEstimate.tokens(inTextOf: bytes),
            source: .estimated)
    }

    func event(
        _ outcome: ExchangeEvent.Outcome, _ status: Int, code: String?, _ snapshot: Gateway.Snapshot
    ) -> ExchangeEvent {
        ExchangeEvent(
            id: self.id, startedAt: self.startedAt, duration: ContinuousClock.now - self.startedClock,
            principal: self.key?.principal, operation: self.act, model: self.modelName,
            provider: self.model?.provider.name, deployment: self.model?.providerModel, servedModel: self.servedModel,
            isStreamed: self.isStreamed, outcome: outcome, status: status, code: code,
            findings: self.findings, decisions: self.decisions, usage: self.usage, requestBytes: self.requestBytes,
            responseBytes: self.responseBytes, attempts: self.attempts,
            configuration: snapshot.configuration.fingerprint, detectors: snapshot.detectors)
    }
}
