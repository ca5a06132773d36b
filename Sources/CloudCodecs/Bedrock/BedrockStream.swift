import Codecs
import Conversation
import Framing
import Kernel

/// Reads the messages of ConverseStream. The usage comes behind the message's end and is the last that comes; a stream
/// that ended its message is complete also without it.
struct BedrockStreamReader: AnswerStreamReader {
    /// More blocks than any answer has: the stream is refused.
    private static let limit = 4096

    private var parser = EventMessageParser(maximumMessageBytes: WireShape.bedrockConverse.longestEvent)
    private var bytes: [UInt8] = []
    /// The numbers of calls by the blocks that hold them.
    private var calls: [Int: Int] = [:]
    private var called = 0
    private var stop: StopReason?
    private var hasBegun = false
    private var isOver = false

    mutating func receive(_ new: Span<UInt8>, into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        var bytes: [UInt8] = []
        swap(&bytes, &self.bytes)
        // SAFE: the pointer does not outlive the closure and the count is the span's.
        unsafe new.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        var start = 0
        do throws(FramingError) {
            while !self.isOver, let message = try self.parser.next(bytes.span, from: start) {
                self.read(message, bytes.span, into: &events)
                start = message.frame.upperBound
            }
        } catch { self.fail(.malformed(error.message), into: &events) }
        bytes.removeFirst(start)
        swap(&bytes, &self.bytes)
    }

    mutating func finish(into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        guard self.stop != nil, self.bytes.isEmpty else {
            self.fail(.truncated, into: &events)
            return
        }
        events.append(.end)
        self.isOver = true
    }

    private mutating func read(_ message: EventMessage, _ bytes: Span<UInt8>, into events: inout [AnswerEvent]) {
        func text(_ name: StaticString) -> String? {
            message.header(name, in: bytes).map { range in
                var text: [UInt8] = []
                for index in range { text.append(bytes[index]) }
                return String(decoding: text, as: UTF8.self)
            }
        }
        let kind = text(":message-type") ?? "event"
        let payload = bytes.extracting(message.payload)
        guard kind == "event" else {
            let type = text(":exception-type") ?? text(":error-code")
            var failure = ModelFailure(
                .server, code: type, message: text(":error-message") ?? "the model's provider broke off")
            if let json = try? JSONView(object: payload),
                let told = BedrockErrors.failure(json, status: 200, type: type)
            {
                failure = told
            }
            self.fail(failure, into: &events)
            return
        }
        do throws(CodecError) {
            try self.read(text(":event-type") ?? "", try JSONView(object: payload), into: &events)
        } catch { self.fail(error.failure ?? .malformed(error.message), into: &events) }
    }

    private mutating func read(
        _ type: String, _ json: borrowing JSONView, into events: inout [AnswerEvent]
    ) throws(CodecError) {
        if !self.hasBegun {
            self.hasBegun = true
            events.append(.begin(AnswerOpening(id: "", model: "")))
        }
        let block = json.integer("contentBlockIndex", of: json.root) ?? 0
        switch type {
        case "contentBlockStart":
            guard let use = json.value("start", of: json.root).flatMap({ json.value("toolUse", of: $0) }) else {
                return
            }
            guard self.called < Self.limit else { throw CodecError(.tooComplex, "the answer has too many calls") }
            self.calls[block] = self.called
            self.called += 1
            events.append(
                .toolCallBegin(
                    call: self.called - 1, id: json.text("toolUseId", of: use) ?? "",
                    name: json.text("name", of: use) ?? ""))
        case "contentBlockDelta":
            guard let delta = json.value("delta", of: json.root) else { return }
            self.read(delta, json, block, into: &events)
        case "contentBlockStop":
            if let call = self.calls.removeValue(forKey: block) { events.append(.toolCallEnd(call: call)) }
        case "messageStop":
            let reason = json.text("stopReason", of: json.root) ?? "end_turn"
            guard !StopReason.isFailure(converseReason: reason) else {
                let failure = ModelFailure(
                    .server, code: reason, message: "the model's answer is malformed (\(reason))")
                throw CodecError(.providerFailed, failure.message, failure: failure)
            }
            let sequence = json.value("additionalModelResponseFields", of: json.root)
                .flatMap { json.text("stop_sequence", of: $0) }
            let stop = StopReason(converseReason: reason, sequence: sequence) ?? .end
            self.stop = stop
            events.append(.stop(stop))
        case "metadata":
            if let usage = BedrockConverse.usage(json) {
                events.append(.usage(usage))
            }
            guard self.stop != nil else { return }
            events.append(.end)
            self.isOver = true
        default: break
        }
    }

    private mutating func read(
        _ delta: JSONView.Node, _ json: borrowing JSONView, _ block: Int, into events: inout [AnswerEvent]
    ) {
        if let text = json.text("text", of: delta) {
            if !text.isEmpty { events.append(.text(text)) }
        } else if let use = json.value("toolUse", of: delta) {
            guard let call = self.calls[block], let piece = json.text("input", of: use), !piece.isEmpty else { return }
            events.append(.toolCallArguments(piece, call: call))
        } else if let thought = json.value("reasoningContent", of: delta) {
            if let text = json.text("text", of: thought), !text.isEmpty { events.append(.thinking(text)) }
            if let signature = json.text("signature", of: thought) { events.append(.signature(signature)) }
            if let data = json.text("redactedContent", of: thought) { events.append(.redactedThinking(data)) }
        } else if let citation = json.value("citation", of: delta) {
            events.append(.citation(BedrockBlock.citation(citation, json)))
        }
    }

    private mutating func fail(_ failure: ModelFailure, into events: inout [AnswerEvent]) {
        events.append(.failure(failure))
        self.isOver = true
    }
}

/// Writes the messages of ConverseStream: for servers that speak as Bedrock does. The wire has one choice.
struct BedrockStreamWriter: AnswerStreamWriter {
    private enum Block: Equatable { case text, thinking, call(Int) }

    private let options: AnswerOptions
    /// The block that is open, and those of calls, whose pieces may alternate.
    private var open: (block: Block, index: Int)?
    private var calls: [Int: Int] = [:]
    private var count = 0
    private var stop: StopReason?
    private var usage: TokenUsage?
    private var isOver = false

    init(_ options: AnswerOptions) { self.options = options }

    mutating func write(_ event: AnswerEvent, into bytes: inout [UInt8]) {
        guard !self.isOver else { return }
        switch event {
        case .begin(let opening):
            self.usage = opening.usage
            self.message("messageStart", into: &bytes) { $0.member("role", "assistant") }
        case .text(let text, 0), .refusal(let text, 0):
            self.delta(self.index(of: .text, into: &bytes), into: &bytes) { $0.member("text", text) }
        case .thinking(let text, 0):
            self.delta(self.index(of: .thinking, into: &bytes), into: &bytes) { json in
                json.object("reasoningContent") { $0.member("text", text) }
            }
        case .signature(let signature, 0):
            self.delta(self.index(of: .thinking, into: &bytes), into: &bytes) { json in
                json.object("reasoningContent") { $0.member("signature", signature) }
            }
            self.close(into: &bytes)
        case .redactedThinking(let data, 0):
            self.close(into: &bytes)
            self.delta(self.index(of: .thinking, into: &bytes), into: &bytes) { json in
                json.object("reasoningContent") { $0.member("redactedContent", data) }
            }
            self.close(into: &bytes)
        case .toolCallBegin(let call, let id, let name, 0): self.begin(call, id, name, into: &bytes)
        case .toolCallArguments(let piece, let call, 0):
            guard let index = self.calls[call] else { return }
            self.delta(index, into: &bytes) { json in json.object("toolUse") { $0.member("input", piece) } }
        case .toolCallEnd(let call, 0):
            guard let index = self.calls.removeValue(forKey: call) else { return }
            self.message("contentBlockStop", into: &bytes) { $0.member("contentBlockIndex", index) }
        case .usage(let usage): self.usage = usage
        case .stop(let stop, 0): self.stop = stop
        case .failure(let failure): self.fail(failure, into: &bytes)
        case .end: self.conclude(into: &bytes)
        case .text, .refusal, .thinking, .signature, .redactedThinking, .citation, .toolCallBegin, .toolCallArguments,
            .toolCallEnd, .toolCallSignature, .stop:
            break
        }
    }

    private mutating func begin(_ call: Int, _ id: String, _ name: String, into bytes: inout [UInt8]) {
        self.close(into: &bytes)
        let index = self.count
        self.count += 1
        self.calls[call] = index
        let id = id.isEmpty ? self.options.callID(call, choice: 0) : id
        self.message("contentBlockStart", into: &bytes) { json in
            json.object("start") { json in
                json.object("toolUse") { json in
                    json.member("toolUseId", id)
                    json.member("name", name)
                }
            }
            json.member("contentBlockIndex", index)
        }
    }

    private mutating func index(of block: Block, into bytes: inout [UInt8]) -> Int {
        if let open = self.open, open.block == block { return open.index }
        self.close(into: &bytes)
        self.open = (block, self.count)
        self.count += 1
        return self.count - 1
    }

    private mutating func close(into bytes: inout [UInt8]) {
        guard let index = self.open?.index else { return }
        self.open = nil
        self.message("contentBlockStop", into: &bytes) { $0.member("contentBlockIndex", index) }
    }

    private func delta(_ index: Int, into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void) {
        self.message("contentBlockDelta", into: &bytes) { json in
            json.member("contentBlockIndex", index)
            json.object("delta", write)
        }
    }

    private mutating func conclude(into bytes: inout [UInt8]) {
        self.close(into: &bytes)
        let stop = self.stop ?? .end
        self.message("messageStop", into: &bytes) { json in
            json.member("stopReason", stop.converseReason)
            if case .stopSequence(let sequence?) = stop {
                json.object("additionalModelResponseFields") { $0.member("stop_sequence", sequence) }
            }
        }
        let usage = self.usage ?? TokenUsage(input: 0, output: 0, source: .estimated)
        self.message("metadata", into: &bytes) { json in
            BedrockUsage.write(usage, to: &json)
            json.object("metrics") { $0.member("latencyMs", 0) }
        }
        self.isOver = true
    }

    private mutating func fail(_ failure: ModelFailure, into bytes: inout [UInt8]) {
        let type = BedrockErrors.type(of: failure.kind)
        let name = type.prefix(1).lowercased() + type.dropFirst()
        self.append([(":exception-type", name), (":message-type", "exception")], into: &bytes) {
            $0.member("message", failure.message)
        }
        self.isOver = true
    }

    private func message(_ type: String, into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void) {
        self.append([(":event-type", type), (":message-type", "event")], into: &bytes, write)
    }

    private func append(
        _ headers: [(name: String, value: String)], into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void
    ) {
        var json = JSONWriter()
        json.object(write)
        EventMessageWriter.append(
            headers: headers + [(":content-type", "application/json")], payload: json.bytes.span, to: &bytes)
    }
}
