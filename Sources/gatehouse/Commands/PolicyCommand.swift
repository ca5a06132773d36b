import ArgumentParser

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Write, test, explain and activate policies.",
        discussion: """
            Policies are files in Cedar in a folder, with their tests and properties beside them. Where a command takes \
            policies, it takes a folder or a file, `active` for those in force, `default` for those that come with \
            Gatehouse, or the hash of a bundle, at least eight digits of it.

            EXAMPLE:
              gatehouse policy init policies
              gatehouse policy check policies
              gatehouse policy backtest policies --since 7d
              gatehouse policy activate policies
              gatehouse policy explain exch_01kajx2v5n8q3r7t9w0y4z6b1c
            """,
        subcommands: [
            PolicyInitCommand.self, PolicyCheckCommand.self, PolicyTestCommand.self, PolicyFormatCommand.self,
            PolicyDiffCommand.self, PolicyBacktestCommand.self, PolicyExplainCommand.self, PolicyActivateCommand.self,
            PolicyApproveCommand.self, PolicyRollbackCommand.self, PolicyListCommand.self, PolicySchemaCommand.self,
            PolicyCorpusCommand.self,
        ])
}
