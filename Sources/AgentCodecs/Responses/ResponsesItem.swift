import Codecs
import Conversation
import Kernel

/// One item of a response's output, as it grows and when it is done.
struct ResponsesItem {
    enum Kind {
        case message, reasoning
        case call(ToolCall)
    }

    /// A part of a message.
    enum Content {
        case text(String, [Citation])
        case refusal(String)
    }

    let kind: Kind
    let id: String
    var contents: [Content] = []
    /// What was thought, and what only the provider can read of it.
    var summary = ""
    var encrypted: String?
    var status = "completed"

    init(_ kind: Kind, answer: String, index: Int) {
        self.kind = kind
        let characters = answer.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        switch kind {
        case .message: self.id = "msg_\(characters)_\(index)"
        case .reasoning: self.id = "rs_\(characters)_\(index)"
        case .call: self.id = "fc_\(characters)_\(index)"
        }
    }

    /// The items that the parts of an answer make: texts and refusals that follow each other share one message.
    static func items(_ parts: [Message.Part], _ answer: String, _ options: AnswerOptions) -> [ResponsesItem] {
        var items: [ResponsesItem] = []
        var calls = 0
        func message() -> Int {
            if let last = items.indices.last, case .message = items[last].kind { return last }
            items.append(ResponsesItem(.message, answer: answer, index: items.count))
            return items.count - 1
        }
        for part in parts {
            switch part {
            case .text(let text), .document(_, let text): items[message()].contents.append(.text(text, []))
            case .refusal(let text): items[message()].contents.append(.refusal(text))
            case .citation(let citation):
                let place = message()
                guard case .text(let text, let citations) = items[place].contents.last else { continue }
                items[place].contents[items[place].contents.count - 1] = .text(text, citations + [citation])
            case .thinking(let text, let signature):
                var item = ResponsesItem(.reasoning, answer: answer, index: items.count)
                item.summary = text
                item.encrypted = signature
                items.append(item)
            case .redactedThinking(let data):
                var item = ResponsesItem(.reasoning, answer: answer, index: items.count)
                item.encrypted = data
                items.append(item)
            case .toolCall(var call):
                if call.id.isEmpty { call.id = options.callID(calls, choice: 0) }
                if call.arguments.isEmpty { call.arguments = "{}" }
                calls += 1
                items.append(ResponsesItem(.call(call), answer: answer, index: items.count))
            case .image, .audio, .file, .toolResult, .cacheMarker: break
            }
        }
        return items
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", self.id)
            switch self.kind {
            case .message:
                json.member("type", "message")
                json.member("status", self.status)
                json.member("role", "assistant")
                json.array("content") { json in for content in self.contents { content.write(to: &json) } }
            case .reasoning:
                json.member("type", "reasoning")
                json.array("summary") { json in
                    if !self.summary.isEmpty { Self.writeSummary(self.summary, to: &json) }
                }
                json.member("encrypted_content", ifPresent: self.encrypted)
            case .call(let call):
                json.member("type", "function_call")
                json.member("status", self.status)
                json.member("call_id", call.id)
                json.member("name", call.name)
                json.member("arguments", call.arguments)
            }
        }
    }

    static func writeSummary(_ text: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "summary_text")
            json.member("text", text)
        }
    }
}

extension ResponsesItem.Content {
    func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .text(let text, let citations):
                json.member("type", "output_text")
                json.member("text", text)
                json.array("annotations") { json in
                    for citation in citations where citation.url != nil { Self.write(citation, to: &json) }
                }
                json.array("logprobs") { _ in }
            case .refusal(let text):
                json.member("type", "refusal")
                json.member("refusal", text)
            }
        }
    }

    /// Only places on the web have a form here.
    static func write(_ citation: Citation, to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "url_citation")
            json.member("start_index", (citation.place == .web ? citation.start : nil) ?? 0)
            json.member("end_index", (citation.place == .web ? citation.end : nil) ?? 0)
            json.member("url", citation.url ?? "")
            json.member("title", citation.title ?? "")
        }
    }

    static func citation(_ node: JSONView.Node, _ json: borrowing JSONView) -> Citation? {
        guard json.text("type", of: node) == "url_citation" else { return nil }
        return Citation(
            .web, url: json.text("url", of: node), title: json.text("title", of: node),
            start: json.integer("start_index", of: node), end: json.integer("end_index", of: node))
    }
}
