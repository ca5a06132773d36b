package import Conversation
package import Kernel

/// Writes answers of our own in OpenAI's chat completion shape: one JSON body, or the frames of a stream.
///
/// Everything that stays the same from frame to frame is written once, at the start. A stream is `opening`, any number of
/// `delta`, `closing`, `usage` where it was asked for, and `done`; each call returns whole `data:` frames.
package struct ChatCompletionWriter: Sendable {
    /// Why the answer ends, as the wire spells it.
    package enum FinishReason: String, Sendable, CaseIterable {
        case stop
        case length
        case contentFilter = "content_filter"
        case toolCalls = "tool_calls"
    }

    /// The frame that ends a stream that went well.
    package static let done = Array("data: [DONE]\n\n".utf8)

    private let id: String
    private let created: Timestamp
    private let model: String
    private let includesUsage: Bool
    private let chunkStart: [UInt8]
    private let frameEnd: [UInt8]

    /// - Parameters:
    ///   - id: of the completion, such as `chatcmpl-…`; the same in every frame.
    ///   - created: when the answer began; the same in every frame.
    ///   - model: the name the caller asked for.
    ///   - includesUsage: whether the caller asked for `stream_options.include_usage`; every chunk then says `usage`, and
    ///     `usage` is to be sent before `done`.
    package init(id: String, created: Timestamp, model: String, includesUsage: Bool = false) {
        self.id = id
        self.created = created
        self.model = model
        self.includesUsage = includesUsage
        self.chunkStart = Array("data: ".utf8) + Self.head(id, "chat.completion.chunk", created, model).bytes
        self.frameEnd = Array("}\n\n".utf8)
    }

    /// The members that bodies and chunks begin with; the object is left open.
    private static func head(_ id: String, _ object: String, _ created: Timestamp, _ model: String) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.member("id", id)
        json.member("object", object)
        json.member("created", created.unixSeconds)
        json.member("model", model)
        json.name("system_fingerprint")
        json.null()
        return json
    }

    // MARK: One body

    /// The whole `chat.completion`.
    package func body(_ text: String, finishReason: FinishReason, usage: TokenUsage) -> [UInt8] {
        var json = Self.head(self.id, "chat.completion", self.created, self.model)
        json.name("choices")
        json.beginArray()
        json.beginObject()
        json.member("index", 0)
        json.name("message")
        json.beginObject()
        json.member("role", "assistant")
        json.member("content", text)
        json.name("refusal")
        json.null()
        json.endObject()
        json.name("logprobs")
        json.null()
        json.member("finish_reason", finishReason.rawValue)
        json.endObject()
        json.endArray()
        json.name("usage")
        Self.write(usage, to: &json)
        json.endObject()
        return json.bytes
    }

    // MARK: A stream

    /// The first frame: who speaks.
    package func opening() -> [UInt8] {
        var delta = JSONWriter()
        delta.beginObject()
        delta.member("role", "assistant")
        delta.member("content", "")
        delta.endObject()
        return self.chunk(delta: delta.bytes, finishReason: nil)
    }

    /// A piece of the text.
    package func delta(_ text: String) -> [UInt8] {
        var delta = JSONWriter(reserving: text.utf8.count + 16)
        delta.beginObject()
        delta.member("content", text)
        delta.endObject()
        return self.chunk(delta: delta.bytes, finishReason: nil)
    }

    /// The last frame of the choice: why it ends.
    package func closing(_ finishReason: FinishReason) -> [UInt8] {
        self.chunk(delta: Array("{}".utf8), finishReason: finishReason)
    }

    /// The frame without a choice that holds what the exchange consumed.
    package func usage(_ usage: TokenUsage) -> [UInt8] {
        var json = JSONWriter()
        Self.write(usage, to: &json)
        return self.chunkStart + Array(",\"choices\":[],\"usage\":".utf8) + json.bytes + self.frameEnd
    }

    private func chunk(delta: [UInt8], finishReason: FinishReason?) -> [UInt8] {
        var json = JSONWriter(reserving: delta.count + 96)
        json.beginArray()
        json.beginObject()
        json.member("index", 0)
        json.name("delta")
        json.raw(delta)
        json.name("logprobs")
        json.null()
        json.name("finish_reason")
        if let finishReason { json.string(finishReason.rawValue) } else { json.null() }
        json.endObject()
        json.endArray()
        let usage = self.includesUsage ? ",\"usage\":null" : ""
        return self.chunkStart + Array(",\"choices\":".utf8) + json.bytes + Array(usage.utf8) + self.frameEnd
    }

    private static func write(_ usage: TokenUsage, to json: inout JSONWriter) {
        json.beginObject()
        json.member("prompt_tokens", usage.input.value)
        json.member("completion_tokens", usage.output.value)
        json.member("total_tokens", (usage.input + usage.output).value)
        json.name("prompt_tokens_details")
        json.beginObject()
        json.member("cached_tokens", usage.cached.value)
        json.member("audio_tokens", 0)
        json.endObject()
        json.name("completion_tokens_details")
        json.beginObject()
        json.member("reasoning_tokens", usage.reasoning.value)
        json.member("audio_tokens", 0)
        json.member("accepted_prediction_tokens", 0)
        json.member("rejected_prediction_tokens", 0)
        json.endObject()
        json.endObject()
    }
}
