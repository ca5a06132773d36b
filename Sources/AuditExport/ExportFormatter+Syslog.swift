import Audit
import Framing
import Kernel

extension ExportFormatter {
    /// The record as messages for a syslog server, each framed.
    package func syslogFrames(_ record: ExportRecord) -> [UInt8] {
        var frames: [UInt8] = []
        for text in self.texts(record) {
            frames +=
                SyslogMessage(
                    severity: record.severity.syslog,
                    time: Timestamp(microseconds: Int64(record.time) * 1000).description, host: self.host,
                    kind: record.type.rawValue,
                    data: [
                        .init("origin", ["software": "Gatehouse", "swVersion": self.version]),
                        // Begins again at 1 behind 2,147,483,647.
                        .init("meta", ["sequenceId": "\(record.index % 2_147_483_647 + 1)"]),
                    ], text: text
                ).frame
        }
        return frames
    }
}

extension ExportSeverity {
    fileprivate var syslog: SyslogMessage.Severity {
        switch self {
        case .informational: .informational
        case .low: .notice
        case .medium: .warning
        case .high: .error
        }
    }
}
