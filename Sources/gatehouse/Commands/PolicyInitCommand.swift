import ArgumentParser
import Console
import Foundation
import Kernel
import Policy

struct PolicyInitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write the policies that come with Gatehouse into a folder.",
        discussion: """
            They are what a newcomer would keep, with tests and properties to change along with them. No file is \
            overwritten.

            EXAMPLE:
              gatehouse policy init
              gatehouse policy init /etc/gatehouse/policies
            """)

    @Argument(help: "The folder; it is made where there is none.")
    var folder = "policies"

    @OptionGroup var output: OutputOption

    func run() async throws {
        let manager = FileManager.default
        do { try manager.createDirectory(atPath: self.folder, withIntermediateDirectories: true) } catch {
            throw CommandFailure("the folder `\(self.folder.printable)` cannot be made")
        }
        let paths = DefaultPolicies.files.map { "\(self.folder)/\($0.name)" }
        if let path = paths.first(where: manager.fileExists) {
            throw CommandFailure("`\(path.printable)` is there already", exitCode: .configuration)
        }
        for (file, path) in zip(DefaultPolicies.files, paths) {
            do { try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting) } catch {
                throw CommandFailure("`\(path.printable)` cannot be written")
            }
        }
        let terminal = Terminal.current
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("files", paths)
            json.endObject()
            return try terminal.write(json)
        }
        for path in paths { try terminal.write("wrote \(path)") }
        try terminal.write(
            "\nnext:\n  gatehouse policy check \(self.folder)\n  gatehouse policy activate \(self.folder)")
    }
}
