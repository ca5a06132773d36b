import ArgumentParser
import Console
import DetectorTraining
import Kernel

struct DetectorTrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model, measure it, and write it with its card.",
        discussion: """
            Texts to learn from are JSON Lines with `text` and `label` (benign, harmful, injection, jailbreak, \
            indirect_injection), and `channel`, `lang`, `licence` where they are known; grammars write more. What the \
            measuring data has too is not learnt from. The same files and seed give the same bytes.

            EXAMPLE:
              gatehouse detector train --learn data/train --measure data/dev --output models/new
            """)

    @Option(help: ArgumentHelp("Files or folders to learn from.", valueName: "path"))
    var learn: [String] = []

    @Option(help: ArgumentHelp("Files or folders that thresholds and figures come from.", valueName: "path"))
    var measure: [String] = []

    @Option(help: ArgumentHelp("Grammars in the place of those of the program.", valueName: "file"))
    var grammar: String?

    @Option(help: ArgumentHelp("Where chance begins.", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("How often all texts are learnt from.", valueName: "number"))
    var epochs: Int?

    @Option(help: ArgumentHelp("The folder for the model and its card; it is made.", valueName: "folder"))
    var output = "model"

    @OptionGroup var format: OutputOption

    func run() async throws {
        var options = ModelTraining.Options()
        if let seed = self.seed { options.seed = seed }
        if let epochs = self.epochs { options.epochs = epochs }
        let grammar = try self.grammar.map { String(decoding: try DetectorFiles.bytes($0), as: UTF8.self) }
        let run = TrainingRun(
            training: options, learning: try DetectorFiles.data(self.learn),
            measuring: self.measure.isEmpty ? [] : try DetectorFiles.data(self.measure), grammar: grammar)
        let terminal = Terminal.current
        let isJSON = self.format.isJSON
        let product = try run.run { if !isJSON { terminal.complain($0) } }
        try DetectorFiles.folder(self.output)
        try DetectorFiles.write(product.modelBytes, "\(self.output)/injection.model")
        try DetectorFiles.write(product.card.json.bytes + [0x0A], "\(self.output)/card.json")
        try DetectorFiles.write(Array(product.card.markdown.utf8), "\(self.output)/card.md")
        if isJSON { return try terminal.write(product.card.json) }
        try terminal.write("wrote injection@\(product.card.name) and its card to \(self.output)")
        try terminal.write("\nnext:\n  gatehouse detector release \(self.output)")
    }
}
