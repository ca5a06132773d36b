import Codecs
import Conversation
import Kernel

/// Reads a stream of messages' events. What an event is, its payload says; its name is not needed to read it.
struct AnthropicStreamReader: AnswerStreamReader {
    private enum Block {
        case text, thinking
        /// The call's number, and whether its arguments came.
        case call(Int, hasArguments: Bool)
    }

    private var source = JSONEvents(limit: WireShape.anthropicMessages.longestEvent)
    /// The blocks that are open, by their index on the wire.
    private var blocks: [Int: Block] = [:]
    private var calls = 0
    private var usage = AnthropicUsage()
    private var hasBegun = false
    private var isOver = false

    /// More open blocks than any model has: the stream is refused.
    private static let limit = 1024

    mutating func receive(_ bytes: Span<UInt8>, into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        self.source.append(bytes)
        self.read(atEnd: false, into: &events)
    }

    mutating func finish(into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        self.read(atEnd: true, into: &events)
        self.fail(.truncated, into: &events)
    }

    private mutating func read(atEnd: Bool, into events: inout [AnswerEvent]) {
        var source = JSONEvents()
        swap(&source, &self.source)
        do throws(ModelFailure) {
            while !self.isOver, let event = try source.next(atEnd: atEnd) {
                // Some servers add what ends streams elsewhere.
                guard case .object = event else { continue }
                self.read(source.object, into: &events)
            }
        } catch { self.fail(error, into: &events) }
        swap(&source, &self.source)
    }

    private mutating func read(_ json: borrowing JSONView, into events: inout [AnswerEvent]) {
        let root = json.root
        switch json.text("type", of: root) {
        case "message_start": self.begin(json, into: &events)
        case "content_block_start":
            guard let block = json.value("content_block", of: root) else { return }
            self.beginBlock(json, block, json.integer("index", of: root) ?? 0, into: &events)
        case "content_block_delta":
            guard let delta = json.value("delta", of: root) else { return }
            self.delta(json, delta, json.integer("index", of: root) ?? 0, into: &events)
        case "content_block_stop":
            guard case .call(let call, _) = self.blocks.removeValue(forKey: json.integer("index", of: root) ?? 0)
            else { return }
            events.append(.toolCallEnd(call: call))
        case "message_delta":
            if let usage = json.value("usage", of: root) {
                self.usage.take(json, usage)
                if let usage = self.usage.usage { events.append(.usage(usage)) }
            }
            guard let delta = json.value("delta", of: root), let reason = json.text("stop_reason", of: delta),
                let stop = StopReason(stopReason: reason, sequence: json.text("stop_sequence", of: delta))
            else { return }
            self.endCalls(into: &events)
            events.append(.stop(stop))
        case "message_stop":
            self.endCalls(into: &events)
            self.isOver = true
            events.append(.end)
        case "ping": break
        default:
            // Events that are not known yet are not errors; errors are, whatever they call themselves.
            if let failure = AnthropicErrors.failure(json, status: 200) { self.fail(failure, into: &events) }
        }
    }

    private mutating func begin(_ json: borrowing JSONView, into events: inout [AnswerEvent]) {
        guard !self.hasBegun, let message = json.value("message", of: json.root) else { return }
        self.hasBegun = true
        if let usage = json.value("usage", of: message) { self.usage.take(json, usage) }
        events.append(
            .begin(
                AnswerOpening(
                    id: json.text("id", of: message) ?? "", model: json.text("model", of: message) ?? "",
                    usage: self.usage.usage)))
    }

    private mutating func beginBlock(
        _ json: borrowing JSONView, _ block: JSONView.Node, _ index: Int, into events: inout [AnswerEvent]
    ) {
        guard self.blocks.count < Self.limit else {
            self.fail(.malformed("there are too many open blocks"), into: &events)
            return
        }
        switch json.text("type", of: block) {
        case "text":
            self.blocks[index] = .text
            if let text = json.text("text", of: block), !text.isEmpty { events.append(.text(text)) }
        case "thinking":
            self.blocks[index] = .thinking
            if let text = json.text("thinking", of: block), !text.isEmpty { events.append(.thinking(text)) }
        case "redacted_thinking":
            events.append(.redactedThinking(json.text("data", of: block) ?? ""))
        case "tool_use":
            let call = self.calls
            self.calls += 1
            events.append(
                .toolCallBegin(
                    call: call, id: json.text("id", of: block) ?? "", name: json.text("name", of: block) ?? ""))
            var hasArguments = false
            // Usually empty and told by deltas; some servers write it here.
            if let input = json.value("input", of: block), json.tape.firstMember(of: input) != nil {
                hasArguments = true
                events.append(.toolCallArguments(json.raw(input).text, call: call))
            }
            self.blocks[index] = .call(call, hasArguments: hasArguments)
        default: break
        }
    }

    private mutating func delta(
        _ json: borrowing JSONView, _ delta: JSONView.Node, _ index: Int, into events: inout [AnswerEvent]
    ) {
        switch json.text("type", of: delta) {
        case "text_delta":
            if let text = json.text("text", of: delta), !text.isEmpty { events.append(.text(text)) }
        case "thinking_delta":
            if let text = json.text("thinking", of: delta), !text.isEmpty { events.append(.thinking(text)) }
        case "signature_delta":
            if let signature = json.text("signature", of: delta), !signature.isEmpty {
                events.append(.signature(signature))
            }
        case "input_json_delta":
            guard case .call(let call, let hasArguments) = self.blocks[index],
                let piece = json.text("partial_json", of: delta), !piece.isEmpty
            else { return }
            if !hasArguments { self.blocks[index] = .call(call, hasArguments: true) }
            events.append(.toolCallArguments(piece, call: call))
        case "citations_delta":
            guard let node = json.value("citation", of: delta),
                let citation = AnthropicCitations.citation(json, node)
            else { return }
            events.append(.citation(citation))
        default: break
        }
    }

    /// Ends the calls whose blocks were not.
    private mutating func endCalls(into events: inout [AnswerEvent]) {
        for index in self.blocks.keys.sorted() {
            if case .call(let call, _) = self.blocks[index] { events.append(.toolCallEnd(call: call)) }
        }
        self.blocks.removeAll()
    }

    private mutating func fail(_ failure: ModelFailure, into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        self.isOver = true
        events.append(.failure(failure))
    }
}
