import Foundation
import TestSupport
import Testing

/// What the fuzzers start from, and what they once found, holds for ever.
@Suite("The corpora of the Cedar fuzzers")
struct CedarFuzzCorpusTests {
    private static let targets: [(name: String, violations: @Sendable ([UInt8]) -> [String])] = [
        ("cedar-policy", { CedarInvariants.policyViolations($0) }),
        ("cedar-schema", { CedarInvariants.schemaViolations($0) }),
    ]

    private static func files(_ target: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fuzz/Corpora/\(target)").standardizedFileURL
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
    }

    @Test("Every file is read without a trap, and as its invariants say", arguments: [0, 1])
    func replay(_ index: Int) throws {
        let target = Self.targets[index]
        let files = try Self.files(target.name)
        #expect(files.count >= 4)
        for file in files { #expect(target.violations(file) == [], "\(String(decoding: file, as: UTF8.self))") }
    }

    @Test("The invariants hold for files that are cut or changed", arguments: 0..<60 as Range<UInt64>)
    func mutated(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let target = Self.targets[Int(seed % 2)]
        var text = random.pick(try Self.files(target.name))
        guard !text.isEmpty else { return }
        for _ in 0...random.below(3) { text[random.below(text.count)] = UInt8(truncatingIfNeeded: random.next()) }
        #expect(target.violations(text) == [])
        #expect(target.violations(Array(text.prefix(random.below(text.count + 1)))) == [])
    }
}
