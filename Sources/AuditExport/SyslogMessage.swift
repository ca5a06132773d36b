import Audit
package import Kernel

/// A message of RFC 5424, and its framing on a stream by counting octets (RFC 6587, the one that RFC 5425 wants on TLS).
package struct SyslogMessage: Hashable, Sendable {
    /// The steps of syslog that we use.
    package enum Severity: Int, Sendable { case error = 3, warning = 4, notice = 5, informational = 6 }

    package var severity: Severity
    package var time: Timestamp
    package var host: String
    /// What kind of message it is, at most 32 printable characters.
    package var kind: String
    package var version: String
    /// The number in `meta sequenceId`, which begins again at 1 behind 2,147,483,647.
    package var sequence: Int64?
    package var text: [UInt8]

    package init(
        severity: Severity, time: Timestamp, host: String, kind: String, version: String, sequence: Int64? = nil,
        text: [UInt8]
    ) {
        self.severity = severity
        self.time = time
        self.host = host
        self.kind = kind
        self.version = version
        self.sequence = sequence
        self.text = text
    }

    /// The facility `log audit`.
    package static let facility = 13

    package var bytes: [UInt8] {
        var head = "<\(Self.facility * 8 + self.severity.rawValue)>1 \(self.time) "
        head += "\(Self.printable(self.host, upTo: 255)) gatehouse - \(Self.printable(self.kind, upTo: 32)) "
        head += "[origin software=\"Gatehouse\" swVersion=\"\(Self.parameter(self.version))\"]"
        if let sequence = self.sequence { head += "[meta sequenceId=\"\(sequence % 2_147_483_647 + 1)\"]" }
        return Array(head.utf8) + [UInt8(ascii: " ")] + self.text
    }

    /// The message with its length in front.
    package var frame: [UInt8] {
        let bytes = self.bytes
        return Array("\(bytes.count) ".utf8) + bytes
    }

    /// A header field: printable ASCII without spaces, a hyphen where nothing is left.
    private static func printable(_ text: String, upTo limit: Int) -> String {
        let bytes = text.utf8.filter { (0x21...0x7E).contains($0) }.prefix(limit)
        return bytes.isEmpty ? "-" : String(decoding: Array(bytes), as: UTF8.self)
    }

    /// A parameter's value: quote, backslash and closing bracket are escaped.
    private static func parameter(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "\"" || character == "\\" || character == "]" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}

extension ExportFormatter {
    /// The record as messages for a syslog server, each framed.
    package func syslogFrames(_ record: ExportRecord) -> [UInt8] {
        var frames: [UInt8] = []
        for text in self.texts(record) {
            frames +=
                SyslogMessage(
                    severity: record.severity.syslog, time: Timestamp(microseconds: Int64(record.time) * 1000),
                    host: self.host, kind: record.type.rawValue, version: self.version, sequence: record.index,
                    text: text
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
