import Audit
import Detection
import Framing
import Gateway
import Kernel
import NIOCore
import NIOSSL
import Policy
import Providers
import Settings
import Synchronization
import Transport

/// Builds what the gateway runs on from what the settings say: the only place that knows both.
final class Assembly: Sendable {
    /// Compiled patterns by the families they look for: a reload that does not change them costs nothing.
    private let clock: any WallClock
    private let compiled = Mutex<[Set<Finding.Kind>: PatternDatabase]>([:])

    init(clock: any WallClock) { self.clock = clock }

    /// - Throws: what TLS or the pattern compiler says.
    func configuration(
        _ settings: Settings, secrets: [String: Secret<String>]
    ) throws -> GatewayConfiguration {
        let providers = try Dictionary(
            uniqueKeysWithValues: settings.providers.map { ($0.name, try self.provider($0, secrets[$0.name])) })
        let models = settings.models.compactMap { model in
            providers[model.provider].map {
                Model(alias: model.name, provider: $0, providerModel: model.model ?? model.name)
            }
        }
        return GatewayConfiguration(
            models: ModelCatalog(models), policy: RuleTable(settings.rules.map(Self.rule)),
            requestPatterns: try self.patterns(settings.detectors.request),
            responsePatterns: try self.patterns(settings.detectors.response),
            admission: AdmissionLimits(
                total: settings.limits.concurrency, perKey: settings.limits.concurrencyPerKey),
            recordsBehind: settings.audit.durability == .asynchronous, fingerprint: settings.fingerprint)
    }

    private func provider(_ provider: Settings.Provider, _ key: Secret<String>?) throws -> any Provider {
        switch provider.service {
        case .extractive: return ExtractiveProvider(name: provider.name, clock: self.clock)
        case .openai(let endpoint):
            let url = endpoint.baseURL
            return OpenAIProvider(
                name: provider.name,
                endpoint: UpstreamEndpoint(
                    // Everything that a pooled connection depends on: one that was made otherwise is not used again.
                    key: "\(provider.name) \(url) \(endpoint.connections) \(endpoint.lifetime) \(endpoint.keepAlive)",
                    host: url.host.text, port: url.port, tls: url.isTLS ? try UpstreamEndpoint.tlsContext() : nil,
                    connections: endpoint.connections, connectTimeout: TimeAmount(endpoint.connectTimeout),
                    keepAlive: TimeAmount(endpoint.keepAlive), lifetime: TimeAmount(endpoint.lifetime)),
                authority: Self.authority(of: url), basePath: url.path, key: key,
                responseTimeout: TimeAmount(endpoint.responseTimeout), idleTimeout: TimeAmount(endpoint.stallTimeout))
        }
    }

    /// Host and port as `Host` wants them: the usual port is left out (RFC 9110, section 7.2).
    private static func authority(of url: BaseURL) -> String {
        url.port == (url.isTLS ? 443 : 80) ? "\(url.host)" : "\(url.host):\(url.port)"
    }

    private func patterns(_ families: [Settings.Detectors.Family]) throws -> PatternDatabase? {
        guard !families.isEmpty else { return nil }
        let kinds = Set(
            Finding.Kind.allCases.filter { kind in families.contains { $0.finding == kind.family.rawValue } })
        if let known = self.compiled.withLock({ $0[kinds] }) { return known }
        let database = try PatternDatabase(kinds: kinds)
        self.compiled.withLock { $0[kinds] = database }
        return database
    }

    private static func rule(_ rule: Settings.Rule) -> Rule {
        let actions: Set<Question.Action> =
            switch rule.direction {
            case .request: [.infer]
            case .response: [.release]
            case .both: [.infer, .release]
            }
        let verdict: Rule.Verdict =
            switch rule.effect {
            case .allow: .allow
            case .redact: .redact
            case .block: .block
            }
        let kinds = Finding.Kind.allCases.filter {
            rule.found.contains($0.rawValue) || rule.found.contains($0.family.rawValue)
        }
        return Rule(id: rule.id, kinds: Set(kinds), actions: actions, verdict: verdict, message: rule.message)
    }

    static func limits(_ settings: Settings) -> ServerLimits {
        let limits = settings.limits
        return ServerLimits(
            head: HeadLimits(bytes: limits.head.bytes), body: limits.body.bytes, connections: limits.connections,
            headTimeout: TimeAmount(limits.headerTimeout), bodyTimeout: TimeAmount(limits.bodyTimeout),
            keepAlive: TimeAmount(limits.keepAlive), writeTimeout: .seconds(60))
    }
}
