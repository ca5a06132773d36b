import Codecs
import Conversation
import Kernel

/// Blocks of content, as messages and answers have them.
enum BedrockBlock {
    static func write(_ part: Message.Part, to json: inout JSONWriter) {
        switch part {
        case .text(let text), .refusal(let text), .document(_, let text): json.object { $0.member("text", text) }
        case .thinking(let text, let signature):
            json.object { json in
                json.object("reasoningContent") { json in
                    json.object("reasoningText") { json in
                        json.member("text", text)
                        json.member("signature", ifPresent: signature)
                    }
                }
            }
        case .redactedThinking(let data):
            json.object { json in json.object("reasoningContent") { $0.member("redactedContent", data) } }
        case .toolCall(let call):
            let input = JSONText(call.arguments)
            json.object { json in
                json.object("toolUse") { json in
                    json.member("toolUseId", call.id)
                    json.member("name", call.name)
                    json.member("input", input?.isObject == true ? input ?? .emptyObject : .emptyObject)
                }
            }
        case .image, .audio, .file, .toolResult, .citation, .cacheMarker: break
        }
    }

    /// Appends what a block of an answer says.
    static func read(_ block: JSONView.Node, _ json: borrowing JSONView, into parts: inout [Message.Part]) {
        if let text = json.text("text", of: block) {
            parts.append(.text(text))
        } else if let thought = json.value("reasoningContent", of: block) {
            if let data = json.text("redactedContent", of: thought) {
                parts.append(.redactedThinking(data))
            } else if let said = json.value("reasoningText", of: thought) {
                parts.append(
                    .thinking(json.text("text", of: said) ?? "", signature: json.text("signature", of: said)))
            }
        } else if let use = json.value("toolUse", of: block) {
            parts.append(
                .toolCall(
                    ToolCall(
                        id: json.text("toolUseId", of: use) ?? "", name: json.text("name", of: use) ?? "",
                        arguments: json.value("input", of: use).map { json.raw($0).text } ?? "{}")))
        } else if let cited = json.value("citationsContent", of: block) {
            for text in json.value("content", of: cited).map({ json.elements(of: $0) }) ?? [] {
                parts.append(.text(json.text("text", of: text) ?? ""))
            }
            for citation in json.value("citations", of: cited).map({ json.elements(of: $0) }) ?? [] {
                parts.append(.citation(self.citation(citation, json)))
            }
        }
    }

    static func citation(_ node: JSONView.Node, _ json: borrowing JSONView) -> Citation {
        let quotes = json.value("sourceContent", of: node).map { json.elements(of: $0) } ?? []
        var citation = Citation(
            .web, title: json.text("title", of: node), quote: quotes.first.flatMap { json.text("text", of: $0) })
        guard let location = json.value("location", of: node), let (kind, place) = json.pairs(of: location).first else {
            return citation
        }
        switch kind {
        case "documentChar": citation.place = .characters
        case "documentPage": citation.place = .pages
        case "documentChunk": citation.place = .blocks
        case "searchResultLocation": citation.place = .searchResult
        default: citation.place = .web
        }
        citation.url = json.text("url", of: place)
        citation.document = json.integer("documentIndex", of: place) ?? json.integer("searchResultIndex", of: place)
        citation.start = json.integer("start", of: place)
        citation.end = json.integer("end", of: place)
        return citation
    }
}

/// Whole answers.
enum BedrockAnswer {
    static func answer(_ json: borrowing JSONView) throws(CodecError) -> ChatAnswer {
        let message = json.value("output", of: json.root).flatMap { json.value("message", of: $0) }
        let reason = json.text("stopReason", of: json.root)
        // An answer may be empty, but it says why it ends; a body that does neither is none.
        guard message != nil || reason != nil else {
            if let failure = BedrockErrors.failure(json, status: 200) {
                throw CodecError(.providerFailed, failure.message, failure: failure)
            }
            throw CodecError(.missingField, "the provider's answer has no output", at: "output")
        }
        if let reason, StopReason.isFailure(converseReason: reason) {
            let failure = ModelFailure(.server, code: reason, message: "the model's answer is malformed (\(reason))")
            throw CodecError(.providerFailed, failure.message, failure: failure)
        }
        var parts: [Message.Part] = []
        for block in message.flatMap({ json.value("content", of: $0) }).map({ json.elements(of: $0) }) ?? [] {
            BedrockBlock.read(block, json, into: &parts)
        }
        let sequence = json.value("additionalModelResponseFields", of: json.root)
            .flatMap { json.text("stop_sequence", of: $0) }
        return ChatAnswer(
            id: "", model: "", parts: parts,
            stop: reason.map { StopReason(converseReason: $0, sequence: sequence) ?? .end },
            usage: BedrockConverse.usage(json))
    }

    static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        var json = JSONWriter(reserving: 1024)
        json.object { json in
            json.object("output") { json in
                json.object("message") { json in
                    json.member("role", "assistant")
                    json.array("content") { json in for part in answer.parts { BedrockBlock.write(part, to: &json) } }
                }
            }
            json.member("stopReason", ifPresent: answer.stop?.converseReason)
            if case .stopSequence(let sequence?) = answer.stop {
                json.object("additionalModelResponseFields") { $0.member("stop_sequence", sequence) }
            }
            if let usage = answer.usage { BedrockUsage.write(usage, to: &json) }
        }
        return json.bytes
    }
}
