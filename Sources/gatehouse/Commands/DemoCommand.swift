import ArgumentParser
import Console
import Kernel
import Logging
import Server

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "See it work: six exchanges with a gateway on temporary data.",
        discussion: """
            Starts a gateway on 127.0.0.1 (ports 8080 and 8081 if they are free), sends it six exchanges, tells what went \
            in, what came out and why, and then serves until Ctrl-C. It needs no network and leaves nothing behind.

            EXAMPLE:
              gatehouse demo
              gatehouse demo --once --json

            EXIT CODES: 0 all six did what they should; 1 one did not, or the gateway could not run.
            """)

    @Flag(help: "End after the six.")
    var once = false

    @OptionGroup var output: OutputOption

    func run() async throws {
        let terminal = Terminal.current
        JSONLogHandler.bootstrap(.warning, asJSON: self.output.isJSON, terminal)
        let staysOpen = !self.once
        let printer: any DemoPrinter =
            self.output.isJSON
            ? DemoJSONPrinter(terminal: terminal, staysOpen: staysOpen)
            : DemoTextPrinter(terminal: terminal, staysOpen: staysOpen)
        let steps = try await Demo().run(staysOpen: staysOpen) { await printer.tell($0) }
        guard steps.allSatisfy(\.ok), !steps.isEmpty else { throw CommandFailure.alreadyReported() }
    }
}
