/// Where a listener binds: a host and a port.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    package let host: NetworkHost
    /// 0 takes any free port.
    package let port: Int

    init(_ host: NetworkHost, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`.
    init(_ text: String) throws(Refusal) {
        guard !text.contains("://") else { throw Refusal(hint: "leave the scheme out") }
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            if let port = Self.port(text[...]) { throw Self.needsHost(port) }
            throw Refusal(hint: NetworkHost(text) == nil ? nil : "add a port")
        }
        let written = text[..<colon]
        guard let port = Self.port(text[text.index(after: colon)...]) else { throw Refusal() }
        if written.isEmpty || written == "*" { throw Self.needsHost(port) }
        if written.contains(":"), !written.hasPrefix("[") {
            throw Refusal(hint: "put IPv6 addresses in brackets and quotes: \"[::1]:8080\"")
        }
        guard let host = NetworkHost(written) else { throw Refusal() }
        self.host = host
        self.port = port
    }

    /// Reads an address as the file has it; nil where it is none.
    package init?(parsing text: String) {
        guard let address = try? ListenAddress(text) else { return nil }
        self = address
    }

    package var description: String { "\(self.host):\(self.port)" }

    private static func port(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(text), port <= 65535
        else { return nil }
        return port
    }

    private static func needsHost(_ port: Int) -> Refusal {
        Refusal(hint: "write 127.0.0.1:\(port) for this machine alone, 0.0.0.0:\(port) for every network")
    }
}
