import Assessment
import Console
import DetectorTraining
import Foundation
import Injection
import Kernel

/// The clock that evaluations read.
enum EvaluationClock {
    static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
}

/// Prints what an evaluation found.
enum EvaluationPrinter {
    static func write(_ report: EvaluationReport, detector: String, isJSON: Bool) throws {
        let terminal = Terminal.current
        if isJSON { return try terminal.write(report.json(detector: detector)) }
        try terminal.write("\(detector), at its frozen thresholds of one false alarm in a hundred and in a thousand\n")
        try Self.table("", [("all", report.overall)], terminal)
        try Self.table("channel", report.channels, terminal)
        try Self.table("language", report.languages, terminal)
        try Self.table("family", report.families, terminal)
        if let spans = report.spans {
            try terminal.write(
                "spans: precision \(spans.precision.fixed(3)), recall \(spans.recall.fixed(3)), F2 \(spans.f2.fixed(3))"
            )
            let rows = spans.expected.keys.sorted().map { kind -> [String] in
                let tally = spans.expected[kind] ?? (0, 0)
                return [kind, "\(tally.count)", "\(tally.found)"]
            }
            for line in Columns.lines(["kind", "expected", "found"], rows) { try terminal.write(line) }
            try terminal.write("")
        }
        if let secrets = report.secrets {
            try terminal.write(
                "secrets: precision \(secrets.precision.fixed(3)), recall \(secrets.recall.fixed(3)), "
                    + "\(secrets.alarms) false alarms in \(secrets.clean + secrets.alarms) clean lines\n")
        }
        if !report.evasions.isEmpty { try Self.evasions(report.evasions, terminal) }
        if let latency = report.latency {
            try terminal.write(
                "time: \(latency.middle.fixed(1)) µs a kilobyte in the middle, \(latency.high.fixed(1)) µs at p99, "
                    + "\(latency.overall.fixed(1)) µs over all")
        }
        if report.leftOut > 0 { try terminal.write("left out: \(report.leftOut) rows whose label says nothing here") }
    }

    private static func percent(_ share: Double?) -> String { share.map { ($0 * 100).fixed(2) } ?? "-" }

    private static func percent(_ interval: ClosedRange<Double>?) -> String {
        interval.map { " [\(($0.lowerBound * 100).fixed(1)), \(($0.upperBound * 100).fixed(1))]" } ?? ""
    }

    private static func table(
        _ title: String, _ groups: [(name: String, figures: DetectorFigures)], _ terminal: Terminal
    ) throws {
        let rows = groups.map { name, figures in
            [
                name, "\(figures.attacks)", "\(figures.clean)", figures.area.map { $0.fixed(4) } ?? "-",
                Self.percent(figures.recall) + Self.percent(figures.recallInterval),
                Self.percent(figures.alarms) + Self.percent(figures.alarmsInterval), Self.percent(figures.strictRecall),
                Self.percent(figures.strictAlarms), Self.percent(figures.ownRecall),
                figures.calibrationError.map { $0.fixed(3) } ?? "-",
            ]
        }
        let head = [
            title, "attacks", "clean", "AUC", "TPR@1%", "FPR@1%", "TPR@.1%", "FPR@.1%", "TPR own 1%", "ECE",
        ]
        for line in Columns.lines(head, rows) { try terminal.write(line) }
        try terminal.write("")
    }

    private static func evasions(_ results: [EvasionResult], _ terminal: Terminal) throws {
        let rows = results.map { result in
            [
                result.transform.family.rawValue, result.transform.name, Self.percent(result.recall),
                Self.percent(result.cleanRecall), Self.percent(result.alarms), Self.percent(result.cleanAlarms),
                result.passes ? "yes" : result.transform.isReadable ? "NO" : "no (hard to obey)",
            ]
        }
        for line in Columns.lines(["", "transform", "TPR", "plain", "FPR", "plain", "passes"], rows) {
            try terminal.write(line)
        }
        let passed = results.count(where: \.passes)
        try terminal.write("\(passed) of \(results.count) transforms pass\n")
    }
}
