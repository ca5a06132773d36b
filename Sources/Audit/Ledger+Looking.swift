package import Kernel

// Who reads what is sealed of exchanges leaves an event. One exchange shown is one event; lists are one event for each
// reader and hour, so that somebody who watches does not fill the log with the fact that they watch.

extension StoredEvent {
    /// Whether the sealed detail of an exchange was opened for it, or who it was looked up.
    package var tellsSealed: Bool {
        guard case .exchange = self.event, !self.isErased else { return false }
        return self.isNamed || self.payloads.contains { $0.kind == .detail }
    }

    /// That somebody looks at it, and what for; nil where nothing sealed is seen.
    package func look(_ why: String) -> AdministrativeEvent.Act? {
        self.tellsSealed ? .payloadRead(of: "leaf:\(self.index)", why: why) : nil
    }
}

extension AdministrativeEvent.Act {
    /// What a list of events is called in the log.
    private static let events = "events"

    fileprivate var isListing: Bool {
        if case .payloadRead(Self.events, _) = self { true } else { false }
    }

    fileprivate static func listing(_ why: String) -> Self { .payloadRead(of: Self.events, why: why) }
}

extension Ledger {
    /// For how long one event speaks of all the lists that somebody reads.
    private static var listing: Duration { .seconds(3600) }

    /// That somebody reads a list with these events; nil where nothing sealed is seen, or the log says so of the last hour.
    package func look(
        at events: [StoredEvent], by reader: Principal, _ why: String, at now: Timestamp, _ context: OperationContext
    ) async throws(StoreError) -> AdministrativeEvent.Act? {
        guard events.contains(where: \.tellsSealed) else { return nil }
        var filter = EventFilter(
            since: now.advanced(by: .zero - Self.listing), principal: reader.id, kind: .payloadRead,
            limit: EventFilter.highestLimit)
        while true {
            let page = try await self.events(matching: filter, context)
            let isKnown = page.contains { stored in
                guard case .administrative(let event) = stored.event else { return false }
                return event.act.isListing && event.actor == reader
            }
            if isKnown { return nil }
            guard page.count == filter.limit, let last = page.last else { return .listing(why) }
            filter.after = last.sequence
        }
    }

    /// The leaves of an event and what each says is sealed beside it: of an exchange its end and its start.
    package func places(
        of id: Event.ID, _ context: OperationContext
    ) async throws(StoreError) -> [(index: Int64, payloads: [Leaf.Payload])] {
        guard let event = try await self.event(id, context) else { return [] }
        var places = [(event.index, event.payloads)]
        guard case .exchange(let exchange) = id, event.event.kind != .exchangeStarted else { return places }
        let starts = try await self.events(matching: EventFilter(exchange: exchange, kind: .exchangeStarted), context)
        places += starts.map { ($0.index, $0.payloads) }
        return places
    }
}
