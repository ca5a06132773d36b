import CloudCodecs
import Codecs
import Gateway
import Kernel
import NIOCore
import NIOSSL
import Providers
import Settings
import Transport

// From what the settings say of a provider to what speaks with it.
extension Assembly {
    /// All providers of the settings, by their names.
    /// - Throws: what TLS says.
    func providers(
        _ settings: Settings, _ secrets: [String: Secret<String>]
    ) throws -> [String: any Provider] {
        var providers: [String: any Provider] = [:]
        // Those that record from another need it made before.
        let (replays, others) = (settings.providers.filter(\.isReplay), settings.providers.filter { !$0.isReplay })
        for provider in others + replays {
            providers[provider.name] = try self.provider(provider, settings, secrets, among: providers)
        }
        return providers
    }

    private func provider(
        _ provider: Settings.Provider, _ settings: Settings, _ secrets: [String: Secret<String>],
        among others: [String: any Provider]
    ) throws -> any Provider {
        func secret(_ key: String) -> Secret<String>? { secrets[provider.secretName(key)] }
        func hosted(_ endpoint: Settings.Endpoint, _ service: any ModelService) throws -> any Provider {
            HostedProvider(
                name: provider.name, service: service, endpoint: try Self.endpoint(endpoint, of: provider.name),
                responseTimeout: TimeAmount(endpoint.responseTimeout), idleTimeout: TimeAmount(endpoint.stallTimeout),
                clock: self.clock)
        }
        switch provider.service {
        case .extractive:
            return ExtractiveProvider(name: provider.name, clock: self.clock)
        case .replay(let replay):
            return ReplayProvider(
                name: provider.name, recordings: RecordingFolder(path: settings.resolved(replay.folder)),
                source: replay.recordFrom.flatMap { others[$0] })
        case .openai(let service):
            let url = service.endpoint.baseURL
            return try hosted(
                service.endpoint,
                OpenAIService(
                    authority: Self.authority(of: url), basePath: url.path, key: secret("api_key"),
                    hasResponses: service.api.contains(.responses), hasEmbeddings: service.api.contains(.embeddings)))
        case .azure(let service):
            let url = service.endpoint.baseURL
            let credential: AzureService.Credential? =
                secret("api_key").map { .key($0) } ?? secret("token").map { .token($0) }
            return try hosted(
                service.endpoint,
                AzureService(
                    authority: Self.authority(of: url), basePath: url.path, credential: credential,
                    version: service.isVersionless ? nil : service.apiVersion))
        case .anthropic(let service):
            let url = service.endpoint.baseURL
            return try hosted(
                service.endpoint,
                AnthropicService(
                    authority: Self.authority(of: url), basePath: url.path, key: secret("api_key"),
                    version: service.version))
        case .gemini(let service):
            let url = service.endpoint.baseURL
            return try hosted(
                service.endpoint,
                GeminiService(authority: Self.authority(of: url), basePath: url.path, key: secret("api_key")))
        case .vertex(let service):
            let url = service.endpoint.baseURL
            return try hosted(
                service.endpoint,
                GeminiService(
                    authority: Self.authority(of: url), basePath: url.path, token: secret("token"),
                    project: service.project, location: service.location))
        case .bedrock(let service):
            let url = service.endpoint.baseURL
            let credential: BedrockService.Credential? =
                secret("api_key").map { .apiKey($0) }
                ?? secret("secret_key").map { key in
                    .accessKey(
                        RequestSigner.Credentials(
                            accessKeyID: secret("access_key")?.reveal() ?? "", secretAccessKey: key,
                            sessionToken: secret("session_token")))
                }
            return try hosted(
                service.endpoint,
                BedrockService(
                    authority: Self.authority(of: url), basePath: url.path, region: service.region,
                    credential: credential))
        }
    }

    private static func endpoint(_ endpoint: Settings.Endpoint, of name: String) throws -> UpstreamEndpoint {
        let url = endpoint.baseURL
        return UpstreamEndpoint(
            // Everything that a pooled connection depends on: one that was made otherwise is not used again.
            key: "\(name) \(url) \(endpoint.connections) \(endpoint.lifetime) \(endpoint.keepAlive)",
            host: url.host.text, port: url.port, tls: url.isTLS ? try UpstreamEndpoint.tlsContext() : nil,
            connections: endpoint.connections, connectTimeout: TimeAmount(endpoint.connectTimeout),
            keepAlive: TimeAmount(endpoint.keepAlive), lifetime: TimeAmount(endpoint.lifetime))
    }

    /// The decision point that must permit, too; nil where there is none.
    /// - Throws: what TLS says.
    static func outside(_ settings: Settings, _ secrets: [String: Secret<String>]) throws -> OutsidePolicy? {
        let outside = settings.policies.outside
        guard let url = outside.url else { return nil }
        let patience = TimeAmount(outside.timeout)
        return OutsidePolicy(
            endpoint: UpstreamEndpoint(
                key: "policies.outside \(url) \(outside.connections)", host: url.host.text, port: url.port,
                tls: url.isTLS ? try UpstreamEndpoint.tlsContext() : nil, connections: outside.connections,
                connectTimeout: patience, keepAlive: .seconds(60), lifetime: .seconds(600)),
            authority: Self.authority(of: url), path: url.path, token: secrets[Settings.Outside.tokenName],
            patience: patience, keeping: outside.keep > .zero ? outside.keep : nil)
    }

    /// Host and port as `Host` wants them: the usual port is left out (RFC 9110, section 7.2).
    static func authority(of url: BaseURL) -> String {
        url.port == (url.isTLS ? 443 : 80) ? "\(url.host)" : "\(url.host):\(url.port)"
    }
}

extension Settings.Provider {
    fileprivate var isReplay: Bool { if case .replay = self.service { true } else { false } }

    /// Whether it serves the routes of OpenAI's API that are passed on.
    var takesPassed: Bool {
        switch self.service {
        case .openai, .azure: true
        case .anthropic, .gemini, .vertex, .bedrock, .extractive, .replay: false
        }
    }
}
