import AgentCodecs
import Codecs
import Conversation
import Kernel

/// Writes a request for Converse. The model's name and whether to stream stand in the path, not here.
struct BedrockRequestWriter {
    private static let maximumMarkers = 4

    let request: ChatRequest
    let options: EncodingOptions
    let names: ToolNames
    private let plan: AnthropicThinkingPlan?
    var json: JSONWriter
    var dropped: DroppedFields
    private var markers = 0
    var documents: Set<String> = []

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

    mutating func write(_ marker: CacheMarker) {
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
}
