import Audit
import Kernel

/// Leaves as events of the Open Cybersecurity Schema Framework, version 1.8.0.
///
/// Exchanges and tool calls are API Activity with the profiles `ai_operation` and `security_control`; what detectors
/// found in them is a Detection Finding of its own; keys, sign-ins, policies, the log itself have the classes that fit
/// them. `raw_data` is the leaf, byte for byte, so that a copy in an analyst's store can be held against the log.
struct OCSFFormat {
    let version: String

    /// A class of event: number, name, category.
    struct Class {
        let uid: Int
        let name: String

        var category: (uid: Int, name: String) {
            switch self.uid / 1000 {
            case 1: (1, "System Activity")
            case 2: (2, "Findings")
            case 3: (3, "Identity & Access Management")
            default: (6, "Application Activity")
            }
        }

        static let eventLog = Class(uid: 1008, name: "Event Log Activity")
        static let detectionFinding = Class(uid: 2004, name: "Detection Finding")
        static let accountChange = Class(uid: 3001, name: "Account Change")
        static let authentication = Class(uid: 3002, name: "Authentication")
        static let entityManagement = Class(uid: 3004, name: "Entity Management")
        static let applicationLifecycle = Class(uid: 6002, name: "Application Lifecycle")
        static let apiActivity = Class(uid: 6003, name: "API Activity")
    }

    func texts(_ record: ExportRecord) -> [[UInt8]] {
        let (type, activity) = Self.classification(of: record.type)
        var texts = [self.text(record, type, activity)]
        let hasEnded = record.type == .exchangeEnd || record.type == .toolEnd || record.type == .retrieve
        if hasEnded, !record.leaf.flags.isEmpty {
            texts.append(self.text(record, .detectionFinding, (1, "Create"), isFinding: true))
        }
        return texts
    }

    static func classification(of type: Leaf.Kind) -> (Class, (id: Int, name: String)) {
        switch type {
        case .exchangeStart, .exchangeEnd, .exchangeAbandoned: (.apiActivity, (99, "Infer"))
        case .toolStart, .toolEnd, .toolAbandoned: (.apiActivity, (99, "Call"))
        case .decision: (.apiActivity, (99, "Decide"))
        case .retrieve, .payloadRead: (.apiActivity, (2, "Read"))
        case .keyCreated: (.accountChange, (1, "Create"))
        case .keyRotated: (.accountChange, (3, "Password Change"))
        case .keyRevoked: (.accountChange, (5, "Disable"))
        case .signinSucceeded, .signinFailed: (.authentication, (1, "Logon"))
        case .approvalRequested, .policiesProposed, .erasureRequested, .holdPlaced:
            (.entityManagement, (1, "Create"))
        case .approvalGranted, .policiesApproved: (.entityManagement, (8, "Enable"))
        case .policiesActivated: (.entityManagement, (10, "Activate"))
        case .approvalDenied, .approvalExpired, .configurationReloaded, .configurationRefused, .registryChanged,
            .holdReleaseRequested:
            (.entityManagement, (3, "Update"))
        case .erasureExecuted, .erasureBlocked, .holdReleased: (.entityManagement, (4, "Delete"))
        case .incidentOpened: (.detectionFinding, (1, "Create"))
        case .incidentUpdated: (.detectionFinding, (2, "Update"))
        case .incidentClosed: (.detectionFinding, (3, "Close"))
        case .serverStarted: (.applicationLifecycle, (3, "Start"))
        case .serverStopped: (.applicationLifecycle, (4, "Stop"))
        case .exportMade: (.eventLog, (3, "Export"))
        case .logOpened: (.eventLog, (6, "Start"))
        case .logClosed: (.eventLog, (7, "Stop"))
        case .logGap: (.eventLog, (99, "Gap"))
        }
    }

    private func text(
        _ record: ExportRecord, _ type: Class, _ activity: (id: Int, name: String), isFinding: Bool = false
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        writer.object { writer in
            writer.member("activity_id", activity.id)
            writer.member("activity_name", activity.name)
            writer.member("category_uid", type.category.uid)
            writer.member("category_name", type.category.name)
            writer.member("class_uid", type.uid)
            writer.member("class_name", type.name)
            writer.member("type_uid", type.uid * 100 + activity.id)
            writer.member("type_name", "\(type.name): \(activity.name)")
            writer.member("time", record.time)
            let severity = isFinding ? max(record.severity.rawValue, ExportSeverity.medium.rawValue) : nil
            self.writeSeverity(severity ?? record.severity.rawValue, to: &writer)
            writer.member("message", record.sentence)
            self.writeMetadata(record, type, isFinding: isFinding, to: &writer)
            if type.uid == Class.detectionFinding.uid {
                self.writeFindingStatus(activity.id, to: &writer)
            } else {
                self.writeStatus(record, to: &writer)
            }
            self.writeClass(record, type, to: &writer)
            self.writeUnmapped(record, to: &writer)
            writer.member("raw_data", String(decoding: record.bytes, as: UTF8.self))
        }
        return writer.bytes
    }

    // MARK: What all classes have

    private func writeSeverity(_ severity: Int, to writer: inout JSONWriter) {
        writer.member("severity_id", severity)
        writer.member("severity", ["Unknown", "Informational", "Low", "Medium", "High"][severity])
    }

    private func writeMetadata(
        _ record: ExportRecord, _ type: Class, isFinding: Bool, to writer: inout JSONWriter
    ) {
        writer.object("metadata") { writer in
            writer.member("version", "1.8.0")
            writer.object("product") { self.writeProduct(to: &$0) }
            writer.member("uid", isFinding ? record.uid + "/finding" : record.uid)
            writer.member("event_code", record.type.rawValue)
            writer.member("log_name", record.origin)
            writer.member("log_provider", "Gatehouse")
            writer.member("log_version", "1")
            writer.member("sequence", record.index)
            writer.member("tenant_uid", record.leaf.tenant)
            writer.member("correlation_uid", record.leaf.run ?? record.leaf.id)
            writer.member("original_time", "\(record.time)")
            let profiles = type.uid == Class.apiActivity.uid ? ["ai_operation", "security_control"] : []
            writer.member("profiles", ifAny: profiles)
        }
    }

    private func writeProduct(to writer: inout JSONWriter) {
        writer.member("name", "Gatehouse")
        writer.member("vendor_name", "Gatehouse")
        writer.member("version", self.version)
    }

    private func writeStatus(_ record: ExportRecord, to writer: inout JSONWriter) {
        switch record.outcome {
        case .success:
            writer.member("status_id", 1)
            writer.member("status", "Success")
        case .failure:
            writer.member("status_id", 2)
            writer.member("status", "Failure")
        case .unknown:
            writer.member("status_id", 0)
            writer.member("status", "Unknown")
        }
        writer.member("status_code", ifPresent: record.leaf.code)
        writer.member("status_detail", ifPresent: record.leaf.outcome)
    }

    private func writeFindingStatus(_ activity: Int, to writer: inout JSONWriter) {
        writer.member("status_id", activity == 3 ? 4 : activity)
        writer.member("status", activity == 3 ? "Resolved" : activity == 2 ? "In Progress" : "New")
    }

    /// What the schema has no place for, by the leaf's own names.
    private func writeUnmapped(_ record: ExportRecord, to writer: inout JSONWriter) {
        writer.object("unmapped") { writer in
            writer.member("cfg", ifPresent: record.leaf.configuration)
            writer.member("cost_microdollars", ifPresent: record.leaf.cost)
            writer.member("dep", ifPresent: record.leaf.deployment)
            writer.member("det", ifPresent: record.leaf.detectors)
            writer.member("flags", ifAny: record.leaf.flags)
            writer.member("on_behalf_of", ifAny: record.leaf.onBehalfOf)
            writer.member("ref", ifPresent: record.leaf.reference)
            writer.member("rem", ifPresent: record.leaf.remedy)
            if record.leaf.run != nil { writer.member("rseq", record.leaf.runSequence) }
            writer.member("run", ifPresent: record.leaf.run)
            writer.member("subj", ifAny: record.leaf.subjects)
            writer.member("tseq", record.leaf.tenantSequence)
        }
    }

    // MARK: What one class has

    private func writeClass(_ record: ExportRecord, _ type: Class, to writer: inout JSONWriter) {
        switch type.uid {
        case Class.apiActivity.uid: self.writeAPIActivity(record, to: &writer)
        case Class.detectionFinding.uid: self.writeFinding(record, to: &writer)
        case Class.accountChange.uid:
            self.writeActor(record, to: &writer)
            writer.object("user") { writer in
                writer.member("uid", record.resource("key") ?? record.leaf.id)
                writer.member("type_id", 4)
                writer.member("type", "Service")
            }
        case Class.authentication.uid:
            writer.object("user") { writer in
                writer.member("uid", record.leaf.actor ?? "unknown")
            }
            writer.object("service") { $0.member("name", "Gatehouse") }
            writer.member("is_remote", true)
        case Class.entityManagement.uid: self.writeEntity(record, to: &writer)
        case Class.applicationLifecycle.uid:
            writer.object("app") { self.writeProduct(to: &$0) }
        default:
            self.writeActor(record, to: &writer)
            writer.member("log_name", record.origin)
            writer.member("log_provider", "Gatehouse")
            writer.member("log_type_id", 99)
            writer.member("log_type", "Audit")
        }
    }

    private func writeActor(_ record: ExportRecord, to writer: inout JSONWriter) {
        writer.object("actor") { writer in
            if let actor = record.leaf.actor {
                writer.object("user") { $0.member("uid", actor) }
            } else {
                writer.member("app_name", "not recognised")
            }
        }
    }

    private func writeAPIActivity(_ record: ExportRecord, to writer: inout JSONWriter) {
        self.writeActor(record, to: &writer)
        writer.object("api") { writer in
            writer.member("operation", record.leaf.operation ?? record.type.rawValue)
            writer.object("service") { $0.member("name", record.leaf.provider ?? "Gatehouse") }
            writer.object("request") { $0.member("uid", record.leaf.id) }
            if let status = record.leaf.status {
                writer.object("response") { writer in
                    writer.member("code", status)
                    writer.member("error", ifPresent: record.leaf.code)
                }
            }
        }
        // The address of a caller is not in a leaf: who called stands in its place.
        writer.object("src_endpoint") { $0.member("uid", record.leaf.actor ?? "unknown") }
        if let provider = record.leaf.provider { writer.object("dst_endpoint") { $0.member("svc_name", provider) } }
        if let status = record.leaf.status { writer.object("http_response") { $0.member("code", status) } }
        if let duration = record.leaf.duration { writer.member("duration", duration / 1000) }
        if let resource = record.leaf.resource {
            writer.array("resources") { writer in
                writer.object { writer in
                    writer.member("uid", resource)
                    writer.member("type", resource.prefix { $0 != ":" }.description)
                }
            }
        }
        if let model = record.resource("model") {
            writer.object("ai_model") { writer in
                writer.member("name", model)
                writer.member("ai_provider", record.leaf.provider ?? "unknown")
                writer.member("version", ifPresent: record.leaf.served)
            }
        }
        self.writeMessageContext(record, to: &writer)
        self.writeControl(record, to: &writer)
    }

    private func writeMessageContext(_ record: ExportRecord, to writer: inout JSONWriter) {
        writer.object("message_context") { writer in
            writer.object("service") { $0.member("name", "Gatehouse") }
            writer.member("uid", record.leaf.id)
            let role =
                switch record.type {
                case .toolStart, .toolEnd, .toolAbandoned: (3, "Tool")
                case .retrieve: (6, "Retriever")
                case .exchangeEnd: (2, "Assistant")
                case .exchangeStart: (1, "User")
                default: (0, "Unknown")
                }
            writer.member("ai_role_id", role.0)
            writer.member("ai_role", role.1)
            if let tokens = record.tokens {
                writer.member("prompt_tokens", tokens.input)
                writer.member("completion_tokens", tokens.output)
                writer.member("total_tokens", tokens.input + tokens.output)
            }
        }
    }

    /// What policy said: the profile `security_control`.
    private func writeControl(_ record: ExportRecord, to writer: inout JSONWriter) {
        let isDenied = record.leaf.decision == .forbid || record.leaf.outcome == "blocked"
        if isDenied {
            writer.member("action_id", 2)
            writer.member("action", "Denied")
            writer.member("disposition_id", 2)
            writer.member("disposition", "Blocked")
        } else if record.leaf.remedy != nil {
            writer.member("action_id", 4)
            writer.member("action", "Modified")
            writer.member("disposition_id", 11)
            writer.member("disposition", "Corrected")
        } else if record.leaf.decision == .permit {
            writer.member("action_id", 1)
            writer.member("action", "Allowed")
            writer.member("disposition_id", 1)
            writer.member("disposition", "Allowed")
        } else {
            writer.member("action_id", 3)
            writer.member("action", "Observed")
            writer.member("disposition_id", 17)
            writer.member("disposition", "Logged")
        }
        if let bundle = record.leaf.policies {
            writer.object("policy") { writer in
                writer.member("uid", bundle)
                writer.member("name", "Cedar policies")
                writer.member("is_applied", true)
            }
        }
        if let decision = record.leaf.decision?.rawValue {
            let rules = record.leaf.rules
            writer.array("authorizations") { writer in
                for rule in rules.isEmpty ? ["default"] : rules {
                    writer.object { writer in
                        writer.member("decision", decision)
                        writer.object("policy") { $0.member("uid", rule) }
                    }
                }
            }
        }
    }

    private func writeFinding(_ record: ExportRecord, to writer: inout JSONWriter) {
        let flags = record.leaf.flags
        writer.object("finding_info") { writer in
            writer.member("uid", record.leaf.id)
            writer.member("title", flags.isEmpty ? record.type.title : "Sensitive content in an exchange")
            writer.member(
                "types", ifAny: flags.map { $0.split(separator: ":").dropFirst().first ?? "" }.map(String.init))
            writer.member("created_time", record.time)
            writer.object("analytic") { writer in
                writer.member("type_id", flags.isEmpty ? 1 : 8)
                writer.member("type", flags.isEmpty ? "Rule" : "Regular Expressions")
                writer.member("name", "Gatehouse detectors")
                writer.member("version", ifPresent: record.leaf.detectors)
            }
        }
        writer.member("is_alert", true)
        if let resource = record.leaf.resource {
            writer.array("resources") { writer in writer.object { $0.member("uid", resource) } }
        }
        writer.array("evidences") { writer in
            writer.object { writer in
                self.writeActor(record, to: &writer)
                writer.member("name", record.uid)
            }
        }
    }

    private func writeEntity(_ record: ExportRecord, to writer: inout JSONWriter) {
        self.writeActor(record, to: &writer)
        writer.object("entity") { writer in
            let kind = record.type.rawValue.prefix { $0 != "." }
            if kind == "policies" {
                writer.member("type_id", 5)
                writer.member("type", "Policy")
            } else {
                writer.member("type_id", 99)
                writer.member("type", String(kind))
            }
            let policies = kind == "policies" ? record.leaf.policies : nil
            writer.member("uid", record.leaf.resource ?? policies ?? record.leaf.id)
        }
    }
}
