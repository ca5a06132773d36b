import Conversation
import Kernel

// The written form of events, version 1: one JSON object. Members stand in the order of their names and numbers are
// integers below 2^53, so that these bytes are canonical (RFC 8785) as they are. What is nil is left out. Times are
// microseconds since 1970, durations microseconds.
//
// Adding a member that may be absent keeps the version; anything else makes a new one.

extension Event {
    /// The version of the written form.
    package static let version = 1

    /// The event as JSON. Cost: about one microsecond.
    package func json() -> [UInt8] {
        var writer = JSONWriter(reserving: 768)
        self.write(to: &writer)
        return writer.bytes
    }

    /// Writes the event as JSON into a writer that nothing was written to.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .exchange(let event): event.writeMembers(to: &writer)
        case .start(let event): event.writeMembers(to: &writer)
        case .abandonment(let event): event.writeMembers(to: &writer)
        case .administrative(let event): event.writeMembers(to: &writer)
        }
        writer.member("version", Self.version)
        writer.endObject()
    }
}

// A literal alone would be taken for a `String`, whose bytes are looked at for what must be escaped.
extension ExchangeEvent {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("attempts", self.attempts)
        writer.member("code", ifPresent: self.code)
        writer.member("configuration", self.configuration)
        if let cost = self.cost { writer.member("cost_microdollars", cost.value) }
        writer.name("decisions" as StaticString)
        writer.beginArray()
        for decision in self.decisions { decision.write(to: &writer) }
        writer.endArray()
        writer.member("deployment", ifPresent: self.deployment)
        writer.member("detectors", self.detectors)
        writer.member("duration_us", self.duration.microseconds)
        writer.name("findings" as StaticString)
        writer.beginArray()
        for finding in self.findings { finding.write(to: &writer) }
        writer.endArray()
        writer.name("id" as StaticString)
        writer.string(self.id.utf8.span)
        writer.member("kind", Event.Kind.exchange.rawValue)
        writer.member("model", ifPresent: self.model)
        writer.member("operation", self.operation.rawValue)
        writer.member("outcome", self.outcome.rawValue)
        if let principal = self.principal { writer.member("principal", principal) }
        writer.member("provider", ifPresent: self.provider)
        writer.member("request_bytes", self.requestBytes)
        writer.member("response_bytes", self.responseBytes)
        writer.member("served_model", ifPresent: self.servedModel)
        writer.member("status", self.status)
        writer.member("streamed", self.isStreamed)
        writer.member("time_us", self.startedAt.microseconds)
        if !self.transformations.isEmpty {
            writer.name("transformations" as StaticString)
            writer.beginArray()
            for transformation in self.transformations { writer.string(transformation) }
            writer.endArray()
        }
        if let usage = self.usage {
            writer.name("usage" as StaticString)
            usage.write(to: &writer)
        }
    }
}

extension ExchangeStart {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("configuration", self.configuration)
        writer.member("deployment", ifPresent: self.deployment)
        writer.member("detectors", self.detectors)
        writer.name("id" as StaticString)
        writer.string(self.id.utf8.span)
        writer.member("kind", Event.Kind.exchangeStarted.rawValue)
        writer.member("model", ifPresent: self.model)
        writer.member("operation", self.operation.rawValue)
        if let principal = self.principal { writer.member("principal", principal) }
        writer.member("provider", ifPresent: self.provider)
        writer.member("time_us", self.time.microseconds)
    }
}

extension ExchangeAbandonment {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.name("id" as StaticString)
        writer.string(self.id.utf8.span)
        writer.member("kind", Event.Kind.exchangeAbandoned.rawValue)
        writer.member("start", self.start)
        writer.member("time_us", self.time.microseconds)
    }
}

extension AdministrativeEvent {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("actor", self.actor)
        writer.member("detail", ifPresent: self.act.detail)
        if self.act.durability == .asynchronous { writer.member("durability", "asynchronous") }
        writer.name("id" as StaticString)
        writer.string(self.id.utf8.span)
        writer.member("kind", self.act.kind.rawValue)
        writer.member("subject", ifPresent: self.act.subject)
        writer.member("time_us", self.time.microseconds)
    }
}

extension FindingCount {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("count", self.count)
        writer.member("kind", self.kind)
        writer.member("stage", self.stage.rawValue)
        writer.endObject()
    }
}

extension DecisionRecord {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.raw("decision", ifPresent: self.decision)
        writer.member("effect", self.effect.rawValue)
        writer.name("policies" as StaticString)
        writer.beginArray()
        for policy in self.policies { writer.string(policy) }
        writer.endArray()
        writer.raw("question", ifPresent: self.question)
        writer.member("remedy", ifPresent: self.remedy)
        writer.member("stage", self.stage.rawValue)
        writer.endObject()
    }
}

extension TokenUsage {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if self.audioInput.value > 0 { writer.member("audio_input", self.audioInput.value) }
        if self.audioOutput.value > 0 { writer.member("audio_output", self.audioOutput.value) }
        if self.cacheWritten.value > 0 { writer.member("cache_written", self.cacheWritten.value) }
        writer.member("cached", self.cached.value)
        writer.member("input", self.input.value)
        writer.member("output", self.output.value)
        writer.member("reasoning", self.reasoning.value)
        writer.member("source", self.source.rawValue)
        writer.endObject()
    }
}

extension JSONWriter {
    /// A member whose value is written already.
    fileprivate mutating func raw(_ name: StaticString, ifPresent value: String?) {
        guard let value else { return }
        self.name(name)
        self.raw(Array(value.utf8))
    }

    fileprivate mutating func member(_ name: StaticString, _ principal: Principal) {
        self.name(name)
        self.beginObject()
        self.member("id", principal.id)
        self.member("kind", principal.kind.rawValue)
        self.endObject()
    }
}
