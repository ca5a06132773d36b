import Cedar
import Detection
import Kernel

extension Question {
    /// Reads what `json` wrote.
    package init(json: [UInt8]) throws(PolicyFormatError) {
        try self.init(JSONTree(json), vocabulary: Vocabulary())
    }

    static let names = [
        "action", "approval", "budget_remaining", "disclosed", "findings", "labels", "on_behalf_of", "principal",
        "purpose",
        "resource", "run", "source", "time_us", "time", "use_case",
    ]

    /// Principals and resources that a table of tests names instead of writing them out.
    struct Vocabulary {
        var principals: [String: Subject] = [:]
        var resources: [String: Resource] = [:]
    }

    init(_ tree: JSONTree, vocabulary: Vocabulary) throws(PolicyFormatError) {
        try self.init(tree.object(Self.names), vocabulary: vocabulary)
    }

    init(_ members: JSONTree.Members, vocabulary: Vocabulary) throws(PolicyFormatError) {
        let principal = try Subject.read(members.required("principal"), vocabulary)
        let resource = try Resource.read(members.required("resource"), vocabulary)
        let action = try members.required("action").string()
        self.init(
            principal: principal, action: Action(action), resource: resource, time: Timestamp(microseconds: 0))
        try self.fill(members, vocabulary: vocabulary)
    }

    /// Takes all but who, what and with what.
    mutating func fill(_ members: JSONTree.Members, vocabulary: Vocabulary) throws(PolicyFormatError) {
        if let time = try members.time("time") { self.time = time }
        for subject in try members["on_behalf_of"]?.elements() ?? [] {
            self.onBehalfOf.append(try Subject.read(subject, vocabulary))
        }
        if let findings = members["findings"] { self.findings = try Findings(findings) }
        if let labels = members["labels"] { self.labels = try Labels(labels) }
        self.purpose = try members.string("purpose")
        self.useCase = try members["use_case"].map { (tree) throws(PolicyFormatError) in try UseCase(tree) }
        self.run = try members["run"].map { (tree) throws(PolicyFormatError) in try Run(tree) }
        self.approval = try members["approval"].map { (tree) throws(PolicyFormatError) in try Approval(tree) }
        self.budgetRemaining = try members.integer("budget_remaining").map { Microdollars($0) }
        self.source = try members["source"].map { (tree) throws(PolicyFormatError) in
            try tree.value("an address") { AddressValue(Text($0)) }
        }
        self.isDisclosed = try members.boolean("disclosed") ?? false
    }
}

extension JSONTree.Members {
    /// A moment: microseconds under the name with `_us`, or a text such as `2026-11-21T10:00:00Z` under the name.
    func time(_ name: String) throws(PolicyFormatError) -> Timestamp? {
        if let microseconds = try self.integer("\(name)_us") { return Timestamp(microseconds: microseconds) }
        guard let text = self[name] else { return nil }
        return try text.value("a time such as `2026-11-21T10:00:00Z`") { Timestamp($0) }
    }

    func confidentiality(_ name: String) throws(PolicyFormatError) -> Confidentiality? {
        guard let tree = self[name] else { return nil }
        return try tree.value("one of `public`, `internal`, `confidential`, `restricted`") { Confidentiality(name: $0) }
    }
}

extension Subject {
    static func read(_ tree: JSONTree, _ vocabulary: Question.Vocabulary) throws(PolicyFormatError) -> Subject {
        if case .string(let name) = tree.content {
            guard let subject = vocabulary.principals[name] else {
                throw tree.failure("`\(name)` is not among the principals")
            }
            return subject
        }
        return try Subject(tree)
    }

    static let names = ["clearance", "groups", "id", "owner", "roles", "teams", "tenant", "type"]

    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object(Self.names)
        let kind = try members.required("type").value("one of `user`, `service`, `agent`, `key`") { Kind(rawValue: $0) }
        self.init(
            kind, id: try members.required("id").string(), tenant: try members.string("tenant"),
            groups: try members.strings("groups"), teams: try members.strings("teams"),
            roles: try members.strings("roles"), clearance: try members.confidentiality("clearance"),
            owner: try members.string("owner"))
    }
}

extension Resource {
    /// By type, the names of what is known of a resource.
    static let names: [String: [String]] = [
        "model": [
            "approved", "boundary", "groups", "id", "maximum_confidentiality", "provider", "region", "type",
        ],
        "tool": ["approved", "boundary", "irreversible", "maximum_confidentiality", "name", "server", "type"],
        "collection": ["confidentiality", "id", "tenant", "type"],
        "document": ["collection", "confidentiality", "id", "readers", "tenant", "type"],
        "dataset": ["approved", "confidentiality", "id", "tenant", "type"],
        "administration": ["id", "type"],
    ]

    static func read(_ tree: JSONTree, _ vocabulary: Question.Vocabulary) throws(PolicyFormatError) -> Resource {
        if case .string(let name) = tree.content {
            guard let resource = vocabulary.resources[name] else {
                throw tree.failure("`\(name)` is not among the resources")
            }
            return resource
        }
        return try Resource(tree)
    }

    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let type = try JSONTree.Members(tree: tree, members: try tree.members()).required("type")
        let kind = try type.string()
        guard let names = Self.names[kind] else {
            throw type.failure(
                "`\(kind)` is not one of \(Self.names.keys.sorted().map { "`\($0)`" }.joined(separator: ", "))")
        }
        let members = try tree.object(names)
        switch kind {
        case "model": self = .model(try ModelFacts(members))
        case "tool": self = .tool(try ToolFacts(members))
        case "collection":
            self = .collection(
                CollectionFacts(
                    id: try members.required("id").string(), tenant: try members.string("tenant"),
                    confidentiality: try members.confidentiality("confidentiality") ?? .internal))
        case "document":
            self = .document(
                DocumentFacts(
                    id: try members.required("id").string(), collection: try members.string("collection"),
                    tenant: try members.string("tenant"),
                    confidentiality: try members.confidentiality("confidentiality") ?? .internal,
                    readers: try members.strings("readers")))
        case "dataset":
            self = .dataset(
                DatasetFacts(
                    id: try members.required("id").string(), tenant: try members.string("tenant"),
                    confidentiality: try members.confidentiality("confidentiality") ?? .internal,
                    isApproved: try members.boolean("approved") ?? false))
        default: self = .administration(try members.required("id").string())
        }
    }
}

extension ModelFacts {
    init(_ members: JSONTree.Members) throws(PolicyFormatError) {
        self.init(
            alias: try members.required("id").string(), provider: try members.required("provider").string(),
            boundary: try members.required("boundary").value("`local` or `external`") { Boundary(rawValue: $0) },
            region: try members.string("region"), isApproved: try members.boolean("approved") ?? true,
            groups: try members.strings("groups"),
            maximumConfidentiality: try members.confidentiality("maximum_confidentiality") ?? .restricted)
    }
}

extension ToolFacts {
    init(_ members: JSONTree.Members) throws(PolicyFormatError) {
        self.init(
            server: try members.required("server").string(), name: try members.required("name").string(),
            boundary: try members.required("boundary").value("`local` or `external`") { Boundary(rawValue: $0) },
            isIrreversible: try members.boolean("irreversible") ?? true,
            isApproved: try members.boolean("approved") ?? false,
            maximumConfidentiality: try members.confidentiality("maximum_confidentiality") ?? .restricted)
    }
}

extension Findings {
    init(_ tree: JSONTree) throws(PolicyFormatError) {
        self.init()
        for (kind, value) in try tree.members() {
            // A number alone is a count, of certain findings: tests read better so.
            if case .integer(let count) = value.content {
                self.add(kind, count: try Self.count(count, value), score: 100)
                continue
            }
            let members = try value.object(["count", "score"])
            let count = try members["count"].map { (tree) throws(PolicyFormatError) in
                try Self.count(tree.integer(), tree)
            }
            let score = try members.integer("score") ?? 100
            guard (0...100).contains(score) else { throw value.failure("the score must be from 0 to 100") }
            self.add(kind, count: count ?? 1, score: Int(score))
        }
    }

    private static func count(_ count: Int64, _ tree: JSONTree) throws(PolicyFormatError) -> Int {
        guard (1...(1 << 48)).contains(count) else { throw tree.failure("the count must be at least 1") }
        return Int(count)
    }
}

extension Labels {
    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object(["confidentiality", "tags", "trusted"])
        self.init(
            confidentiality: try members.confidentiality("confidentiality") ?? .internal,
            isTrusted: try members.boolean("trusted") ?? true, tags: Set(try members.strings("tags")))
    }
}

extension UseCase {
    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object(["approved", "id", "risk_tier", "tenant"])
        let tier = try members["risk_tier"].map { (tree) throws(PolicyFormatError) in
            try tree.value("one of `minimal`, `limited`, `high`, `prohibited`") { RiskTier(name: $0) }
        }
        self.init(
            id: try members.required("id").string(), tenant: try members.string("tenant"), riskTier: tier ?? .minimal,
            isApproved: try members.boolean("approved") ?? false)
    }
}

extension Run {
    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object(["calls", "cost", "steps"])
        self.init(
            steps: try members.integer("steps") ?? 0, calls: try members.integer("calls") ?? 0,
            cost: Microdollars(try members.integer("cost") ?? 0))
    }
}

extension Approval {
    init(_ tree: JSONTree) throws(PolicyFormatError) {
        let members = try tree.object(["arguments", "by", "time", "time_us"])
        guard let at = try members.time("time") else { throw tree.failure("`time` is missing") }
        self.init(
            by: try members.required("by").string(), at: at, arguments: try members.required("arguments").string())
    }
}
