import AgentCodecs
import Codecs
import Framing
import Kernel
import Providers

// Events of OpenAI's responses.
extension StreamInspector {
    private static let structure: [StaticString] = [
        "id", "type", "name", "item_id", "call_id", "response_id", "role", "status", "model", "object", "obfuscation",
        "encrypted_content", "token",
    ]

    mutating func readResponsesEvent(
        _ text: Span<UInt8>, at offset: Int, into frame: inout Frame
    ) throws(Failure) {
        let root = self.tape.root
        let type = self.tape.member("type", of: root, in: text).flatMap { self.tape.string($0, in: text) } ?? ""
        if let number = self.tape.member("sequence_number", of: root, in: text).flatMap({
            self.tape.integer($0, in: text)
        }),
            number >= 0, number < Int(Int32.max)
        {
            self.nextNumber = max(self.nextNumber, number + 1)
        }
        if type == "error" { throw .upstream(UpstreamErrorBody(eventIn: self.tape, of: root, text)) }
        let item =
            self.tape.member("output_index", of: root, in: text).flatMap { self.tape.integer($0, in: text) } ?? -1
        let part =
            self.tape.member("content_index", of: root, in: text).flatMap { self.tape.integer($0, in: text) } ?? 0
        if let response = self.tape.member("response", of: root, in: text) {
            try self.readResponse(response, type, text, at: offset, into: &frame)
        } else if type.hasSuffix(".delta"), let delta = self.tape.member("delta", of: root, in: text) {
            let before = frame.pieces.count
            let field = Self.field(of: type)
            if self.tape.kind(delta) == .string {
                self.add(delta, field, choice: item, tool: part, text, at: offset, into: &frame)
            } else {
                self.addStrings(
                    below: delta, group: field, choice: item, tool: part, except: Self.structure, text, at: offset,
                    into: &frame)
            }
            self.readTokens(below: root, from: before, text, at: offset, into: &frame)
        } else {
            // What was said in pieces, whole once more; or an item that begins, with nothing in it yet.
            if type.hasSuffix(".done") { self.settle(choice: item) }
            let before = frame.pieces.count
            self.addStrings(
                below: root, group: Self.field(of: type), choice: item, tool: part, isWhole: true,
                isEcho: type.hasSuffix(".done"), except: Self.structure, text, at: offset, into: &frame)
            self.readTokens(below: root, from: before, text, at: offset, into: &frame)
        }
    }

    /// Token probabilities, however deep below a node: they spell the text once more, beside it.
    private mutating func readTokens(
        below node: JSONTape.Node, from first: Int, _ text: Span<UInt8>, at offset: Int, into frame: inout Frame
    ) {
        if self.tape.kind(node) == .array {
            var next = self.tape.firstElement(of: node)
            while let element = next {
                next = self.tape.element(after: element, of: node)
                self.readTokens(below: element, from: first, text, at: offset, into: &frame)
            }
            return
        }
        var member = self.tape.firstMember(of: node)
        while let (name, value) = member {
            member = self.tape.member(after: value, of: node)
            if self.tape.isString(name, "logprobs", in: text), self.tape.kind(value) == .array {
                frame.tokens.append((first..<frame.pieces.count, self.tape[value].range.shifted(by: offset)))
            } else {
                self.readTokens(below: value, from: first, text, at: offset, into: &frame)
            }
        }
    }

    private mutating func readResponse(
        _ response: JSONTape.Node, _ type: String, _ text: Span<UInt8>, at offset: Int, into frame: inout Frame
    ) throws(Failure) {
        self.servedModel = self.tape.member("model", of: response, in: text).flatMap { self.tape.string($0, in: text) }
        if let usage = self.tape.member("usage", of: response, in: text) {
            self.usage = ResponsesUsage.usage(JSONView(self.tape, text), usage) ?? self.usage
        }
        switch type {
        case "response.failed":
            throw .upstream(
                UpstreamErrorBody(self.tape, of: response, text) ?? UpstreamErrorBody(message: "the response failed"))
        case "response.completed", "response.incomplete":
            for index in self.channels.indices { self.channels[index].isFinished = true }
            self.isDone = true
        default: break
        }
        let before = frame.pieces.count
        self.addStrings(
            below: response, group: Self.field(of: type), choice: -1, isWhole: true, isEcho: true,
            except: Self.structure, text, at: offset, into: &frame)
        self.readTokens(below: response, from: before, text, at: offset, into: &frame)
    }
}
