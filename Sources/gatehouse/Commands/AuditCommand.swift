import ArgumentParser
import Console
import Kernel
import Server

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Prove what happened, look into it, forget people, keep what the law wants kept.",
        discussion: """
            The log is a Merkle tree: nobody can change or take away an entry without somebody noticing who has kept a \
            checkpoint. What is in it, and what each check is worth, stands in docs/ledger.md. Whether the gateway runs or \
            not, whatever is done here is in the log.

            EXAMPLE:
              gatehouse audit policy > trust.policy             whom an auditor has to believe
              gatehouse audit export --output bundle.tar        what an auditor takes away
              gatehouse audit verify --bundle bundle.tar --policy trust.policy
              gatehouse audit search --label secret.github_token --since 7d
              gatehouse audit erase key_01kajx2v5n8q3r7t9w0y4z6b1c --reason "request of 12 May"
            """,
        subcommands: [
            AuditSearchCommand.self, EventsShowCommand.self, EventsTailCommand.self, AuditRevealCommand.self,
            AuditEraseCommand.self, AuditHoldCommand.self, AuditExportCommand.self, AuditVerifyCommand.self,
            AuditPolicyCommand.self, AuditDeliverCommand.self,
        ])
}

struct AuditPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Print the trust policy of this log: its keys, and its witnesses.",
        discussion: """
            An auditor verifies with it (c2sp.org/tlog-policy). Hand it over by another way than the log: who could change \
            both could change the log.

            EXAMPLE:
              gatehouse audit policy > trust.policy
            """)

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let policy = try Auditing.policy(self.configuration.settings())
        guard self.output.isJSON else {
            try Terminal.current.write(policy.text, terminator: "")
            return
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("keys" as StaticString)
        writer.beginArray()
        for key in policy.keys { writer.string(key) }
        writer.endArray()
        writer.member("policy", policy.text)
        writer.endObject()
        try Terminal.current.write(writer)
    }
}
