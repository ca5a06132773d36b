import Audit
import Detection
import Entities
import Foundation
import Framing
import Gateway
import Hardening
import Injection
import Kernel
import Metering
import NIOCore
import NIOSSL
import Policy
import Providers
import Screening
import Settings
import Surrogates
import Synchronization
import Transport

/// Builds what the gateway runs on from what the settings say: the only place that knows both.
final class Assembly: Sendable {
    let clock: any WallClock
    private let detectors = DetectorAssembly()

    init(clock: any WallClock) { self.clock = clock }

    /// - Throws: what TLS or the pattern compiler says.
    func configuration(
        _ settings: Settings, secrets: [String: Secret<String>], prices: PriceTable, policy: any DecisionPoint
    ) throws -> GatewayConfiguration {
        let providers = try self.providers(settings, secrets)
        let detectors = try self.detectors.detectors(settings, at: self.clock.now())
        let models = settings.models.compactMap { model in
            providers[model.provider].map {
                Model(
                    alias: model.name, provider: $0, providerModel: model.model ?? model.name,
                    maximumOutput: model.maxTokens.map { TokenCount($0) }, fallbacks: model.fallbacks)
            }
        }
        return GatewayConfiguration(
            models: ModelCatalog(models), terms: Self.terms(settings, prices),
            passing: settings.providers.filter(\.takesPassed).compactMap { setting in
                providers[setting.name].map {
                    PassingProvider($0, boundary: settings.boundary(of: setting) == .local ? .local : .external)
                }
            },
            policy: policy, outside: try Self.outside(settings, secrets),
            requestPatterns: detectors.request,
            responsePatterns: detectors.response,
            requestClassifiers: try Self.classifiers(settings, secrets, at: .request),
            responseClassifiers: try Self.classifiers(settings, secrets, at: .response),
            screen: detectors.screen, answerScreen: detectors.answerScreen,
            conversations: settings.surrogates.scope == .conversation
                ? ConversationMaps.Limits(
                    conversations: settings.surrogates.conversations, lifetime: settings.surrogates.lifetime) : nil,
            admission: AdmissionLimits(
                total: settings.limits.concurrency, perKey: settings.limits.concurrencyPerKey,
                requestsPerMinute: settings.limits.requestsPerMinute == 0 ? nil : settings.limits.requestsPerMinute),
            recordsBehind: settings.audit.durability == .asynchronous, content: ContentLevel(settings.audit.content),
            contentLimit: settings.audit.contentLimit.bytes, fingerprint: settings.fingerprint)
    }

    /// What policy knows of each model, and what it costs.
    private static func terms(_ settings: Settings, _ prices: PriceTable) -> [String: ModelTerms] {
        let book = settings.priceBook(prices)
        var terms: [String: ModelTerms] = [:]
        for model in settings.models {
            guard let provider = settings.provider(named: model.provider), let facts = settings.facts(of: model) else {
                continue
            }
            terms[model.name] = ModelTerms(
                facts: facts,
                pricing: book.pricing(
                    of: model.model ?? model.name, provider: provider.name, kind: provider.kind),
                hardening: model.hardening.isEmpty ? nil : model.hardening,
                content: model.content.map(ContentLevel.init), useCase: model.useCase)
        }
        return terms
    }

    static func limits(_ settings: Settings) -> ServerLimits {
        let limits = settings.limits
        return ServerLimits(
            head: HeadLimits(bytes: limits.head.bytes), body: limits.body.bytes, connections: limits.connections,
            headTimeout: TimeAmount(limits.headerTimeout), bodyTimeout: TimeAmount(limits.bodyTimeout),
            keepAlive: TimeAmount(limits.keepAlive), writeTimeout: .seconds(60))
    }
}

extension ContentLevel {
    fileprivate init(_ setting: Settings.Audit.Content) {
        self =
            switch setting {
            case .none: .none
            case .metadata: .metadata
            case .redacted: .redacted
            case .full: .full
            }
    }
}
