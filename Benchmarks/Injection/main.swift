// Measures what the injection detector costs (`speed`), and trains as `gatehouse detector train` does, from a program
// that is built in a fraction of the time (`train LEARN MEASURE OUTPUT [NAME=VALUE…]`); `evaluate DATA [MODEL]` measures the
// cascade as `gatehouse detect evaluate --evasion --json` does.

import Assessment
import Detection
import DetectorTraining
import Foundation
import Injection
import Kernel
import Screening
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
    // What was missed and what was taken for an attack where its family was unknown: the place to look for ideas.
    let margins = product.unseenMargins.map { text, margin in
        "\(text.family)\t\(text.channel.group.name)\t\(text.isAttack ? 1 : 0)\t\(Double(margin).fixed(3))\t"
            + "\(text.text.prefix(600).debugDescription)\n"
    }
    try Data(margins.joined().utf8).write(to: URL(fileURLWithPath: output + "/unseen.tsv"))
    print(product.card.markdown)
}

/// The cascade on labelled texts, plain and disguised.
func evaluate(_ data: String, model path: String?) throws {
    var rows: [DataRow] = []
    for file in try files(data) {
        let name = String(file.name.prefix { $0 != "." })
        for row in try RowReader.rows(file.bytes, name: name) {
            var named = row
            if row.family != name { named.family = "\(name)/\(row.family)" }
            rows.append(named)
        }
    }
    var injections = try InjectionDetector.embedded()
    if let path {
        let bytes = try file(path)
        injections = InjectionDetector(model: try InjectionModel(bytes: bytes.span, name: path))
    }
    let cascade = CascadeUnderTest(try Screen.complete(injections: injections, names: nil))
    let clock: () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }
    let evaluation = Evaluation(clock: clock, detector: cascade.judge)
    var report = evaluation.run(rows)
    report.evasions = evaluation.evasions(rows, most: 100)
    print(String(decoding: report.json(detector: "cascade with \(injections.model.name)").bytes, as: UTF8.self))
}

/// Conversations made of labelled texts: clean turns of one family, and attacks cut in pieces over turns or preceded by
/// clean ones. Prints what share of each is flagged, and refused by the policies that come with Gatehouse.
func conversations(_ data: String, model path: String?) throws {
    var injections = try InjectionDetector.embedded()
    if let path {
        let bytes = try file(path)
        injections = InjectionDetector(model: try InjectionModel(bytes: bytes.span, name: path))
    }
    let screen = try Screen.complete(injections: injections, names: nil)
    let room = ScreenScratch()
    func level(_ turns: [String], _ channel: TextChannel) -> Int {
        var text: [UInt8] = []
        var segments: [ScreenedSegment] = []
        for (index, turn) in turns.enumerated() {
            let start = text.count
            text += Array(turn.utf8)
            segments.append(ScreenedSegment(channel: channel, range: start..<text.count, turn: index + 1))
            text.append(0)
        }
        var found: [Finding] = []
        _ = screen.screen(text.span, segments, with: room, into: &found)
        return found.filter { $0.kind.family == .injection }.map { Int($0.confidence.percent) }.max() ?? 0
    }
    func show(_ name: String, _ levels: [Int]) {
        let count = Double(max(1, levels.count))
        let flagged = Double(levels.count { $0 >= 40 }) / count
        let refused = Double(levels.count { $0 >= 80 }) / count
        print("\(name): \(levels.count), flagged \((flagged * 100).fixed(2)) %, refused \((refused * 100).fixed(2)) %")
    }
    var chance = SeededChance(seed: 3)
    for file in try files(data) {
        let rows = try RowReader.rows(file.bytes, name: file.name)
        let clean = rows.filter { $0.heads?.isEmpty == true && !$0.isSecretTask && $0.text.utf8.count < 4000 }
        let attacks = rows.filter { $0.heads?.isEmpty == false && !$0.isSecretTask && $0.text.utf8.count < 4000 }
        if clean.count >= 10, let channel = clean.first?.channel {
            for length in [1, 3, 10] {
                let talks = (0..<500).map { _ in (0..<length).map { _ in clean[chance.below(clean.count)].text } }
                show("\(file.name): \(length) clean turns", talks.map { level($0, channel) })
            }
        }
        guard !attacks.isEmpty, let channel = attacks.first?.channel else { continue }
        show("\(file.name): attacks whole", attacks.map { level([$0.text], channel) })
        for pieces in [2, 3, 5] {
            let levels = attacks.map { row -> Int in
                let words = row.text.split(separator: " ")
                let size = max(1, (words.count + pieces - 1) / pieces)
                let turns = stride(from: 0, to: words.count, by: size).map { start in
                    words[start..<min(start + size, words.count)].joined(separator: " ")
                }
                return level(turns, channel)
            }
            show("\(file.name): attacks in \(pieces) pieces", levels)
        }
    }
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
case "evaluate" where arguments.count >= 2:
    let rest = Array(arguments.dropFirst())
    try evaluate(rest[0], model: rest.count > 1 ? rest[1] : nil)
case "conversations" where arguments.count >= 2:
    let rest = Array(arguments.dropFirst())
    try conversations(rest[0], model: rest.count > 1 ? rest[1] : nil)
case "show":
    let texts = Synthesis(try Grammar(TrainingRun.embeddedGrammar)).texts(seed: ModelTraining.Options().seed)
    for text in texts { print("\(text.source)\t\(text.isAttack ? "attack" : "clean")\t\(text.text.debugDescription)") }
default:
    print(
        "usage: injection-benchmark speed | train LEARN MEASURE OUTPUT [NAME=VALUE…] | evaluate DATA [MODEL] "
            + "| conversations DATA [MODEL] | show")
}
