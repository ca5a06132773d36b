import ArgumentParser
import Cedar
import CedarSchema
import Console
import Foundation
import Kernel

struct PolicyCorpusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corpus", abstract: "Hold the policy engine against Cedar's own integration tests.",
        discussion: """
            Runs a folder, or a `.tar.gz` of one, in the format of the official tests: each test is a JSON file that \
            names its policies, schema and entities, and what is to be decided. It says of how many the engine agrees on \
            each aspect, and lists the first disagreements. An archive is unpacked by `tar` into a temporary folder.

            EXAMPLE:
              gatehouse policy corpus corpus-tests.tar.gz
              gatehouse policy corpus corpus-tests --json

            EXIT CODES: 0 the engine agrees in all; 1 it does not; 2 there are no such tests.
            """)

    @Argument(help: ArgumentHelp("A folder or a .tar.gz.", valueName: "path"))
    var path: String

    @Option(help: ArgumentHelp("How many disagreements to list.", valueName: "count"))
    var list = 20

    @OptionGroup var output: OutputOption

    func validate() throws {
        guard (0...10_000).contains(self.list) else { throw ValidationError("`--list` is a count, 0 to 10000") }
    }

    func run() async throws {
        guard FileManager.default.fileExists(atPath: self.path) else {
            throw CommandFailure("there is nothing at `\(self.path.printable)`", exitCode: .configuration)
        }
        let report: CorpusReport
        if FileManager.default.isFolder(self.path) {
            report = try self.report(self.path)
        } else {
            report = try Self.withUnpacked(self.path, self.report)
        }
        guard report.tests > 0 else {
            throw CommandFailure("there are no tests in `\(self.path.printable)`", exitCode: .configuration)
        }
        try self.write(report)
        if !report.agreesInAll { throw CommandFailure.alreadyReported() }
    }

    // MARK: Running

    private func report(_ folder: String) throws -> CorpusReport {
        guard let names = FileManager.default.enumerator(atPath: folder) else {
            throw CommandFailure("`\(folder.printable)` cannot be read", exitCode: .configuration)
        }
        var tests: [(name: String, json: [UInt8])] = []
        for case let name as String in names where name.hasSuffix(".json") && !name.hasSuffix(".entities.json") {
            guard let json = Self.bytes("\(folder)/\(name)"), Self.isTest(json) else { continue }
            tests.append((name, json))
        }
        let roots = Self.roots(folder)
        var runner = CorpusRunner(
            listing: self.list, file: { path in roots.lazy.compactMap { Self.bytes("\($0)/\(path)") }.first },
            judge: { (text) throws(CedarError) in try CorpusRunner.Judge(schema: text) })
        for (name, json) in tests.sorted(by: { $0.name < $1.name }) { runner.run(name, json) }
        return runner.report
    }

    /// Tests name their files from the root of the corpus, which may be the folder or one above it.
    private static func roots(_ folder: String) -> [String] {
        var url = URL(fileURLWithPath: folder).standardizedFileURL
        var roots: [String] = []
        for _ in 0..<4 {
            roots.append(url.path)
            url.deleteLastPathComponent()
        }
        return roots
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return Array(data)
    }

    /// Entities and schemas in JSON are no tests.
    private static func isTest(_ json: [UInt8]) -> Bool {
        guard let tape = try? JSONTape(json.span) else { return true }
        return tape.member("policies", of: tape.root, in: json.span) != nil
            && tape.member("requests", of: tape.root, in: json.span) != nil
    }

    private static func withUnpacked(
        _ archive: String, _ body: (String) throws -> CorpusReport
    ) throws -> CorpusReport {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-corpus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-xzf", archive, "-C", folder.path, "--no-same-owner", "--no-same-permissions"]
        tar.standardError = FileHandle.nullDevice
        try tar.run()
        tar.waitUntilExit()
        guard tar.terminationStatus == 0 else {
            throw CommandFailure(
                "`\(archive.printable)` cannot be unpacked", hint: "expected a folder or a .tar.gz",
                exitCode: .configuration)
        }
        return try body(folder.path)
    }

    // MARK: Writing

    private func write(_ report: CorpusReport) throws {
        let terminal = Terminal.current
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("agrees", report.agreesInAll)
            json.member("tests", report.tests)
            json.member("requests", report.requests)
            json.name("aspects")
            json.beginObject()
            for aspect in CorpusReport.Aspect.allCases {
                guard let tally = report.tallies[aspect] else { continue }
                json.name(aspect.rawValue)
                json.beginObject()
                json.member("agreed", tally.agreed)
                json.member("total", tally.total)
                json.endObject()
            }
            json.endObject()
            json.name("disagreements")
            json.beginArray()
            for disagreement in report.disagreements {
                json.beginObject()
                json.member("test", disagreement.test)
                json.member("aspect", disagreement.aspect.rawValue)
                json.member("message", disagreement.message)
                json.endObject()
            }
            json.endArray()
            json.endObject()
            return try terminal.write(json)
        }
        try terminal.write("\(report.tests) tests, \(report.requests) requests")
        let rows = CorpusReport.Aspect.allCases.compactMap { aspect in
            report.tallies[aspect].map { [aspect.rawValue, "\($0.agreed)", "\($0.total)"] }
        }
        for line in Columns.lines(["ASPECT", "AGREED", "OF"], rows) { try terminal.write(line) }
        for disagreement in report.disagreements {
            try terminal.write(
                "\(disagreement.test.printable): \(disagreement.aspect.rawValue): \(disagreement.message.printable)")
        }
    }
}
