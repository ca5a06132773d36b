package import Injection
package import Kernel
package import TrainingTexts

/// What a model is, what it was made of, how good it is and what it is not good for.
package struct TrainingCard: Sendable {
    /// Figures of one family, at the frozen threshold of one false alarm in a hundred.
    package struct FamilyFigures: Sendable {
        package var family: String
        package var group: TextChannel.Group
        package var attacks: Int
        package var recall: Double?
        package var clean: Int
        package var alarms: Double?
        package var area: Double?
    }

    private let contentHash: UInt64
    private let thresholds: [SIMD2<Float>]
    private let options: ModelTraining.Options
    private let manifest: DataManifest
    private let measuring: DataManifest
    package var modelHash = ""
    package var grammarHash = ""
    package var syntheticTexts = 0
    package var syntheticAttacks = 0
    package var quality = DataQuality()
    /// On families that the heads had not seen when they were measured.
    package var unseen: [FamilyFigures] = []
    /// On the measuring data.
    package var dev: [FamilyFigures] = []

    /// What every model of this kind cannot do.
    package static let limits = [
        "It knows phrasings, not intentions: a new idea in plain words, or an order that a document may well contain, "
            + "passes.",
        "Families that it has not seen are found less often than the figures on known ones say; the table of unseen "
            + "families is the honest estimate.",
        "A short order in a document that differs from the document only in being an order is found rarely.",
        "Probabilities are calibrated for one attack in four texts; where attacks are rarer, so are true alarms.",
        "Languages beyond those of the grammars are known only as far as they share words with them.",
    ]

    init(model: InjectionModel, options: ModelTraining.Options, manifest: DataManifest, measuring: DataManifest) {
        self.contentHash = model.contentHash
        self.thresholds = model.judgements.map(\.thresholds)
        self.options = options
        self.manifest = manifest
        self.measuring = measuring
    }

    /// Figures by family and group of channels.
    package static func familyFigures(
        _ texts: [LabelledText], _ evidence: [InjectionDetector.Evidence], _ model: InjectionModel
    ) -> [FamilyFigures] {
        struct Key: Hashable, Comparable {
            var group: Int
            var family: String
            static func < (left: Self, right: Self) -> Bool {
                (left.group, left.family) < (right.group, right.family)
            }
        }
        var scores: [Key: (attacks: [Float], clean: [Float])] = [:]
        for (text, evidence) in zip(texts, evidence) {
            let group = text.channel.group
            let judgement = model.judgements[group.rawValue]
            let margin = judgement.score(evidence, text.signals) - judgement.thresholds.x
            let kind = text.family.hasPrefix("synthetic:") ? "(all synthetic)" : "(all data)"
            for family in [text.family, kind] {
                let key = Key(group: group.rawValue, family: family)
                if text.isAttack {
                    scores[key, default: ([], [])].attacks.append(margin)
                } else {
                    scores[key, default: ([], [])].clean.append(margin)
                }
            }
        }
        return scores.keys.sorted().compactMap { key in
            guard let (attacks, clean) = scores[key], let group = TextChannel.Group(rawValue: key.group) else {
                return nil
            }
            return FamilyFigures(
                family: key.family, group: group, attacks: attacks.count, recall: Metrics.share(attacks, atLeast: 0),
                clean: clean.count, alarms: Metrics.share(clean, atLeast: 0),
                area: Metrics.area(attacks: attacks, clean: clean))
        }
    }

    /// The first 16 digits of the model's hash: what findings and folders are named by.
    package var name: String {
        let digits = String(self.contentHash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The card as JSON.
    package var json: JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.member("model", "injection@\(self.name)")
        json.member("sha256", self.modelHash)
        json.member("format", Int(InjectionModel.formatVersion))
        json.name("training")
        json.beginObject()
        json.member("seed", String(self.options.seed))
        json.member("epochs", self.options.epochs)
        json.member("slots", 1 << self.options.bits)
        json.member("folds", self.options.folds)
        json.member("grammar_sha256", self.grammarHash)
        json.member("synthetic_texts", self.syntheticTexts)
        json.member("synthetic_attacks", self.syntheticAttacks)
        json.member("duplicates_left_out", self.quality.duplicates)
        json.member("leaks_left_out", self.quality.leaks)
        json.member("conflicts_left_out", self.quality.conflicts)
        json.endObject()
        Self.write(self.manifest, "learnt_from", to: &json)
        Self.write(self.measuring, "measured_on", to: &json)
        json.name("thresholds")
        json.beginObject()
        for group in TextChannel.Group.allCases {
            json.name(group.name)
            json.beginObject()
            json.member("one_in_a_hundred", Double(self.thresholds[group.rawValue].x))
            json.member("one_in_a_thousand", Double(self.thresholds[group.rawValue].y))
            json.endObject()
        }
        json.endObject()
        Self.write(self.unseen, "unseen_families", to: &json)
        Self.write(self.dev, "dev", to: &json)
        json.name("limits")
        json.beginArray()
        for limit in Self.limits { json.string(limit) }
        json.endArray()
        json.endObject()
        return json
    }

    private static func write(_ manifest: DataManifest, _ name: StaticString, to json: inout JSONWriter) {
        json.name(name)
        json.beginArray()
        for source in manifest.sources {
            json.beginObject()
            json.member("file", source.name)
            json.member("sha256", source.hash)
            json.member("rows", source.rows)
            json.member("attacks", source.attacks)
            json.name("licences")
            json.beginArray()
            for licence in source.licences { json.string(licence) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
    }

    private static func write(_ figures: [FamilyFigures], _ name: StaticString, to json: inout JSONWriter) {
        json.name(name)
        json.beginArray()
        for family in figures {
            json.beginObject()
            json.member("channels", family.group.name)
            json.member("family", family.family)
            json.member("attacks", family.attacks)
            json.member("tpr", family.recall)
            json.member("clean", family.clean)
            json.member("fpr", family.alarms)
            json.member("auc", family.area)
            json.endObject()
        }
        json.endArray()
    }

    /// The card for people.
    package var markdown: String {
        var text = """
            # injection@\(self.name)

            A linear model over hashed n-grams that says how much a text looks like an attempt to command the model: three
            heads (override, persona, indirect), sentences and windows of \
            \(InjectionModel.windows.map { String($0) }.joined(separator: ", ")) words,
            fused and calibrated for each group of channels.

            | | |
            | --- | --- |
            | SHA-256 | `\(self.modelHash)` |
            | seed, epochs, slots | \(self.options.seed), \(self.options.epochs), \(1 << self.options.bits) |
            | grammars | `\(self.grammarHash)`: \(self.syntheticTexts) texts, \(self.syntheticAttacks) of them attacks |
            | left out | \(self.quality.duplicates) duplicates, \(self.quality.leaks) that the measuring data has too, \
            \(self.quality.conflicts) with both labels |

            ## Data

            | file | rows | attacks | licences | SHA-256 |
            | --- | --- | --- | --- | --- |

            """
        for source in self.manifest.sources {
            text +=
                "| \(source.name) | \(source.rows) | \(source.attacks) | \(source.licences.joined(separator: ", ")) "
                + "| `\(source.hash.prefix(16))…` |\n"
        }
        text += "\nMeasured on:\n\n| file | rows | attacks | SHA-256 |\n| --- | --- | --- | --- |\n"
        for source in self.measuring.sources {
            text += "| \(source.name) | \(source.rows) | \(source.attacks) | `\(source.hash.prefix(16))…` |\n"
        }
        text += "\n## Figures\n\nAt the frozen threshold of one false alarm in a hundred.\n"
        text += "\n### Families that the model had not seen\n\n" + Self.table(self.unseen)
        text += "\n### The measuring data\n\n" + Self.table(self.dev)
        text += "\n## Limits\n\n" + Self.limits.map { "- \($0)\n" }.joined()
        return text
    }

    /// Figures as a table for people.
    package static func table(_ figures: [FamilyFigures]) -> String {
        var text =
            "| channels | family | attacks | found | clean | flagged | AUC |\n| --- | --- | --: | --: | --: | --: | --: |\n"
        func percent(_ share: Double?) -> String { share.map { "\(($0 * 100).fixed(1)) %" } ?? "–" }
        for family in figures {
            text +=
                "| \(family.group.name) | \(family.family) | \(family.attacks) | \(percent(family.recall)) "
                + "| \(family.clean) | \(percent(family.alarms)) | \(family.area.map { $0.fixed(3) } ?? "–") |\n"
        }
        return text
    }
}
