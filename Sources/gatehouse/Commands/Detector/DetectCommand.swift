import ArgumentParser

struct DetectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect", abstract: "Measure what the detectors find.",
        discussion: """
            EXAMPLE:
              gatehouse detect evaluate data/dev
            """,
        subcommands: [DetectEvaluateCommand.self])
}
