extension Settings {
    /// Where the policies are, and what it takes to put others in force.
    package struct Policies: Hashable, Sendable {
        /// As it was written; `Settings.policiesPath` is the folder to open.
        package var path = "policies"
        /// How many people besides the one who proposed a bundle must approve it before it is in force.
        package var approvals = 0
        package var outside = Outside()
    }

    /// A decision point of somebody else, which speaks AuthZEN 1.0.
    package struct Outside: Hashable, Sendable {
        /// nil where nobody is asked.
        package var url: BaseURL?
        /// Sent as bearer.
        package var token: SecretReference?
        /// How long one answer may take; later ones deny.
        package var timeout = Duration.milliseconds(50)
        /// Connections that an event loop may open; what waits for one beyond four times as many is denied.
        package var connections = 16
        /// How long an answer counts for the same question; zero where each is asked anew.
        package var keep = Duration.zero

        /// What `Settings.resolveSecrets` calls its token.
        package static let tokenName = "policies.outside_token"
    }

    /// The path of the folder of policies. There need not be one.
    package var policiesPath: String { self.resolved(self.policies.path) }
}

extension Settings.Policies {
    static let description = Section(
        initial: Self(),
        fields: [
            .value(
                "path", \.path, .line("the path of a folder", upTo: 4096),
                "the folder of policies; a relative path begins at the folder of this file"),
            .value(
                "approvals", \.approvals, .count(0...10),
                "people besides the proposer who must approve policies before they hold"),
            .optional(
                "outside_url", \.outside.url, .url,
                "a decision point of yours that must permit, too, over AuthZEN 1.0; without /access/v1/evaluation",
                example: "https://pdp.example.com"),
            .secret(
                "outside_token", \.outside.token, "a reference to what it wants as bearer, never the token itself",
                example: "${file:/run/secrets/pdp-token}"),
            .value(
                "outside_timeout", \.outside.timeout, .duration(.milliseconds(1) ... .seconds(10)),
                "how long its answer may take, connection included; what comes later is denied"),
            .value(
                "outside_connections", \.outside.connections, .count(1...65_536),
                "connections to it that each event loop may open"),
            .value(
                "outside_keep", \.outside.keep, .duration(.zero ... .seconds(3600)),
                "how long its answer counts for the same question; 0s asks each time"),
        ])
}
