import Conversation
import Kernel

/// One JSON object of a written event.
struct EventObject {
    private let bytes: [UInt8]
    private let tape: JSONTape
    private let node: JSONTape.Node

    init(_ bytes: [UInt8]) throws(EventFormatError) {
        do {
            self.tape = try JSONTape(bytes.span, limits: JSONTape.Limits(depth: 16, tokens: 20_000))
        } catch {
            throw EventFormatError(.malformed, "the event is not JSON: \(error)")
        }
        self.bytes = bytes
        self.node = self.tape.root
        guard self.tape.kind(self.node) == .object else {
            throw EventFormatError(.malformed, "an event is a JSON object")
        }
    }

    private init(_ bytes: [UInt8], _ tape: JSONTape, _ node: JSONTape.Node) {
        self.bytes = bytes
        self.tape = tape
        self.node = node
    }

    private func member(_ name: StaticString) -> JSONTape.Node? {
        self.tape.member(name, of: self.node, in: self.bytes.span)
    }

    /// The value that `read` makes of a member.
    private func value<Value>(
        _ name: StaticString, _ expected: String, _ read: (JSONTape.Node) -> Value?
    ) throws(EventFormatError) -> Value {
        guard let node = self.member(name), let value = read(node) else {
            throw EventFormatError(.malformed, "expected `\(name)` to be \(expected)")
        }
        return value
    }

    /// A member as it is written, an object or a list.
    func rawIfPresent(_ name: StaticString) -> String? {
        guard let node = self.member(name) else { return nil }
        return String(decoding: self.bytes[self.tape[node].range], as: UTF8.self)
    }

    func integerIfPresent(_ name: StaticString) throws(EventFormatError) -> Int? {
        try self.member(name).map { _ throws(EventFormatError) in try self.integer(name) }
    }

    func string(_ name: StaticString) throws(EventFormatError) -> String {
        try self.value(name, "a string") { self.tape.string($0, in: self.bytes.span) }
    }

    func stringIfPresent(_ name: StaticString) throws(EventFormatError) -> String? {
        self.member(name) == nil ? nil : try self.string(name)
    }

    func integer(_ name: StaticString) throws(EventFormatError) -> Int {
        try self.value(name, "an integer") { self.tape.integer($0, in: self.bytes.span) }
    }

    func boolean(_ name: StaticString) throws(EventFormatError) -> Bool {
        try self.value(name, "true or false") { node in
            switch self.tape.kind(node) {
            case .true: true
            case .false: false
            default: nil
            }
        }
    }

    func choice<Choice: RawRepresentable<String>>(_ name: StaticString) throws(EventFormatError) -> Choice {
        let written = try self.string(name)
        guard let choice = Choice(rawValue: written) else {
            throw EventFormatError(.malformed, "`\(written)` is no value of `\(name)`")
        }
        return choice
    }

    func identifier<Kind>(_ name: StaticString) throws(EventFormatError) -> Identifier<Kind> {
        let written = try self.string(name)
        guard let identifier = Identifier<Kind>(written) else {
            throw EventFormatError(.malformed, "`\(written)` is no id that begins with `\(Kind.identifierPrefix)`")
        }
        return identifier
    }

    func object(_ name: StaticString) throws(EventFormatError) -> EventObject {
        try self.value(name, "an object") { node in
            self.tape.kind(node) == .object ? EventObject(self.bytes, self.tape, node) : nil
        }
    }

    func ifPresent(_ name: StaticString) throws(EventFormatError) -> EventObject? {
        self.member(name) == nil ? nil : try self.object(name)
    }

    private func nodes(_ name: StaticString) throws(EventFormatError) -> [JSONTape.Node] {
        let array = try self.value(name, "an array") { self.tape.kind($0) == .array ? $0 : nil }
        var nodes: [JSONTape.Node] = []
        var next = self.tape.firstElement(of: array)
        while let node = next {
            nodes.append(node)
            next = self.tape.element(after: node, of: array)
        }
        return nodes
    }

    func has(_ name: StaticString) -> Bool { self.member(name) != nil }

    func stringsIfPresent(_ name: StaticString) throws(EventFormatError) -> [String] {
        self.has(name) ? try self.strings(name) : []
    }

    func integersIfPresent(_ name: StaticString) throws(EventFormatError) -> [Int64]? {
        guard self.has(name) else { return nil }
        return try self.nodes(name).map { node throws(EventFormatError) in
            guard let integer = self.tape.integer(node, in: self.bytes.span) else {
                throw EventFormatError(.malformed, "expected `\(name)` to hold integers")
            }
            return Int64(integer)
        }
    }

    func elements(_ name: StaticString) throws(EventFormatError) -> [EventObject] {
        try self.nodes(name).map { node throws(EventFormatError) in
            guard self.tape.kind(node) == .object else {
                throw EventFormatError(.malformed, "expected `\(name)` to hold objects")
            }
            return EventObject(self.bytes, self.tape, node)
        }
    }

    func strings(_ name: StaticString) throws(EventFormatError) -> [String] {
        try self.nodes(name).map { node throws(EventFormatError) in
            guard let string = self.tape.string(node, in: self.bytes.span) else {
                throw EventFormatError(.malformed, "expected `\(name)` to hold strings")
            }
            return string
        }
    }

    func principal() throws(EventFormatError) -> Principal {
        Principal(kind: try self.choice("kind"), id: try self.string("id"))
    }

    func usage() throws(EventFormatError) -> TokenUsage {
        TokenUsage(
            input: TokenCount(try self.integer("input")), output: TokenCount(try self.integer("output")),
            cached: TokenCount(try self.integer("cached")),
            cacheWritten: TokenCount(try self.integerIfPresent("cache_written") ?? 0),
            reasoning: TokenCount(try self.integer("reasoning")),
            audioInput: TokenCount(try self.integerIfPresent("audio_input") ?? 0),
            audioOutput: TokenCount(try self.integerIfPresent("audio_output") ?? 0), source: try self.choice("source"))
    }
}
