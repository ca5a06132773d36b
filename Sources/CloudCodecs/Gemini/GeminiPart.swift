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
