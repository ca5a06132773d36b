import ArgumentParser
import Audit
import Console
import Kernel
import Server

struct EventsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one event with all that it holds; that you looked is in the log.",
        discussion: """
            EXAMPLE:
              gatehouse events show exch_01kajx2v5n8q3r7t9w0y4z6b1c
            """)

    @Argument(
        help: ArgumentHelp(
            "The id of an exchange, as answers carry it in x-request-id, or of another event.", valueName: "id"))
    var id: String

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        guard let id = Event.ID(self.id) else {
            throw CommandFailure(
                "`\(self.id.printable)` is no id of an event: it has `exch_` or `evnt_` and 26 characters",
                hint: "gatehouse events tail shows the ids", exitCode: .configuration)
        }
        let terminal = Terminal.current
        let desk = try Operator(self.configuration)
        guard let stored = try await desk.stores.events.event(id, desk.context()) else {
            throw CommandFailure("there is no event `\(id)`", hint: "gatehouse events tail shows the latest")
        }
        if let act = stored.look("events show") { try desk.remember(act) }
        let places = try await desk.stores.events.places(of: id, desk.context())
        guard !self.output.isJSON else { return try terminal.write(EventPrinter.json(stored, places)) }
        let details = EventPrinter.details(stored) + EventPrinter.sealed(places)
        let width = details.map(\.name.count).max() ?? 0
        for detail in details {
            let padding = String(repeating: " ", count: width - detail.name.count + 2)
            try terminal.write("\(terminal.paint(detail.name, .faint))\(padding)\(detail.value.printable)")
        }
    }
}
