package import Kernel

/// The Authorization API 1.0 of the OpenID Foundation's AuthZEN group, as functions from JSON to JSON: lets
/// applications ask the same policies.
///
/// Subject types are `user`, `service`, `agent` and `key`, resource types those of the schema in small letters.
/// Properties and context have the names of the written form of questions; what has another name is left aside. A
/// resource that Gatehouse knows is taken as it knows it, whatever the caller says of it.
package struct AuthZEN: Sendable {
    /// Of one request at most.
    package static let mostEvaluations = 1_000

    private let point: any DecisionPoint
    private let known: @Sendable (_ type: String, _ id: String) -> Resource?

    package init(
        _ point: any DecisionPoint,
        known: @escaping @Sendable (_ type: String, _ id: String) -> Resource? = { _, _ in nil }
    ) {
        self.point = point
        self.known = known
    }

    /// `POST /access/v1/evaluation`.
    /// - Throws: what makes the request malformed: status 400.
    package func evaluation(_ body: [UInt8], at time: Timestamp) throws(PolicyFormatError) -> [UInt8] {
        let tree = try JSONTree(body)
        var writer = JSONWriter()
        self.write(try self.decide(Parts(tree), tree, time), to: &writer)
        return writer.bytes
    }

    /// `POST /access/v1/evaluations`: several at once, with what they share said once. Without `evaluations` it is one.
    /// - Throws: what makes the request as a whole malformed: status 400. What is wrong with one of several is said in
    ///   its place, and denies.
    package func evaluations(_ body: [UInt8], at time: Timestamp) throws(PolicyFormatError) -> [UInt8] {
        let tree = try JSONTree(body)
        let shared = try Parts(tree)
        let members = JSONTree.Members(tree: tree, members: try tree.members())
        var writer = JSONWriter()
        guard let list = try members["evaluations"]?.elements(), !list.isEmpty else {
            self.write(try self.decide(shared, tree, time), to: &writer)
            return writer.bytes
        }
        guard list.count <= Self.mostEvaluations else {
            throw tree.failure("there are more than \(Self.mostEvaluations) evaluations")
        }
        let semantic = try Semantic(members["options"])
        writer.beginObject()
        writer.name("evaluations")
        writer.beginArray()
        for element in list {
            let isPermitted: Bool
            do throws(PolicyFormatError) {
                let decision = try self.decide(Parts(element).completed(by: shared), element, time)
                self.write(decision, to: &writer)
                isPermitted = decision.isPermitted
            } catch {
                Self.write(error, to: &writer)
                isPermitted = false
            }
            if semantic == .denyOnFirstDeny, !isPermitted { break }
            if semantic == .permitOnFirstPermit, isPermitted { break }
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// `GET /.well-known/authzen-configuration`, for a decision point at this address.
    package static func configuration(_ address: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("access_evaluation_endpoint", "\(address)/access/v1/evaluation")
        writer.member("access_evaluations_endpoint", "\(address)/access/v1/evaluations")
        writer.member("policy_decision_point", address)
        writer.endObject()
        return writer.bytes
    }

    private enum Semantic: String {
        case executeAll = "execute_all"
        case denyOnFirstDeny = "deny_on_first_deny"
        case permitOnFirstPermit = "permit_on_first_permit"

        init(_ options: JSONTree?) throws(PolicyFormatError) {
            self = .executeAll
            guard let options else { return }
            let members = JSONTree.Members(tree: options, members: try options.members())
            guard let semantic = members["evaluations_semantic"] else { return }
            self = try semantic.value(
                "one of `execute_all`, `deny_on_first_deny`, `permit_on_first_permit`"
            ) { Semantic(rawValue: $0) }
        }
    }

    /// The four parts of an evaluation, as far as they are given.
    private struct Parts {
        var subject: JSONTree?
        var action: JSONTree?
        var resource: JSONTree?
        var context: JSONTree?

        init(_ tree: JSONTree) throws(PolicyFormatError) {
            let members = JSONTree.Members(tree: tree, members: try tree.members())
            self.subject = members["subject"]
            self.action = members["action"]
            self.resource = members["resource"]
            self.context = members["context"]
        }

        func completed(by other: Parts) -> Parts {
            var parts = self
            parts.subject = self.subject ?? other.subject
            parts.action = self.action ?? other.action
            parts.resource = self.resource ?? other.resource
            parts.context = self.context ?? other.context
            return parts
        }
    }

    // MARK: Asking

    private func decide(_ parts: Parts, _ tree: JSONTree, _ time: Timestamp) throws(PolicyFormatError) -> Decision {
        guard let subject = parts.subject else { throw tree.failure("`subject` is missing") }
        guard let action = parts.action else { throw tree.failure("`action` is missing") }
        guard let resource = parts.resource else { throw tree.failure("`resource` is missing") }
        let name = JSONTree.Members(tree: action, members: try action.members())
        var question = Question(
            principal: try Subject(subject.flattened(Subject.names)),
            action: Action(try name.required("name").string()),
            resource: try self.resource(resource), time: time)
        if let context = parts.context {
            try question.fill(JSONTree.Members(tree: context, members: try context.members()), vocabulary: .init())
        }
        return self.point.decide(question)
    }

    private func resource(_ tree: JSONTree) throws(PolicyFormatError) -> Resource {
        let members = JSONTree.Members(tree: tree, members: try tree.members())
        let type = try members.required("type").string()
        let id = try members.required("id").string()
        if let resource = self.known(type, id) { return resource }
        return try Resource(tree.flattened(Resource.names[type] ?? ["id", "type"]))
    }

    // MARK: Answering

    private func write(_ decision: Decision, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("context")
        writer.beginObject()
        if !decision.bundle.isEmpty { writer.member("bundle", decision.bundle) }
        writer.member("message", ifPresent: decision.message)
        writer.member("policies", decision.determining)
        writer.member("remedy", ifPresent: decision.effect.remedy?.name)
        writer.endObject()
        writer.member("decision", decision.isPermitted)
        writer.endObject()
    }

    private static func write(_ error: PolicyFormatError, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("context")
        writer.beginObject()
        writer.name("error")
        writer.beginObject()
        writer.member("message", error.description)
        writer.member("status", 400)
        writer.endObject()
        writer.endObject()
        writer.member("decision", false)
        writer.endObject()
    }
}

extension JSONTree {
    /// An AuthZEN entity as one flat object: what is in `properties` stands beside `type` and `id`. Only these names.
    fileprivate func flattened(_ names: [String]) throws(PolicyFormatError) -> JSONTree {
        let members = try self.members()
        var flat: [(name: String, value: JSONTree)] = []
        for (name, value) in members where ["type", "id"].contains(name) && names.contains(name) {
            flat.append((name, value))
        }
        let properties = JSONTree.Members(tree: self, members: members)["properties"]
        for (name, value) in try properties?.members() ?? []
        where names.contains(name) && !["type", "id"].contains(name) {
            flat.append((name, value))
        }
        return JSONTree(.object(flat), at: self.range, path: self.path)
    }
}
