import Audit
import Kernel

/// Leaves as documents of the Elastic Common Schema, version 8.17. What it has no field for stands below `gatehouse`.
struct ECSFormat {
    let version: String
    let host: String

    func text(_ record: ExportRecord) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        writer.object { writer in
            writer.member("@timestamp", Timestamp(microseconds: Int64(record.time) * 1000).description)
            writer.object("ecs") { $0.member("version", "8.17.0") }
            writer.member("message", record.sentence)
            self.writeEvent(record, to: &writer)
            writer.object("service") { writer in
                writer.member("name", "gatehouse")
                writer.member("type", "gatehouse")
                writer.member("version", self.version)
            }
            writer.object("host") { $0.member("name", self.host) }
            writer.object("organization") { $0.member("id", record.leaf.tenant) }
            self.writePeople(record, to: &writer)
            writer.object("transaction") { $0.member("id", record.leaf.id) }
            if let status = record.leaf.status {
                writer.object("http") { writer in
                    writer.object("response") { $0.member("status_code", status) }
                }
            }
            if let code = record.leaf.code { writer.object("error") { $0.member("code", code) } }
            let rules = record.leaf.rules
            if !rules.isEmpty || record.leaf.policies != nil {
                writer.object("rule") { writer in
                    writer.member("id", ifAny: rules)
                    writer.member("ruleset", ifPresent: record.leaf.policies)
                }
            }
            self.writeModel(record, to: &writer)
            self.writeOwn(record, to: &writer)
        }
        return writer.bytes
    }

    private func writeEvent(_ record: ExportRecord, to writer: inout JSONWriter) {
        let (categories, types) = Self.kinds(of: record.type)
        writer.object("event") { writer in
            let isAlert = record.type == .incidentOpened || record.severity.rawValue >= ExportSeverity.medium.rawValue
            writer.member("kind", isAlert ? "alert" : "event")
            writer.member("category", ifAny: categories)
            var kinds = types
            if record.leaf.decision == .forbid || record.leaf.outcome == "blocked" { kinds.append("denied") }
            if record.leaf.decision == .permit { kinds.append("allowed") }
            writer.member("type", ifAny: kinds)
            writer.member("action", record.type.rawValue)
            writer.member("outcome", record.outcome.rawValue)
            writer.member("id", record.uid)
            writer.member("sequence", record.index)
            writer.member("severity", record.severity.rawValue)
            writer.member("module", "gatehouse")
            writer.member("dataset", "gatehouse.audit")
            writer.member("provider", "gatehouse")
            writer.member("reason", ifPresent: record.leaf.outcome)
            if let duration = record.leaf.duration { writer.member("duration", duration * 1000) }
            writer.member("original", String(decoding: record.bytes, as: UTF8.self))
        }
    }

    /// The values of `event.category` and `event.type`, of which the schema has closed lists.
    static func kinds(of type: Leaf.Kind) -> (categories: [String], types: [String]) {
        switch type {
        case .exchangeStart, .toolStart: (["api"], ["access", "start"])
        case .exchangeEnd, .toolEnd: (["api"], ["access", "end"])
        case .exchangeAbandoned, .toolAbandoned: (["api"], ["access", "error"])
        case .decision: (["api"], ["info"])
        case .retrieve: (["database"], ["access"])
        case .payloadRead: (["database"], ["access"])
        case .exportMade: (["database"], ["access", "info"])
        case .keyCreated: (["iam"], ["user", "creation"])
        case .keyRotated: (["iam"], ["user", "change"])
        case .keyRevoked: (["iam"], ["user", "deletion"])
        case .signinSucceeded, .signinFailed: (["authentication"], ["start"])
        case .approvalRequested, .holdPlaced, .policiesProposed, .erasureRequested:
            (["configuration"], ["creation"])
        case .approvalGranted, .approvalDenied, .approvalExpired, .policiesApproved, .policiesActivated,
            .configurationReloaded, .configurationRefused, .registryChanged, .holdReleaseRequested:
            (["configuration"], ["change"])
        case .erasureExecuted, .erasureBlocked, .holdReleased: (["configuration"], ["deletion"])
        case .incidentOpened, .incidentUpdated, .incidentClosed: (["intrusion_detection"], ["info"])
        case .serverStarted, .logOpened: (["process"], ["start"])
        case .serverStopped, .logClosed: (["process"], ["end"])
        case .logGap: (["process"], ["info"])
        }
    }

    private func writePeople(_ record: ExportRecord, to writer: inout JSONWriter) {
        let actor = record.leaf.actor
        if let actor { writer.object("user") { $0.member("id", actor) } }
        let related = [actor].compactMap { $0 } + record.leaf.onBehalfOf + record.leaf.subjects
        guard !related.isEmpty else { return }
        writer.object("related") { $0.member("user", ifAny: related) }
    }

    private func writeModel(_ record: ExportRecord, to writer: inout JSONWriter) {
        let (model, tool) = (record.resource("model"), record.resource("tool"))
        guard model != nil || tool != nil else { return }
        writer.object("gen_ai") { writer in
            writer.object("operation") { $0.member("name", record.generativeOperation) }
            if let provider = record.leaf.provider { writer.member("system", provider) }
            if let model { writer.object("request") { $0.member("model", model) } }
            if let served = record.leaf.served { writer.object("response") { $0.member("model", served) } }
            if let tool { writer.object("tool") { $0.member("name", tool) } }
            if let tokens = record.tokens {
                writer.object("usage") { writer in
                    writer.member("input_tokens", tokens.input)
                    writer.member("output_tokens", tokens.output)
                }
            }
        }
    }

    private func writeOwn(_ record: ExportRecord, to writer: inout JSONWriter) {
        writer.object("gatehouse") { writer in
            writer.member("origin", record.origin)
            writer.member("index", record.index)
            writer.member("tseq", record.leaf.tenantSequence)
            writer.member("run", ifPresent: record.leaf.run)
            if record.leaf.run != nil { writer.member("rseq", record.leaf.runSequence) }
            writer.member("resource", ifPresent: record.leaf.resource)
            writer.member("deployment", ifPresent: record.leaf.deployment)
            writer.member("decision", ifPresent: record.leaf.decision?.rawValue)
            writer.member("remedy", ifPresent: record.leaf.remedy)
            writer.member("findings", ifAny: record.leaf.flags)
            writer.member("configuration", ifPresent: record.leaf.configuration)
            writer.member("detectors", ifPresent: record.leaf.detectors)
            writer.member("cost_microdollars", ifPresent: record.leaf.cost)
        }
    }
}

extension ExportRecord {
    /// The value of `gen_ai.operation.name`.
    var generativeOperation: String {
        switch self.type {
        case .toolStart, .toolEnd, .toolAbandoned: "execute_tool"
        case .retrieve: "retrieval"
        default:
            switch self.leaf.operation {
            case "embeddings": "embeddings"
            case "generate_content": "generate_content"
            case "completions": "text_completion"
            case "chat.completions", "responses", "messages", nil: "chat"
            case .some(let operation): operation
            }
        }
    }
}
