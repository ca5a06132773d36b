import Cedar

/// The tools of a Model Context Protocol server as actions of the schema: each gets an action `SERVER/TOOL` below
/// `call`, whose context also has the call's `arguments`, with the types that the tool's input schema gives them.
///
/// Policies can then speak of them: `context.arguments has amount && context.arguments.amount > 100`. What Cedar has no
/// type for is left out of the schema and of requests; `leftOut` names it. Text with the formats `date`, `date-time`,
/// `ipv4`, `ipv6` and `decimal` becomes a value of that type; numbers are decimals.
package struct ToolSchema: Sendable {
    package struct Tool: Sendable {
        package let name: String
        /// What is left out, as `address.lines`.
        package let leftOut: [String]
        let arguments: RecordType
    }

    /// Of schemas within schemas.
    private static let depth = 16
    /// Of one server.
    private static let mostTools = 1_000

    package let server: String
    package let tools: [Tool]

    /// Reads the result of `tools/list`, with or without what JSON-RPC wraps around it.
    package init(server: String, json: [UInt8]) throws(PolicyFormatError) {
        try self.init(server: server, JSONTree(json))
    }

    init(server: String, _ tree: JSONTree) throws(PolicyFormatError) {
        self.server = server
        let list: JSONTree
        if case .array = tree.content {
            list = tree
        } else {
            var members = JSONTree.Members(tree: tree, members: try tree.members())
            if let result = members["result"] { members = .init(tree: result, members: try result.members()) }
            list = try members.required("tools")
        }
        var tools: [Tool] = []
        var names: Set<String> = []
        for tool in try list.elements() {
            let members = JSONTree.Members(tree: tool, members: try tool.members())
            let name = try members.required("name").string()
            guard names.insert(name).inserted else { throw tool.failure("there are two tools `\(name)`") }
            guard tools.count < Self.mostTools else {
                throw list.failure("there are more than \(Self.mostTools) tools")
            }
            var reader = InputSchemaReader(root: members["inputSchema"])
            let type = members["inputSchema"].flatMap { reader.type($0, path: "", depth: Self.depth) }
            guard case .record(let arguments)? = type ?? .record(RecordType()) else {
                throw tool.failure("the input of `\(name)` is not an object")
            }
            tools.append(Tool(name: name, leftOut: reader.leftOut, arguments: arguments))
        }
        self.tools = tools
    }

    /// The actions in Cedar's schema language, to stand within the namespace.
    func actions() -> String {
        var text = "\n    // Made of the tools of the server \(CedarText.quoted(Text(self.server))).\n"
        for tool in self.tools {
            let members =
                ["arguments: \(Self.text(.record(tool.arguments))),"] + PolicySchema.contextMembers.map { String($0) }
            text += """
                    action \(CedarText.quoted(Text("\(self.server)/\(tool.name)"))) in [call] appliesTo {
                        principal: [User, Service, Agent, Key],
                        resource: [Tool],
                        context: {
                            \(members.joined(separator: "\n            "))
                        },
                    };

                """
        }
        return text
    }

    /// A type in Cedar's schema language.
    private static func text(_ type: ValueType) -> String {
        switch type {
        case .boolean: return "Bool"
        case .long: return "Long"
        case .string: return "String"
        case .entity(let type): return type.description
        case .set(let element): return "Set<\(self.text(element))>"
        case .extension(let type): return type.rawValue
        case .record(let record):
            let members = record.attributes.sorted { $0.key < $1.key }.map { key, attribute in
                "\(CedarText.quoted(key))\(attribute.isRequired ? "" : "?"): \(self.text(attribute.type))"
            }
            return members.isEmpty ? "{}" : "{ \(members.joined(separator: ", ")) }"
        }
    }
}

/// Finds the Cedar type of a JSON Schema.
private struct InputSchemaReader {
    let root: JSONTree?
    var leftOut: [String] = []

    init(root: JSONTree?) { self.root = root }

    /// The type; nil where Cedar has none, which is noted.
    mutating func type(_ schema: JSONTree, path: String, depth: Int) -> ValueType? {
        guard let type = self.known(schema, path: path, depth: depth) else {
            self.leftOut.append(path)
            return nil
        }
        return type
    }

    private mutating func known(_ schema: JSONTree, path: String, depth: Int) -> ValueType? {
        guard depth > 0, case .object(let list) = schema.content else { return nil }
        let members = JSONTree.Members(tree: schema, members: list)
        if let reference = try? members.string("$ref") {
            return self.definition(reference).flatMap { self.known($0, path: path, depth: depth - 1) }
        }
        for name in ["anyOf", "oneOf"] {
            guard let choices = try? members[name]?.elements() else { continue }
            // An optional one of one type; of several types Cedar has no word.
            let others = choices.filter { !self.isNull($0) }
            return others.count == 1 ? self.known(others[0], path: path, depth: depth - 1) : nil
        }
        switch self.typeName(members["type"]) {
        case "string": return self.text(try? members.string("format"))
        case "integer": return .long
        case "number": return .extension(.decimal)
        case "boolean": return .boolean
        case "array":
            guard let items = members["items"] else { return nil }
            return self.known(items, path: "\(path)[]", depth: depth - 1).map { .set($0) }
        case "object": return self.record(members, path: path, depth: depth)
        default: return nil
        }
    }

    private mutating func record(_ members: JSONTree.Members, path: String, depth: Int) -> ValueType? {
        guard let properties = members["properties"] else {
            // Whatever members there are is not known, so there is nothing to speak of.
            return path.isEmpty ? .record(RecordType()) : nil
        }
        guard case .object(let list) = properties.content else { return nil }
        let required = Set((try? members.strings("required")) ?? [])
        var record = RecordType()
        for (name, schema) in list {
            guard let type = self.type(schema, path: path.isEmpty ? name : "\(path).\(name)", depth: depth - 1) else {
                continue
            }
            // What may be null may be absent.
            record.attributes[Text(name)] = RecordType.Attribute(
                type, isRequired: required.contains(name) && !self.mayBeNull(schema))
        }
        return .record(record)
    }

    private func text(_ format: String?) -> ValueType {
        switch format {
        case "date-time", "date": .extension(.datetime)
        case "ipv4", "ipv6": .extension(.ipaddr)
        case "decimal": .extension(.decimal)
        default: .string
        }
    }

    /// The one type, null left aside.
    private func typeName(_ tree: JSONTree?) -> String? {
        switch tree?.content {
        case .string(let name)?: return name
        case .array(let elements)?:
            let names = elements.compactMap { try? $0.string() }.filter { $0 != "null" }
            return names.count == 1 ? names[0] : nil
        default: return nil
        }
    }

    private func isNull(_ schema: JSONTree) -> Bool {
        guard case .object(let list) = schema.content else { return false }
        return (try? JSONTree.Members(tree: schema, members: list).string("type")) == "null"
    }

    private func mayBeNull(_ schema: JSONTree) -> Bool {
        guard case .object(let list) = schema.content else { return false }
        let members = JSONTree.Members(tree: schema, members: list)
        if let names = try? members["type"]?.strings(), names.contains("null") { return true }
        for name in ["anyOf", "oneOf"] {
            if let choices = try? members[name]?.elements(), choices.contains(where: self.isNull) { return true }
        }
        return false
    }

    /// What `#/$defs/Name` or `#/definitions/Name` refers to.
    private func definition(_ reference: String) -> JSONTree? {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "#", let root = self.root, case .object(let list) = root.content else {
            return nil
        }
        let definitions = JSONTree.Members(tree: root, members: list)[String(parts[1])]
        guard case .object(let names)? = definitions?.content else { return nil }
        return names.first { $0.name == parts[2] }?.value
    }
}
