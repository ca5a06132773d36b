import Codecs
import Conversation
import Kernel

/// Writes a request for Gemini. The model's name and whether to stream stand in the path, not here.
struct GeminiRequestWriter {
    /// What Google takes in place of the signature of a call that another model made.
    static let noSignature = "skip_thought_signature_validator"
    private static let maximumStops = 5
    private static let imageTypes: Set = ["image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"]

    private let request: ChatRequest
    private let options: EncodingOptions
    private let names: ToolNames
    private var json: JSONWriter
    private var dropped: DroppedFields
    /// The names of the calls in the conversation, by id.
    private var called: [String: String] = [:]

    init(_ request: ChatRequest, _ options: EncodingOptions) throws(CodecError) {
        self.request = request
        self.options = options
        self.names = try ToolNames(request, longest: 64) { byte in
            ToolNames.isPlain(byte) || byte == UInt8(ascii: ".")
        }
        self.json = JSONWriter(reserving: request.conversation.estimatedBytes + 1024)
        self.dropped = DroppedFields(request.unknown)
    }

    /// Gemini 3 thinks in levels and wants signatures; older models think in tokens.
    private var isThird: Bool { self.options.model.contains("gemini-3") }

    consuming func write() throws(CodecError) -> EncodedRequest {
        var writer = self
        try writer.writeAll()
        return EncodedRequest(
            body: writer.json.bytes, dropped: writer.dropped.names,
            restoration: AnswerRestoration(toolNames: writer.names.originals))
    }

    private mutating func writeAll() throws(CodecError) {
        self.json.beginObject()
        try self.writeContents()
        self.writeTools()
        self.writeConfiguration()
        self.dropped.note("user", ifPresent: self.request.userID)
        self.json.endObject()
    }

    // MARK: Contents

    private mutating func writeContents() throws(CodecError) {
        let messages = self.request.conversation.messages
        var system: [String] = []
        var hasContent = false
        var order: [String] = []
        self.json.name("contents")
        self.json.beginArray()
        for (index, message) in messages.enumerated() {
            do throws(CodecError) {
                switch message.role {
                case .system:
                    if hasContent { self.dropped.note("messages: system messages moved to the front") }
                    system += self.said(message.parts).compactMap(Self.text)
                case .user, .assistant:
                    if message.role == .assistant { order = self.note(callsOf: message) }
                    let parts = self.said(message.parts)
                    guard !parts.isEmpty else { continue }
                    hasContent = true
                    try self.write(parts, as: message.role == .user ? "user" : "model")
                case .tool:
                    hasContent = true
                    try self.write(results: message.parts, order: order)
                }
            } catch { throw error.inside(index).inside("messages") }
        }
        if !hasContent {
            // It refuses to answer nothing.
            self.json.object { json in
                json.member("role", "user")
                json.array("parts") { json in json.object { $0.member("text", " ") } }
            }
        }
        self.json.endArray()
        guard !system.isEmpty else { return }
        self.json.object("systemInstruction") { json in
            json.array("parts") { json in for text in system { json.object { $0.member("text", text) } } }
        }
    }

    /// The ids of a message's calls in order, their names noted.
    private mutating func note(callsOf message: Message) -> [String] {
        var ids: [String] = []
        for case .toolCall(let call) in message.parts {
            ids.append(call.id)
            self.called[call.id] = call.name
        }
        return ids
    }

    /// The parts that say something; Gemini refuses empty ones.
    private mutating func said(_ parts: [Message.Part]) -> [Message.Part] {
        parts.filter { part in
            switch part {
            case .text(let text): return !text.isEmpty
            case .thinking(let text, let signature): return !text.isEmpty || signature != nil
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

    private static func text(_ part: Message.Part) -> String? {
        switch part {
        case .text(let text), .document(_, let text): text
        default: nil
        }
    }

    private mutating func write(_ parts: [Message.Part], as role: StaticString) throws(CodecError) {
        self.json.beginObject()
        self.json.name("role")
        self.json.string("\(role)")
        self.json.name("parts")
        self.json.beginArray()
        var isFirstCall = true
        for (index, part) in parts.enumerated() {
            do throws(CodecError) {
                if case .toolCall(let call) = part {
                    self.write(call, isFirst: isFirstCall)
                    isFirstCall = false
                } else {
                    try self.write(part)
                }
            } catch { throw error.inside(index).inside("content") }
        }
        self.json.endArray()
        self.json.endObject()
    }

    private mutating func write(_ part: Message.Part) throws(CodecError) {
        switch part {
        case .document(let title, let text):
            self.dropped.note("title", ifPresent: title)
            try self.write(Media(.base64(Base64.text(of: Array(text.utf8))), mediaType: "text/plain"))
        case .image(let media):
            self.dropped.note("detail", ifPresent: media.detail)
            if case .base64 = media.source, !Self.imageTypes.contains(media.mediaType ?? "") {
                throw CodecError(
                    .unsupported, "Gemini takes images of png, jpeg, webp, heic and heif, not `\(media.shownType)`")
            }
            try self.write(media)
        case .audio(let media): try self.write(media)
        case .file(let media):
            self.dropped.note("filename", ifPresent: media.name)
            try self.write(media)
        case .toolResult(let result): self.write(result)
        default: GeminiPart.write(part, to: &self.json)
        }
    }

    private mutating func write(_ media: Media) throws(CodecError) {
        switch media.source {
        case .base64(let data):
            guard let type = media.mediaType else {
                throw CodecError(.missingField, "Gemini wants a media type with content")
            }
            GeminiPart.write(data, type, to: &self.json)
        case .url(let address):
            guard self.options.allowsRemoteMedia || address.hasPrefix("gs://") else {
                throw CodecError(.unsupported, "addresses to fetch are not allowed here, send the content itself")
            }
            self.json.object { json in
                json.object("fileData") { json in
                    json.member("mimeType", ifPresent: media.mediaType ?? Self.type(ofAddress: address))
                    json.member("fileUri", address)
                }
            }
        case .uploaded:
            throw CodecError(.unsupported, "a file that was uploaded elsewhere cannot be sent to Gemini")
        }
    }

    private static func type(ofAddress address: String) -> String? {
        let path = address.prefix { $0 != "?" && $0 != "#" }.lowercased()
        let types = [
            (".png", "image/png"), (".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".webp", "image/webp"),
            (".heic", "image/heic"), (".pdf", "application/pdf"), (".mp3", "audio/mp3"), (".wav", "audio/wav"),
            (".txt", "text/plain"),
        ]
        return types.first { path.hasSuffix($0.0) }?.1
    }

    private mutating func write(_ call: ToolCall, isFirst: Bool) {
        var call = call
        call.name = self.names[call.name]
        call.signature = call.signature ?? SignedCallID.split(call.id).signature
        // Of calls made at once only the first has a signature.
        if call.signature == nil, isFirst, self.isThird { call.signature = Self.noSignature }
        if !call.arguments.isEmpty, JSONText(call.arguments)?.isObject != true {
            self.dropped.note("messages[].tool_calls[].function.arguments: no JSON object")
            call.arguments = ""
        }
        GeminiPart.write(call, id: nil, to: &self.json)
    }

    /// Results in the order of their calls, since Gemini matches them by it; what is no text comes behind them.
    private mutating func write(results parts: [Message.Part], order: [String]) throws(CodecError) {
        var results: [(place: Int, part: Message.Part)] = []
        var others: [Message.Part] = []
        for part in self.said(parts) {
            guard case .toolResult(let result) = part else {
                others.append(part)
                continue
            }
            guard result.name != nil || self.called[result.callID] != nil else {
                throw CodecError(
                    .invalidValue, "`\(result.callID.prefix(80))` is no call made before", at: "tool_call_id")
            }
            results.append((order.firstIndex(of: result.callID) ?? order.count, part))
            for part in self.said(result.parts) where Self.text(part) == nil { others.append(part) }
        }
        results.sort { $0.place < $1.place }
        try self.write(results.map(\.part), as: "user")
        if !others.isEmpty { try self.write(others, as: "user") }
    }

    private mutating func write(_ result: ToolResult) {
        let text = result.parts.compactMap(Self.text).joined(separator: "\n")
        let name = self.called[result.callID] ?? result.name ?? ""
        let names = self.names
        self.json.object { json in
            json.object("functionResponse") { json in
                json.member("name", names[name])
                if !result.isError, let object = JSONText(text), object.isObject, !Self.isWrapped(object) {
                    json.member("response", object)
                } else {
                    json.object("response") { $0.member(result.isError ? "error" : "output", text) }
                }
            }
        }
    }

    /// Whether an object would be taken for the one that holds a text.
    private static func isWrapped(_ object: JSONText) -> Bool {
        guard let json = try? JSONView(object: object.bytes.span) else { return false }
        let members = json.pairs(of: json.root)
        return members.count == 1 && ["output", "result", "error"].contains(members[0].name)
    }

    // MARK: Tools and parameters

    private mutating func writeTools() {
        if self.request.allowsParallelCalls == false { self.dropped.note("parallel_tool_calls") }
        guard !self.request.tools.isEmpty else { return }
        self.json.name("tools")
        self.json.beginArray()
        self.json.beginObject()
        self.json.name("functionDeclarations")
        self.json.beginArray()
        for tool in self.request.tools {
            self.dropped.note("cache_control", ifPresent: tool.cacheMarker)
            if tool.isStrict == true { self.dropped.note("strict") }
            self.json.beginObject()
            self.json.member("name", self.names[tool.name])
            self.json.member("description", ifPresent: tool.description)
            if let schema = tool.schema, !Self.takesNothing(schema) {
                self.write(schema, subset: "parameters", whole: "parametersJsonSchema")
            }
            self.json.endObject()
        }
        self.json.endArray()
        self.json.endObject()
        self.json.endArray()
        guard let choice = self.request.toolChoice else { return }
        let names = self.names
        self.json.object("toolConfig") { json in
            json.object("functionCallingConfig") { json in
                switch choice {
                case .auto: json.member("mode", "AUTO")
                case .forbidden: json.member("mode", "NONE")
                case .required: json.member("mode", "ANY")
                case .named(let name): Self.write(mode: "ANY", [names[name]], to: &json)
                case .allowed(let allowed, let isRequired):
                    Self.write(mode: isRequired ? "ANY" : "VALIDATED", allowed.map { names[$0] }, to: &json)
                }
            }
        }
    }

    private static func write(mode: String, _ names: [String], to json: inout JSONWriter) {
        json.member("mode", mode)
        json.array("allowedFunctionNames") { json in for name in names { json.string(name) } }
    }

    /// An object without properties, which Gemini refuses, as it wants no schema at all there.
    private static func takesNothing(_ schema: JSONText) -> Bool {
        guard let json = try? JSONView(object: schema.bytes.span) else { return true }
        let names: [StaticString] = ["$ref", "allOf", "anyOf", "oneOf"]
        return json.value("properties", of: json.root).flatMap { json.tape.firstMember(of: $0) } == nil
            && names.allSatisfy { json.tape.member($0, of: json.root, in: json.bytes) == nil }
    }

    /// A schema in Gemini's own form, or where that cannot say it all, as JSON schema in the newer field.
    private mutating func write(_ schema: JSONText, subset: StaticString, whole: StaticString) {
        if let converted = GeminiSubset.schema(schema) {
            self.json.member(subset, converted)
        } else {
            self.json.member(whole, schema)
        }
    }

    private mutating func writeConfiguration() {
        let sampling = self.request.sampling
        self.json.name("generationConfig")
        self.json.beginObject()
        self.json.member("maxOutputTokens", ifPresent: sampling.maximumOutput?.value)
        if self.options.takesSampling {
            self.json.member("temperature", ifPresent: sampling.temperature)
            self.json.member("topP", ifPresent: sampling.topP)
            self.json.member("topK", ifPresent: sampling.topK)
        } else {
            self.dropped.note("temperature", ifPresent: sampling.temperature)
            self.dropped.note("top_p", ifPresent: sampling.topP)
            self.dropped.note("top_k", ifPresent: sampling.topK)
        }
        if !sampling.stop.isEmpty {
            if sampling.stop.count > Self.maximumStops { self.dropped.note("stop: only the first 5") }
            self.json.array("stopSequences") { json in
                for text in sampling.stop.prefix(Self.maximumStops) { json.string(text) }
            }
        }
        self.json.member("candidateCount", ifPresent: sampling.choices)
        self.json.member("seed", ifPresent: sampling.seed)
        self.json.member("frequencyPenalty", ifPresent: sampling.frequencyPenalty)
        self.json.member("presencePenalty", ifPresent: sampling.presencePenalty)
        self.json.member("responseLogprobs", ifPresent: sampling.wantsLogprobs)
        self.json.member("logprobs", ifPresent: sampling.topLogprobs)
        self.dropped.note("logit_bias", ifPresent: sampling.logitBias)
        switch self.request.responseFormat {
        case nil: break
        case .text: self.json.member("responseMimeType", "text/plain")
        case .jsonObject: self.json.member("responseMimeType", "application/json")
        case .jsonSchema(let schema, _, let description, _):
            self.dropped.note("response_format.description", ifPresent: description)
            self.json.member("responseMimeType", "application/json")
            self.write(schema, subset: "responseSchema", whole: "responseJsonSchema")
        }
        self.writeThinking()
        self.json.endObject()
    }

    private mutating func writeThinking() {
        guard let reasoning = self.request.reasoning else { return }
        let isThird = self.isThird
        if isThird, reasoning.isEnabled == false { self.dropped.note("reasoning_effort: clamped to low") }
        self.json.object("thinkingConfig") { json in
            if isThird {
                let effort = reasoning.effort ?? reasoning.budget.map(Reasoning.Effort.init(budget:))
                switch reasoning.isEnabled == false ? .low : effort {
                case nil: break
                case .high, .extraHigh, .maximum: json.member("thinkingLevel", "high")
                case let effort?: json.member("thinkingLevel", effort.rawValue)
                }
            } else if reasoning.isEnabled == false {
                json.member("thinkingBudget", 0)
            } else if let budget = reasoning.budget ?? reasoning.effort?.budget {
                json.member("thinkingBudget", min(budget.value, 24_576))
            } else if reasoning.isEnabled == true {
                json.member("thinkingBudget", -1)
            }
            json.member("includeThoughts", reasoning.showsThoughts ?? reasoning.isWanted)
        }
    }
}
