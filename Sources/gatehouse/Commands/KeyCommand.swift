import ArgumentParser

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make, list and revoke keys.",
        discussion: """
            Works on the database of the configuration, whether the gateway runs or not; one that runs sees a change \
            within half a second.

            EXAMPLE:
              gatehouse key create --name billing
            """,
        subcommands: [KeyCreateCommand.self, KeyListCommand.self, KeyRevokeCommand.self])
}
