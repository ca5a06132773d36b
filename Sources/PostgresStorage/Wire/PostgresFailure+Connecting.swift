import Kernel

/// Why no connection came about, and what whoever runs Gatehouse can do about it.
extension PostgresFailure {
    /// Reads what the library says where it was told to be verbose: lines such as `… failed: FATAL:  28P01: password …`,
    /// one for each address that was tried. They name hosts and users, no passwords.
    init(ofConnecting text: String) {
        var state = ""
        var lines: [String] = []
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("LOCATION:") {
            // What the library asks back, behind a tab, is asked in the hint.
            guard line.first != "\t" else { continue }
            guard let mark = line.firstRange(of: ":  "), let code = Self.state(line[mark.upperBound...]) else {
                lines.append(String(line))
                continue
            }
            state = code
            lines.append("\(line[..<mark.lowerBound]): \(line[mark.upperBound...].dropFirst(code.count + 2))")
        }
        self.init(state: state, message: lines.joined(separator: "; "))
    }

    /// The five characters that a text begins with, where a colon follows them.
    private static func state(_ text: Substring) -> String? {
        let code = text.prefix(5)
        let isCode = code.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        return code.count == 5 && isCode && text.dropFirst(5).hasPrefix(": ") ? String(code) : nil
    }

    /// Whether it may go by itself: the server is starting, has no room, or is not to be reached now. Everything else a
    /// person has to change.
    var mayPass: Bool {
        switch self.state {
        case "": self.mistake == nil
        case "53300": true
        default: self.state.hasPrefix("08") || self.state.hasPrefix("57P")
        }
    }

    /// What to do about it.
    var hint: String {
        switch self.state {
        case "28P01":
            """
            is that the user, and its password right? storage.url has both; what is no letter or digit in a password is \
            written as %40
            """
        case let state where state.hasPrefix("28"):
            """
            let the user in by a line of the server's pg_hba.conf; where that wants TLS, storage.url ends in \
            ?sslmode=verify-full
            """
        case "3D000": "make it (CREATE DATABASE …), or name another one in storage.url"
        case "42501": "GRANT CONNECT ON DATABASE … TO the user that storage.url names"
        case "53300": "raise max_connections in postgresql.conf; a gateway takes at most 13 connections"
        case let state where state.isEmpty || state.hasPrefix("08") || state.hasPrefix("57P"):
            self.mistake?.hint ?? "is the server running, and does it listen where storage.url says?"
        default: "what the server says is in its log too"
        }
    }

    private struct Mistake {
        /// What the library says of it.
        let words: [String]
        let hint: String
    }

    private var mistake: Mistake? {
        guard self.state.isEmpty else { return nil }
        return Self.mistakes.first { $0.words.contains(where: self.message.contains) }
    }

    /// The library has no codes for what it finds wrong itself; its words are the same in every locale but ours.
    private static let mistakes: [Mistake] = [
        Mistake(
            words: ["does not match host name"],
            hint: """
                name the server in storage.url as its certificate does; hostaddr=… beside it says which address is meant
                """),
        Mistake(
            words: ["certificate verify failed"],
            hint: """
                sslrootcert in storage.url names the certificate of the authority that signed the server's; where it \
                does, this may be another server
                """),
        Mistake(
            words: ["root certificate file", "could not read root certificate"],
            hint: "sslrootcert in storage.url names a file with the authority's certificate, which this user can read"),
        Mistake(
            words: ["does not support SSL"],
            hint:
                "turn on ssl in the server's postgresql.conf, with a certificate; without TLS the network reads the log"
        ),
        Mistake(
            words: ["private key", "certificate"],
            hint: "sslcert and sslkey in storage.url name what this user can read"),
        Mistake(
            words: ["SSL error", "SSL SYSCALL error: EOF"],
            hint: "do both sides agree about TLS? see sslmode in storage.url"),
        Mistake(
            words: ["invalid"],
            hint: "the parameters of storage.url are those of libpq, such as sslmode=verify-full"),
    ]
}
