/// A list of fields that holds each once and does not grow without bound.
@usableFromInline package struct DroppedFields: Hashable, Sendable {
    package private(set) var names: [String]
    private static let limit = 64

    package init(_ names: [String] = []) { self.names = names }

    @usableFromInline package mutating func note(_ name: String) {
        guard self.names.count < Self.limit else { return }
        let safe = Self.headerSafe(name)
        if !self.names.contains(safe) { self.names.append(safe) }
    }

    /// The name as it may stand in a list in a header: names of unknown fields are the caller's.
    private static func headerSafe(_ name: String) -> String {
        func isSafe(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) && byte != UInt8(ascii: ",") }
        guard name.utf8.count > 80 || !name.utf8.allSatisfy(isSafe) else { return name }
        return String(decoding: name.utf8.prefix(80).map { isSafe($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// Notes a field that has a value.
    @inlinable package mutating func note<Value>(_ name: String, ifPresent value: Value?) {
        if value != nil { self.note(name) }
    }
}
