import Conversation
import Kernel

/// Reads a stream of chunks, with the liberties that servers take: comments, named events, chunks without choices, tool
/// calls without an index, a reason to finish with every chunk, usage with every chunk, no `[DONE]`.
///
/// Why a choice ends is told at the end only, when it is certain that nothing of it follows. A stream without `[DONE]` is
/// complete where every choice that was begun gave its reason.
struct OpenAIChatStreamReader: AnswerStreamReader {
    /// A call as its chunks tell of it.
    private struct Call {
        /// The number on the wire.
        let index: Int
        var id: String
        var name: String
        /// Arguments that came before the name did.
        var held = ""
        var isBegun = false
        var isEnded = false
        var progress = JSONProgress()
    }

    private struct Choice {
        let index: Int
        var calls: [Call] = []
        var stop: StopReason?
    }

    /// More choices or calls than any model gives: the stream is refused.
    private static let limit = 1024
    /// The most bytes of arguments that are kept for a call whose name has not come.
    private static let mostHeld = 1 << 20

    private var source = JSONEvents(limit: WireShape.openAIChat.longestEvent)
    private var choices: [Choice] = []
    private var hasBegun = false
    private var isOver = false

    mutating func receive(_ bytes: Span<UInt8>, into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        self.source.append(bytes)
        self.read(atEnd: false, into: &events)
    }

    mutating func finish(into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        self.read(atEnd: true, into: &events)
        guard !self.isOver else { return }
        if !self.choices.isEmpty, self.choices.allSatisfy({ $0.stop != nil }) {
            self.conclude(into: &events)
        } else {
            self.fail(.truncated, into: &events)
        }
    }

    private mutating func read(atEnd: Bool, into events: inout [AnswerEvent]) {
        var source = JSONEvents()
        swap(&source, &self.source)
        do throws(ModelFailure) {
            while !self.isOver, let event = try source.next(atEnd: atEnd) {
                guard case .object = event else {
                    self.conclude(into: &events)
                    break
                }
                self.read(source.object, into: &events)
            }
        } catch { self.fail(error, into: &events) }
        swap(&source, &self.source)
    }

    private mutating func read(_ json: borrowing JSONView, into events: inout [AnswerEvent]) {
        if let failure = OpenAIErrors.failure(json, status: 200) {
            self.fail(failure, into: &events)
            return
        }
        let choices = json.value("choices", of: json.root).map { json.elements(of: $0) } ?? []
        if !self.hasBegun {
            let id = json.text("id", of: json.root) ?? ""
            // What comes before (Azure's results of filters) does not know the answer's id yet.
            if !id.isEmpty || !choices.isEmpty {
                self.hasBegun = true
                events.append(
                    .begin(
                        AnswerOpening(
                            id: id, model: json.text("model", of: json.root) ?? "",
                            created: json.integer("created", of: json.root).map(Int64.init))))
            }
        }
        for choice in choices {
            self.read(choice: choice, json, into: &events)
            guard !self.isOver else { return }
        }
        if let usage = json.value("usage", of: json.root).flatMap({ OpenAIUsage.usage(json, $0) }) {
            events.append(.usage(usage))
        }
    }

    private mutating func read(
        choice node: JSONView.Node, _ json: borrowing JSONView, into events: inout [AnswerEvent]
    ) {
        let index = json.integer("index", of: node) ?? 0
        let place: Int
        if let known = self.choices.firstIndex(where: { $0.index == index }) {
            place = known
        } else {
            guard index >= 0, self.choices.count < Self.limit else {
                self.fail(.malformed("there are too many choices"), into: &events)
                return
            }
            place = self.choices.count
            self.choices.append(Choice(index: index))
        }
        if let reason = json.text("finish_reason", of: node).flatMap(StopReason.init(finishReason:)) {
            self.choices[place].stop = reason
        }
        // Some servers send a whole message for the only chunk.
        guard let delta = json.value("delta", of: node) ?? json.value("message", of: node) else { return }
        let thought = OpenAIChatAnswerReader.thought(json, of: delta)
        if let thought { events.append(.thinking(thought, choice: index)) }
        if let blocks = json.value("thinking_blocks", of: delta) {
            self.read(thoughts: blocks, isToldTwice: thought != nil, json, choice: index, into: &events)
        }
        if let text = json.text("content", of: delta), !text.isEmpty { events.append(.text(text, choice: index)) }
        if let text = json.text("refusal", of: delta), !text.isEmpty { events.append(.refusal(text, choice: index)) }
        if let annotations = json.value("annotations", of: delta) {
            for citation in OpenAIChatAnswerReader.citations(json, annotations) {
                events.append(.citation(citation, choice: index))
            }
        }
        if let calls = json.value("tool_calls", of: delta) {
            for call in json.elements(of: calls) {
                self.read(call: call, json.value("function", of: call), json, at: place, into: &events)
            }
        } else if let function = json.value("function_call", of: delta) {
            self.read(call: function, function, json, at: place, into: &events)
        }
    }

    private func read(
        thoughts: JSONView.Node, isToldTwice: Bool, _ json: borrowing JSONView, choice: Int,
        into events: inout [AnswerEvent]
    ) {
        for block in json.elements(of: thoughts) {
            if let data = json.text("data", of: block) { events.append(.redactedThinking(data, choice: choice)) }
            if !isToldTwice, let text = json.text("thinking", of: block), !text.isEmpty {
                events.append(.thinking(text, choice: choice))
            }
            if let signature = json.text("signature", of: block), !signature.isEmpty {
                events.append(.signature(signature, choice: choice))
            }
        }
    }

    // MARK: Tool calls

    private mutating func read(
        call node: JSONView.Node, _ function: JSONView.Node?, _ json: borrowing JSONView, at place: Int,
        into events: inout [AnswerEvent]
    ) {
        let id = json.text("id", of: node) ?? ""
        let number = self.number(of: json.integer("index", of: node), id: id, at: place)
        guard number < Self.limit else {
            self.fail(.malformed("there are too many tool calls"), into: &events)
            return
        }
        let choice = self.choices[place].index
        if self.choices[place].calls[number].id.isEmpty { self.choices[place].calls[number].id = id }
        if self.choices[place].calls[number].name.isEmpty, let name = function.flatMap({ json.text("name", of: $0) }) {
            self.choices[place].calls[number].name = name
        }
        let piece = function.flatMap { OpenAIChatAnswerReader.arguments(json, of: $0) } ?? ""
        self.choices[place].calls[number].held += piece
        guard self.choices[place].calls[number].held.utf8.count <= Self.mostHeld else {
            self.fail(.malformed("the call of a tool has no name"), into: &events)
            return
        }
        self.flush(number, at: place, choice: choice, into: &events)
    }

    /// Which of the choice's calls a piece belongs to: by its index, or without one (or where servers give all of them
    /// the same) by its id; a piece without either goes to the last.
    private mutating func number(of index: Int?, id: String, at place: Int) -> Int {
        let calls = self.choices[place].calls
        if let index {
            if let known = calls.lastIndex(where: { $0.index == index }),
                id.isEmpty || calls[known].id.isEmpty || calls[known].id == id
            {
                return known
            }
        } else if let last = calls.indices.last {
            if id.isEmpty || calls[last].id == id { return last }
            if let known = calls.firstIndex(where: { $0.id == id }) { return known }
        }
        if calls.count < Self.limit {
            self.choices[place].calls.append(Call(index: index ?? calls.count, id: "", name: ""))
        }
        return calls.count
    }

    /// Tells what is known of a call, as soon as its name is.
    private mutating func flush(_ number: Int, at place: Int, choice: Int, into events: inout [AnswerEvent]) {
        guard !self.choices[place].calls[number].name.isEmpty else { return }
        if !self.choices[place].calls[number].isBegun {
            self.choices[place].calls[number].isBegun = true
            // Calls come one after the other; only where one is not complete do both stay open.
            for earlier in 0..<number where self.choices[place].calls[earlier].progress.isComplete {
                self.end(earlier, at: place, choice: choice, into: &events)
            }
            let call = self.choices[place].calls[number]
            events.append(.toolCallBegin(call: number, id: call.id, name: call.name, choice: choice))
        }
        let piece = self.choices[place].calls[number].held
        guard !piece.isEmpty, !self.choices[place].calls[number].isEnded else { return }
        self.choices[place].calls[number].held = ""
        self.choices[place].calls[number].progress.take(piece)
        events.append(.toolCallArguments(piece, call: number, choice: choice))
    }

    private mutating func end(_ number: Int, at place: Int, choice: Int, into events: inout [AnswerEvent]) {
        guard self.choices[place].calls[number].isBegun, !self.choices[place].calls[number].isEnded else { return }
        self.choices[place].calls[number].isEnded = true
        events.append(.toolCallEnd(call: number, choice: choice))
    }

    // MARK: The end

    private mutating func conclude(into events: inout [AnswerEvent]) {
        self.isOver = true
        for place in self.choices.indices {
            let choice = self.choices[place].index
            for number in self.choices[place].calls.indices {
                self.end(number, at: place, choice: choice, into: &events)
            }
            if let stop = self.choices[place].stop { events.append(.stop(stop, choice: choice)) }
        }
        events.append(.end)
    }

    private mutating func fail(_ failure: ModelFailure, into events: inout [AnswerEvent]) {
        guard !self.isOver else { return }
        self.isOver = true
        events.append(.failure(failure))
    }
}
