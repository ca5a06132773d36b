import Foundation
import Testing

/// What the fuzzers start from, and what they once found, holds for ever.
@Suite("Corpora of the fuzzers")
struct CorpusTests {
    struct Target: CustomTestStringConvertible, Sendable {
        let name: String
        let violations: @Sendable ([UInt8]) -> [String]
        var testDescription: String { self.name }
    }

    static let targets = [
        Target(name: "http-request", violations: Invariants.ofRequests),
        Target(name: "http-response", violations: Invariants.ofResponses),
        Target(name: "chunked", violations: Invariants.ofChunks),
        Target(name: "event-stream", violations: Invariants.ofEvents),
    ]

    @Test(
        "Every file is read without a trap, the same however it is cut, and as its invariants say", arguments: targets)
    func replay(_ target: Target) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fuzz/Corpora/\(target.name)").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        for file in files {
            #expect(target.violations(Array(try Data(contentsOf: file))) == [], "\(file.lastPathComponent)")
        }
        #expect(files.count >= 30)
    }
}
