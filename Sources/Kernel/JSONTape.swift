/// One JSON text, read once: a flat list of what stands where in the caller's bytes (RFC 8259, strict).
///
/// Nothing is copied or decoded: a token knows its kind, its range and where the next sibling stands, so that finding a
/// member, walking all strings or patching a value costs no second parse. The tape and the bytes it was read from belong
/// together; every accessor takes the bytes again. Strict means: UTF-8 is valid, escapes are complete, surrogates are
/// paired, nothing follows the value. Cost: about one nanosecond a byte, 16 bytes of memory a token.
package struct JSONTape: Sendable {
    package enum Kind: UInt8, Sendable {
        case object, array, string, number, `true`, `false`, null
    }

    package struct Token: Sendable {
        package let kind: Kind
        /// Of a string: whether it holds a backslash, so that its bytes are not its text.
        package fileprivate(set) var hasEscapes: Bool
        fileprivate let start: UInt32
        fileprivate var end: UInt32
        /// The index behind this value and all that it holds. While a container is open: the index of its parent.
        fileprivate var next: UInt32

        /// Where the value stands. Of a string: what is between the quotes. Of a container: brackets included.
        package var range: Range<Int> { Int(self.start)..<Int(self.end) }
    }

    /// Bounds that keep a hostile text from costing more memory than it is long.
    package struct Limits: Sendable {
        package var depth: Int
        package var tokens: Int

        package init(depth: Int = 128, tokens: Int = 2_000_000) {
            self.depth = depth
            self.tokens = tokens
        }
    }

    /// A value's place on the tape.
    package struct Node: Hashable, Sendable {
        fileprivate let index: Int
    }

    private var tokens: [Token] = []

    package init() {}

    /// Reads a whole text.
    /// - Throws: `JSONError` with the offset of the first byte that does not belong.
    package init(_ bytes: Span<UInt8>, limits: Limits = Limits()) throws(JSONError) {
        self.tokens.reserveCapacity(min(16 + bytes.count / 24, limits.tokens))
        try self.read(bytes, limits: limits)
    }

    /// Reads a whole text into this tape, whose memory is used again.
    package mutating func read(_ bytes: Span<UInt8>, limits: Limits = Limits()) throws(JSONError) {
        self.tokens.removeAll(keepingCapacity: true)
        guard bytes.count < Int(UInt32.max) else { throw JSONError(.tooComplex, at: 0, "the text is too long") }
        do { _ = try UTF8Span(validating: bytes) } catch {
            throw JSONError(.invalidUTF8, at: error.byteOffsets.lowerBound, "the text is not valid UTF-8")
        }
        var reader = JSONReader(limits: limits)
        try reader.read(bytes, into: &self.tokens)
    }

    // MARK: Walking

    /// The outermost value.
    package var root: Node { Node(index: 0) }

    package subscript(node: Node) -> Token { self.tokens[node.index] }

    package func kind(_ node: Node) -> Kind { self.tokens[node.index].kind }

    /// Whether the bytes of a string token spell `text` (a string with escapes never does: keys are not written so).
    package func isString(_ node: Node, _ text: StaticString, in bytes: Span<UInt8>) -> Bool {
        let token = self.tokens[node.index]
        guard token.kind == .string, !token.hasEscapes, token.end - token.start == UInt32(text.utf8CodeUnitCount)
        else { return false }
        // SAFE: a static string's storage lives as long as the program; its count is what it says of itself.
        let expected = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for offset in 0..<expected.count where unsafe bytes[Int(token.start) + offset] != expected[offset] {
            return false
        }
        return true
    }

    /// Whether the node is a string that says this.
    package func isString(_ node: Node, saying text: String, in bytes: Span<UInt8>) -> Bool {
        let token = self.tokens[node.index]
        guard token.kind == .string, !token.hasEscapes else { return self.string(node, in: bytes) == text }
        let expected = text.utf8Span.span
        guard Int(token.end - token.start) == expected.count else { return false }
        for offset in 0..<expected.count where bytes[Int(token.start) + offset] != expected[offset] { return false }
        return true
    }

    /// The value of the member `key`; nil where the node is not an object or has no such member. The first one counts.
    package func member(_ key: StaticString, of node: Node, in bytes: Span<UInt8>) -> Node? {
        var member = self.firstMember(of: node)
        while let (name, value) = member {
            if self.isString(name, key, in: bytes) { return value }
            member = self.member(after: value, of: node)
        }
        return nil
    }

    /// The first member of an object as its name and value.
    package func firstMember(of node: Node) -> (name: Node, value: Node)? {
        let token = self.tokens[node.index]
        guard token.kind == .object, token.next > UInt32(node.index + 1) else { return nil }
        return (Node(index: node.index + 1), Node(index: node.index + 2))
    }

    /// The member that follows the one with this value.
    package func member(after value: Node, of object: Node) -> (name: Node, value: Node)? {
        let next = self.tokens[value.index].next
        guard next < self.tokens[object.index].next else { return nil }
        return (Node(index: Int(next)), Node(index: Int(next) + 1))
    }

    /// The first element of an array.
    package func firstElement(of node: Node) -> Node? {
        let token = self.tokens[node.index]
        guard token.kind == .array, token.next > UInt32(node.index + 1) else { return nil }
        return Node(index: node.index + 1)
    }

    /// The element that follows this one.
    package func element(after element: Node, of array: Node) -> Node? {
        let next = self.tokens[element.index].next
        return next < self.tokens[array.index].next ? Node(index: Int(next)) : nil
    }

    /// The value of an integer that fits; nil for anything else, fractions and exponents included.
    package func integer(_ node: Node, in bytes: Span<UInt8>) -> Int? {
        let token = self.tokens[node.index]
        guard token.kind == .number else { return nil }
        var value = 0
        var offset = Int(token.start)
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        while offset < Int(token.end) {
            guard (0x30...0x39).contains(bytes[offset]) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let digit = Int(bytes[offset] - 0x30)
            let (sum, carry) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
            offset += 1
        }
        return value
    }

    /// The text of a string, escapes undone; nil where the node is not a string.
    package func string(_ node: Node, in bytes: Span<UInt8>) -> String? {
        let token = self.tokens[node.index]
        guard token.kind == .string else { return nil }
        guard token.hasEscapes else {
            // SAFE: the pointer does not outlive the closure and the count is the span's.
            return unsafe bytes.extracting(token.range).withUnsafeBufferPointer {
                unsafe String(decoding: $0, as: UTF8.self)
            }
        }
        var text: [UInt8] = []
        text.reserveCapacity(token.range.count)
        self.appendText(of: node, in: bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text of a string, escapes undone, as UTF-8; appends nothing for other kinds.
    package func appendText(of node: Node, in bytes: Span<UInt8>, to text: inout [UInt8]) {
        let token = self.tokens[node.index]
        guard token.kind == .string else { return }
        let content = bytes.extracting(token.range)
        guard token.hasEscapes else {
            // SAFE: the pointer does not outlive the closure and the count is the span's.
            unsafe content.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
            return
        }
        JSONString.appendUnescaped(content, to: &text)
    }

    /// Calls `body` for every string value below `node` (names of members are not values), with its name where it is a
    /// member's value. In order of appearance.
    package func forEachStringValue(below node: Node, _ body: (_ name: Node?, _ value: Node) -> Void) {
        let end = Int(self.tokens[node.index].next)
        var index = node.index
        // Members of an object alternate name and value; a stack of ends is not needed because a name is always
        // followed directly by its value.
        var containers: [(end: Int, isObject: Bool)] = []
        while index < end {
            while let last = containers.last, index >= last.end { containers.removeLast() }
            var name: Node?
            if let last = containers.last, last.isObject {
                name = Node(index: index)
                index += 1
            }
            let token = self.tokens[index]
            switch token.kind {
            case .string: body(name, Node(index: index))
            case .object, .array: containers.append((Int(token.next), token.kind == .object))
            case .number, .true, .false, .null: break
            }
            index += 1
        }
    }
}

/// The state of one pass over a text: what is open and what may come next.
private struct JSONReader {
    let limits: JSONTape.Limits
    var offset = 0
    var depth = 0
    /// The innermost open container's index; `none` at the top.
    var parent = Self.none

    static let none = UInt32.max

    init(limits: JSONTape.Limits) { self.limits = limits }

    mutating func read(_ bytes: Span<UInt8>, into tokens: inout [JSONTape.Token]) throws(JSONError) {
        try self.value(bytes, into: &tokens)
        while self.parent != Self.none {
            self.skipSpace(bytes)
            guard self.offset < bytes.count else { throw self.unexpected(bytes, "the text ends inside a value") }
            let isObject = tokens[Int(self.parent)].kind == .object
            let isEmpty = Int(self.parent) == tokens.count - 1
            switch (bytes[self.offset], isObject) {
            case (UInt8(ascii: "}"), true), (UInt8(ascii: "]"), false):
                self.offset += 1
                self.close(&tokens)
                continue
            case (UInt8(ascii: ","), _) where !isEmpty:
                self.offset += 1
                self.skipSpace(bytes)
            case (_, _) where isEmpty:
                break
            default:
                throw self.unexpected(bytes, isObject ? "expected `,` or `}`" : "expected `,` or `]`")
            }
            if isObject { try self.name(bytes, into: &tokens) }
            try self.value(bytes, into: &tokens)
        }
        self.skipSpace(bytes)
        guard self.offset == bytes.count else { throw self.unexpected(bytes, "expected nothing after the value") }
    }

    private mutating func name(_ bytes: Span<UInt8>, into tokens: inout [JSONTape.Token]) throws(JSONError) {
        guard self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "\"") else {
            throw self.unexpected(bytes, "expected a name in double quotes")
        }
        try self.string(bytes, into: &tokens)
        self.skipSpace(bytes)
        guard self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: ":") else {
            throw self.unexpected(bytes, "expected `:`")
        }
        self.offset += 1
    }

    private mutating func value(_ bytes: Span<UInt8>, into tokens: inout [JSONTape.Token]) throws(JSONError) {
        self.skipSpace(bytes)
        guard self.offset < bytes.count else { throw self.unexpected(bytes, "expected a value") }
        guard tokens.count < self.limits.tokens else {
            throw JSONError(.tooComplex, at: self.offset, "more than \(self.limits.tokens) values")
        }
        switch bytes[self.offset] {
        case UInt8(ascii: "\""): try self.string(bytes, into: &tokens)
        case UInt8(ascii: "{"): try self.open(.object, into: &tokens)
        case UInt8(ascii: "["): try self.open(.array, into: &tokens)
        case UInt8(ascii: "t"): try self.literal(.true, "true", bytes, into: &tokens)
        case UInt8(ascii: "f"): try self.literal(.false, "false", bytes, into: &tokens)
        case UInt8(ascii: "n"): try self.literal(.null, "null", bytes, into: &tokens)
        case UInt8(ascii: "-"), 0x30...0x39: try self.number(bytes, into: &tokens)
        default: throw self.unexpected(bytes, "expected a value")
        }
    }

    private mutating func open(_ kind: JSONTape.Kind, into tokens: inout [JSONTape.Token]) throws(JSONError) {
        self.depth += 1
        guard self.depth <= self.limits.depth else {
            throw JSONError(.tooDeep, at: self.offset, "nested more than \(self.limits.depth) deep")
        }
        tokens.append(
            JSONTape.Token(kind: kind, hasEscapes: false, start: UInt32(self.offset), end: 0, next: self.parent))
        self.parent = UInt32(tokens.count - 1)
        self.offset += 1
    }

    private mutating func close(_ tokens: inout [JSONTape.Token]) {
        let container = Int(self.parent)
        self.parent = tokens[container].next
        tokens[container].next = UInt32(tokens.count)
        tokens[container].end = UInt32(self.offset)
        self.depth -= 1
    }

    private func append(
        _ kind: JSONTape.Kind, _ range: Range<Int>, hasEscapes: Bool = false, to tokens: inout [JSONTape.Token]
    ) {
        tokens.append(
            JSONTape.Token(
                kind: kind, hasEscapes: hasEscapes, start: UInt32(truncatingIfNeeded: range.lowerBound),
                end: UInt32(truncatingIfNeeded: range.upperBound), next: UInt32(truncatingIfNeeded: tokens.count + 1)))
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while self.offset < bytes.count {
            switch bytes[self.offset] {
            case 0x20, 0x0A, 0x0D, 0x09: self.offset += 1
            default: return
            }
        }
    }

    private mutating func literal(
        _ kind: JSONTape.Kind, _ text: StaticString, _ bytes: Span<UInt8>, into tokens: inout [JSONTape.Token]
    ) throws(JSONError) {
        let count = text.utf8CodeUnitCount
        let start = self.offset
        for position in 0..<count {
            // SAFE: `position` is below the static string's own count.
            guard start + position < bytes.count, unsafe bytes[start + position] == text.utf8Start[position] else {
                throw JSONError(.syntax, at: start, "expected `\(text)`")
            }
        }
        self.offset += count
        self.append(kind, start..<self.offset, to: &tokens)
    }

    private mutating func number(_ bytes: Span<UInt8>, into tokens: inout [JSONTape.Token]) throws(JSONError) {
        let start = self.offset
        if bytes[self.offset] == UInt8(ascii: "-") { self.offset += 1 }
        if self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: "0") {
            self.offset += 1
        } else {
            try self.digits(bytes, from: start)
        }
        if self.offset < bytes.count, bytes[self.offset] == UInt8(ascii: ".") {
            self.offset += 1
            try self.digits(bytes, from: start)
        }
        if self.offset < bytes.count, bytes[self.offset] | 0x20 == UInt8(ascii: "e") {
            self.offset += 1
            if self.offset < bytes.count,
                bytes[self.offset] == UInt8(ascii: "+") || bytes[self.offset] == UInt8(ascii: "-")
            {
                self.offset += 1
            }
            try self.digits(bytes, from: start)
        }
        self.append(.number, start..<self.offset, to: &tokens)
    }

    private mutating func digits(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) {
        let first = self.offset
        while self.offset < bytes.count, (0x30...0x39).contains(bytes[self.offset]) { self.offset += 1 }
        guard self.offset > first else { throw JSONError(.syntax, at: start, "a number lacks digits") }
    }

    private mutating func string(_ bytes: Span<UInt8>, into tokens: inout [JSONTape.Token]) throws(JSONError) {
        let start = self.offset + 1
        self.offset = start
        var hasEscapes = false
        while true {
            self.offset = JSONString.firstSpecial(in: bytes, from: self.offset)
            guard self.offset < bytes.count else { throw JSONError(.syntax, at: start - 1, "a string has no end") }
            switch bytes[self.offset] {
            case UInt8(ascii: "\""):
                self.append(.string, start..<self.offset, hasEscapes: hasEscapes, to: &tokens)
                self.offset += 1
                return
            case UInt8(ascii: "\\"):
                hasEscapes = true
                guard let length = JSONString.lengthOfEscape(in: bytes, at: self.offset) else {
                    throw JSONError(.syntax, at: self.offset, "an escape in a string is malformed")
                }
                self.offset += length
            default:
                throw JSONError(.syntax, at: self.offset, "a control character in a string is not escaped")
            }
        }
    }

    private func unexpected(_ bytes: Span<UInt8>, _ message: String) -> JSONError {
        JSONError(.syntax, at: min(self.offset, bytes.count), message)
    }
}
