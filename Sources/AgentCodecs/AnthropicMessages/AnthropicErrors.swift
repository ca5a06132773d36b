import Codecs
import Conversation
import Kernel

/// Errors as messages spell them.
enum AnthropicErrors {
    /// Reads an error body or the payload of an error frame; nil where it is none.
    static func failure(_ json: borrowing JSONView, status: Int) -> ModelFailure? {
        guard let error = json.value("error", of: json.root), json.kind(error) == .object else { return nil }
        let type = json.text("type", of: error)
        let code = json.value("details", of: error).flatMap { json.text("error_code", of: $0) }
        var kind = type.flatMap { self.kinds[$0] } ?? ModelFailure.Kind(status: status)
        if code == "enforced_spend_limit_reached" { kind = .quotaExhausted }
        return ModelFailure(
            kind, code: code ?? type, message: json.text("message", of: error) ?? "the provider gave no reason")
    }

    private static let kinds: [String: ModelFailure.Kind] = [
        "invalid_request_error": .invalidRequest, "authentication_error": .authentication, "billing_error": .billing,
        "permission_error": .permission, "not_found_error": .notFound, "conflict_error": .conflict,
        "request_too_large": .tooLarge, "rate_limit_error": .rateLimited, "api_error": .server,
        "timeout_error": .timeout, "overloaded_error": .overloaded,
    ]

    static func type(of kind: ModelFailure.Kind) -> String {
        switch kind {
        case .invalidRequest, .contentFiltered: "invalid_request_error"
        case .authentication: "authentication_error"
        case .billing: "billing_error"
        case .permission: "permission_error"
        case .notFound: "not_found_error"
        case .conflict: "conflict_error"
        case .tooLarge: "request_too_large"
        case .rateLimited, .quotaExhausted: "rate_limit_error"
        case .server: "api_error"
        case .timeout: "timeout_error"
        case .overloaded: "overloaded_error"
        }
    }

    /// What a caller is told: the body of an error answer and the payload of an error frame alike.
    static func body(of error: WireError) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("type", "error")
            json.object("error") { json in
                json.member("type", self.type(of: error.kind))
                json.member("message", error.message)
                json.object("details") { json in
                    // The code by which SDKs know that waiting is of no use.
                    json.member(
                        "error_code", error.kind == .quotaExhausted ? "enforced_spend_limit_reached" : error.code)
                    json.member("parameter", ifPresent: error.parameter)
                    for detail in error.details {
                        json.name(detail.name)
                        json.string(detail.value)
                    }
                }
            }
            json.member("request_id", error.exchange)
        }
        return json.bytes
    }
}
