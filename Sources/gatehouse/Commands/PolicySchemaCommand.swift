import ArgumentParser
import Console
import Kernel
import Policy

struct PolicySchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the schema that policies are written against.",
        discussion: """
            With a folder of policies also the actions of its tools, made of the files `SERVER.tools.json` in it: what a \
            Model Context Protocol server answers to tools/list. Editors for Cedar can read it.

            EXAMPLE:
              gatehouse policy schema > gatehouse.cedarschema
              gatehouse policy schema policies
            """)

    @Argument(help: PolicySource.help)
    var policies: PolicySource?

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        var tools: [ToolSchema] = []
        for file in try await self.policies?.files(self.configuration) ?? [] where file.kind == .tools {
            tools.append(try ToolSchema(server: file.stem, json: Array(file.text.utf8)))
        }
        let text = PolicySchema.text(tools)
        let terminal = Terminal.current
        guard self.output.isJSON else { return try terminal.write(text, terminator: "") }
        var json = JSONWriter()
        json.beginObject()
        json.member("schema", text)
        json.endObject()
        try terminal.write(json)
    }
}
