import Codecs
import Conversation
import Kernel

/// Writes the events of a streamed message. The wire has room for one choice; pieces of others are left out.
///
/// Blocks follow each other: a text ends where a thought or a call begins. Why the message ends is told with its usage,
/// at the very end, as other wires tell the usage last.
struct AnthropicStreamWriter: AnswerStreamWriter {
    private enum Speech { case text, thinking }

    private let options: AnswerOptions
    private var hasBegun = false
    private var isOver = false
    private var nextIndex = 0
    /// The block of text or thought that is open.
    private var open: (speech: Speech, index: Int)?
    /// The blocks of calls that are open, by the call's number.
    private var calls: [Int: Int] = [:]
    private var hasCalled = false
    private var stop: StopReason?
    private var usage: TokenUsage?

    init(_ options: AnswerOptions) { self.options = options }

    mutating func write(_ event: AnswerEvent, into bytes: inout [UInt8]) {
        guard !self.isOver else { return }
        switch event {
        case .begin(let opening): self.begin(opening, into: &bytes)
        case .text(let piece, 0), .refusal(let piece, 0):
            let index = self.block(.text, into: &bytes)
            self.delta(index, "text_delta", into: &bytes) { $0.member("text", piece) }
        case .thinking(let piece, 0):
            let index = self.block(.thinking, into: &bytes)
            self.delta(index, "thinking_delta", into: &bytes) { $0.member("thinking", piece) }
        case .signature(let signature, 0):
            let index = self.block(.thinking, into: &bytes)
            self.delta(index, "signature_delta", into: &bytes) { $0.member("signature", signature) }
            self.closeSpeech(into: &bytes)
        case .redactedThinking(let data, 0):
            self.closeSpeech(into: &bytes)
            let index = self.openBlock(into: &bytes) { json in
                json.member("type", "redacted_thinking")
                json.member("data", data)
            }
            self.closeBlock(index, into: &bytes)
        case .citation(let citation, 0):
            let index = self.block(.text, into: &bytes)
            self.delta(index, "citations_delta", into: &bytes) { json in
                json.name("citation")
                AnthropicCitations.write(citation, to: &json)
            }
        case .toolCallBegin(let call, let id, let name, 0): self.beginCall(call, id, name, into: &bytes)
        case .toolCallArguments(let piece, let call, 0):
            guard let index = self.calls[call], !piece.isEmpty else { return }
            self.delta(index, "input_json_delta", into: &bytes) { $0.member("partial_json", piece) }
        case .toolCallEnd(let call, 0):
            if let index = self.calls.removeValue(forKey: call) { self.closeBlock(index, into: &bytes) }
        case .stop(let reason, 0): self.stop = reason
        case .usage(let usage): self.usage = usage
        case .failure(let failure):
            self.isOver = true
            bytes.append("event: error\ndata: ")
            bytes += AnthropicErrors.body(of: WireError(failure, exchange: self.options.exchange))
            bytes.append("\n\n")
        case .end: self.end(into: &bytes)
        case .text, .refusal, .thinking, .signature, .redactedThinking, .citation, .toolCallBegin, .toolCallArguments,
            .toolCallEnd, .toolCallSignature, .stop:
            break
        }
    }

    // MARK: The frame

    private mutating func begin(_ opening: AnswerOpening, into bytes: inout [UInt8]) {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        self.usage = opening.usage
        self.event("message_start", into: &bytes) { json in
            json.object("message") { json in
                json.member("id", opening.id.isEmpty ? "msg_\(self.options.exchange)" : opening.id)
                json.member("type", "message")
                json.member("role", "assistant")
                json.member("model", self.options.model ?? opening.model)
                json.array("content") { _ in }
                json.member("stop_reason", orNull: nil)
                json.member("stop_sequence", orNull: nil)
                json.name("usage")
                AnthropicUsage.write(opening.usage, to: &json)
            }
        }
    }

    private mutating func end(into bytes: inout [UInt8]) {
        self.begin(AnswerOpening(id: "", model: ""), into: &bytes)
        self.closeSpeech(into: &bytes)
        for index in self.calls.values.sorted() { self.closeBlock(index, into: &bytes) }
        self.isOver = true
        let stop = self.stop ?? (self.hasCalled ? .toolCalls : .end)
        let usage = self.usage
        self.event("message_delta", into: &bytes) { json in
            json.object("delta") { json in
                json.member("stop_reason", stop.stopReason)
                json.member("stop_sequence", orNull: stop.sequence)
            }
            // All of it: some clients read the usage here only.
            json.name("usage")
            AnthropicUsage.write(usage, to: &json)
        }
        self.event("message_stop", into: &bytes) { _ in }
    }

    private func event(
        _ type: String, into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void
    ) {
        bytes.append("event: ")
        bytes.append(contentsOf: type.utf8)
        bytes.append("\ndata: ")
        var json = JSONWriter()
        json.object { json in
            json.member("type", type)
            write(&json)
        }
        bytes += json.bytes
        bytes.append("\n\n")
    }

    // MARK: Blocks

    /// The open block of this kind of speech; opened where it is not.
    private mutating func block(_ speech: Speech, into bytes: inout [UInt8]) -> Int {
        if let open = self.open, open.speech == speech { return open.index }
        self.closeSpeech(into: &bytes)
        let index = self.openBlock(into: &bytes) { json in
            switch speech {
            case .text:
                json.member("type", "text")
                json.member("text", "")
            case .thinking:
                json.member("type", "thinking")
                json.member("thinking", "")
                json.member("signature", "")
            }
        }
        self.open = (speech, index)
        return index
    }

    private mutating func beginCall(_ call: Int, _ id: String, _ name: String, into bytes: inout [UInt8]) {
        self.closeSpeech(into: &bytes)
        self.hasCalled = true
        let id = id.isEmpty ? self.options.callID(call, choice: 0) : id
        self.calls[call] = self.openBlock(into: &bytes) { json in
            json.member("type", "tool_use")
            json.member("id", id)
            json.member("name", name)
            json.object("input") { _ in }
        }
    }

    private mutating func openBlock(
        into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void
    ) -> Int {
        self.begin(AnswerOpening(id: "", model: ""), into: &bytes)
        let index = self.nextIndex
        self.nextIndex += 1
        self.event("content_block_start", into: &bytes) { json in
            json.member("index", index)
            json.object("content_block", write)
        }
        return index
    }

    private func delta(
        _ index: Int, _ type: String, into bytes: inout [UInt8], _ write: (inout JSONWriter) -> Void
    ) {
        self.event("content_block_delta", into: &bytes) { json in
            json.member("index", index)
            json.object("delta") { json in
                json.member("type", type)
                write(&json)
            }
        }
    }

    private func closeBlock(_ index: Int, into bytes: inout [UInt8]) {
        self.event("content_block_stop", into: &bytes) { $0.member("index", index) }
    }

    private mutating func closeSpeech(into bytes: inout [UInt8]) {
        guard let open = self.open else { return }
        self.open = nil
        self.closeBlock(open.index, into: &bytes)
    }
}
