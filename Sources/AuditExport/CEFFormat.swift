import Audit

/// Leaves as lines of the Common Event Format, version 0.
struct CEFFormat {
    let version: String
    let host: String

    func text(_ record: ExportRecord) -> [UInt8] {
        var line = "CEF:0|Gatehouse|Gatehouse|\(Self.header(self.version))|\(record.type.rawValue)|"
        line += "\(Self.header(record.type.title))|\(record.severity.steps)|"
        var extensions: [(String, String)] = [("rt", "\(record.time)"), ("externalId", "\(record.index)")]
        func add(_ key: String, _ value: String?) {
            if let value, !value.isEmpty { extensions.append((key, value)) }
        }
        func add(_ key: String, label: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            extensions += [("\(key)Label", label), (key, value)]
        }
        add("dvchost", self.host)
        add("deviceExternalId", record.leaf.id)
        add("cat", record.type.rawValue)
        add("act", record.leaf.decision?.rawValue)
        add("outcome", record.outcome.rawValue)
        add("reason", record.leaf.code)
        add("suid", record.leaf.actor)
        add("destinationServiceName", record.leaf.provider)
        add("requestMethod", record.leaf.operation)
        add("cs1", label: "origin", record.origin)
        add("cs2", label: "tenant", record.leaf.tenant)
        add("cs3", label: "resource", record.leaf.resource)
        add("cs4", label: "run", record.leaf.run)
        add("cs5", label: "policies", record.leaf.rules.joined(separator: ","))
        add("cs6", label: "findings", record.leaf.flags.joined(separator: ","))
        if let tokens = record.tokens {
            add("cn1", label: "inputTokens", "\(tokens.input)")
            add("cn2", label: "outputTokens", "\(tokens.output)")
        }
        add("cn3", label: "costMicrodollars", record.leaf.cost.map(String.init))
        add("flexNumber1", label: "httpStatus", record.leaf.status.map(String.init))
        add("msg", record.sentence)
        line += extensions.map { "\($0.0)=\(Self.value($0.1))" }.joined(separator: " ")
        return Array(line.utf8)
    }

    /// In the header, a pipe and a backslash are escaped; a line has one line.
    static func header(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "|": escaped += "\\|"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// In a value, an equals sign, a backslash and line ends are escaped; a pipe is not.
    static func value(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "=": escaped += "\\="
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension ExportSeverity {
    /// From 0 to 10, as CEF counts.
    fileprivate var steps: Int {
        switch self {
        case .informational: 2
        case .low: 4
        case .medium: 6
        case .high: 8
        }
    }
}
