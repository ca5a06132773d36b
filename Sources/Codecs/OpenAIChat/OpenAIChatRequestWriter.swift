import Conversation
import Kernel

/// Writes a request for a provider of OpenAI's shape.
struct OpenAIChatRequestWriter {
    private let request: ChatRequest
    private let options: EncodingOptions
    private let names: ToolNames
    private var json: JSONWriter
    private var dropped: DroppedFields

    init(_ request: ChatRequest, _ options: EncodingOptions) throws(CodecError) {
        self.request = request
        self.options = options
        self.names = try ToolNames(request, longest: 64, isAllowed: ToolNames.isPlain)
        self.json = JSONWriter(reserving: request.conversation.estimatedBytes + 1024)
        self.dropped = DroppedFields(request.unknown)
    }

    consuming func write() throws(CodecError) -> EncodedRequest {
        var writer = self
        try writer.writeAll()
        return EncodedRequest(
            body: writer.json.bytes, dropped: writer.dropped.names,
            restoration: AnswerRestoration(toolNames: writer.names.originals))
    }

    private mutating func writeAll() throws(CodecError) {
        self.json.beginObject()
        self.json.member("model", self.options.model)
        self.json.name("messages")
        self.json.beginArray()
        for (index, message) in self.request.conversation.messages.enumerated() {
            do throws(CodecError) { try self.write(message) } catch { throw error.inside(index).inside("messages") }
        }
        self.json.endArray()
        self.writeSampling()
        self.writeTools()
        self.writeForm()
        if let user = self.request.userID { self.json.member("user", user) }
        if self.request.isStreamed {
            self.json.member("stream", true)
            // Always: without it the stream could not be metered.
            self.json.object("stream_options") { $0.member("include_usage", true) }
        }
        self.json.endObject()
    }

    // MARK: Parameters

    private mutating func writeSampling() {
        let sampling = self.request.sampling
        if let limit = sampling.maximumOutput {
            if self.options.usesMaxCompletionTokens {
                self.json.member("max_completion_tokens", limit.value)
            } else {
                self.json.member("max_tokens", limit.value)
            }
        }
        if self.options.takesSampling {
            self.json.member("temperature", ifPresent: sampling.temperature)
            self.json.member("top_p", ifPresent: sampling.topP)
        } else {
            self.dropped.note("temperature", ifPresent: sampling.temperature)
            self.dropped.note("top_p", ifPresent: sampling.topP)
        }
        self.dropped.note("top_k", ifPresent: sampling.topK)
        if !sampling.stop.isEmpty {
            if sampling.stop.count > 4 { self.dropped.note("stop: only the first 4") }
            self.json.array("stop") { json in for text in sampling.stop.prefix(4) { json.string(text) } }
        }
        self.json.member("n", ifPresent: sampling.choices)
        self.json.member("seed", ifPresent: sampling.seed)
        self.json.member("frequency_penalty", ifPresent: sampling.frequencyPenalty)
        self.json.member("presence_penalty", ifPresent: sampling.presencePenalty)
        self.json.member("logprobs", ifPresent: sampling.wantsLogprobs)
        self.json.member("top_logprobs", ifPresent: sampling.topLogprobs)
        if let bias = sampling.logitBias { self.json.member("logit_bias", bias) }
    }

    private mutating func writeTools() {
        let tools = self.request.tools
        guard !tools.isEmpty else {
            // A choice among no tools is refused; there is nothing to choose anyway.
            return
        }
        let names = self.names
        self.json.array("tools") { json in
            for tool in tools {
                json.object { json in
                    json.member("type", "function")
                    json.object("function") { json in
                        json.member("name", names[tool.name])
                        json.member("description", ifPresent: tool.description)
                        if let schema = tool.schema { json.member("parameters", schema) }
                        json.member("strict", ifPresent: tool.isStrict)
                    }
                }
            }
        }
        for tool in tools { self.dropped.note("cache_control", ifPresent: tool.cacheMarker) }
        if let choice = self.request.toolChoice {
            self.json.name("tool_choice")
            switch choice {
            case .auto: self.json.string("auto")
            case .forbidden: self.json.string("none")
            case .required: self.json.string("required")
            case .named(let name): Self.write(function: names[name], to: &self.json)
            case .allowed(let allowed, let isRequired):
                self.json.object { json in
                    json.member("type", "allowed_tools")
                    json.object("allowed_tools") { json in
                        json.member("mode", isRequired ? "required" : "auto")
                        json.array("tools") { json in
                            for name in allowed { Self.write(function: names[name], to: &json) }
                        }
                    }
                }
            }
        }
        self.json.member("parallel_tool_calls", ifPresent: self.request.allowsParallelCalls)
    }

    private static func write(function name: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "function")
            json.object("function") { $0.member("name", name) }
        }
    }

    private mutating func writeForm() {
        switch self.request.responseFormat {
        case nil: break
        case .text: self.json.object("response_format") { $0.member("type", "text") }
        case .jsonObject: self.json.object("response_format") { $0.member("type", "json_object") }
        case .jsonSchema(let schema, let name, let description, let isStrict):
            self.json.object("response_format") { json in
                json.member("type", "json_schema")
                json.object("json_schema") { json in
                    json.member("name", name ?? "answer")
                    json.member("description", ifPresent: description)
                    json.member("schema", schema)
                    json.member("strict", ifPresent: isStrict)
                }
            }
        }
        guard let reasoning = self.request.reasoning else { return }
        guard reasoning.isWanted else {
            // Models that cannot think refuse even the wish not to.
            self.dropped.note(reasoning.isEnabled == false ? "reasoning_effort: none" : "thinking")
            return
        }
        switch reasoning.effort ?? reasoning.budget.map(Reasoning.Effort.init(budget:)) ?? .medium {
        case .maximum:
            self.json.member("reasoning_effort", "xhigh")
            self.dropped.note("effort: clamped to xhigh")
        case let effort: self.json.member("reasoning_effort", effort.rawValue)
        }
    }
}

// MARK: Messages

extension OpenAIChatRequestWriter {
    private mutating func write(_ message: Message) throws(CodecError) {
        switch message.role {
        case .tool: try self.writeResults(message)
        case .assistant: try self.writeAnswer(message)
        case .system, .user:
            self.json.beginObject()
            self.json.member("role", message.role == .system ? "system" : "user")
            self.json.name("content")
            try self.writeContent(message.parts)
            self.json.member("name", ifPresent: message.name)
            self.json.endObject()
        }
    }

    /// A string where that says it all, otherwise a list of parts.
    private mutating func writeContent(_ parts: [Message.Part]) throws(CodecError) {
        let spoken = parts.filter { part in
            switch part {
            case .cacheMarker:
                self.dropped.note("cache_control")
                return false
            case .citation:
                self.dropped.note("citations")
                return false
            default: return true
            }
        }
        if spoken.count <= 1 {
            guard let only = spoken.first else {
                self.json.string("")
                return
            }
            if let text = Self.text(of: only) {
                self.json.string(text)
                return
            }
        }
        self.json.beginArray()
        for (index, part) in spoken.enumerated() {
            do throws(CodecError) { try self.write(part) } catch { throw error.inside(index).inside("content") }
        }
        self.json.endArray()
    }

    /// What a part says where it says nothing but text.
    private static func text(of part: Message.Part) -> String? {
        switch part {
        case .text(let text): text
        case .document(let title, let text): self.text(of: text, titled: title)
        default: nil
        }
    }

    /// A document as text, marked as one: chat completions have no part for it that all models read.
    private static func text(of document: String, titled title: String?) -> String {
        let title = title.map { " title=\"\($0.replacing("\"", with: "'"))\"" } ?? ""
        return "<document\(title)>\n\(document)\n</document>"
    }

    private mutating func write(_ part: Message.Part) throws(CodecError) {
        if let text = Self.text(of: part) {
            self.json.object { json in
                json.member("type", "text")
                json.member("text", text)
            }
            return
        }
        switch part {
        case .image(let media):
            let url = try self.address(of: media, "image_url")
            self.json.object { json in
                json.member("type", "image_url")
                json.object("image_url") { json in
                    json.member("url", url)
                    json.member("detail", ifPresent: media.detail)
                }
            }
        case .audio(let media):
            guard case .base64(let data) = media.source, let type = media.mediaType, type.hasPrefix("audio/") else {
                throw CodecError(.unsupported, "audio must be sent as base64 to this model's provider")
            }
            self.json.object { json in
                json.member("type", "input_audio")
                json.object("input_audio") { json in
                    json.member("data", data)
                    json.member("format", String(type.dropFirst(6)))
                }
            }
        case .file(let media): try self.write(file: media)
        case .refusal(let text):
            self.json.object { json in
                json.member("type", "refusal")
                json.member("refusal", text)
            }
        default:
            throw CodecError(
                .unsupported, "a part of a message has no place in one of this role at the model's provider")
        }
    }

    private mutating func write(file media: Media) throws(CodecError) {
        if case .url = media.source {
            throw CodecError(
                .unsupported, "documents at an address cannot be sent to this model's provider, send their content")
        }
        let data = try self.address(of: media, "file")
        self.json.object { json in
            json.member("type", "file")
            json.object("file") { json in
                if case .uploaded(let id) = media.source {
                    json.member("file_id", id)
                    json.member("filename", ifPresent: media.name)
                } else {
                    json.member("filename", media.name ?? "document.pdf")
                    json.member("file_data", data)
                }
            }
        }
    }

    /// Where a medium is, its content in the address where it came with it.
    private func address(of media: Media, _ kind: String) throws(CodecError) -> String {
        switch media.source {
        case .url(let url): return url
        case .base64(let data):
            return DataAddress(mediaType: media.mediaType ?? "application/octet-stream", base64: data).text
        case .uploaded(let id):
            guard kind == "file" else {
                throw CodecError(.unsupported, "uploaded images cannot be sent to this model's provider")
            }
            return id
        }
    }

    private mutating func writeAnswer(_ message: Message) throws(CodecError) {
        var said: [Message.Part] = []
        var calls: [ToolCall] = []
        var refusal: String?
        for part in message.parts {
            switch part {
            case .toolCall(let call): calls.append(call)
            case .refusal(let text): refusal = (refusal ?? "") + text
            case .thinking, .redactedThinking: self.dropped.note("thinking")
            default: said.append(part)
            }
        }
        self.json.beginObject()
        self.json.member("role", "assistant")
        self.json.name("content")
        if said.isEmpty, !calls.isEmpty || refusal != nil { self.json.null() } else { try self.writeContent(said) }
        self.json.member("refusal", ifPresent: refusal)
        self.json.member("name", ifPresent: message.name)
        if !calls.isEmpty {
            let names = self.names
            self.json.array("tool_calls") { json in
                for call in calls {
                    json.object { json in
                        json.member("id", CallIDForm.chatCompletions.fitting(call.id))
                        json.member("type", "function")
                        json.object("function") { json in
                            json.member("name", names[call.name])
                            json.member("arguments", call.arguments.isEmpty ? "{}" : call.arguments)
                        }
                    }
                }
            }
        }
        self.json.endObject()
    }

    /// One message for each result; pictures follow in a message of the user's, as results can only hold text.
    private mutating func writeResults(_ message: Message) throws(CodecError) {
        var pictures: [(part: Message.Part, result: Int?, place: Int)] = []
        for (number, part) in message.parts.enumerated() {
            guard case .toolResult(let result) = part else {
                switch part {
                case .cacheMarker: self.dropped.note("cache_control")
                default: pictures.append((part, nil, number))
                }
                continue
            }
            let id = CallIDForm.chatCompletions.fitting(result.callID)
            if result.isError { self.dropped.note("is_error") }
            var texts: [Message.Part] = []
            var hasPicture = false
            for (place, part) in result.parts.enumerated() {
                switch part {
                case .image, .audio, .file:
                    let introduction = Message.Part.text("Given back by the tool call \(id):")
                    if !hasPicture { pictures.append((introduction, number, place)) }
                    hasPicture = true
                    pictures.append((part, number, place))
                default: texts.append(part)
                }
            }
            self.json.beginObject()
            self.json.member("role", "tool")
            self.json.member("tool_call_id", id)
            self.json.name("content")
            try self.writeContent(texts)
            if let name = result.name { self.json.member("name", self.names[name]) }
            self.json.endObject()
        }
        guard !pictures.isEmpty else { return }
        self.json.beginObject()
        self.json.member("role", "user")
        self.json.name("content")
        self.json.beginArray()
        for (part, result, place) in pictures {
            do throws(CodecError) { try self.write(part) } catch {
                let error = error.inside(place).inside("content")
                throw result.map { error.inside($0).inside("content") } ?? error
            }
        }
        self.json.endArray()
        self.json.endObject()
    }
}
