import Conversation
import Kernel

extension Event {
    /// Reads what `json()` wrote. Members that this version does not know are passed over.
    package init(json: [UInt8]) throws(EventFormatError) {
        let object = try EventObject(json)
        let version = try object.integer("version")
        guard version == Self.version else {
            throw EventFormatError(.unknownVersion, "expected an event of version \(Self.version), not \(version)")
        }
        let written = try object.string("kind")
        guard let kind = Kind(rawValue: written) else {
            throw EventFormatError(.unknownKind, "`\(written)` is no kind of event")
        }
        self =
            switch kind {
            case .exchange: .exchange(try ExchangeEvent(object))
            case .exchangeStarted: .start(try ExchangeStart(object))
            case .exchangeAbandoned: .abandonment(try ExchangeAbandonment(object))
            default: .administrative(try AdministrativeEvent(object, kind))
            }
    }
}

extension ExchangeEvent {
    fileprivate init(_ object: EventObject) throws(EventFormatError) {
        self.init(
            id: try object.identifier("id"),
            startedAt: Timestamp(microseconds: Int64(try object.integer("time_us"))),
            duration: .microseconds(try object.integer("duration_us")),
            principal: try object.ifPresent("principal")?.principal(),
            operation: try object.choice("operation"),
            model: try object.stringIfPresent("model"),
            provider: try object.stringIfPresent("provider"),
            deployment: try object.stringIfPresent("deployment"),
            servedModel: try object.stringIfPresent("served_model"),
            isStreamed: try object.boolean("streamed"),
            outcome: try object.choice("outcome"),
            status: try object.integer("status"),
            code: try object.stringIfPresent("code"),
            findings: try object.elements("findings").map { finding throws(EventFormatError) in
                FindingCount(
                    stage: try finding.choice("stage"), kind: try finding.string("kind"),
                    count: try finding.integer("count"))
            },
            decisions: try object.elements("decisions").map { decision throws(EventFormatError) in
                DecisionRecord(
                    stage: try decision.choice("stage"), effect: try decision.choice("effect"),
                    remedy: try decision.stringIfPresent("remedy"), policies: try decision.strings("policies"),
                    question: decision.rawIfPresent("question"), decision: decision.rawIfPresent("decision"))
            },
            usage: try object.ifPresent("usage")?.usage(),
            cost: try object.integerIfPresent("cost_microdollars").map { Microdollars(Int64($0)) },
            requestBytes: try object.integer("request_bytes"),
            responseBytes: try object.integer("response_bytes"),
            attempts: try object.integer("attempts"),
            transformations: try object.stringsIfPresent("transformations"),
            configuration: try object.string("configuration"),
            detectors: try object.string("detectors"))
    }
}

extension ExchangeStart {
    fileprivate init(_ object: EventObject) throws(EventFormatError) {
        self.init(
            id: try object.identifier("id"), time: Timestamp(microseconds: Int64(try object.integer("time_us"))),
            principal: try object.ifPresent("principal")?.principal(), operation: try object.choice("operation"),
            model: try object.stringIfPresent("model"), provider: try object.stringIfPresent("provider"),
            deployment: try object.stringIfPresent("deployment"), configuration: try object.string("configuration"),
            detectors: try object.string("detectors"))
    }
}

extension ExchangeAbandonment {
    fileprivate init(_ object: EventObject) throws(EventFormatError) {
        self.init(
            id: try object.identifier("id"), time: Timestamp(microseconds: Int64(try object.integer("time_us"))),
            start: Int64(try object.integer("start")))
    }
}

extension EventObject {
    fileprivate var detail: String {
        get throws(EventFormatError) { try self.string("detail") }
    }

    fileprivate var durability: AdministrativeEvent.Durability {
        get throws(EventFormatError) { self.has("durability") ? try self.choice("durability") : .durable }
    }
}

extension AdministrativeEvent {
    fileprivate init(_ object: EventObject, _ kind: Event.Kind) throws(EventFormatError) {
        let act: Act =
            switch kind {
            case .keyCreated: .keyCreated(key: try object.string("subject"))
            case .keyRevoked: .keyRevoked(key: try object.string("subject"))
            case .configurationReloaded:
                .configurationReloaded(
                    configuration: try object.string("subject"), durability: try object.durability)
            case .configurationRefused: .configurationRefused(reason: try object.string("detail"))
            case .policiesProposed: .policiesProposed(bundle: try object.string("subject"))
            case .policiesApproved: .policiesApproved(bundle: try object.string("subject"))
            case .policiesActivated: .policiesActivated(bundle: try object.string("subject"))
            case .serverStarted:
                .serverStarted(
                    version: try object.string("detail"), configuration: try object.string("subject"),
                    durability: try object.durability)
            case .serverStopped: .serverStopped
            case .erasureRequested: .erasureRequested(of: try object.string("subject"), order: try object.detail)
            case .erasureExecuted: .erasureExecuted(of: try object.string("subject"), order: try object.detail)
            case .erasureBlocked: .erasureBlocked(of: try object.string("subject"), hold: try object.detail)
            case .holdPlaced: .holdPlaced(hold: try object.string("subject"), matter: try object.detail)
            case .holdReleaseRequested: .holdReleaseRequested(hold: try object.string("subject"))
            case .holdReleased: .holdReleased(hold: try object.string("subject"))
            case .exportMade: .exportMade(of: try object.string("subject"))
            case .payloadRead: .payloadRead(of: try object.string("subject"), why: try object.detail)
            case .exchange, .exchangeStarted, .exchangeAbandoned:
                throw EventFormatError(.unknownKind, "an exchange is no administrative act")
            }
        self.init(
            id: try object.identifier("id"), time: Timestamp(microseconds: Int64(try object.integer("time_us"))),
            actor: try object.object("actor").principal(), act: act)
    }
}
