import CDetectorModels
import Crypto
package import Injection

/// A file of data.
package struct DataFile: Sendable {
    package var name: String
    package var bytes: [UInt8]

    /// Creates a file.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The name without its ending.
    var family: String { String(self.name.prefix { $0 != "." }) }
}

/// From files to a model and its card: reads, checks, writes synthetic texts, trains, measures.
///
/// The same files, grammars, seed and program give the same bytes.
package struct TrainingRun: Sendable {
    /// What a run makes.
    package struct Product: Sendable {
        package var model: InjectionModel
        package var modelBytes: [UInt8]
        package var card: TrainingCard
    }

    package var training: ModelTraining.Options
    /// Texts to learn from.
    package var learning: [DataFile]
    /// Texts that thresholds and figures come from.
    package var measuring: [DataFile]
    /// The grammars of synthetic texts.
    package var grammar: String

    /// Creates a run.
    ///
    /// - Parameter grammar: grammars in the place of those that are part of the program.
    package init(
        training: ModelTraining.Options, learning: [DataFile], measuring: [DataFile], grammar: String? = nil
    ) {
        self.training = training
        self.learning = learning
        self.measuring = measuring
        self.grammar = grammar ?? Self.embeddedGrammar
    }

    /// The grammars that are part of the program.
    package static var embeddedGrammar: String {
        // SAFE: the bytes are part of the program's read-only data, as many as the size says.
        let bytes = unsafe UnsafeBufferPointer(
            start: gatehouse_training_grammars(), count: gatehouse_training_grammars_size())
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// The texts of files that say something about injections.
    package static func texts(
        _ files: [DataFile], manifest: inout DataManifest
    ) throws(TrainingError) -> [LabelledText] {
        var texts: [LabelledText] = []
        for file in files {
            let rows = try RowReader.rows(file.bytes, name: file.family)
            let useful = rows.filter { $0.heads != nil && !$0.isSecretTask }
            guard !useful.isEmpty else { continue }
            manifest.add(name: file.name, bytes: file.bytes, rows: useful)
            texts += useful.map { row in
                LabelledText(
                    heads: row.heads ?? [], text: row.text, channel: row.channel, language: row.language,
                    family: file.family, source: file.name, licence: row.licence)
            }
        }
        return texts
    }

    /// Does it all.
    ///
    /// - Parameter progress: is told what happens, in words.
    package func run(progress: (String) -> Void) throws(TrainingError) -> Product {
        var manifest = DataManifest()
        var dev = DataManifest()
        let measured = try Self.texts(self.measuring, manifest: &dev)
        let real = try Self.texts(self.learning, manifest: &manifest)
        let synthetic = Synthesis(try Grammar(self.grammar)).texts(seed: self.training.seed)
        let (texts, quality) = DataCleaning.clean(real + synthetic, measured: measured)
        progress(
            "\(real.count) texts of data, \(synthetic.count) synthetic; left out: \(quality.duplicates) duplicates, "
                + "\(quality.leaks) that the measuring data has too, \(quality.conflicts) with both labels")
        let outcome = try ModelTraining(options: self.training).run(texts, measured: measured, progress: progress)
        let bytes = outcome.model.fileBytes
        let model: InjectionModel
        do { model = try InjectionModel(bytes: bytes.span, name: "the new model") } catch {
            throw TrainingError(.malformedCard, error.message)
        }
        var card = TrainingCard(model: model, options: self.training, manifest: manifest, measuring: dev)
        card.quality = quality
        card.syntheticTexts = synthetic.count
        card.syntheticAttacks = synthetic.count(where: \.isAttack)
        card.grammarHash = Self.hexadecimal(SHA256.hash(data: Array(self.grammar.utf8)))
        card.modelHash = Self.hexadecimal(SHA256.hash(data: bytes))
        card.unseen = TrainingCard.familyFigures(texts, outcome.unseen, model)
        let detector = InjectionDetector(model: model)
        var scratch = InjectionScratch()
        let onDev = measured.map { detector.evidence($0.text.utf8Span.span, scratch: &scratch) }
        card.dev = TrainingCard.familyFigures(measured, onDev, model)
        return Product(model: model, modelBytes: bytes, card: card)
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
