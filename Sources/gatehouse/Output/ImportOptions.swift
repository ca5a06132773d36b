import ArgumentParser
import Console
import Foundation
import Kernel
import LiteLLMImport
import Settings

/// What is imported, and where the result goes.
struct ImportOptions: ParsableArguments {
    @Argument(help: "The file to import.")
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write. Without it: standard output.", valueName: "path"))
    var output: String?

    @Flag(help: "Overwrite that file where there is one.")
    var force = false

    /// The bytes of what is imported.
    func read() throws -> [UInt8] {
        if FileManager.default.isFolder(self.file) {
            throw CommandFailure("`\(self.file)` is a folder, expected a file", exitCode: .configuration)
        }
        do { return Array(try Data(contentsOf: URL(fileURLWithPath: self.file))) } catch let error as CocoaError {
            switch error.code {
            case .fileReadNoSuchFile, .fileNoSuchFile:
                throw CommandFailure("there is no file `\(self.file)`", exitCode: .configuration)
            case .fileReadNoPermission:
                throw CommandFailure("`\(self.file)` may not be read by this user", exitCode: .configuration)
            default: throw CommandFailure("`\(self.file)` cannot be read: \(error.localizedDescription)")
            }
        }
    }

    /// Writes the result where it goes and tells what was found: on standard error, or as JSON with all else.
    /// - Parameters:
    ///   - text: What was made.
    ///   - findings: What could not be taken over as it was.
    ///   - summary: What was made, such as `5 models`.
    ///   - isJSON: Whether to print one JSON object.
    /// - Throws: `CommandFailure` where the file is there already or cannot be written.
    func finish(_ text: String, _ findings: [ImportFinding], summary: String, isJSON: Bool) throws {
        let terminal = Terminal.current
        if let output { try self.write(text, to: output) }
        guard !isJSON else { return try terminal.write(self.json(text, findings)) }
        for finding in findings { terminal.complain("\(finding)") }
        if let output {
            let count = findings.count == 1 ? "one finding" : "\(findings.count) findings"
            try terminal.write("wrote \(output): \(summary)\(findings.isEmpty ? "" : ", \(count)")")
        } else {
            try terminal.write(text, terminator: "")
        }
    }

    private func write(_ text: String, to path: String) throws {
        let options: Data.WritingOptions = self.force ? .atomic : .withoutOverwriting
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: options) } catch let error as CocoaError
        {
            switch error.code {
            case .fileWriteFileExists:
                throw CommandFailure(
                    "`\(path)` is there already", hint: "--force overwrites it", exitCode: .configuration)
            case .fileNoSuchFile, .fileReadNoSuchFile:
                throw CommandFailure("`\(path)` cannot be written: its folder is not there")
            case .fileWriteNoPermission: throw CommandFailure("`\(path)` may not be written by this user")
            default: throw CommandFailure("`\(path)` cannot be written: \(error.localizedDescription)")
            }
        }
    }

    private func json(_ text: String, _ findings: [ImportFinding]) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        if let output { json.member("path", output) } else { json.member("text", text) }
        json.name("findings")
        Self.write(findings, to: &json)
        json.endObject()
        return json
    }

    static func write(_ findings: [ImportFinding], to json: inout JSONWriter) {
        json.beginArray()
        for finding in findings {
            json.beginObject()
            json.member("kind", finding.kind.rawValue)
            json.member("file", finding.location.file)
            if let line = finding.location.line { json.member("line", line) }
            if let column = finding.location.column { json.member("column", column) }
            if !finding.location.key.isEmpty { json.member("key", finding.location.key) }
            json.member("message", finding.message)
            json.endObject()
        }
        json.endArray()
    }
}
