extension Settings {
    /// Something that answers.
    package struct Provider: Hashable, Sendable {
        package enum Service: Hashable, Sendable {
            /// A server that speaks the OpenAI API.
            case openai(Endpoint)
            /// The answerer within the gateway: quotes what it was given, needs no network.
            case extractive
        }

        package var name = ""
        package var service: Service

        package var boundary: Boundary {
            switch self.service {
            case .openai(let endpoint): endpoint.boundary
            case .extractive: .local
            }
        }
    }

    /// Whether data that goes to a provider leaves the organisation.
    package enum Boundary: String, Sendable, CaseIterable { case external, local }

    /// A server of a provider and how it is talked to.
    package struct Endpoint: Hashable, Sendable {
        package var baseURL = BaseURL(isTLS: true, host: .loopback, port: 443, path: "")
        /// nil for servers that want none.
        package var apiKey: SecretReference?
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

    /// A name that applications ask for, and where it leads.
    package struct Model: Hashable, Sendable {
        package var name = ""
        /// The name of the provider.
        package var provider = ""
        /// What the provider calls the model; nil exactly where the provider is `extractive`.
        package var model: String?
    }
}
