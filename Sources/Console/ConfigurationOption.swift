package import ArgumentParser
import Foundation
package import Server
package import Settings

/// Which configuration a command works with.
package struct ConfigurationOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file. Without it: $GATEHOUSE_CONFIG, or else gatehouse.yaml here.", valueName: "path"))
    package var config: String?

    package init() {}

    /// The path that was asked for, wherever it was.
    package var path: String {
        if let config { return config }
        if let path = Terminal.current.environment["GATEHOUSE_CONFIG"], !path.isEmpty { return path }
        return "gatehouse.yaml"
    }

    package var file: ConfigurationFile {
        ConfigurationFile(path: self.path, environment: Terminal.current.environment)
    }

    /// Reads the file and tells everything that is wrong with it.
    package func read() throws -> Settings.Loading {
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
    package func settings() throws -> Settings { try self.read().get() }

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
