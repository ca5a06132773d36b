import ArgumentParser

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Look at what happened.",
        discussion: """
            Reads the database of the configuration, whether the gateway runs or not. Events hold no text of prompts and \
            answers, and no value that was found.

            EXAMPLE:
              gatehouse events tail --follow
            """,
        subcommands: [EventsTailCommand.self, EventsShowCommand.self])
}
