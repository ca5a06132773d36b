import Codecs
import Conversation
import Kernel

/// Parts that are written the same in requests and answers.
enum GeminiPart {
    static func write(_ part: Message.Part, to json: inout JSONWriter) {
        switch part {
        case .text(let text), .document(_, let text), .refusal(let text):
            json.object { $0.member("text", text) }
        case .thinking(let text, let signature):
            json.object { json in
                json.member("text", text)
                // A signature alone belongs to what was said, not thought.
                if !text.isEmpty || signature == nil { json.member("thought", true) }
                json.member("thoughtSignature", ifPresent: GeminiSignature.sendable(signature))
            }
        case .redactedThinking(let data):
            guard GeminiSignature.sendable(data) != nil else { return }
            json.object { json in
                json.member("text", "")
                json.member("thought", true)
                json.member("thoughtSignature", data)
            }
        case .toolCall(let call): self.write(call, id: SignedCallID.split(call.id).id, to: &json)
        case .image(let media), .audio(let media), .file(let media):
            if case .base64(let data) = media.source {
                self.write(data, media.mediaType ?? "application/octet-stream", to: &json)
            }
        case .toolResult, .citation, .cacheMarker: break
        }
    }

    static func write(_ data: String, _ type: String, to json: inout JSONWriter) {
        json.object { json in
            json.object("inlineData") { json in
                json.member("mimeType", type)
                json.member("data", data)
            }
        }
    }

    /// A call, whose arguments must be an object: what is none is handed over inside one.
    static func write(_ call: ToolCall, id: String?, to json: inout JSONWriter) {
        json.object { json in
            json.object("functionCall") { json in
                if let id, !id.isEmpty { json.member("id", id) }
                json.member("name", call.name)
                if call.arguments.isBlank {
                    json.member("args", .emptyObject)
                } else if let arguments = JSONText(call.arguments), arguments.isObject {
                    json.member("args", arguments.onOneLine)
                } else {
                    json.object("args") { $0.member("unreadable_arguments", call.arguments) }
                }
            }
            let signature = call.signature ?? SignedCallID.split(call.id).signature
            json.member("thoughtSignature", ifPresent: GeminiSignature.sendable(signature))
        }
    }
}

/// The usage object. Its prompt tokens include what came from the cache; its candidates do not include thoughts.
enum GeminiUsage {
    static func usage(_ json: borrowing JSONView, _ node: JSONView.Node) -> TokenUsage? {
        guard json.kind(node) == .object, let input = json.tokens("promptTokenCount", of: node) else { return nil }
        let thoughts = json.tokens("thoughtsTokenCount", of: node) ?? 0
        return TokenUsage(
            input: input + (json.tokens("toolUsePromptTokenCount", of: node) ?? 0),
            output: (json.tokens("candidatesTokenCount", of: node) ?? 0) + thoughts,
            cached: json.tokens("cachedContentTokenCount", of: node) ?? 0, reasoning: thoughts,
            audioInput: self.audio(json, "promptTokensDetails", of: node),
            audioOutput: self.audio(json, "candidatesTokensDetails", of: node), source: .reported)
    }

    private static func audio(
        _ json: borrowing JSONView, _ name: StaticString, of node: JSONView.Node
    ) -> TokenCount {
        for detail in json.value(name, of: node).map({ json.elements(of: $0) }) ?? []
        where json.text("modality", of: detail) == "AUDIO" {
            return json.tokens("tokenCount", of: detail) ?? 0
        }
        return 0
    }

    /// Clients stumble where there is none, so what nobody counted is told as nothing.
    static func write(_ usage: TokenUsage?, to json: inout JSONWriter) {
        let usage = usage ?? TokenUsage(input: 0, output: 0, source: .estimated)
        json.object("usageMetadata") { json in
            json.member("promptTokenCount", usage.input.value)
            json.member("candidatesTokenCount", max(0, usage.output.value - usage.reasoning.value))
            json.member("totalTokenCount", (usage.input + usage.output).value)
            if usage.reasoning > 0 { json.member("thoughtsTokenCount", usage.reasoning.value) }
            if usage.cached > 0 { json.member("cachedContentTokenCount", usage.cached.value) }
            self.write("promptTokensDetails", audio: usage.audioInput, of: usage.input, to: &json)
            self.write("candidatesTokensDetails", audio: usage.audioOutput, of: usage.output, to: &json)
        }
    }

    private static func write(
        _ name: StaticString, audio: TokenCount, of all: TokenCount, to json: inout JSONWriter
    ) {
        guard audio > 0 else { return }
        json.array(name) { json in
            json.object { json in
                json.member("modality", "TEXT")
                json.member("tokenCount", max(0, all.value - audio.value))
            }
            json.object { json in
                json.member("modality", "AUDIO")
                json.member("tokenCount", audio.value)
            }
        }
    }
}
