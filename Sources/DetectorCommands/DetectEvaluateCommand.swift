import ArgumentParser
import Assessment
import Console
import Entities
import Injection
import Screening

struct DetectEvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure the detectors on labelled texts.",
        discussion: """
            Texts go through the whole cascade, as those of requests do: patterns, readings, phrases, the learned detector. A \
            text is flagged where the surest finding of the family `injection` counts 40 percent or more (the columns at \
            1 %), strictly where it counts 80, from which the policies that come with Gatehouse refuse (at .1 %). With \
            `--detector model` the learned detector is measured over the readings of a text, at its own thresholds.

            Rows are JSON Lines with `text` and `label`, and `channel`, `lang`, `family` and `spans` (start, end, label) \
            where they are known. Harmful requests count as clean: they are no injections. Rows whose label is ambiguous \
            are left out. With --evasion, attacks are disguised in every way of the reference, and clean texts too.

            EXAMPLE:
              gatehouse detect evaluate data/dev
              gatehouse detect evaluate data/dev --evasion --json
            """)

    enum Subject: String, ExpressibleByArgument, CaseIterable { case cascade, model }

    @Argument(help: "Files in JSON Lines, or folders of them.")
    var data: [String]

    @Option(help: ArgumentHelp("What is measured: cascade or model.", valueName: "detector"))
    var detector = Subject.cascade

    @Option(help: ArgumentHelp("The injection model; the one of the program if left out.", valueName: "file"))
    var model: String?

    @Flag(help: "Look for names and addresses too, as `names` under `detectors` does.")
    var names = false

    @Flag(help: "Disguise the texts, and print what is found then.")
    var evasion = false

    @Option(
        help: ArgumentHelp(
            "How many attacks each disguise is tried on; twice as many clean texts.", valueName: "number"))
    var attacks = 100

    @OptionGroup var output: OutputOption

    func run() async throws {
        let rows = try DetectorFiles.rows(self.data)
        let injections = try DetectorFiles.detector(self.model)
        let judge: Evaluation.Detector
        switch self.detector {
        case .cascade:
            let screen = try Screen.complete(
                injections: injections, names: self.names ? try EntityRecogniser.embedded() : nil)
            judge = CascadeUnderTest(screen).judge
        case .model: judge = ModelUnderTest(injections).judge
        }
        let evaluation = Evaluation(clock: EvaluationClock.now, detector: judge)
        var report = evaluation.run(rows)
        if self.evasion { report.evasions = evaluation.evasions(rows, most: self.attacks) }
        try EvaluationPrinter.write(
            report, detector: "\(self.detector.rawValue) with \(injections.model.name)", isJSON: self.output.isJSON)
    }
}
