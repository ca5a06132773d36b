import Cedar

/// What something is done with. Facts are made once, when configuration is read, and used for many questions.
package enum Resource: Hashable, Sendable {
    case model(ModelFacts)
    case tool(ToolFacts)
    case collection(CollectionFacts)
    case document(DocumentFacts)
    case dataset(DatasetFacts)
    /// A part of Gatehouse itself, such as `keys` or `policies`.
    case administration(String)

    var entity: Entity {
        switch self {
        case .model(let facts): facts.entity
        case .tool(let facts): facts.entity
        case .collection(let facts): facts.entity
        case .document(let facts): facts.entity
        case .dataset(let facts): facts.entity
        case .administration(let part): Entity(uid: PolicySchema.administration(part))
        }
    }

    /// The id, as whoever asks wrote it.
    package var id: String {
        switch self {
        case .model(let facts): facts.alias
        case .tool(let facts): facts.id
        case .collection(let facts): facts.id
        case .document(let facts): facts.id
        case .dataset(let facts): facts.id
        case .administration(let part): part
        }
    }

    /// As events and tests name the type.
    package var typeName: String {
        switch self {
        case .model: "model"
        case .tool: "tool"
        case .collection: "collection"
        case .document: "document"
        case .dataset: "dataset"
        case .administration: "administration"
        }
    }
}

/// Whether what is sent there stays within the organisation.
package enum Boundary: String, Sendable, CaseIterable {
    case local, external
}

/// A model as callers name it.
package struct ModelFacts: Hashable, Sendable {
    package let alias: String
    package let provider: String
    package let boundary: Boundary
    /// Where it runs, such as `eu-central-1`.
    package let region: String?
    package let isApproved: Bool
    package let groups: [String]
    /// The most confidential content that it may be given.
    package let maximumConfidentiality: Confidentiality
    let entity: Entity

    package init(
        alias: String, provider: String, boundary: Boundary, region: String? = nil, isApproved: Bool = true,
        groups: [String] = [], maximumConfidentiality: Confidentiality = .restricted
    ) {
        self.alias = alias
        self.provider = provider
        self.boundary = boundary
        self.region = region
        self.isApproved = isApproved
        self.groups = groups
        self.maximumConfidentiality = maximumConfidentiality
        self.entity = Entity(
            uid: PolicySchema.model(alias),
            attributes: .of([
                ("provider", .string(Text(provider))), ("boundary", .entity(PolicySchema.boundary(boundary))),
                ("region", region.map { .string(Text($0)) }), ("approved", .boolean(isApproved)),
                ("maximumConfidentiality", .long(maximumConfidentiality.rawValue)),
            ]), parents: groups.map(PolicySchema.modelGroup))
    }

    /// No two models of one configuration have the same name, so this is enough, and cheap.
    package func hash(into hasher: inout Hasher) { hasher.combine(self.alias) }
}

/// A tool of a Model Context Protocol server.
package struct ToolFacts: Hashable, Sendable {
    package let server: String
    package let name: String
    package let boundary: Boundary
    /// Whether what it does cannot be undone.
    package let isIrreversible: Bool
    package let isApproved: Bool
    package let maximumConfidentiality: Confidentiality
    let entity: Entity

    package var id: String { "\(self.server)/\(self.name)" }

    package init(
        server: String, name: String, boundary: Boundary, isIrreversible: Bool = true, isApproved: Bool = false,
        maximumConfidentiality: Confidentiality = .restricted
    ) {
        self.server = server
        self.name = name
        self.boundary = boundary
        self.isIrreversible = isIrreversible
        self.isApproved = isApproved
        self.maximumConfidentiality = maximumConfidentiality
        self.entity = Entity(
            uid: PolicySchema.tool("\(server)/\(name)"),
            attributes: .of([
                ("boundary", .entity(PolicySchema.boundary(boundary))), ("irreversible", .boolean(isIrreversible)),
                ("approved", .boolean(isApproved)), ("maximumConfidentiality", .long(maximumConfidentiality.rawValue)),
            ]), parents: [PolicySchema.toolServer(server)])
    }
}

/// A collection of documents.
package struct CollectionFacts: Hashable, Sendable {
    package let id: String
    package let tenant: String?
    package let confidentiality: Confidentiality
    let entity: Entity

    package init(id: String, tenant: String? = nil, confidentiality: Confidentiality = .internal) {
        self.id = id
        self.tenant = tenant
        self.confidentiality = confidentiality
        self.entity = Entity(
            uid: PolicySchema.collection(id),
            attributes: .of([
                ("tenant", tenant.map { .entity(PolicySchema.tenant($0)) }),
                ("confidentiality", .long(confidentiality.rawValue)),
            ]))
    }
}

/// One document of a collection.
package struct DocumentFacts: Hashable, Sendable {
    package let id: String
    package let collection: String?
    package let tenant: String?
    package let confidentiality: Confidentiality
    /// The groups that may read it.
    package let readers: [String]
    let entity: Entity

    package init(
        id: String, collection: String? = nil, tenant: String? = nil, confidentiality: Confidentiality = .internal,
        readers: [String] = []
    ) {
        self.id = id
        self.collection = collection
        self.tenant = tenant
        self.confidentiality = confidentiality
        self.readers = readers
        self.entity = Entity(
            uid: PolicySchema.document(id),
            attributes: .of([
                ("tenant", tenant.map { .entity(PolicySchema.tenant($0)) }),
                ("confidentiality", .long(confidentiality.rawValue)),
                ("readers", .set(SetValue(readers.map { .entity(PolicySchema.group($0)) }))),
            ]), parents: collection.map { [PolicySchema.collection($0)] } ?? [])
    }
}

/// A set of examples to measure or train with.
package struct DatasetFacts: Hashable, Sendable {
    package let id: String
    package let tenant: String?
    package let confidentiality: Confidentiality
    package let isApproved: Bool
    let entity: Entity

    package init(
        id: String, tenant: String? = nil, confidentiality: Confidentiality = .internal, isApproved: Bool = false
    ) {
        self.id = id
        self.tenant = tenant
        self.confidentiality = confidentiality
        self.isApproved = isApproved
        self.entity = Entity(
            uid: PolicySchema.dataset(id),
            attributes: .of([
                ("tenant", tenant.map { .entity(PolicySchema.tenant($0)) }),
                ("confidentiality", .long(confidentiality.rawValue)), ("approved", .boolean(isApproved)),
            ]))
    }
}
