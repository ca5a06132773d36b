import Foundation
import Testing

/// What the fuzzer of rules starts from, and what it once found, holds for ever.
@Suite("The corpus of the rules' fuzzer")
struct RuleCorpusTests {
    static let files: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fuzz/Corpora/rules").standardizedFileURL
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).sorted { $0.path < $1.path }
    }()

    @Test("Every file is read as its invariants say, whole and cut")
    func replay() throws {
        #expect(Self.files.count >= 12)
        for file in Self.files {
            let text = Array(try Data(contentsOf: file))
            for end in [text.count, text.count / 2, max(0, text.count - 1)] {
                #expect(RuleInvariants.violations(Array(text[..<end])) == [], "\(file.lastPathComponent) to \(end)")
            }
        }
    }
}
