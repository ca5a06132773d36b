package import Kernel

/// An event as it is kept.
package struct StoredEvent: Hashable, Sendable {
    /// Its place in the order of recording, from 1: the index of its leaf, and one.
    package let sequence: Int64
    package let event: Event
    /// The event as it was recorded, or what is left of it.
    package let json: [UInt8]
    /// Whether the sealed detail cannot be read any more, so that this is what the leaf says.
    package let isErased: Bool
    /// Whether the vault was asked whose pseudonym its leaf holds, and said so.
    package let isNamed: Bool
    /// What its leaf says is sealed beside it.
    package let payloads: [Leaf.Payload]

    package init(
        sequence: Int64, event: Event, json: [UInt8], isErased: Bool = false, isNamed: Bool = false,
        payloads: [Leaf.Payload] = []
    ) {
        self.sequence = sequence
        self.event = event
        self.json = json
        self.isErased = isErased
        self.isNamed = isNamed
        self.payloads = payloads
    }

    /// The index of its leaf.
    package var index: Int64 { self.sequence - 1 }
}

/// Where events go: all that the recorder needs of a store.
package protocol EventSink: Sendable {
    /// Keeps the events in this order, all or none; they are durable when it returns.
    ///
    /// It blocks its thread: only the recorder's own may call it, or a command that has nothing else to do.
    /// - Throws: `.conflict` where an event of that id is kept already, `.constraint` where one breaks a rule.
    /// - Returns: the index of each event's leaf, in their order.
    @discardableResult
    func append(_ events: [Event]) throws(StoreError) -> [Int64]

    /// Makes events ready, as far as that can be done before those in front of them have their places: the recorder does
    /// so on a second thread while it waits for the batch before. Nothing is kept until `PreparedEvents.commit`, and
    /// nothing is lost where that is never called.
    func prepare(_ events: [Event]) throws(StoreError) -> PreparedEvents
}

/// Events that wait for their places in the log, and what `EventSink.append` does with them.
package struct PreparedEvents: Sendable {
    private let body: @Sendable () throws(StoreError) -> [Int64]

    package init(_ body: @escaping @Sendable () throws(StoreError) -> [Int64]) { self.body = body }

    /// Keeps the events, all or none, as `EventSink.append` does.
    package func commit() throws(StoreError) -> [Int64] { try self.body() }
}

extension EventSink {
    /// Where there is nothing to make ready.
    package func prepare(_ events: [Event]) throws(StoreError) -> PreparedEvents {
        PreparedEvents { () throws(StoreError) in try self.append(events) }
    }
}

/// Where events are kept. Nothing in it changes or goes away.
package protocol EventStore: EventSink {
    /// The events that match everything the filter names.
    func events(matching filter: EventFilter, _ context: OperationContext) async throws(StoreError) -> [StoredEvent]

    /// The event of this id; nil where there is none.
    func event(_ id: Event.ID, _ context: OperationContext) async throws(StoreError) -> StoredEvent?
}
