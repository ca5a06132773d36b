import Conversation
package import Kernel

extension Event {
    /// What the log says of the event in the open, without its place in the log, whoever acted and its payloads.
    var leaf: Leaf {
        switch self {
        case .exchange(let event): event.leaf
        case .start(let event): event.leaf
        case .abandonment(let event): event.leaf
        case .administrative(let event): event.leaf
        }
    }
}

extension String {
    /// Of names that are not of our making, what a leaf keeps.
    fileprivate var named: String { self.cut(to: Self.longestName) }
    fileprivate var isNamed: Bool { self.utf8.count <= Self.longestName }
    private static var longestName: Int { 128 }

    /// An error's code as a leaf keeps it: one word, or else only that there was one.
    fileprivate var coded: String { self.isCoded ? self : "other" }

    fileprivate var isCoded: Bool {
        let isWord = self.utf8.allSatisfy { byte in
            byte == 0x2D || byte == 0x2E || byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte)
        }
        return isWord && self.utf8.count <= 64
    }
}

extension ExchangeEvent {
    /// A model's alias as leaves have it.
    package static func resource(ofModel alias: String) -> String { "model:" + Self.kept(alias).named }

    /// The same, or that there is none of that name.
    static func resource(_ model: String?, isKnown: Bool) -> String? {
        model.map { isKnown ? Self.resource(ofModel: $0) : "model:?" }
    }

    fileprivate var leaf: Leaf {
        var leaf = Leaf(
            time: self.startedAt.advanced(by: self.duration), kind: .exchangeEnd, id: self.id.description)
        leaf.resource = Self.resource(self.model, isKnown: self.provider != nil)
        leaf.provider = self.provider?.named
        leaf.deployment = self.deployment?.named
        leaf.served = self.servedModel?.named
        leaf.operation = self.operation.rawValue
        leaf.status = Int64(self.status)
        leaf.outcome = self.outcome.rawValue
        leaf.code = self.code?.coded
        leaf.decision = self.decisions.last?.effect ?? (self.attempts > 0 ? .permit : nil)
        leaf.remedy = self.decisions.lazy.compactMap(\.remedy).first?.named
        for decision in self.decisions {
            for policy in decision.policies where leaf.rules.count < 16 && !leaf.rules.contains(policy.named) {
                leaf.rules.append(policy.named)
            }
        }
        leaf.policies = self.bundle.map { "sha256:" + $0 }
        leaf.configuration = self.configuration.named
        leaf.detectors = self.detectors.named
        leaf.tokens = self.usage.map { usage in
            [usage.input, usage.output, usage.cached, usage.reasoning].map { Int64($0.value) }
        }
        leaf.source = self.usage.flatMap { $0.source == .reported ? nil : $0.source.rawValue }
        leaf.sizes = [Int64(self.requestBytes), Int64(self.responseBytes)]
        leaf.attempts = self.attempts > 0 ? Int64(self.attempts) : nil
        leaf.isStreamed = self.isStreamed
        leaf.cost = self.cost?.value
        leaf.duration = self.duration.microseconds
        leaf.flags = self.findings.prefix(32).map { "\($0.stage.rawValue):\($0.kind.named):\($0.count)" }
        leaf.reference = self.start
        return leaf
    }

    /// Whether the leaf says all that there is to say, so that nothing needs to be sealed: nothing was found, nothing was
    /// decided that is not the rule, and every name fits.
    var isToldByLeaf: Bool {
        guard self.decisions.isEmpty, self.findings.isEmpty, self.transformations.isEmpty,
            self.model == nil || self.provider != nil, self.code?.isCoded ?? true
        else { return false }
        if let usage = self.usage,
            usage.cacheWritten.value + usage.audioInput.value + usage.audioOutput.value > 0
        {
            return false
        }
        return self.configuration.isNamed && self.detectors.isNamed && self.model?.isNamed ?? true
            && self.provider?.isNamed ?? true && self.deployment?.isNamed ?? true && self.servedModel?.isNamed ?? true
    }
}

extension ExchangeStart {
    fileprivate var leaf: Leaf {
        var leaf = Leaf(
            time: self.time.advanced(by: self.delay), kind: .exchangeStart, id: self.id.description)
        leaf.resource = ExchangeEvent.resource(self.model, isKnown: true)
        leaf.provider = self.provider?.named
        leaf.deployment = self.deployment?.named
        leaf.operation = self.operation.rawValue
        leaf.configuration = self.configuration.named
        leaf.detectors = self.detectors.named
        return leaf
    }
}

extension ExchangeAbandonment {
    fileprivate var leaf: Leaf {
        var leaf = Leaf(time: self.time, kind: .exchangeAbandoned, id: self.id.description)
        leaf.reference = self.start
        return leaf
    }
}

extension AdministrativeEvent {
    fileprivate var leaf: Leaf {
        // Every act's written kind is a leaf's as well; the test of the closed lists holds them together.
        var leaf = Leaf(
            time: self.time, kind: Leaf.Kind(rawValue: self.act.kind.rawValue) ?? .logGap, id: self.id.description)
        leaf.resource = self.act.resource?.cut(to: 256)
        if case .serverStarted(_, let configuration, _) = self.act { leaf.configuration = configuration.named }
        if self.act.durability == .asynchronous { leaf.durability = .asynchronous }
        return leaf
    }
}

// MARK: Back

extension Event {
    /// The event as far as its leaf tells of it: what is left where the sealed detail cannot be read any more.
    ///
    /// `principal` is who acted, where somebody still knows whose pseudonym it is. It throws `.unknownKind` for leaves
    /// that are no events of this version.
    package init(_ leaf: Leaf, principal: Principal?) throws(EventFormatError) {
        let principal = principal ?? leaf.actor.map { Principal(kind: .service, id: $0) }
        switch leaf.kind {
        case .exchangeEnd: self = .exchange(try ExchangeEvent(leaf, principal))
        case .exchangeStart: self = .start(try ExchangeStart(leaf, principal))
        case .exchangeAbandoned:
            self = .abandonment(
                ExchangeAbandonment(
                    id: try leaf.identifier(), time: leaf.timestamp, start: leaf.reference ?? 0))
        default:
            let actor = principal ?? Principal(kind: .service, id: Pseudonym.nobody)
            self = .administrative(
                AdministrativeEvent(
                    id: try leaf.identifier(), time: leaf.timestamp, actor: actor, act: try .init(leaf)))
        }
    }
}

extension Leaf {
    /// The alias in `model:…`; nil where it is of something else.
    package var model: String? {
        guard let resource = self.resource, resource.hasPrefix("model:") else { return nil }
        return String(resource.dropFirst(6))
    }

    package var timestamp: Timestamp { Timestamp(microseconds: self.time * 1000 + self.microseconds) }

    fileprivate func identifier<Kind>() throws(EventFormatError) -> Identifier<Kind> {
        guard let identifier = Identifier<Kind>(self.id) else {
            throw EventFormatError(.malformed, "`\(self.id)` is no id that begins with `\(Kind.identifierPrefix)`")
        }
        return identifier
    }
}

extension ExchangeEvent {
    fileprivate init(_ leaf: Leaf, _ principal: Principal?) throws(EventFormatError) {
        let duration = Duration.microseconds(leaf.duration ?? 0)
        let tokens = leaf.tokens ?? []
        let sizes = leaf.sizes ?? []
        self.init(
            id: try leaf.identifier(), startedAt: leaf.timestamp.advanced(by: .zero - duration), duration: duration,
            principal: principal, operation: leaf.operation.flatMap(Act.init) ?? .unknown, model: leaf.model,
            provider: leaf.provider, deployment: leaf.deployment, servedModel: leaf.served,
            isStreamed: leaf.isStreamed, outcome: leaf.outcome.flatMap(Outcome.init) ?? .failed,
            status: Int(leaf.status ?? 0), code: leaf.code,
            findings: leaf.flags.compactMap(FindingCount.init(flag:)),
            decisions: leaf.rules.isEmpty
                ? []
                : [
                    DecisionRecord(
                        stage: .request, effect: leaf.decision ?? .permit, remedy: leaf.remedy, policies: leaf.rules)
                ],
            usage: tokens.count == 4
                ? TokenUsage(
                    input: TokenCount(Int(tokens[0])), output: TokenCount(Int(tokens[1])),
                    cached: TokenCount(Int(tokens[2])), reasoning: TokenCount(Int(tokens[3])),
                    source: leaf.source.flatMap(TokenUsage.Source.init) ?? .reported)
                : nil,
            cost: leaf.cost.map { Microdollars($0) }, requestBytes: sizes.first.map { Int($0) } ?? 0,
            responseBytes: sizes.dropFirst().first.map { Int($0) } ?? 0, attempts: Int(leaf.attempts ?? 0),
            configuration: leaf.configuration ?? "", detectors: leaf.detectors ?? "",
            bundle: leaf.policies.map { String($0.dropFirst(7)) }, start: leaf.reference)
    }
}

extension FindingCount {
    fileprivate init?(flag: String) {
        let parts = flag.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, let stage = ExchangeEvent.Stage(rawValue: String(parts[0])),
            let count = parts.last.flatMap({ Int($0) })
        else { return nil }
        self.init(stage: stage, kind: parts[1..<(parts.count - 1)].joined(separator: ":"), count: count)
    }
}

extension ExchangeStart {
    fileprivate init(_ leaf: Leaf, _ principal: Principal?) throws(EventFormatError) {
        self.init(
            id: try leaf.identifier(), time: leaf.timestamp, principal: principal,
            operation: leaf.operation.flatMap(ExchangeEvent.Act.init) ?? .unknown, model: leaf.model,
            provider: leaf.provider, deployment: leaf.deployment, configuration: leaf.configuration ?? "",
            detectors: leaf.detectors ?? "")
    }
}

extension AdministrativeEvent.Act {
    /// What is known without the detail: to what it was done.
    fileprivate init(_ leaf: Leaf) throws(EventFormatError) {
        let resource = leaf.resource ?? ""
        let subject = resource.split(separator: ":", maxSplits: 1).last.map { String($0) } ?? ""
        self =
            switch leaf.kind {
            case .keyCreated: .keyCreated(key: subject)
            case .keyRevoked: .keyRevoked(key: subject)
            case .configurationReloaded:
                .configurationReloaded(configuration: subject, durability: leaf.durability ?? .durable)
            case .configurationRefused: .configurationRefused(reason: "")
            case .policiesProposed: .policiesProposed(bundle: subject)
            case .policiesApproved: .policiesApproved(bundle: subject)
            case .policiesActivated: .policiesActivated(bundle: subject)
            case .serverStarted:
                .serverStarted(version: "", configuration: subject, durability: leaf.durability ?? .durable)
            case .serverStopped: .serverStopped
            case .erasureRequested: .erasureRequested(of: resource, order: "")
            case .erasureExecuted: .erasureExecuted(of: resource, order: "")
            case .erasureBlocked: .erasureBlocked(of: resource, hold: "")
            case .holdPlaced: .holdPlaced(hold: subject, matter: "")
            case .holdReleaseRequested: .holdReleaseRequested(hold: subject)
            case .holdReleased: .holdReleased(hold: subject)
            case .exportMade: .exportMade(of: resource)
            case .payloadRead: .payloadRead(of: resource, why: "")
            default: throw EventFormatError(.unknownKind, "`\(leaf.kind.rawValue)` is no act of this version")
            }
    }
}
