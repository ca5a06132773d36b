extension Value: CustomStringConvertible {
    /// As an expression of the language that yields this value.
    package var description: String {
        switch self {
        case .boolean(let value): value ? "true" : "false"
        case .long(let value): String(value)
        case .string(let value): CedarText.quoted(value)
        case .entity(let uid): uid.description
        case .set(let set): "[\(set.elements.map(\.description).joined(separator: ", "))]"
        case .record(let record): record.description
        case .decimal(let value): "decimal(\"\(value)\")"
        case .address(let value): "ip(\"\(value)\")"
        case .datetime(let value): "datetime(\"1970-01-01\").offset(duration(\"\(value.milliseconds)ms\"))"
        case .duration(let value): "duration(\"\(value)\")"
        }
    }
}

extension RecordValue: CustomStringConvertible {
    package var description: String {
        "{\(self.fields.map { "\(CedarText.quoted($0.key)): \($0.value)" }.joined(separator: ", "))}"
    }
}
