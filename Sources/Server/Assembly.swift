import Audit
import Detection
import Framing
import Gateway
import Injection
import Kernel
import Metering
import NIOCore
import NIOSSL
import Policy
import Providers
import Screening
import Settings
import Synchronization
import Transport

/// Builds what the gateway runs on from what the settings say: the only place that knows both.
final class Assembly: Sendable {
    let clock: any WallClock
    /// Compiled patterns by the families they look for: a reload that does not change them costs nothing.
    private let compiled = Mutex<[Set<Finding.Kind>: PatternDatabase]>([:])

    init(clock: any WallClock) { self.clock = clock }

    /// - Throws: what TLS or the pattern compiler says.
    func configuration(
        _ settings: Settings, secrets: [String: Secret<String>], prices: PriceTable, policy: any DecisionPoint
    ) throws -> GatewayConfiguration {
        let providers = try self.providers(settings, secrets)
        let models = settings.models.compactMap { model in
            providers[model.provider].map {
                Model(
                    alias: model.name, provider: $0, providerModel: model.model ?? model.name,
                    maximumOutput: model.maxTokens.map { TokenCount($0) }, fallbacks: model.fallbacks)
            }
        }
        return GatewayConfiguration(
            models: ModelCatalog(models), terms: Self.terms(settings, prices),
            passing: settings.providers.filter(\.takesPassed).compactMap { providers[$0.name] }, policy: policy,
            requestPatterns: try self.patterns(settings.detectors.request),
            responsePatterns: try self.patterns(settings.detectors.response),
            screen: try self.screen(settings.detectors.request),
            admission: AdmissionLimits(
                total: settings.limits.concurrency, perKey: settings.limits.concurrencyPerKey),
            recordsBehind: settings.audit.durability == .asynchronous, fingerprint: settings.fingerprint)
    }

    private func patterns(_ families: [Settings.Detectors.Family]) throws -> PatternDatabase? {
        try self.database(Self.kinds(families).subtracting(Set<Finding.Kind>.family(.injection)))
    }

    /// How requests are read besides looking for patterns in them; nil where nothing asks for it.
    private func screen(_ families: [Settings.Detectors.Family]) throws -> Screen? {
        guard families.contains(.injection) || families.contains(.unicode) else { return nil }
        let looksForOrders = families.contains(.injection)
        return Screen(
            patterns: try self.patterns(families),
            phrases: looksForOrders ? try self.database(Set<Finding.Kind>.family(.injection)) : nil,
            injections: looksForOrders ? try InjectionDetector.embedded() : nil,
            looksForHiding: families.contains(.unicode))
    }

    private func database(_ kinds: Set<Finding.Kind>) throws -> PatternDatabase? {
        guard !kinds.isEmpty else { return nil }
        if let known = self.compiled.withLock({ $0[kinds] }) { return known }
        let database = try PatternDatabase(kinds: kinds)
        self.compiled.withLock { $0[kinds] = database }
        return database
    }

    /// The kinds of some families. Addresses of pages and plain days say who somebody is only where health is concerned.
    private static func kinds(_ families: [Settings.Detectors.Family]) -> Set<Finding.Kind> {
        var kinds = Set(
            Finding.Kind.allCases.filter { kind in families.contains { $0.finding == kind.family.rawValue } })
        if families.contains(.phi) {
            kinds.formUnion(Set<Finding.Kind>.family(.pii))
        } else {
            kinds.subtract([.url, .date])
        }
        return kinds
    }

    /// What policy knows of each model, and what it costs.
    private static func terms(_ settings: Settings, _ prices: PriceTable) -> [String: ModelTerms] {
        let book = settings.priceBook(prices)
        var terms: [String: ModelTerms] = [:]
        for model in settings.models {
            guard let provider = settings.provider(named: model.provider) else { continue }
            terms[model.name] = ModelTerms(
                facts: ModelFacts(
                    alias: model.name, provider: provider.name,
                    boundary: settings.boundary(of: provider) == .local ? .local : .external, region: model.region,
                    isApproved: model.isApproved, groups: model.groups),
                pricing: book.pricing(
                    of: model.model ?? model.name, provider: provider.name, kind: provider.kind))
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
