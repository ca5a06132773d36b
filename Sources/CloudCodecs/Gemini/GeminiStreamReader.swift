import Codecs
import Conversation
import Kernel

/// Reads the events of `streamGenerateContent?alt=sse`. There is no mark at the end: the stream is complete where every
/// candidate that was begun gave its reason, or the prompt was refused.
struct GeminiStreamReader: AnswerStreamReader {
    private struct Candidate {
        let index: Int
        var calls = 0
        var stop: StopReason?
    }

    /// More candidates than any model gives: the stream is refused.
    private static let limit = 64

    private var source = JSONEvents(limit: WireShape.gemini.longestEvent)
    private var candidates: [Candidate] = []
    private var answer = ""
    /// Calls without an id, over all candidates.
    private var calls = 0
    private var usage: TokenUsage?
    private var isBlocked = false
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
        let isComplete = self.isBlocked || !self.candidates.isEmpty && self.candidates.allSatisfy { $0.stop != nil }
        guard isComplete else {
            self.fail(.truncated, into: &events)
            return
        }
        if self.candidates.isEmpty { events.append(.stop(.contentFilter)) }
        for candidate in self.candidates {
            if let stop = candidate.stop { events.append(.stop(stop, choice: candidate.index)) }
        }
        events.append(.end)
        self.isOver = true
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
        if let failure = GeminiErrors.failure(json, json.root, status: 200) {
            self.fail(failure, into: &events)
            return
        }
        let usage = GeminiContent.usage(json)
        if !self.hasBegun {
            self.hasBegun = true
            self.answer = json.text("responseId", of: json.root) ?? ""
            events.append(
                .begin(
                    AnswerOpening(
                        id: self.answer, model: json.text("modelVersion", of: json.root) ?? "", usage: usage)))
        }
        self.isBlocked = self.isBlocked || GeminiAnswerReader.isBlocked(json)
        for candidate in GeminiAnswerReader.candidates(json) {
            self.read(candidate: candidate, json, into: &events)
            guard !self.isOver else { return }
        }
        // Every chunk has it, and only what it grew to is news.
        if let usage, usage != self.usage {
            self.usage = usage
            events.append(.usage(usage))
        }
    }

    private mutating func read(
        candidate node: JSONView.Node, _ json: borrowing JSONView, into events: inout [AnswerEvent]
    ) {
        let index = json.integer("index", of: node) ?? 0
        guard (0..<Self.limit).contains(index) else {
            self.fail(.malformed("a candidate has no sensible index"), into: &events)
            return
        }
        let place = self.candidates.firstIndex { $0.index == index } ?? self.candidates.count
        if place == self.candidates.count { self.candidates.append(Candidate(index: index)) }
        var parts: [Message.Part] = []
        for part in GeminiAnswerReader.parts(of: node, json) {
            GeminiAnswerReader.read(part, json, self.answer, &self.calls, into: &parts)
        }
        for part in parts { self.tell(part, place, into: &events) }
        for citation in GeminiAnswerReader.citations(of: node, json) {
            events.append(.citation(citation, choice: index))
        }
        do throws(CodecError) {
            let isCalling = self.candidates[place].calls > 0
            if let stop = try GeminiAnswerReader.stop(of: node, json, isCalling: isCalling) {
                self.candidates[place].stop = stop
            }
        } catch { self.fail(error.failure ?? .malformed(error.message), into: &events) }
    }

    private mutating func tell(_ part: Message.Part, _ place: Int, into events: inout [AnswerEvent]) {
        let choice = self.candidates[place].index
        switch part {
        case .text(let text): if !text.isEmpty { events.append(.text(text, choice: choice)) }
        case .thinking(let text, let signature):
            if !text.isEmpty { events.append(.thinking(text, choice: choice)) }
            if let signature { events.append(.signature(signature, choice: choice)) }
        case .redactedThinking(let data): events.append(.redactedThinking(data, choice: choice))
        case .toolCall(let call):
            let number = self.candidates[place].calls
            self.candidates[place].calls += 1
            events.append(.toolCallBegin(call: number, id: call.id, name: call.name, choice: choice))
            events.append(.toolCallArguments(call.arguments, call: number, choice: choice))
            events.append(.toolCallEnd(call: number, choice: choice))
        default: break
        }
    }

    private mutating func fail(_ failure: ModelFailure, into events: inout [AnswerEvent]) {
        events.append(.failure(failure))
        self.isOver = true
    }
}
