/// What a provider said in place of an answer, or of its rest.
package struct ModelFailure: Error, Hashable, Sendable {
    /// What all shapes have a word for.
    package enum Kind: String, Sendable, CaseIterable {
        case invalidRequest, authentication, billing, permission, notFound, conflict, tooLarge, rateLimited
        /// Credit or a hard budget is used up; waiting does not help.
        case quotaExhausted
        case contentFiltered
        case server, timeout, overloaded
    }

    package var kind: Kind
    /// The provider's own code, finer than the kind.
    package var code: String?
    package var message: String
    /// The field of the request that is wrong.
    package var parameter: String?

    package init(_ kind: Kind, code: String? = nil, message: String, parameter: String? = nil) {
        self.kind = kind
        self.code = code
        self.message = message
        self.parameter = parameter
    }

    /// Whether the same request may succeed later.
    package var isRetryable: Bool {
        switch self.kind {
        case .rateLimited, .server, .timeout, .overloaded: true
        case .invalidRequest, .authentication, .billing, .permission, .notFound, .conflict, .tooLarge, .quotaExhausted,
            .contentFiltered:
            false
        }
    }

    /// The failure as callers may be told: that our credentials were refused is no word about theirs.
    package var forCaller: ModelFailure {
        switch self.kind {
        case .authentication, .permission:
            ModelFailure(
                .server, code: "upstream_auth_failed", message: "the model's provider refused our credentials")
        default: self
        }
    }

    /// The stream of a provider that stopped in the middle.
    package static let truncated = ModelFailure(
        .server, code: "upstream_truncated", message: "the model's provider broke off: the answer is not complete")

    /// What cannot be read as the provider's shape; `what` says so without quoting it.
    package static func malformed(_ what: String) -> ModelFailure {
        ModelFailure(
            .server, code: "upstream_malformed", message: "the model's provider sent what cannot be read: \(what)")
    }
}
