import Detection

/// A decision in the making: of one of a chain, or of those who were asked so far.
struct Verdict {
    /// All remedies of a refusal; nil where there is a policy without one, or nothing is refused.
    var remedies: [Remedy]?
    var isPermitted: Bool
    var determining: [String]
    var message: String?
    var controls: [String]
    var failures: [Decision.Failure]
    var shadow: Decision.Shadow?

    static func refused(_ message: String) -> Verdict {
        Verdict(remedies: nil, isPermitted: false, determining: [], message: message, controls: [], failures: [])
    }

    var effect: Decision.Effect { self.isPermitted ? .permit : .forbid(remedy: self.remedies?.first) }

    /// Both must permit; each refusal counts, and each must be remedied.
    mutating func join(_ other: Verdict, of subject: Subject) {
        self.failures += other.failures.filter { !self.failures.contains($0) }
        if other.isPermitted { return }
        if self.isPermitted || other.remedies == nil {
            self.remedies = other.remedies
            self.determining = other.determining
            self.controls = other.controls
            self.message = other.message.map {
                other.determining.isEmpty ? "\($0) (asked for the \(subject.kind) on whose behalf it is)" : $0
            }
        } else {
            self.remedies = (self.remedies ?? []) + (other.remedies ?? [])
            self.determining += other.determining.filter { !self.determining.contains($0) }
            self.controls += other.controls.filter { !self.controls.contains($0) }
        }
        self.isPermitted = false
    }

    /// With the one remedy that is to be applied first; without where none would change anything.
    func settled(_ question: Question) -> Verdict {
        var settled = self
        settled.controls = Self.unique(self.controls)
        guard let remedies = self.remedies else { return settled }
        let useful = remedies.compactMap { $0.useful(question) }
        guard useful.count == remedies.count, let first = Remedy.first(of: useful) else {
            settled.remedies = nil
            settled.message = self.message.map { "\($0): what would remedy it does not help here" }
            return settled
        }
        settled.remedies = [first]
        if let reason = first.unavailability { settled.message = self.message.map { "\($0): \(reason)" } ?? reason }
        return settled
    }

    private static func unique(_ values: [String]) -> [String] {
        guard values.count > 1 else { return values }
        var seen: Set<String> = []
        return values.filter { seen.insert($0).inserted }
    }
}

extension Remedy {
    /// The remedy as far as it changes anything about the question; nil where it does not.
    func useful(_ question: Question) -> Remedy? {
        switch self {
        case .redact(let kinds):
            let found = kinds.named(among: question.findings.kinds)
            return found.isEmpty ? nil : .redact(found)
        case .tokenise(let kinds):
            let found = kinds.named(among: question.findings.kinds)
            return found.isEmpty ? nil : .tokenise(found)
        case .reroute(let model):
            return question.action == .infer && question.resource.id != model ? self : nil
        case .disclose: return question.isDisclosed ? nil : self
        case .review: return self
        }
    }

    /// The one to apply first, joined with the others of its name.
    static func first(of remedies: [Remedy]) -> Remedy? {
        func rank(_ remedy: Remedy) -> Int { self.names.firstIndex(of: remedy.name) ?? self.names.count }
        guard let first = remedies.min(by: { rank($0) < rank($1) }) else { return nil }
        switch first {
        case .reroute, .review: return first
        case .redact:
            return .redact(remedies.reduce(into: []) { if case .redact(let kinds) = $1 { $0.formUnion(kinds) } })
        case .tokenise:
            return .tokenise(remedies.reduce(into: []) { if case .tokenise(let kinds) = $1 { $0.formUnion(kinds) } })
        case .disclose:
            var notices: [String] = []
            for case .disclose(let notice) in remedies where !notices.contains(notice) { notices.append(notice) }
            return .disclose(notice: notices.joined(separator: " "))
        }
    }
}
