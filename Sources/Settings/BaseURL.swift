/// Where a provider's API begins, such as `https://api.openai.com/v1`: no credentials, no query, no fragment.
package struct BaseURL: Hashable, Sendable, CustomStringConvertible {
    package let isTLS: Bool
    package let host: NetworkHost
    package let port: Int
    /// What stands before the path of each call: empty, or with a leading slash and without a trailing one.
    package let path: String

    init(isTLS: Bool, host: NetworkHost, port: Int, path: String) {
        self.isTLS = isTLS
        self.host = host
        self.port = port
        self.path = path
    }

    /// Reads a URL; what it refuses for holding a credential it does not repeat.
    package init(_ text: String) throws(Refusal) {
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound].lowercased() }
        let rest = text.dropFirst(scheme.map { $0.count + 3 } ?? 0)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // Before anything that repeats the text: what stands here may be a credential.
        guard !authority.contains("@") else {
            throw Refusal(saying: "a URL must not hold a user name or password", hint: "use api_key for credentials")
        }
        guard !rest.contains("?"), !rest.contains("#") else {
            throw Refusal(saying: "a URL must end before `?` or `#`")
        }
        guard scheme == "https" || scheme == "http" else {
            throw Refusal(hint: scheme == nil ? "begin with https:// or http://" : nil)
        }
        self.isTLS = scheme == "https"
        (self.host, self.port) = try Self.split(authority, defaultPort: self.isTLS ? 443 : 80)
        self.path = try Self.path(rest[authority.endIndex...])
    }

    package var description: String {
        let port = self.port == (self.isTLS ? 443 : 80) ? "" : ":\(self.port)"
        return "\(self.isTLS ? "https" : "http")://\(self.host)\(port)\(self.path)"
    }

    private static func split(_ authority: Substring, defaultPort: Int) throws(Refusal) -> (NetworkHost, Int) {
        var written = authority
        var port = defaultPort
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let digits = authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
                (1...65535).contains(number)
            else { throw Refusal() }
            port = number
            written = authority[..<colon]
        }
        guard let host = NetworkHost(written) else { throw Refusal() }
        return (host, port)
    }

    private static func path(_ written: Substring) throws(Refusal) -> String {
        var path = written
        while path.hasSuffix("/") { path.removeLast() }
        let isPlain = path.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "/-._~!$&'()*+,;=:@".utf8.contains(byte)
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard isPlain, !segments.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { throw Refusal() }
        let calls = ["/chat/completions", "/completions", "/embeddings", "/responses", "/messages"]
        for call in calls where path.hasSuffix(call) {
            throw Refusal(hint: "leave out \(call): it is added to each call")
        }
        return String(path)
    }
}
