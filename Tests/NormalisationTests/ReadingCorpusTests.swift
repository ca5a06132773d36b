import Foundation
import Testing

/// What the fuzzer of the readings starts from, and what it once found, holds for ever.
@Suite("The corpus of the readings' fuzzer")
struct ReadingCorpusTests {
    static let files: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fuzz/Corpora/readings").standardizedFileURL
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).sorted { $0.path < $1.path }
    }()

    @Test("Every file is read as its invariants say, whole and cut")
    func replay() throws {
        #expect(Self.files.count >= 20)
        for file in Self.files {
            let text = Array(try Data(contentsOf: file))
            for end in [text.count, text.count / 2, max(0, text.count - 1)] {
                let part = Array(text[..<end])
                let violations = ReadingInvariants.violations(part) + SegmentInvariants.violations(part)
                #expect(violations == [], "\(file.lastPathComponent) to \(end)")
            }
        }
    }
}
