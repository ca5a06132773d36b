import Audit
import Detection
import Identity
import Kernel
import NIOCore
import Policy
import Providers
import Screening
import Surrogates
import Transport

// What is found in a body, what policy says about it, and the remedies that it names.

extension Exchange {
    /// Finds what is dangerous in the request and asks policy; applies the remedy that it names and asks again.
    func screenAndDecide(_ request: ModelRequest) async throws(Refusal) {
        // Those of a model that was asked before are not this one's.
        if self.conversation != nil || self.hasSurrogates { self.ownSurrogates = self.recalledSurrogates() }
        let known = self.ownSurrogates?.entries.count ?? 0
        self.redactions = try await self.decide(
            .infer, self.snapshot.configuration.requestPatterns, request.tape, request.body)
        if let surrogates = self.ownSurrogates, surrogates.entries.count > known { self.keepSurrogates() }
    }

    /// Scans a body and asks policy about it; returns the changes to the body that make it acceptable.
    func decide(
        _ action: Action, _ patterns: PatternDatabase?, _ tape: JSONTape, _ body: ByteBuffer
    ) async throws(Refusal) -> [BytePatch] {
        // Field by field: a copy of the configuration counts a reference for each of its parts.
        let snapshot = self.snapshot
        let isRequest = action == .infer
        let screen = isRequest ? snapshot.configuration.screen : snapshot.configuration.answerScreen
        let hasClassifiers =
            isRequest
            ? !snapshot.configuration.requestClassifiers.isEmpty : !snapshot.configuration.responseClassifiers.isEmpty
        guard screen != nil || patterns != nil || hasClassifiers else {
            _ = try await self.decide(action, [])
            guard !isRequest, self.hasSurrogates else { return [] }
            var screening = Screening()
            screening.gather(tape, below: tape.root, body)
            return screening.patches(for: self.restorations(in: screening.text), tape)
        }
        guard body.readableBytes <= Self.largeBody else {
            let (screening, findings) = await offLoop {
                var screening = Screening()
                screening.gather(
                    tape, below: tape.root, body, tellsChannels: screen != nil, isAnswer: action == .release)
                return (screening, Self.scan(screening, screen, patterns, ScreenScratch()))
            }
            return try await self.decide(action, findings, screening, tape, body)
        }
        // Taken while it is in use: others may need theirs before somebody elsewhere has answered.
        var screening = Screening()
        swap(&screening, &self.lane.screening)
        defer { swap(&screening, &self.lane.screening) }
        screening.gather(tape, below: tape.root, body, tellsChannels: screen != nil, isAnswer: action == .release)
        return try await self.decide(
            action, Self.scan(screening, screen, patterns, self.lane.screenScratch), screening, tape, body)
    }

    /// What is in a body's text; nil where it could not be told.
    private static func scan(
        _ screening: Screening, _ screen: Screen?, _ patterns: PatternDatabase?, _ scratch: ScreenScratch
    ) -> [Finding]? {
        guard let screen else { return self.scan(screening.text, patterns, scratch.patterns) }
        return self.scan(screening.text, screening.spoken, screen, scratch)
    }

    /// What is in the parts of a text; nil where it could not be told.
    static func scan(
        _ text: [UInt8], _ segments: [ScreenedSegment], _ screen: Screen, _ scratch: ScreenScratch
    ) -> [Finding]? {
        var findings: [Finding] = []
        return screen.screen(text.span, segments, with: scratch, into: &findings) == .complete ? findings : nil
    }

    /// What is in a text; nil where it could not be scanned.
    static func scan(_ text: [UInt8], _ patterns: PatternDatabase?, _ scratch: Scratch) -> [Finding]? {
        guard let patterns else { return [] }
        var findings: [Finding] = []
        return patterns.scan(text.span, with: scratch, into: &findings) == .complete ? findings : nil
    }

    private func decide(
        _ action: Action, _ findings: [Finding]?, _ screening: Screening, _ tape: JSONTape, _ body: ByteBuffer
    ) async throws(Refusal) -> [BytePatch] {
        guard var findings else { throw .detectorFailed }
        let classified = try await self.classified(action, screening)
        if !classified.isEmpty {
            findings = (findings + classified).sorted { $0.span.lowerBound < $1.span.lowerBound }
        }
        // Kept before policy speaks, whatever it will say.
        if self.content.wantsMarks {
            self.content.keep(redacted: screening.marked(findings, tape, body), ExchangeEvent.Stage(of: action))
        }
        let remedied = try await self.decide(action, findings)
        let restored = action == .release ? self.restorations(in: screening.text) : []
        guard !remedied.isEmpty || !restored.isEmpty else { return [] }
        if !remedied.redacted.isEmpty { self.wasRedacted = true }
        if !remedied.tokenised.isEmpty { self.withSurrogates { $0.reserve(in: screening.text.span) } }
        let replacements = self.withSurrogates { remedied.replacements(screening.text.span, findings, &$0) }
        return screening.patches(for: replacements.joined(with: restored), tape)
    }

    /// The values that surrogates in a text of the answer stand for.
    func restorations(in text: [UInt8]) -> [Replacement] {
        guard let surrogates = self.ownSurrogates else { return [] }
        return surrogates.restorations(in: text.span).map { Replacement($0.span, $0.value) }
    }

    /// Asks policy until it permits; returns the kinds that must be redacted or replaced for that.
    ///
    /// What our own policies permit, with whatever it took, must be permitted outside too, where somebody else is asked.
    func decide(_ action: Action, _ findings: [Finding]) async throws(Refusal) -> Remedied {
        guard let outside = self.snapshot.configuration.outside else { return try self.decideHere(action, findings) }
        return try await self.decide(action, findings, outside)
    }

    /// What our own policies say.
    @inline(never)
    private func decideHere(_ action: Action, _ findings: [Finding]) throws(Refusal) -> Remedied {
        guard let key = self.account.key else { throw .missingKey }
        if findings.isEmpty, let alias = self.account.model?.alias ?? self.account.passing?.facts.alias,
            self.lane.remembered.permits(action, key.id, alias, self.snapshot)
        {
            return Remedied()
        }
        return try self.askPolicy(action, findings, self.facts, key).remedied
    }

    /// What our own policies say, and somebody outside behind them.
    @inline(never)
    private func decide(
        _ action: Action, _ findings: [Finding], _ outside: OutsidePolicy
    ) async throws(Refusal) -> Remedied {
        guard let key = self.account.key else { throw .missingKey }
        let permit = try self.askPolicy(action, findings, self.facts, key)
        try await self.ask(outside, permit.question)
        return permit.remedied
    }

    /// The same question asked again with what the remedy left over, four times at most: then nothing is left that would
    /// help. Returns the question that was permitted.
    private func askPolicy(
        _ action: Action, _ findings: [Finding], _ facts: ModelFacts, _ key: VirtualKey
    ) throws(Refusal) -> (remedied: Remedied, question: Question) {
        let stage = ExchangeEvent.Stage(of: action)
        var question = Question(
            principal: self.lane.remembered.subject(key), action: action, resource: .model(facts),
            findings: Findings(findings),
            time: self.account.startedAt)
        question.isDisclosed = !self.notices.isEmpty
        self.account.count(question.findings, stage)
        var remedied = Remedied()
        for attempt in 0..<4 {
            let remembered = self.lane.remembered.decide(question, self.snapshot)
            let decision = remembered.decision
            if !findings.isEmpty || !decision.isPermitted || decision.shadow != nil {
                self.account.note(question, remembered, stage)
            } else if attempt == 0, !question.isDisclosed {
                self.lane.remembered.permit(action, key.id, facts.alias, self.snapshot)
            }
            switch decision.effect {
            case .permit:
                return (remedied, question)
            case .forbid(remedy: .redact(let kinds)?):
                remedied.redacted.formUnion(kinds)
                question.findings.remove(kinds)
            case .forbid(remedy: .tokenise(let kinds)?):
                // Nobody would restore what stands in an answer.
                if action == .infer {
                    remedied.tokenised.formUnion(kinds)
                } else {
                    remedied.redacted.formUnion(kinds)
                }
                question.findings.remove(kinds)
            case .forbid(remedy: .reroute(let other)?):
                guard action == .infer, let model = self.snapshot.configuration.models[other] else {
                    throw .blocked(
                        decision.message ?? "the model `\(other)`, which policy sends this to, does not exist")
                }
                try self.checkPrice(other)
                self.account.model = model
                question.resource = .model(try self.facts)
            case .forbid(remedy: .disclose(let notice)?):
                self.notices.append(notice)
                question.isDisclosed = true
            case .forbid(remedy: .review?), .forbid(remedy: nil):
                throw .blocked(decision.message ?? "blocked by policy")
            }
        }
        throw .remediesExhausted
    }

    /// What policy knows of where the request goes: a model, or a provider that is asked for what names no model.
    private var facts: ModelFacts {
        get throws(Refusal) {
            guard let model = self.account.model else {
                guard let provider = self.account.passing else { throw .unknownModel("") }
                return provider.facts
            }
            guard let terms = self.terms(of: model.alias) else { throw .unknownModel(model.alias) }
            return terms.facts
        }
    }

    // MARK: Outside

    /// Asks an outside decision point about what our own policies permit.
    private func ask(_ outside: OutsidePolicy, _ question: Question) async throws(Refusal) {
        let body = question.evaluationRequest()
        let clock = self.lane.gateway.clock
        let known = self.lane.outsideAnswers.answer(to: body, at: clock.now(), self.snapshot)
        let decision: Decision
        if let known {
            decision = known
        } else {
            do throws(TransportError) {
                decision = try await outside.decide(body, self.idText, over: self.wire)
            } catch {
                throw .transport(error)
            }
            if let keeping = outside.keeping, decision.failures.isEmpty {
                self.lane.outsideAnswers.keep(
                    decision, to: body, until: clock.now().advanced(by: keeping), self.snapshot)
            }
        }
        self.account.note(
            question, RememberedDecisions.Remembered(decision), ExchangeEvent.Stage(of: question.action))
        guard !decision.isPermitted else { return }
        throw decision.failures.isEmpty ? .blocked(decision.message ?? "blocked by policy") : .policyUnavailable
    }
}

extension ExchangeEvent.Stage {
    init(of action: Action) { self = action == .infer ? .request : .response }
}
