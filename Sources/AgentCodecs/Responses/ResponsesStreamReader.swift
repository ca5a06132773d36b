import Codecs
import Conversation
import Kernel

/// Reads the events of a streamed response. It is complete with `response.completed` or `response.incomplete`.
struct ResponsesStreamReader: AnswerStreamReader {
    private struct Call {
        let output: Int
        /// Whether pieces of its arguments came.
        var hasPieces = false
        var isEnded = false
    }

    /// More calls than any model gives: the stream is refused.
    private static let limit = 1024

    private var source = JSONEvents(limit: WireShape.openAIResponses.longestEvent)
    private var calls: [Call] = []
    private var hasRefused = false
    private var hasBegun = false
    private var hasThought = false
    private var isOver = false

    mutating func receive(_ bytes: Span<UInt8>, into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        self.source.append(bytes)
        self.read(atEnd: false, into: &events)
    }

    mutating func finish(into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        self.read(atEnd: true, into: &events)
        if !self.isOver { self.fail(.truncated, into: &events) }
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
        let type = json.text("type", of: json.root) ?? ""
        func piece(_ name: StaticString = "delta") -> String? {
            json.text(name, of: json.root).flatMap { $0.isEmpty ? nil : $0 }
        }
        switch type {
        case "response.output_text.delta": if let text = piece() { events.append(.text(text)) }
        case "response.refusal.delta":
            self.hasRefused = true
            if let text = piece() { events.append(.refusal(text)) }
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            self.hasThought = true
            if let text = piece() { events.append(.thinking(text)) }
        case "response.reasoning_summary_part.added":
            // Paragraphs of one thought.
            if self.hasThought { events.append(.thinking("\n\n")) }
        case "response.function_call_arguments.delta", "response.function_call_arguments.done":
            self.readArguments(type.hasSuffix("delta") ? piece() : nil, json, into: &events)
        case "response.output_item.added":
            if let item = json.value("item", of: json.root) { self.begin(item, json, into: &events) }
        case "response.output_item.done":
            if let item = json.value("item", of: json.root) { self.end(item, json, into: &events) }
        case "response.output_text.annotation.added":
            let citation = json.value("annotation", of: json.root).flatMap { ResponsesItem.Content.citation($0, json) }
            if let citation { events.append(.citation(citation)) }
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
            self.conclude(json, into: &events)
        case "error":
            let node = json.value("error", of: json.root) ?? json.root
            self.fail(
                ModelFailure(
                    ResponsesAnswerReader.failure(json, json.root)?.kind ?? .server,
                    code: json.text("code", of: node),
                    message: json.text("message", of: node) ?? "the model's provider gave no reason"), into: &events)
        default:
            if let response = json.value("response", of: json.root) {
                self.open(json, response, into: &events)
            } else if let failure = OpenAIErrors.failure(json, status: 200) {
                self.fail(failure, into: &events)
            }
        }
    }

    private mutating func open(
        _ json: borrowing JSONView, _ response: JSONView.Node, into events: inout [AnswerEvent]
    ) {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        events.append(
            .begin(
                AnswerOpening(
                    id: json.text("id", of: response) ?? "", model: json.text("model", of: response) ?? "",
                    created: json.integer("created_at", of: response).map(Int64.init))))
    }

    private func call(_ json: borrowing JSONView) -> Int? {
        guard let output = json.integer("output_index", of: json.root) else { return nil }
        return self.calls.lastIndex { $0.output == output }
    }

    private mutating func begin(_ item: JSONView.Node, _ json: borrowing JSONView, into events: inout [AnswerEvent]) {
        self.hasThought = false
        guard json.text("type", of: item) == "function_call" else { return }
        guard self.calls.count < Self.limit else {
            self.fail(.malformed("the answer has too many calls"), into: &events)
            return
        }
        let number = self.calls.count
        self.calls.append(Call(output: json.integer("output_index", of: json.root) ?? number))
        events.append(
            .toolCallBegin(
                call: number, id: json.text("call_id", of: item) ?? "", name: json.text("name", of: item) ?? ""))
    }

    private mutating func readArguments(_ piece: String?, _ json: borrowing JSONView, into events: inout [AnswerEvent])
    {
        guard let call = self.call(json), !self.calls[call].isEnded else { return }
        // Servers that send no pieces say it all at the end.
        let text = piece ?? (self.calls[call].hasPieces ? nil : json.text("arguments", of: json.root))
        guard let text, !text.isEmpty else { return }
        self.calls[call].hasPieces = true
        events.append(.toolCallArguments(text, call: call))
    }

    private mutating func end(_ item: JSONView.Node, _ json: borrowing JSONView, into events: inout [AnswerEvent]) {
        switch json.text("type", of: item) {
        case "function_call":
            guard let call = self.call(json), !self.calls[call].isEnded else { return }
            if !self.calls[call].hasPieces, let text = json.text("arguments", of: item), !text.isEmpty {
                events.append(.toolCallArguments(text, call: call))
            }
            self.calls[call].isEnded = true
            events.append(.toolCallEnd(call: call))
        case "reasoning":
            guard let encrypted = json.text("encrypted_content", of: item) else { return }
            events.append(self.hasThought ? .signature(encrypted) : .redactedThinking(encrypted))
        default: break
        }
    }

    private mutating func conclude(_ json: borrowing JSONView, into events: inout [AnswerEvent]) {
        guard let response = json.value("response", of: json.root) else {
            self.fail(.malformed("the last event has no response"), into: &events)
            return
        }
        self.open(json, response, into: &events)
        if let failure = ResponsesAnswerReader.failure(json, response) {
            self.fail(failure, into: &events)
            return
        }
        if let usage = json.value("usage", of: response).flatMap({ ResponsesUsage.usage(json, $0) }) {
            events.append(.usage(usage))
        }
        var stop = ResponsesAnswerReader.stop(json, response, []) ?? .end
        if stop == .end { stop = !self.calls.isEmpty ? .toolCalls : self.hasRefused ? .refusal : .end }
        events.append(.stop(stop))
        events.append(.end)
        self.isOver = true
    }

    private mutating func fail(_ failure: ModelFailure, into events: inout [AnswerEvent]) {
        events.append(.failure(failure))
        self.isOver = true
    }
}
