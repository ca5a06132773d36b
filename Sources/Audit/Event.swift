// Audit: what is remembered. Typed events, their one written form, and the recorder that makes them durable.

package import Kernel

/// One thing that happened and must be remembered; the list is closed.
///
/// Indirect, so that a queue of events is a queue of pointers.
package indirect enum Event: Hashable, Sendable {
    /// A request and its response.
    case exchange(ExchangeEvent)
    /// A request that is about to leave for a model's provider.
    case start(ExchangeStart)
    /// An exchange that began and of whose end nobody knows.
    case abandonment(ExchangeAbandonment)
    /// An act of whoever runs Gatehouse.
    case administrative(AdministrativeEvent)

    /// What kind of thing happened, as it is written; the list is closed.
    package enum Kind: String, Sendable, CaseIterable {
        case exchange
        case exchangeStarted = "exchange.start"
        case exchangeAbandoned = "exchange.abandoned"
        case keyCreated = "key.created"
        case keyRevoked = "key.revoked"
        case configurationReloaded = "configuration.reloaded"
        case configurationRefused = "configuration.refused"
        case policiesProposed = "policies.proposed"
        case policiesApproved = "policies.approved"
        case policiesActivated = "policies.activated"
        case erasureRequested = "erasure.requested"
        case erasureExecuted = "erasure.executed"
        case erasureBlocked = "erasure.blocked"
        case holdPlaced = "hold.placed"
        case holdReleaseRequested = "hold.release_requested"
        case holdReleased = "hold.released"
        case exportMade = "export.made"
        case payloadRead = "payload.read"
        case serverStarted = "server.started"
        case serverStopped = "server.stopped"
    }

    /// What names an event: the exchange that it tells of, or the administrative act.
    package enum ID: Hashable, Sendable, CustomStringConvertible {
        case exchange(Identifier<Exchange>)
        case administrative(Identifier<AdministrativeEvent>)

        /// Reads a written id; nil where it is neither.
        package init?(_ text: some StringProtocol) {
            if let id = Identifier<Exchange>(text) {
                self = .exchange(id)
            } else if let id = Identifier<AdministrativeEvent>(text) {
                self = .administrative(id)
            } else {
                return nil
            }
        }

        /// The written form as bytes.
        package var utf8: [UInt8] {
            switch self {
            case .exchange(let id): id.utf8
            case .administrative(let id): id.utf8
            }
        }

        package var description: String { String(decoding: self.utf8, as: UTF8.self) }
    }

    package var id: ID {
        switch self {
        case .exchange(let event): .exchange(event.id)
        case .start(let event): .exchange(event.id)
        case .abandonment(let event): .exchange(event.id)
        case .administrative(let event): .administrative(event.id)
        }
    }

    /// When it began.
    package var time: Timestamp {
        switch self {
        case .exchange(let event): event.startedAt
        case .start(let event): event.time
        case .abandonment(let event): event.time
        case .administrative(let event): event.time
        }
    }

    package var kind: Kind {
        switch self {
        case .exchange: .exchange
        case .start: .exchangeStarted
        case .abandonment: .exchangeAbandoned
        case .administrative(let event): event.act.kind
        }
    }

    /// Who acted; nil where nobody was recognised.
    package var principal: Principal? {
        switch self {
        case .exchange(let event): event.principal
        case .start(let event): event.principal
        case .abandonment: nil
        case .administrative(let event): event.actor
        }
    }
}

extension Event {
    /// Whether it overtakes what waits: acts of people do, exchanges do not.
    package var isUrgent: Bool {
        if case .administrative = self { true } else { false }
    }
}

extension String {
    /// The text, cut at a character's border where it is longer than `count` bytes.
    func cut(to count: Int) -> String {
        guard self.utf8.count > count else { return self }
        var end = self.utf8.index(self.utf8.startIndex, offsetBy: count)
        while end > self.utf8.startIndex, self.utf8[end] & 0xC0 == 0x80 { end = self.utf8.index(before: end) }
        return String(self[..<end])
    }
}
