// Development: trains quickly and prints what matters.
import DetectorTraining
import Foundation
import Injection

let arguments = CommandLine.arguments
func file(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
func labelled(_ folder: String) throws -> [LabelledText] {
    var texts: [LabelledText] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".jsonl") {
        let family = String(name.dropLast(6))
        if family.hasPrefix("secrets") || family.hasPrefix("grounded") { continue }
        for row in try RowReader.rows(try file(folder + "/" + name), name: family) {
            guard let heads = row.heads else { continue }
            texts.append(
                LabelledText(
                    heads: heads, text: row.text, channel: row.channel, language: row.language, family: family,
                    source: name, licence: row.licence))
        }
    }
    return texts
}
var grammarText = ""
for name in ["attacks", "languages", "carriers", "benign"] {
    grammarText += String(decoding: try file("Sources/CDetectorModels/data/\(name).grammar"), as: UTF8.self)
}
let synthetic = Synthesis(try Grammar(grammarText)).texts(seed: 1)
if arguments.count > 1, arguments[1] == "show" {
    var seen: [String: Int] = [:]
    for text in synthetic {
        seen[text.source, default: 0] += 1
        if seen[text.source] == 3 { print("== \(text.source) \(text.heads.map(\.label)) \(text.channel)\n\(text.text)\n") }
    }
    exit(0)
}
var texts = try labelled("../shared/data/detection/train")
print("real \(texts.count) synthetic \(synthetic.count) attacks \(synthetic.filter(\.isAttack).count)")
texts += synthetic
let dev = try labelled("../shared/data/detection/dev")
var options = ModelTraining.Options()
func environment(_ name: String) -> Double? { ProcessInfo.processInfo.environment[name].flatMap { Double($0) } }
if let value = environment("RATE") { options.rate = Float(value) }
if let value = environment("DECAY") { options.decay = Float(value) }
if let value = environment("BITS") { options.bits = Int(value) }
if let value = environment("SPREAD") { options.spread = Float(value) }
if let value = environment("FAMILIES") { options.families = Int(value) }
if let epochs = ProcessInfo.processInfo.environment["EPOCHS"].flatMap({ Int($0) }) { options.epochs = epochs }
let clock = ContinuousClock()
let start = clock.now
let outcome = try ModelTraining(options: options).run(texts, measured: dev) { print("\(clock.now - start) \($0)") }
try Data(outcome.model.fileBytes).write(to: URL(fileURLWithPath: "/tmp/injection.model"))
let detector = InjectionDetector(model: outcome.model)
var scratch = InjectionScratch()
func pad(_ text: String, _ width: Int) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
func report(_ title: String, _ scored: [(LabelledText, Float)]) {
    print("\n\(title)")
    for group in TextChannel.Group.allCases {
        let judgement = outcome.model.judgements[group.rawValue]
        let mine = scored.filter { $0.0.channel.group == group }
        let clean = mine.filter { !$0.0.isAttack }.map(\.1)
        let attacks = mine.filter { $0.0.isAttack }.map(\.1)
        let own = Metrics.threshold(clean, share: 0.01)
        print(
            "\(group.name): clean \(clean.count) attacks \(attacks.count) AUC \(Metrics.area(attacks: attacks, clean: clean) ?? -1) TPR@own1% \(Metrics.share(attacks, atLeast: own) ?? -1) frozen: TPR \(Metrics.share(attacks, atLeast: judgement.thresholds.x) ?? -1) FPR \(Metrics.share(clean, atLeast: judgement.thresholds.x) ?? -1)  0.1%: TPR \(Metrics.share(attacks, atLeast: judgement.thresholds.y) ?? -1) FPR \(Metrics.share(clean, atLeast: judgement.thresholds.y) ?? -1)  threshold \(judgement.thresholds.x) own \(own)")
        var families: [String: [(LabelledText, Float)]] = [:]
        for row in mine { families[row.0.family, default: []].append(row) }
        for family in families.keys.sorted() {
            let rows = families[family] ?? []
            let a = rows.filter { $0.0.isAttack }.map(\.1), c = rows.filter { !$0.0.isAttack }.map(\.1)
            let t = judgement.thresholds.x
            print(
                "   \(pad(family, 42)) attacks \(pad("\(a.count)", 6)) TPR \(pad(Metrics.share(a, atLeast: t).map { String(format: "%.3f", $0) } ?? "-", 7)) clean \(pad("\(c.count)", 6)) FPR \(pad(Metrics.share(c, atLeast: t).map { String(format: "%.4f", $0) } ?? "-", 7)) AUC \(Metrics.area(attacks: a, clean: c).map { String(format: "%.3f", $0) } ?? "-")")
        }
    }
}
func key(_ name: String, _ scored: [(LabelledText, Float)], _ group: TextChannel.Group, real: Bool?) {
    let mine = scored.filter {
        $0.0.channel.group == group && !$0.0.family.contains("language")
            && (real == nil || $0.0.family.hasPrefix("synthetic:") != real)
    }
    let clean = mine.filter { !$0.0.isAttack }.map(\.1)
    let attacks = mine.filter { $0.0.isAttack }.map(\.1)
    print("KEY \(name) \(group.name) AUC \(String(format: "%.4f", Metrics.area(attacks: attacks, clean: clean) ?? -1)) TPR@1% \(String(format: "%.3f", Metrics.share(attacks, atLeast: Metrics.threshold(clean, share: 0.01)) ?? -1)) TPR@5% \(String(format: "%.3f", Metrics.share(attacks, atLeast: Metrics.threshold(clean, share: 0.05)) ?? -1))")
}
let oof = zip(texts, outcome.unseen).map { text, evidence in
    (text, outcome.model.judgements[text.channel.group.rawValue].score(evidence, InjectionSignals()))
}
for group in TextChannel.Group.allCases {
    if group != .tool { key("unseen real", oof, group, real: true) }
    key("unseen synthetic", oof, group, real: false)
}
let onDev = dev.map { text in
    (text, detector.assess(text.text.utf8Span.span, channel: text.channel, scratch: &scratch).score)
}
key("dev", onDev, .spoken, real: nil)
key("dev", onDev, .read, real: nil)
for judgement in outcome.model.judgements { print("weights", judgement.weights.map { String(format: "%.2f", $0) }.joined(separator: " ")) }
report("UNSEEN FAMILIES", zip(texts, outcome.unseen).map { text, evidence in
    (text, outcome.model.judgements[text.channel.group.rawValue].score(evidence, InjectionSignals()))
})
report("DEV", dev.map { text in
    (text, detector.assess(text.text.utf8Span.span, channel: text.channel, scratch: &scratch).score)
})
if let log = ProcessInfo.processInfo.environment["ERRORS"] {
    for (text, evidence) in zip(texts, outcome.unseen) where text.family.contains(log) {
        let j = outcome.model.judgements[text.channel.group.rawValue]
        let score = j.score(evidence, InjectionSignals())
        if (score >= j.thresholds.x) != text.isAttack { print("ERR \(score) \(text.isAttack) \(text.text.prefix(200))") }
    }
}
