import AgentCodecs
import Codecs
import Conversation
import Kernel

/// Writes a request for Converse. The model's name and whether to stream stand in the path, not here.
struct BedrockRequestWriter {
    private static let answerTool = "structured_answer"
    private static let maximumMarkers = 4

    private let request: ChatRequest
    private let options: EncodingOptions
    private let names: ToolNames
    private let plan: AnthropicThinkingPlan?
    private var json: JSONWriter
    private var dropped: DroppedFields
    private var markers = 0
    private var documents: Set<String> = []

    init(_ request: ChatRequest, _ options: EncodingOptions) throws(CodecError) {
        self.request = request
        self.options = options
        self.names = try ToolNames(request, longest: 64, isAllowed: ToolNames.isPlain)
        self.json = JSONWriter(reserving: request.conversation.estimatedBytes + 1024)
        var dropped = DroppedFields(request.unknown)
        if options.model.contains("claude") {
            self.plan = AnthropicThinkingPlan(request, options, &dropped)
        } else {
            self.plan = nil
            dropped.note("reasoning_effort", ifPresent: request.reasoning)
        }
        self.dropped = dropped
    }

    consuming func write() throws(CodecError) -> EncodedRequest {
        var writer = self
        let restoration = try writer.writeAll()
        return EncodedRequest(body: writer.json.bytes, dropped: writer.dropped.names, restoration: restoration)
    }

    private mutating func writeAll() throws(CodecError) -> AnswerRestoration {
        var restoration = AnswerRestoration(toolNames: self.names.originals)
        self.json.beginObject()
        restoration.answerTool = self.writeTools()
        self.writeSystem()
        try self.writeMessages()
        self.writeSampling()
        self.writeOutput(isToolUsed: restoration.answerTool != nil)
        self.dropped.note("user", ifPresent: self.request.userID)
        if self.request.allowsParallelCalls == false { self.dropped.note("parallel_tool_calls") }
        self.json.endObject()
        return restoration
    }

    // MARK: Parameters

    private mutating func writeSampling() {
        let sampling = self.request.sampling
        var isThinking = false
        var limit = sampling.maximumOutput?.value
        if let plan = self.plan, plan.isThinking {
            isThinking = true
            limit = plan.maximumOutput
        }
        let takesSampling = self.options.takesSampling && !isThinking
        var temperature = takesSampling ? sampling.temperature : nil
        if let asked = temperature, asked > 1 {
            temperature = 1
            self.dropped.note("temperature: clamped to 1")
        }
        if !takesSampling {
            self.dropped.note("temperature", ifPresent: sampling.temperature)
            self.dropped.note("top_p", ifPresent: sampling.topP)
        }
        let stop = sampling.stop.filter { !$0.isBlank }
        if stop.count < sampling.stop.count { self.dropped.note("stop: texts of white space") }
        self.json.object("inferenceConfig") { json in
            json.member("maxTokens", ifPresent: limit)
            json.member("temperature", ifPresent: temperature)
            if takesSampling { json.member("topP", ifPresent: sampling.topP) }
            if !stop.isEmpty { json.array("stopSequences") { json in for text in stop { json.string(text) } } }
        }
        let topK = takesSampling && self.plan != nil ? sampling.topK : nil
        if topK == nil { self.dropped.note("top_k", ifPresent: sampling.topK) }
        if let choices = sampling.choices, choices != 1 { self.dropped.note("n") }
        self.dropped.note("seed", ifPresent: sampling.seed)
        self.dropped.note("frequency_penalty", ifPresent: sampling.frequencyPenalty)
        self.dropped.note("presence_penalty", ifPresent: sampling.presencePenalty)
        if sampling.wantsLogprobs == true { self.dropped.note("logprobs") }
        self.dropped.note("top_logprobs", ifPresent: sampling.topLogprobs)
        self.dropped.note("logit_bias", ifPresent: sampling.logitBias)
        self.writeModelFields(topK)
    }

    /// What only the model knows and Converse passes on.
    private mutating func writeModelFields(_ topK: Int?) {
        let plan = self.plan
        let tellsThinking = plan.map { $0.isThinking || self.request.reasoning?.isEnabled == false } ?? false
        guard topK != nil || tellsThinking || plan?.effort != nil else { return }
        self.json.object("additionalModelRequestFields") { json in
            json.member("top_k", ifPresent: topK)
            plan?.write(to: &json)
            if let effort = plan?.effort { json.object("output_config") { $0.member("effort", effort) } }
        }
    }

    private mutating func writeOutput(isToolUsed: Bool) {
        guard !isToolUsed else { return }
        switch self.request.responseFormat {
        case nil, .text: break
        case .jsonObject: self.dropped.note("response_format: json_object")
        case .jsonSchema(let schema, let name, let description, _):
            let closed = ClosedSchema(schema)
            if closed.isNarrowed { self.dropped.note("response_format: objects closed") }
            self.json.object("outputConfig") { json in
                json.object("textFormat") { json in
                    json.member("type", "json_schema")
                    json.object("structure") { json in
                        json.object("jsonSchema") { json in
                            json.member("schema", closed.schema.text)
                            json.member("name", ifPresent: name)
                            json.member("description", ifPresent: description)
                        }
                    }
                }
            }
        }
    }

    // MARK: Tools

    /// Writes tools and the choice among them; gives the name of the tool that stands for the answer, where there is one.
    private mutating func writeTools() -> String? {
        var tools = self.request.tools
        var choice = self.request.toolChoice
        if case .allowed(let allowed, let isRequired) = choice {
            tools.removeAll { !allowed.contains($0.name) }
            choice = isRequired ? .required : .auto
        }
        let called = self.calledTools
        if choice == .forbidden {
            // The wire cannot forbid; without tools nothing can be called, but calls of before need theirs.
            if called.isEmpty { tools = [] } else { self.dropped.note("tool_choice: none") }
            choice = nil
        }
        if tools.isEmpty {
            tools = called.map { ToolDefinition(name: $0, description: "No longer available.") }
        }
        var answerTool: ToolDefinition?
        if self.options.structuredOutput == .tool { answerTool = self.answerTool(beside: tools) }
        if let answerTool {
            choice = tools.isEmpty ? .named(answerTool.name) : .required
            tools.append(answerTool)
        }
        guard !tools.isEmpty else { return nil }
        self.json.name("toolConfig")
        self.json.beginObject()
        self.json.name("tools")
        self.json.beginArray()
        for tool in tools {
            self.write(tool)
            if let marker = tool.cacheMarker { self.write(marker) }
        }
        self.json.endArray()
        let names = self.names
        switch choice {
        case nil, .forbidden, .allowed: break
        case .auto: self.json.object("toolChoice") { $0.object("auto") { _ in } }
        case .required: self.json.object("toolChoice") { $0.object("any") { _ in } }
        case .named(let name):
            self.json.object("toolChoice") { json in json.object("tool") { $0.member("name", names[name]) } }
        }
        self.json.endObject()
        return answerTool?.name
    }

    private func answerTool(beside tools: [ToolDefinition]) -> ToolDefinition? {
        let schema: JSONText
        switch self.request.responseFormat {
        case nil, .text: return nil
        case .jsonObject: schema = .emptyObject
        case .jsonSchema(let given, _, _, _): schema = given
        }
        var name = Self.answerTool
        while tools.contains(where: { self.names[$0.name] == name }) { name += "_" }
        return ToolDefinition(
            name: name, description: "Gives the answer. Call it once, with the whole answer.", schema: schema)
    }

    private var calledTools: [String] {
        var names: [String] = []
        for message in self.request.conversation.messages {
            for case .toolCall(let call) in message.parts where !names.contains(call.name) { names.append(call.name) }
        }
        return names
    }

    private mutating func write(_ tool: ToolDefinition) {
        let name = self.names[tool.name]
        self.json.object { json in
            json.object("toolSpec") { json in
                json.member("name", name)
                json.member("description", ifPresent: tool.description.flatMap { $0.isEmpty ? nil : $0 })
                json.object("inputSchema") { $0.member("json", Self.objectSchema(tool.schema)) }
                json.member("strict", ifPresent: tool.isStrict == true ? true : nil)
            }
        }
    }

    /// A schema of an object, which is required here and not elsewhere.
    private static func objectSchema(_ schema: JSONText?) -> JSONText {
        guard let schema, schema.isObject, schema != .emptyObject else {
            return JSONText(wellFormed: Array(#"{"type":"object","properties":{}}"#.utf8))
        }
        return schema
    }

    private mutating func write(_ marker: CacheMarker) {
        guard self.markers < Self.maximumMarkers else {
            self.dropped.note("cache_control: only the first 4")
            return
        }
        self.markers += 1
        self.json.object { json in
            json.object("cachePoint") { json in
                json.member("type", "default")
                json.member("ttl", ifPresent: marker.lifetime)
            }
        }
    }

    // MARK: Messages

    private mutating func writeSystem() {
        let messages = self.request.conversation.messages
        if let first = messages.firstIndex(where: { $0.role != .system }),
            messages[first...].contains(where: { $0.role == .system })
        {
            self.dropped.note("messages: system messages moved to the front")
        }
        let parts = messages.filter { $0.role == .system }.flatMap(\.parts)
        self.json.name("system")
        self.json.beginArray()
        var isFirst = true
        for part in parts {
            switch part {
            case .text(let text), .document(_, let text):
                guard !text.isBlank else { continue }
                self.json.object { $0.member("text", text) }
                isFirst = false
            case .cacheMarker(let marker) where !isFirst: self.write(marker)
            default: break
            }
        }
        self.json.endArray()
    }

    /// A part, the message that it comes from and which of its parts it is, citations and markers not counted.
    private struct Placed {
        let part: Message.Part
        let message: Int
        let number: Int
    }

    /// Turns of the same side become one, with what tools gave back at its front.
    private mutating func writeMessages() throws(CodecError) {
        var turns: [(isAssistant: Bool, results: [Placed], parts: [Placed])] = []
        for (index, message) in self.request.conversation.messages.enumerated() where message.role != .system {
            self.dropped.note("messages[].name", ifPresent: message.name)
            let isAssistant = message.role == .assistant
            var results: [Placed] = []
            var parts: [Placed] = []
            var number = 0
            for part in message.parts {
                let placed = Placed(part: part, message: index, number: number)
                if case .cacheMarker = part {
                    // It belongs to the part before it.
                    if !parts.isEmpty { parts.append(placed) } else if !results.isEmpty { results.append(placed) }
                    continue
                }
                if case .citation = part {} else { number += 1 }
                guard self.isSpoken(part, isAssistant: isAssistant) else { continue }
                if case .toolResult = part { results.append(placed) } else { parts.append(placed) }
            }
            guard !results.isEmpty || !parts.isEmpty else { continue }
            if let last = turns.indices.last, turns[last].isAssistant == isAssistant {
                turns[last].results += results
                turns[last].parts += parts
            } else {
                turns.append((isAssistant, results, parts))
            }
        }
        if turns.first?.isAssistant != false {
            turns.insert((false, [], [Placed(part: .text("."), message: 0, number: 0)]), at: 0)
            self.dropped.note("messages: begins without a turn of the user")
        }
        self.json.name("messages")
        self.json.beginArray()
        for turn in turns {
            self.json.beginObject()
            self.json.member("role", turn.isAssistant ? "assistant" : "user")
            self.json.name("content")
            self.json.beginArray()
            for placed in turn.results + turn.parts {
                do throws(CodecError) { try self.write(placed.part) } catch {
                    throw error.inside(placed.number).inside("content").inside(placed.message).inside("messages")
                }
            }
            if Self.lacksText(turn.results + turn.parts) {
                self.json.object { $0.member("text", ".") }
                self.dropped.note("messages: a document without a text")
            }
            self.json.endArray()
            self.json.endObject()
        }
        self.json.endArray()
    }

    /// Documents are refused where no text stands beside them.
    private static func lacksText(_ parts: [Placed]) -> Bool {
        var hasDocument = false
        for placed in parts {
            switch placed.part {
            case .text, .refusal: return false
            case .document, .file: hasDocument = true
            default: break
            }
        }
        return hasDocument
    }

    private mutating func isSpoken(_ part: Message.Part, isAssistant: Bool) -> Bool {
        switch part {
        case .text(let text), .refusal(let text), .document(_, let text): return !text.isBlank
        case .thinking(_, let signature):
            // Thoughts of other providers are not taken back.
            if signature == nil { self.dropped.note("reasoning_content") }
            return signature != nil && isAssistant
        case .citation:
            self.dropped.note("citations")
            return false
        case .redactedThinking, .toolCall: return isAssistant
        case .cacheMarker, .image, .audio, .file, .toolResult: return true
        }
    }

    private mutating func write(_ part: Message.Part) throws(CodecError) {
        switch part {
        case .cacheMarker(let marker): self.write(marker)
        case .toolResult(let result): try self.write(result)
        case .toolCall(var call):
            if !call.arguments.isEmpty, JSONText(call.arguments)?.isObject != true {
                self.dropped.note("messages[].tool_calls[].function.arguments: no JSON object")
            }
            call.id = CallIDForm.plain.fitting(call.id)
            call.name = self.names[call.name]
            BedrockBlock.write(.toolCall(call), to: &self.json)
        case .document(let title, let text):
            self.write(document: "txt", Base64.text(of: Array(text.utf8)), title)
        case .image(let media):
            self.dropped.note("detail", ifPresent: media.detail)
            try self.write("image", "image/", media)
        case .audio(let media): try self.write("audio", "audio/", media)
        case .file(let media):
            guard let format = BedrockFormat.format(of: media.mediaType) else {
                throw CodecError(.unsupported, "Bedrock takes no documents of the type `\(media.shownType)`")
            }
            guard case .base64(let data) = media.source else { throw Self.isRemote }
            self.write(document: format, data, media.name)
        default: BedrockBlock.write(part, to: &self.json)
        }
    }

    private static let isRemote = CodecError(
        .unsupported, "Bedrock fetches no addresses and no uploads of others, send the content itself")

    private mutating func write(_ name: StaticString, _ kind: String, _ media: Media) throws(CodecError) {
        let json: JSONText
        switch media.source {
        case .base64(let data):
            var source = JSONWriter(reserving: data.utf8.count + 16)
            source.object { $0.member("bytes", data) }
            json = JSONText(wellFormed: source.bytes)
        case .url(let address) where address.hasPrefix("s3://"):
            var source = JSONWriter()
            source.object { json in json.object("s3Location") { $0.member("uri", address) } }
            json = JSONText(wellFormed: source.bytes)
        case .url, .uploaded: throw Self.isRemote
        }
        guard let format = BedrockFormat.format(of: media.mediaType, kind) else {
            throw CodecError(.unsupported, "Bedrock takes no \(name) of the type `\(media.shownType)`")
        }
        self.json.object { writer in
            writer.object(name) { writer in
                writer.member("format", format)
                writer.member("source", json)
            }
        }
    }

    /// Names may hold few characters and be there once.
    private mutating func write(document format: String, _ data: String, _ title: String?) {
        var name = ""
        for character in title ?? "document" {
            let isAllowed =
                character.isASCII && (character.isLetter || character.isNumber) || "-()[]".contains(character)
            let plain: Character = isAllowed ? character : " "
            if plain != " " || !name.hasSuffix(" ") { name.append(plain) }
        }
        name = String(name.prefix(180))
        if name.hasSuffix(" ") { name.removeLast() }
        if name.hasPrefix(" ") { name.removeFirst() }
        if name.isEmpty { name = "document" }
        var unique = name
        var number = 2
        while !self.documents.insert(unique).inserted {
            unique = "\(name) \(number)"
            number += 1
        }
        self.json.object { json in
            json.object("document") { json in
                json.member("format", format)
                json.member("name", unique)
                json.object("source") { $0.member("bytes", data) }
            }
        }
    }

    private mutating func write(_ result: ToolResult) throws(CodecError) {
        self.json.beginObject()
        self.json.name("toolResult")
        self.json.beginObject()
        self.json.member("toolUseId", CallIDForm.plain.fitting(result.callID))
        self.json.name("content")
        self.json.beginArray()
        var isEmpty = true
        var number = -1
        for part in result.parts {
            number += 1
            switch part {
            case .cacheMarker:
                self.dropped.note("cache_control")
                number -= 1
            case .text, .document, .image, .file:
                guard self.isSpoken(part, isAssistant: false) else { continue }
                do throws(CodecError) { try self.write(part) } catch { throw error.inside(number).inside("content") }
                isEmpty = false
            default:
                throw CodecError(
                    .unsupported, "a tool's result holds what Bedrock takes no results of", at: "content[\(number)]")
            }
        }
        if isEmpty { self.json.object { $0.member("text", "(nothing)") } }
        self.json.endArray()
        if result.isError { self.json.member("status", "error") }
        self.json.endObject()
        self.json.endObject()
    }
}
