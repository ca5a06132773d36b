// Assessment measures detectors on labelled texts: as requests meet them, by themselves, and disguised.

package import DetectorTraining
package import Injection
import TrainingTexts

/// What a detector under test says about one text.
package struct EvaluatedText: Sendable {
    /// How far the score is above the threshold that one in a hundred clean texts reaches: comparable over channels.
    package var margin: Float
    /// The same for one in a thousand.
    package var strictMargin: Float
    /// The stated probability of an attack.
    package var probability: Float
    /// What was found where, for rows that say what lies where.
    package var findings: [LabelledSpan]

    /// Creates what was said.
    package init(margin: Float, strictMargin: Float, probability: Float, findings: [LabelledSpan] = []) {
        self.margin = margin
        self.strictMargin = strictMargin
        self.probability = probability
        self.findings = findings
    }
}

/// Measures a detector, whichever it is, on labelled rows.
package struct Evaluation {
    /// The detector under test.
    package typealias Detector = (_ text: String, _ channel: TextChannel) -> EvaluatedText

    private let detector: Detector
    /// Nanoseconds from some moment on.
    private let clock: () -> UInt64

    /// Creates an evaluation.
    package init(clock: @escaping () -> UInt64, detector: @escaping Detector) {
        self.clock = clock
        self.detector = detector
    }

    /// A row and what the detector says of it.
    struct Judged {
        var row: DataRow
        var isAttack: Bool
        var result: EvaluatedText
    }

    /// Measures on rows. Those whose label says nothing about injections count only if they have spans.
    package func run(_ rows: [DataRow]) -> EvaluationReport {
        var judged: [Judged] = []
        var spans = SpanTally()
        var secrets = SecretTally()
        var costs: [Double] = []
        var (time, kilobytes) = (0.0, 0.0)
        var left = 0
        // The first text of all pays for tables that are made when they are needed.
        if let first = rows.first { _ = self.detector(first.text, first.channel) }
        for row in rows {
            let start = self.clock()
            let result = self.detector(row.text, row.channel)
            let nanoseconds = Double(self.clock() &- start)
            costs.append(nanoseconds / 1000 / max(1, Double(row.text.utf8.count) / 1024))
            time += nanoseconds / 1000
            kilobytes += Double(row.text.utf8.count) / 1024
            if row.isSpanTask { spans.add(expected: row.spans, found: result.findings) }
            if row.isSecretTask {
                secrets.add(
                    isSecret: row.label == "secret", isFound: result.findings.contains { $0.kind.hasPrefix("secret") })
            } else if let heads = row.heads {
                judged.append(Judged(row: row, isAttack: !heads.isEmpty, result: result))
            } else if !row.isSpanTask {
                left += 1
            }
        }
        var report = EvaluationReport()
        report.leftOut = left
        report.overall = Self.figures(judged, isBounded: true)
        report.channels = Self.grouped(judged, isBounded: true) { $0.row.channel.rawValue }
        report.languages = Self.grouped(judged) { $0.row.language }
        report.families = Self.grouped(judged) { $0.row.family + ($0.row.label == "harmful" ? " (harmful)" : "") }
        report.spans = spans.isEmpty ? nil : spans
        report.secrets = secrets.isEmpty ? nil : secrets
        costs.sort()
        if !costs.isEmpty {
            report.latency = (
                costs[costs.count / 2], costs[min(costs.count - 1, costs.count * 99 / 100)], time / max(kilobytes, 1e-3)
            )
        }
        return report
    }

    /// What each transform leaves of the detector, at the same thresholds, on so many attacks and twice as many clean texts.
    package func evasions(_ rows: [DataRow], most: Int = 150, seed: UInt64 = 11) -> [EvasionResult] {
        var chance = SeededChance(seed: seed)
        let labelled = rows.filter { $0.heads != nil && !$0.isSecretTask }.shuffled(using: &chance)
        let attacks = Array(labelled.filter { $0.heads?.isEmpty == false }.prefix(most))
        let clean = Array(labelled.filter { $0.heads?.isEmpty == true }.prefix(2 * most))
        func shares(_ change: (String) -> String) -> (Double, Double) {
            func share(_ rows: [DataRow]) -> Double {
                let found = rows.reduce(0) { $0 + (self.detector(change($1.text), $1.channel).margin >= 0 ? 1 : 0) }
                return Double(found) / Double(max(1, rows.count))
            }
            return (share(attacks), share(clean))
        }
        let plain = shares { $0 }
        return EvasionTransform.all.map { transform in
            let changed = shares { transform.apply($0, seed: seed) }
            return EvasionResult(
                transform: transform, recall: changed.0, cleanRecall: plain.0, alarms: changed.1, cleanAlarms: plain.1,
                texts: clean.count)
        }
    }

    private static func grouped(
        _ judged: [Judged], isBounded: Bool = false, by key: (Judged) -> String
    ) -> [(name: String, figures: DetectorFigures)] {
        var groups: [String: [Judged]] = [:]
        for one in judged { groups[key(one), default: []].append(one) }
        return groups.keys.sorted().map { ($0, Self.figures(groups[$0] ?? [], isBounded: isBounded)) }
    }

    private static func figures(_ judged: [Judged], isBounded: Bool = false) -> DetectorFigures {
        let attacks = judged.filter(\.isAttack)
        let clean = judged.filter { !$0.isAttack }
        var figures = DetectorFigures()
        figures.attacks = attacks.count
        figures.clean = clean.count
        let (hot, cold) = (attacks.map(\.result.margin), clean.map(\.result.margin))
        figures.area = Metrics.area(attacks: hot, clean: cold)
        figures.recall = Metrics.share(hot, atLeast: 0)
        figures.alarms = Metrics.share(cold, atLeast: 0)
        figures.strictRecall = Metrics.share(attacks.map(\.result.strictMargin), atLeast: 0)
        figures.strictAlarms = Metrics.share(clean.map(\.result.strictMargin), atLeast: 0)
        if clean.count >= 100, !hot.isEmpty {
            figures.ownRecall = Metrics.share(hot, atLeast: Metrics.threshold(cold, share: 0.01))
        }
        figures.calibrationError = Metrics.calibrationError(judged.map { ($0.result.probability, $0.isAttack) })
        guard isBounded else { return figures }
        // Enough rows for an interval, few enough to draw again and again.
        figures.areaInterval = Metrics.interval(of: judged.count, rounds: 100) { drawn in
            Metrics.area(
                attacks: drawn.compactMap { judged[$0].isAttack ? judged[$0].result.margin : nil },
                clean: drawn.compactMap { judged[$0].isAttack ? nil : judged[$0].result.margin })
        }
        figures.recallInterval = Metrics.interval(of: hot.count) { drawn in
            Metrics.share(drawn.map { hot[$0] }, atLeast: 0)
        }
        figures.alarmsInterval = Metrics.interval(of: cold.count) { drawn in
            Metrics.share(drawn.map { cold[$0] }, atLeast: 0)
        }
        return figures
    }
}
