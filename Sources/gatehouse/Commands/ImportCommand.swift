import ArgumentParser
import Console
import Kernel
import LiteLLMImport
import Settings

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a configuration out of another gateway's.",
        discussion: """
            What has no equal here is named, key by key, and nothing is left out in silence.

            EXAMPLE:
              gatehouse import litellm config.yaml --output gatehouse.yaml
            """,
        subcommands: [ImportLiteLLMCommand.self])
}

struct ImportLiteLLMCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "litellm", abstract: "Make a gatehouse.yaml out of LiteLLM's config.yaml.",
        discussion: """
            Takes over models, aliases, addresses, timeouts and references to variables. Credentials in clear are not \
            written: a variable takes their place, and a finding says which one to set. Findings go to standard error, and \
            as comments into the file.

            EXAMPLE:
              gatehouse import litellm config.yaml --output gatehouse.yaml
              gatehouse import litellm config.yaml --json

            EXIT CODES: 0 a configuration was made, whatever was found; 1 no model could be taken over; 2 the file cannot \
            be read.
            """)

    @OptionGroup var options: ImportOptions
    @OptionGroup var output: OutputOption

    func run() async throws {
        let made = try LiteLLMConfiguration(yaml: try self.options.read(), file: self.options.file)
        guard let text = made.text else {
            if self.output.isJSON {
                var json = JSONWriter()
                json.beginObject()
                json.name("findings")
                ImportOptions.write(made.findings, to: &json)
                json.endObject()
                try Terminal.current.write(json)
            } else {
                for finding in made.findings { Terminal.current.complain("\(finding)") }
            }
            throw CommandFailure("no model of `\(self.options.file)` could be taken over")
        }
        let summary = made.modelCount == 1 ? "one model" : "\(made.modelCount) models"
        try self.options.finish(text, made.findings, summary: summary, isJSON: self.output.isJSON)
    }
}
