package import Kernel

/// What is remembered of one act of whoever runs Gatehouse.
package struct AdministrativeEvent: Hashable, Sendable, Identified {
    package static let identifierPrefix = "evnt"

    /// Whether answers wait until their events are on the disk.
    package enum Durability: String, Hashable, Sendable, CaseIterable {
        case durable
        /// They do not: a crash may lose the last events, and a start is not recorded. The log says so.
        case asynchronous
    }

    /// What was done, and to what.
    package enum Act: Hashable, Sendable {
        case keyCreated(key: String)
        case keyRevoked(key: String)
        /// From now on the configuration with this hash holds.
        case configurationReloaded(configuration: String, durability: Durability = .durable)
        /// An edit was not taken over; the configuration that ran before still holds.
        case configurationRefused(reason: String)
        /// Somebody wants the bundle of policies with this hash in force.
        case policiesProposed(bundle: String)
        /// Somebody else agreed to it.
        case policiesApproved(bundle: String)
        /// From now on the policies with this hash decide.
        case policiesActivated(bundle: String)
        case serverStarted(version: String, configuration: String, durability: Durability = .durable)
        case serverStopped
        /// Somebody wants forgotten what is known of a person (`person:p:…`) or of a month (`month:2026-05/content`).
        case erasureRequested(of: String, order: String)
        /// The keys are gone; by whose order.
        case erasureExecuted(of: String, order: String)
        /// A legal hold stands against it.
        case erasureBlocked(of: String, hold: String)
        case holdPlaced(hold: String, matter: String)
        /// One of two people wants it released.
        case holdReleaseRequested(hold: String)
        case holdReleased(hold: String)
        /// A part of the log was taken out, such as `leaves:0-4999`.
        case exportMade(of: String)
        /// Somebody looked into sealed payloads.
        case payloadRead(of: String, why: String)

        /// From now on, whether answers wait for the log; nil where it says nothing of that.
        package var durability: Durability? {
            switch self {
            case .configurationReloaded(_, let durability), .serverStarted(_, _, let durability): durability
            default: nil
            }
        }

        /// How it is written.
        package var kind: Event.Kind {
            switch self {
            case .keyCreated: .keyCreated
            case .keyRevoked: .keyRevoked
            case .configurationReloaded: .configurationReloaded
            case .configurationRefused: .configurationRefused
            case .policiesProposed: .policiesProposed
            case .policiesApproved: .policiesApproved
            case .policiesActivated: .policiesActivated
            case .serverStarted: .serverStarted
            case .serverStopped: .serverStopped
            case .erasureRequested: .erasureRequested
            case .erasureExecuted: .erasureExecuted
            case .erasureBlocked: .erasureBlocked
            case .holdPlaced: .holdPlaced
            case .holdReleaseRequested: .holdReleaseRequested
            case .holdReleased: .holdReleased
            case .exportMade: .exportMade
            case .payloadRead: .payloadRead
            }
        }

        /// The id of what it was done to.
        package var subject: String? {
            switch self {
            case .keyCreated(let key), .keyRevoked(let key): key
            case .configurationReloaded(let configuration, _), .serverStarted(_, let configuration, _): configuration
            case .policiesProposed(let bundle), .policiesApproved(let bundle), .policiesActivated(let bundle): bundle
            case .erasureRequested(let what, _), .erasureExecuted(let what, _), .erasureBlocked(let what, _),
                .exportMade(let what), .payloadRead(let what, _):
                what
            case .holdPlaced(let hold, _), .holdReleaseRequested(let hold), .holdReleased(let hold): hold
            case .configurationRefused, .serverStopped: nil
            }
        }

        /// What there is to say beyond the subject.
        package var detail: String? {
            switch self {
            case .serverStarted(let version, _, _): version
            case .configurationRefused(let reason): reason
            case .erasureRequested(_, let text), .erasureExecuted(_, let text), .erasureBlocked(_, let text),
                .holdPlaced(_, let text), .payloadRead(_, let text):
                text
            case .holdReleaseRequested, .holdReleased, .exportMade: nil
            case .keyCreated, .keyRevoked, .configurationReloaded, .policiesProposed, .policiesApproved,
                .policiesActivated, .serverStopped:
                nil
            }
        }

        /// What it was done to, as leaves say it: ids and hashes of ours, and pseudonyms.
        var resource: String? {
            switch self {
            case .keyCreated(let key), .keyRevoked(let key): "key:\(key)"
            case .configurationReloaded(let configuration, _), .serverStarted(_, let configuration, _):
                "configuration:\(configuration)"
            case .policiesProposed(let bundle), .policiesApproved(let bundle), .policiesActivated(let bundle):
                "policy:\(bundle)"
            case .holdPlaced(let hold, _), .holdReleaseRequested(let hold), .holdReleased(let hold): "hold:\(hold)"
            case .erasureRequested(let what, _), .erasureExecuted(let what, _), .erasureBlocked(let what, _),
                .exportMade(let what), .payloadRead(let what, _):
                what
            case .configurationRefused, .serverStopped: nil
            }
        }
    }

    /// Of a reason, at most this many bytes are kept.
    package static let longestReason = 1024

    /// Made at `time`: events are searched by the time in their ids.
    package let id: Identifier<AdministrativeEvent>
    package let time: Timestamp
    package let actor: Principal
    package let act: Act

    package init(id: Identifier<AdministrativeEvent>, time: Timestamp, actor: Principal, act: Act) {
        self.id = id
        self.time = time
        self.actor = actor
        if case .configurationRefused(let reason) = act {
            self.act = .configurationRefused(reason: reason.cut(to: Self.longestReason))
        } else {
            self.act = act
        }
    }
}
