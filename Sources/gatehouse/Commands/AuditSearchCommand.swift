import ArgumentParser
import Audit
import Console
import Kernel
import Server

struct AuditSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find events, newest first.",
        discussion: """
            EXAMPLE:
              gatehouse audit search --decision forbid --policy no-card-numbers --since 30d
              gatehouse audit search --actor key_01kajx2v5n8q3r7t9w0y4z6b1c --json
              gatehouse audit search --text "account 4711" --why "complaint of 12 May" --since 7d

            --text looks into what is sealed: the event in full, and prompts and answers as far as `audit.content` keeps them. \
            Nothing of that is indexed, so each event that the other options leave is opened, newest first, --scan of them at \
            most; what was erased is not found. That you searched, for what and why, is in the log before anything is opened.
            """)

    @Option(
        help: ArgumentHelp("Only events since then: \(Moment.examples), counted back from now.", valueName: "time"))
    var since: Moment?

    @Option(help: ArgumentHelp("Only events before then.", valueName: "time"))
    var until: Moment?

    @Option(help: ArgumentHelp("Only what this key or person did.", valueName: "id"))
    var actor: String?

    @Option(help: ArgumentHelp("Only what was done on behalf of this one.", valueName: "id"))
    var onBehalfOf: String?

    @Option(help: ArgumentHelp("Only exchanges with this model, by its alias.", valueName: "alias"))
    var model: String?

    @Option(help: ArgumentHelp("Only calls of this tool.", valueName: "name"))
    var tool: String?

    @Option(help: ArgumentHelp("Only where the policies said this.", valueName: "effect"))
    var decision: DecisionRecord.Effect?

    @Option(help: ArgumentHelp("Only where this policy decided.", valueName: "id"))
    var policy: String?

    @Option(help: ArgumentHelp("Only events of this run.", valueName: "id"))
    var run: String?

    @Option(help: ArgumentHelp("Only where this was found, such as pii.email_address.", valueName: "kind"))
    var label: String?

    @Option(help: ArgumentHelp("Only exchanges that ended this way.", valueName: "outcome"))
    var outcome: ExchangeEvent.Outcome?

    @Option(help: ArgumentHelp("Only events of this kind.", valueName: "kind"))
    var kind: Event.Kind?

    @Option(help: ArgumentHelp("Only events with this text in what is sealed of them.", valueName: "text"))
    var text: String?

    @Option(help: ArgumentHelp("Why you look into what is sealed; with --text.", valueName: "text"))
    var why: String?

    @Option(help: ArgumentHelp("How many events are opened at most; with --text.", valueName: "count"))
    var scan = 10_000

    @Option(help: ArgumentHelp("Goes on behind this sequence number.", valueName: "number"))
    var after: Int64?

    @Option(help: ArgumentHelp("How many at most, up to \(EventFilter.highestLimit).", valueName: "count"))
    var limit = 100

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func validate() throws {
        guard (1...EventFilter.highestLimit).contains(self.limit) else {
            throw ValidationError("`--limit` is a count from 1 to \(EventFilter.highestLimit)")
        }
        guard (self.text == nil) == (self.why == nil) else {
            throw ValidationError("`--text` and `--why` go together: who looks into what is sealed says why")
        }
        guard self.scan > 0 else { throw ValidationError("`--scan` is a count, 1 or more") }
    }

    func run() async throws {
        let terminal = Terminal.current
        let desk = try Operator(self.configuration)
        if let text = self.text { return try await self.find(text, self.filter(terminal), desk) }
        let events = try await desk.stores.events.events(matching: self.filter(terminal), desk.context())
        try await desk.look(at: events, "audit search")
        var printer = EventPrinter(isJSON: self.output.isJSON, terminal: terminal)
        if events.isEmpty, !self.output.isJSON { try terminal.write("There are no such events.") }
        try printer.write(events)
        if events.count == self.limit, let last = events.last, !self.output.isJSON {
            try terminal.write("more: --after \(last.sequence)")
        }
    }

    private func filter(_ terminal: Terminal) -> EventFilter {
        let now = terminal.clock.now()
        var filter = EventFilter(
            since: self.since.map { $0.before(now) }, until: self.until.map { $0.before(now) }, principal: self.actor,
            model: self.model, outcome: self.outcome, kind: self.kind, after: self.after, limit: self.limit)
        filter.onBehalfOf = self.onBehalfOf
        filter.tool = self.tool
        filter.decision = self.decision
        filter.policy = self.policy
        filter.run = self.run
        filter.label = self.label
        return filter
    }
}

extension DecisionRecord.Effect: ExpressibleByArgument {}

struct AuditRevealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reveal", abstract: "Show what is sealed of an event; that you looked, and why, is in the log.",
        discussion: """
            EXAMPLE:
              gatehouse audit reveal exch_01kajx2v5n8q3r7t9w0y4z6b1c --payload prompt --why "complaint 4711"
            """)

    @Argument(help: ArgumentHelp("The id of an exchange or of another event.", valueName: "id"))
    var id: String

    @Option(help: ArgumentHelp("What to show: detail, prompt, answer or arguments.", valueName: "kind"))
    var payload = PayloadKind.detail

    @Option(help: ArgumentHelp("Why you look.", valueName: "text"))
    var why: String

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        guard let id = Event.ID(self.id) else {
            throw CommandFailure(
                "`\(self.id.printable)` is no id of an event: it has `exch_` or `evnt_` and 26 characters",
                hint: "gatehouse audit search shows the ids", exitCode: .configuration)
        }
        let desk = try Operator(self.configuration)
        let places = try await desk.stores.events.places(of: id, desk.context())
        guard let first = places.first else {
            throw CommandFailure("there is no event `\(id)`", hint: "gatehouse audit search shows those that there are")
        }
        let place = places.first { $0.payloads.contains { $0.kind == self.payload } } ?? first
        try desk.remember(.payloadRead(of: "leaf:\(place.index)", why: self.why))
        guard let content = try await desk.stores.events.reveal(self.payload, of: place.index, desk.context()) else {
            throw CommandFailure("nothing of that kind is kept of this event, or its keys were destroyed")
        }
        let text = String(decoding: content, as: UTF8.self)
        guard self.output.isJSON else { return try Terminal.current.write(text.printableLines) }
        var json = JSONWriter()
        json.beginObject()
        json.member("index", place.index)
        json.member("payload", self.payload.rawValue)
        json.member("content", text)
        json.endObject()
        try Terminal.current.write(json)
    }
}

extension PayloadKind: ExpressibleByArgument {}
