import Codecs
import Conversation
import Kernel

/// Writes a stream of chunks, each with the form of an answer. Reasons to stop wait for the end, since usage stands beside
/// them; a call is held back until it is whole, since the wire has no pieces of one.
struct GeminiStreamWriter: AnswerStreamWriter {
    enum Form { case events, array }

    private struct Call {
        let number: Int
        let choice: Int
        var call: ToolCall
    }

    /// The most bytes that calls and citations may hold back; a stream that wants more fails.
    private static let limit = 4 << 20

    private let options: AnswerOptions
    private let form: Form
    private var opening = AnswerOpening(id: "", model: "")
    private var open: [Call] = []
    private var citations: [(choice: Int, citation: Citation)] = []
    private var held = 0
    private var stops: [(choice: Int, stop: StopReason)] = []
    private var usage: TokenUsage?
    private var hasWritten = false
    private var isOver = false

    init(_ options: AnswerOptions, form: Form) {
        self.options = options
        self.form = form
    }

    mutating func write(_ event: AnswerEvent, into bytes: inout [UInt8]) {
        guard !self.isOver else { return }
        switch event {
        case .begin(let opening):
            self.opening = opening
            self.usage = opening.usage
        case .text(let text, let choice), .refusal(let text, let choice):
            self.write(.text(text), choice, into: &bytes)
        case .thinking(let text, let choice): self.write(.thinking(text, signature: nil), choice, into: &bytes)
        case .signature(let signature, let choice):
            self.write(.thinking("", signature: signature), choice, into: &bytes)
        case .redactedThinking(let data, let choice): self.write(.redactedThinking(data), choice, into: &bytes)
        case .toolCallBegin(let number, let id, let name, let choice):
            let call = ToolCall(
                id: id.isEmpty ? self.options.callID(number, choice: choice) : id, name: name, arguments: "")
            self.open.append(Call(number: number, choice: choice, call: call))
            self.hold(id.utf8.count + name.utf8.count, into: &bytes)
        case .toolCallSignature(let signature, let number, let choice):
            if let place = self.place(number, choice) { self.open[place].call.signature = signature }
        case .toolCallArguments(let piece, let number, let choice):
            guard let place = self.place(number, choice) else { return }
            self.open[place].call.arguments += piece
            self.hold(piece.utf8.count, into: &bytes)
        case .toolCallEnd(let number, let choice):
            guard let place = self.place(number, choice) else { return }
            let call = self.open.remove(at: place).call
            self.held -= call.arguments.utf8.count
            self.write(.toolCall(call), choice, into: &bytes)
        case .citation(let citation, let choice):
            self.citations.append((choice, citation))
            self.hold(256, into: &bytes)
        case .usage(let usage): self.usage = usage
        case .stop(let stop, let choice): self.stops.append((choice, stop))
        case .failure(let failure): self.fail(failure, into: &bytes)
        case .end: self.conclude(into: &bytes)
        }
    }

    private func place(_ number: Int, _ choice: Int) -> Int? {
        self.open.firstIndex { $0.number == number && $0.choice == choice }
    }

    private mutating func hold(_ count: Int, into bytes: inout [UInt8]) {
        self.held += count
        guard self.held > Self.limit else { return }
        self.fail(
            ModelFailure(.server, code: "answer_too_large", message: "a call in the answer is too large"), into: &bytes)
    }

    private mutating func write(_ part: Message.Part, _ choice: Int, into bytes: inout [UInt8]) {
        var json = JSONWriter()
        json.object { json in
            json.array("candidates") { GeminiAnswerWriter.write(choice, [part], nil, [], to: &$0) }
            self.writeName(to: &json)
        }
        self.append(json.bytes, into: &bytes)
    }

    private func writeName(to json: inout JSONWriter) {
        json.member("modelVersion", self.options.model ?? self.opening.model)
        json.member("responseId", self.opening.id.isEmpty ? self.options.exchange : self.opening.id)
    }

    private mutating func append(_ chunk: [UInt8], into bytes: inout [UInt8]) {
        switch self.form {
        case .events:
            bytes.append("data: ")
            bytes.append(contentsOf: chunk)
            bytes.append("\r\n\r\n")
        case .array:
            if self.hasWritten { bytes.append(",\r\n") } else { bytes.append("[") }
            bytes.append(contentsOf: chunk)
        }
        self.hasWritten = true
    }

    private mutating func conclude(into bytes: inout [UInt8]) {
        // Calls that were not ended are whole now.
        for call in self.open { self.write(.toolCall(call.call), call.choice, into: &bytes) }
        if self.stops.isEmpty { self.stops = [(0, .end)] }
        var json = JSONWriter()
        json.object { json in
            json.array("candidates") { json in
                for (choice, stop) in self.stops {
                    let citations = self.citations.filter { $0.choice == choice }.map(\.citation)
                    GeminiAnswerWriter.write(choice, [], stop, citations, to: &json)
                }
            }
            GeminiUsage.write(self.usage, to: &json)
            self.writeName(to: &json)
        }
        self.append(json.bytes, into: &bytes)
        if self.form == .array { bytes.append("]") }
        self.isOver = true
    }

    private mutating func fail(_ failure: ModelFailure, into bytes: inout [UInt8]) {
        self.append(
            GeminiErrors.body(of: WireError(failure, exchange: self.options.exchange)), into: &bytes)
        if self.form == .array { bytes.append("]") }
        self.isOver = true
    }
}
