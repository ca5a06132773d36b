import Audit
import Hummingbird
import Identity
import Kernel
import TextSearch

extension Administration {
    /// `GET /api/events`: what happened, newest first; `after` goes on behind a sequence number.
    func listEvents(_ request: Request, _ context: AdministratorContext) async throws -> AdminReply {
        if let text = request.uri.queryParameters["text"].map({ String($0) }) {
            return try await self.findText(text, request, context)
        }
        let events = try await self.stores.events.events(
            matching: try Self.filter(request), context.operation(at: self.clock.now()))
        let reader = context.administrator.principal
        let look = try await self.stores.events.look(
            at: events, by: reader, "GET /api/events", at: self.clock.now(),
            context.operation(at: self.clock.now()))
        if let look { try await self.act(look, reader) }
        var json = JSONWriter(reserving: 512 * (events.count + 1))
        json.beginObject()
        json.name("events")
        json.beginArray()
        for event in events { Self.write(event, to: &json) }
        json.endArray()
        if let last = events.last { json.member("next", last.sequence) }
        json.endObject()
        return AdminReply(json)
    }

    /// Events that one call opens at most.
    private static let scan = 1000

    /// `GET /api/events?text=…&why=…`: those that have a text in what is sealed of them. The search is in the log before
    /// anything is opened.
    private func findText(
        _ text: String, _ request: Request, _ context: AdministratorContext
    ) async throws -> AdminReply {
        guard let why = request.uri.queryParameters["why"].map({ String($0) }), !why.isEmpty else {
            throw AdminError.invalid("`why` is missing: who looks says why, and that is in the log")
        }
        var filter = try Self.filter(request)
        let ledger = self.stores.events
        let clock = self.clock
        guard let search = TextSearch(text, in: ledger, context: { context.operation(at: clock.now()) }) else {
            throw AdminError.invalid("`text` is without a letter or a digit, expected what to search for")
        }
        let size = try await ledger.head(context.operation(at: clock.now())).size
        try await self.act(
            .payloadRead(of: "leaves:0-\(max(0, size - 1))", why: "search for `\(text)`: \(why)"),
            context.administrator.principal)
        if filter.order == .newestFirst { filter.after = filter.after ?? size + 1 }
        let result = try await search.run(filter, events: Self.scan, matches: filter.limit)
        var json = JSONWriter()
        json.beginObject()
        json.name("matches")
        json.beginArray()
        for match in result.matches {
            json.beginObject()
            json.member("id", match.event.event.id.description)
            json.member("sequence", match.event.sequence)
            json.member("leaf", match.index)
            json.member("payload", match.payload.rawValue)
            json.member("excerpt", match.excerpt)
            json.endObject()
        }
        json.endArray()
        json.member("complete", result.summary.isComplete)
        if let last = result.summary.last { json.member("next", last) }
        json.endObject()
        return AdminReply(json)
    }

    /// `GET /api/events/{id}`: one event, by the id of its exchange or its own.
    func showEvent(_ context: AdministratorContext) async throws -> AdminReply {
        let text = try context.parameters.require("id")
        guard let id = Event.ID(text),
            let event = try await self.stores.events.event(id, context.operation(at: self.clock.now()))
        else { throw AdminError.notFound("there is no event `\(text.prefix(64))`") }
        if let look = event.look("GET /api/events/{id}") {
            try await self.act(look, context.administrator.principal)
        }
        var json = JSONWriter()
        Self.write(event, to: &json)
        return AdminReply(json)
    }

    private static func write(_ stored: StoredEvent, to json: inout JSONWriter) {
        json.beginObject()
        json.member("sequence", stored.sequence)
        json.member("index", stored.index)
        if !stored.payloads.isEmpty {
            json.name("sealed")
            json.beginArray()
            for payload in stored.payloads { json.string(payload.kind.rawValue) }
            json.endArray()
        }
        if stored.isErased { json.member("erased", true) }
        json.name("event")
        json.raw(stored.json)
        json.endObject()
    }

    private static func filter(_ request: Request) throws -> EventFilter {
        let query = request.uri.queryParameters
        func value<Value>(_ name: String, _ expected: String, _ parse: (String) -> Value?) throws -> Value? {
            guard let text = query[name[...]].map({ String($0) }) else { return nil }
            guard let value = parse(text) else {
                throw AdminError.invalid("`\(name)` is `\(text.prefix(64))`, expected \(expected)")
            }
            return value
        }
        func choice<Value: CaseIterable & RawRepresentable<String>>(_ name: String, _: Value.Type) throws -> Value? {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            return try value(name, "one of \(names)") { (text: String) -> Value? in Value(rawValue: text) }
        }
        let aTime = "a time such as 2026-11-21T08:00:00Z"
        let limits = 1...EventFilter.highestLimit
        var filter = EventFilter()
        filter.since = try value("since", aTime) { (text: String) -> Timestamp? in Timestamp(text) }
        filter.until = try value("until", aTime) { (text: String) -> Timestamp? in Timestamp(text) }
        filter.principal = try value("principal", "a principal's id") { (text: String) -> String? in text }
        filter.onBehalfOf = try value("on_behalf_of", "a principal's id") { (text: String) -> String? in text }
        filter.model = try value("model", "an alias") { (text: String) -> String? in text }
        filter.tool = try value("tool", "a tool's name") { (text: String) -> String? in text }
        filter.policy = try value("policy", "a policy's id") { (text: String) -> String? in text }
        filter.run = try value("run", "a run's id") { (text: String) -> String? in text }
        filter.label = try value("label", "a kind of finding") { (text: String) -> String? in text }
        filter.decision = try choice("decision", DecisionRecord.Effect.self)
        filter.outcome = try choice("outcome", ExchangeEvent.Outcome.self)
        filter.kind = try choice("kind", Event.Kind.self)
        filter.exchange = try value("exchange", "an exchange id") { (text: String) -> Identifier<Exchange>? in
            Identifier<Exchange>(text)
        }
        filter.after = try value("after", "a sequence number") { (text: String) -> Int64? in Int64(text) }
        let limit: Int? = try value("limit", "a number in \(limits)") { (text: String) -> Int? in
            guard let number = Int(text), limits.contains(number) else { return nil }
            return number
        }
        if let limit { filter.limit = limit }
        let order: EventFilter.Order? = try value("order", "newest or oldest") { (text: String) -> EventFilter.Order? in
            switch text {
            case "newest": EventFilter.Order.newestFirst
            case "oldest": EventFilter.Order.oldestFirst
            default: nil
            }
        }
        if let order { filter.order = order }
        return filter
    }
}
