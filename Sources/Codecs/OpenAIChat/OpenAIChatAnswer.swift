import Conversation
import Kernel

/// Reads a provider's whole answer.
enum OpenAIChatAnswerReader {
    static func answer(_ json: borrowing JSONView) throws(CodecError) -> ChatAnswer {
        if let failure = OpenAIErrors.failure(json, status: 200) {
            throw CodecError(.providerFailed, failure.message, failure: failure)
        }
        guard let choices = json.value("choices", of: json.root), json.kind(choices) == .array else {
            throw CodecError(.missingField, "expected a list of choices", at: "choices")
        }
        var answer = ChatAnswer(
            id: json.text("id", of: json.root) ?? "", model: json.text("model", of: json.root) ?? "",
            created: json.integer("created", of: json.root).map(Int64.init), choices: [],
            usage: OpenAIChat.usage(json))
        for choice in json.elements(of: choices) {
            let stop = json.text("finish_reason", of: choice).flatMap(StopReason.init(finishReason:))
            let message = json.value("message", of: choice)
            answer.choices.append(
                ChatAnswer.Choice(parts: message.map { self.parts(json, $0) } ?? [], stop: stop))
        }
        guard !answer.choices.isEmpty else {
            throw CodecError(.missingField, "the list is empty, expected a choice", at: "choices")
        }
        return answer
    }

    private static func parts(_ json: borrowing JSONView, _ message: JSONView.Node) -> [Message.Part] {
        var parts: [Message.Part] = []
        if let blocks = json.value("thinking_blocks", of: message) { parts = OpenAIThoughts.parts(json, blocks) }
        if parts.isEmpty, let text = self.thought(json, of: message) { parts.append(.thinking(text, signature: nil)) }
        if let content = json.value("content", of: message) {
            for text in self.texts(json, content) where !text.isEmpty { parts.append(.text(text)) }
        }
        if let annotations = json.value("annotations", of: message) {
            parts += self.citations(json, annotations).map { .citation($0) }
        }
        if let refusal = json.text("refusal", of: message), !refusal.isEmpty { parts.append(.refusal(refusal)) }
        if let calls = json.value("tool_calls", of: message) {
            for call in json.elements(of: calls) {
                guard let function = json.value("function", of: call) else { continue }
                parts.append(.toolCall(self.call(json, function, id: json.text("id", of: call) ?? "")))
            }
        } else if let function = json.value("function_call", of: message) {
            parts.append(.toolCall(self.call(json, function, id: "")))
        }
        return parts
    }

    /// What was thought, by either of the names that servers give it.
    static func thought(_ json: borrowing JSONView, of node: JSONView.Node) -> String? {
        let text = json.text("reasoning_content", of: node) ?? json.text("reasoning", of: node)
        return text?.isEmpty == true ? nil : text
    }

    private static func texts(_ json: borrowing JSONView, _ content: JSONView.Node) -> [String] {
        if let text = json.tape.string(content, in: json.bytes) { return [text] }
        return json.elements(of: content).compactMap { json.text("text", of: $0) }
    }

    /// The arguments should be a string; some servers write the object itself.
    static func arguments(_ json: borrowing JSONView, of function: JSONView.Node) -> String? {
        guard let node = json.value("arguments", of: function) else { return nil }
        return json.tape.string(node, in: json.bytes) ?? json.raw(node).text
    }

    private static func call(_ json: borrowing JSONView, _ function: JSONView.Node, id: String) -> ToolCall {
        ToolCall(
            id: id, name: json.text("name", of: function) ?? "", arguments: self.arguments(json, of: function) ?? "")
    }

    static func citations(_ json: borrowing JSONView, _ annotations: JSONView.Node) -> [Citation] {
        json.elements(of: annotations).compactMap { annotation in
            json.value("url_citation", of: annotation).map { citation in
                Citation(
                    .web, url: json.text("url", of: citation), title: json.text("title", of: citation),
                    start: json.integer("start_index", of: citation), end: json.integer("end_index", of: citation))
            }
        }
    }
}

/// Writes a whole answer for a caller.
enum OpenAIChatAnswerWriter {
    static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        var json = JSONWriter(
            reserving: 512
                + Conversation(messages: answer.choices.map { Message(role: .assistant, parts: $0.parts) })
                .estimatedBytes)
        json.object { json in
            json.member("id", answer.id.isEmpty ? "chatcmpl-\(options.exchange)" : answer.id)
            json.member("object", "chat.completion")
            json.member("created", answer.created ?? options.created)
            json.member("model", options.model ?? answer.model)
            json.member("system_fingerprint", orNull: nil)
            json.array("choices") { json in
                for (index, choice) in answer.choices.enumerated() {
                    json.object { json in self.write(choice, index, options, to: &json) }
                }
            }
            if let usage = answer.usage {
                json.name("usage")
                OpenAIUsage.write(usage, to: &json)
            }
        }
        return json.bytes
    }

    /// What a message says, gathered from the parts of a choice.
    private struct Gathered {
        var texts: [String] = []
        var thoughts = ""
        var blocks: [Message.Part] = []
        var isSigned = false
        var refusal: String?
        var calls: [ToolCall] = []
        var citations: [Citation] = []

        init(_ parts: [Message.Part]) {
            for part in parts {
                switch part {
                case .text(let text), .document(_, let text): self.texts.append(text)
                case .thinking(let text, let signature):
                    self.thoughts += text
                    self.blocks.append(part)
                    self.isSigned = self.isSigned || signature != nil
                case .redactedThinking:
                    self.blocks.append(part)
                    self.isSigned = true
                case .refusal(let text): self.refusal = (self.refusal ?? "") + text
                case .toolCall(let call): self.calls.append(call)
                case .citation(let citation): self.citations.append(citation)
                case .image, .audio, .file, .toolResult, .cacheMarker: break
                }
            }
        }
    }

    private static func write(
        _ choice: ChatAnswer.Choice, _ index: Int, _ options: AnswerOptions, to json: inout JSONWriter
    ) {
        let said = Gathered(choice.parts)
        json.member("index", index)
        json.object("message") { json in
            json.member("role", "assistant")
            let isSilent = said.texts.isEmpty && (!said.calls.isEmpty || said.refusal != nil)
            json.member("content", orNull: isSilent ? nil : said.texts.joined())
            json.member("refusal", orNull: said.refusal)
            if !said.thoughts.isEmpty { json.member("reasoning_content", said.thoughts) }
            if said.isSigned {
                json.array("thinking_blocks") { json in
                    for block in said.blocks { OpenAIThoughts.write(block, to: &json) }
                }
            }
            self.write(said.citations, to: &json)
            if !said.calls.isEmpty {
                json.array("tool_calls") { json in
                    for (number, call) in said.calls.enumerated() {
                        json.object { json in
                            let id = call.id.isEmpty ? options.callID(number, choice: index) : call.id
                            json.member("id", id)
                            json.member("type", "function")
                            json.object("function") { json in
                                json.member("name", call.name)
                                json.member("arguments", call.arguments.isEmpty ? "{}" : call.arguments)
                            }
                        }
                    }
                }
            }
        }
        json.member("logprobs", orNull: nil)
        json.member("finish_reason", (choice.stop ?? (said.calls.isEmpty ? .end : .toolCalls)).finishReason)
    }

    /// Only places on the web have a form here.
    static func write(_ citations: [Citation], to json: inout JSONWriter) {
        let places = citations.filter { $0.url != nil }
        guard !places.isEmpty else { return }
        json.array("annotations") { json in
            for place in places {
                json.object { json in
                    json.member("type", "url_citation")
                    json.object("url_citation") { json in
                        json.member("url", place.url ?? "")
                        json.member("title", place.title ?? "")
                        if place.place == .web {
                            json.member("start_index", ifPresent: place.start)
                            json.member("end_index", ifPresent: place.end)
                        }
                    }
                }
            }
        }
    }
}

extension AnswerOptions {
    /// An id for a call that the provider gave none.
    package func callID(_ call: Int, choice: Int) -> String {
        let characters = self.exchange.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return "call_\(characters)_\(choice)_\(call)"
    }
}
