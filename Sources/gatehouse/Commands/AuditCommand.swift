import ArgumentParser
import Kernel
import Server

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Prove what happened: export the log, verify it.",
        discussion: """
            The log is a Merkle tree: nobody can change or take away an entry without somebody noticing who has kept a \
            checkpoint. What is in it, and what each check is worth, stands in docs/ledger.md.

            EXAMPLE:
              gatehouse audit policy > trust.policy             whom an auditor has to believe
              gatehouse audit export --output bundle.tar        what an auditor takes away
              gatehouse audit verify --bundle bundle.tar --policy trust.policy
            """,
        subcommands: [
            AuditExportCommand.self, AuditVerifyCommand.self, AuditPolicyCommand.self, AuditDeliverCommand.self,
        ])
}

struct AuditPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Print the trust policy of this log: its key, and its witnesses.",
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
        writer.member("key", policy.key)
        writer.member("policy", policy.text)
        writer.endObject()
        try Terminal.current.write(writer)
    }
}
