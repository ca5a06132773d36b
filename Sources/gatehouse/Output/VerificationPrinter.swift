import Console
import Kernel
import Verification

/// Prints what a verification found.
struct VerificationPrinter {
    /// As many problems as a person reads.
    private static let shown = 50
    private let terminal: Terminal

    init(_ terminal: Terminal) { self.terminal = terminal }

    /// Prints it for people; `points` are those that were looked at.
    func write(_ report: VerificationReport, _ points: [VerificationPoint] = VerificationPoint.allCases) throws {
        let terminal = self.terminal
        try terminal.write("Log      \(report.origin)")
        var counts =
            "\(report.leaves) leaves, \(report.checkpoints) checkpoints, \(report.tenants) tenants, \(report.runs) runs"
        if report.payloads + report.payloadsGone > 0 {
            counts +=
                ", \(report.payloads) payloads (\(report.payloadsOpened) opened, \(report.payloadsGone) not there,"
                + " \(report.payloadsErased) of them erased)"
        }
        try terminal.write("Seen     \(counts)")
        if let size = report.size, let root = report.root {
            try terminal.write("Tree     \(size) leaves, root \(root)")
        }
        if !report.signers.isEmpty { try terminal.write("Signed   \(report.signers.joined(separator: ", "))") }
        if let anchored = report.anchored { try terminal.write("Anchored up to leaf \(anchored - 1)") }
        if report.unsigned > 0 { try terminal.write("Unsigned \(report.unsigned) leaves behind the last checkpoint") }
        try terminal.write("")
        for point in points {
            let verdict = report.verdict(at: point)
            try terminal.write("\(self.mark(verdict)) \(point.rawValue). \(point.title)")
        }
        if !report.problems.isEmpty { try terminal.write("") }
        for problem in report.problems.prefix(Self.shown) {
            try terminal.write("\(self.mark(problem.verdict)) \(problem)")
        }
        if report.problemCount > Self.shown {
            try terminal.write("and \(report.problemCount - Self.shown) more; --json lists up to 1,000")
        }
        try terminal.write("")
        try terminal.write(self.sentence(report.verdict))
    }

    private func mark(_ verdict: Verdict) -> String {
        switch verdict {
        case .holds: self.terminal.paint("ok        ", .green)
        case .broken: self.terminal.paint("BROKEN    ", .red)
        case .incomplete: self.terminal.paint("incomplete", .yellow)
        case .unanchored: self.terminal.paint("unanchored", .yellow)
        }
    }

    private func sentence(_ verdict: Verdict) -> String {
        switch verdict {
        case .holds: "The log holds."
        case .broken: "The log was changed, or what was given is not it."
        case .incomplete: "Nothing contradicts, but not everything that is needed was there."
        case .unanchored: "Everything holds together, but nobody outside vouches for it."
        }
    }

    func writeJSON(_ report: VerificationReport) throws {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("verdict", report.verdict.word)
        writer.member("exit", Int(report.verdict.rawValue))
        writer.member("origin", report.origin)
        writer.member("from", report.range.lowerBound)
        writer.member("to", report.range.upperBound)
        writer.member("leaves", report.leaves)
        if let size = report.size { writer.member("size", size) }
        writer.member("root", ifPresent: report.root)
        if let anchored = report.anchored { writer.member("anchored", anchored) }
        writer.member("unsigned", report.unsigned)
        writer.member("checkpoints", report.checkpoints)
        writer.member("tenants", report.tenants)
        writer.member("runs", report.runs)
        writer.member("payloads", report.payloads)
        writer.member("payloads_erased", report.payloadsErased)
        writer.member("payloads_gone", report.payloadsGone)
        writer.member("payloads_opened", report.payloadsOpened)
        writer.member("payloads_sealed", report.payloadsSealed)
        writer.name("checks" as StaticString)
        writer.beginArray()
        for point in VerificationPoint.allCases {
            writer.beginObject()
            writer.member("point", point.rawValue)
            writer.member("holds", point.title)
            writer.member("verdict", report.verdict(at: point).word)
            writer.endObject()
        }
        writer.endArray()
        writer.member("problem_count", report.problemCount)
        writer.name("problems" as StaticString)
        writer.beginArray()
        for problem in report.problems {
            writer.beginObject()
            writer.member("point", problem.point.rawValue)
            writer.member("verdict", problem.verdict.word)
            writer.member("place", problem.place.description)
            writer.member("message", problem.message)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        try self.terminal.write(writer)
    }
}
