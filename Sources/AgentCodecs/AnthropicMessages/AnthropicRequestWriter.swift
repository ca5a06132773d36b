import Codecs
import Conversation
import Kernel

/// Writes a request for a provider of Anthropic's shape.
struct AnthropicRequestWriter {
    /// The tool that stands for a structured answer where the model knows no form for it.
    private static let answerTool = "structured_answer"

    let request: ChatRequest
    private let options: EncodingOptions
    private let plan: AnthropicThinkingPlan
    let names: ToolNames
    var json: JSONWriter
    var dropped: DroppedFields
    /// How many points of caching may still be set.
    var markersLeft = 4
    /// Whether images and documents may be given by their addresses.
    var allowsRemoteMedia: Bool { self.options.allowsRemoteMedia }

    init(_ request: ChatRequest, _ options: EncodingOptions) throws(CodecError) {
        self.request = request
        self.options = options
        self.names = try ToolNames(request, longest: 128, isAllowed: ToolNames.isPlain)
        self.json = JSONWriter(reserving: request.conversation.estimatedBytes + 1024)
        var dropped = DroppedFields(request.unknown)
        self.plan = AnthropicThinkingPlan(request, options, &dropped)
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
        self.json.member("model", self.options.model)
        self.json.member("max_tokens", self.plan.maximumOutput)
        // The order in which the provider caches: tools, system, messages.
        restoration.answerTool = self.writeTools()
        self.writeSystem()
        try self.writeMessages()
        self.writeSampling()
        self.writeOutput(isToolUsed: restoration.answerTool != nil)
        if let user = self.request.userID {
            self.json.object("metadata") { $0.member("user_id", Self.opaque(user)) }
        }
        if self.request.isStreamed { self.json.member("stream", true) }
        self.json.endObject()
        return restoration
    }

    // MARK: Parameters

    private mutating func writeSampling() {
        let sampling = self.request.sampling
        self.writeTemperature(sampling)
        let stop = sampling.stop.filter { !$0.isBlank }
        if stop.count < sampling.stop.count { self.dropped.note("stop: texts of white space") }
        if !stop.isEmpty {
            self.json.array("stop_sequences") { json in for text in stop { json.string(text) } }
        }
        if let choices = sampling.choices, choices != 1 { self.dropped.note("n") }
        self.dropped.note("seed", ifPresent: sampling.seed)
        self.dropped.note("frequency_penalty", ifPresent: sampling.frequencyPenalty)
        self.dropped.note("presence_penalty", ifPresent: sampling.presencePenalty)
        if sampling.wantsLogprobs == true { self.dropped.note("logprobs") }
        self.dropped.note("top_logprobs", ifPresent: sampling.topLogprobs)
        self.dropped.note("logit_bias", ifPresent: sampling.logitBias)
    }

    private mutating func writeTemperature(_ sampling: Sampling) {
        guard self.options.takesSampling else {
            self.dropped.note("temperature", ifPresent: sampling.temperature)
            self.dropped.note("top_p", ifPresent: sampling.topP)
            self.dropped.note("top_k", ifPresent: sampling.topK)
            return
        }
        guard !self.plan.isThinking else {
            if let temperature = sampling.temperature, temperature != 1 {
                self.dropped.note("temperature: not while thinking")
            }
            if let topP = sampling.topP {
                if topP >= 0.95, topP <= 1 {
                    self.json.member("top_p", topP)
                } else {
                    self.dropped.note("top_p: not while thinking")
                }
            }
            if sampling.topK != nil { self.dropped.note("top_k: not while thinking") }
            return
        }
        if let temperature = sampling.temperature {
            if temperature > 1 { self.dropped.note("temperature: clamped to 1") }
            if temperature < 0 { self.dropped.note("temperature: clamped to 0") }
            self.json.member("temperature", min(max(temperature, 0), 1))
            // Newer models refuse both together.
            if sampling.topP != nil { self.dropped.note("top_p: not beside temperature") }
        } else {
            self.json.member("top_p", ifPresent: sampling.topP)
        }
        self.json.member("top_k", ifPresent: sampling.topK)
    }

    private mutating func writeOutput(isToolUsed: Bool) {
        self.plan.write(to: &self.json)
        var schema: JSONText?
        switch self.request.responseFormat {
        case nil, .text: break
        case .jsonObject where !isToolUsed: self.dropped.note("response_format: json_object")
        case .jsonObject: break
        case .jsonSchema(let given, _, _, _) where !isToolUsed:
            let closed = ClosedSchema(given)
            if closed.isNarrowed { self.dropped.note("response_format: objects closed") }
            schema = closed.schema
        case .jsonSchema: break
        }
        guard schema != nil || self.plan.effort != nil else { return }
        let effort = self.plan.effort
        self.json.object("output_config") { json in
            json.member("effort", ifPresent: effort)
            guard let schema else { return }
            json.object("format") { json in
                json.member("type", "json_schema")
                json.member("schema", schema)
            }
        }
    }

    /// What names a user without telling who they are: names, addresses and numbers are replaced by their digest.
    private static func opaque(_ user: String) -> String {
        let isPlain = user.utf8.allSatisfy(ToolNames.isPlain) && user.utf8.count <= 256
        let hasLetter = user.utf8.contains { (0x61...0x7A).contains($0 | 0x20) }
        guard isPlain, hasLetter else {
            return "user_" + Digest.hexadecimal(of: user.utf8Span.span).prefix(32)
        }
        return user
    }

    // MARK: Tools

    /// Writes tools and the choice among them; gives the name of the tool that stands for the answer, where there is one.
    private mutating func writeTools() -> String? {
        var tools = self.request.tools
        var choice = self.request.toolChoice
        if case .allowed(let allowed, let isRequired) = choice {
            let names = Set(allowed)
            tools.removeAll { !names.contains($0.name) }
            choice = isRequired ? .required : .auto
        }
        if tools.isEmpty {
            // A conversation with calls in it is refused where there are no tools: they are named again, for no use.
            tools = self.calledTools.map { ToolDefinition(name: $0, description: "No longer available.") }
            if !tools.isEmpty { choice = .forbidden }
        }
        var answerTool: ToolDefinition?
        if self.options.structuredOutput == .tool { answerTool = self.answerTool(beside: tools) }
        if let answerTool {
            let isAlone = tools.isEmpty || choice == .forbidden
            tools.append(answerTool)
            choice = isAlone ? .named(answerTool.name) : .required
        }
        guard !tools.isEmpty else { return nil }
        self.json.name("tools")
        self.json.beginArray()
        for tool in tools { self.write(tool) }
        self.json.endArray()
        self.writeChoice(choice)
        return answerTool?.name
    }

    private func answerTool(beside tools: [ToolDefinition]) -> ToolDefinition? {
        let schema: JSONText
        var description = "Gives the answer. Call it once, with the whole answer."
        switch self.request.responseFormat {
        case nil, .text: return nil
        case .jsonObject: schema = .emptyObject
        case .jsonSchema(let given, _, let text, _):
            schema = given
            if let text { description += " " + text }
        }
        var name = Self.answerTool
        while tools.contains(where: { self.names[$0.name] == name }) { name += "_" }
        return ToolDefinition(name: name, description: description, schema: schema)
    }

    /// The names of the tools that the conversation calls, each once.
    private var calledTools: [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for message in self.request.conversation.messages {
            for case .toolCall(let call) in message.parts where seen.insert(call.name).inserted {
                names.append(call.name)
            }
        }
        return names
    }

    private mutating func write(_ tool: ToolDefinition) {
        self.json.beginObject()
        self.json.member("name", self.names[tool.name])
        self.json.member("description", ifPresent: tool.description)
        self.json.member("input_schema", Self.objectSchema(tool.schema))
        if let marker = tool.cacheMarker { self.write(marker) }
        self.json.endObject()
        if tool.isStrict == true { self.dropped.note("strict") }
    }

    /// The schema with a type, which is required here and not elsewhere.
    private static func objectSchema(_ schema: JSONText?) -> JSONText {
        guard let schema, schema.isObject, let tape = try? JSONTape(schema.bytes.span),
            let first = tape.firstMember(of: tape.root)
        else { return JSONText(wellFormed: Array(#"{"type":"object","properties":{}}"#.utf8)) }
        guard tape.member("type", of: tape.root, in: schema.bytes.span) == nil else { return schema }
        let start = tape[first.name].range.lowerBound - 1
        return JSONText(wellFormed: Array(#"{"type":"object","#.utf8) + schema.bytes[start...])
    }

    private mutating func writeChoice(_ choice: ToolChoice?) {
        let isSingle = self.request.allowsParallelCalls == false
        guard choice != nil || isSingle else { return }
        let names = self.names
        self.json.object("tool_choice") { json in
            switch choice ?? .auto {
            case .auto, .allowed: json.member("type", "auto")
            case .forbidden:
                json.member("type", "none")
                return
            case .required: json.member("type", "any")
            case .named(let name):
                json.member("type", "tool")
                json.member("name", names[name])
            }
            if isSingle { json.member("disable_parallel_tool_use", true) }
        }
    }

    /// Writes a point of caching into the open block, if there is one left.
    mutating func write(_ marker: CacheMarker) {
        guard self.markersLeft > 0 else {
            self.dropped.note("cache_control: only the first 4")
            return
        }
        self.markersLeft -= 1
        self.json.object("cache_control") { json in
            json.member("type", "ephemeral")
            json.member("ttl", ifPresent: marker.lifetime)
        }
    }
}
