package import Kernel

/// Where exported events go, as it is written on a command line or in a configuration.
package struct ExportTarget: Sendable {
    package enum Place: Hashable, Sendable {
        /// Lines are added to a file.
        case file(String)
        /// RFC 5424 over TCP, with or without TLS.
        case syslog(host: String, port: Int, isTLS: Bool)
        /// Posted.
        case http(String)
    }

    package let place: Place
    /// The certificates to trust, in a file; nil for those of the system. For syslog over TLS.
    package var authority: String?
    /// Sent as a bearer token with what is posted.
    package var token: Secret<String>?

    /// Reads `file:/path`, `syslog://host:port`, `syslog+tls://host:port`, `http://…` or `https://…`; nil for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("file:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty else { return nil }
            self.place = .file(path)
        } else if text.hasPrefix("http://") || text.hasPrefix("https://") {
            self.place = .http(text)
        } else {
            let isTLS = text.hasPrefix("syslog+tls://")
            guard isTLS || text.hasPrefix("syslog://") else { return nil }
            let address = text.dropFirst(isTLS ? 13 : 9)
            guard let colon = address.lastIndex(of: ":"), let port = Int(address[address.index(after: colon)...]),
                (1...65_535).contains(port)
            else { return nil }
            let host = address[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
            guard !host.isEmpty else { return nil }
            self.place = .syslog(host: String(host), port: port, isTLS: isTLS)
        }
    }
}
