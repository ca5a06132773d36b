import Foundation
import Testing

@testable import Cedar
@testable import CedarSchema

/// Cedar's own integration tests, where the shared data is there.
@Suite("The official corpus")
struct CorpusTests {
    static let data = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/cedar").standardizedFileURL
    static let isThere = FileManager.default.fileExists(atPath: data.path)

    private static func runner(_ root: URL) -> CorpusRunner {
        CorpusRunner(
            file: { path in (try? Data(contentsOf: root.appending(path: path))).map { Array($0) } },
            judge: { (text) throws(CedarError) in try CorpusRunner.Judge(schema: text) })
    }

    private static func run(_ folder: String, in root: URL) throws -> CorpusReport {
        var runner = Self.runner(root)
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
        for name in names.sorted() where name.hasSuffix(".json") && !name.hasSuffix(".entities.json") {
            let json = try Data(contentsOf: root.appending(path: folder).appending(path: name))
            runner.run(name, Array(json))
        }
        return runner.report
    }

    @Test("agrees with every hand-written test", .enabled(if: isThere))
    func handWritten() throws {
        let report = try Self.run("tests", in: Self.data)
        #expect(report.tests == 22)
        #expect(report.disagreements == [])
        #expect(report.agreesInAll)
    }

    @Test("agrees with every test of the sample", .enabled(if: isThere))
    func sample() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "cedar-corpus-\(UUID())")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", Self.data.appending(path: "corpus-sample.tar.gz").path, "-C", root.path]
        try tar.run()
        tar.waitUntilExit()
        let report = try Self.run("corpus-tests", in: root)
        #expect(report.tests == 1_010)
        #expect(report.requests == 8_080)
        #expect(report.disagreements == [])
        #expect(report.agreesInAll, "\(report.tallies)")
    }
}
