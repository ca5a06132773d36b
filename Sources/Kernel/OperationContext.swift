/// Who asks for an operation, which one it is, and until when it may run: every store, provider and tool call takes one.
package struct OperationContext: Sendable {
    /// Names the exchange or the administrative act; logs, events and error bodies carry it.
    package let id: Identifier<Exchange>
    package let principal: Principal
    /// The chain on whose behalf the principal acts, nearest first; empty where it acts for itself (RFC 8693, `act`).
    package let onBehalfOf: [Principal]
    /// When whoever asked stops waiting.
    package let deadline: ContinuousClock.Instant

    package init(
        id: Identifier<Exchange>, principal: Principal, onBehalfOf: [Principal] = [],
        deadline: ContinuousClock.Instant
    ) {
        self.id = id
        self.principal = principal
        self.onBehalfOf = onBehalfOf
        self.deadline = deadline
    }
}

/// One request and its response: what an exchange id names.
package enum Exchange: Identified {
    package static let identifierPrefix = "exch"
}

/// Someone or something that can be allowed or refused.
package struct Principal: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A person.
        case user
        /// A program that acts for itself, known by a virtual key.
        case service
        /// A program that plans its own steps.
        case agent
        /// Whoever runs Gatehouse on this machine, at its command line.
        case `operator`
    }

    package let kind: Kind
    /// Stable and pseudonymous: a key id, a subject claim, never a name or an address.
    package let id: String

    package init(kind: Kind, id: String) {
        self.kind = kind
        self.id = id
    }
}
