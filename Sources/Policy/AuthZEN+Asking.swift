import Kernel

// AuthZEN 1.0 from the side of whoever asks: a decision point of somebody else.

extension Question {
    /// The body of `POST /access/v1/evaluation`. Without the time, which whoever is asked knows, so that the same question is
    /// the same bytes.
    package func evaluationRequest() -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.name("action")
        writer.beginObject()
        writer.member("name", self.action.name)
        writer.endObject()
        writer.name("context")
        self.write(to: &writer, isWhole: false)
        writer.name("resource")
        writer.beginObject()
        writer.member("id", self.resource.id)
        writer.name("properties")
        self.resource.write(to: &writer, isWhole: false)
        writer.member("type", self.resource.typeName)
        writer.endObject()
        writer.name("subject")
        writer.beginObject()
        writer.member("id", self.principal.id)
        writer.name("properties")
        self.principal.write(to: &writer, isWhole: false)
        writer.member("type", self.principal.kind.rawValue)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}

extension Decision {
    /// What stands in the place of a policy's id where somebody outside decided.
    package static let outside = "outside"

    /// Whether somebody outside made it.
    package var isOutside: Bool { self.determining == [Self.outside] }

    /// Reads the answer of an outside decision point. What it tells the caller is its `message`, or the first of its
    /// `reason_user`.
    /// - Throws: where it is no answer that says yes or no.
    package init(evaluationResponse json: [UInt8]) throws(PolicyFormatError) {
        let tree = try JSONTree(json)
        let members = JSONTree.Members(tree: tree, members: try tree.members())
        let isPermitted = try members.required("decision").boolean()
        self.init(
            effect: isPermitted ? .permit : .forbid(remedy: nil), determining: [Self.outside],
            message: isPermitted ? nil : Self.reason(members["context"]) ?? "the outside decision point forbids it")
    }

    /// No answer came, or none that can be read: what nobody permits is forbidden.
    package init(withoutEvaluationFor reason: String) {
        self.init(
            effect: .forbid(remedy: nil), determining: [Self.outside],
            message: "the outside decision point could not be asked, so nothing is permitted",
            failures: [Failure(policy: Self.outside, reason: reason)])
    }

    /// Of a reason at most this many bytes reach the caller.
    private static let longestReason = 300

    private static func reason(_ context: JSONTree?) -> String? {
        guard let members = try? context?.members() else { return nil }
        let said = members.first { $0.name == "message" }?.value ?? members.first { $0.name == "reason_user" }?.value
        guard let text = (try? said?.string()) ?? (try? said?.members().first?.value.string()) else { return nil }
        return text.utf8.count <= Self.longestReason
            ? text : String(decoding: text.utf8.prefix(Self.longestReason), as: UTF8.self) + "…"
    }
}
