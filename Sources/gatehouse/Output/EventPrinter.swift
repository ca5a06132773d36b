import Audit
import Console
import Conversation
import Kernel
import Server

/// Prints events, as a table for people or as JSON Lines.
struct EventPrinter {
    private let isJSON: Bool
    private let terminal: Terminal
    private var columns = Columns(
        ["TIME", "ID", "EVENT", "STATUS", "MODEL", "TOKENS", "TOOK", "WHAT"], widths: [24, 31, 9, 6, 12, 9, 8])
    private var hasHead = false

    init(isJSON: Bool, terminal: Terminal) {
        self.isJSON = isJSON
        self.terminal = terminal
    }

    /// Prints them below those before; the first ones decide how wide the columns are.
    mutating func write(_ events: [StoredEvent]) throws {
        guard !self.isJSON else {
            for event in events { try self.terminal.write(Self.json(event)) }
            return
        }
        guard !events.isEmpty else { return }
        let rows = events.map { Self.row($0.event) }
        if !self.hasHead {
            self.columns.fit(rows)
            self.hasHead = true
            try self.terminal.write(self.terminal.paint(self.columns.head, .faint))
        }
        for (row, event) in zip(rows, events) {
            let line = self.columns.line(row)
            try self.terminal.write(Self.colour(event.event).map { self.terminal.paint(line, $0) } ?? line)
        }
    }

    /// What is sealed of it, and beside which leaf.
    static func sealed(_ places: [(index: Int64, payloads: [Leaf.Payload])]) -> [(name: String, value: String)] {
        places.reversed().flatMap { place in
            place.payloads.map { ("sealed", "\($0.kind.rawValue), \($0.count) bytes, beside leaf \(place.index)") }
        }
    }

    /// `{"sequence":…,"event":…}`, the event as it was recorded; with `"sealed"` where it is said what is.
    static func json(
        _ stored: StoredEvent, _ places: [(index: Int64, payloads: [Leaf.Payload])] = []
    ) -> JSONWriter {
        var json = JSONWriter(reserving: stored.json.count + 32)
        json.beginObject()
        json.member("sequence", stored.sequence)
        json.name("event")
        json.raw(stored.json)
        if places.contains(where: { !$0.payloads.isEmpty }) {
            json.name("sealed")
            json.beginArray()
            for place in places.reversed() {
                for payload in place.payloads {
                    json.beginObject()
                    json.member("payload", payload.kind.rawValue)
                    json.member("bytes", payload.count)
                    json.member("leaf", place.index)
                    json.endObject()
                }
            }
            json.endArray()
        }
        json.endObject()
        return json
    }

    private static func colour(_ event: Event) -> Terminal.Colour? {
        guard case .exchange(let exchange) = event else { return .faint }
        return switch exchange.outcome {
        case .answered: nil
        case .blocked, .refused, .cancelled: .yellow
        case .failed, .truncated: .red
        }
    }

    private static func row(_ event: Event) -> [String] {
        switch event {
        case .exchange(let event):
            let operation = event.operation == .chatCompletion ? nil : event.operation.rawValue
            let words = [operation, event.code, event.findingsInWords, event.decisionsInWords].compactMap { $0 }
                .filter { !$0.isEmpty }
            return [
                event.startedAt.description, event.id.description, event.outcome.rawValue,
                event.status == 0 ? "–" : "\(event.status)", event.model?.printable ?? "–",
                event.usage.map { "\($0.input.value)+\($0.output.value)" } ?? "–", Self.milliseconds(event.duration),
                words.joined(separator: "; ").printable,
            ]
        case .start(let event):
            return [
                event.time.description, event.id.description, Event.Kind.exchangeStarted.rawValue, "–",
                event.model?.printable ?? "–", "–", "–", event.provider?.printable ?? "",
            ]
        case .abandonment(let event):
            return [
                event.time.description, event.id.description, Event.Kind.exchangeAbandoned.rawValue, "–", "–", "–", "–",
                "how it ended is not known",
            ]
        case .administrative(let event):
            let words = [event.act.subject, event.act.detail].compactMap { $0 }.joined(separator: " ")
            return [
                event.time.description, event.id.description, event.act.kind.rawValue, "–", "–", "–", "–",
                words.printable,
            ]
        }
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = (duration.microseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) ms"
    }

    /// Everything that an event holds, in words.
    static func details(_ stored: StoredEvent) -> [(name: String, value: String)] {
        let head = [
            ("sequence", "\(stored.sequence)"), ("leaf", "\(stored.index)"), ("id", stored.event.id.description),
            ("kind", stored.event.kind.rawValue), ("time", stored.event.time.description),
            ("principal", stored.event.principal.map { "\($0.kind.rawValue) \($0.id)" } ?? "nobody was recognised"),
        ]
        let rest: [(String, String?)] =
            switch stored.event {
            case .exchange(let event): Self.details(event)
            case .start(let event):
                [
                    ("operation", event.operation.rawValue), ("model", event.model), ("provider", event.provider),
                    ("deployment", event.deployment), ("configuration", event.configuration),
                    ("detectors", event.detectors),
                ]
            case .abandonment(let event): [("start", "leaf \(event.start)")]
            case .administrative(let event): [("subject", event.act.subject), ("detail", event.act.detail)]
            }
        return (head.map { ($0.0, Optional($0.1)) } + rest).compactMap { name, value in value.map { (name, $0) } }
    }

    private static func details(_ event: ExchangeEvent) -> [(String, String?)] {
        [
            ("operation", event.operation.rawValue), ("outcome", event.outcome.rawValue),
            ("status", event.status == 0 ? "none was sent" : "\(event.status)"), ("code", event.code),
            ("model", event.model), ("provider", event.provider), ("deployment", event.deployment),
            ("served model", event.servedModel), ("streamed", event.isStreamed ? "yes" : "no"),
            ("findings", event.findings.isEmpty ? "none" : event.findingsInWords),
            ("decisions", event.decisions.isEmpty ? "none needed" : event.decisionsInWords),
            ("tokens", event.usage.map(Self.tokens)), ("request", "\(event.requestBytes) bytes"),
            ("response", "\(event.responseBytes) bytes"), ("attempts", "\(event.attempts)"),
            ("took", Self.milliseconds(event.duration)), ("configuration", event.configuration),
            ("detectors", event.detectors),
        ]
    }

    private static func tokens(_ usage: TokenUsage) -> String {
        "\(usage.input.value) in, \(usage.output.value) out, \(usage.cached.value) cached, "
            + "\(usage.reasoning.value) reasoning (\(usage.source.rawValue))"
    }
}
