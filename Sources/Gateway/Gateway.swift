// Gateway carries an exchange from its request to its answer: it asks detectors and policy, and does what they say.

package import Audit
package import Detection
package import Identity
package import Kernel
package import Metering
package import Policy
package import Providers
package import Screening
import Synchronization
package import Transport

/// Everything that the configuration decides, as one immutable value that event loops read and reloading replaces.
package struct GatewayConfiguration: Sendable {
    package var models: ModelCatalog
    /// What policy knows of each model and what it costs, by alias.
    package var terms: [String: ModelTerms]
    /// The providers that take what is passed on without naming a model; the first one unless the caller names another.
    package var passing: [any Provider]
    package var policy: any DecisionPoint
    /// What to look for in requests; nil where nothing is.
    package var requestPatterns: PatternDatabase?
    /// What to look for in answers; nil where nothing is.
    package var responsePatterns: PatternDatabase?
    /// How requests are read besides that; nil where patterns are all.
    package var screen: Screen?
    package var admission: AdmissionLimits
    /// Whether an exchange waits until its event is durable, or goes on and takes the risk.
    package var recordsBehind: Bool
    /// A short hash that events carry.
    package var fingerprint: String

    package init(
        models: ModelCatalog, terms: [String: ModelTerms], passing: [any Provider] = [], policy: any DecisionPoint,
        requestPatterns: PatternDatabase?,
        responsePatterns: PatternDatabase?, screen: Screen? = nil, admission: AdmissionLimits, recordsBehind: Bool,
        fingerprint: String
    ) {
        self.models = models
        self.terms = terms
        self.passing = passing
        self.policy = policy
        self.requestPatterns = requestPatterns
        self.responsePatterns = responsePatterns
        self.screen = screen
        self.admission = admission
        self.recordsBehind = recordsBehind
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

/// What policy knows of a model, and what it costs.
package struct ModelTerms: Sendable {
    package let facts: ModelFacts
    package let pricing: PriceBook.Pricing

    package init(facts: ModelFacts, pricing: PriceBook.Pricing) {
        self.facts = facts
        self.pricing = pricing
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
    }

    private let snapshot: Mutex<Snapshot>
    let recorder: Recorder
    let clock: any WallClock
    let admission = AdmissionGate()

    package init(
        configuration: GatewayConfiguration, keys: KeyRing, recorder: Recorder, clock: any WallClock
    ) {
        self.snapshot = Mutex(Snapshot(configuration: configuration, keys: keys))
        self.recorder = recorder
        self.clock = clock
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
