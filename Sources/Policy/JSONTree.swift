import Kernel

/// A small JSON text as a tree, for what is read once and not on the path of an exchange.
///
/// What is asked of it says what was expected where something else is: `tests[3].principal`.
struct JSONTree: Sendable {
    indirect enum Content: Sendable {
        case null
        case boolean(Bool)
        case integer(Int64)
        /// A number that is no integer, as written.
        case number(String)
        case string(String)
        case array([JSONTree])
        /// In the order of writing; names are unique.
        case object([(name: String, value: JSONTree)])
    }

    let content: Content
    /// Where it stands, in bytes; a text without its quotes.
    let range: Range<Int>
    /// Where it stands, in names and positions.
    let path: String

    /// - Throws: where the text is no JSON, or an object has a name twice.
    init(_ bytes: [UInt8]) throws(PolicyFormatError) {
        let tape: JSONTape
        do throws(JSONError) { tape = try JSONTape(bytes.span) } catch {
            throw PolicyFormatError(error.message, path: "", offset: error.offset)
        }
        try self.init(tape, tape.root, bytes.span, path: "")
    }

    init(
        _ tape: JSONTape, _ node: JSONTape.Node, _ bytes: Span<UInt8>, path: String
    ) throws(PolicyFormatError) {
        self.path = path
        self.range = tape[node].range
        switch tape.kind(node) {
        case .null: self.content = .null
        case .true: self.content = .boolean(true)
        case .false: self.content = .boolean(false)
        case .string: self.content = .string(tape.string(node, in: bytes) ?? "")
        case .number:
            if let integer = tape.integer(node, in: bytes) {
                self.content = .integer(Int64(integer))
            } else {
                self.content = .number(String(decoding: tape[node].range.map { bytes[$0] }, as: UTF8.self))
            }
        case .array:
            var elements: [JSONTree] = []
            var next = tape.firstElement(of: node)
            while let element = next {
                elements.append(try JSONTree(tape, element, bytes, path: "\(path)[\(elements.count)]"))
                next = tape.element(after: element, of: node)
            }
            self.content = .array(elements)
        case .object:
            var members: [(name: String, value: JSONTree)] = []
            var names: Set<String> = []
            var next = tape.firstMember(of: node)
            while let (nameNode, valueNode) = next {
                let name = tape.string(nameNode, in: bytes) ?? ""
                guard names.insert(name).inserted else {
                    throw PolicyFormatError(
                        "`\(name)` is there twice", path: path, offset: tape[nameNode].range.lowerBound)
                }
                let inner = path.isEmpty ? name : "\(path).\(name)"
                members.append((name, try JSONTree(tape, valueNode, bytes, path: inner)))
                next = tape.member(after: valueNode, of: node)
            }
            self.content = .object(members)
        }
    }

    init(_ content: Content, at range: Range<Int>, path: String) {
        self.content = content
        self.range = range
        self.path = path
    }

    // MARK: Asking

    func failure(_ message: String) -> PolicyFormatError {
        PolicyFormatError(message, path: self.path, offset: self.range.lowerBound)
    }

    /// The members of an object, of which no other names than these are accepted.
    func object(_ known: [String]) throws(PolicyFormatError) -> Members {
        let members = try self.members()
        for (name, value) in members where !known.contains(name) {
            throw value.failure(
                "there is no such member: expected one of \(known.map { "`\($0)`" }.joined(separator: ", "))")
        }
        return Members(tree: self, members: members)
    }

    func members() throws(PolicyFormatError) -> [(name: String, value: JSONTree)] {
        guard case .object(let members) = self.content else { throw self.failure("expected an object") }
        return members
    }

    func elements() throws(PolicyFormatError) -> [JSONTree] {
        guard case .array(let elements) = self.content else { throw self.failure("expected a list") }
        return elements
    }

    func string() throws(PolicyFormatError) -> String {
        guard case .string(let text) = self.content else { throw self.failure("expected a text in quotes") }
        return text
    }

    func integer() throws(PolicyFormatError) -> Int64 {
        guard case .integer(let value) = self.content else { throw self.failure("expected a whole number") }
        return value
    }

    func boolean() throws(PolicyFormatError) -> Bool {
        guard case .boolean(let value) = self.content else { throw self.failure("expected true or false") }
        return value
    }

    func strings() throws(PolicyFormatError) -> [String] {
        var strings: [String] = []
        for element in try self.elements() { strings.append(try element.string()) }
        return strings
    }

    /// A text that stands for a value.
    func value<Value>(_ what: String, _ make: (String) -> Value?) throws(PolicyFormatError) -> Value {
        let text = try self.string()
        guard let value = make(text) else { throw self.failure("`\(text)` is not \(what)") }
        return value
    }

    /// An object whose members are asked for by name. What is null counts as absent.
    struct Members {
        let tree: JSONTree
        let members: [(name: String, value: JSONTree)]

        subscript(name: String) -> JSONTree? {
            guard let value = self.members.first(where: { $0.name == name })?.value else { return nil }
            if case .null = value.content { return nil }
            return value
        }

        func required(_ name: String) throws(PolicyFormatError) -> JSONTree {
            guard let value = self[name] else { throw self.tree.failure("`\(name)` is missing") }
            return value
        }

        func string(_ name: String) throws(PolicyFormatError) -> String? { try self[name]?.string() }
        func strings(_ name: String) throws(PolicyFormatError) -> [String] { try self[name]?.strings() ?? [] }
        func boolean(_ name: String) throws(PolicyFormatError) -> Bool? { try self[name]?.boolean() }
        func integer(_ name: String) throws(PolicyFormatError) -> Int64? { try self[name]?.integer() }
    }
}

/// Why a written question, decision or table of tests cannot be read.
package struct PolicyFormatError: Error, Hashable, CustomStringConvertible {
    /// One sentence without a period; user input in backticks.
    package let message: String
    /// Where, in names and positions, such as `tests[3].principal`; empty at the top.
    package let path: String
    /// Where, in bytes from the start.
    package let offset: Int

    init(_ message: String, path: String, offset: Int) {
        self.message = message
        self.path = path
        self.offset = offset
    }

    package var description: String { self.path.isEmpty ? self.message : "\(self.path): \(self.message)" }
}
