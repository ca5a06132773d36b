import ArgumentParser
import Audit
import Cedar
import Console
import Kernel
import Policy
import Server
import Settings

struct PolicyBacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "Ask again what was asked before, and show what would change.",
        discussion: """
            Every decision that the event log holds is put to these policies. Nothing is enforced and nothing is written. \
            A plain permit is recorded without its question: that is rebuilt from the event and from what the \
            configuration says of the model today, without the roles of the key.

            EXAMPLE:
              gatehouse policy backtest policies
              gatehouse policy backtest policies --since 7d --json
            """)

    @Argument(help: PolicySource.help)
    var policies = PolicySource.usual

    @Option(
        help: ArgumentHelp("Only exchanges since then: \(Moment.examples), counted back from now.", valueName: "time"))
    var since: Moment?

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws {
        let desk = try Operator(self.configuration)
        let bundle = try await self.policies.bundle(self.configuration)
        let backtest = try await Self.replay(bundle, self.start(), desk, self.progress())
        try self.tell(backtest)
    }

    private func start() -> Timestamp? {
        let now = Terminal.current.clock.now()
        return self.since.map { $0.before(now) }
    }

    private func progress() -> ProgressBar {
        let terminal = Terminal.current
        return ProgressBar(terminal: terminal, isShown: terminal.isErrorColoured && !self.output.isJSON)
    }

    private func tell(_ backtest: Backtest) throws {
        let terminal = Terminal.current
        if self.output.isJSON { try Self.writeJSON(backtest, terminal) } else { try Self.write(backtest, terminal) }
    }

    /// Asks again what was asked, page by page.
    @inline(never)
    private static func replay(
        _ bundle: PolicyBundle, _ since: Timestamp?, _ desk: Operator, _ progress: ProgressBar
    ) async throws -> Backtest {
        let newest = EventFilter(kind: .exchange, order: .newestFirst, limit: 1)
        let last = try await Self.page(newest, isThere: true, desk).first?.sequence ?? 0
        var backtest = Backtest(try CedarDecisionPoint(bundle))
        let models = Dictionary(
            desk.settings.models.map { ($0.name, desk.settings.facts(of: $0)) }
        ) { first, _ in first }
        var progress = progress
        var filter = EventFilter(kind: .exchange, order: .oldestFirst, limit: EventFilter.highestLimit)
        filter.since = since
        var page = try await Self.page(filter, isThere: true, desk)
        let first = page.first?.sequence ?? 0
        while let sequence = page.last?.sequence {
            for event in page { Self.add(event, models, to: &backtest) }
            progress.show(sequence - first, of: last - first)
            filter.after = sequence
            page = try await Self.page(filter, isThere: sequence < last, desk)
        }
        progress.finish()
        return backtest
    }

    @inline(never)
    private static func page(
        _ filter: EventFilter, isThere: Bool, _ desk: Operator
    ) async throws -> [StoredEvent] {
        guard isThere else { return [] }
        let events = try await desk.stores.events.events(matching: filter, desk.context())
        try await desk.look(at: events, "policy backtest")
        return events
    }

    @inline(never)
    private static func add(
        _ event: StoredEvent, _ models: [String: ModelFacts?], to backtest: inout Backtest
    ) {
        guard case .exchange(let exchange) = event.event else { return }
        let id = exchange.id.description
        do throws(PolicyFormatError) {
            for record in try RecordedDecision.all(inEvent: event.json) {
                backtest.add(exchange: id, record.question, record.decision)
            }
        } catch {
            backtest.addUnreadable()
        }
        guard let principal = exchange.principal, let model = exchange.model else { return }
        for action in Self.permitted(exchange) {
            backtest.addPlainPermit(
                exchange: id, action, by: principal, of: models[model] ?? nil, at: exchange.startedAt)
        }
    }

    /// What was permitted without a question in the event.
    private static func permitted(_ exchange: ExchangeEvent) -> [Action] {
        var actions: [Action] = []
        func isPlain(_ stage: ExchangeEvent.Stage) -> Bool { !exchange.decisions.contains { $0.stage == stage } }
        if exchange.attempts > 0, isPlain(.request) { actions.append(.infer) }
        if exchange.attempts > 0, exchange.outcome == .answered, isPlain(.response) { actions.append(.release) }
        return actions
    }

    private static func write(_ backtest: Backtest, _ terminal: Terminal) throws {
        try terminal.write("\(backtest.changed) of \(backtest.total) recorded decisions would change")
        if backtest.rebuilt > 0 { try terminal.write("\(backtest.rebuilt) of them are plain permits, rebuilt") }
        if backtest.unreadable > 0 { try terminal.write("\(backtest.unreadable) cannot be read") }
        if backtest.withoutModel > 0 {
            try terminal.write("\(backtest.withoutModel) more are of models that there are no more")
        }
        for change in Backtest.Change.allCases {
            guard let count = backtest.changes[change] else { continue }
            let words =
                switch change {
                case .newlyForbidden: "permitted then, refused now"
                case .newlyPermitted: "refused then, permitted now"
                case .otherRemedy: "another remedy"
                }
            try terminal.write("\n\(terminal.paint("\(count) \(words)", .bold))")
            for example in backtest.examples[change] ?? [] {
                try terminal.write(
                    "  \(example.exchange)\n    before: \(example.before.words)\n    after:  \(example.after.words)")
            }
        }
        guard !backtest.byPolicy.isEmpty else { return }
        try terminal.write("\nby the policy that would decide")
        for (policy, count) in backtest.byPolicy.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            try terminal.write("  \(count)  \(policy.isEmpty ? "(the default)" : policy)")
        }
    }

    private static func writeJSON(_ backtest: Backtest, _ terminal: Terminal) throws {
        var json = JSONWriter()
        json.beginObject()
        json.member("total", backtest.total)
        json.member("changed", backtest.changed)
        json.member("rebuilt", backtest.rebuilt)
        json.member("unreadable", backtest.unreadable)
        json.member("without_model", backtest.withoutModel)
        json.name("changes")
        json.beginArray()
        for change in Backtest.Change.allCases {
            guard let count = backtest.changes[change] else { continue }
            json.beginObject()
            json.member("change", change.rawValue)
            json.member("count", count)
            json.name("examples")
            json.beginArray()
            for example in backtest.examples[change] ?? [] {
                json.beginObject()
                json.member("exchange", example.exchange)
                json.name("question")
                example.question.write(to: &json)
                json.name("before")
                example.before.write(to: &json)
                json.name("after")
                example.after.write(to: &json)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.name("policies")
        json.beginObject()
        for (policy, count) in backtest.byPolicy.sorted(by: { $0.key < $1.key }) {
            json.name(policy)
            json.integer(count)
        }
        json.endObject()
        json.endObject()
        try terminal.write(json)
    }
}

/// A bar on standard error that shows how far something is; where that is no terminal, nothing.
struct ProgressBar {
    let terminal: Terminal
    let isShown: Bool
    private var shown = -1

    init(terminal: Terminal, isShown: Bool) {
        self.terminal = terminal
        self.isShown = isShown
    }

    mutating func show(_ done: Int64, of all: Int64) {
        guard self.isShown, all > 0 else { return }
        let percent = Int(done * 100 / all)
        guard percent != self.shown else { return }
        self.shown = percent
        let full = percent * 40 / 100
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 40 - full)
        self.terminal.overwrite("\(bar) \(percent) %")
    }

    mutating func finish() {
        guard self.shown >= 0 else { return }
        self.terminal.overwrite("")
        self.shown = -1
    }
}
