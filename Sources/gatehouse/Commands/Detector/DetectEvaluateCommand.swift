import ArgumentParser
import DetectorTraining

struct DetectEvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure the detectors on labelled texts.",
        discussion: """
            Rows are JSON Lines with `text` and `label`, and `channel`, `lang`, `family` and `spans` (start, end, label) \
            where they are known. Harmful requests count as clean: they are no injections. Rows whose label is ambiguous \
            are left out. With --evasion, attacks are disguised in every way of the reference, and clean texts too.

            EXAMPLE:
              gatehouse detect evaluate data/dev
              gatehouse detect evaluate data/dev --evasion --json
            """)

    @Argument(help: "Files in JSON Lines, or folders of them.")
    var data: [String]

    @Option(help: ArgumentHelp("The injection model; the one of the program if left out.", valueName: "file"))
    var model: String?

    @Flag(help: "Disguise the texts, and print what is found then.")
    var evasion = false

    @Option(
        help: ArgumentHelp(
            "How many attacks each disguise is tried on; twice as many clean texts.", valueName: "number"))
    var attacks = 100

    @OptionGroup var output: OutputOption

    func run() async throws {
        let rows = try DetectorFiles.rows(self.data)
        let detector = try DetectorUnderTest(injection: try DetectorFiles.detector(self.model))
        let evaluation = Evaluation(clock: EvaluationClock.now) { text, channel in detector.judge(text, channel) }
        var report = evaluation.run(rows)
        if self.evasion { report.evasions = evaluation.evasions(rows, most: self.attacks) }
        try EvaluationPrinter.write(report, detector: detector.name, isJSON: self.output.isJSON)
    }
}
