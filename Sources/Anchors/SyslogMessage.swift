package import Kernel
package import Transparency

/// A message for a syslog server (RFC 5424), as it goes over TCP: with its length in front (RFC 6587, octet counting).
package struct SyslogMessage: Hashable, Sendable {
    /// How much it matters.
    package enum Severity: Int, Hashable, Sendable {
        case critical = 2
        case error = 3
        case warning = 4
        case notice = 5
        case informational = 6
    }

    /// The facility of audit trails.
    private static let facility = 13

    package let severity: Severity
    package let time: Timestamp
    package let host: String
    package let application: String
    /// The kind of message, such as `CHECKPOINT`.
    package let kind: String
    /// Structured data: an id, and names with values.
    package let data: (id: String, values: [(name: String, value: String)])
    package let text: String

    package init(
        severity: Severity, time: Timestamp, host: String, application: String = "gatehouse", kind: String,
        data: (id: String, values: [(name: String, value: String)]), text: String
    ) {
        self.severity = severity
        self.time = time
        self.host = host
        self.application = application
        self.kind = kind
        self.data = data
        self.text = text
    }

    /// A checkpoint as a message: the note as it is, in base 64, and what it says, for people.
    package init(_ signed: SignedCheckpoint, at time: Timestamp, host: String) {
        let tree = signed.checkpoint
        self.init(
            severity: .notice, time: time, host: host, kind: "CHECKPOINT",
            data: (
                // 32473 is the number for examples (RFC 5612): we have none of our own.
                id: "checkpoint@32473",
                values: [
                    ("origin", tree.origin), ("size", "\(tree.size)"), ("root", tree.root.base64),
                    ("note", Base64.encode(signed.encoded.utf8)),
                ]
            ),
            text: "the log \(tree.origin) has \(tree.size) leaves")
    }

    /// The message without its length.
    package var message: String {
        let priority = Self.facility * 8 + self.severity.rawValue
        let values = self.data.values.map { " \($0.name)=\"\(Self.escaped($0.value))\"" }.joined()
        let header = [
            Self.token(self.host, 255), Self.token(self.application, 48), "-", Self.token(self.kind, 32),
        ].joined(separator: " ")
        let text = self.text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        return "<\(priority)>1 \(self.time) \(header) [\(self.data.id)\(values)] \u{FEFF}\(String(text))"
    }

    /// As it goes over TCP.
    package var frame: [UInt8] {
        let bytes = Array(self.message.utf8)
        return Array("\(bytes.count) ".utf8) + bytes
    }

    /// Printable ASCII without spaces, cut to the length that the field may have; `-` where nothing is left.
    private static func token(_ text: String, _ limit: Int) -> String {
        let kept = text.utf8.filter { (0x21...0x7E).contains($0) }.prefix(limit)
        return kept.isEmpty ? "-" : String(decoding: kept, as: UTF8.self)
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" || scalar == "]" { escaped.append("\\") }
            escaped.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        return escaped
    }
}

extension SyslogMessage {
    package static func == (left: Self, right: Self) -> Bool { left.message == right.message }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.message) }
}
