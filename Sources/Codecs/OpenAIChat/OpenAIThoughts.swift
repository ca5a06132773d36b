import Conversation
import Kernel

/// Thoughts with their signatures as they travel beside OpenAI's fields: `thinking_blocks`, a list of
/// `{"type":"thinking","thinking":…,"signature":…}` and `{"type":"redacted_thinking","data":…}`.
enum OpenAIThoughts {
    static func parts(_ json: borrowing JSONView, _ node: JSONView.Node) -> [Message.Part] {
        var parts: [Message.Part] = []
        for block in json.elements(of: node) {
            if let data = json.text("data", of: block) {
                parts.append(.redactedThinking(data))
            } else if let text = json.text("thinking", of: block) {
                let signature = json.text("signature", of: block)
                parts.append(.thinking(text, signature: signature?.isEmpty == true ? nil : signature))
            }
        }
        return parts
    }

    static func write(_ part: Message.Part, to json: inout JSONWriter) {
        switch part {
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
        default: break
        }
    }
}
