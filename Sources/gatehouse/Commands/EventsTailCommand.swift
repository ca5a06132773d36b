import ArgumentParser
import Audit
import Console
import Kernel
import Server

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

    @Flag(help: "Show the events of before the ledger, which stay in the database, instead; all of them, oldest first.")
    var beforeLedger = false

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
        help: ArgumentHelp("Only events since then: \(Moment.examples), counted back from now.", valueName: "time"))
    var since: Moment?

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard self.limit >= 0 else { throw ValidationError("`--limit` is a count, 0 or more") }
    }

    func run() async throws {
        let terminal = Terminal.current
        let desk = try Operator(self.configuration)
        guard !self.beforeLedger else { return try await self.showEarlier(desk, terminal) }
        var filter = EventFilter()
        filter.since = self.since.map { $0.before(terminal.clock.now()) }
        filter.principal = self.key
        filter.model = self.model
        filter.outcome = self.outcome
        filter.kind = self.kind
        let events = try await self.latest(filter, desk)
        try await desk.look(at: events, "events tail")
        var printer = EventPrinter(isJSON: self.output.isJSON, terminal: terminal)
        if events.isEmpty, !self.follow, !self.output.isJSON { try terminal.write("There are no such events.") }
        try printer.write(events)
        if self.follow { try await self.follow(filter, after: events.last?.sequence, desk, &printer) }
    }

    /// The events of before the ledger, page by page.
    private func showEarlier(_ desk: Operator, _ terminal: Terminal) async throws {
        var printer = EventPrinter(isJSON: self.output.isJSON, terminal: terminal)
        var last: Int64 = 0
        while case let page = try await desk.stores.earlierEvents(after: last, desk.context()), !page.isEmpty {
            try printer.write(page)
            last = page.last?.sequence ?? last
        }
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
            try await desk.look(at: page, "events tail")
            try printer.write(page)
            if let last = page.last { filter.after = last.sequence }
            if page.count < EventFilter.highestLimit { try await Task.sleep(for: .milliseconds(250)) }
        }
    }

    private func newest(_ desk: Operator) async throws -> Int64 {
        try await desk.stores.events.events(matching: EventFilter(limit: 1), desk.context()).first?.sequence ?? 0
    }
}

extension ExchangeEvent.Outcome: ExpressibleByArgument {}
extension Event.Kind: ExpressibleByArgument {}
