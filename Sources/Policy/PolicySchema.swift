package import Cedar
package import CedarSchema

/// What Gatehouse's policies are written against: the schema, and the names in it.
package enum PolicySchema {
    /// The schema with its names resolved; also published as `docs/gatehouse.cedarschema`.
    package static let schema: Result<Schema, CedarError> = Result { () throws(CedarError) in
        try Schema(text: Self.text)
    }

    /// The members of the type `Context`, a line each.
    static let contextMembers: [Substring] = {
        guard let start = Self.text.firstRange(of: "type Context = {"),
            let end = Self.text[start.upperBound...].firstRange(of: "};")
        else { return [] }
        return Self.text[start.upperBound..<end.lowerBound].split(separator: "\n").map { line in
            line.drop { $0 == " " }
        }.filter { !$0.isEmpty && !$0.hasPrefix("//") }
    }()

    /// The schema with the actions of these servers' tools, in Cedar's schema language.
    package static func text(_ tools: [ToolSchema]) -> String {
        guard !tools.isEmpty, let end = Self.text.lastIndex(of: "}") else { return Self.text }
        return Self.text[..<end] + tools.map { $0.actions() }.joined() + "}\n"
    }

    /// The schema with the tools of these servers.
    static func schema(_ tools: [ToolSchema]) throws(CedarError) -> Schema {
        tools.isEmpty ? try self.schema.get() : try Schema(text: self.text(tools))
    }

    static let action = EntityType("Gatehouse::Action")
    private static let tenant = EntityType("Gatehouse::Tenant")
    private static let group = EntityType("Gatehouse::Group")
    private static let team = EntityType("Gatehouse::Team")
    private static let role = EntityType("Gatehouse::Role")
    private static let user = EntityType("Gatehouse::User")
    private static let service = EntityType("Gatehouse::Service")
    private static let agent = EntityType("Gatehouse::Agent")
    private static let key = EntityType("Gatehouse::Key")
    private static let model = EntityType("Gatehouse::Model")
    private static let modelGroup = EntityType("Gatehouse::ModelGroup")
    private static let tool = EntityType("Gatehouse::Tool")
    private static let toolServer = EntityType("Gatehouse::ToolServer")
    private static let collection = EntityType("Gatehouse::Collection")
    private static let document = EntityType("Gatehouse::Document")
    private static let dataset = EntityType("Gatehouse::Dataset")
    private static let useCase = EntityType("Gatehouse::UseCase")
    private static let administration = EntityType("Gatehouse::Administration")
    private static let boundary = EntityType("Gatehouse::Boundary")
    private static let local = EntityUID(type: Self.boundary, id: "local")
    private static let external = EntityUID(type: Self.boundary, id: "external")

    static func tenant(_ id: String) -> EntityUID { EntityUID(type: Self.tenant, id: Text(id)) }
    static func group(_ id: String) -> EntityUID { EntityUID(type: Self.group, id: Text(id)) }
    static func team(_ id: String) -> EntityUID { EntityUID(type: Self.team, id: Text(id)) }
    static func role(_ id: String) -> EntityUID { EntityUID(type: Self.role, id: Text(id)) }
    static func model(_ id: String) -> EntityUID { EntityUID(type: Self.model, id: Text(id)) }
    static func modelGroup(_ id: String) -> EntityUID { EntityUID(type: Self.modelGroup, id: Text(id)) }
    static func tool(_ id: String) -> EntityUID { EntityUID(type: Self.tool, id: Text(id)) }
    static func toolServer(_ id: String) -> EntityUID { EntityUID(type: Self.toolServer, id: Text(id)) }
    static func collection(_ id: String) -> EntityUID { EntityUID(type: Self.collection, id: Text(id)) }
    static func document(_ id: String) -> EntityUID { EntityUID(type: Self.document, id: Text(id)) }
    static func dataset(_ id: String) -> EntityUID { EntityUID(type: Self.dataset, id: Text(id)) }
    static func useCase(_ id: String) -> EntityUID { EntityUID(type: Self.useCase, id: Text(id)) }
    static func administration(_ id: String) -> EntityUID { EntityUID(type: Self.administration, id: Text(id)) }

    static func boundary(_ boundary: Boundary) -> EntityUID { boundary == .local ? Self.local : Self.external }

    static func subject(_ kind: Subject.Kind, _ id: String) -> EntityUID {
        let type =
            switch kind {
            case .user: Self.user
            case .service: Self.service
            case .agent: Self.agent
            case .key: Self.key
            }
        return EntityUID(type: type, id: Text(id))
    }
}

extension RecordValue {
    /// Of these fields those that have a value.
    static func of(_ fields: [(Text, Value?)]) -> RecordValue {
        RecordValue(fields.compactMap { key, value in value.map { Field(key, $0) } })
    }
}
