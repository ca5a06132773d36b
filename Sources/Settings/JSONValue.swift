import Kernel

/// A JSON text to be read by people: members in the order given, indented.
indirect enum JSONValue {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case array([JSONValue])
    case object([(String, JSONValue)])

    static func strings(_ values: some Sequence<String>) -> JSONValue { .array(values.map { .string($0) }) }

    /// Two spaces a level; arrays of scalars on one line.
    var text: String { String(decoding: self.bytes(indentedBy: 0), as: UTF8.self) + "\n" }

    private func bytes(indentedBy depth: Int) -> [UInt8] {
        switch self {
        case .string(let text): return Self.quoted(text)
        case .integer(let number): return Array(String(number).utf8)
        case .boolean(let value): return Array((value ? "true" : "false").utf8)
        case .array(let values):
            let items = values.map { $0.bytes(indentedBy: depth + 1) }
            let isOneLine = values.allSatisfy { if case .object = $0 { false } else { true } }
            if isOneLine { return Array("[".utf8) + Array(items.joined(separator: Array(", ".utf8))) + Array("]".utf8) }
            return Self.block(items, between: "[", "]", depth)
        case .object(let members):
            let items = members.map { name, value in
                Self.quoted(name) + Array(": ".utf8) + value.bytes(indentedBy: depth + 1)
            }
            return Self.block(items, between: "{", "}", depth)
        }
    }

    private static func block(_ items: [[UInt8]], between open: String, _ close: String, _ depth: Int) -> [UInt8] {
        guard !items.isEmpty else { return Array((open + close).utf8) }
        let indentation = String(repeating: "  ", count: depth)
        let lines = items.map { Array("\n\(indentation)  ".utf8) + $0 }
        return Array(open.utf8) + Array(lines.joined(separator: Array(",".utf8)))
            + Array("\n\(indentation)\(close)".utf8)
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var bytes = Array("\"".utf8)
        JSONString.appendEscaped(text.utf8Span.span, to: &bytes)
        return bytes + Array("\"".utf8)
    }
}
