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
    /// Who is asked where no model is named.
    var passing: PassingProvider?
    var servedModel: String?
    var usage: TokenUsage?
    var cost: Microdollars?
    var requestBytes = 0
    var responseBytes = 0
    var attempts = 0
    /// What hardening did to the request.
    var transformations: [String] = []
    /// The index of the leaf of its start, once that is durable.
    var start: Int64?
    private var findings: [FindingCount] = []
    private var decisions: [DecisionRecord] = []

    init(id: Identifier<Kernel.Exchange>, startedAt: Timestamp, act: ExchangeEvent.Act) {
        self.id = id
        self.startedAt = startedAt
        self.act = act
    }

    /// Begins anew with another model: what was found for the one before is found again, and what that one used is not what
    /// is charged.
    mutating func turn(to model: Model) {
        self.model = model
        self.findings = []
        self.usage = nil
        self.servedModel = nil
    }

    /// Adds what was found; a stream that is scanned piece by piece adds up.
    mutating func count(_ found: Findings, _ stage: ExchangeEvent.Stage) {
        for entry in found.entries {
            let known = self.findings.firstIndex { $0.stage == stage && $0.kind == entry.kind }
            let total = known.map { self.findings[$0].count + entry.count } ?? entry.count
            let count = FindingCount(stage: stage, kind: entry.kind, count: total)
            if let known { self.findings[known] = count } else { self.findings.append(count) }
        }
    }

    /// Remembers a decision; a stream that is decided piece by piece repeats itself, its event does not.
    mutating func note(
        _ question: Question, _ remembered: RememberedDecisions.Remembered, _ stage: ExchangeEvent.Stage
    ) {
        let decision = remembered.decision
        let (effect, remedy): (DecisionRecord.Effect, String?) =
            switch decision.effect {
            case .permit: (.permit, nil)
            case .forbid(let remedy): (.forbid, remedy?.name)
            }
        let isKnown = self.decisions.contains {
            $0.stage == stage && $0.effect == effect && $0.remedy == remedy && $0.policies == decision.determining
        }
        guard !isKnown else { return }
        self.decisions.append(
            DecisionRecord(
                stage: stage, effect: effect, remedy: remedy, policies: decision.determining,
                question: String(decoding: question.json(), as: UTF8.self),
                decision: remembered.json))
    }

    /// What was used, where the provider did not say: counted from the text, and marked as an estimate.
    func estimate(output bytes: Int) -> TokenUsage {
        TokenUsage(
            input: TokenEstimate.tokens(inTextOf: self.requestBytes), output: TokenEstimate.tokens(inTextOf: bytes),
            source: .estimated)
    }

    func event(
        _ outcome: ExchangeEvent.Outcome, _ status: Int, code: String?, _ snapshot: Gateway.Snapshot,
        _ sealed: (rule: KeptContent.Rule, content: [ExchangeContent])
    ) -> ExchangeEvent {
        ExchangeEvent(
            id: self.id, startedAt: self.startedAt, duration: ContinuousClock.now - self.startedClock,
            principal: self.key?.principal, operation: self.act, model: self.modelName,
            provider: (self.model?.provider ?? self.passing?.provider)?.name, deployment: self.model?.providerModel,
            servedModel: self.servedModel,
            isStreamed: self.isStreamed, outcome: outcome, status: status, code: code,
            findings: self.findings, decisions: self.decisions, usage: self.usage, cost: self.cost,
            requestBytes: self.requestBytes,
            responseBytes: self.responseBytes, attempts: self.attempts, transformations: self.transformations,
            configuration: snapshot.configuration.fingerprint, detectors: snapshot.detectors,
            bundle: snapshot.configuration.policy.bundleHash, start: self.start, level: sealed.rule.level,
            content: sealed.content, useCase: sealed.rule.useCase)
    }

    /// What is remembered before the first byte leaves for a provider.
    func starting(
        _ provider: String, _ snapshot: Gateway.Snapshot, _ prompt: [ExchangeContent], useCase: String?
    ) -> ExchangeStart {
        ExchangeStart(
            id: self.id, time: self.startedAt, delay: ContinuousClock.now - self.startedClock,
            principal: self.key?.principal, operation: self.act, model: self.model == nil ? nil : self.modelName,
            provider: provider, deployment: self.model?.providerModel,
            configuration: snapshot.configuration.fingerprint, detectors: snapshot.detectors, content: prompt,
            useCase: useCase)
    }
}
