/// What a server has in common with all others: the keys that say how it is reached.
protocol RemoteService: Hashable, Sendable {
    var endpoint: Settings.Endpoint { get set }
}

extension Settings {
    /// A server that speaks the OpenAI API.
    package struct OpenAI: RemoteService {
        /// A part of the API; what a server does not have, the gateway makes out of what it has, or refuses.
        package enum API: String, Sendable, CaseIterable {
            case chat, responses, embeddings, completions, moderations, images, audio, files, batches
        }

        package var endpoint = Endpoint()
        /// nil for servers that want none.
        package var apiKey: SecretReference?
        /// What the server has of its own.
        package var api = API.allCases
    }

    /// Azure OpenAI: a resource with deployments.
    package struct Azure: RemoteService {
        /// The base URL is that of the resource, such as `https://name.openai.azure.com`.
        package var endpoint = Endpoint()
        /// Sent as `api-key`. Exactly one of `apiKey` and `token` is there once loaded.
        package var apiKey: SecretReference?
        /// An Entra token, sent as bearer.
        package var token: SecretReference?
        package var apiVersion = "2024-10-21"

        /// Whether the resource's `/openai/v1` is called, which knows neither versions nor deployments in paths.
        package var isVersionless: Bool { self.apiVersion == "v1" }
    }

    /// Anthropic's API, or a server that speaks it.
    package struct Anthropic: RemoteService {
        /// Without the `/v1` that each call begins with.
        package var endpoint = Endpoint(baseURL: .of("api.anthropic.com"))
        package var apiKey: SecretReference?
        /// The `anthropic-version` of requests that bring none.
        package var version = "2023-06-01"
    }

    /// Google's Gemini API.
    package struct Gemini: RemoteService {
        /// Without the `/v1beta` that each call begins with.
        package var endpoint = Endpoint(baseURL: .of("generativelanguage.googleapis.com"))
        package var apiKey: SecretReference?
    }

    /// Models on Google Vertex AI.
    package struct Vertex: RemoteService {
        /// As it was written; nil for the one that belongs to the location.
        package var baseURL: BaseURL?
        /// Complete once loaded: its base URL is the one to call.
        package var endpoint = Endpoint()
        package var project = ""
        package var location = ""
        /// An OAuth access token. There once loaded.
        package var token: SecretReference?

        /// With the base URL that belongs to the location.
        var completed: Self {
            var vertex = self
            let host =
                self.location == "global" ? "aiplatform.googleapis.com" : "\(self.location)-aiplatform.googleapis.com"
            vertex.endpoint.baseURL = self.baseURL ?? .of(host)
            return vertex
        }
    }

    /// Models on Amazon Bedrock.
    package struct Bedrock: RemoteService {
        package var region = ""
        /// As it was written; nil for the one that belongs to the region.
        package var baseURL: BaseURL?
        /// Complete once loaded: its base URL is the one to call.
        package var endpoint = Endpoint()
        /// A Bedrock API key, sent as bearer. Once loaded there is either this or an access key with its secret key.
        package var apiKey: SecretReference?
        package var accessKey: SecretReference?
        package var secretKey: SecretReference?
        /// Of temporary credentials.
        package var sessionToken: SecretReference?

        /// With the base URL that belongs to the region.
        var completed: Self {
            var bedrock = self
            let domain = self.region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
            bedrock.endpoint.baseURL = self.baseURL ?? .of("bedrock-runtime.\(self.region).\(domain)")
            return bedrock
        }
    }

    /// Answers from recorded exchanges.
    package struct Replay: Hashable, Sendable {
        /// As it was written; `Settings.resolved` makes it a path.
        package var folder = ""
        /// The provider that is asked for what has no recording yet, and whose answer is then recorded.
        package var recordFrom: String?
    }
}

extension BaseURL {
    /// The root of a host with TLS. A name that is none, which is then already reported, leads to this machine.
    static func of(_ host: String) -> Self {
        Self(isTLS: true, host: NetworkHost(host[...]) ?? .loopback, port: 443, path: "")
    }
}
