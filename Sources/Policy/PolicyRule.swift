package import Cedar
import Detection

/// One policy of a bundle with what its annotations say.
package struct PolicyRule: Sendable {
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        case enforce
        /// Decided and recorded, not enforced.
        case shadow
    }

    package let id: String
    package let file: String
    package let policy: CedarPolicy
    package let mode: Mode
    /// What would make acceptable what this policy forbids.
    package let remedy: Remedy?
    /// Told to whoever is refused: by a forbid that applies, or because this permit did not.
    package let message: String?
    package let controls: [String]

    /// What an annotation may be. Others are for people: `@owner`, `@ticket`.
    static let annotations = ["control", "id", "kinds", "message", "mode", "remedy", "target"]

    /// Reads the annotations of a policy; what is wrong with them goes to `problems`.
    init?(_ policy: CedarPolicy, file: String, problems: inout [PolicyProblem]) {
        var reader = AnnotationReader(policy, file: file)
        let id = reader.id()
        let mode = reader.mode()
        let message = reader.text("message")
        let controls = reader.list("control")
        let remedy = reader.remedy(message: message)
        reader.checkNames()
        problems += reader.problems
        guard let id, reader.problems.isEmpty else { return nil }
        self.id = id
        self.file = file
        self.policy = policy.renamed(PolicyID(id))
        self.mode = mode
        self.remedy = remedy
        self.message = message
        self.controls = controls
    }
}

/// Reads the annotations of one policy and collects what is wrong with them.
private struct AnnotationReader {
    let policy: CedarPolicy
    let file: String
    var problems: [PolicyProblem] = []

    init(_ policy: CedarPolicy, file: String) {
        self.policy = policy
        self.file = file
    }

    /// As messages name the policy.
    private var name: String {
        guard let id = self.policy.annotation("id")?.string, !id.isEmpty else { return "this policy" }
        return "`\(id)`"
    }

    private mutating func complain(_ message: String, hint: String? = nil) {
        self.problems.append(PolicyProblem(message, file: self.file, at: self.policy.location, hint: hint))
    }

    mutating func id() -> String? {
        guard let id = self.policy.annotation("id")?.string, !id.isEmpty else {
            self.complain("a policy has no id", hint: "write `@id(\"a-name-that-stays\")` above it")
            return nil
        }
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isPlain, id.utf8.count <= 100 else {
            self.complain("the id `\(id)` must be at most 100 letters, digits, `-`, `.` and `_`")
            return nil
        }
        return id
    }

    mutating func text(_ key: Text) -> String? {
        guard let text = self.policy.annotation(key)?.string else { return nil }
        guard !text.isEmpty, text.utf8.count <= 1000 else {
            self.complain("`@\(key)` of \(self.name) must have a text of at most 1000 bytes")
            return nil
        }
        return text
    }

    mutating func list(_ key: Text) -> [String] {
        guard let text = self.text(key) else { return [] }
        return text.split(separator: ",").map(String.init(trimming:)).filter { !$0.isEmpty }
    }

    mutating func mode() -> PolicyRule.Mode {
        guard let text = self.text("mode") else { return .enforce }
        guard let mode = PolicyRule.Mode(rawValue: text) else {
            self.complain("the mode `\(text)` of \(self.name) is neither `enforce` nor `shadow`")
            return .enforce
        }
        return mode
    }

    mutating func remedy(message: String?) -> Remedy? {
        let target = self.text("target")
        let kinds = self.kinds()
        let name = self.text("remedy")
        if kinds != nil, name != "redact", name != "tokenise" {
            self.complain("`@kinds` of \(self.name) belongs to the remedies `redact` and `tokenise`")
        }
        if target != nil, name != "reroute" {
            self.complain("`@target` of \(self.name) belongs to the remedy `reroute`")
        }
        guard let name else { return nil }
        guard self.policy.effect == .forbid else {
            self.complain("\(self.name) permits and cannot have a remedy", hint: "a remedy belongs to a `forbid`")
            return nil
        }
        switch name {
        case "redact", "tokenise":
            guard let kinds else {
                self.complain(
                    "the remedy `\(name)` of \(self.name) does not say what it takes out",
                    hint: "write `@kinds(\"secret\")`, with kinds or families of findings")
                return nil
            }
            return name == "redact" ? .redact(kinds) : .tokenise(kinds)
        case "reroute":
            guard let target else {
                self.complain(
                    "the remedy `reroute` of \(self.name) does not say where to",
                    hint: "write `@target(\"the alias of a model\")`")
                return nil
            }
            return .reroute(model: target)
        case "disclose":
            guard let message else {
                self.complain(
                    "the remedy `disclose` of \(self.name) has no text", hint: "write `@message(\"the notice\")`")
                return nil
            }
            return .disclose(notice: message)
        case "review": return .review
        default:
            let near = Nearness.nearest(to: name, among: Remedy.names)
            self.complain(
                "`\(name)` of \(self.name) is no remedy",
                hint: near.map { "did you mean `\($0)`?" } ?? "one of \(Remedy.names.joined(separator: ", "))")
            return nil
        }
    }

    /// The kinds of findings that `@kinds` names, by themselves or by their family.
    private mutating func kinds() -> Set<Finding.Kind>? {
        guard self.policy.annotation("kinds") != nil else { return nil }
        var kinds: Set<Finding.Kind> = []
        for name in self.list("kinds") {
            if let kind = Finding.Kind(rawValue: name) {
                kinds.insert(kind)
            } else if let family = Finding.Family(rawValue: name) {
                kinds.formUnion(Set<Finding.Kind>.family(family))
            } else {
                let known = Finding.Family.allCases.map(\.rawValue) + Finding.Kind.allCases.map(\.rawValue)
                self.complain(
                    "`\(name)` in `@kinds` of \(self.name) is no kind of finding",
                    hint: Nearness.nearest(to: name, among: known).map { "did you mean `\($0)`?" })
            }
        }
        return kinds
    }

    /// A misspelt annotation would silently do nothing.
    mutating func checkNames() {
        for annotation in self.policy.annotations {
            let key = annotation.key.string
            guard !PolicyRule.annotations.contains(key),
                let near = Nearness.nearest(to: key, among: PolicyRule.annotations)
            else { continue }
            self.complain("`@\(key)` of \(self.name) means nothing", hint: "did you mean `@\(near)`?")
        }
    }
}

extension String {
    /// Without spaces at both ends.
    init(trimming text: Substring) {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        self = String(text)
    }
}

/// Finds what somebody may have meant.
enum Nearness {
    /// The name that differs by one edit, or two where it is long.
    static func nearest(to text: String, among names: [String]) -> String? {
        let allowed = text.utf8.count > 5 ? 2 : 1
        return names.map { ($0, self.distance(Array(text.utf8.prefix(64)), Array($0.utf8))) }
            .filter { $0.1 <= allowed }.min { $0.1 < $1.1 }?.0
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let replaced = previous + (a == b ? 0 : 1)
                previous = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, previous + 1)
            }
        }
        return row[right.count]
    }
}
