import ArgumentParser
import Audit
import Kernel
import Server

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Look at what happened.",
        discussion: """
            Reads the database of the configuration, whether the gateway runs or not. Events hold no text of prompts and \
            answers, and no value that was found.

            EXAMPLE:
              gatehouse events tail --follow
            """,
        subcommands: [EventsTailCommand.self, EventsShowCommand.self])
}

struct EventsTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Show the latest events, oldest first.",
        discussion: """
            With --json: JSON Lines, one {"sequence":…,"event":{…}} for each event, as it was recorded.

            EXAMPLE:
              gatehouse events tail --outcome blocked --since 24h
              gatehouse events tail --follow --json
            """)

    @Flag(help: "Go on and show events as they happen, until Ctrl-C.")
    var follow = false

    @Option(help: ArgumentHelp("How many of the latest to show.", valueName: "count"))
    var limit = 20

    @Option(help: ArgumentHelp("Only exchanges that ended this way.", valueName: "outcome"))
    var outcome: ExchangeEvent.Outcome?

    @Option(help: ArgumentHelp("Only events of this kind.", valueName: "kind"))
    var kind: Event.Kind?

    @Option(help: ArgumentHelp("Only exchanges with this model, by the alias that was asked for.", valueName: "alias"))
    var model: String?

    @Option(help: ArgumentHelp("Only what was done with this key, by its id.", valueName: "id"))
    var key: String?

    @Option(
        help: ArgumentHelp("Only events that began then or later, \(Moment.expectation) ago.", valueName: "time"))
    var since: Moment?

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard self.limit >= 0 else { throw ValidationError("`--limit` is a count, 0 or more") }
    }

    func run() async throws {
        let terminal = Terminal.current
        let desk = try Operator(self.configuration)
        var filter = EventFilter()
        filter.since = self.since.map { $0.before(terminal.clock.now()) }
        filter.principal = self.key
        filter.model = self.model
        filter.outcome = self.outcome
        filter.kind = self.kind
        let events = try await self.latest(filter, desk)
        var printer = EventPrinter(isJSON: self.output.isJSON, terminal: terminal)
        if events.isEmpty, !self.follow, !self.output.isJSON { try terminal.write("There are no such events.") }
        try printer.write(events)
        if self.follow { try await self.follow(filter, after: events.last?.sequence, desk, &printer) }
    }

    /// The last `limit` events, oldest first.
    private func latest(_ filter: EventFilter, _ desk: Operator) async throws -> [StoredEvent] {
        var filter = filter
        filter.order = .newestFirst
        var events: [StoredEvent] = []
        while events.count < self.limit {
            filter.limit = min(self.limit - events.count, EventFilter.highestLimit)
            let page = try await desk.stores.events.events(matching: filter, desk.context())
            events += page
            guard page.count == filter.limit, let last = page.last else { break }
            filter.after = last.sequence
        }
        return events.reversed()
    }

    private func follow(
        _ filter: EventFilter, after sequence: Int64?, _ desk: Operator, _ printer: inout EventPrinter
    ) async throws {
        var filter = filter
        filter.order = .oldestFirst
        filter.limit = EventFilter.highestLimit
        // Without events shown, `--limit 0` apart, there are none to pass over.
        filter.after = try await self.limit == 0 ? self.newest(desk) : sequence ?? 0
        while !Task.isCancelled {
            let page = try await desk.stores.events.events(matching: filter, desk.context())
            try printer.write(page)
            if let last = page.last { filter.after = last.sequence }
            if page.count < EventFilter.highestLimit { try await Task.sleep(for: .milliseconds(250)) }
        }
    }

    private func newest(_ desk: Operator) async throws -> Int64 {
        try await desk.stores.events.events(matching: EventFilter(limit: 1), desk.context()).first?.sequence ?? 0
    }
}

struct EventsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one event with all that it holds.",
        discussion: """
            EXAMPLE:
              gatehouse events show exch_01kajx2v5n8q3r7t9w0y4z6b1c
            """)

    @Argument(
        help: ArgumentHelp("The id of an exchange, as answers carry it in x-request-id, or of another event.", valueName: "id"))
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
        guard !self.output.isJSON else { return try terminal.write(EventPrinter.json(stored)) }
        let details = EventPrinter.details(stored)
        let width = details.map(\.name.count).max() ?? 0
        for detail in details {
            let padding = String(repeating: " ", count: width - detail.name.count + 2)
            try terminal.write("\(terminal.paint(detail.name, .faint))\(padding)\(detail.value.printable)")
        }
    }
}

extension ExchangeEvent.Outcome: ExpressibleByArgument {}
extension Event.Kind: ExpressibleByArgument {}
