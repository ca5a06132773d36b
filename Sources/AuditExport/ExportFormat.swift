import Kernel

/// How leaves are written for others.
package enum ExportFormat: String, Sendable, CaseIterable {
    /// Open Cybersecurity Schema Framework 1.8, one JSON object a line.
    case ocsf
    /// Elastic Common Schema 8, one JSON object a line.
    case ecs
    /// Common Event Format 0.
    case cef
    /// OpenTelemetry logs as OTLP/JSON.
    case otlp
    /// The leaf itself with its place, one JSON object a line.
    case jsonl
}

/// Writes records in one format. Pure: the same records give the same bytes.
package struct ExportFormatter: Sendable {
    package let format: ExportFormat
    /// The version of this product, which most formats want to know.
    package let version: String
    /// The name of the machine or service that speaks.
    package let host: String

    package init(_ format: ExportFormat, version: String, host: String) {
        self.format = format
        self.version = version
        self.host = host
    }

    /// The texts that one record makes, without line ends: one, or two where an exchange also has findings (OCSF).
    package func texts(_ record: ExportRecord) -> [[UInt8]] {
        switch self.format {
        case .ocsf: OCSFFormat(version: self.version).texts(record)
        case .ecs: [ECSFormat(version: self.version, host: self.host).text(record)]
        case .cef: [CEFFormat(version: self.version, host: self.host).text(record)]
        case .otlp: [OTLPFormat(version: self.version, host: self.host).record(record)]
        case .jsonl: [LinesFormat.text(record)]
        }
    }

    /// Records as one body: for OTLP an export request, for all others lines.
    package func body(_ records: [ExportRecord]) -> [UInt8] {
        if self.format == .otlp { return OTLPFormat(version: self.version, host: self.host).request(records) }
        var body: [UInt8] = []
        for record in records {
            for text in self.texts(record) {
                body += text
                body.append(UInt8(ascii: "\n"))
            }
        }
        return body
    }

    /// The media type of `body`.
    package var contentType: String {
        switch self.format {
        case .otlp: "application/json"
        case .cef: "text/plain; charset=utf-8"
        case .ocsf, .ecs, .jsonl: "application/x-ndjson"
        }
    }
}

/// The leaf with its place in the log, as one JSON object: what a verifier can check against the tree again.
enum LinesFormat {
    static func text(_ record: ExportRecord) -> [UInt8] {
        var writer = JSONWriter(reserving: record.bytes.count + 96)
        writer.object { writer in
            writer.member("index", record.index)
            writer.name("leaf" as StaticString)
            writer.raw(record.bytes)
            writer.member("origin", record.origin)
        }
        return writer.bytes
    }
}
