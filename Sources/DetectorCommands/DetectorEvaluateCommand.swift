import ArgumentParser
import Assessment
import Console
import DetectorTraining
import Injection
import Kernel

struct DetectorEvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a model alone, without the views and patterns around it.",
        discussion: """
            `gatehouse detect evaluate` measures the whole of what requests meet; this, what the model does by itself.

            EXAMPLE:
              gatehouse detector evaluate data/dev --model models/new/injection.model
            """)

    @Argument(help: "Files in JSON Lines, or folders of them.")
    var data: [String]

    @Option(help: ArgumentHelp("The model; the one of the program if left out.", valueName: "file"))
    var model: String?

    @OptionGroup var output: OutputOption

    func run() async throws {
        let detector = try DetectorFiles.detector(self.model)
        let rows = try DetectorFiles.rows(self.data)
        var scratch = InjectionScratch()
        let evaluation = Evaluation(clock: EvaluationClock.now) { text, channel in
            let verdict = detector.assess(text.utf8Span.span, channel: channel, scratch: &scratch)
            let thresholds = detector.model.judgements[channel.group.rawValue].thresholds
            return EvaluatedText(
                margin: verdict.score - thresholds.x, strictMargin: verdict.score - thresholds.y,
                probability: verdict.probability)
        }
        let report = evaluation.run(rows)
        try EvaluationPrinter.write(report, detector: detector.model.name, isJSON: self.output.isJSON)
    }
}
