// DetectorCommands: the commands that show, train and measure detectors, and those that take out what they find.

package import ArgumentParser

package struct DetectorCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "detector", abstract: "Train, measure and release the learned injection detector.",
        discussion: """
            A model comes with the program. Another one is trained from labelled texts and what grammars write, measured, \
            released into a folder with its card, and taken back if it was no good.

            EXAMPLE:
              gatehouse detector train --learn data/train --measure data/dev --output new
              gatehouse detector evaluate data/dev --model new/injection.model
              gatehouse detector release new
              gatehouse detector rollback
            """,
        subcommands: [
            DetectorTrainCommand.self, DetectorEvaluateCommand.self, DetectorCalibrateCommand.self,
            DetectorReleaseCommand.self, DetectorRollbackCommand.self, DetectorExplainCommand.self,
            DetectorFeedbackCommand.self, DetectorNamesCommand.self,
        ])

    package init() {}
}
