extension Settings {
    /// Where the policies are, and what it takes to put others in force.
    package struct Policies: Hashable, Sendable {
        /// As it was written; `Settings.policiesPath` is the folder to open.
        package var path = "policies"
        /// How many people besides the one who proposed a bundle must approve it before it is in force.
        package var approvals = 0
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
        ])
}
