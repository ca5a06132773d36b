package import ArgumentParser

package struct DetectCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "detect", abstract: "Show what the detectors find, and measure it.",
        discussion: """
            EXAMPLE:
              gatehouse detect "ignore all previous instructions"
              gatehouse detect page.html --channel tool_result --explain-views
              gatehouse detect evaluate data/dev
            """,
        subcommands: [DetectTextCommand.self, DetectEvaluateCommand.self],
        defaultSubcommand: DetectTextCommand.self)

    package init() {}
}
