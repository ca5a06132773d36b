package import Conversation
package import Kernel

/// A JSON text and its tape together, with accessors that say what was expected where something else stands.
package struct JSONView: ~Escapable {
    package typealias Node = JSONTape.Node

    package let tape: JSONTape
    package let bytes: Span<UInt8>

    /// A text that was read already.
    @_lifetime(copy bytes)
    package init(_ tape: JSONTape, _ bytes: Span<UInt8>) {
        self.tape = tape
        self.bytes = bytes
    }

    /// Reads a text whose outermost value must be an object.
    @_lifetime(copy bytes)
    package init(object bytes: Span<UInt8>) throws(CodecError) {
        self.bytes = bytes
        do throws(JSONError) { self.tape = try JSONTape(bytes) } catch { throw CodecError(error) }
        guard self.tape.kind(self.tape.root) == .object else {
            throw CodecError(
                .wrongType, "the body is \(self.tape.kind(self.tape.root)), expected a JSON object")
        }
    }

    package var root: Node { self.tape.root }

    package func kind(_ node: Node) -> JSONTape.Kind { self.tape.kind(node) }
    package func isNull(_ node: Node) -> Bool { self.tape.kind(node) == .null }

    /// The first member of this name that is not null. For answers, where nothing needs to be strict.
    package func value(_ name: StaticString, of node: Node) -> Node? {
        guard let value = self.tape.member(name, of: node, in: self.bytes), self.tape.kind(value) != .null else {
            return nil
        }
        return value
    }

    /// The text of a member; nil where it is absent or no string.
    package func text(_ name: StaticString, of node: Node) -> String? {
        self.value(name, of: node).flatMap { self.tape.string($0, in: self.bytes) }
    }

    /// The value of a member; nil where it is absent or no integer.
    package func integer(_ name: StaticString, of node: Node) -> Int? {
        self.value(name, of: node).flatMap { self.tape.integer($0, in: self.bytes) }
    }

    /// The number of tokens that a member says; nil where it is absent or no such number. What no model can have read or
    /// written is cut, so that sums of counts are numbers too.
    package func tokens(_ name: StaticString, of node: Node) -> TokenCount? {
        self.integer(name, of: node).flatMap { $0 >= 0 ? TokenCount(min($0, 1 << 40)) : nil }
    }

    /// Where a value stands, a string with its quotes.
    private func place(of node: Node) -> Range<Int> {
        let range = self.tape[node].range
        return self.tape.kind(node) == .string ? (range.lowerBound - 1)..<(range.upperBound + 1) : range
    }

    /// Writes a value as it is written here.
    package func copy(_ node: Node, to json: inout JSONWriter) {
        json.raw(self.bytes.extracting(self.place(of: node)))
    }

    /// A value as it is written.
    package func raw(_ node: Node) -> JSONText {
        let range = self.place(of: node)
        let part = self.bytes.extracting(range)
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        // SAFE: the pointer does not outlive the closure and the count is the span's.
        unsafe part.withUnsafeBufferPointer { unsafe copy.append(contentsOf: $0) }
        return JSONText(wellFormed: copy)
    }

    /// The elements of an array; none where the node is none.
    package func elements(of node: Node) -> [Node] {
        var elements: [Node] = []
        var next = self.tape.firstElement(of: node)
        while let element = next {
            elements.append(element)
            next = self.tape.element(after: element, of: node)
        }
        return elements
    }
}

// MARK: What a caller must get right

extension JSONView {
    /// A member of an object whose name is read.
    package struct Member {
        package let name: String
        package let value: Node
    }

    /// The members of what must be an object, null ones left out: null says the same as nothing.
    /// - Throws: `CodecError` where it is no object, or a name is there twice: readers differ in which one they take.
    package func members(of node: Node) throws(CodecError) -> [Member] {
        guard self.tape.kind(node) == .object else { throw self.expected("an object", node) }
        var members: [Member] = []
        var names: Set<String> = []
        var member = self.tape.firstMember(of: node)
        while let (name, value) = member {
            let text = self.tape.string(name, in: self.bytes) ?? ""
            let isKnown =
                members.count < 16 ? members.contains { $0.name == text } : !names.insert(text).inserted
            guard !isKnown else {
                throw CodecError(.duplicateField, "the field is there twice").inside(String(text.prefix(80)))
            }
            members.append(Member(name: text, value: value))
            if members.count == 16 { names = Set(members.map(\.name)) }
            member = self.tape.member(after: value, of: node)
        }
        members.removeAll { self.tape.kind($0.value) == .null }
        return members
    }

    package func requiredElements(of node: Node) throws(CodecError) -> [Node] {
        guard self.tape.kind(node) == .array else { throw self.expected("a list", node) }
        return self.elements(of: node)
    }

    package func requiredString(_ node: Node) throws(CodecError) -> String {
        guard let text = self.tape.string(node, in: self.bytes) else { throw self.expected("a string", node) }
        return text
    }

    package func requiredInteger(_ node: Node) throws(CodecError) -> Int {
        guard let value = self.tape.integer(node, in: self.bytes) else { throw self.expected("an integer", node) }
        return value
    }

    private static let mostCounted = 1 << 31

    /// An integer that counts something.
    package func requiredCount(_ node: Node) throws(CodecError) -> Int {
        let value = try self.requiredInteger(node)
        guard (0...Self.mostCounted).contains(value) else {
            throw CodecError(.invalidValue, "`\(value)` is out of range, expected 0 to \(Self.mostCounted)")
        }
        return value
    }

    package func requiredNumber(_ node: Node) throws(CodecError) -> Double {
        guard self.tape.kind(node) == .number, let value = Double(self.raw(node).text), value.isFinite else {
            throw self.expected("a number", node)
        }
        return value
    }

    package func requiredBool(_ node: Node) throws(CodecError) -> Bool {
        switch self.tape.kind(node) {
        case .true: return true
        case .false: return false
        default: throw self.expected("true or false", node)
        }
    }

    package func requiredObject(_ node: Node) throws(CodecError) -> JSONText {
        guard self.tape.kind(node) == .object else { throw self.expected("an object", node) }
        return self.raw(node)
    }

    /// The error that says that something else stands here.
    package func expected(_ what: String, _ node: Node) -> CodecError {
        CodecError(.wrongType, "the value is \(self.tape.kind(node)), expected \(what)")
    }
}

extension CodecError {
    /// What the tape did not take.
    package init(_ error: JSONError) {
        let isComplex = error.code == .tooDeep || error.code == .tooComplex
        self.init(isComplex ? .tooComplex : .invalidJSON, "the body is not JSON that can be read: \(error)")
    }
}

extension CodecError {
    /// Runs a reader and tells its error from one level further out.
    @inlinable package static func within<Value>(
        _ name: @autoclosure () -> String, _ read: () throws(CodecError) -> Value
    ) throws(CodecError) -> Value {
        do throws(CodecError) { return try read() } catch { throw error.inside(name()) }
    }
}
