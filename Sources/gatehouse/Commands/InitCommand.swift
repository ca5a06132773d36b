import ArgumentParser
import Console
import Foundation
import Kernel
import Settings

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented gatehouse.yaml.",
        discussion: """
            The file works as it is: its one model is answered within the gateway. It is never overwritten unless you say so.

            EXAMPLE:
              gatehouse init
              gatehouse init /etc/gatehouse/gatehouse.yaml
            """)

    @Argument(help: "The file to write, or the folder to write it to.")
    var path = "gatehouse.yaml"

    @Flag(help: "Overwrite the file where there is one.")
    var force = false

    @OptionGroup var output: OutputOption

    func run() async throws {
        let path = self.target
        let file = URL(fileURLWithPath: path)
        do {
            try Data(Settings.template().utf8).write(to: file, options: self.force ? .atomic : .withoutOverwriting)
        } catch let error as CocoaError {
            throw Self.failure(error, path)
        }
        let terminal = Terminal.current
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("path", path)
            json.endObject()
            return try terminal.write(json)
        }
        let option = path == "gatehouse.yaml" ? "" : " --config \(path)"
        try terminal.write(
            """
            wrote \(path)

            next:
              gatehouse check\(option)
              gatehouse key create --name my-app\(option)
              gatehouse serve\(option)
            """)
    }

    private var target: String {
        guard FileManager.default.isFolder(self.path) else { return self.path }
        return (self.path.hasSuffix("/") ? self.path : self.path + "/") + "gatehouse.yaml"
    }

    private static func failure(_ error: CocoaError, _ path: String) -> CommandFailure {
        switch error.code {
        case .fileWriteFileExists:
            CommandFailure("`\(path)` is there already", hint: "--force overwrites it", exitCode: .configuration)
        case .fileNoSuchFile, .fileReadNoSuchFile:
            CommandFailure("`\(path)` cannot be written: its folder is not there", hint: "make the folder first")
        case .fileWriteNoPermission:
            CommandFailure("`\(path)` may not be written by this user")
        default:
            CommandFailure("`\(path)` cannot be written: \(error.localizedDescription)")
        }
    }
}
