import Audit
import Kernel

/// Leaves as OpenTelemetry log records in OTLP/JSON: numbers of 64 bits are strings, the body is the leaf, attributes have
/// the names of the semantic conventions for generative AI where there are such.
struct OTLPFormat {
    let version: String
    let host: String

    /// What is posted to `/v1/logs`.
    func request(_ records: [ExportRecord]) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048 * (records.count + 1))
        writer.object { writer in
            writer.array("resourceLogs") { writer in
                writer.object { writer in
                    writer.object("resource") { writer in
                        writer.array("attributes") { writer in
                            Self.attribute("service.name", "gatehouse", to: &writer)
                            Self.attribute("service.version", self.version, to: &writer)
                            Self.attribute("host.name", self.host, to: &writer)
                        }
                    }
                    writer.array("scopeLogs") { writer in
                        writer.object { writer in
                            writer.object("scope") { writer in
                                writer.member("name", "gatehouse.audit")
                                writer.member("version", self.version)
                            }
                            writer.array("logRecords") { writer in
                                for record in records { writer.raw(self.record(record)) }
                            }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    func record(_ record: ExportRecord) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        writer.object { writer in
            writer.member("timeUnixNano", "\(record.time)000000")
            writer.member("observedTimeUnixNano", "\(record.time)000000")
            let (number, text) =
                switch record.severity {
                case .informational: (9, "INFO")
                case .low: (10, "INFO2")
                case .medium: (13, "WARN")
                case .high: (17, "ERROR")
                }
            writer.member("severityNumber", number)
            writer.member("severityText", text)
            writer.member("eventName", "gatehouse.\(record.type.rawValue)")
            writer.object("body") { $0.member("stringValue", String(decoding: record.bytes, as: UTF8.self)) }
            writer.array("attributes") { self.writeAttributes(record, to: &$0) }
        }
        return writer.bytes
    }

    private func writeAttributes(_ record: ExportRecord, to writer: inout JSONWriter) {
        let (model, tool) = (record.resource("model"), record.resource("tool"))
        if model != nil || tool != nil {
            Self.attribute("gen_ai.operation.name", record.generativeOperation, to: &writer)
        }
        Self.attribute("gen_ai.provider.name", record.leaf.provider, to: &writer)
        Self.attribute("gen_ai.request.model", model, to: &writer)
        Self.attribute("gen_ai.response.model", record.leaf.served, to: &writer)
        Self.attribute("gen_ai.tool.name", tool, to: &writer)
        if let tokens = record.tokens {
            Self.attribute("gen_ai.usage.input_tokens", tokens.input, to: &writer)
            Self.attribute("gen_ai.usage.output_tokens", tokens.output, to: &writer)
            Self.attribute("gen_ai.usage.cache_read.input_tokens", tokens.cached, to: &writer)
            Self.attribute("gen_ai.usage.reasoning.output_tokens", tokens.reasoning, to: &writer)
        }
        Self.attribute("enduser.pseudo.id", record.leaf.actor, to: &writer)
        Self.attribute("http.response.status_code", record.leaf.status, to: &writer)
        Self.attribute("error.type", record.leaf.code, to: &writer)
        Self.attribute("log.record.uid", record.uid, to: &writer)
        Self.attribute("gatehouse.origin", record.origin, to: &writer)
        Self.attribute("gatehouse.index", record.index, to: &writer)
        Self.attribute("gatehouse.id", record.leaf.id, to: &writer)
        Self.attribute("gatehouse.tenant", record.leaf.tenant, to: &writer)
        Self.attribute("gatehouse.run", record.leaf.run, to: &writer)
        Self.attribute("gatehouse.resource", record.leaf.resource, to: &writer)
        Self.attribute("gatehouse.outcome", record.leaf.outcome, to: &writer)
        Self.attribute("gatehouse.decision", record.leaf.decision?.rawValue, to: &writer)
        Self.attribute("gatehouse.remedy", record.leaf.remedy, to: &writer)
        Self.attribute("gatehouse.policies", record.leaf.rules, to: &writer)
        Self.attribute("gatehouse.findings", record.leaf.flags, to: &writer)
        Self.attribute("gatehouse.on_behalf_of", record.leaf.onBehalfOf, to: &writer)
        Self.attribute("gatehouse.cost_microdollars", record.leaf.cost, to: &writer)
        Self.attribute("gatehouse.duration_us", record.leaf.duration, to: &writer)
    }

    private static func attribute(_ key: StaticString, _ value: String?, to writer: inout JSONWriter) {
        guard let value else { return }
        writer.object { writer in
            writer.member("key", "\(key)")
            writer.object("value") { $0.member("stringValue", value) }
        }
    }

    private static func attribute(_ key: StaticString, _ value: Int64?, to writer: inout JSONWriter) {
        guard let value else { return }
        writer.object { writer in
            writer.member("key", "\(key)")
            writer.object("value") { $0.member("intValue", "\(value)") }
        }
    }

    private static func attribute(_ key: StaticString, _ values: [String], to writer: inout JSONWriter) {
        guard !values.isEmpty else { return }
        writer.object { writer in
            writer.member("key", "\(key)")
            writer.object("value") { writer in
                writer.object("arrayValue") { writer in
                    writer.array("values") { writer in
                        for value in values { writer.object { $0.member("stringValue", value) } }
                    }
                }
            }
        }
    }
}
