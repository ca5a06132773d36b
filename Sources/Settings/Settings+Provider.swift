extension Settings {
    /// Something that answers.
    package struct Provider: Hashable, Sendable {
        /// What speaks there, and what is needed to speak with it.
        package enum Service: Hashable, Sendable {
            /// A server that speaks the OpenAI API: OpenAI itself, vLLM, llama.cpp, Ollama and many others.
            case openai(OpenAI)
            case azure(Azure)
            case anthropic(Anthropic)
            case gemini(Gemini)
            case vertex(Vertex)
            case bedrock(Bedrock)
            /// The answerer within the gateway: quotes what it was given, needs no network.
            case extractive
            case replay(Replay)
        }

        package var name = ""
        package var service: Service

        /// What the service is called in the file and in price tables.
        package var kind: String {
            switch self.service {
            case .openai: "openai"
            case .azure: "azure"
            case .anthropic: "anthropic"
            case .gemini: "gemini"
            case .vertex: "vertex"
            case .bedrock: "bedrock"
            case .extractive: "extractive"
            case .replay: "replay"
            }
        }

        /// How its server is reached; nil where it has none.
        package var endpoint: Endpoint? {
            switch self.service {
            case .openai(let service): service.endpoint
            case .azure(let service): service.endpoint
            case .anthropic(let service): service.endpoint
            case .gemini(let service): service.endpoint
            case .vertex(let service): service.endpoint
            case .bedrock(let service): service.endpoint
            case .extractive, .replay: nil
            }
        }

        /// Its credentials by their keys, such as `api_key`: those that are written, in the order of the description.
        package var secrets: [(key: String, reference: SecretReference)] {
            let all: [(String, SecretReference?)] =
                switch self.service {
                case .openai(let service): [("api_key", service.apiKey)]
                case .azure(let service): [("api_key", service.apiKey), ("token", service.token)]
                case .anthropic(let service): [("api_key", service.apiKey)]
                case .gemini(let service): [("api_key", service.apiKey)]
                case .vertex(let service): [("token", service.token)]
                case .bedrock(let service):
                    [
                        ("api_key", service.apiKey), ("access_key", service.accessKey),
                        ("secret_key", service.secretKey), ("session_token", service.sessionToken),
                    ]
                case .extractive, .replay: []
                }
            return all.compactMap { key, reference in reference.map { (key, $0) } }
        }

        /// What `Settings.resolveSecrets` calls one of its credentials: `name.api_key`.
        package func secretName(_ key: String) -> String { "\(self.name).\(key)" }
    }

    /// Whether data that goes to a provider leaves the organisation.
    package enum Boundary: String, Sendable, CaseIterable { case external, local }

    /// Where data ends up that goes to a provider; what a replay records from counts as the replay itself.
    package func boundary(of provider: Provider) -> Boundary {
        guard case .replay(let replay) = provider.service else { return provider.endpoint?.boundary ?? .local }
        // A replay never records from another one, so this is no circle.
        let source = replay.recordFrom.flatMap { self.provider(named: $0) }
        return source?.endpoint?.boundary ?? .local
    }

    /// The server of a provider and how it is talked to.
    package struct Endpoint: Hashable, Sendable {
        package var baseURL = BaseURL(isTLS: true, host: .loopback, port: 443, path: "")
        /// Connections that an event loop may open.
        package var connections = 256
        package var connectTimeout = Duration.seconds(5)
        /// From the end of the request to the first byte of the answer.
        package var responseTimeout = Duration.seconds(600)
        /// The longest pause between two pieces of an answer.
        package var stallTimeout = Duration.seconds(120)
        /// How long an idle connection stays in the pool.
        package var keepAlive = Duration.seconds(60)
        /// How long a connection is used at all.
        package var lifetime = Duration.seconds(600)
        package var boundary = Boundary.external
    }
}
