// Trains and measures the recogniser of names: `entity-benchmark train LISTS BACKGROUND OUTPUT [TEXTS]`,
// `entity-benchmark evaluate MODEL DATA.jsonl`, `entity-benchmark speed MODEL FILE`.
import DetectorTraining
import Entities
import Foundation

let arguments = CommandLine.arguments

func lists(in folder: String) throws -> EntityLists {
    var lists: [String: [String]] = [:]
    let manager = FileManager.default
    for language in try manager.contentsOfDirectory(atPath: folder) where !language.contains(".") {
        for file in try manager.contentsOfDirectory(atPath: "\(folder)/\(language)") {
            let text = try String(contentsOfFile: "\(folder)/\(language)/\(file)", encoding: .utf8)
            lists["\(language)/\(file.dropLast(4))"] = text.split(separator: "\n").map(String.init)
        }
    }
    return EntityLists(lists)
}

func line(_ name: String, _ count: EntityEvaluation.Count) -> String {
    func two(_ value: Double) -> String { String(format: "%.3f", value) }
    return name.padding(toLength: 16, withPad: " ", startingAt: 0)
        + " P \(two(count.precision)) R \(two(count.recall)) F2 \(two(count.f2)) n \(count.found + count.missed)"
}

func show(_ evaluation: EntityEvaluation) {
    print(line("all", evaluation.overall))
    for kind in EntityKind.allCases { print(line(kind.label, evaluation.kind(kind))) }
    for language in evaluation.counts.keys.sorted() {
        print(line(language, evaluation.language(language)))
        for kind in EntityKind.allCases {
            if let count = evaluation.counts[language]?[kind] { print(line("  " + kind.label, count)) }
        }
    }
}

switch arguments.dropFirst().first {
case "train" where arguments.count > 4:
    let background = try String(contentsOfFile: arguments[3], encoding: .utf8)
        .split(separator: "\u{1E}").map(String.init)
    let start = ContinuousClock.now
    guard
        let outcome = EntityTrainer.train(
            try lists(in: arguments[2]), background: background,
            texts: arguments.count > 5 ? Int(arguments[5]) ?? 100_000 : 100_000, seed: 20_26,
            progress: { done, all in if done % 50_000 == 0 { print("\(done) of \(all)") } })
    else { exit(1) }
    try Data(outcome.file).write(to: URL(filePath: arguments[4]))
    show(outcome.evaluation)
    print(line("known names", outcome.evaluationOfKnownNames.overall))
    for kind in EntityKind.allCases { print(line("  " + kind.label, outcome.evaluationOfKnownNames.kind(kind))) }
    print("\(outcome.file.count) bytes in \(ContinuousClock.now - start)")
case "evaluate" where arguments.count > 3:
    let model = try EntityModel(Array(Data(contentsOf: URL(filePath: arguments[2]))), file: arguments[2])
    let examples = try String(contentsOfFile: arguments[3], encoding: .utf8).split(separator: "\n").compactMap {
        line -> EntityExample? in
        guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
            let text = object["text"] as? String, let spans = object["spans"] as? [[String: Any]]
        else { return nil }
        return EntityExample(
            text: Array(text.utf8),
            spans: spans.compactMap { span in
                guard let start = span["start"] as? Int, let end = span["end"] as? Int,
                    let kind = EntityKind.allCases.first(where: { $0.label == span["kind"] as? String })
                else { return nil }
                return (kind, start..<end)
            }, language: object["lang"] as? String ?? "")
    }
    show(EntityEvaluation(EntityRecogniser(model), examples))
case "speed" where arguments.count > 3:
    let model = try EntityModel(Array(Data(contentsOf: URL(filePath: arguments[2]))), file: arguments[2])
    let recogniser = EntityRecogniser(model)
    let text = Array(try Data(contentsOf: URL(filePath: arguments[3])))
    var scratch = EntityRecogniser.Scratch()
    var spans: [EntitySpan] = []
    var best = Duration.seconds(1000)
    for _ in 0..<7 {
        spans.removeAll(keepingCapacity: true)
        let start = ContinuousClock.now
        recogniser.find(in: text.span, scratch: &scratch, into: &spans)
        best = min(best, ContinuousClock.now - start)
    }
    let seconds = Double(best.components.attoseconds) / 1e18 + Double(best.components.seconds)
    print(
        "\(text.count) bytes, \(spans.count) names, \(String(format: "%.1f", Double(text.count) / seconds / 1e6)) MB/s")
case "errors" where arguments.count > 4:
    let model = try EntityModel(Array(Data(contentsOf: URL(filePath: arguments[2]))), file: arguments[2])
    let recogniser = EntityRecogniser(model)
    var generator = EntityGenerator(try lists(in: arguments[3]), .heldOut, seed: 3)
    var scratch = EntityRecogniser.Scratch()
    for _ in 0..<60 {
        guard let example = generator.next(arguments[4]) else { break }
        var spans: [EntitySpan] = []
        recogniser.find(in: example.text.span, scratch: &scratch, into: &spans)
        let found = Set(spans.map { "\($0.kind.label) \(String(decoding: example.text[$0.range], as: UTF8.self))" })
        let expected = Set(
            example.spans.map { "\($0.kind.label) \(String(decoding: example.text[$0.range], as: UTF8.self))" })
        guard found != expected else { continue }
        print("== " + String(decoding: example.text, as: UTF8.self))
        print("   missed", expected.subtracting(found).sorted())
        print("   wrong ", found.subtracting(expected).sorted())
    }
case "find" where arguments.count > 3:
    let model = try EntityModel(Array(Data(contentsOf: URL(filePath: arguments[2]))), file: arguments[2])
    let recogniser = EntityRecogniser(model)
    var scratch = EntityRecogniser.Scratch()
    for text in arguments.dropFirst(3) {
        var spans: [EntitySpan] = []
        let bytes = Array(text.utf8)
        recogniser.find(in: bytes.span, scratch: &scratch, into: &spans)
        print(text)
        for span in spans {
            print("   ", span.kind.label, span.confidence, String(decoding: bytes[span.range], as: UTF8.self))
        }
    }
default: print("usage: entity-benchmark train LISTS BACKGROUND OUTPUT [TEXTS] | evaluate MODEL DATA | speed MODEL FILE")
}
