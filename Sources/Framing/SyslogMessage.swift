/// A message for a syslog server (RFC 5424), and its framing on a stream: its length in front (RFC 6587, octet counting, the
/// one that RFC 5425 wants on TLS).
package struct SyslogMessage: Hashable, Sendable {
    /// How much it matters.
    package enum Severity: Int, Hashable, Sendable {
        case critical = 2
        case error = 3
        case warning = 4
        case notice = 5
        case informational = 6
    }

    /// An element of structured data: an id, and names with values.
    package struct Element: Hashable, Sendable {
        package struct Parameter: Hashable, Sendable {
            package let name: String
            package let value: String
        }

        package let id: String
        package let parameters: [Parameter]

        package init(_ id: String, _ parameters: KeyValuePairs<String, String>) {
            self.id = id
            self.parameters = parameters.map { Parameter(name: $0.key, value: $0.value) }
        }
    }

    /// The facility `log audit`.
    package static let facility = 13

    package let severity: Severity
    /// As RFC 3339 writes it.
    package let time: String
    package let host: String
    package let application: String
    /// The kind of message, such as `CHECKPOINT`; at most 32 printable characters.
    package let kind: String
    package let data: [Element]
    package let text: [UInt8]

    package init(
        severity: Severity, time: String, host: String, application: String = "gatehouse", kind: String,
        data: [Element], text: [UInt8]
    ) {
        self.severity = severity
        self.time = time
        self.host = host
        self.application = application
        self.kind = kind
        self.data = data
        self.text = text
    }

    /// The same with a text for people, which is UTF-8 and says so, and stays on one line.
    package init(
        severity: Severity, time: String, host: String, kind: String, data: [Element], words: String
    ) {
        self.init(
            severity: severity, time: time, host: host, kind: kind, data: data,
            text: Array(("\u{FEFF}" + Self.line(words)).utf8))
    }

    /// The message without its length.
    package var bytes: [UInt8] {
        var head = "<\(Self.facility * 8 + self.severity.rawValue)>1 \(self.time) \(Self.token(self.host, 255)) "
        head += "\(Self.token(self.application, 48)) - \(Self.token(self.kind, 32)) "
        if self.data.isEmpty { head += "-" }
        for element in self.data {
            head += "[\(element.id)"
            for parameter in element.parameters { head += " \(parameter.name)=\"\(Self.escaped(parameter.value))\"" }
            head += "]"
        }
        return Array(head.utf8) + [UInt8(ascii: " ")] + self.text
    }

    /// The message with its length in front.
    package var frame: [UInt8] {
        let bytes = self.bytes
        return Array("\(bytes.count) ".utf8) + bytes
    }

    /// Printable ASCII without spaces, cut to the length that the field may have; `-` where nothing is left.
    private static func token(_ text: String, _ limit: Int) -> String {
        let kept = text.utf8.filter { (0x21...0x7E).contains($0) }.prefix(limit)
        return kept.isEmpty ? "-" : String(decoding: kept, as: UTF8.self)
    }

    /// A parameter's value: quote, backslash and closing bracket are escaped.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in Self.line(text).unicodeScalars {
            if scalar == "\"" || scalar == "\\" || scalar == "]" { escaped.append("\\") }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }

    private static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            line.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        return line
    }
}
