/// The keys of each kind of provider.

extension Field where Root: RemoteService {
    private static var time: ScalarType<Duration> { .duration(.milliseconds(100) ... .seconds(86_400)) }

    static func baseURL(_ documentation: String) -> Self {
        .value("base_url", \.endpoint.baseURL, .url, documentation)
    }

    /// How the server is reached: the same keys for each kind that has one.
    static var connection: [Self] {
        [
            .value(
                "connections", \.endpoint.connections, .count(1...65_536),
                "connections that each event loop may open"),
            .value(
                "connect_timeout", \.endpoint.connectTimeout, Self.time,
                "how long a connection may take to be made, TLS included"),
            .value(
                "response_timeout", \.endpoint.responseTimeout, Self.time,
                "how long the first byte of an answer may take to come"),
            .value(
                "stall_timeout", \.endpoint.stallTimeout, Self.time,
                "the longest pause between two pieces of an answer"),
            .value("keep_alive", \.endpoint.keepAlive, Self.time, "how long an idle connection is kept"),
            .value("lifetime", \.endpoint.lifetime, Self.time, "how long a connection is used at all"),
            .value(
                "boundary", \.endpoint.boundary, .choice, "whether data that goes there leaves the organisation"),
        ]
    }
}

extension ScalarType<String> {
    /// A date such as `2023-06-01`, as versions of APIs are called.
    fileprivate static let version = ScalarType<String>.name("a version such as `2023-06-01`", alsoAllowing: ".-")
}

extension Settings.OpenAI {
    static let description = Section(
        initial: Self(),
        fields: [
            .required(
                "base_url", \.endpoint.baseURL, .url, "where its API begins; http or https",
                example: "https://api.openai.com/v1"),
            .secret(
                "api_key", \.apiKey, "a reference, never the key itself; leave it out where none is needed",
                example: "${env:OPENAI_API_KEY}"),
            .list(
                "api", \.api, .choice,
                "what the server has of its own; vLLM, llama.cpp and Ollama have [chat, embeddings], and perhaps more"),
        ] + Field.connection)
}

extension Settings.Azure {
    static let description = Section(
        initial: Self(),
        fields: [
            .required(
                "base_url", \.endpoint.baseURL, .url, "the resource, without /openai",
                example: "https://my-resource.openai.azure.com"),
            .secret(
                "api_key", \.apiKey, "the resource's key, unless a token stands in its place",
                example: "${env:AZURE_OPENAI_API_KEY}"),
            .secret(
                "token", \.token, "an access token, sent as bearer; whoever renews it writes it to a file",
                example: "${file:/run/secrets/token}"),
            .value(
                "api_version", \.apiVersion, .version,
                "the api-version of each call; v1 calls the resource's /openai/v1, which has none"),
        ] + Field.connection)
}

extension Settings.Anthropic {
    static let description = Section(
        initial: Self(),
        fields: [
            .baseURL("where its API begins, without /v1"),
            .secret(
                "api_key", \.apiKey, "a reference, never the key itself; leave it out where none is needed",
                example: "${env:ANTHROPIC_API_KEY}"),
            .value("version", \.version, .version, "the anthropic-version of requests that bring none"),
        ] + Field.connection)
}

extension Settings.Gemini {
    static let description = Section(
        initial: Self(),
        fields: [
            .baseURL("where its API begins, without /v1beta"),
            .secret(
                "api_key", \.apiKey, "a reference, never the key itself; leave it out where none is needed",
                example: "${env:GEMINI_API_KEY}"),
        ] + Field.connection)
}

extension Settings.Vertex {
    static let description = Section(
        initial: Self(),
        fields: [
            .required(
                "project", \.project, .name("the id of a project", alsoAllowing: ".:-"), "the id of the project",
                example: "my-project"),
            .required(
                "location", \.location, .name("a location such as `europe-west4` or `global`", alsoAllowing: "-"),
                "where the models are; global leaves it to Google", example: "europe-west4"),
            .secret(
                "token", \.token, "an access token, sent as bearer; whoever renews it writes it to a file",
                example: "${file:/run/secrets/token}"),
            .optional(
                "base_url", \.baseURL, .url, "where its API begins, where not at the location's own address",
                example: "https://europe-west4-aiplatform.googleapis.com"),
        ] + Field.connection)
}

extension Settings.Bedrock {
    static let description = Section(
        initial: Self(),
        fields: [
            .required(
                "region", \.region, .name("a region such as `eu-central-1`", alsoAllowing: "-"),
                "where the models are", example: "eu-central-1"),
            .secret(
                "access_key", \.accessKey, "the id of an access key; calls are signed with it",
                example: "${env:AWS_ACCESS_KEY_ID}"),
            .secret(
                "secret_key", \.secretKey, "the secret of the access key", example: "${env:AWS_SECRET_ACCESS_KEY}"),
            .secret(
                "session_token", \.sessionToken, "of temporary credentials; leave it out where there is none",
                example: "${env:AWS_SESSION_TOKEN}"),
            .secret(
                "api_key", \.apiKey, "a Bedrock API key, sent as bearer, in place of the access key",
                example: "${env:AWS_BEARER_TOKEN_BEDROCK}"),
            .optional(
                "base_url", \.baseURL, .url, "where its API begins, where not at the region's own address",
                example: "https://bedrock-runtime.eu-central-1.amazonaws.com"),
        ] + Field.connection)
}

extension Settings.Replay {
    static let description = Section(
        initial: Self(),
        fields: [
            .required(
                "folder", \.folder, .line("the path of a folder", upTo: 4096),
                "where the recordings are; a relative path begins at the folder of this file",
                example: "recordings"),
            .optional(
                "record_from", \.recordFrom, .line("the name of a provider", upTo: 128),
                "the provider that is asked for what has no recording, and whose answer is then recorded; without it "
                    + "such a request is refused",
                example: "openai"),
        ])
}

extension Settings.Provider {
    static let type = EntryType<Self>(
        variants: [
            .init(
                "openai", Settings.OpenAI.description,
                "any server that speaks the OpenAI API: OpenAI, vLLM, llama.cpp, Ollama and many others"
            ) {
                Self(service: .openai($0))
            } unwrap: {
                if case .openai(let service) = $0.service { service } else { nil }
            },
            .init(
                "azure", Settings.Azure.description, "a resource of Azure OpenAI, whose deployments are the models"
            ) {
                Self(service: .azure($0))
            } unwrap: {
                if case .azure(let service) = $0.service { service } else { nil }
            },
            .init("anthropic", Settings.Anthropic.description, "the Anthropic API, or a server that speaks it") {
                Self(service: .anthropic($0))
            } unwrap: {
                if case .anthropic(let service) = $0.service { service } else { nil }
            },
            .init("gemini", Settings.Gemini.description, "the Gemini API of Google AI, with an API key") {
                Self(service: .gemini($0))
            } unwrap: {
                if case .gemini(let service) = $0.service { service } else { nil }
            },
            .init("vertex", Settings.Vertex.description, "models on Google Vertex AI, with an access token") {
                Self(service: .vertex($0.completed))
            } unwrap: {
                if case .vertex(let service) = $0.service { service } else { nil }
            },
            .init("bedrock", Settings.Bedrock.description, "models on Amazon Bedrock, by its Converse API") {
                Self(service: .bedrock($0.completed))
            } unwrap: {
                if case .bedrock(let service) = $0.service { service } else { nil }
            },
            .init("extractive", Section(initial: Nothing(), fields: []), "the answerer built into the gateway") { _ in
                Self(service: .extractive)
            } unwrap: {
                $0.service == .extractive ? Nothing() : nil
            },
            .init("replay", Settings.Replay.description, "answers from recorded exchanges, for tests and demos") {
                Self(service: .replay($0))
            } unwrap: {
                if case .replay(let service) = $0.service { service } else { nil }
            },
        ],
        name: (\.name, .name("a name of letters, digits, `.`, `_` and `-`", alsoAllowing: "._-")),
        isEmptyAllowed: false,
        samples: Self.samples)

    private static let samples: [EntriesDescription.Sample] = [
        .init(
            name: "local", comment: "The answerer built into the gateway: no key, no network, no weights.",
            isActive: true, kind: "extractive", values: [:]),
        .init(
            name: "openai", comment: "OpenAI, or any server that speaks its API.", isActive: false, kind: "openai",
            values: ["base_url": "https://api.openai.com/v1", "api_key": "${env:OPENAI_API_KEY}"]),
        .init(
            name: "ollama", comment: "A server of your own: Ollama, vLLM, llama.cpp.", isActive: false, kind: "openai",
            values: ["base_url": "http://127.0.0.1:11434/v1", "api": "[chat, embeddings]", "boundary": "local"]),
        .init(
            name: "azure", comment: "A resource of Azure OpenAI; models are called by their deployments.",
            isActive: false, kind: "azure",
            values: [
                "base_url": "https://my-resource.openai.azure.com", "api_key": "${env:AZURE_OPENAI_API_KEY}",
            ]),
        .init(
            name: "anthropic", comment: nil, isActive: false, kind: "anthropic",
            values: ["api_key": "${env:ANTHROPIC_API_KEY}"]),
        .init(
            name: "gemini", comment: nil, isActive: false, kind: "gemini",
            values: ["api_key": "${env:GEMINI_API_KEY}"]),
        .init(
            name: "vertex", comment: "Gemini and other models on Google Vertex AI.", isActive: false, kind: "vertex",
            values: ["project": "my-project", "location": "europe-west4", "token": "${file:/run/secrets/token}"]),
        .init(
            name: "bedrock", comment: nil, isActive: false, kind: "bedrock",
            values: [
                "region": "eu-central-1", "access_key": "${env:AWS_ACCESS_KEY_ID}",
                "secret_key": "${env:AWS_SECRET_ACCESS_KEY}", "session_token": "${env:AWS_SESSION_TOKEN}",
            ]),
        .init(
            name: "replay", comment: "Answers again what was answered once: for tests and demos.", isActive: false,
            kind: "replay", values: ["folder": "recordings", "record_from": "openai"]),
    ]

    /// A section without keys.
    private struct Nothing: Hashable, Sendable {}
}
