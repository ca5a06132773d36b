package import Kernel

/// One entry of the log: what is said in the open of one thing that happened, without personal data.
///
/// Its bytes are canonical JSON (RFC 8785) of at most `longest` bytes, and the Merkle tree is made of them. Names are
/// pseudonyms; what would say more is sealed beside it and can be made unreadable without changing the leaf.
package struct Leaf: Hashable, Sendable {
    /// The version of the form.
    package static let version = 1
    /// The most bytes that a leaf may have.
    package static let longest = 4096
    /// The tenant of a gateway that has only one.
    package static let onlyTenant = "default"

    /// What happened; the list is closed, and a new kind makes a new version.
    package enum Kind: String, Sendable, CaseIterable {
        case exchangeStart = "exchange.start"
        case exchangeEnd = "exchange.end"
        case exchangeAbandoned = "exchange.abandoned"
        case decision
        case toolStart = "tool.start"
        case toolEnd = "tool.end"
        case toolAbandoned = "tool.abandoned"
        case retrieve
        case approvalRequested = "approval.requested"
        case approvalGranted = "approval.granted"
        case approvalDenied = "approval.denied"
        case approvalExpired = "approval.expired"
        case keyCreated = "key.created"
        case keyRotated = "key.rotated"
        case keyRevoked = "key.revoked"
        case policiesProposed = "policies.proposed"
        case policiesApproved = "policies.approved"
        case policiesActivated = "policies.activated"
        case configurationReloaded = "configuration.reloaded"
        case configurationRefused = "configuration.refused"
        case registryChanged = "registry.changed"
        case incidentOpened = "incident.opened"
        case incidentUpdated = "incident.updated"
        case incidentClosed = "incident.closed"
        case erasureRequested = "erasure.requested"
        case erasureExecuted = "erasure.executed"
        case erasureBlocked = "erasure.blocked"
        case holdPlaced = "hold.placed"
        case holdReleaseRequested = "hold.release_requested"
        case holdReleased = "hold.released"
        case exportMade = "export.made"
        case payloadRead = "payload.read"
        case signinSucceeded = "signin.succeeded"
        case signinFailed = "signin.failed"
        case serverStarted = "server.started"
        case serverStopped = "server.stopped"
        case logOpened = "log.opened"
        case logClosed = "log.closed"
        case logGap = "log.gap"
    }

    /// What a policy said.
    package typealias Effect = DecisionRecord.Effect

    /// Milliseconds since 1970.
    package var time: Int64
    /// The microseconds behind those.
    package var microseconds: Int64 = 0
    package var kind: Kind
    /// The id of the event: that of an exchange, or one of its own.
    package var id: String
    package var tenant = Self.onlyTenant
    /// Its place among the leaves of its tenant, from 1 without gaps; 0 until the log has taken it.
    package var tenantSequence: Int64 = 0
    package var run: String?
    /// Its place among the leaves of its run, from 1 without gaps; 0 where there is no run.
    package var runSequence: Int64 = 0
    /// The pseudonym of who acted; nil where nobody was recognised.
    package var actor: String?
    /// The pseudonyms of those on whose behalf, nearest first.
    package var onBehalfOf: [String] = []
    /// The pseudonyms of those whom it is about.
    package var subjects: [String] = []
    /// What it was done to, such as `model:fast` or `key:key_…`; never a stranger's text.
    package var resource: String?
    package var provider: String?
    package var deployment: String?
    package var served: String?
    package var operation: String?
    package var status: Int64?
    package var outcome: String?
    package var code: String?
    package var decision: Effect?
    package var remedy: String?
    /// The ids of the policies that determined the decision.
    package var rules: [String] = []
    /// The hash of the bundle of policies in force, `sha256:…`.
    package var policies: String?
    /// The fingerprint of the configuration in force.
    package var configuration: String?
    package var detectors: String?
    /// Input, output, cached, reasoning.
    package var tokens: [Int64]?
    /// Where the tokens were not reported: how they are known.
    package var source: String?
    /// Bytes of the request and of the response.
    package var sizes: [Int64]?
    /// How many times a provider was called for it.
    package var attempts: Int64?
    /// Whether the answer was a stream.
    package var isStreamed = false
    /// In microdollars.
    package var cost: Int64?
    /// In microseconds.
    package var duration: Int64?
    /// Of a start and of a changed configuration: that answers do not wait for the log from now on; nil where they do.
    package var durability: AdministrativeEvent.Durability?
    /// What was found, as `stage:kind:count`.
    package var flags: [String] = []
    /// The index of the leaf that it belongs to.
    package var reference: Int64?
    package var payloads: [Payload] = []

    package init(time: Timestamp, kind: Kind, id: String) {
        self.time = time.microseconds / 1000
        self.microseconds = time.microseconds % 1000
        self.kind = kind
        self.id = id
    }

    init(time: Int64, kind: Kind, id: String) {
        self.time = time
        self.kind = kind
        self.id = id
    }

    /// What a leaf says of a sealed payload: enough to tell later that it was this one, and nothing of what is in it.
    package struct Payload: Hashable, Sendable {
        package var kind: PayloadKind
        /// Names the keys that open it.
        package var keys: String
        /// How many bytes its content has.
        package var count: Int64
        /// SHA-256 of nonce, ciphertext and tag, in base 64.
        package var cipherHash: String
        /// The commitment to the content, in base 64.
        package var commitment: String

        package init(kind: PayloadKind, keys: String, count: Int64, cipherHash: String, commitment: String) {
            self.kind = kind
            self.keys = keys
            self.count = count
            self.cipherHash = cipherHash
            self.commitment = commitment
        }
    }
}

/// What a sealed payload holds.
package enum PayloadKind: String, Sendable, CaseIterable {
    /// The event in full, with names, questions and decisions.
    case detail
    case prompt, answer, arguments

}
