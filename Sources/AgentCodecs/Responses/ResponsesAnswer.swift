import Codecs
import Conversation
import Kernel

/// Reads a response: a provider's whole answer, or the one at the end of a stream.
enum ResponsesAnswerReader {
    static func answer(_ json: borrowing JSONView, _ root: JSONView.Node) throws(CodecError) -> ChatAnswer {
        if let failure = self.failure(json, root) {
            throw CodecError(.providerFailed, failure.message, failure: failure)
        }
        guard let output = json.value("output", of: root), json.kind(output) == .array else {
            throw CodecError(.missingField, "the provider's answer has no list of output", at: "output")
        }
        var parts: [Message.Part] = []
        for item in json.elements(of: output) { self.read(item, json, into: &parts) }
        return ChatAnswer(
            id: json.text("id", of: root) ?? "", model: json.text("model", of: root) ?? "",
            created: json.integer("created_at", of: root).map(Int64.init), parts: parts,
            stop: self.stop(json, root, parts),
            usage: json.value("usage", of: root).flatMap { ResponsesUsage.usage(json, $0) })
    }

    /// What the provider says went wrong; nil where nothing did.
    static func failure(_ json: borrowing JSONView, _ root: JSONView.Node) -> ModelFailure? {
        let status = json.text("status", of: root)
        guard let error = json.value("error", of: root) else {
            guard status == "failed" || status == "cancelled" else { return nil }
            return ModelFailure(.server, code: status, message: "the model's provider gave up")
        }
        let code = json.text("code", of: error)
        let kind: ModelFailure.Kind =
            switch code {
            case "rate_limit_exceeded": .rateLimited
            case "insufficient_quota": .quotaExhausted
            case "invalid_prompt", "context_length_exceeded": .invalidRequest
            case "content_filter", "content_policy_violation": .contentFiltered
            case "server_is_overloaded", "overloaded": .overloaded
            default: json.text("type", of: error) == "invalid_request_error" ? .invalidRequest : .server
            }
        return ModelFailure(
            kind, code: code, message: json.text("message", of: error) ?? "the model's provider gave no reason",
            parameter: json.text("param", of: error))
    }

    static func stop(_ json: borrowing JSONView, _ root: JSONView.Node, _ parts: [Message.Part]) -> StopReason? {
        switch json.text("status", of: root) {
        case "incomplete":
            let reason = json.value("incomplete_details", of: root).flatMap { json.text("reason", of: $0) }
            return reason == "content_filter" ? .contentFilter : .length
        case "completed", nil:
            if parts.contains(where: { if case .toolCall = $0 { true } else { false } }) { return .toolCalls }
            return parts.contains { if case .refusal = $0 { true } else { false } } ? .refusal : .end
        default: return nil
        }
    }

    private static func read(_ item: JSONView.Node, _ json: borrowing JSONView, into parts: inout [Message.Part]) {
        switch json.text("type", of: item) {
        case "message":
            for content in json.value("content", of: item).map({ json.elements(of: $0) }) ?? [] {
                if let refusal = json.text("refusal", of: content) {
                    parts.append(.refusal(refusal))
                } else if let text = json.text("text", of: content) {
                    parts.append(.text(text))
                    for annotation in json.value("annotations", of: content).map({ json.elements(of: $0) }) ?? [] {
                        if let citation = ResponsesItem.Content.citation(annotation, json) {
                            parts.append(.citation(citation))
                        }
                    }
                }
            }
        case "reasoning": if let part = self.thought(item, json) { parts.append(part) }
        case "function_call":
            parts.append(
                .toolCall(
                    ToolCall(
                        id: json.text("call_id", of: item) ?? "", name: json.text("name", of: item) ?? "",
                        arguments: json.text("arguments", of: item) ?? "")))
        default: break
        }
    }

    /// What an item of reasoning says; nil where it says nothing.
    static func thought(_ item: JSONView.Node, _ json: borrowing JSONView) -> Message.Part? {
        var texts: [String] = []
        for list in [json.value("summary", of: item), json.value("content", of: item)] {
            for part in list.map({ json.elements(of: $0) }) ?? [] {
                if let text = json.text("text", of: part), !text.isEmpty { texts.append(text) }
            }
        }
        let encrypted = json.text("encrypted_content", of: item)
        guard !texts.isEmpty else { return encrypted.map { .redactedThinking($0) } }
        return .thinking(texts.joined(separator: "\n\n"), signature: encrypted)
    }
}

/// Writes a response for a caller.
enum ResponsesAnswerWriter {
    static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        let id = self.id(answer.id, options)
        var json = JSONWriter(
            reserving: 1024 + Conversation(messages: [Message(role: .assistant, parts: answer.parts)]).estimatedBytes)
        var items = ResponsesItem.items(answer.parts, id, options)
        let hasRefused = answer.parts.contains { if case .refusal = $0 { true } else { false } }
        let stop = (answer.stop ?? .end).told(hasRefused: hasRefused)
        if stop.incompleteReason != nil, let last = items.indices.last { items[last].status = "incomplete" }
        self.write(
            Response(
                id: id, model: options.model ?? answer.model, created: answer.created ?? options.created,
                stop: stop, usage: answer.usage), to: &json
        ) { json in for item in items { item.write(to: &json) } }
        return json.bytes
    }

    static func id(_ id: String, _ options: AnswerOptions) -> String { id.isEmpty ? "resp_\(options.exchange)" : id }

    /// What a response says beside its output.
    struct Response {
        var id: String
        var model: String
        var created: Int64
        /// Nil while it is being written.
        var stop: StopReason?
        var failure: ModelFailure?
        var usage: TokenUsage?
    }

    static func write(
        _ response: Response, to json: inout JSONWriter, output: (inout JSONWriter) -> Void
    ) {
        let incomplete = response.stop?.incompleteReason
        let status = response.failure != nil ? "failed" : incomplete != nil ? "incomplete" : "completed"
        json.object { json in
            json.member("id", response.id)
            json.member("object", "response")
            json.member("created_at", response.created)
            json.member("status", response.stop == nil && response.failure == nil ? "in_progress" : status)
            json.member("background", false)
            if let failure = response.failure {
                json.object("error") { json in
                    json.member("code", failure.code ?? "server_error")
                    json.member("message", failure.message)
                }
            } else {
                json.member("error", orNull: nil)
            }
            if let incomplete {
                json.object("incomplete_details") { $0.member("reason", incomplete) }
            } else {
                json.member("incomplete_details", orNull: nil)
            }
            json.member("instructions", orNull: nil)
            json.object("metadata") { _ in }
            json.member("model", response.model)
            json.array("output", output)
            json.member("parallel_tool_calls", true)
            json.member("previous_response_id", orNull: nil)
            json.member("store", false)
            json.member("temperature", orNull: nil)
            json.member("tool_choice", "auto")
            json.array("tools") { _ in }
            json.member("top_p", orNull: nil)
            json.member("truncation", "disabled")
            json.name("usage")
            if let usage = response.usage { ResponsesUsage.write(usage, to: &json) } else { json.null() }
        }
    }
}
