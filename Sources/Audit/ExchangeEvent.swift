package import Conversation
package import Kernel

/// What is remembered of one exchange. Its written form never holds text of the prompt or the answer, nor a value that was
/// found; what was said is sealed apart (`content`), as far as `level` wants that.
package struct ExchangeEvent: Hashable, Sendable {
    /// What was asked for.
    package enum Act: String, Sendable, CaseIterable {
        case chatCompletion = "chat.completions"
        case responses
        case messages
        case generateContent = "generate_content"
        case tokenCount = "count_tokens"
        case embedding = "embeddings"
        case models
        /// The proof that an exchange is in the log.
        case receipt = "receipts"
        /// A route of OpenAI's API that is passed on as it is: images, audio, files, batches and the like.
        case passed = "passthrough"
        /// Refused before it was clear what was asked for.
        case unknown
    }

    /// How it ended.
    package enum Outcome: String, Sendable, CaseIterable {
        /// The whole answer was sent.
        case answered
        /// Policy forbade it, on the way in or out.
        case blocked
        /// We would not take it: not recognised, over a limit, not a request that we understand.
        case refused
        /// The provider or we could not do it.
        case failed
        /// The caller went away.
        case cancelled
        /// A part of the answer was sent and the rest could not be.
        case truncated
    }

    /// Which half of the exchange.
    package enum Stage: String, Sendable, CaseIterable {
        case request, response
    }

    /// Of texts that come from outside, at most this many bytes are kept.
    package static let longestText = 256

    /// How a text that comes from outside is kept: cut, and without zero bytes, at which databases stumble.
    package static func kept(_ text: String) -> String {
        let text = text.cut(to: Self.longestText)
        let bytes = text.utf8Span.span
        guard bytes.indices.contains(where: { bytes[$0] == 0 }) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }

    /// Made at `startedAt`: events are searched by the time in their ids.
    package let id: Identifier<Exchange>
    package let startedAt: Timestamp
    package let duration: Duration
    /// Who asked; nil where nobody was recognised.
    package let principal: Principal?
    package let operation: Act
    /// The model's alias as the caller wrote it, whether there is such a model or not: text of a stranger.
    package let model: String?
    package let provider: String?
    package let deployment: String?
    /// The model that answered, by its provider's account.
    package let servedModel: String?
    package let isStreamed: Bool
    package let outcome: Outcome
    /// The HTTP status that was sent; 499 where the client had gone before one was.
    package let status: Int
    /// The error's stable code, such as `invalid_api_key`.
    package let code: String?
    package let findings: [FindingCount]
    package let decisions: [DecisionRecord]
    package let usage: TokenUsage?
    /// What the usage costs by the price table in force; nil where nothing is charged or nothing was used.
    package let cost: Microdollars?
    package let requestBytes: Int
    package let responseBytes: Int
    /// How many times a provider was called for it.
    package let attempts: Int
    /// How the request was hardened before a model read it, such as `delimit:2`: in two texts.
    package let transformations: [String]
    /// A short hash of the configuration in force.
    package let configuration: String
    /// The version of the set of detectors in force.
    package let detectors: String
    /// The hash of the bundle of policies in force.
    package let bundle: String?
    /// The index of the leaf of its start, where it has one.
    package let start: Int64?
    /// How much of it is sealed.
    package let level: ContentLevel
    package let content: [ExchangeContent]
    /// What the model that was asked is used for; it decides how long what is sealed can be read, and is not written.
    package let useCase: String?

    package init(
        id: Identifier<Exchange>, startedAt: Timestamp, duration: Duration, principal: Principal?, operation: Act,
        model: String? = nil, provider: String? = nil, deployment: String? = nil, servedModel: String? = nil,
        isStreamed: Bool = false, outcome: Outcome, status: Int, code: String? = nil, findings: [FindingCount] = [],
        decisions: [DecisionRecord] = [], usage: TokenUsage? = nil, cost: Microdollars? = nil,
        requestBytes: Int, responseBytes: Int,
        attempts: Int = 0, transformations: [String] = [], configuration: String, detectors: String,
        bundle: String? = nil, start: Int64? = nil, level: ContentLevel = .metadata, content: [ExchangeContent] = [],
        useCase: String? = nil
    ) {
        self.id = id
        self.startedAt = startedAt
        self.duration = duration
        self.principal = principal
        self.operation = operation
        self.model = model.map(Self.kept)
        self.provider = provider
        self.deployment = deployment
        self.servedModel = servedModel.map(Self.kept)
        self.isStreamed = isStreamed
        self.outcome = outcome
        self.status = status
        self.code = code
        self.findings = findings
        self.decisions = decisions
        self.usage = usage
        self.cost = cost
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
        self.attempts = attempts
        self.transformations = transformations
        self.configuration = configuration
        self.detectors = detectors
        self.bundle = bundle
        self.start = start
        self.level = level
        self.content = content
        self.useCase = useCase
    }
}

/// How often detectors found one kind of thing in one half of an exchange; where and what it was is not kept.
package struct FindingCount: Hashable, Sendable {
    package let stage: ExchangeEvent.Stage
    /// The finding's kind, such as `card_number`.
    package let kind: String
    package let count: Int

    package init(stage: ExchangeEvent.Stage, kind: String, count: Int) {
        self.stage = stage
        self.kind = kind
        self.count = count
    }
}

/// One answer of the policy, and why.
package struct DecisionRecord: Hashable, Sendable {
    package enum Effect: String, Sendable, CaseIterable {
        case permit, forbid
    }

    package let stage: ExchangeEvent.Stage
    package let effect: Effect
    /// What would turn, or did turn, a forbid into a permit, such as `redact`.
    package let remedy: String?
    /// The ids of the policies that determined the effect.
    package let policies: [String]
    /// What was asked and what was answered, as JSON that `Policy` reads again; nil in events of older versions.
    package let question: String?
    package let decision: String?

    package init(
        stage: ExchangeEvent.Stage, effect: Effect, remedy: String? = nil, policies: [String], question: String? = nil,
        decision: String? = nil
    ) {
        self.question = question
        self.decision = decision
        self.stage = stage
        self.effect = effect
        self.remedy = remedy
        self.policies = policies
    }
}
