import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Look into the log, forget people, keep what the law wants kept.",
        discussion: """
            Reads the log of the configuration, whether the gateway runs or not. Whatever is done here is in the log.

            EXAMPLE:
              gatehouse audit search --label secret.github_token --since 7d
              gatehouse audit erase key_01kajx2v5n8q3r7t9w0y4z6b1c --reason "request of 12 May"
            """,
        subcommands: [
            AuditSearchCommand.self, EventsShowCommand.self, EventsTailCommand.self, AuditRevealCommand.self,
            AuditEraseCommand.self, AuditHoldCommand.self,
        ])
}
