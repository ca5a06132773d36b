import ArgumentParser
import Cedar
import Console
import Kernel
import Policy

struct PolicyDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Say what sets two bundles of policies apart.",
        discussion: """
            Policies are compared by their ids and what they say; layout and comments do not count. Then the tests of \
            both are put to both, and those that are decided differently are shown.

            EXAMPLE:
              gatehouse policy diff active policies
              gatehouse policy diff default policies --json
            """)

    @Argument(help: PolicySource.help)
    var before: PolicySource

    @Argument(help: PolicySource.help)
    var after = PolicySource.usual

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let before = try await CedarDecisionPoint(self.before.bundle(self.configuration))
        let after = try await CedarDecisionPoint(self.after.bundle(self.configuration))
        let difference = PolicyDifference(before, after)
        let terminal = Terminal.current
        guard !self.output.isJSON else {
            var json = JSONWriter()
            json.beginObject()
            json.member("added", difference.added)
            json.member("removed", difference.removed)
            json.member("changed", difference.changed)
            json.member("questions", difference.questions)
            json.name("decisions")
            json.beginArray()
            for change in difference.decisions {
                json.beginObject()
                json.member("name", change.name)
                json.name("before")
                change.before.write(to: &json)
                json.name("after")
                change.after.write(to: &json)
                json.endObject()
            }
            json.endArray()
            json.endObject()
            return try terminal.write(json)
        }
        guard !difference.isEmpty else {
            return try terminal.write("no difference in \(difference.questions) questions")
        }
        for id in difference.added { try terminal.write(terminal.paint("+ \(id)", .green)) }
        for id in difference.removed { try terminal.write(terminal.paint("- \(id)", .red)) }
        for id in difference.changed { try terminal.write(terminal.paint("~ \(id)", .yellow)) }
        try terminal.write(
            "\n\(difference.decisions.count) of \(difference.questions) questions are decided differently")
        for change in difference.decisions {
            try terminal.write(
                "\n\(change.name.printable)\n    before: \(change.before.words)\n    after:  \(change.after.words)")
        }
    }
}
