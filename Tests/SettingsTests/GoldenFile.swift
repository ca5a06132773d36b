import Foundation
import Testing

/// A file that reviewers see change. `UPDATE_GOLDEN=1` rewrites it; without that it must be what the tests make.
struct GoldenFile {
    private let path: String

    /// A file by its path from the root of the package.
    init(_ path: String, from source: String = #filePath) {
        let root = source.split(separator: "/").dropLast(3).joined(separator: "/")
        self.path = "/\(root)/\(path)"
    }

    /// Compares section by section, so that a difference is shown in a few lines.
    func compare(_ sections: [String]) throws {
        let text = sections.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try text.write(toFile: self.path, atomically: true, encoding: .utf8)
            return
        }
        let golden = try String(contentsOfFile: self.path, encoding: .utf8)
        for section in sections where !golden.contains(section) {
            Issue.record("not in \(self.path), or different there; UPDATE_GOLDEN=1 rewrites it:\n\(section)")
        }
        #expect(golden == text, "the golden file holds more, or in another order")
    }
}
