import Conversation
import Kernel

/// Writes the chunks of a stream. Each holds the same id, time and model; the role comes with a choice's first chunk.
struct OpenAIChatStreamWriter: AnswerStreamWriter {
    private struct Choice {
        let index: Int
        /// Which calls were begun, and whether anything came for their arguments.
        var calls: [Int: Bool] = [:]
        var isStopped = false
    }

    private let options: AnswerOptions
    /// What every chunk begins with.
    private var head: [UInt8] = []
    private var choices: [Choice] = []
    private var usage: TokenUsage?
    private var isOver = false

    init(_ options: AnswerOptions) { self.options = options }

    mutating func write(_ event: AnswerEvent, into bytes: inout [UInt8]) {
        guard !self.isOver else { return }
        switch event {
        case .begin(let opening):
            self.usage = opening.usage
            self.begin(opening)
        case .text(let piece, let choice):
            self.delta(choice, into: &bytes) { $0.member("content", piece) }
        case .thinking(let piece, let choice):
            self.delta(choice, into: &bytes) { $0.member("reasoning_content", piece) }
        case .signature(let signature, let choice):
            self.thought(.thinking("", signature: signature), choice, into: &bytes)
        case .redactedThinking(let data, let choice): self.thought(.redactedThinking(data), choice, into: &bytes)
        case .refusal(let piece, let choice):
            self.delta(choice, into: &bytes) { $0.member("refusal", piece) }
        case .citation(let citation, let choice):
            guard citation.url != nil else { return }
            self.delta(choice, into: &bytes) { OpenAIChatAnswerWriter.write([citation], to: &$0) }
        case .toolCallBegin(let call, let id, let name, let choice):
            self.beginCall(call, id: id, name: name, choice, into: &bytes)
        case .toolCallArguments(let piece, let call, let choice):
            guard !piece.isEmpty else { return }
            self.arguments(piece, call, choice, into: &bytes)
        case .toolCallEnd(let call, let choice):
            // Nothing is no JSON, and callers read the arguments as JSON.
            if self.choices.first(where: { $0.index == choice })?.calls[call] == false {
                self.arguments("{}", call, choice, into: &bytes)
            }
        case .toolCallSignature: break
        case .usage(let usage): self.usage = usage
        case .stop(let reason, let choice): self.stop(reason, choice, into: &bytes)
        case .failure(let failure):
            self.isOver = true
            bytes.append("data: ")
            bytes += OpenAIErrors.body(of: WireError(failure, exchange: self.options.exchange))
            bytes.append("\n\n")
        case .end: self.end(into: &bytes)
        }
    }

    private mutating func begin(_ opening: AnswerOpening) {
        var json = JSONWriter()
        json.beginObject()
        json.member("id", opening.id.isEmpty ? "chatcmpl-\(self.options.exchange)" : opening.id)
        json.member("object", "chat.completion.chunk")
        json.member("created", opening.created ?? self.options.created)
        json.member("model", self.options.model ?? opening.model)
        json.member("system_fingerprint", orNull: nil)
        self.head = Array("data: ".utf8) + json.bytes
    }

    // MARK: Chunks

    /// The place of a choice, whose first chunk is written where it is new.
    private mutating func place(of choice: Int, into bytes: inout [UInt8]) -> Int {
        if let known = self.choices.firstIndex(where: { $0.index == choice }) { return known }
        self.choices.append(Choice(index: choice))
        var delta = JSONWriter(reserving: 48)
        delta.object { json in
            json.member("role", "assistant")
            json.member("content", "")
        }
        self.chunk(choice, delta.bytes, finishReason: nil, into: &bytes)
        return self.choices.count - 1
    }

    private mutating func delta(
        _ choice: Int, into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void
    ) {
        _ = self.place(of: choice, into: &bytes)
        var delta = JSONWriter()
        delta.object(write)
        self.chunk(choice, delta.bytes, finishReason: nil, into: &bytes)
    }

    private mutating func chunk(
        _ choice: Int, _ delta: [UInt8], finishReason: String?, into bytes: inout [UInt8]
    ) {
        if self.head.isEmpty { self.begin(AnswerOpening(id: "", model: "")) }
        bytes += self.head
        bytes.append(",\"choices\":")
        var json = JSONWriter(reserving: delta.count + 96)
        json.beginArray()
        json.object { json in
            json.member("index", choice)
            json.name("delta")
            json.raw(delta)
            json.member("logprobs", orNull: nil)
            json.member("finish_reason", orNull: finishReason)
        }
        json.endArray()
        bytes += json.bytes
        if self.options.includesUsage { bytes.append(",\"usage\":null") }
        bytes.append("}\n\n")
    }

    private mutating func thought(_ part: Message.Part, _ choice: Int, into bytes: inout [UInt8]) {
        self.delta(choice, into: &bytes) { json in
            json.array("thinking_blocks") { OpenAIThoughts.write(part, to: &$0) }
        }
    }

    private mutating func beginCall(
        _ call: Int, id: String, name: String, _ choice: Int, into bytes: inout [UInt8]
    ) {
        let place = self.place(of: choice, into: &bytes)
        self.choices[place].calls[call] = false
        let id = id.isEmpty ? self.options.callID(call, choice: choice) : id
        self.delta(choice, into: &bytes) { json in
            json.array("tool_calls") { json in
                json.object { json in
                    json.member("index", call)
                    json.member("id", id)
                    json.member("type", "function")
                    json.object("function") { json in
                        json.member("name", name)
                        json.member("arguments", "")
                    }
                }
            }
        }
    }

    private mutating func arguments(_ piece: String, _ call: Int, _ choice: Int, into bytes: inout [UInt8]) {
        let place = self.place(of: choice, into: &bytes)
        self.choices[place].calls[call] = true
        self.delta(choice, into: &bytes) { json in
            json.array("tool_calls") { json in
                json.object { json in
                    json.member("index", call)
                    json.object("function") { $0.member("arguments", piece) }
                }
            }
        }
    }

    // MARK: The end

    private mutating func stop(_ reason: StopReason, _ choice: Int, into bytes: inout [UInt8]) {
        let place = self.place(of: choice, into: &bytes)
        guard !self.choices[place].isStopped else { return }
        self.choices[place].isStopped = true
        self.chunk(choice, Array("{}".utf8), finishReason: reason.finishReason, into: &bytes)
    }

    private mutating func end(into bytes: inout [UInt8]) {
        if self.choices.isEmpty { _ = self.place(of: 0, into: &bytes) }
        for choice in self.choices where !choice.isStopped {
            self.stop(choice.calls.isEmpty ? .end : .toolCalls, choice.index, into: &bytes)
        }
        self.isOver = true
        if self.options.includesUsage, let usage = self.usage {
            bytes += self.head
            bytes.append(",\"choices\":[],\"usage\":")
            var json = JSONWriter()
            OpenAIUsage.write(usage, to: &json)
            bytes += json.bytes
            bytes.append("}\n\n")
        }
        bytes.append("data: [DONE]\n\n")
    }
}
