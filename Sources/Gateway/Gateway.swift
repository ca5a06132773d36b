// Gateway carries an exchange from its request to its answer: it asks detectors and policy, and does what they say.

package import Audit
package import Classifiers
package import Detection
package import Hardening
package import Identity
package import Kernel
package import Metering
package import Policy
package import Providers
package import Screening
package import Surrogates
import Synchronization
package import Transport

/// Everything that the configuration decides, as one immutable value that event loops read and reloading replaces.
package struct GatewayConfiguration: Sendable {
    package var models: ModelCatalog
    /// What policy knows of each model and what it costs, by alias.
    package var terms: [String: ModelTerms]
    /// The providers that take what is passed on without naming a model; the first one unless the caller names another.
    package var passing: [PassingProvider]
    package var policy: any DecisionPoint
    /// Who must permit, too, what `policy` permits; nil where nobody else is asked.
    package var outside: OutsidePolicy?
    /// What to look for in requests; nil where nothing is.
    package var requestPatterns: PatternDatabase?
    /// What to look for in answers; nil where nothing is.
    package var responsePatterns: PatternDatabase?
    /// Who is asked elsewhere about requests, and about whole answers.
    package var requestClassifiers: [ClassifierService]
    package var responseClassifiers: [ClassifierService]
    /// How requests are read besides that; nil where patterns are all.
    package var screen: Screen?
    /// How answers are read besides what patterns find in them as they are; nil where nothing is looked for.
    package var answerScreen: Screen?
    /// How long surrogates are kept for a conversation, and of how many; nil where each exchange has its own.
    package var conversations: ConversationMaps.Limits?
    package var admission: AdmissionLimits
    /// Whether an exchange waits until its event is durable, or goes on and takes the risk.
    package var recordsBehind: Bool
    /// How much of an exchange is sealed beside its leaf, where its model does not say.
    package var content: ContentLevel
    /// Bytes that are kept of a prompt, and of an answer, where they are.
    package var contentLimit: Int
    /// A short hash that events carry.
    package var fingerprint: String

    package init(
        models: ModelCatalog, terms: [String: ModelTerms], passing: [PassingProvider] = [],
        policy: any DecisionPoint, outside: OutsidePolicy? = nil, requestPatterns: PatternDatabase?,
        responsePatterns: PatternDatabase?, requestClassifiers: [ClassifierService] = [],
        responseClassifiers: [ClassifierService] = [], screen: Screen? = nil, answerScreen: Screen? = nil,
        conversations: ConversationMaps.Limits? = nil, admission: AdmissionLimits, recordsBehind: Bool,
        content: ContentLevel = .metadata,
        contentLimit: Int = 256 * 1024, fingerprint: String
    ) {
        self.models = models
        self.terms = terms
        self.passing = passing
        self.policy = policy
        self.outside = outside
        self.requestPatterns = requestPatterns
        self.responsePatterns = responsePatterns
        self.requestClassifiers = requestClassifiers
        self.responseClassifiers = responseClassifiers
        self.screen = screen
        self.answerScreen = answerScreen
        self.conversations = conversations
        self.admission = admission
        self.recordsBehind = recordsBehind
        self.content = content
        self.contentLimit = contentLimit
        self.fingerprint = fingerprint
    }

    /// The version of the detectors in force, as events carry it.
    var detectors: String {
        switch (self.requestPatterns, self.responsePatterns) {
        case (nil, nil): "none"
        case (let patterns?, nil), (nil, let patterns?): patterns.version.description
        case (let request?, let response?):
            request.version == response.version
                ? request.version.description : "\(request.version) \(response.version)"
        }
    }
}

/// What callers get to prove by that an exchange is in the log.
package struct Receipts: Sendable {
    /// The log's name.
    package let origin: String
    /// A proof that the leaf at this index is in the log (c2sp.org/tlog-proof), with the leaf itself, for whoever it is
    /// about; nil where there is no such leaf, or it is about somebody else.
    package let proof: @Sendable (_ index: Int64, _ principal: Principal) async throws(StoreError) -> [UInt8]?

    package init(
        origin: String,
        proof: @escaping @Sendable (_ index: Int64, _ principal: Principal) async throws(StoreError) -> [UInt8]?
    ) {
        self.origin = origin
        self.proof = proof
    }
}

/// What policy knows of a model, what it costs, and how its requests are hardened. A class, so that looking it up costs one
/// reference count.
package final class ModelTerms: Sendable {
    package let facts: ModelFacts
    package let pricing: PriceBook.Pricing
    /// What is done to its requests; nil for nothing.
    package let hardening: Hardening?
    /// How much of its exchanges is sealed; nil for what is the rule.
    package let content: ContentLevel?
    /// What it is used for, where what is sealed of that is kept for a time of its own.
    package let useCase: String?

    package init(
        facts: ModelFacts, pricing: PriceBook.Pricing, hardening: Hardening? = nil, content: ContentLevel? = nil,
        useCase: String? = nil
    ) {
        self.facts = facts
        self.pricing = pricing
        self.hardening = hardening
        self.content = content
        self.useCase = useCase
    }
}

/// A provider that takes what is passed on without naming a model, and what policy knows of it.
package struct PassingProvider: Sendable {
    package let provider: any Provider
    let facts: ModelFacts

    /// To policy it is all the models of the provider as one, `name/*`.
    package init(_ provider: any Provider, boundary: Boundary) {
        self.provider = provider
        self.facts = ModelFacts(alias: "\(provider.name)/*", provider: provider.name, boundary: boundary)
    }
}

/// The gateway of one process: what is in force, and what is under way.
package final class Gateway: Sendable {
    /// What is in force at one moment. A class, so that taking it costs one reference count.
    final class Snapshot: Sendable {
        let configuration: GatewayConfiguration
        let keys: KeyRing
        let detectors: String

        init(configuration: GatewayConfiguration, keys: KeyRing) {
            self.configuration = configuration
            self.keys = keys
            self.detectors = configuration.detectors
        }

        /// How much is sealed of an exchange with the model that was asked for, and for which use case, whoever answers in
        /// its place.
        func keeping(ofModel alias: String) -> KeptContent.Rule {
            let terms = self.configuration.terms[alias]
            return KeptContent.Rule(level: terms?.content ?? self.configuration.content, useCase: terms?.useCase)
        }
    }

    private let snapshot: Mutex<Snapshot>
    let recorder: Recorder
    let clock: any WallClock
    let receipts: Receipts?
    let admission = AdmissionGate()
    /// The surrogates of conversations.
    private let conversations: Mutex<ConversationMaps>

    /// Makes one; `receipts` is what callers get to prove by that an exchange is in the log.
    package init(
        configuration: GatewayConfiguration, keys: KeyRing, recorder: Recorder, clock: any WallClock,
        receipts: Receipts? = nil, conversationSecret: [UInt8] = []
    ) {
        self.receipts = receipts
        self.conversations = Mutex(ConversationMaps(secret: conversationSecret))
        self.snapshot = Mutex(Snapshot(configuration: configuration, keys: keys))
        self.recorder = recorder
        self.clock = clock
    }

    /// The surrogates of a conversation so far.
    func surrogates(
        of name: ConversationMaps.Name, at now: Timestamp, _ limits: ConversationMaps.Limits
    ) -> SurrogateMap? {
        self.conversations.withLock { $0.map(of: name, at: now, limits) }
    }

    /// Keeps the surrogates of a conversation for its next exchange.
    func keep(
        _ map: SurrogateMap, of name: ConversationMaps.Name, at now: Timestamp, _ limits: ConversationMaps.Limits
    ) {
        self.conversations.withLock { $0.keep(map, of: name, at: now, limits) }
    }

    var current: Snapshot { self.snapshot.withLock { $0 } }

    /// Puts another configuration in force for every exchange that begins from now on.
    package func replace(configuration: GatewayConfiguration) {
        self.snapshot.withLock { $0 = Snapshot(configuration: configuration, keys: $0.keys) }
    }

    /// Puts other keys in force for every exchange that begins from now on.
    package func replace(keys: KeyRing) {
        self.snapshot.withLock { $0 = Snapshot(configuration: $0.configuration, keys: keys) }
    }

    /// Puts other policies in force for every exchange that begins from now on.
    package func replace(policy: any DecisionPoint) {
        self.snapshot.withLock { snapshot in
            var configuration = snapshot.configuration
            configuration.policy = policy
            snapshot = Snapshot(configuration: configuration, keys: snapshot.keys)
        }
    }

    /// What policy knows of a model.
    package func facts(ofModel alias: String) -> ModelFacts? { self.current.configuration.terms[alias]?.facts }

    /// The keys in force.
    package var keys: KeyRing { self.current.keys }

    /// The exchanges under way now.
    package var exchangesUnderWay: Int { self.admission.total }

    /// The part of the gateway that serves one event loop.
    package func lane() -> some LoopHandler { Lane(gateway: self) }
}
