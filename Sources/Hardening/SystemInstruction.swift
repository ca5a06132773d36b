import Codecs
import Kernel

/// A text that is to stand before the system's instructions of a request.
struct SystemInstruction {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The one change that puts it there. What the caller says to the system stays and follows it.
    func patch(_ shape: WireShape, _ tape: JSONTape, _ bytes: Span<UInt8>) -> BytePatch {
        switch shape {
        case .openAIChat: self.inMessages(tape, bytes)
        case .openAIResponses: self.member("instructions", tape, bytes)
        case .anthropicMessages, .bedrockConverse: self.member("system", tape, bytes)
        case .gemini: self.inSystemInstruction(tape, bytes)
        }
    }

    /// Into the first message where that is the system's: some servers take only one of them.
    private func inMessages(_ tape: JSONTape, _ bytes: Span<UInt8>) -> BytePatch {
        guard let messages = tape.member("messages", of: tape.root, in: bytes),
            let first = tape.firstElement(of: messages)
        else { return self.member("system", tape, bytes) }
        if let role = tape.member("role", of: first, in: bytes),
            tape.isString(role, "system", in: bytes) || tape.isString(role, "developer", in: bytes),
            let content = tape.member("content", of: first, in: bytes), let patch = self.before(content, tape)
        {
            return patch
        }
        let start = tape[first].range.lowerBound
        return BytePatch(start..<start, self.json(#"{"role":"system","content":""#, #""},"#))
    }

    private func member(_ name: StaticString, _ tape: JSONTape, _ bytes: Span<UInt8>) -> BytePatch {
        guard let value = tape.member(name, of: tape.root, in: bytes) else {
            return self.newMember(#""\#(name)":""#, #"","#, tape)
        }
        return self.before(value, tape) ?? BytePatch(tape[value].range, self.json("\"", "\""))
    }

    private func inSystemInstruction(_ tape: JSONTape, _ bytes: Span<UInt8>) -> BytePatch {
        let value =
            tape.member("systemInstruction", of: tape.root, in: bytes)
            ?? tape.member("system_instruction", of: tape.root, in: bytes)
        guard let value else {
            return self.newMember(#""systemInstruction":{"parts":[{"text":""#, #""}]},"#, tape)
        }
        guard let parts = tape.member("parts", of: value, in: bytes),
            let patch = self.before(parts, tape, part: #"{"text":""#)
        else {
            return BytePatch(tape[value].range, self.json(#"{"parts":[{"text":""#, #""}]}"#))
        }
        return patch
    }

    /// Before what a string says, or as the first of a list of parts; nil for anything else.
    private func before(
        _ content: JSONTape.Node, _ tape: JSONTape, part: String = #"{"type":"text","text":""#
    ) -> BytePatch? {
        let range = tape[content].range
        switch tape.kind(content) {
        case .string:
            let separator = range.isEmpty ? "" : #"\n\n"#
            return BytePatch(range.lowerBound..<range.lowerBound, self.json("", separator))
        case .array:
            guard let first = tape.firstElement(of: content) else {
                return BytePatch(range, self.json("[" + part, #""}]"#))
            }
            let start = tape[first].range.lowerBound
            return BytePatch(start..<start, self.json(part, #""},"#))
        default:
            return nil
        }
    }

    private func newMember(_ before: String, _ after: String, _ tape: JSONTape) -> BytePatch {
        let start = tape[tape.root].range.lowerBound + 1
        return BytePatch(start..<start, self.json(before, after))
    }

    private func json(_ before: String, _ after: String) -> [UInt8] {
        Array(before.utf8) + JSONString.escaped(Array(self.text.utf8)) + Array(after.utf8)
    }
}
