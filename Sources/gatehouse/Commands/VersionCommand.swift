import ArgumentParser
import Console
import Kernel
import Server

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Tell the version.",
        discussion: """
            EXAMPLE:
              gatehouse version --json
            """)

    @OptionGroup var output: OutputOption

    func run() async throws {
        guard self.output.isJSON else { return try Terminal.current.write("gatehouse \(GatehouseVersion.current)") }
        var json = JSONWriter()
        json.beginObject()
        json.member("version", GatehouseVersion.current)
        json.endObject()
        try Terminal.current.write(json)
    }
}
