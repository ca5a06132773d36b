package import Conversation
import Kernel

/// A schema whose objects hold what they name and no more, as providers demand it who force answers into a schema.
package struct ClosedSchema {
    package let schema: JSONText
    /// Whether an object that was explicitly open was closed.
    package let isNarrowed: Bool

    package init(_ schema: JSONText) {
        var closing = Closing()
        if let json = try? JSONView(object: schema.bytes.span) { closing.write(json.root, json) }
        self.schema = closing.isChanged ? JSONText(wellFormed: closing.out.bytes) : schema
        self.isNarrowed = closing.isNarrowed
    }
}

private struct Closing {
    var out = JSONWriter(reserving: 512)
    var isChanged = false
    var isNarrowed = false

    mutating func write(_ node: JSONView.Node, _ json: borrowing JSONView) {
        switch json.kind(node) {
        case .object: self.write(object: node, json)
        case .array:
            self.out.beginArray()
            for element in json.elements(of: node) { self.write(element, json) }
            self.out.endArray()
        default: self.out.json(json.raw(node))
        }
    }

    private mutating func write(object node: JSONView.Node, _ json: borrowing JSONView) {
        let members = json.pairs(of: node)
        var isClosed = !Self.isOfObjects(members, json)
        self.out.beginObject()
        for (name, value) in members {
            self.out.name(name)
            switch name {
            case "additionalProperties":
                if json.kind(value) != .false {
                    self.isChanged = true
                    self.isNarrowed = true
                }
                self.out.boolean(false)
                isClosed = true
            case "properties", "patternProperties", "dependentSchemas", "$defs", "definitions":
                // The names of these are data.
                guard json.kind(value) == .object else { fallthrough }
                self.out.beginObject()
                for (name, schema) in json.pairs(of: value) {
                    self.out.name(name)
                    self.write(schema, json)
                }
                self.out.endObject()
            case "items", "prefixItems", "contains", "anyOf", "oneOf", "allOf", "not", "if", "then", "else":
                self.write(value, json)
            default: self.out.json(json.raw(value))
            }
        }
        if !isClosed {
            self.isChanged = true
            self.out.member("additionalProperties", false)
        }
        self.out.endObject()
    }

    /// Whether a schema is one of objects.
    private static func isOfObjects(
        _ members: [(name: String, value: JSONView.Node)], _ json: borrowing JSONView
    ) -> Bool {
        guard let type = members.first(where: { $0.name == "type" })?.value else {
            return members.contains { $0.name == "properties" }
        }
        if json.kind(type) == .array {
            return json.elements(of: type).contains { json.tape.isString($0, "object", in: json.bytes) }
        }
        return json.tape.isString(type, "object", in: json.bytes)
    }
}
