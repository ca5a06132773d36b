import Codecs
import Conversation
import Kernel

/// What a schema in Gemini's own form says, as JSON schema. (`GeminiSubset` is the way there.)
struct GeminiSchema {
    private var out = JSONWriter(reserving: 512)

    /// The JSON schema that says what a schema of Gemini's says.
    static func jsonSchema(of node: JSONView.Node, _ json: borrowing JSONView) throws(CodecError) -> JSONText {
        var writer = GeminiSchema()
        try writer.writeJSONSchema(node, json)
        return JSONText(wellFormed: writer.out.bytes)
    }

    private mutating func writeJSONSchema(_ node: JSONView.Node, _ json: borrowing JSONView) throws(CodecError) {
        let isNullable = json.value("nullable", of: node).map { json.kind($0) == .true } ?? false
        self.out.beginObject()
        for member in try json.members(of: node) {
            do throws(CodecError) {
                let name = GeminiRequestReader.camel(member.name)
                switch name {
                case "nullable", "example", "propertyOrdering": break
                case "type":
                    let type = try json.requiredString(member.value).lowercased()
                    guard type != "type_unspecified" else { break }
                    self.out.name("type")
                    if isNullable {
                        self.out.beginArray()
                        self.out.string(type)
                        self.out.string("null")
                        self.out.endArray()
                    } else {
                        self.out.string(type)
                    }
                case "format":
                    if try json.requiredString(member.value) != "enum" { self.copy(name, member.value, json) }
                case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
                    // Gemini writes long integers as texts.
                    guard let text = json.tape.string(member.value, in: json.bytes) else {
                        self.copy(name, member.value, json)
                        break
                    }
                    guard let count = Int(text) else { throw json.expected("an integer", member.value) }
                    self.out.name(name)
                    self.out.integer(count)
                case "items":
                    self.out.name("items")
                    try self.writeJSONSchema(member.value, json)
                case "anyOf":
                    self.out.name("anyOf")
                    self.out.beginArray()
                    for choice in try json.requiredElements(of: member.value) {
                        try self.writeJSONSchema(choice, json)
                    }
                    self.out.endArray()
                case "properties":
                    self.out.name("properties")
                    self.out.beginObject()
                    for property in try json.members(of: member.value) {
                        self.out.name(property.name)
                        do throws(CodecError) { try self.writeJSONSchema(property.value, json) } catch {
                            throw error.inside(property.name)
                        }
                    }
                    self.out.endObject()
                default: self.copy(name, member.value, json)
                }
            } catch { throw error.inside(member.name) }
        }
        self.out.endObject()
    }

    private mutating func copy(_ name: String, _ value: JSONView.Node, _ json: borrowing JSONView) {
        self.out.name(name)
        json.copy(value, to: &self.out)
    }
}
