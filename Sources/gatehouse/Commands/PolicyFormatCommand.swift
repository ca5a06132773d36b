import ArgumentParser
import Cedar
import Console
import Foundation
import Kernel
import Policy

struct PolicyFormatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "format", abstract: "Lay out policy files the usual way.",
        discussion: """
            Files are rewritten where they change; comments stay. With --check nothing is written.

            EXAMPLE:
              gatehouse policy format policies
              gatehouse policy format --check policies

            EXIT CODES: 0 all is laid out; 1 with --check, something is not; 2 a file cannot be read.
            """)

    @Argument(help: ArgumentHelp("Folders and files.", valueName: "path"))
    var paths = ["policies"]

    @Flag(help: "Only say which files would change.")
    var check = false

    @OptionGroup var output: OutputOption

    func run() async throws {
        var changed: [String] = []
        for path in self.paths {
            let isFolder = FileManager.default.isFolder(path)
            for file in try PolicySource.read(path) where file.name.hasSuffix(".cedar") {
                let place = isFolder ? "\(path)/\(file.name)" : path
                let text: String
                do throws(CedarError) { text = try CedarFormatter.format(file.text, width: 110, indent: 4) } catch {
                    throw CommandFailure("\(place):\(error)", exitCode: .configuration)
                }
                guard text != file.text else { continue }
                changed.append(place)
                if !self.check { try Data(text.utf8).write(to: URL(fileURLWithPath: place), options: .atomic) }
            }
        }
        let terminal = Terminal.current
        if self.output.isJSON {
            var json = JSONWriter()
            json.beginObject()
            json.member("changed", changed)
            json.endObject()
            try terminal.write(json)
        } else {
            for place in changed { try terminal.write("\(self.check ? "would change" : "wrote") \(place.printable)") }
        }
        if self.check, !changed.isEmpty { throw CommandFailure.alreadyReported() }
    }
}
