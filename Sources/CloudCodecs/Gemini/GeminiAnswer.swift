import Codecs
import Conversation
import Kernel

/// Reads a provider's answer: a whole one, or a chunk of a stream, which has the same form.
enum GeminiAnswerReader {
    static func answer(_ json: borrowing JSONView) throws(CodecError) -> ChatAnswer {
        if let failure = GeminiErrors.failure(json, json.root, status: 200) {
            throw CodecError(.providerFailed, failure.message, failure: failure)
        }
        let id = json.text("responseId", of: json.root) ?? ""
        var answer = ChatAnswer(id: id, model: json.text("modelVersion", of: json.root) ?? "", choices: [])
        answer.usage = GeminiContent.usage(json)
        var calls = 0
        for candidate in self.candidates(json) {
            var parts: [Message.Part] = []
            for part in self.parts(of: candidate, json) { self.read(part, json, id, &calls, into: &parts) }
            let citations = self.citations(of: candidate, json)
            let text = parts.lastIndex { if case .text = $0 { true } else { false } }
            if let text { parts.insert(contentsOf: citations.map(Message.Part.citation), at: text + 1) }
            let isCalling = parts.contains { if case .toolCall = $0 { true } else { false } }
            let stop = try self.stop(of: candidate, json, isCalling: isCalling)
            answer.choices.append(ChatAnswer.Choice(parts: parts, stop: stop))
        }
        if answer.choices.isEmpty {
            // Nothing at all is what a prompt gets that was blocked; without a reason it is no answer.
            guard self.isBlocked(json) || answer.usage != nil else {
                throw CodecError(.missingField, "the provider's answer has no candidates", at: "candidates")
            }
            answer.choices = [ChatAnswer.Choice(parts: [], stop: self.isBlocked(json) ? .contentFilter : nil)]
        }
        return answer
    }

    static func candidates(_ json: borrowing JSONView) -> [JSONView.Node] {
        json.value("candidates", of: json.root).map { json.elements(of: $0) } ?? []
    }

    static func parts(of candidate: JSONView.Node, _ json: borrowing JSONView) -> [JSONView.Node] {
        json.value("content", of: candidate).flatMap { json.value("parts", of: $0) }.map { json.elements(of: $0) } ?? []
    }

    /// Whether the prompt itself was refused.
    static func isBlocked(_ json: borrowing JSONView) -> Bool {
        json.value("promptFeedback", of: json.root).flatMap { json.text("blockReason", of: $0) } != nil
    }

    /// Why a candidate ends; nil while it goes on.
    static func stop(
        of candidate: JSONView.Node, _ json: borrowing JSONView, isCalling: Bool
    ) throws(CodecError) -> StopReason? {
        guard let reason = json.text("finishReason", of: candidate), reason != "FINISH_REASON_UNSPECIFIED" else {
            return nil
        }
        guard !StopReason.isFailure(geminiReason: reason) else {
            let failure = ModelFailure(
                .server, code: reason.lowercased(),
                message: json.text("finishMessage", of: candidate) ?? "the model's answer is malformed (\(reason))")
            throw CodecError(.providerFailed, failure.message, failure: failure)
        }
        let stop = StopReason(geminiReason: reason) ?? .end
        return stop == .end && isCalling ? .toolCalls : stop
    }

    /// Appends what one part says. `calls` counts the calls of the answer, for the ids of those that have none.
    static func read(
        _ part: JSONView.Node, _ json: borrowing JSONView, _ answer: String, _ calls: inout Int,
        into parts: inout [Message.Part]
    ) {
        let signature = json.text("thoughtSignature", of: part).flatMap { $0.isEmpty ? nil : $0 }
        if let call = json.value("functionCall", of: part) {
            let number = calls
            calls += 1
            let id = json.text("id", of: call) ?? (answer.isEmpty ? "call_\(number)" : "call_\(answer)_\(number)")
            let arguments = json.value("args", of: call).flatMap { json.kind($0) == .object ? json.raw($0).text : nil }
            parts.append(
                .toolCall(
                    ToolCall(
                        id: SignedCallID.joined(id, signature), name: json.text("name", of: call) ?? "",
                        arguments: arguments ?? "{}")))
        } else if let data = json.value("inlineData", of: part) {
            let media = Media(
                .base64(json.text("data", of: data) ?? ""), mediaType: json.text("mimeType", of: data))
            let type = media.mediaType ?? ""
            parts.append(
                type.hasPrefix("image/") ? .image(media) : type.hasPrefix("audio/") ? .audio(media) : .file(media))
        } else if let text = json.text("text", of: part) {
            if json.value("thought", of: part).map({ json.kind($0) == .true }) ?? false {
                let isRedacted = text.isEmpty && signature != nil
                parts.append(isRedacted ? .redactedThinking(signature ?? "") : .thinking(text, signature: signature))
                return
            }
            if !text.isEmpty || signature == nil { parts.append(.text(text)) }
            if let signature { parts.append(.thinking("", signature: signature)) }
        } else if let signature {
            parts.append(.thinking("", signature: signature))
        }
    }

    static func citations(of candidate: JSONView.Node, _ json: borrowing JSONView) -> [Citation] {
        guard let metadata = json.value("citationMetadata", of: candidate),
            let list = json.value("citationSources", of: metadata) ?? json.value("citations", of: metadata)
        else { return [] }
        return json.elements(of: list).map { source in
            Citation(
                .web, url: json.text("uri", of: source), title: json.text("title", of: source),
                start: json.integer("startIndex", of: source), end: json.integer("endIndex", of: source))
        }
    }
}

/// Writes a whole answer for a caller.
enum GeminiAnswerWriter {
    static func body(of answer: ChatAnswer, _ options: AnswerOptions) -> [UInt8] {
        var json = JSONWriter(
            reserving: 512
                + Conversation(messages: answer.choices.map { Message(role: .assistant, parts: $0.parts) })
                .estimatedBytes)
        json.object { json in
            json.array("candidates") { json in
                for (index, choice) in answer.choices.enumerated() {
                    let citations = choice.parts.compactMap {
                        if case .citation(let citation) = $0 { citation } else { nil }
                    }
                    self.write(index, choice.parts, choice.stop, citations, to: &json)
                }
            }
            GeminiUsage.write(answer.usage, to: &json)
            json.member("modelVersion", options.model ?? answer.model)
            json.member("responseId", answer.id.isEmpty ? options.exchange : answer.id)
        }
        return json.bytes
    }

    /// One candidate, whole or a piece of it.
    static func write(
        _ index: Int, _ parts: [Message.Part], _ stop: StopReason?, _ citations: [Citation], to json: inout JSONWriter
    ) {
        json.object { json in
            json.object("content") { json in
                json.array("parts") { json in for part in parts { GeminiPart.write(part, to: &json) } }
                json.member("role", "model")
            }
            json.member("finishReason", ifPresent: stop?.geminiReason)
            json.member("index", index)
            let places = citations.filter { $0.url != nil }
            guard !places.isEmpty else { return }
            json.object("citationMetadata") { json in
                json.array("citationSources") { json in
                    for place in places {
                        json.object { json in
                            if place.place == .web {
                                json.member("startIndex", ifPresent: place.start)
                                json.member("endIndex", ifPresent: place.end)
                            }
                            json.member("uri", ifPresent: place.url)
                            json.member("title", ifPresent: place.title)
                        }
                    }
                }
            }
        }
    }
}
