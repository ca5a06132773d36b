import Detection

extension Decision {
    /// Reads what `json` wrote.
    package init(json: [UInt8]) throws(PolicyFormatError) { try self.init(JSONTree(json)) }

    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object([
            "bundle", "controls", "effect", "failures", "message", "policies", "remedy", "shadow",
        ])
        var failures: [Failure] = []
        for (policy, reason) in try members["failures"]?.members() ?? [] {
            failures.append(Failure(policy: policy, reason: try reason.string()))
        }
        self.init(
            effect: try Effect(members), determining: try members.strings("policies"),
            message: try members.string("message"), controls: try members.strings("controls"), failures: failures,
            shadow: try members["shadow"].map { (tree) throws(PolicyFormatError) in try Shadow(tree) },
            bundle: try members.string("bundle") ?? "")
    }
}

extension Decision.Shadow {
    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object(["effect", "policies", "remedy"])
        self.init(effect: try Decision.Effect(members), determining: try members.strings("policies"))
    }
}

extension Decision.Effect {
    init(_ members: JSONTree.Members) throws(PolicyFormatError) {
        let effect = try members.required("effect")
        switch try effect.string() {
        case "permit": self = .permit
        case "forbid":
            self = .forbid(remedy: try members["remedy"].map { (tree) throws(PolicyFormatError) in try Remedy(tree) })
        case let other: throw effect.failure("`\(other)` is neither `permit` nor `forbid`")
        }
    }
}

extension Remedy {
    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object(["kinds", "name", "notice", "target"])
        switch try members.required("name").string() {
        case "reroute": self = .reroute(model: try members.required("target").string())
        case "redact": self = .redact(try Self.kinds(members))
        case "tokenise": self = .tokenise(try Self.kinds(members))
        case "disclose": self = .disclose(notice: try members.required("notice").string())
        case "review": self = .review
        case let other: throw tree.failure("`\(other)` is no remedy")
        }
    }

    private static func kinds(_ members: JSONTree.Members) throws(PolicyFormatError) -> Set<Finding.Kind> {
        var kinds: Set<Finding.Kind> = []
        for kind in try members.required("kinds").elements() {
            kinds.insert(try kind.value("a kind of finding") { Finding.Kind(rawValue: $0) })
        }
        return kinds
    }
}
