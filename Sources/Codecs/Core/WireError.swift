package import Conversation

/// What a caller is told in place of an answer; each shape has its own envelope for it.
package struct WireError: Error, Hashable, Sendable {
    package var kind: ModelFailure.Kind
    /// A code of our own or the provider's, such as `rate_limit_exceeded`.
    package var code: String
    package var message: String
    package var parameter: String?
    /// The exchange's id.
    package var exchange: String
    /// The status where it is not the kind's.
    package var ownStatus: Int?
    /// More that OpenAI's envelope tells in `gatehouse`: names and values.
    package var details: [Detail]

    package struct Detail: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        _ kind: ModelFailure.Kind, code: String, message: String, parameter: String? = nil, exchange: String,
        status: Int? = nil, details: [Detail] = []
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.parameter = parameter
        self.exchange = exchange
        self.ownStatus = status
        self.details = details
    }

    package init(_ failure: ModelFailure, exchange: String) {
        self.init(
            failure.kind, code: failure.code ?? Self.code(of: failure.kind), message: failure.message,
            parameter: failure.parameter, exchange: exchange)
    }

    package init(_ error: CodecError, exchange: String) {
        self.init(
            .invalidRequest, code: error.code.name, message: error.description, parameter: error.path,
            exchange: exchange)
    }

    /// The HTTP status in a shape. Only Anthropic's has one of its own for being overloaded.
    package func status(in shape: WireShape) -> Int {
        if self.kind == .overloaded, shape == .anthropicMessages { return 529 }
        return self.ownStatus ?? Self.status(of: self.kind)
    }

    private static func status(of kind: ModelFailure.Kind) -> Int {
        switch kind {
        case .invalidRequest, .contentFiltered: 400
        case .authentication: 401
        case .billing: 402
        case .permission: 403
        case .notFound: 404
        case .conflict: 409
        case .tooLarge: 413
        case .rateLimited, .quotaExhausted: 429
        case .server: 502
        case .overloaded: 503
        case .timeout: 504
        }
    }

    private static func code(of kind: ModelFailure.Kind) -> String {
        switch kind {
        case .invalidRequest: "upstream_rejected"
        case .authentication: "invalid_api_key"
        case .billing, .quotaExhausted: "insufficient_quota"
        case .permission: "permission_denied"
        case .notFound: "not_found"
        case .conflict: "conflict"
        case .tooLarge: "request_too_large"
        case .rateLimited: "rate_limit_exceeded"
        case .contentFiltered: "content_filter"
        case .server: "upstream_error"
        case .timeout: "upstream_timeout"
        case .overloaded: "no_healthy_upstream"
        }
    }
}

extension ModelFailure.Kind {
    /// What a status means where the body does not say more.
    package init(status: Int) {
        switch status {
        case 401: self = .authentication
        case 402: self = .billing
        case 403: self = .permission
        case 404: self = .notFound
        case 408, 504: self = .timeout
        case 409: self = .conflict
        case 413: self = .tooLarge
        case 429: self = .rateLimited
        case 503, 529: self = .overloaded
        case 400..<500: self = .invalidRequest
        default: self = .server
        }
    }
}
