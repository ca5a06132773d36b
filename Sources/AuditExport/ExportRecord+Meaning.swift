import Audit

/// How much an event should worry somebody, in the steps that all formats have.
package enum ExportSeverity: Int, Sendable, CaseIterable {
    case informational = 1
    case low, medium, high
}

/// Whether what was tried came about.
package enum ExportOutcome: String, Sendable {
    case success, failure, unknown
}

extension ExportRecord {
    package var severity: ExportSeverity {
        switch self.type {
        case .exchangeEnd, .toolEnd:
            switch self.leaf.outcome {
            case "blocked": .medium
            case "answered", "cancelled", nil: self.leaf.flags.isEmpty ? .informational : .low
            default: .low
            }
        case .decision: self.leaf.decision == .forbid ? .medium : .informational
        case .exchangeAbandoned, .toolAbandoned, .configurationRefused, .signinFailed, .incidentUpdated: .medium
        case .incidentOpened, .logGap: .high
        case .approvalDenied, .approvalExpired, .erasureRequested, .erasureExecuted, .erasureBlocked, .payloadRead,
            .exportMade:
            .low
        case .exchangeStart, .toolStart, .retrieve, .approvalRequested, .approvalGranted, .keyCreated, .keyRotated,
            .keyRevoked, .policiesProposed, .policiesApproved, .policiesActivated, .configurationReloaded,
            .registryChanged, .incidentClosed, .holdPlaced, .holdReleaseRequested, .holdReleased, .signinSucceeded,
            .serverStarted, .serverStopped, .logOpened, .logClosed:
            .informational
        }
    }

    package var outcome: ExportOutcome {
        switch self.type {
        case .exchangeStart, .toolStart: .unknown
        case .exchangeEnd, .toolEnd, .retrieve:
            switch self.leaf.outcome {
            case "answered": .success
            case nil: self.leaf.code == nil ? .success : .failure
            default: .failure
            }
        case .decision: self.leaf.decision == .forbid ? .failure : .success
        case .exchangeAbandoned, .toolAbandoned, .approvalDenied, .approvalExpired, .configurationRefused,
            .erasureBlocked, .signinFailed, .logGap:
            .failure
        default: .success
        }
    }

    /// One sentence for people, without a stranger's words in it.
    package var sentence: String {
        var sentence = self.type.title
        if let resource = self.leaf.resource { sentence += ", \(resource)" }
        if let outcome = self.leaf.outcome { sentence += ": \(outcome)" }
        if let decision = self.leaf.decision?.rawValue { sentence += ", policy says \(decision)" }
        return sentence
    }
}

extension Leaf.Kind {
    /// What it is called where people read it.
    package var title: String {
        switch self {
        case .exchangeStart: "Exchange began"
        case .exchangeEnd: "Exchange ended"
        case .exchangeAbandoned: "Exchange abandoned"
        case .decision: "Policy decision"
        case .toolStart: "Tool call began"
        case .toolEnd: "Tool call ended"
        case .toolAbandoned: "Tool call abandoned"
        case .retrieve: "Retrieval"
        case .approvalRequested: "Approval requested"
        case .approvalGranted: "Approval granted"
        case .approvalDenied: "Approval denied"
        case .approvalExpired: "Approval expired"
        case .keyCreated: "Key created"
        case .keyRotated: "Key rotated"
        case .keyRevoked: "Key revoked"
        case .policiesProposed: "Policies proposed"
        case .policiesApproved: "Policies approved"
        case .policiesActivated: "Policies activated"
        case .configurationReloaded: "Configuration reloaded"
        case .configurationRefused: "Configuration refused"
        case .registryChanged: "Registry changed"
        case .incidentOpened: "Incident opened"
        case .incidentUpdated: "Incident updated"
        case .incidentClosed: "Incident closed"
        case .erasureRequested: "Erasure requested"
        case .erasureExecuted: "Erasure executed"
        case .erasureBlocked: "Erasure blocked by a hold"
        case .holdPlaced: "Legal hold placed"
        case .holdReleaseRequested: "Release of a legal hold requested"
        case .holdReleased: "Legal hold released"
        case .exportMade: "Audit export made"
        case .payloadRead: "Sealed payload read"
        case .signinSucceeded: "Sign-in succeeded"
        case .signinFailed: "Sign-in failed"
        case .serverStarted: "Server started"
        case .serverStopped: "Server stopped"
        case .logOpened: "Log opened"
        case .logClosed: "Log closed"
        case .logGap: "Gap in the log"
        }
    }
}
