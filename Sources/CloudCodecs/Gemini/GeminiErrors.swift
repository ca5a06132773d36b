import Codecs
import Conversation
import Kernel

/// Errors as Google's APIs spell them: `{"error":{"code":…,"message":…,"status":…,"details":[…]}}`.
enum GeminiErrors {
    static func failure(status: Int, _ body: Span<UInt8>) -> ModelFailure {
        // A stream that was asked for as an array brings its error in one.
        if let tape = try? JSONTape(body) {
            let json = JSONView(tape, body)
            for node in [json.root] + json.elements(of: json.root) {
                if let failure = self.failure(json, node, status: status) { return failure }
            }
        }
        return ModelFailure(
            ModelFailure.Kind(status: status), message: "the model's provider answered with status \(status)")
    }

    /// Reads the `error` of an object; nil where there is none.
    static func failure(_ json: borrowing JSONView, _ node: JSONView.Node, status: Int) -> ModelFailure? {
        guard json.kind(node) == .object, let error = json.value("error", of: node) else { return nil }
        let name = json.text("status", of: error)
        let details = json.value("details", of: error).map { json.elements(of: $0) } ?? []
        let reason = details.compactMap { json.text("reason", of: $0) }.first
        let violation = details.compactMap { json.value("fieldViolations", of: $0) }.first
            .flatMap { json.elements(of: $0).first }
        var kind = name.flatMap(self.kind) ?? ModelFailure.Kind(status: json.integer("code", of: error) ?? status)
        // A key that is wrong is a bad request to Google.
        if reason == "API_KEY_INVALID" || reason == "API_KEY_SERVICE_BLOCKED" { kind = .authentication }
        return ModelFailure(
            kind, code: reason ?? name, message: json.text("message", of: error) ?? "the provider gave no reason",
            parameter: violation.flatMap { json.text("field", of: $0) })
    }

    private static func kind(_ status: String) -> ModelFailure.Kind? {
        switch status {
        case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE": .invalidRequest
        case "UNAUTHENTICATED": .authentication
        case "PERMISSION_DENIED": .permission
        case "NOT_FOUND": .notFound
        case "ABORTED", "ALREADY_EXISTS": .conflict
        case "RESOURCE_EXHAUSTED": .rateLimited
        case "UNAVAILABLE": .overloaded
        case "DEADLINE_EXCEEDED": .timeout
        case "INTERNAL", "UNKNOWN", "DATA_LOSS", "UNIMPLEMENTED": .server
        default: nil
        }
    }

    private static func status(of error: WireError) -> String {
        switch error.kind {
        case .invalidRequest, .tooLarge, .contentFiltered: "INVALID_ARGUMENT"
        case .authentication: "UNAUTHENTICATED"
        case .permission: "PERMISSION_DENIED"
        case .billing: "FAILED_PRECONDITION"
        case .notFound: "NOT_FOUND"
        case .conflict: "ABORTED"
        case .rateLimited, .quotaExhausted: "RESOURCE_EXHAUSTED"
        // What is ours and passes, such as a log that cannot be written, comes with 503 as well.
        case .server: error.status(in: .gemini) == 503 ? "UNAVAILABLE" : "INTERNAL"
        case .overloaded: "UNAVAILABLE"
        case .timeout: "DEADLINE_EXCEEDED"
        }
    }

    /// What a caller is told.
    static func body(of error: WireError) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.object("error") { json in
                json.member("code", error.status(in: .gemini))
                json.member("message", error.message)
                json.member("status", self.status(of: error))
                json.array("details") { json in
                    json.object { json in
                        json.member("@type", "type.googleapis.com/google.rpc.ErrorInfo")
                        json.member("reason", error.code)
                        json.member("domain", "gatehouse")
                        json.object("metadata") { json in
                            json.member("exchange", error.exchange)
                            for detail in error.details {
                                json.name(detail.name)
                                json.string(detail.value)
                            }
                        }
                    }
                    if let parameter = error.parameter {
                        json.object { json in
                            json.member("@type", "type.googleapis.com/google.rpc.BadRequest")
                            json.array("fieldViolations") { json in
                                json.object { $0.member("field", parameter) }
                            }
                        }
                    }
                }
            }
        }
        return json.bytes
    }
}
