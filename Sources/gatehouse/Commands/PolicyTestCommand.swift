import ArgumentParser
import Cedar
import Console
import Kernel
import Policy

struct PolicyTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the tests beside the policies.",
        discussion: """
            A test is a question and what is to be decided of it, in a file `*.tests.json`. Those that fail are shown with \
            what was decided instead.

            EXAMPLE:
              gatehouse policy test policies

            EXIT CODES: 0 all pass; 1 some fail; 2 the policies cannot be read.
            """)

    @Argument(help: PolicySource.help)
    var policies = PolicySource.usual

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let bundle = try await self.policies.bundle(self.configuration)
        let point = try CedarDecisionPoint(bundle)
        let results = bundle.tests.map { (test: $0, complaint: $0.complaint(about: point.decide($0.question))) }
        let failed = results.count { $0.complaint != nil }
        let terminal = Terminal.current
        if self.output.isJSON {
            var json = JSONWriter()
            json.beginObject()
            json.member("passed", results.count - failed)
            json.member("failed", failed)
            json.name("tests")
            json.beginArray()
            for (test, complaint) in results {
                json.beginObject()
                json.member("name", test.name)
                json.member("file", test.file)
                json.member("line", Int(test.location.line))
                json.member("passes", complaint == nil)
                json.member("complaint", ifPresent: complaint)
                json.endObject()
            }
            json.endArray()
            json.endObject()
            try terminal.write(json)
        } else {
            for (test, complaint) in results {
                guard let complaint else { continue }
                try terminal.write("\(test.file):\(test.location.line): \(test.name.printable)\n    \(complaint)")
            }
            let summary = failed == 0 ? "all \(results.count) tests pass" : "\(failed) of \(results.count) tests fail"
            try terminal.write(terminal.paint(summary, failed == 0 ? .green : .red))
        }
        if failed > 0 { throw CommandFailure.alreadyReported() }
    }
}
