import Codecs
import Conversation
import Kernel

/// Writes a request for a provider of OpenAI's responses. Nothing is kept there: what was thought comes back encrypted.
struct ResponsesRequestWriter {
    /// What the provider takes at the least.
    private static let leastOutput = 16

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
        var messages = self.request.conversation.messages[...]
        if let first = messages.first, first.role == .system, first.parts.count == 1,
            case .text(let text) = first.parts[0]
        {
            self.json.member("instructions", text)
            messages = messages.dropFirst()
        }
        self.json.name("input")
        self.json.beginArray()
        for index in messages.indices {
            do throws(CodecError) { try self.write(messages[index]) } catch {
                throw error.inside(index).inside("messages")
            }
        }
        self.json.endArray()
        self.writeSampling()
        self.writeTools()
        self.writeForm()
        self.json.member("user", ifPresent: self.request.userID)
        self.json.member("store", false)
        if self.request.isStreamed { self.json.member("stream", true) }
        self.json.endObject()
    }

    // MARK: Parameters

    private mutating func writeSampling() {
        let sampling = self.request.sampling
        if let limit = sampling.maximumOutput {
            if limit.value < Self.leastOutput { self.dropped.note("max_output_tokens: raised to 16") }
            self.json.member("max_output_tokens", max(limit.value, Self.leastOutput))
        }
        if self.options.takesSampling {
            self.json.member("temperature", ifPresent: sampling.temperature)
            self.json.member("top_p", ifPresent: sampling.topP)
        } else {
            self.dropped.note("temperature", ifPresent: sampling.temperature)
            self.dropped.note("top_p", ifPresent: sampling.topP)
        }
        self.json.member("top_logprobs", ifPresent: sampling.topLogprobs)
        if sampling.wantsLogprobs == true, sampling.topLogprobs == nil { self.dropped.note("logprobs") }
        self.dropped.note("top_k", ifPresent: sampling.topK)
        if !sampling.stop.isEmpty { self.dropped.note("stop") }
        self.dropped.note("seed", ifPresent: sampling.seed)
        if let choices = sampling.choices, choices != 1 { self.dropped.note("n") }
        self.dropped.note("frequency_penalty", ifPresent: sampling.frequencyPenalty)
        self.dropped.note("presence_penalty", ifPresent: sampling.presencePenalty)
        self.dropped.note("logit_bias", ifPresent: sampling.logitBias)
    }

    private mutating func writeTools() {
        guard !self.request.tools.isEmpty else { return }
        let names = self.names
        for tool in self.request.tools { self.dropped.note("cache_control", ifPresent: tool.cacheMarker) }
        self.json.array("tools") { json in
            for tool in self.request.tools {
                json.object { json in
                    json.member("type", "function")
                    json.member("name", names[tool.name])
                    json.member("description", ifPresent: tool.description)
                    json.name("parameters")
                    if let schema = tool.schema { json.json(schema) } else { json.null() }
                    // Strict would be the default here, and is not elsewhere.
                    json.member("strict", tool.isStrict ?? false)
                }
            }
        }
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
                    json.member("mode", isRequired ? "required" : "auto")
                    json.array("tools") { json in
                        for name in allowed { Self.write(function: names[name], to: &json) }
                    }
                }
            }
        }
        self.json.member("parallel_tool_calls", ifPresent: self.request.allowsParallelCalls)
    }

    private static func write(function name: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "function")
            json.member("name", name)
        }
    }

    private mutating func writeForm() {
        if let format = self.request.responseFormat {
            self.json.object("text") { json in
                json.object("format") { json in
                    switch format {
                    case .text: json.member("type", "text")
                    case .jsonObject: json.member("type", "json_object")
                    case .jsonSchema(let schema, let name, let description, let isStrict):
                        json.member("type", "json_schema")
                        json.member("name", name ?? "answer")
                        json.member("description", ifPresent: description)
                        json.member("schema", schema)
                        json.member("strict", ifPresent: isStrict)
                    }
                }
            }
        }
        guard let reasoning = self.request.reasoning else { return }
        if reasoning.isWanted {
            self.json.array("include") { $0.string("reasoning.encrypted_content") }
        }
        let effort = reasoning.effort ?? reasoning.budget.map(Reasoning.Effort.init(budget:))
        if effort == .maximum { self.dropped.note("effort: clamped to xhigh") }
        self.json.object("reasoning") { json in
            if reasoning.isEnabled == false {
                json.member("effort", "none")
            } else if let effort {
                json.member("effort", effort == .maximum ? "xhigh" : effort.rawValue)
            }
            if reasoning.showsThoughts == true { json.member("summary", "auto") }
        }
    }

    // MARK: Input

    private mutating func write(_ message: Message) throws(CodecError) {
        self.dropped.note("messages[].name", ifPresent: message.name)
        switch message.role {
        case .system, .user:
            self.json.beginObject()
            self.json.member("type", "message")
            self.json.member("role", message.role == .system ? "system" : "user")
            self.json.name("content")
            try self.writeContent(message.parts)
            self.json.endObject()
        case .assistant: self.writeAnswer(message.parts)
        case .tool:
            for (index, part) in message.parts.enumerated() {
                switch part {
                case .toolResult(let result):
                    do throws(CodecError) { try self.write(result) } catch {
                        throw error.inside(index).inside("content")
                    }
                case .cacheMarker: self.dropped.note("cache_control")
                default: throw CodecError(.unsupported, "beside results there is no place for what is said")
                }
            }
        }
    }

    /// A string where that says it all, otherwise a list of parts.
    private mutating func writeContent(_ parts: [Message.Part]) throws(CodecError) {
        let said = self.said(parts)
        if said.count == 1, case .text(let text) = said[0] {
            self.json.string(text)
            return
        }
        self.json.beginArray()
        for (index, part) in said.enumerated() {
            do throws(CodecError) { try self.write(part) } catch { throw error.inside(index).inside("content") }
        }
        self.json.endArray()
    }

    private mutating func said(_ parts: [Message.Part]) -> [Message.Part] {
        parts.filter { part in
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
    }

    private mutating func write(_ part: Message.Part) throws(CodecError) {
        switch part {
        case .text(let text), .refusal(let text):
            self.json.object { json in
                json.member("type", "input_text")
                json.member("text", text)
            }
        case .document(let title, let text):
            let data = DataAddress(mediaType: "text/plain", base64: Base64.text(of: Array(text.utf8)))
            self.json.object { json in
                json.member("type", "input_file")
                json.member("filename", title ?? "document.txt")
                json.member("file_data", data.text)
            }
        case .image(let media):
            if case .base64 = media.source,
                !["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"].contains(media.mediaType ?? "")
            {
                throw CodecError(
                    .unsupported, "OpenAI takes images of png, jpeg, gif and webp, not `\(media.shownType)`")
            }
            let address = try self.address(of: media)
            self.json.object { json in
                json.member("type", "input_image")
                if case .uploaded = media.source {
                    json.member("file_id", address)
                } else {
                    json.member("image_url", address)
                }
                json.member("detail", media.detail ?? "auto")
            }
        case .file(let media):
            let address = try self.address(of: media)
            self.json.object { json in
                json.member("type", "input_file")
                switch media.source {
                case .uploaded: json.member("file_id", address)
                case .url: json.member("file_url", address)
                case .base64:
                    json.member("filename", media.name ?? "document.pdf")
                    json.member("file_data", address)
                }
            }
        case .audio(let media):
            guard case .base64(let data) = media.source, let type = media.mediaType, type.hasPrefix("audio/") else {
                throw CodecError(.unsupported, "OpenAI takes sound as base64 only")
            }
            self.json.object { json in
                json.member("type", "input_audio")
                json.object("input_audio") { json in
                    json.member("data", data)
                    json.member("format", String(type.dropFirst(6)))
                }
            }
        default: throw CodecError(.unsupported, "a part has no place in a message of this role")
        }
    }

    private func address(of media: Media) throws(CodecError) -> String {
        switch media.source {
        case .base64(let data):
            return DataAddress(mediaType: media.mediaType ?? "application/octet-stream", base64: data).text
        case .url(let address):
            guard self.options.allowsRemoteMedia else {
                throw CodecError(.unsupported, "addresses to fetch are not allowed here, send the content itself")
            }
            return address
        case .uploaded(let id): return id
        }
    }

    /// What an assistant said, thought and called, each as an item.
    private mutating func writeAnswer(_ parts: [Message.Part]) {
        var isSpeaking = false
        for part in self.said(parts) {
            let isSpeech: Bool
            switch part {
            case .text, .refusal, .document: isSpeech = true
            default: isSpeech = false
            }
            if isSpeaking, !isSpeech { self.endSpeech() }
            if !isSpeaking, isSpeech {
                self.json.beginObject()
                self.json.member("type", "message")
                self.json.member("role", "assistant")
                self.json.name("content")
                self.json.beginArray()
            }
            isSpeaking = isSpeech
            switch part {
            case .text(let text), .document(_, let text):
                self.json.object { json in
                    json.member("type", "output_text")
                    json.member("text", text)
                }
            case .refusal(let text):
                self.json.object { json in
                    json.member("type", "refusal")
                    json.member("refusal", text)
                }
            case .thinking(_, nil): self.dropped.note("thinking")
            case .thinking(let text, let encrypted?): self.writeThought(text, encrypted)
            case .redactedThinking(let encrypted): self.writeThought("", encrypted)
            case .toolCall(let call):
                self.json.object { json in
                    json.member("type", "function_call")
                    json.member("call_id", CallIDForm.responses.fitting(call.id))
                    json.member("name", self.names[call.name])
                    json.member("arguments", call.arguments.isEmpty ? "{}" : call.arguments)
                }
            default: self.dropped.note("messages[].content: media of an assistant")
            }
        }
        if isSpeaking { self.endSpeech() }
    }

    private mutating func endSpeech() {
        self.json.endArray()
        self.json.endObject()
    }

    private mutating func writeThought(_ text: String, _ encrypted: String) {
        self.json.object { json in
            json.member("type", "reasoning")
            json.array("summary") { json in if !text.isEmpty { ResponsesItem.writeSummary(text, to: &json) } }
            json.member("encrypted_content", encrypted)
        }
    }

    private mutating func write(_ result: ToolResult) throws(CodecError) {
        if result.isError { self.dropped.note("is_error") }
        self.json.beginObject()
        self.json.member("type", "function_call_output")
        self.json.member("call_id", CallIDForm.responses.fitting(result.callID))
        self.json.name("output")
        if result.parts.isEmpty { self.json.string("") } else { try self.writeContent(result.parts) }
        self.json.endObject()
    }
}
