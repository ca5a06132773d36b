package import Kernel

/// Reads Cedar values from JSON: entities, contexts, and what stands in them.
///
/// Without a type, only the escapes `{"__entity": …}` and `{"__extn": …}` mean more than they say. With one, also plain
/// strings and objects become what the type calls for. Numbers are 64-bit integers; there is no null and no fraction.
package struct ValueReader: Sendable {
    package let tape: JSONTape
    package let bytes: [UInt8]

    /// Indexes a JSON text.
    /// - Throws: `CedarError` for what is no JSON, or is nested deeper than `depth`.
    package init(_ bytes: [UInt8], depth: Int = 200) throws(CedarError) {
        self.bytes = bytes
        do throws(JSONError) {
            self.tape = try JSONTape(bytes.span, limits: JSONTape.Limits(depth: depth, tokens: 20_000_000))
        } catch {
            throw CedarError(
                error.code == .tooDeep ? .tooDeep : error.code == .tooComplex ? .tooLarge : .syntax, error.message,
                at: SourceLocation(offset: error.offset, in: bytes))
        }
    }

    /// A value, as the type would have it if there is one. What is not of that type is read as it says of itself:
    /// whether it conforms is another question.
    func value(_ node: JSONTape.Node, as type: ValueType? = nil) throws(CedarError) -> Value {
        switch type {
        case .entity:
            if let uid = try self.uid(node) { return .entity(uid) }
            throw self.error(
                node, .typeMismatch, "expected an entity such as `{\"type\": \"User\", \"id\": \"alice\"}`")
        case .extension(let type): return try self.extensionValue(node, as: type)
        case .set(let element) where self.tape.kind(node) == .array:
            return try self.set(node, of: element)
        case .record(let record) where self.tape.kind(node) == .object:
            return .record(try self.record(node, as: record))
        default: return try self.untyped(node)
        }
    }

    private func untyped(_ node: JSONTape.Node) throws(CedarError) -> Value {
        switch self.tape.kind(node) {
        case .true: return .boolean(true)
        case .false: return .boolean(false)
        case .string: return .string(self.text(node))
        case .number:
            guard let integer = self.tape.integer(node, in: self.bytes.span) else {
                throw self.error(node, .typeMismatch, "expected a whole number of at most 64 bits")
            }
            return .long(Int64(integer))
        case .array: return try self.set(node, of: nil)
        case .object:
            if let value = try self.escape(node) { return value }
            return .record(try self.record(node))
        case .null: throw self.error(node, .typeMismatch, "Cedar has no null")
        }
    }

    private func set(_ node: JSONTape.Node, of type: ValueType?) throws(CedarError) -> Value {
        var values: [Value] = []
        var element = self.tape.firstElement(of: node)
        while let current = element {
            values.append(try self.value(current, as: type))
            element = self.tape.element(after: current, of: node)
        }
        return .set(SetValue(values))
    }

    /// A record, or the attributes of an entity. With a type: no other attributes than it has, and all it requires.
    func record(_ node: JSONTape.Node, as type: RecordType? = nil) throws(CedarError) -> RecordValue {
        var fields: [RecordValue.Field] = []
        for (name, value) in try self.members(node) {
            guard let type else {
                fields.append(RecordValue.Field(name, try self.value(value)))
                continue
            }
            guard let attribute = type.attributes[name] else {
                throw self.error(value, .unknownName, "the attribute `\(name)` is not in the schema")
            }
            fields.append(RecordValue.Field(name, try self.value(value, as: attribute.type)))
        }
        let record = RecordValue(fields)
        for (name, attribute) in type?.attributes ?? [:] where attribute.isRequired && record[name] == nil {
            throw self.error(node, .unknownName, "the attribute `\(name)` is missing")
        }
        return record
    }

    /// The tags of an entity: each has the same type.
    func tags(_ node: JSONTape.Node, as type: ValueType?) throws(CedarError) -> RecordValue {
        var fields: [RecordValue.Field] = []
        for (name, value) in try self.members(node) {
            fields.append(RecordValue.Field(name, try self.value(value, as: type)))
        }
        return RecordValue(fields)
    }

    // MARK: Escapes

    /// What an object with the one member `__entity` or `__extn` stands for; nil for any other object.
    private func escape(_ node: JSONTape.Node) throws(CedarError) -> Value? {
        guard let first = self.tape.firstMember(of: node), self.tape.member(after: first.value, of: node) == nil else {
            return nil
        }
        if self.tape.isString(first.name, "__entity", in: self.bytes.span) {
            return try self.plainUID(first.value).map(Value.entity)
        }
        if self.tape.isString(first.name, "__extn", in: self.bytes.span) {
            return try self.call(first.value)
        }
        if self.tape.isString(first.name, "__expr", in: self.bytes.span), self.tape.kind(first.value) == .string {
            throw self.error(node, .syntax, "the escape `__expr` is no longer part of Cedar")
        }
        return nil
    }

    /// An entity, with or without its escape; nil where the value is something else.
    func uid(_ node: JSONTape.Node) throws(CedarError) -> EntityUID? {
        if let inner = self.tape.member("__entity", of: node, in: self.bytes.span) { return try self.plainUID(inner) }
        return try self.plainUID(node)
    }

    private func plainUID(_ node: JSONTape.Node) throws(CedarError) -> EntityUID? {
        guard let type = self.tape.member("type", of: node, in: self.bytes.span), self.tape.kind(type) == .string,
            let id = self.tape.member("id", of: node, in: self.bytes.span), self.tape.kind(id) == .string
        else { return nil }
        let name = self.text(type)
        guard Self.isTypeName(name) else {
            throw self.error(type, .syntax, "`\(name)` is not the name of an entity type")
        }
        return EntityUID(type: EntityType(name), id: self.text(id))
    }

    /// Whether a text names a type as Cedar writes it: identifiers with `::` between, no spaces.
    static func isTypeName(_ name: Text) -> Bool {
        let parts = name.string.split(separator: "::", omittingEmptySubsequences: false)
        return parts.allSatisfy { $0 != "__cedar" && CedarText.isIdentifier(Text(String($0))) }
    }

    /// `{"fn": …, "arg": …}` or `{"fn": …, "args": […]}`; nil where the object has another form.
    private func call(_ node: JSONTape.Node) throws(CedarError) -> Value? {
        let bytes = self.bytes.span
        guard let name = self.tape.member("fn", of: node, in: bytes), self.tape.kind(name) == .string else {
            return nil
        }
        var arguments: [Value] = []
        let function = ExtensionFunction(rawValue: self.text(name).string)
        if let argument = self.tape.member("arg", of: node, in: bytes) {
            arguments = [try self.value(argument)]
        } else if let list = self.tape.member("args", of: node, in: bytes), self.tape.kind(list) == .array {
            var element = self.tape.firstElement(of: list)
            while let current = element {
                arguments.append(try self.value(current))
                element = self.tape.element(after: current, of: list)
            }
        } else {
            return nil
        }
        guard let function else {
            throw self.error(name, .unknownName, "there is no function `\(self.text(name))`")
        }
        return try self.apply(function, arguments, node)
    }

    /// A value of an extension type: with or without its escape, or only the string for its constructor.
    private func extensionValue(_ node: JSONTape.Node, as type: ExtensionType) throws(CedarError) -> Value {
        if self.tape.kind(node) == .string { return try self.apply(type.constructor, [.string(self.text(node))], node) }
        if let value = try self.escape(node) { return value }
        if let value = try self.call(node) { return value }
        throw self.error(node, .typeMismatch, "expected a value of the type `\(type.rawValue)`")
    }

    private func apply(
        _ function: ExtensionFunction, _ arguments: [Value], _ node: JSONTape.Node
    ) throws(CedarError) -> Value {
        do throws(EvaluationError) {
            return try ExtensionCall.apply(function, arguments, at: .none)
        } catch {
            throw self.error(node, .typeMismatch, error.message)
        }
    }

    // MARK: Tape

    /// What a string says; empty for anything else.
    package func text(_ node: JSONTape.Node) -> Text { Text(self.tape.string(node, in: self.bytes.span) ?? "") }

    /// The members of an object; names are unique.
    func members(_ node: JSONTape.Node) throws(CedarError) -> [(name: Text, value: JSONTape.Node)] {
        guard self.tape.kind(node) == .object else { throw self.error(node, .typeMismatch, "expected an object") }
        var members: [(name: Text, value: JSONTape.Node)] = []
        var member = self.tape.firstMember(of: node)
        // A set is worth its price only for many names.
        var names: Set<Text> = []
        while let (name, value) = member {
            let text = self.text(name)
            if members.count == 16 { names = Set(members.map(\.name)) }
            let isNew = members.count < 16 ? !members.contains { $0.name == text } : names.insert(text).inserted
            guard isNew else { throw self.error(name, .duplicate, "the object has `\(text)` twice") }
            members.append((text, value))
            member = self.tape.member(after: value, of: node)
        }
        return members
    }

    /// An error at the place of a node.
    package func error(_ node: JSONTape.Node, _ code: CedarError.Code, _ message: String) -> CedarError {
        CedarError(
            code, message, at: SourceLocation(offset: self.tape[node].range.lowerBound, in: self.bytes))
    }
}

extension ExtensionType {
    /// The function that makes a value of this type from a string.
    package var constructor: ExtensionFunction {
        switch self {
        case .decimal: .decimal
        case .ipaddr: .ip
        case .datetime: .datetime
        case .duration: .duration
        }
    }
}

extension SourceLocation {
    /// The line and column of a byte in a text.
    package init(offset: Int, in bytes: [UInt8]) {
        var line: UInt32 = 1
        var column: UInt32 = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line &+= 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column &+= 1
            }
        }
        self.init(line: line, column: column, offset: UInt32(truncatingIfNeeded: offset))
    }
}
