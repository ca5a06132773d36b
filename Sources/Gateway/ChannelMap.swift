import Injection
import Kernel

/// Who speaks where in a request, whatever its shape: known from the names of members and from what roles and types say.
/// What says nothing counts as the user's.
struct ChannelMap: Sendable {
    private struct Zone: Sendable {
        let range: Range<Int>
        let channel: TextChannel
        let turn: Int
    }

    /// In order of their beginnings; one that lies inside another comes after it.
    private var zones: [Zone] = []
    private var next = 0
    private var open: [Zone] = []
    /// The number of the message that is read; zero is what stands outside of all.
    private var turn = 0

    /// Maps what stands below `root`. Memory is used again from call to call.
    mutating func read(_ tape: JSONTape, below root: JSONTape.Node, _ bytes: Span<UInt8>) {
        self.zones.removeAll(keepingCapacity: true)
        self.open.removeAll(keepingCapacity: true)
        self.next = 0
        self.turn = 0
        guard tape.kind(root) == .object else { return }
        var member = tape.firstMember(of: root)
        while let (name, value) = member {
            member = tape.member(after: value, of: root)
            if Self.isNamed(name, ["system", "instructions", "systemInstruction", "system_instruction"], tape, bytes) {
                self.add(tape[value].range, .system)
            } else if Self.isNamed(name, ["tools", "functions", "toolConfig"], tape, bytes) {
                self.add(tape[value].range, .toolDefinition)
            } else if Self.isNamed(name, ["messages", "contents", "input"], tape, bytes), tape.kind(value) == .array {
                var element = tape.firstElement(of: value)
                while let message = element {
                    element = tape.element(after: message, of: value)
                    self.turn += 1
                    self.readMessage(tape, message, bytes)
                }
            }
        }
    }

    /// Maps an answer: what tools are given may be an order to them, all else the model says.
    mutating func readAnswer(_ tape: JSONTape, below root: JSONTape.Node, _ bytes: Span<UInt8>) {
        self.zones.removeAll(keepingCapacity: true)
        self.open.removeAll(keepingCapacity: true)
        self.next = 0
        self.turn = 0
        self.add(tape[root].range, .assistant)
        self.readParts(tape, root, bytes, depth: 0)
    }

    /// The channel of what stands at an offset, and in which message that is; offsets are asked in order.
    mutating func place(at offset: Int) -> (channel: TextChannel, turn: Int) {
        while self.next < self.zones.count, self.zones[self.next].range.lowerBound <= offset {
            self.open.append(self.zones[self.next])
            self.next += 1
        }
        while let last = self.open.last, last.range.upperBound <= offset { self.open.removeLast() }
        return self.open.last.map { ($0.channel, $0.turn) } ?? (.user, 0)
    }

    private mutating func add(_ range: Range<Int>, _ channel: TextChannel) {
        self.zones.append(Zone(range: range, channel: channel, turn: self.turn))
    }

    private mutating func readMessage(_ tape: JSONTape, _ message: JSONTape.Node, _ bytes: Span<UInt8>) {
        guard tape.kind(message) == .object else { return }
        var channel = TextChannel.user
        if let role = tape.member("role", of: message, in: bytes) {
            if Self.isNamed(role, ["system", "developer"], tape, bytes) {
                channel = .system
            } else if Self.isNamed(role, ["assistant", "model"], tape, bytes) {
                channel = .assistant
            } else if Self.isNamed(role, ["tool", "function"], tape, bytes) {
                channel = .toolResult
            }
        }
        if let own = Self.channel(ofType: message, tape, bytes) { channel = own }
        self.add(tape[message].range, channel)
        self.readParts(tape, message, bytes, depth: 0)
    }

    /// Parts within a message that speak for themselves.
    private mutating func readParts(_ tape: JSONTape, _ node: JSONTape.Node, _ bytes: Span<UInt8>, depth: Int) {
        guard depth < 6 else { return }
        if tape.kind(node) == .array {
            var element = tape.firstElement(of: node)
            while let part = element {
                element = tape.element(after: part, of: node)
                if let channel = Self.channel(ofType: part, tape, bytes) { self.add(tape[part].range, channel) }
                self.readParts(tape, part, bytes, depth: depth + 1)
            }
            return
        }
        guard tape.kind(node) == .object else { return }
        var member = tape.firstMember(of: node)
        while let (name, value) = member {
            member = tape.member(after: value, of: node)
            guard tape.kind(value) == .array || tape.kind(value) == .object else { continue }
            if Self.isNamed(name, ["tool_calls", "function_call", "functionCall"], tape, bytes) {
                self.add(tape[value].range, .toolArguments)
            } else if Self.isNamed(name, ["functionResponse"], tape, bytes) {
                self.add(tape[value].range, .toolResult)
            } else {
                self.readParts(tape, value, bytes, depth: depth + 1)
            }
        }
    }

    private static func channel(
        ofType part: JSONTape.Node, _ tape: JSONTape, _ bytes: Span<UInt8>
    ) -> TextChannel? {
        guard tape.kind(part) == .object, let type = tape.member("type", of: part, in: bytes) else { return nil }
        if self.isNamed(type, ["tool_result", "function_call_output", "web_search_tool_result"], tape, bytes) {
            return .toolResult
        }
        if self.isNamed(type, ["tool_use", "function_call", "server_tool_use"], tape, bytes) { return .toolArguments }
        if self.isNamed(type, ["document", "file", "input_file", "search_result"], tape, bytes) { return .document }
        return nil
    }

    private static func isNamed(
        _ node: JSONTape.Node, _ names: [StaticString], _ tape: JSONTape, _ bytes: Span<UInt8>
    ) -> Bool {
        names.contains { tape.isString(node, $0, in: bytes) }
    }
}
