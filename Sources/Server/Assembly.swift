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
        let detectors = try self.detectors(settings.detectors)
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
            screen: detectors.screen,
            admission: AdmissionLimits(
                total: settings.limits.concurrency, perKey: settings.limits.concurrencyPerKey,
                requestsPerMinute: settings.limits.requestsPerMinute == 0 ? nil : settings.limits.requestsPerMinute),
            recordsBehind: settings.audit.durability == .asynchronous, content: ContentLevel(settings.audit.content),
            contentLimit: settings.audit.contentLimit.bytes, fingerprint: settings.fingerprint)
    }

    /// - Throws: `PatternError` and `RuleFileError`, which name the pattern, or the file and the rule.
    private func detectors(_ settings: Settings.Detectors) throws -> Detectors {
        let words = try settings.dictionaries.map { path in
            try CustomWords(name: Self.name(of: path), text: try Self.text(path), file: path)
        }
        let canaries = try settings.canaries.map { text in
            guard let canary = Canary(text) else {
                throw RuleFileError(
                    file: "detectors.canaries", line: 0,
                    message: "`\(text.prefix(4))…` is no mark of 12 to 64 letters, digits, - and _")
            }
            return canary
        }
        let request = try self.database(Self.kinds(settings.request), words, canaries)
        let response = try self.database(Self.kinds(settings.response), words, canaries)
        let rules = try settings.rules.map { path in
            try RuleDatabase(try RuleFile.rules(try Self.text(path), file: path), file: path)
        }
        let looksForOrders = settings.request.contains(.injection)
        let looksForNames = settings.request.contains(.names)
        let looksForHiding = settings.request.contains(.unicode)
        guard looksForOrders || looksForNames || looksForHiding || !rules.isEmpty else {
            return Detectors(request: request, response: response, screen: nil)
        }
        let screen = Screen(
            patterns: request,
            phrases: looksForOrders ? try self.database(Set<Finding.Kind>.family(.injection), [], []) : nil,
            injections: looksForOrders ? try InjectionDetector.embedded() : nil,
            names: looksForNames ? try EntityRecogniser.embedded() : nil, rules: rules, looksForHiding: looksForHiding)
        return Detectors(request: request, response: response, screen: screen)
    }

    private struct Detectors {
        let request: PatternDatabase?
        let response: PatternDatabase?
        let screen: Screen?
    }

    private static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RuleFileError(file: path, line: 0, message: "the file cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// A file's name without its folder and ending.
    private static func name(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.prefix { $0 != "." })
    }

    private func database(
        _ kinds: Set<Finding.Kind>, _ words: [CustomWords], _ canaries: [Canary]
    ) throws -> PatternDatabase? {
        guard !kinds.isEmpty || !words.isEmpty || !canaries.isEmpty else { return nil }
        let isOwn = !words.isEmpty || !canaries.isEmpty
        if !isOwn, let known = self.compiled.withLock({ $0[kinds] }) { return known }
        let database = try PatternDatabase(kinds: kinds, words: words, canaries: canaries)
        if !isOwn { self.compiled.withLock { $0[kinds] = database } }
        return database
    }

    /// The kinds of some families. Addresses of pages and plain days say who somebody is only where health is concerned.
    private static func kinds(_ families: [Settings.Detectors.Family]) -> Set<Finding.Kind> {
        var kinds = Set(
            Finding.Kind.allCases.filter { kind in families.contains { $0.finding == kind.family.rawValue } })
        kinds.subtract(Set<Finding.Kind>.family(.injection))
        if families.contains(.phi) {
            kinds.formUnion(Set<Finding.Kind>.family(.pii))
        } else {
            kinds.subtract([.url, .date])
        }
        if !families.contains(.pii), !families.contains(.phi) { kinds.subtract(Set<Finding.Kind>.family(.pii)) }
        return kinds
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
                content: model.content.map(ContentLevel.init))
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
