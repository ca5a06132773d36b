import ArgumentParser
import Console
import DetectorTraining
import Injection
import Kernel

struct DetectorCalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Set a model's thresholds anew by texts of your own.",
        discussion: """
            The weights stay. Each group of channels with at least 200 clean texts gets thresholds that flag one in a \
            hundred, and one in a thousand, of them; with 50 attacks besides, probabilities too.

            EXAMPLE:
              gatehouse detector calibrate traffic.jsonl --output models/ours
            """)

    @Argument(help: "Labelled texts in JSON Lines, or folders of them.")
    var data: [String]

    @Option(help: ArgumentHelp("The model; the one of the program if left out.", valueName: "file"))
    var model: String?

    @Option(help: ArgumentHelp("The folder for the new model; it is made.", valueName: "folder"))
    var output = "model"

    @OptionGroup var format: OutputOption

    func run() async throws {
        let detector = try DetectorFiles.detector(self.model)
        var manifest = DataManifest()
        let texts = try TrainingRun.texts(try DetectorFiles.data(self.data), manifest: &manifest)
        let (model, changes) = try Recalibration.run(detector.model, texts)
        let bytes = model.fileBytes
        let read = try InjectionModel(bytes: bytes.span, name: "the new model")
        var card = JSONWriter()
        card.beginObject()
        card.member("model", read.name)
        card.member("calibrated_from", detector.model.name)
        card.name("groups")
        card.beginArray()
        for change in changes {
            card.beginObject()
            card.member("channels", change.group.name)
            card.member("clean", change.clean)
            card.member("attacks", change.attacks)
            card.member("threshold_before", Double(change.before.x))
            card.member("threshold_after", change.after.map { Double($0.x) })
            card.endObject()
        }
        card.endArray()
        card.endObject()
        try DetectorFiles.folder(self.output)
        try DetectorFiles.write(bytes, "\(self.output)/injection.model")
        try DetectorFiles.write(card.bytes + [0x0A], "\(self.output)/card.json")
        let terminal = Terminal.current
        if self.format.isJSON { return try terminal.write(card) }
        for change in changes {
            let after = change.after.map { "now \(Double($0.x).fixed(3))" } ?? "unchanged: too few clean texts"
            try terminal.write(
                "\(change.group.name): \(change.clean) clean texts, \(change.attacks) attacks; threshold "
                    + "\(Double(change.before.x).fixed(3)), \(after)")
        }
        try terminal.write("wrote \(read.name) to \(self.output)")
    }
}
