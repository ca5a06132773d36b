import Cedar
import Detection
package import Kernel

// The written form of questions and decisions: one JSON object, members in the order of their names, what is absent or
// has the value that says nothing left out; so the bytes are canonical (RFC 8785). Times are microseconds since 1970.

extension Question {
    /// The question as JSON, for events and for asking again.
    package func json() -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        self.write(to: &writer)
        return writer.bytes
    }

    /// The question as one JSON object.
    package func write(to writer: inout JSONWriter) { self.write(to: &writer, isWhole: true) }

    /// Where it is not whole: without who asks, what, about what and when.
    func write(to writer: inout JSONWriter, isWhole: Bool) {
        writer.beginObject()
        if isWhole { writer.member("action", self.action.name) }
        if let approval = self.approval {
            writer.name("approval")
            writer.beginObject()
            writer.member("arguments", approval.arguments)
            writer.member("by", approval.by)
            writer.member("time_us", approval.at.microseconds)
            writer.endObject()
        }
        if let budget = self.budgetRemaining { writer.member("budget_remaining", budget.value) }
        if self.isDisclosed { writer.member("disclosed", true) }
        if !self.findings.isEmpty {
            writer.name("findings")
            self.findings.write(to: &writer)
        }
        if self.labels != Labels() {
            writer.name("labels")
            self.labels.write(to: &writer)
        }
        if !self.onBehalfOf.isEmpty {
            writer.name("on_behalf_of")
            writer.beginArray()
            for subject in self.onBehalfOf { subject.write(to: &writer) }
            writer.endArray()
        }
        if isWhole {
            writer.name("principal")
            self.principal.write(to: &writer)
        }
        writer.member("purpose", ifPresent: self.purpose)
        if isWhole {
            writer.name("resource")
            self.resource.write(to: &writer)
        }
        if let run = self.run {
            writer.name("run")
            writer.beginObject()
            writer.member("calls", run.calls)
            writer.member("cost", run.cost.value)
            writer.member("steps", run.steps)
            writer.endObject()
        }
        writer.member("source", ifPresent: self.source?.description)
        if isWhole { writer.member("time_us", self.time.microseconds) }
        if let useCase = self.useCase {
            writer.name("use_case")
            writer.beginObject()
            if useCase.isApproved { writer.member("approved", true) }
            writer.member("id", useCase.id)
            if useCase.riskTier != .minimal { writer.member("risk_tier", useCase.riskTier.name) }
            writer.member("tenant", ifPresent: useCase.tenant)
            writer.endObject()
        }
        writer.endObject()
    }
}

extension Findings {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for entry in self.entries {
            writer.name(entry.kind)
            writer.beginObject()
            writer.member("count", entry.count)
            writer.member("score", entry.score)
            writer.endObject()
        }
        writer.endObject()
    }
}

extension Labels {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("confidentiality", self.confidentiality.name)
        if !self.tags.isEmpty { writer.member("tags", self.tags.sorted()) }
        if !self.isTrusted { writer.member("trusted", false) }
        writer.endObject()
    }
}

extension Subject {
    /// Where it is not whole: without its type and id.
    func write(to writer: inout JSONWriter, isWhole: Bool = true) {
        writer.beginObject()
        writer.member("clearance", ifPresent: self.clearance?.name)
        if !self.groups.isEmpty { writer.member("groups", self.groups) }
        if isWhole { writer.member("id", self.id) }
        writer.member("owner", ifPresent: self.owner)
        if !self.roles.isEmpty { writer.member("roles", self.roles) }
        if !self.teams.isEmpty { writer.member("teams", self.teams) }
        writer.member("tenant", ifPresent: self.tenant)
        if isWhole { writer.member("type", self.kind.rawValue) }
        writer.endObject()
    }
}

extension Resource {
    /// Where it is not whole: without its type and id.
    func write(to writer: inout JSONWriter, isWhole: Bool = true) {
        writer.beginObject()
        switch self {
        case .model(let facts):
            if !facts.isApproved { writer.member("approved", false) }
            writer.member("boundary", facts.boundary.rawValue)
            if !facts.groups.isEmpty { writer.member("groups", facts.groups) }
            if isWhole { writer.member("id", facts.alias) }
            if facts.maximumConfidentiality != .restricted {
                writer.member("maximum_confidentiality", facts.maximumConfidentiality.name)
            }
            writer.member("provider", facts.provider)
            writer.member("region", ifPresent: facts.region)
        case .tool(let facts):
            if facts.isApproved { writer.member("approved", true) }
            writer.member("boundary", facts.boundary.rawValue)
            if !facts.isIrreversible { writer.member("irreversible", false) }
            if facts.maximumConfidentiality != .restricted {
                writer.member("maximum_confidentiality", facts.maximumConfidentiality.name)
            }
            writer.member("name", facts.name)
            writer.member("server", facts.server)
        case .collection(let facts):
            writer.member("confidentiality", facts.confidentiality.name)
            if isWhole { writer.member("id", facts.id) }
            writer.member("tenant", ifPresent: facts.tenant)
        case .document(let facts):
            writer.member("collection", ifPresent: facts.collection)
            writer.member("confidentiality", facts.confidentiality.name)
            if isWhole { writer.member("id", facts.id) }
            if !facts.readers.isEmpty { writer.member("readers", facts.readers) }
            writer.member("tenant", ifPresent: facts.tenant)
        case .dataset(let facts):
            if facts.isApproved { writer.member("approved", true) }
            writer.member("confidentiality", facts.confidentiality.name)
            if isWhole { writer.member("id", facts.id) }
            writer.member("tenant", ifPresent: facts.tenant)
        case .administration(let part): if isWhole { writer.member("id", part) }
        }
        if isWhole { writer.member("type", self.typeName) }
        writer.endObject()
    }
}

extension Decision {
    /// The decision as one JSON object.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if !self.bundle.isEmpty { writer.member("bundle", self.bundle) }
        if !self.controls.isEmpty { writer.member("controls", self.controls) }
        writer.member("effect", self.effect.name)
        if !self.failures.isEmpty {
            writer.name("failures")
            writer.beginObject()
            for failure in self.failures.sorted(by: { $0.policy < $1.policy }) {
                writer.name(failure.policy)
                writer.string(failure.reason)
            }
            writer.endObject()
        }
        writer.member("message", ifPresent: self.message)
        writer.member("policies", self.determining)
        self.effect.writeRemedy(to: &writer)
        if let shadow = self.shadow {
            writer.name("shadow")
            writer.beginObject()
            writer.member("effect", shadow.effect.name)
            writer.member("policies", shadow.determining)
            shadow.effect.writeRemedy(to: &writer)
            writer.endObject()
        }
        writer.endObject()
    }

    /// The decision as JSON.
    package func json() -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        self.write(to: &writer)
        return writer.bytes
    }
}

extension Decision.Effect {
    /// `permit` or `forbid`, as it stands in events.
    package var name: String {
        switch self {
        case .permit: "permit"
        case .forbid: "forbid"
        }
    }

    package var remedy: Remedy? {
        guard case .forbid(let remedy) = self else { return nil }
        return remedy
    }

    fileprivate func writeRemedy(to writer: inout JSONWriter) {
        guard let remedy = self.remedy else { return }
        writer.name("remedy")
        writer.beginObject()
        switch remedy {
        case .redact(let kinds), .tokenise(let kinds): writer.member("kinds", kinds.map(\.rawValue).sorted())
        case .reroute, .disclose, .review: break
        }
        writer.member("name", remedy.name)
        switch remedy {
        case .disclose(let notice): writer.member("notice", notice)
        case .reroute(let model): writer.member("target", model)
        case .redact, .tokenise, .review: break
        }
        writer.endObject()
    }
}

extension JSONWriter {
    /// A member that is a list of texts.
    mutating func member(_ name: StaticString, _ values: [String]) {
        self.name(name)
        self.beginArray()
        for value in values { self.string(value) }
        self.endArray()
    }
}
