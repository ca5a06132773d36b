package import Kernel

/// What is remembered of one act of whoever runs Gatehouse.
package struct AdministrativeEvent: Hashable, Sendable, Identified {
    package static let identifierPrefix = "evnt"

    /// What was done, and to what.
    package enum Act: Hashable, Sendable {
        case keyCreated(key: String)
        case keyRevoked(key: String)
        /// From now on the configuration with this hash holds.
        case configurationReloaded(configuration: String)
        /// An edit was not taken over; the configuration that ran before still holds.
        case configurationRefused(reason: String)
        /// Somebody wants the bundle of policies with this hash in force.
        case policiesProposed(bundle: String)
        /// Somebody else agreed to it.
        case policiesApproved(bundle: String)
        /// From now on the policies with this hash decide.
        case policiesActivated(bundle: String)
        case serverStarted(version: String, configuration: String)
        case serverStopped

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
            }
        }

        /// The id of what it was done to.
        package var subject: String? {
            switch self {
            case .keyCreated(let key), .keyRevoked(let key): key
            case .configurationReloaded(let configuration), .serverStarted(_, let configuration): configuration
            case .policiesProposed(let bundle), .policiesApproved(let bundle), .policiesActivated(let bundle): bundle
            case .configurationRefused, .serverStopped: nil
            }
        }

        /// What there is to say beyond the subject.
        package var detail: String? {
            switch self {
            case .serverStarted(let version, _): version
            case .configurationRefused(let reason): reason
            case .keyCreated, .keyRevoked, .configurationReloaded, .policiesProposed, .policiesApproved,
                .policiesActivated, .serverStopped:
                nil
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
