import AgentCodecs
import Codecs
import Framing
import Kernel
import Providers

// Events of Anthropic's messages.
extension StreamInspector {
    /// What only holds a block together. A signature proves a thought to the provider and cannot be changed; it is base64.
    private static let structure: [StaticString] = ["id", "type", "name", "tool_use_id", "media_type", "signature"]

    mutating func readMessagesEvent(_ text: Span<UInt8>, at offset: Int, into frame: inout Frame) {
        let root = self.tape.root
        guard let type = self.tape.member("type", of: root, in: text) else {
            self.addStrings(below: root, choice: -1, isWhole: true, text, at: offset, into: &frame)
            return
        }
        func isType(_ name: StaticString) -> Bool { self.tape.isString(type, name, in: text) }
        let index = self.tape.member("index", of: root, in: text).flatMap { self.tape.integer($0, in: text) } ?? 0
        if isType("content_block_delta") {
            guard let delta = self.tape.member("delta", of: root, in: text) else { return }
            let before = frame.pieces.count
            self.addStrings(
                below: delta, choice: index, except: Self.structure, text, at: offset, into: &frame)
            if frame.pieces.count > before { self.settleOthers(of: index, than: frame.pieces[before...]) }
        } else if isType("content_block_start") {
            guard let block = self.tape.member("content_block", of: root, in: text) else { return }
            self.addStrings(below: block, choice: index, except: Self.structure, text, at: offset, into: &frame)
        } else if isType("content_block_stop") {
            self.settle(choice: index)
        } else if isType("message_start") {
            guard let message = self.tape.member("message", of: root, in: text) else { return }
            self.servedModel = self.tape.member("model", of: message, in: text)
                .flatMap { self.tape.string($0, in: text) }
            self.readUsage(of: message, text)
            if let content = self.tape.member("content", of: message, in: text) {
                self.addStrings(
                    below: content, choice: -1, isWhole: true, except: Self.structure, text, at: offset, into: &frame)
            }
        } else if isType("message_delta") {
            self.readUsage(of: root, text)
            guard let delta = self.tape.member("delta", of: root, in: text) else { return }
            if let reason = self.tape.member("stop_reason", of: delta, in: text), self.tape.kind(reason) == .string {
                self.choices[0] = true
            }
        } else if isType("message_stop") {
            self.isDone = true
        } else if !isType("ping") {
            self.addStrings(
                below: root, choice: -1, isWhole: true, except: Self.structure, text, at: offset, into: &frame)
        }
    }

    /// The counts are totals so far: a later one replaces what an earlier one said.
    private mutating func readUsage(of node: JSONTape.Node, _ text: Span<UInt8>) {
        guard let usage = self.tape.member("usage", of: node, in: text) else { return }
        self.totals.take(JSONView(self.tape, text), usage)
        self.usage = self.totals.usage
    }
}
