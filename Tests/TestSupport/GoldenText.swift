import Foundation
package import Testing

/// A file of lines that a reviewer sees change. `UPDATE_GOLDEN=1` rewrites it; without that it must be what the test makes.
package struct GoldenText {
    private let path: String

    /// The path counts from the folder of the test target.
    package init(_ path: String, from source: String = #filePath) {
        self.path = "/\(source.split(separator: "/").dropLast().joined(separator: "/"))/\(path)"
    }

    /// Compares line by line, so that a difference is shown in a few of them.
    package func compare(_ lines: [String], _ location: SourceLocation = #_sourceLocation) throws {
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try text.write(toFile: self.path, atomically: true, encoding: .utf8)
            return
        }
        let golden = try String(contentsOfFile: self.path, encoding: .utf8)
        guard golden != text else { return }
        let change = text.split(separator: "\n").difference(from: golden.split(separator: "\n"))
        let report = change.map { step in
            switch step {
            case .insert(let offset, let line, _): "+\(offset + 1) \(line)"
            case .remove(let offset, let line, _): "-\(offset + 1) \(line)"
            }
        }
        Issue.record(
            "not what \(self.path) says; UPDATE_GOLDEN=1 rewrites it:\n\(report.joined(separator: "\n"))",
            sourceLocation: location)
    }
}
