/// The host of an address: an IPv4 or IPv6 literal, or a name that is resolved when it is used.
package struct NetworkHost: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: Hashable, Sendable { case ipv4, ipv6, name }
    private let kind: Kind

    /// As sockets take it: IPv6 without brackets, in lower case.
    package let text: String
    /// Whether it is certain to stay on this machine: 127.0.0.0/8, ::1, or `localhost`.
    package let isLoopback: Bool

    /// This machine, by IPv4.
    static let loopback = NetworkHost(.ipv4, "127.0.0.1", isLoopback: true)

    private init(_ kind: Kind, _ text: String, isLoopback: Bool) {
        self.kind = kind
        self.text = text
        self.isLoopback = isLoopback
    }

    /// Reads a host as it stands in an address, IPv6 in brackets; nil for anything else.
    package init?(_ written: some StringProtocol) {
        let text = written.lowercased()
        if text.hasPrefix("["), text.hasSuffix("]") {
            let literal = String(text.dropFirst().dropLast())
            guard let groups = Self.ipv6(literal) else { return nil }
            self.kind = .ipv6
            self.text = literal
            let isMapped = groups[0..<5].allSatisfy { $0 == 0 } && groups[5] == 0xFFFF
            self.isLoopback = groups == [0, 0, 0, 0, 0, 0, 0, 1] || isMapped && groups[6] >> 8 == 127
            return
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if let last = labels.last, !last.isEmpty, last.utf8.allSatisfy(Self.isDigit) {
            guard let bytes = Self.ipv4(text) else { return nil }
            self.kind = .ipv4
            self.text = text
            self.isLoopback = bytes[0] == 127
            return
        }
        guard text.utf8.count <= 253, labels.allSatisfy(Self.isLabel) else { return nil }
        self.kind = .name
        self.text = text
        self.isLoopback = text == "localhost" || text.hasSuffix(".localhost")
    }

    /// As it stands in an address: IPv6 in brackets.
    package var description: String { self.kind == .ipv6 ? "[\(self.text)]" : self.text }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Underscores are not of a host name by RFC 1123, but container networks use them.
    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { Self.isDigit($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F }
    }

    private static func ipv4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // A leading zero is octal to some resolvers and decimal to others.
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(Self.isDigit),
                part == "0" || !part.hasPrefix("0"), let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// RFC 4291, section 2.2: eight groups, at most one `::`, perhaps an IPv4 address in place of the last two.
    private static func ipv6(_ text: String) -> [UInt16]? {
        func groups(_ half: Substring) -> [UInt16]? {
            var values: [UInt16] = []
            guard !half.isEmpty else { return values }
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if part.contains("."), index == parts.count - 1, let bytes = Self.ipv4(part) {
                    values += [UInt16(bytes[0]) << 8 | UInt16(bytes[1]), UInt16(bytes[2]) << 8 | UInt16(bytes[3])]
                } else {
                    guard (1...4).contains(part.utf8.count), part.first != "+", let value = UInt16(part, radix: 16)
                    else { return nil }
                    values.append(value)
                }
            }
            return values
        }
        guard let gap = text.firstRange(of: "::") else {
            guard let all = groups(text[...]), all.count == 8 else { return nil }
            return all
        }
        guard let left = groups(text[..<gap.lowerBound]), let right = groups(text[gap.upperBound...]),
            left.count + right.count <= 7, !text[..<gap.lowerBound].contains(".")
        else { return nil }
        return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
    }
}
