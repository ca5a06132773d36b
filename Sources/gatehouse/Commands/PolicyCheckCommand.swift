import ArgumentParser
import Console
import Kernel
import Policy

struct PolicyCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with policies.",
        discussion: """
            Reads them, holds them against the schema, proves their properties, runs their tests, and looks for policies \
            that never apply, that others make superfluous or contradict, or that permit everything. Each problem comes \
            with its file, line and column. What passes can be activated.

            EXAMPLE:
              gatehouse policy check policies
              gatehouse policy check policies --json

            EXIT CODES: 0 they can be activated, warnings or not; 2 they cannot.
            """)

    @Argument(help: PolicySource.help)
    var policies = PolicySource.usual

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let files = try await self.policies.files(self.configuration)
        var problems: [PolicyProblem]
        var bundle: PolicyBundle?
        do throws(PolicyError) {
            let made = try PolicyBundle(files)
            problems = (made.warnings + made.findings()).sorted()
            bundle = made
        } catch {
            problems = error.problems
        }
        let terminal = Terminal.current
        if self.output.isJSON {
            var json = JSONWriter()
            json.beginObject()
            json.member("usable", bundle != nil)
            json.member("hash", ifPresent: bundle?.hash)
            json.write(problems)
            json.endObject()
            try terminal.write(json)
        } else {
            try terminal.write(problems)
            if let bundle {
                let counts =
                    "\(bundle.rules.count) policies, \(bundle.properties.count) properties, \(bundle.tests.count) tests"
                try terminal.write(terminal.paint("good (\(counts))", .green) + " \(bundle.hash)")
            } else {
                let errors = problems.count { $0.severity == .error }
                try terminal.write(terminal.paint(errors == 1 ? "one error" : "\(errors) errors", .red))
            }
        }
        if bundle == nil { throw CommandFailure.alreadyReported(.configuration) }
    }
}
