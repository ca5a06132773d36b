import Audit
import Detection
import Identity
import Kernel
import NIOCore
import Policy
import Providers
import Transport

// What is found in a body, what policy says about it, and the remedies that it names.

extension Exchange {
    // MARK: screen, decide

    /// Finds what is dangerous in the request and asks policy; applies the remedy that it names and asks again.
    func screenAndDecide(_ request: ModelRequest) async throws(Refusal) {
        self.redactions = try await self.decide(
            .infer, self.snapshot.configuration.requestPatterns, request.tape, request.body)
    }

    /// Scans a body and asks policy about it; returns the changes to the body that make it acceptable.
    func decide(
        _ action: Action, _ patterns: PatternDatabase?, _ tape: JSONTape, _ body: ByteBuffer
    ) async throws(Refusal) -> [BytePatch] {
        guard let patterns else {
            _ = try self.decide(action, [])
            return []
        }
        guard body.readableBytes <= Self.largeBody else {
            let (screening, findings) = await offLoop {
                var screening = Screening()
                screening.gather(tape, below: tape.root, body)
                return (screening, Self.scan(screening.text, patterns, Scratch()))
            }
            return try self.decide(action, findings, screening, tape)
        }
        self.lane.screening.gather(tape, below: tape.root, body)
        let findings = Self.scan(self.lane.screening.text, patterns, self.lane.scratch)
        return try self.decide(action, findings, self.lane.screening, tape)
    }

    /// What is in a text; nil where it could not be scanned.
    static func scan(_ text: [UInt8], _ patterns: PatternDatabase, _ scratch: Scratch) -> [Finding]? {
        var findings: [Finding] = []
        return patterns.scan(text.span, with: scratch, into: &findings) == .complete ? findings : nil
    }

    func decide(
        _ action: Action, _ findings: [Finding]?, _ screening: borrowing Screening, _ tape: JSONTape
    ) throws(Refusal) -> [BytePatch] {
        guard let findings else { throw .detectorFailed }
        let redacted = try self.decide(action, findings)
        guard !redacted.isEmpty else { return [] }
        self.wasRedacted = true
        return screening.patches(for: findings.filter { redacted.contains($0.kind) }, tape)
    }

    /// Asks policy until it permits; returns the kinds that must be redacted for that.
    ///
    /// The same question asked again with what the remedy left over, four times at most: then nothing is left that would
    /// help.
    func decide(_ action: Action, _ findings: [Finding]) throws(Refusal) -> Set<Finding.Kind> {
        guard let key = self.account.key else { throw .missingKey }
        let alias = self.account.model?.alias ?? Self.passing
        if findings.isEmpty, self.lane.permits.contains(action, key.id, alias, self.snapshot) { return [] }
        let stage: ExchangeEvent.Stage = action == .infer ? .request : .response
        var question = Question(
            principal: self.subject(key), action: action, resource: .model(try self.facts(alias)),
            findings: Findings(findings), time: self.account.startedAt)
        question.isDisclosed = !self.notices.isEmpty
        self.account.count(question.findings, stage)
        var redacted: Set<Finding.Kind> = []
        for attempt in 0..<4 {
            let decision = self.snapshot.configuration.policy.decide(question)
            if !findings.isEmpty || !decision.isPermitted || decision.shadow != nil {
                self.account.note(question, decision, stage)
            } else if attempt == 0, !question.isDisclosed {
                self.lane.permits.insert(action, key.id, alias, self.snapshot)
            }
            switch decision.effect {
            case .permit:
                return redacted
            case .forbid(remedy: .redact(let kinds)?):
                redacted.formUnion(kinds)
                question.findings.remove(kinds)
            case .forbid(remedy: .reroute(let other)?):
                guard action == .infer, let model = self.snapshot.configuration.models[other] else {
                    throw .blocked(
                        decision.message ?? "the model `\(other)`, which policy sends this to, does not exist")
                }
                try self.checkPrice(other)
                self.account.model = model
                question.resource = .model(try self.facts(other))
            case .forbid(remedy: .disclose(let notice)?):
                self.notices.append(notice)
                question.isDisclosed = true
            case .forbid(remedy: .tokenise?), .forbid(remedy: .review?), .forbid(remedy: nil):
                throw .blocked(decision.message ?? "blocked by policy")
            }
        }
        throw .remediesExhausted
    }

    /// What routes are asked about that name no model.
    static let passing = "passthrough"

    func subject(_ key: VirtualKey) -> Subject {
        Subject(key.principal, roles: key.role == .administrator ? ["administrator"] : [])
    }

    func facts(_ alias: String) throws(Refusal) -> ModelFacts {
        if let terms = self.snapshot.configuration.terms[alias] { return terms.facts }
        guard alias == Self.passing else { throw .unknownModel(alias) }
        return ModelFacts(alias: alias, provider: alias, boundary: .external)
    }
}
