import ArgumentParser
import Foundation
import Server
import Settings

/// Which configuration a command works with.
struct ConfigurationOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file. Without it: $GATEHOUSE_CONFIG, or else gatehouse.yaml here.", valueName: "path"))
    var config: String?

    /// The path that was asked for, wherever it was.
    var path: String {
        if let config { return config }
        if let path = Terminal.current.environment["GATEHOUSE_CONFIG"], !path.isEmpty { return path }
        return "gatehouse.yaml"
    }

    var file: ConfigurationFile {
        ConfigurationFile(path: self.path, environment: Terminal.current.environment)
    }

    /// Reads the file and tells everything that is wrong with it.
    func read() throws -> Settings.Loading {
        if FileManager.default.isFolder(self.path) {
            throw CommandFailure(
                "`\(self.path)` is a folder, expected a file", hint: "\(self.path)/gatehouse.yaml, perhaps",
                exitCode: .configuration)
        }
        do { return try self.file.load() } catch let error as CocoaError {
            throw Self.failure(error, path: self.path)
        }
    }

    /// The settings, where nothing is wrong with them.
    func settings() throws -> Settings { try self.read().get() }

    private static func failure(_ error: CocoaError, path: String) -> CommandFailure {
        switch error.code {
        case .fileReadNoSuchFile, .fileNoSuchFile:
            CommandFailure(
                "there is no configuration at `\(path)`", hint: "gatehouse init \(path)", exitCode: .configuration)
        case .fileReadNoPermission:
            CommandFailure(
                "`\(path)` may not be read by this user", hint: "chmod or chown the file, or run as its owner",
                exitCode: .configuration)
        default:
            CommandFailure("`\(path)` cannot be read: \(error.localizedDescription)", exitCode: .configuration)
        }
    }
}

/// How a command prints.
struct OutputOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON, for programs.")
    var isJSON = false
}
