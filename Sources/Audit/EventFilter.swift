package import Kernel

/// Which events to read: those that match everything it names, in the order of recording or against it.
package struct EventFilter: Hashable, Sendable {
    package enum Order: String, Sendable, CaseIterable {
        case newestFirst, oldestFirst
    }

    /// The most that one call gives.
    package static let highestLimit = 1000

    /// Began in the millisecond of this time or later, by the time in its id.
    package var since: Timestamp?
    /// Began before the millisecond of this time, by the time in its id.
    package var until: Timestamp?
    /// The id of who acted.
    package var principal: String?
    /// The id of somebody on whose behalf it was done.
    package var onBehalfOf: String?
    /// The alias of a model that there is; a name that leads to none is not in the open, and `?` finds all of those.
    package var model: String?
    package var tool: String?
    package var decision: DecisionRecord.Effect?
    /// The id of a policy that determined a decision.
    package var policy: String?
    package var run: String?
    /// A kind of finding, such as `pii.email_address`.
    package var label: String?
    package var outcome: ExchangeEvent.Outcome?
    package var exchange: Identifier<Exchange>?
    package var kind: Event.Kind?
    /// Goes on behind the event of this sequence number, in the order asked for: how to page, and how to follow.
    package var after: Int64?
    package var order: Order
    /// How many at most; taken as 1 or as `highestLimit` where it lies outside.
    package var limit: Int

    package init(
        since: Timestamp? = nil, until: Timestamp? = nil, principal: String? = nil, model: String? = nil,
        outcome: ExchangeEvent.Outcome? = nil, exchange: Identifier<Exchange>? = nil, kind: Event.Kind? = nil,
        after: Int64? = nil, order: Order = .newestFirst, limit: Int = 100
    ) {
        self.since = since
        self.until = until
        self.principal = principal
        self.model = model
        self.outcome = outcome
        self.exchange = exchange
        self.kind = kind
        self.after = after
        self.order = order
        self.limit = limit
    }
}
