package import Kernel

extension RecordValue {
    /// Reads a context: an object. With the action's context type, plain strings and objects become what it says.
    package init(contextJSON json: [UInt8], as type: RecordType? = nil) throws(CedarError) {
        let reader = try ValueReader(json)
        self = try reader.context(reader.tape.root, as: type)
    }
}

extension AccessRequest {
    /// Reads `{"principal": {"type", "id"}, "action": …, "resource": …, "context": {…}}`; other members are left alone.
    package init(json: [UInt8], typing: (any ValueTyping)? = nil) throws(CedarError) {
        let reader = try ValueReader(json)
        try self.init(reader.tape.root, reader, typing)
    }

    /// Reads a request that stands in a larger document.
    package init(_ node: JSONTape.Node, _ reader: ValueReader, _ typing: (any ValueTyping)?) throws(CedarError) {
        let action = try Self.uid("action", node, reader)
        var context = RecordValue.empty
        if let value = reader.tape.member("context", of: node, in: reader.bytes.span) {
            context = try reader.context(value, as: typing?.context(of: action))
        }
        self.init(
            principal: try Self.uid("principal", node, reader), action: action,
            resource: try Self.uid("resource", node, reader), context: context)
    }

    private static func uid(
        _ name: StaticString, _ node: JSONTape.Node, _ reader: ValueReader
    ) throws(CedarError) -> EntityUID {
        guard let value = reader.tape.member(name, of: node, in: reader.bytes.span),
            let uid = try reader.uid(value)
        else { throw reader.error(node, .syntax, "a request needs `\(name)` with `type` and `id`") }
        return uid
    }
}

extension ValueReader {
    func context(_ node: JSONTape.Node, as type: RecordType?) throws(CedarError) -> RecordValue {
        guard self.tape.kind(node) == .object,
            case .record(let record) = try self.value(node, as: type.map(ValueType.record))
        else { throw self.error(node, .typeMismatch, "the context must be an object") }
        return record
    }
}
