import Cedar

/// The arguments of a tool call, as JSON. They are content: neither recorded nor shown.
package struct ToolArguments: Hashable, Sendable {
    package let json: [UInt8]

    /// One JSON object.
    package init(json: [UInt8]) { self.json = json }

    /// As Cedar's values, of these types; what has no type is left out.
    /// - Throws: what is missing, or of another type.
    func value(_ type: RecordType) throws(PolicyFormatError) -> RecordValue {
        try Self.record(JSONTree(self.json), type)
    }

    private static func record(_ tree: JSONTree, _ type: RecordType) throws(PolicyFormatError) -> RecordValue {
        let members = JSONTree.Members(tree: tree, members: try tree.members())
        var fields: [RecordValue.Field] = []
        for (key, attribute) in type.attributes {
            guard let member = members[key.string] else {
                guard !attribute.isRequired else { throw tree.failure("`\(key)` is missing") }
                continue
            }
            fields.append(RecordValue.Field(key, try self.value(member, attribute.type)))
        }
        return RecordValue(fields)
    }

    private static func value(_ tree: JSONTree, _ type: ValueType) throws(PolicyFormatError) -> Value {
        switch type {
        case .boolean: return .boolean(try tree.boolean())
        case .long: return .long(try tree.integer())
        case .string: return .string(Text(try tree.string()))
        case .entity: throw tree.failure("an entity cannot be an argument")
        case .record(let record): return .record(try self.record(tree, record))
        case .set(let element):
            var values: [Value] = []
            for tree in try tree.elements() { values.append(try self.value(tree, element)) }
            return .set(SetValue(values))
        case .extension(.decimal): return .decimal(try self.decimal(tree))
        case .extension(.ipaddr):
            return .address(try tree.value("an address") { AddressValue(Text($0)) })
        case .extension(.datetime):
            return .datetime(try tree.value("a date or time") { DatetimeValue(Text($0)) })
        case .extension(.duration):
            return .duration(try tree.value("a duration") { DurationValue(Text($0)) })
        }
    }

    /// A number, or a text that is one.
    private static func decimal(_ tree: JSONTree) throws(PolicyFormatError) -> DecimalValue {
        let text: String
        switch tree.content {
        case .integer(let value): text = "\(value).0"
        case .number(let number): text = number
        case .string(let written): text = written
        default: throw tree.failure("expected a number")
        }
        guard let value = DecimalValue(Text(text)) else {
            throw tree.failure("expected a number with at most four decimal places")
        }
        return value
    }
}
