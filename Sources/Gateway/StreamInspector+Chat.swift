import Codecs
import Framing
import Kernel
import NIOCore
import Providers

// Chunks of OpenAI's chat completions.
extension StreamInspector {
    mutating func readChunk(_ text: Span<UInt8>, at offset: Int, _ content: ByteBuffer, into frame: inout Frame) {
        let root = self.tape.root
        if self.servedModel == nil {
            self.servedModel = self.tape.member("model", of: root, in: text).flatMap { self.tape.string($0, in: text) }
        }
        var hasChoices = false
        if let choices = self.tape.member("choices", of: root, in: text) {
            var next = self.tape.firstElement(of: choices)
            while let choice = next {
                hasChoices = true
                self.readChoice(choice, text, at: offset, into: &frame)
                next = self.tape.element(after: choice, of: choices)
            }
        }
        guard let node = self.tape.member("usage", of: root, in: text),
            let usage = OpenAIUsage.usage(JSONView(self.tape, text), node)
        else { return }
        self.usage = usage
        if hasChoices {
            frame.usage = self.tape[node].range.shifted(by: offset)
        } else {
            frame.isDropped = true
        }
        if self.wantsUsage { self.holdUsage(content, text) }
    }

    /// Keeps the chunk that tells the usage for the end of the stream, without its choices, which went on before.
    private mutating func holdUsage(_ content: ByteBuffer, _ text: Span<UInt8>) {
        var patches: [BytePatch] = []
        if let choices = self.tape.member("choices", of: self.tape.root, in: text) {
            patches.append(BytePatch(self.tape[choices].range, Array("[]".utf8)))
        }
        var held = ByteBuffer(staticString: "data: ")
        held.writeImmutableBuffer(content.patched(patches))
        held.writeStaticString("\n\n")
        self.usageFrame = held
    }

    private mutating func readChoice(
        _ choice: JSONTape.Node, _ text: Span<UInt8>, at offset: Int, into frame: inout Frame
    ) {
        let index = self.tape.member("index", of: choice, in: text).flatMap { self.tape.integer($0, in: text) } ?? 0
        var isFinished = false
        if let reason = self.tape.member("finish_reason", of: choice, in: text) {
            // Some servers send an empty one with every chunk.
            isFinished = self.tape.kind(reason) == .string && !self.tape[reason].range.isEmpty
        }
        let before = frame.pieces.count
        // A whole message in a chunk is no part of the protocol, and no way around the detectors.
        if let spoken = self.tape.member("delta", of: choice, in: text)
            ?? self.tape.member("message", of: choice, in: text)
        {
            self.readDelta(spoken, of: index, text, at: offset, into: &frame)
        } else if let whole = self.tape.member("text", of: choice, in: text) {
            self.add(whole, Self.field(of: "text"), choice: index, text, at: offset, into: &frame)
        }
        if let tokens = self.tape.member("logprobs", of: choice, in: text), self.tape.kind(tokens) != .null {
            frame.tokens.append((before..<frame.pieces.count, self.tape[tokens].range.shifted(by: offset)))
        }
        if frame.pieces.count > before { self.settleOthers(of: index, than: frame.pieces[before...]) }
        self.choices[index] = isFinished || self.choices[index] == true
    }

    /// Every string of a delta is text of some channel, but for its role and the names of tools and their calls.
    private mutating func readDelta(
        _ delta: JSONTape.Node, of choice: Int, _ text: Span<UInt8>, at offset: Int, into frame: inout Frame
    ) {
        var tool = 0
        var member = self.tape.firstMember(of: delta)
        while let (name, value) = member {
            member = self.tape.member(after: value, of: delta)
            switch self.tape.kind(value) {
            case .string:
                guard !self.tape.isString(name, "role", in: text) else { continue }
                let field = Self.field(of: text.extracting(self.tape[name].range))
                self.add(value, field, choice: choice, text, at: offset, into: &frame)
            case .array:
                var next = self.tape.firstElement(of: value)
                while let element = next {
                    next = self.tape.element(after: element, of: value)
                    if let number = self.tape.member("index", of: element, in: text) {
                        tool = self.tape.integer(number, in: text) ?? tool
                    }
                    self.addStrings(below: element, choice: choice, tool: tool, text, at: offset, into: &frame)
                    tool += 1
                }
            case .object: self.addStrings(below: value, choice: choice, text, at: offset, into: &frame)
            case .number, .true, .false, .null: break
            }
        }
    }
}
