// Measures what the injection detector costs (`speed`), and trains as `gatehouse detector train` does, from a program
// that is built in a fraction of the time (`train LEARN MEASURE OUTPUT [NAME=VALUE…]`).

import DetectorTraining
import Foundation
import Injection
import Kernel
import TrainingTexts

func file(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

func files(_ folder: String) throws -> [DataFile] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jsonl") }.sorted().map {
        DataFile(name: $0, bytes: try file("\(folder)/\($0)"))
    }
}

func train(_ learn: String, _ measure: String, _ output: String, _ settings: [String]) throws {
    var options = ModelTraining.Options()
    var grammar: String?
    for setting in settings {
        let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { continue }
        switch parts[0] {
        case "grammar":
            grammar = try parts[1].split(separator: ",").map { String(decoding: try file(String($0)), as: UTF8.self) }
                .joined()
        case "epochs": options.epochs = Int(parts[1]) ?? options.epochs
        case "bits": options.bits = Int(parts[1]) ?? options.bits
        case "rate": options.rate = Float(parts[1]) ?? options.rate
        case "decay": options.decay = Float(parts[1]) ?? options.decay
        case "spread": options.spread = Float(parts[1]) ?? options.spread
        case "families": options.families = Int(parts[1]) ?? options.families
        case "folds": options.folds = Int(parts[1]) ?? options.folds
        default: print("no setting is called `\(parts[0])`")
        }
    }
    let run = TrainingRun(
        training: options, learning: try files(learn), measuring: try files(measure), grammar: grammar)
    let start = ContinuousClock.now
    let product = try run.run { print("\(ContinuousClock.now - start): \($0)") }
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    try Data(product.modelBytes).write(to: URL(fileURLWithPath: output + "/injection.model"))
    try Data(product.card.json.bytes + [0x0A]).write(to: URL(fileURLWithPath: output + "/card.json"))
    try Data(product.card.markdown.utf8).write(to: URL(fileURLWithPath: output + "/card.md"))
    print(product.card.markdown)
}

/// What a model finds of the texts of a folder, by family.
func measure(_ model: String, _ folder: String) throws {
    let bytes = try file(model)
    let model = try InjectionModel(bytes: bytes.span, name: model)
    var manifest = DataManifest()
    let texts = try TrainingRun.texts(try files(folder), manifest: &manifest)
    let detector = InjectionDetector(model: model)
    var scratch = InjectionScratch()
    let evidence = texts.map { detector.evidence($0.text.utf8Span.span, scratch: &scratch) }
    print(TrainingCard.table(TrainingCard.familyFigures(texts, evidence, model)))
}

/// Reads a text of about a thousand tokens again and again.
func speed() throws {
    let detector = try InjectionDetector.embedded()
    let sentence = "The committee met on Tuesday, agreed on the budget for 2027 and asked for a report on the harbour. "
    let text = String(repeating: sentence, count: 46)
    var scratch = InjectionScratch()
    var times: [Double] = []
    for _ in 0..<2000 {
        let start = ContinuousClock.now
        let verdict = detector.assess(text.utf8Span.span, channel: .document, scratch: &scratch)
        let time = ContinuousClock.now - start
        times.append(Double(time.components.attoseconds) / 1e12)
        if verdict.score.isNaN { print("no score") }
    }
    times.sort()
    print(
        "\(text.utf8.count) bytes: p50 \(times[times.count / 2].fixed(1)) µs, p99 \(times[times.count * 99 / 100].fixed(1)) µs"
    )
    let large = String(repeating: sentence, count: 10 * 1024 * 1024 / sentence.utf8.count)
    let start = ContinuousClock.now
    _ = detector.assess(large.utf8Span.span, channel: .document, scratch: &scratch)
    print("\(large.utf8.count) bytes: \(ContinuousClock.now - start)")
}

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "speed": try speed()
case "train" where arguments.count >= 4:
    let rest = Array(arguments.dropFirst())
    try train(rest[0], rest[1], rest[2], Array(rest.dropFirst(3)))
case "measure" where arguments.count == 3: try measure(arguments[2], arguments[3])
case "show":
    let texts = Synthesis(try Grammar(TrainingRun.embeddedGrammar)).texts(seed: ModelTraining.Options().seed)
    for text in texts { print("\(text.source)\t\(text.isAttack ? "attack" : "clean")\t\(text.text.debugDescription)") }
default:
    print("usage: injection-benchmark speed | train LEARN MEASURE OUTPUT [NAME=VALUE…] | measure MODEL DATA | show")
}
