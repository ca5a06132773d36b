import Foundation
import TestSupport
import Testing

/// What the fuzzer starts from, and what it once found, holds for ever.
@Suite("The corpus of the JSON fuzzer")
struct JSONCorpusTests {
    @Test("Every file is read without a trap, and as its invariants say")
    func replay() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fuzz/Corpora/json").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        for file in files {
            #expect(JSONInvariants.violations(Array(try Data(contentsOf: file))) == [], "\(file.lastPathComponent)")
        }
        #expect(files.count >= 40)
    }

    @Test("The invariants hold for texts of every kind, good, broken and cut", arguments: 0..<100 as Range<UInt64>)
    func generated(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        var text = JSONDocument.random(&random).spelled(&random)
        #expect(JSONInvariants.violations(text) == [])
        if !text.isEmpty { text[random.below(text.count)] = UInt8(truncatingIfNeeded: random.next()) }
        #expect(JSONInvariants.violations(text) == [])
        #expect(JSONInvariants.violations(Array(text.prefix(random.below(text.count + 1)))) == [])
    }
}
