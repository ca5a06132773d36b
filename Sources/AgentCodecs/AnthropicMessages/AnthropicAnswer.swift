import Codecs
import Conversation
import Kernel

/// Reads a provider's whole answer.
enum AnthropicAnswerReader {
    static func answer(_ json: borrowing JSONView) throws(CodecError) -> ChatAnswer {
        if let failure = AnthropicErrors.failure(json, status: 200) {
            throw CodecError(.providerFailed, failure.message, failure: failure)
        }
        guard let content = json.value("content", of: json.root), json.kind(content) == .array else {
            throw CodecError(.missingField, "expected a list of blocks", at: "content")
        }
        var parts: [Message.Part] = []
        for block in json.elements(of: content) { parts += self.parts(json, block) }
        let stop = json.text("stop_reason", of: json.root).flatMap {
            StopReason(stopReason: $0, sequence: json.text("stop_sequence", of: json.root))
        }
        return ChatAnswer(
            id: json.text("id", of: json.root) ?? "", model: json.text("model", of: json.root) ?? "", parts: parts,
            stop: stop, usage: AnthropicMessages.usage(json))
    }

    /// A block as parts; none for what only Anthropic's own tools understand.
    private static func parts(_ json: borrowing JSONView, _ block: JSONView.Node) -> [Message.Part] {
        switch json.text("type", of: block) {
        case "text":
            guard let text = json.text("text", of: block), !text.isEmpty else { return [] }
            let citations = json.value("citations", of: block).map { json.elements(of: $0) } ?? []
            return [.text(text)] + citations.compactMap { AnthropicCitations.citation(json, $0).map { .citation($0) } }
        case "thinking":
            let signature = json.text("signature", of: block)
            return [
                .thinking(
                    json.text("thinking", of: block) ?? "", signature: signature?.isEmpty == true ? nil : signature)
            ]
        case "redacted_thinking": return [.redactedThinking(json.text("data", of: block) ?? "")]
        case "tool_use":
            return [
                .toolCall(
                    ToolCall(
                        id: json.text("id", of: block) ?? "", name: json.text("name", of: block) ?? "",
                        arguments: json.value("input", of: block).map { json.raw($0).text } ?? "{}"))
            ]
        default: return []
        }
    }
}

/// Writes a whole answer for a caller. The wire has room for one choice: the first.
enum AnthropicAnswerWriter {
    static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        let parts = answer.parts
        var json = JSONWriter(
            reserving: 512 + Conversation(messages: [Message(role: .assistant, parts: parts)]).estimatedBytes)
        let isCalling = parts.contains { if case .toolCall = $0 { true } else { false } }
        let stop = answer.stop ?? (isCalling ? .toolCalls : .end)
        json.object { json in
            json.member("id", answer.id.isEmpty ? "msg_\(options.exchange)" : answer.id)
            json.member("type", "message")
            json.member("role", "assistant")
            json.member("model", options.model ?? answer.model)
            json.array("content") { json in
                var call = 0
                for index in parts.indices { self.write(parts, index, &call, options, to: &json) }
            }
            json.member("stop_reason", stop.stopReason)
            json.member("stop_sequence", orNull: stop.sequence)
            json.name("usage")
            AnthropicUsage.write(answer.usage, to: &json)
        }
        return json.bytes
    }

    private static func write(
        _ parts: [Message.Part], _ index: Int, _ call: inout Int, _ options: AnswerOptions, to json: inout JSONWriter
    ) {
        switch parts[index] {
        case .text(let text), .refusal(let text), .document(_, let text):
            guard !text.isEmpty else { return }
            json.object { json in
                json.member("type", "text")
                json.member("text", text)
                self.writeCitations(behind: index, in: parts, to: &json)
            }
        case .thinking(let text, let signature):
            json.object { json in
                json.member("type", "thinking")
                json.member("thinking", text)
                json.member("signature", signature ?? "")
            }
        case .redactedThinking(let data):
            json.object { json in
                json.member("type", "redacted_thinking")
                json.member("data", data)
            }
        case .toolCall(let made):
            let id = made.id.isEmpty ? options.callID(call, choice: 0) : made.id
            call += 1
            json.object { json in
                json.member("type", "tool_use")
                json.member("id", id)
                json.member("name", made.name)
                self.writeInput(made.arguments, to: &json)
            }
        case .image, .audio, .file, .toolResult, .citation, .cacheMarker: break
        }
    }

    /// The input must be an object. What the model wrote and is none is handed over as what it is, under a name that no
    /// tool knows: a tool that runs with nothing instead of what was meant would be worse.
    private static func writeInput(_ arguments: String, to json: inout JSONWriter) {
        if arguments.isBlank {
            json.member("input", .emptyObject)
        } else if let input = JSONText(arguments), input.isObject {
            json.member("input", input)
        } else {
            json.object("input") { $0.member("unreadable_arguments", arguments) }
        }
    }

    private static func writeCitations(behind index: Int, in parts: [Message.Part], to json: inout JSONWriter) {
        guard index + 1 < parts.count, case .citation = parts[index + 1] else { return }
        json.array("citations") { json in
            for part in parts[(index + 1)...] {
                guard case .citation(let citation) = part else { return }
                AnthropicCitations.write(citation, to: &json)
            }
        }
    }
}
