package import Kernel

/// What the configuration knows of the upstream that a request is written for.
package struct EncodingOptions: Hashable, Sendable {
    /// How a JSON schema for the answer reaches models.
    package enum StructuredOutput: Hashable, Sendable {
        /// The shape's own field.
        case native
        /// As a tool that must be called; its arguments become the answer's text again. For models without the field.
        case tool
    }

    /// How models of Anthropic's shape are told to think.
    package enum ThinkingStyle: Hashable, Sendable {
        /// `budget_tokens`, for models that count.
        case budget
        /// `adaptive` with an effort, for newer ones.
        case adaptive
    }

    /// What the upstream calls the model.
    package var model: String
    /// The bound on the output where the caller sets none and the shape requires one.
    package var defaultMaximumOutput: TokenCount
    /// Whether temperature, top-p and top-k may be sent (Anthropic's version 2026-10-21 refuses them).
    package var takesSampling: Bool
    package var structuredOutput: StructuredOutput
    package var thinkingStyle: ThinkingStyle
    /// Whether the server knows `max_completion_tokens`; older ones of OpenAI's shape only know `max_tokens`.
    package var usesMaxCompletionTokens: Bool
    /// Whether the upstream may be sent addresses of images and documents to fetch.
    package var allowsRemoteMedia: Bool

    package init(
        model: String, defaultMaximumOutput: TokenCount = 4096, takesSampling: Bool = true,
        structuredOutput: StructuredOutput = .native, thinkingStyle: ThinkingStyle = .budget,
        usesMaxCompletionTokens: Bool = true, allowsRemoteMedia: Bool = true
    ) {
        self.model = model
        self.defaultMaximumOutput = defaultMaximumOutput
        self.takesSampling = takesSampling
        self.structuredOutput = structuredOutput
        self.thinkingStyle = thinkingStyle
        self.usesMaxCompletionTokens = usesMaxCompletionTokens
        self.allowsRemoteMedia = allowsRemoteMedia
    }
}

/// A request as the provider gets it.
package struct EncodedRequest: Hashable, Sendable {
    package var body: [UInt8]
    /// What the caller asked for and the provider is not asked for, each once: names of the caller's fields
    /// (`logit_bias`), or of fields and what became of them (`temperature: clamped to 1`).
    package var dropped: [String]
    /// What must be undone in the answer.
    package var restoration: AnswerRestoration

    package init(body: [UInt8], dropped: [String] = [], restoration: AnswerRestoration = AnswerRestoration()) {
        self.body = body
        self.dropped = dropped
        self.restoration = restoration
    }
}

/// What the path knows of an answer that is written for a caller.
package struct AnswerOptions: Hashable, Sendable {
    /// The name of the model that the caller is told; nil is the provider's own.
    package var model: String?
    /// Seconds since 1970, for shapes that say when an answer was made.
    package var created: Int64
    /// The exchange's id: the answer's where the provider gives none, and in errors.
    package var exchange: String
    /// Whether the caller of a stream asked for its usage (shapes that always tell it ignore this).
    package var includesUsage: Bool

    package init(model: String? = nil, created: Int64, exchange: String, includesUsage: Bool = true) {
        self.model = model
        self.created = created
        self.exchange = exchange
        self.includesUsage = includesUsage
    }
}
