package import Kernel

/// An event as it is kept.
package struct StoredEvent: Hashable, Sendable {
    /// Its place in the order of recording: 1, 2, 3 and so on, without gaps.
    package let sequence: Int64
    package let event: Event
    /// The bytes that were recorded.
    package let json: [UInt8]

    package init(sequence: Int64, event: Event, json: [UInt8]) {
        self.sequence = sequence
        self.event = event
        self.json = json
    }
}

/// Where events go: all that the recorder needs of a store.
package protocol EventSink: Sendable {
    /// Keeps the events in this order, all or none; they are durable when it returns.
    ///
    /// It blocks its thread: only the recorder's own may call it, or a command that has nothing else to do.
    /// - Throws: `.conflict` where an event of that id is kept already, `.constraint` where one breaks a rule.
    func append(_ events: [Event]) throws(StoreError)
}

/// Where events are kept. Nothing in it changes or goes away.
package protocol EventStore: EventSink {
    /// The events that match everything the filter names.
    func events(matching filter: EventFilter, _ context: OperationContext) async throws(StoreError) -> [StoredEvent]

    /// The event of this id; nil where there is none.
    func event(_ id: Event.ID, _ context: OperationContext) async throws(StoreError) -> StoredEvent?
}
