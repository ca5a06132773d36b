import Codecs
import Conversation
import Kernel

/// Writes the events of a streamed response. The wire has one choice; pieces of others are left out.
///
/// Its last events repeat what was said, so it is kept until then: up to 16 MiB a stream, beyond which the stream fails.
struct ResponsesStreamWriter: AnswerStreamWriter {
    private static let limit = 16 << 20

    private let options: AnswerOptions
    private var response: ResponsesAnswerWriter.Response
    private var number = 0
    private var items: [ResponsesItem] = []
    /// The item of speech or thought that is open.
    private var open: Int?
    /// The items of calls that are open, by the calls' numbers, with their arguments.
    private var calls: [Int: (item: Int, call: ToolCall)] = [:]
    private var stop: StopReason?
    private var kept = 0
    private var hasBegun = false
    private var isOver = false

    init(_ options: AnswerOptions) {
        self.options = options
        self.response = ResponsesAnswerWriter.Response(
            id: ResponsesAnswerWriter.id("", options), model: options.model ?? "", created: options.created)
    }

    mutating func write(_ event: AnswerEvent, into bytes: inout [UInt8]) {
        guard !self.isOver else { return }
        if case .begin(let opening) = event {
            self.begin(opening, into: &bytes)
            return
        }
        if !self.hasBegun { self.begin(AnswerOpening(id: "", model: ""), into: &bytes) }
        switch event {
        case .text(let text, 0): self.speak(text, isRefusal: false, into: &bytes)
        case .refusal(let text, 0): self.speak(text, isRefusal: true, into: &bytes)
        case .citation(let citation, 0): self.cite(citation, into: &bytes)
        case .thinking(let text, 0): self.think(text, into: &bytes)
        case .signature(let signature, 0):
            self.openThought(into: &bytes)
            if let open = self.open { self.items[open].encrypted = signature }
            self.close(into: &bytes)
        case .redactedThinking(let data, 0):
            self.close(into: &bytes)
            self.openThought(into: &bytes)
            if let open = self.open { self.items[open].encrypted = data }
            self.close(into: &bytes)
        case .toolCallBegin(let number, let id, let name, 0): self.beginCall(number, id, name, into: &bytes)
        case .toolCallArguments(let piece, let number, 0): self.argue(piece, number, into: &bytes)
        case .toolCallEnd(let number, 0): self.endCall(number, into: &bytes)
        case .usage(let usage): self.response.usage = usage
        case .stop(let stop, 0): self.stop = stop
        case .failure(let failure): self.fail(failure, into: &bytes)
        case .end: self.conclude(into: &bytes)
        case .begin, .text, .refusal, .citation, .thinking, .signature, .redactedThinking, .toolCallBegin,
            .toolCallArguments, .toolCallEnd, .toolCallSignature, .stop:
            break
        }
    }

    // MARK: The response

    private mutating func begin(_ opening: AnswerOpening, into bytes: inout [UInt8]) {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        self.response.id = ResponsesAnswerWriter.id(opening.id, self.options)
        self.response.model = self.options.model ?? opening.model
        self.response.created = opening.created ?? self.options.created
        self.tellResponse("response.created", into: &bytes)
        self.tellResponse("response.in_progress", into: &bytes)
        self.response.usage = opening.usage
    }

    private mutating func tellResponse(_ type: StaticString, into bytes: inout [UInt8]) {
        let response = self.response
        let items = self.items
        self.event(type, into: &bytes) { json in
            json.name("response")
            ResponsesAnswerWriter.write(response, to: &json) { json in for item in items { item.write(to: &json) } }
        }
    }

    private mutating func conclude(into bytes: inout [UInt8]) {
        self.close(into: &bytes)
        for number in self.calls.keys.sorted() { self.endCall(number, into: &bytes) }
        let hasRefused = self.items.contains { item in
            item.contents.contains { if case .refusal = $0 { true } else { false } }
        }
        let stop = (self.stop ?? .end).told(hasRefused: hasRefused)
        self.response.stop = stop
        if stop.incompleteReason != nil, let last = self.items.indices.last { self.items[last].status = "incomplete" }
        self.tellResponse(stop.incompleteReason == nil ? "response.completed" : "response.incomplete", into: &bytes)
        self.isOver = true
    }

    /// Tells it twice: as the response's end, and as the frame that clients take for an error.
    private mutating func fail(_ failure: ModelFailure, into bytes: inout [UInt8]) {
        self.isOver = true
        self.response.failure = failure
        self.items.removeAll()
        self.tellResponse("response.failed", into: &bytes)
        let error = WireError(failure, exchange: self.options.exchange)
        self.event("error", into: &bytes) { OpenAIErrors.writeFrame(error, to: &$0) }
    }

    private mutating func event(
        _ type: StaticString, into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void
    ) {
        Self.append(type, number: self.number, into: &bytes, write)
        self.number += 1
    }

    /// Appends one event of a stream.
    static func append(
        _ type: StaticString, number: Int, into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void
    ) {
        var json = JSONWriter()
        json.object { json in
            json.name("type")
            json.string("\(type)")
            json.member("sequence_number", number)
            write(&json)
        }
        bytes.append("event: ")
        bytes.append(type)
        bytes.append("\ndata: ")
        bytes += json.bytes
        bytes.append("\n\n")
    }

    /// Counts what is kept; false, and the stream over, where it is too much.
    private mutating func keep(_ text: String, into bytes: inout [UInt8]) -> Bool {
        self.kept += text.utf8.count
        guard self.kept > Self.limit else { return true }
        self.fail(ModelFailure(.server, code: "answer_too_large", message: "the answer is too large"), into: &bytes)
        return false
    }

    // MARK: Items

    private mutating func add(_ kind: ResponsesItem.Kind, into bytes: inout [UInt8]) -> Int {
        var item = ResponsesItem(kind, answer: self.response.id, index: self.items.count)
        item.status = "in_progress"
        let index = self.items.count
        self.items.append(item)
        self.event("response.output_item.added", into: &bytes) { json in
            json.member("output_index", index)
            json.name("item")
            item.write(to: &json)
        }
        return index
    }

    private mutating func finish(_ item: Int, into bytes: inout [UInt8]) {
        self.items[item].status = "completed"
        let done = self.items[item]
        self.event("response.output_item.done", into: &bytes) { json in
            json.member("output_index", item)
            json.name("item")
            done.write(to: &json)
        }
    }

    /// An event about a part of an item.
    private mutating func event(
        _ type: StaticString, _ item: Int, _ index: StaticString? = nil, _ place: Int = 0, into bytes: inout [UInt8],
        _ write: (inout JSONWriter) -> Void
    ) {
        let id = self.items[item].id
        self.event(type, into: &bytes) { json in
            json.member("item_id", id)
            json.member("output_index", item)
            if let index { json.member(index, place) }
            write(&json)
        }
    }

    private mutating func close(into bytes: inout [UInt8]) {
        guard let open = self.open else { return }
        self.open = nil
        switch self.items[open].kind {
        case .message: self.closeContent(of: open, into: &bytes)
        case .reasoning:
            let summary = self.items[open].summary
            guard !summary.isEmpty else { break }
            self.event("response.reasoning_summary_text.done", open, "summary_index", into: &bytes) {
                $0.member("text", summary)
            }
            self.event("response.reasoning_summary_part.done", open, "summary_index", into: &bytes) { json in
                json.name("part")
                ResponsesItem.writeSummary(summary, to: &json)
            }
        case .call: break
        }
        self.finish(open, into: &bytes)
    }

    // MARK: Speech

    /// The open message, opened where there is none.
    private mutating func message(into bytes: inout [UInt8]) -> Int {
        if let open = self.open, case .message = self.items[open].kind { return open }
        self.close(into: &bytes)
        let item = self.add(.message, into: &bytes)
        self.open = item
        return item
    }

    private mutating func speak(_ piece: String, isRefusal: Bool, into bytes: inout [UInt8]) {
        guard self.keep(piece, into: &bytes) else { return }
        let item = self.message(into: &bytes)
        switch self.items[item].contents.last {
        case .text where !isRefusal, .refusal where isRefusal: break
        default:
            self.closeContent(of: item, into: &bytes)
            let content: ResponsesItem.Content = isRefusal ? .refusal("") : .text("", [])
            self.items[item].contents.append(content)
            let place = self.items[item].contents.count - 1
            self.event("response.content_part.added", item, "content_index", place, into: &bytes) { json in
                json.name("part")
                content.write(to: &json)
            }
        }
        // Taken out of the list to grow in place.
        let place = self.items[item].contents.count - 1
        switch self.items[item].contents.removeLast() {
        case .text(var text, let citations):
            text += piece
            self.items[item].contents.append(.text(text, citations))
        case .refusal(var text):
            text += piece
            self.items[item].contents.append(.refusal(text))
        }
        let type: StaticString = isRefusal ? "response.refusal.delta" : "response.output_text.delta"
        self.event(type, item, "content_index", place, into: &bytes) { json in
            json.member("delta", piece)
            if !isRefusal { json.array("logprobs") { _ in } }
        }
    }

    private mutating func closeContent(of item: Int, into bytes: inout [UInt8]) {
        guard let content = self.items[item].contents.last else { return }
        let place = self.items[item].contents.count - 1
        switch content {
        case .text(let text, _):
            self.event("response.output_text.done", item, "content_index", place, into: &bytes) { json in
                json.member("text", text)
                json.array("logprobs") { _ in }
            }
        case .refusal(let text):
            self.event("response.refusal.done", item, "content_index", place, into: &bytes) {
                $0.member("refusal", text)
            }
        }
        self.event("response.content_part.done", item, "content_index", place, into: &bytes) { json in
            json.name("part")
            content.write(to: &json)
        }
    }

    private mutating func cite(_ citation: Citation, into bytes: inout [UInt8]) {
        guard citation.url != nil, let open = self.open,
            case .text(let text, let citations) = self.items[open].contents.last,
            self.keep(citation.url ?? "", into: &bytes)
        else { return }
        let place = self.items[open].contents.count - 1
        self.items[open].contents[place] = .text(text, citations + [citation])
        self.event("response.output_text.annotation.added", open, "content_index", place, into: &bytes) { json in
            json.member("annotation_index", citations.count)
            json.name("annotation")
            ResponsesItem.Content.write(citation, to: &json)
        }
    }

    // MARK: Thoughts and calls

    private mutating func openThought(into bytes: inout [UInt8]) {
        if let open = self.open, case .reasoning = self.items[open].kind { return }
        self.close(into: &bytes)
        self.open = self.add(.reasoning, into: &bytes)
    }

    private mutating func think(_ piece: String, into bytes: inout [UInt8]) {
        guard self.keep(piece, into: &bytes) else { return }
        self.openThought(into: &bytes)
        guard let open = self.open else { return }
        if self.items[open].summary.isEmpty {
            self.event("response.reasoning_summary_part.added", open, "summary_index", into: &bytes) { json in
                json.name("part")
                ResponsesItem.writeSummary("", to: &json)
            }
        }
        self.items[open].summary += piece
        self.event("response.reasoning_summary_text.delta", open, "summary_index", into: &bytes) {
            $0.member("delta", piece)
        }
    }

    private mutating func beginCall(_ number: Int, _ id: String, _ name: String, into bytes: inout [UInt8]) {
        self.close(into: &bytes)
        let call = ToolCall(
            id: id.isEmpty ? self.options.callID(number, choice: 0) : id, name: name, arguments: "")
        self.calls[number] = (self.add(.call(call), into: &bytes), call)
    }

    private mutating func argue(_ piece: String, _ number: Int, into bytes: inout [UInt8]) {
        guard !piece.isEmpty, let item = self.calls[number]?.item, self.keep(piece, into: &bytes) else { return }
        self.calls[number]?.call.arguments += piece
        self.event("response.function_call_arguments.delta", item, into: &bytes) { $0.member("delta", piece) }
    }

    private mutating func endCall(_ number: Int, into bytes: inout [UInt8]) {
        guard let (item, open) = self.calls.removeValue(forKey: number) else { return }
        var call = open
        if call.arguments.isEmpty {
            call.arguments = "{}"
            self.event("response.function_call_arguments.delta", item, into: &bytes) { $0.member("delta", "{}") }
        }
        self.event("response.function_call_arguments.done", item, into: &bytes) { json in
            json.member("name", call.name)
            json.member("arguments", call.arguments)
        }
        var done = ResponsesItem(.call(call), answer: self.response.id, index: item)
        done.status = "completed"
        self.items[item] = done
        self.finish(item, into: &bytes)
    }
}
