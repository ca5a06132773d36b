import Audit
import Conversation
import Kernel
import TestSupport
import Testing

@Suite("The written form of events")
struct EventFormTests {
    /// One of each kind, and of exchanges the fullest, the emptiest and one that a stranger made up.
    static let golden: [Event] = {
        var random = SplitMix(seed: 20)
        func id<Kind>(_ second: Int64) -> Identifier<Kind> { Identifier(at: Self.time(second), using: &random) }
        let service = Principal(kind: .service, id: "key_01arz3ndektsv4rrffq69g5fav")
        let person = Principal(kind: .operator, id: "root")
        let exchanges = [
            ExchangeEvent(
                id: id(1), startedAt: Self.time(1), duration: .microseconds(183_250), principal: service,
                operation: .chatCompletion, model: "fast", provider: "openai", deployment: "gpt-4o-mini",
                servedModel: "gpt-4o-mini-2026-07-18", isStreamed: true, outcome: .truncated, status: 200,
                code: "upstream_reset",
                findings: [
                    FindingCount(stage: .request, kind: "email_address", count: 2),
                    FindingCount(stage: .response, kind: "card_number", count: 1),
                ],
                decisions: [
                    DecisionRecord(
                        stage: .request, effect: .forbid, remedy: "redact", policies: ["personal-data", "b"]),
                    DecisionRecord(stage: .request, effect: .permit, policies: []),
                ],
                usage: TokenUsage(input: 412, output: 187, cached: 100, reasoning: 20, source: .reported),
                requestBytes: 2048, responseBytes: 1042, attempts: 2, configuration: "a1b2c3", detectors: "1"),
            ExchangeEvent(
                id: id(2), startedAt: Self.time(2), duration: .zero, principal: nil, operation: .unknown,
                outcome: .refused, status: 401, code: "invalid_api_key", requestBytes: 0, responseBytes: 0,
                configuration: "a1b2c3", detectors: "none"),
            ExchangeEvent(
                id: id(3), startedAt: Self.time(3), duration: .seconds(600), principal: service, operation: .embedding,
                model: "\u{1}\"\\\n\u{7F}é🦉" + String(repeating: "ü", count: 200), outcome: .failed, status: 0,
                usage: TokenUsage(input: 1, output: 0, source: .estimated), requestBytes: 1, responseBytes: 2,
                configuration: "", detectors: ""),
        ]
        let acts: [AdministrativeEvent.Act] = [
            .keyCreated(key: service.id), .keyRevoked(key: service.id),
            .configurationReloaded(configuration: "a1b2c3"),
            .configurationRefused(reason: "gatehouse.yaml:3: `modles` is not known"),
            .serverStarted(version: "0.1.0", configuration: "a1b2c3"), .serverStopped,
            .policiesProposed(bundle: "3f9a1c07"), .policiesApproved(bundle: "3f9a1c07"),
            .policiesActivated(bundle: "3f9a1c07"),
            .erasureRequested(of: "person:p:QkFTRQ", order: "she asked"),
            .erasureExecuted(of: "person:p:QkFTRQ", order: "she asked"),
            .erasureBlocked(of: "person:p:QkFTRQ", hold: "hold_01arz3ndektsv4rrffq69g5fav"),
            .holdPlaced(hold: "hold_01arz3ndektsv4rrffq69g5fav", matter: "case 7"),
            .holdReleaseRequested(hold: "hold_01arz3ndektsv4rrffq69g5fav"),
            .holdReleased(hold: "hold_01arz3ndektsv4rrffq69g5fav"), .exportMade(of: "leaves:0-99"),
            .payloadRead(of: "leaves:0-99", why: "a complaint"),
            .configurationReloaded(configuration: "a1b2c3", durability: .asynchronous),
            .serverStarted(version: "0.1.0", configuration: "a1b2c3", durability: .asynchronous),
        ]
        let start = ExchangeStart(
            id: id(4), time: Self.time(4), principal: service, operation: .messages, model: "fast",
            provider: "openai", deployment: "gpt-4o-mini", configuration: "a1b2c3", detectors: "1")
        let abandonment = ExchangeAbandonment(id: id(4), time: Self.time(5), start: 41)
        return exchanges.map { .exchange($0) } + [.start(start), .abandonment(abandonment)]
            + acts.enumerated().map { index, act in
                let second = 10 + Int64(index)
                return .administrative(
                    AdministrativeEvent(id: id(second), time: Self.time(second), actor: person, act: act))
            }
    }()

    static func time(_ second: Int64) -> Timestamp {
        Timestamp(microseconds: (1_795_248_000 + second) * 1_000_000 + 123_456)
    }

    @Test("What is written is what the golden file says")
    func goldenFile() throws {
        try GoldenText("Golden/events.jsonl").compare(Self.golden.map { shown($0.json()) })
    }

    @Test("The golden file shows every kind of event, outcome apart")
    func goldenFileIsComplete() {
        #expect(Set(Self.golden.map(\.kind)) == Set(Event.Kind.allCases))
    }

    @Test("An event is read back as itself", arguments: 0..<400 as Range<UInt64>)
    func roundTrip(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let event = Samples.random(&random)
        let json = event.json()
        #expect(try Event(json: json) == event)
        #expect(try Event(json: json).json() == json)
    }

    @Test(
        "The bytes are canonical: members in order, no white space, whole numbers",
        arguments: 0..<100 as Range<UInt64>)
    func canonical(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let json = Samples.random(&random).json()
        let document = try JSONDocument(json)
        #expect(document.written == json)
        self.expectOrder(in: document)
    }

    private func expectOrder(in document: JSONDocument) {
        switch document {
        case .object(let members):
            let names = members.map(\.name)
            #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            #expect(Set(names).count == names.count)
            for member in members { self.expectOrder(in: member.value) }
        case .array(let elements):
            for element in elements { self.expectOrder(in: element) }
        case .number(let text):
            #expect(Int(text).map { abs($0) < 1 << 53 } == true, "\(text)")
        case .null:
            Issue.record("what is absent is left out")
        case .boolean, .string:
            break
        }
    }

    @Test("Every member that an event must have is missed, and none that it may have is", arguments: golden)
    func missingMembers(_ event: Event) throws {
        guard case .object(let members) = try JSONDocument(event.json()) else { return }
        let optional: Set<String> = [
            "code", "deployment", "model", "principal", "provider", "served_model", "usage",
        ]
        for member in members {
            let rest = Self.written(members.filter { $0.name != member.name }.map { ($0.name, $0.value) })
            let isOptional =
                [.exchange, .exchangeStarted].contains(event.kind) && optional.contains(member.name)
                || member.name == "durability"
            #expect((try? Event(json: rest)) == nil || isOptional, "\(member.name)")
            #expect((try? Event(json: rest)) != nil || !isOptional, "\(member.name)")
        }
    }

    @Test("A member with a value of another kind is refused, whichever it is", arguments: golden)
    func wrongValues(_ event: Event) throws {
        guard case .object(let members) = try JSONDocument(event.json()) else { return }
        for (index, member) in members.enumerated() {
            for value in [JSONDocument.null, .number("1.5"), .array([.null]), .object([])] {
                var changed = members.map { ($0.name, $0.value) }
                changed[index].1 = value
                let json = Self.written(changed)
                #expect(throws: EventFormatError.self, "\(member.name)") { try Event(json: json) }
            }
        }
    }

    private static func written(_ members: [(name: String, value: JSONDocument)]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        for member in members {
            json.name(member.name)
            member.value.write(to: &json)
        }
        json.endObject()
        return json.bytes
    }

    /// Bytes that are no event.
    struct Broken: Shown {
        let name: String
        let json: String
        let code: EventFormatError.Code
    }

    static let broken = [
        Broken(name: "nothing", json: "", code: .malformed),
        Broken(name: "half an object", json: #"{"version":1"#, code: .malformed),
        Broken(name: "an array", json: "[]", code: .malformed),
        Broken(name: "no version", json: #"{"kind":"exchange"}"#, code: .malformed),
        Broken(name: "a later version", json: #"{"kind":"exchange","version":2}"#, code: .unknownVersion),
        Broken(name: "an unknown kind", json: #"{"kind":"coffee.made","version":1}"#, code: .unknownKind),
        Broken(
            name: "an id of another kind",
            json: #"{"actor":{"id":"x","kind":"user"},"id":"exch_01arz3ndektsv4rrffq69g5fav","#
                + #""kind":"server.stopped","time_us":1,"version":1}"#,
            code: .malformed),
        Broken(name: "deep nesting", json: String(repeating: "[", count: 100), code: .malformed),
    ]

    @Test("Bytes that are no event are refused", arguments: broken)
    func refused(_ broken: Broken) {
        #expect(throws: EventFormatError(broken.code, "")) { try Event(json: Array(broken.json.utf8)) }
    }

    @Test("A member that this version does not know is passed over")
    func unknownMember() throws {
        let event = Samples.event(1)
        let json = Array(#"{"aaa":{"b":[1.5,null]},"#.utf8) + event.json().dropFirst()
        #expect(try Event(json: json) == event)
    }
}

@Suite("Events")
struct EventTests {
    @Test("Text of strangers is cut at a character's border")
    func bounded() throws {
        var random = SplitMix(seed: 4)
        let long = String(repeating: "a", count: 255) + "é"
        let exchange = ExchangeEvent(
            id: Identifier(at: Timestamp(microseconds: 0), using: &random), startedAt: Timestamp(microseconds: 0),
            duration: .zero, principal: nil, operation: .unknown, model: long, servedModel: long, outcome: .refused,
            status: 400, requestBytes: 0, responseBytes: 0, configuration: "", detectors: "")
        #expect(exchange.model == String(repeating: "a", count: 255))
        #expect(exchange.servedModel == exchange.model)
        #expect(ExchangeEvent.kept("a\0b\0") == "a\u{FFFD}b\u{FFFD}")
        #expect(ExchangeEvent.kept("") == "")
        let act = AdministrativeEvent(
            id: Identifier(at: Timestamp(microseconds: 0), using: &random), time: Timestamp(microseconds: 0),
            actor: Principal(kind: .operator, id: "root"),
            act: .configurationRefused(reason: String(repeating: "🦉", count: 300)))
        #expect(act.act == .configurationRefused(reason: String(repeating: "🦉", count: 256)))
    }

    @Test("An event's id is read back as itself, and nothing else is an id")
    func ids() throws {
        var random = SplitMix(seed: 9)
        for _ in 0..<50 {
            let id = Samples.random(&random).id
            #expect(Event.ID(id.description) == id)
        }
        for text in ["", "exch_", "key_01arz3ndektsv4rrffq69g5fav", "exch_01ARZ3NDEKTSV4RRFFQ69G5FAV", "42"] {
            #expect(Event.ID(text) == nil)
        }
    }

    @Test("An event says when it began and who acted")
    func summary() {
        for event in EventFormTests.golden {
            switch event {
            case .exchange(let exchange):
                #expect(event.time == exchange.startedAt && event.principal == exchange.principal)
                #expect(event.id == .exchange(exchange.id))
            case .start(let start):
                #expect(event.time == start.time && event.principal == start.principal)
                #expect(event.id == .exchange(start.id))
            case .abandonment(let abandonment):
                #expect(event.time == abandonment.time && event.principal == nil)
                #expect(event.id == .exchange(abandonment.id))
            case .administrative(let act):
                #expect(event.time == act.time && event.principal == act.actor)
                #expect(event.id == .administrative(act.id))
            }
        }
    }
}
