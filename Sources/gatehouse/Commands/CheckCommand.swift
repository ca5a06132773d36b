import ArgumentParser
import Cedar
import Console
import Foundation
import Kernel
import Policy
import Server
import Settings

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with the configuration.",
        discussion: """
            Each problem comes with its file, line and column, its key, and what is expected there. Nothing is changed and \
            no provider is called; the secrets that the file refers to are read, unless --without-secrets is given.

            EXAMPLE:
              gatehouse check
              gatehouse check --config staging.yaml --without-secrets --json

            EXIT CODES: 0 the configuration can be used, warnings or not; 2 it cannot.
            """)

    @OptionGroup var configuration: ConfigurationOption

    @Flag(name: .customLong("without-secrets"), help: "Do not look whether the secrets can be read, as in a build.")
    var leavesSecrets = false

    @OptionGroup var output: OutputOption

    func run() async throws {
        let loading = try self.configuration.read()
        var problems = loading.problems
        if let settings = loading.settings, !self.leavesSecrets {
            do throws(SettingsError) { _ = try self.configuration.file.secrets(of: settings) } catch {
                problems += error.problems
            }
        }
        if let settings = loading.settings {
            do throws(SettingsError) { _ = try self.configuration.file.prices(of: settings) } catch {
                problems += error.problems
            }
        }
        if let settings = loading.settings {
            problems += Self.policyProblems(settings.policiesPath)
            if let problem = DetectorProblem.found(in: settings, at: Terminal.current.clock.now()) {
                problems.append(
                    Problem(
                        .invalid, at: Location(file: problem.file ?? self.configuration.path, line: problem.line),
                        problem.message))
            }
        }
        let errors = problems.count { $0.severity == .error }
        if self.output.isJSON {
            try Terminal.current.write(self.json(problems, isUsable: errors == 0))
        } else {
            try self.write(problems, errors: errors, loading.settings)
        }
        if errors > 0 { throw CommandFailure.alreadyReported(.configuration) }
    }

    /// What is wrong with the folder of policies, where there is one.
    private static func policyProblems(_ path: String) -> [Problem] {
        guard FileManager.default.isFolder(path) else { return [] }
        do {
            _ = try PolicyBundle(try PolicySource.read(path))
            return []
        } catch let error as PolicyError {
            return error.problems.map { problem in
                let isWhole = problem.location == .none
                return Problem(
                    .invalid,
                    at: Location(
                        file: problem.file.isEmpty ? path : "\(path)/\(problem.file)",
                        line: isWhole ? nil : Int(problem.location.line),
                        column: isWhole ? nil : Int(problem.location.column)), problem.message, hint: problem.hint,
                    severity: problem.severity == .error ? .error : .warning)
            }
        } catch {
            return [Problem(.invalid, at: Location(file: path), "\(error)")]
        }
    }

    private func write(_ problems: [Problem], errors: Int, _ settings: Settings?) throws {
        let terminal = Terminal.current
        for problem in problems { try terminal.write(problem.description) }
        let warnings = problems.count - errors
        let count = warnings == 0 ? "" : warnings == 1 ? ", one warning" : ", \(warnings) warnings"
        if errors > 0 {
            if !problems.isEmpty { try terminal.write("") }
            let text = "\(self.configuration.path): \(errors == 1 ? "one error" : "\(errors) errors")\(count)"
            try terminal.write(terminal.paint(text, .red))
        } else if let settings {
            let parts = [
                Self.counted(settings.providers.count, "provider"), Self.counted(settings.models.count, "model"),
            ]
            let text = "\(self.configuration.path): good (\(parts.joined(separator: ", ")))\(count)"
            try terminal.write(terminal.paint(text, .green))
        }
    }

    private static func counted(_ count: Int, _ what: String) -> String { "\(count) \(what)\(count == 1 ? "" : "s")" }

    private func json(_ problems: [Problem], isUsable: Bool) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.member("path", self.configuration.path)
        json.member("usable", isUsable)
        json.name("problems")
        json.beginArray()
        for problem in problems {
            json.beginObject()
            json.member("severity", problem.severity.rawValue)
            json.member("code", problem.code.name)
            json.member("file", problem.location.file)
            if let line = problem.location.line { json.member("line", line) }
            if let column = problem.location.column { json.member("column", column) }
            if !problem.location.key.isEmpty { json.member("key", problem.location.key) }
            json.member("message", problem.message)
            json.member("hint", ifPresent: problem.hint)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json
    }
}
