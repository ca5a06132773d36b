extension Settings {
    /// A place where analysts read the log, and how it is written there.
    package struct Export: Hashable, Sendable {
        package enum Format: String, Sendable, CaseIterable { case ocsf, ecs, cef, otlp, jsonl }

        package var name = ""
        /// As `gatehouse audit deliver --to` takes it.
        package var target = ""
        package var format = Format.ocsf
        /// The certificates to trust, in a file; nil for those of the system.
        package var authority: String?
        package var token: SecretReference?

        /// What `Settings.resolveSecrets` calls its token.
        package var tokenName: String { "audit.export.\(self.name).token" }

        /// What targets begin with.
        package static let schemes = ["file:", "syslog://", "syslog+tls://", "http://", "https://"]
    }

    /// The folder of an export's cursor and dead letters, beside the database.
    package func exportFolder(_ export: Export) -> String { self.besideDatabase("export") + "/" + export.name }
}

extension Settings.Export {
    static let type = EntryType<Self>(
        variants: [
            .init(nil, Self.description, "an export") {
                $0
            } unwrap: {
                $0
            }
        ],
        name: (\.name, .name("a name of letters, digits, `_` and `-`", alsoAllowing: "_-")),
        isEmptyAllowed: true,
        samples: [])

    private static let description = Section(
        initial: Self(),
        fields: [
            .required(
                "to", \.target, .line("file:/path, syslog://host:port, syslog+tls://host:port or a URL", upTo: 2048),
                "where to", example: "syslog+tls://siem.example.com:6514"),
            .value("format", \.format, .choice, "how events are written"),
            .optional(
                "ca", \.authority, .line("the path of a file", upTo: 4096),
                "the certificates to trust, for syslog+tls; without it, those of the system",
                example: "/etc/gatehouse/ca.pem"),
            .secret("token", \.token, "a bearer token to post with", example: "${env:SIEM_TOKEN}"),
        ])
}
