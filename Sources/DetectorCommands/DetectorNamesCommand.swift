import ArgumentParser
import Console
import DetectorTraining
import Entities
import Foundation
import Kernel

struct DetectorNamesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "names", abstract: "Train the recogniser of persons, organisations, places and addresses.",
        discussion: """
            Texts are made from the program's templates in ten languages and from lists of names, one file for each \
            language and category, as `tools/entity-lists.py` writes them. Texts of everyday life, without labels, teach \
            what is no name. A tenth of the names and a seventh of the templates are held out for the figures, then all \
            are learnt. The same lists, texts and seed give the same bytes.

            EXAMPLE:
              gatehouse detector names lists --background data/train/benign_docs.jsonl --output names
            """)

    @Argument(help: ArgumentHelp("The folder of the lists.", valueName: "folder"))
    var lists: String

    @Option(help: ArgumentHelp("Files or folders of texts of everyday life.", valueName: "path"))
    var background: [String] = []

    @Option(help: ArgumentHelp("How many texts are made.", valueName: "number"))
    var texts = 260_000

    @Option(help: ArgumentHelp("Where chance begins.", valueName: "number"))
    var seed: UInt64 = 2026

    @Option(help: ArgumentHelp("The folder for the model and its figures; it is made.", valueName: "folder"))
    var output = "names"

    @OptionGroup var format: OutputOption

    func run() async throws {
        let terminal = Terminal.current
        let isJSON = self.format.isJSON
        let rows = self.background.isEmpty ? [] : try DetectorFiles.rows(self.background)
        let texts = rows.map { String($0.text.prefix(3000)) }.filter(Self.isLatin)
        guard
            let outcome = EntityTrainer.train(
                EntityLists(try self.readLists()), background: texts, texts: self.texts, seed: self.seed,
                progress: { done, all in
                    if !isJSON, done % 20_000 == 0 { terminal.complain("\(done) of \(all) texts") }
                })
        else { throw CommandFailure("the words of these lists cannot be packed into a lexicon") }
        let card = self.card(outcome)
        try DetectorFiles.folder(self.output)
        try DetectorFiles.write(outcome.file, "\(self.output)/entities.model")
        try DetectorFiles.write(card.bytes + [0x0A], "\(self.output)/card.json")
        if isJSON { return try terminal.write(card) }
        for (name, evaluation) in [
            ("unknown names", outcome.evaluation), ("known names", outcome.evaluationOfKnownNames),
        ] {
            try terminal.write("\(name): \(Self.words(evaluation.overall))")
            for kind in EntityKind.allCases {
                try terminal.write("  \(kind.label): \(Self.words(evaluation.kind(kind)))")
            }
        }
        try terminal.write("wrote \(outcome.file.count) bytes and their figures to \(self.output)")
    }

    private func readLists() throws -> [String: [String]] {
        var lists: [String: [String]] = [:]
        let manager = FileManager.default
        for language in EntityGenerator.languages + ["xx"] {
            let folder = "\(self.lists)/\(language)"
            for file in ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).sorted() where file.hasSuffix(".txt")
            {
                let text = String(decoding: try DetectorFiles.bytes("\(folder)/\(file)"), as: UTF8.self)
                lists["\(language)/\(file.dropLast(4))"] = text.split(separator: "\n").map(String.init)
            }
        }
        guard !lists.isEmpty else {
            throw CommandFailure(
                "there are no lists in `\(self.lists)`", hint: "make them with tools/entity-lists.py",
                exitCode: .configuration)
        }
        return lists
    }

    /// Whether nine letters in ten are of the alphabet that the recogniser reads.
    private static func isLatin(_ text: String) -> Bool {
        let others = text.unicodeScalars.count { $0.value >= 0x250 }
        return others * 10 < text.unicodeScalars.count
    }

    private static func words(_ count: EntityEvaluation.Count) -> String {
        func digits(_ value: Double) -> String { String(format: "%.3f", value) }
        return
            "precision \(digits(count.precision)), recall \(digits(count.recall)), F2 \(digits(count.f2)) of \(count.found + count.missed)"
    }

    private func card(_ outcome: EntityTrainer.Outcome) -> JSONWriter {
        var json = JSONWriter()
        func write(_ count: EntityEvaluation.Count) {
            json.beginObject()
            json.member("count", count.found + count.missed)
            for (name, value) in [("precision", count.precision), ("recall", count.recall), ("f2", count.f2)] {
                json.name(name)
                json.raw(Array(String(format: "%.4f", value).utf8))
            }
            json.endObject()
        }
        json.beginObject()
        json.member("bytes", outcome.file.count)
        json.member("texts", self.texts)
        json.member("seed", Int64(clamping: self.seed))
        for (name, evaluation) in [
            ("unknown_names", outcome.evaluation), ("known_names", outcome.evaluationOfKnownNames),
        ] {
            json.name(name)
            json.beginObject()
            json.name("all")
            write(evaluation.overall)
            for kind in EntityKind.allCases {
                json.name(kind.label)
                write(evaluation.kind(kind))
            }
            for language in EntityGenerator.languages {
                json.name(language)
                write(evaluation.language(language))
            }
            json.endObject()
        }
        json.endObject()
        return json
    }
}
