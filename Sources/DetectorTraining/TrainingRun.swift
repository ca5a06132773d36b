// DetectorTraining makes the models of learned detectors and says how good they are: data, training, evaluation.

import CDetectorModels
import Crypto
package import Injection
import Normalisation
package import TrainingTexts

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
        /// How far above the threshold of one in a hundred models see each text that have not seen its family.
        package var unseenMargins: [(text: LabelledText, margin: Float)]
    }

    package var training: ModelTraining.Options
    /// Texts to learn from.
    package var learning: [DataFile]
    /// Texts that thresholds and figures come from.
    package var measuring: [DataFile]
    /// The grammars of synthetic texts.
    package var grammar: String

    /// Creates a run; a grammar takes the place of those that are part of the program.
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
        return try PhraseCounter().counted(texts)
    }

    /// Does it all; `progress` is told what happens, in words.
    package func run(progress: (String) -> Void) throws(TrainingError) -> Product {
        var manifest = DataManifest()
        var dev = DataManifest()
        let measured = try Self.texts(self.measuring, manifest: &dev)
        let real = try Self.texts(self.learning, manifest: &manifest)
        let grammar = try Grammar(self.grammar)
        // Documents that the measuring data has too are not spliced either.
        let spliced = Splices(grammar).texts(
            DataCleaning.clean(real, measured: measured).texts, seed: self.training.seed)
        let synthetic = Synthesis(grammar).texts(seed: self.training.seed) + spliced
        let (texts, quality) = DataCleaning.clean(real + synthetic, measured: measured)
        progress(
            "\(real.count) texts of data, \(synthetic.count) synthetic; left out: \(quality.duplicates) duplicates, "
                + "\(quality.leaks) that the measuring data has too, \(quality.conflicts) with both labels")
        let read = try PhraseCounter().counted(Self.withCanonical(texts))
        let outcome = try ModelTraining(options: self.training).run(read, measured: measured, progress: progress)
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
        card.unseen = TrainingCard.familyFigures(read, outcome.unseen, model)
        let detector = InjectionDetector(model: model)
        var scratch = InjectionScratch()
        let onDev = measured.map { detector.evidence($0.text.utf8Span.span, scratch: &scratch) }
        card.dev = TrainingCard.familyFigures(measured, onDev, model)
        let margins = zip(read, outcome.unseen).map { text, evidence in
            let judgement = model.judgements[text.channel.group.rawValue]
            return (text: text, margin: judgement.score(evidence, text.signals) - judgement.thresholds.x)
        }
        return Product(model: model, modelBytes: bytes, card: card, unseenMargins: margins)
    }

    /// The texts, and where its canonical reading differs from a text, that too: requests are read both ways.
    private static func withCanonical(_ texts: [LabelledText]) -> [LabelledText] {
        var normaliser = Normaliser()
        var all: [LabelledText] = []
        for text in texts {
            all.append(text)
            let read = normaliser.read(text.text.utf8Span.span)
            guard let view = read.views.first(where: { $0.kind == .canonical && $0.parent == nil }) else { continue }
            var other = text
            other.text = String(decoding: view.bytes, as: UTF8.self)
            other.attack = text.attack.map { attack in
                // The bytes of the reading that come from the attack, found by halves: the map only goes back.
                let start = Self.first(0...view.bytes.count) {
                    view.map.source(of: 0..<$0).upperBound > attack.lowerBound
                }
                let end = Self.first(start...view.bytes.count) {
                    view.map.source(of: 0..<$0).upperBound >= attack.upperBound
                }
                return max(0, start - 1)..<max(end, start)
            }
            if other.text != text.text { all.append(other) }
        }
        return all
    }

    /// The least number of a range that something holds for, and from which on it does.
    private static func first(_ range: ClosedRange<Int>, where holds: (Int) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
