package import Conversation
package import Kernel

/// Errors as OpenAI's chat completions and responses spell them.
package enum OpenAIErrors {
    package static func failure(status: Int) -> ModelFailure {
        ModelFailure(
            ModelFailure.Kind(status: status), message: "the model's provider answered with status \(status)")
    }

    /// Reads the `error` of a body or of a frame: an object, a bare string, or the members themselves. Nil where there is
    /// none.
    package static func failure(_ json: borrowing JSONView, status: Int) -> ModelFailure? {
        guard let error = json.value("error", of: json.root) else {
            // What some servers send for a status of their own.
            guard status >= 400, let message = json.text("message", of: json.root) ?? json.text("detail", of: json.root)
            else { return nil }
            return ModelFailure(ModelFailure.Kind(status: status), message: message)
        }
        if let message = json.text("error", of: json.root) {
            return ModelFailure(ModelFailure.Kind(status: status), message: message)
        }
        let type = json.text("type", of: error)
        let code = json.text("code", of: error) ?? json.integer("code", of: error).map(String.init)
        return ModelFailure(
            self.kind(type: type, code: code, status: status), code: code ?? type,
            message: json.text("message", of: error) ?? "the model's provider gave no reason",
            parameter: json.text("param", of: error))
    }

    /// Codes say more than types, and both say more than a status that was a success when the stream began.
    private static func kind(type: String?, code: String?, status: Int) -> ModelFailure.Kind {
        switch code {
        case "insufficient_quota", "billing_hard_limit_reached": return .quotaExhausted
        case "content_filter", "content_policy_violation": return .contentFiltered
        case "rate_limit_exceeded": return .rateLimited
        case "model_not_found": return .notFound
        case "context_length_exceeded": return .invalidRequest
        case "server_is_overloaded", "overloaded": return .overloaded
        default: break
        }
        if let code, let number = Int(code), (400..<600).contains(number) { return ModelFailure.Kind(status: number) }
        guard status < 400 else { return ModelFailure.Kind(status: status) }
        switch type {
        case "insufficient_quota": return .quotaExhausted
        case "rate_limit_error", "requests", "tokens": return .rateLimited
        case "invalid_request_error": return .invalidRequest
        case "authentication_error": return .authentication
        case "permission_error": return .permission
        case "not_found_error": return .notFound
        case "overloaded_error": return .overloaded
        case "timeout_error": return .timeout
        default: return .server
        }
    }

    /// What a caller is told: `{"error":{…}}`.
    package static func body(of error: WireError) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in json.object("error") { self.write(error, to: &$0) } }
        return json.bytes
    }

    private static func write(_ error: WireError, to json: inout JSONWriter) {
        json.member("message", error.message)
        json.member("type", self.type(of: error.kind))
        json.member("param", orNull: error.parameter)
        json.member("code", error.code)
        json.object("gatehouse") { json in
            json.member("exchange", error.exchange)
            for detail in error.details {
                json.name(detail.name)
                json.string(detail.value)
            }
        }
    }

    /// What the `error` event of a streamed response says: its clients read the members, those of other streams `error`.
    package static func writeFrame(_ error: WireError, to json: inout JSONWriter) {
        json.member("code", error.code)
        json.member("message", error.message)
        json.member("param", orNull: error.parameter)
        json.object("error") { json in
            json.member("type", self.type(of: error.kind))
            json.member("code", error.code)
            json.member("message", error.message)
            json.member("param", orNull: error.parameter)
        }
    }

    package static func type(of kind: ModelFailure.Kind) -> String {
        switch kind {
        case .invalidRequest, .authentication, .notFound, .conflict, .tooLarge, .contentFiltered:
            "invalid_request_error"
        case .permission: "permission_error"
        case .rateLimited: "rate_limit_error"
        case .billing, .quotaExhausted: "insufficient_quota"
        case .server, .timeout, .overloaded: "server_error"
        }
    }
}
