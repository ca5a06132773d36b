import Conversation
import Identity
import Providers
import Transport

/// An exchange that is not answered as asked: why, and what the caller is told in the shape of OpenAI's API.
///
/// The table of causes is the contract with SDKs (which status they retry, which class they raise): see `docs/errors.md`.
/// A class, because each async function that may throw one has room for it in its frame.
final class Refusal: Error, Sendable {
    /// How an exchange that ends this way counts.
    enum Outcome: Sendable {
        /// Policy said no.
        case blocked
        /// The request was not acceptable: key, limits, form.
        case refused
        /// Something behind us, or we, did not work.
        case failed
        /// The caller went away.
        case cancelled
    }

    /// What failed is a part of ours, or one that we need whoever answers.
    private static let ours: Set = ["audit_unavailable", "guard_unavailable", "policy_unavailable"]

    /// Whether it is the fault of the model's provider alone, so that another one may do.
    var isOfProvider: Bool {
        guard case .failed = self.outcome, !Self.ours.contains(self.code) else {
            return false
        }
        return self.status >= 500 || self.status == 429
    }

    let status: Int
    let type: StaticString
    let code: String
    let parameter: String?
    let message: String
    let outcome: Outcome
    /// Whether the same request may succeed later; SDKs obey `x-should-retry` before their own rules.
    let isRetryable: Bool
    /// Seconds to wait before the next try.
    let retryAfter: Int?
    /// What the event says in the place of `code`, where the caller is told less.
    let recordedCode: String?
    /// The method that would be right, where this one is wrong.
    let allowed: String?

    init(
        _ status: Int, _ type: StaticString, _ code: String, _ message: String, parameter: String? = nil,
        outcome: Outcome = .refused, isRetryable: Bool = false, retryAfter: Int? = nil, allowed: String? = nil,
        recordedCode: String? = nil
    ) {
        self.allowed = allowed
        self.recordedCode = recordedCode
        self.status = status
        self.type = type
        self.code = code
        self.parameter = parameter
        self.message = message
        self.outcome = outcome
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
    }
}

// MARK: Ours

extension Refusal {
    static func unknownRoute(_ path: String) -> Refusal {
        Refusal(
            404, "invalid_request_error", "unknown_route",
            "there is nothing at `\(path.prefix(200))`, expected a route such as /v1/chat/completions, /v1/messages or /v1/models"
        )
    }

    /// `allowed` is a list as `Allow` has it.
    static func wrongMethod(_ method: String, _ allowed: String) -> Refusal {
        Refusal(
            405, "invalid_request_error", "method_not_allowed", "`\(method)` is not allowed here, expected \(allowed)",
            allowed: allowed)
    }

    static let missingKey = Refusal(
        401, "invalid_request_error", "invalid_api_key",
        "no key was sent, expected `Authorization: Bearer gatehouse_…`")

    /// The same for unknown, expired and revoked keys: only the event says which, a stranger learns nothing.
    static func invalidKey(_ error: IdentityError) -> Refusal {
        Refusal(
            401, "invalid_request_error", "invalid_api_key", "the key is not valid: it is unknown, expired or revoked",
            recordedCode: error.code.recorded)
    }

    static let overloaded = Refusal(
        503, "server_error", "overloaded", "too many exchanges are in progress", outcome: .refused, isRetryable: true,
        retryAfter: 1)

    static let tooManyForKey = Refusal(
        429, "rate_limit_error", "rate_limit_exceeded", "too many exchanges of this key are in progress",
        isRetryable: true, retryAfter: 1)

    /// `wait` is how long it takes until one more may come.
    static func tooManyRequests(_ limit: Int, wait: Duration) -> Refusal {
        Refusal(
            429, "rate_limit_error", "rate_limit_exceeded", "this key may send \(limit) requests a minute",
            isRetryable: true,
            retryAfter: Int(min(max(wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0), 1), 60)))
    }

    static let ledgerFull = Refusal(
        503, "server_error", "audit_unavailable",
        "the event log cannot keep up, nothing is done that it could not record",
        outcome: .failed, isRetryable: true, retryAfter: 1)

    static let ledgerFailed = Refusal(
        503, "server_error", "audit_unavailable", "the event could not be recorded, so the answer is withheld",
        outcome: .failed, isRetryable: true, retryAfter: 1)

    static let startUnrecorded = Refusal(
        503, "server_error", "audit_unavailable",
        "the event log cannot be written, and nothing is sent to a provider that is not recorded",
        outcome: .failed, isRetryable: true, retryAfter: 1)

    static func unknownReceipt(_ index: Int64) -> Refusal {
        Refusal(
            404, "invalid_request_error", "receipt_not_found",
            "no checkpoint of the log covers a leaf \(index) about this key; a new one comes within seconds",
            isRetryable: true, retryAfter: 1)
    }

    static let logUnreadable = Refusal(
        503, "server_error", "audit_unavailable", "the event log cannot be read", outcome: .failed, isRetryable: true,
        retryAfter: 1)

    static let detectorFailed = Refusal(
        503, "server_error", "guard_unavailable", "the content could not be inspected, so it goes nowhere",
        outcome: .failed, isRetryable: true, retryAfter: 1)

    static func unclassified(_ name: String) -> Refusal {
        Refusal(
            503, "server_error", "guard_unavailable",
            "the detector `\(name)` could not judge the content, so it goes nowhere", outcome: .failed,
            isRetryable: true, retryAfter: 1)
    }

    static let policyUnavailable = Refusal(
        503, "server_error", "policy_unavailable",
        "the outside decision point could not be asked, so nothing is permitted",
        outcome: .failed, isRetryable: true, retryAfter: 1)

    static let cancelled = Refusal(
        499, "invalid_request_error", "client_closed_request", "the client closed the connection", outcome: .cancelled)

    static func unknownModel(_ alias: String) -> Refusal {
        Refusal(
            404, "invalid_request_error", "model_not_found",
            "there is no model `\(alias)` here; GET /v1/models lists those that there are", parameter: "model")
    }

    /// For a key that may use some models only, at a route that could use any.
    static let routeNotAllowed = Refusal(
        403, "permission_error", "model_not_allowed",
        "this key may use certain models only, and what is asked for names none")

    static let noPassingProvider = Refusal(
        404, "invalid_request_error", "unknown_route",
        "no provider here serves this route, expected one of kind openai or azure")

    static func unpriced(_ alias: String) -> Refusal {
        Refusal(
            400, "invalid_request_error", "model_unpriced",
            "the model `\(alias)` has no price, and what has none may not be used here", parameter: "model")
    }

    static func modelNotAllowed(_ alias: String) -> Refusal {
        Refusal(
            403, "permission_error", "model_not_allowed", "this key may not use the model `\(alias)`",
            parameter: "model")
    }

    static func blocked(_ message: String) -> Refusal {
        Refusal(400, "invalid_request_error", "content_policy_violation", message, outcome: .blocked)
    }

    static let remediesExhausted = Refusal(
        400, "invalid_request_error", "content_policy_violation",
        "policy still forbids the content after every remedy that it names", outcome: .blocked)

    convenience init(_ error: RequestError) {
        self.init(400, "invalid_request_error", error.code, error.message, parameter: error.parameter)
    }

    convenience init(_ refusal: RequestRefusal) {
        self.init(
            refusal.status, "invalid_request_error", refusal.code, refusal.message,
            outcome: refusal.status == 499 ? .cancelled : .refused)
    }
}

// MARK: The provider's

extension Refusal {
    private static func failed(
        _ status: Int, _ code: String, _ message: String, isRetryable: Bool = true, retryAfter: Int? = nil
    ) -> Refusal {
        Refusal(
            status, "server_error", code, message, outcome: .failed, isRetryable: isRetryable, retryAfter: retryAfter)
    }

    static func malformedAnswer(_ what: String) -> Refusal {
        self.failed(502, "upstream_malformed", "the model's provider sent \(what)")
    }

    /// What a provider said in place of an answer, or of its rest, read by a codec.
    static func provider(_ failure: ModelFailure, scrubbed: (String) -> String) -> Refusal {
        let status =
            switch failure.kind {
            case .invalidRequest, .contentFiltered: 400
            case .authentication, .permission: 401
            case .billing, .rateLimited, .quotaExhausted: 429
            case .notFound: 404
            case .conflict: 409
            case .tooLarge: 413
            case .timeout: 504
            case .overloaded: 503
            case .server: 500
            }
        return .upstream(
            status: status,
            UpstreamErrorBody(message: failure.message, code: failure.code, parameter: failure.parameter),
            retryAfter: nil, scrubbed: scrubbed)
    }

    /// There is no answer of a provider.
    static func unanswered(_ error: ProviderError) -> Refusal {
        switch error {
        case .unsupported(let error): Refusal(error)
        case .transport(let error): .transport(error)
        }
    }

    static func transport(_ error: TransportError) -> Refusal {
        switch error.code {
        case .cancelled, .clientGone: return .cancelled
        case .connectFailed, .tlsFailed:
            return self.failed(
                503, "no_healthy_upstream", "the model's provider cannot be reached: \(error)", retryAfter: 1)
        case .exhausted:
            return self.failed(503, "no_healthy_upstream", "the model's provider is busy: \(error)", retryAfter: 1)
        case .timedOut:
            return self.failed(504, "upstream_timeout", "the model's provider did not answer in time: \(error)")
        case .malformed: return self.malformedAnswer("what is not HTTP: \(error)")
        default:
            return self.failed(502, "upstream_closed", "the model's provider broke off: \(error)")
        }
    }

    /// An answer of the provider that is an error, told without what belongs to us alone.
    static func upstream(
        status: Int, _ body: UpstreamErrorBody?, retryAfter: String?, scrubbed: (String) -> String
    ) -> Refusal {
        let message = body.map { scrubbed($0.message) } ?? "the model's provider answered with status \(status)"
        let seconds = retryAfter.flatMap { Int($0) }.map { min(max($0, 1), 60) }
        switch status {
        case 401, 403:
            // Never as it is: the caller would take its own key for bad.
            return self.failed(
                502, "upstream_auth_failed", "the model's provider refused our credentials", isRetryable: false)
        case 400, 404, 409, 413, 415, 422:
            return Refusal(
                status == 404 ? 404 : (status == 413 ? 413 : 400), "invalid_request_error",
                scrubbed(body?.code ?? "upstream_rejected"), message, parameter: body?.parameter.map(scrubbed),
                outcome: .failed)
        case 402, 429:
            return Refusal(
                429, "rate_limit_error", scrubbed(body?.code ?? "rate_limit_exceeded"), message, outcome: .failed,
                isRetryable: true, retryAfter: seconds ?? 1)
        case 408, 504:
            return self.failed(504, "upstream_timeout", message)
        case 503, 529:
            return self.failed(503, "no_healthy_upstream", message, retryAfter: seconds ?? 1)
        default:
            return self.failed(502, "upstream_error", message)
        }
    }
}

extension IdentityError.Code {
    /// As events spell it.
    fileprivate var recorded: String {
        switch self {
        case .expiredKey: "expired_api_key"
        case .revokedKey: "revoked_api_key"
        default: "unknown_api_key"
        }
    }
}
