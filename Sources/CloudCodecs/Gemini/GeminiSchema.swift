import Codecs
import Conversation
import Kernel

/// Schemas as Gemini writes them, a subset of OpenAPI's: types in capitals, `nullable`, enums of texts only, no `$ref`,
/// no `allOf`, no `additionalProperties`.
struct GeminiSchema {
    /// More than this is not worth unrolling.
    private static let limit = 256 << 10

    private var out = JSONWriter(reserving: 512)

    /// The schema in the subset; nil where something of it would be lost. References are put in place, `allOf` is
    /// flattened, `oneOf` becomes `anyOf`, formats that Gemini does not know go.
    static func subset(of schema: JSONText) -> JSONText? {
        guard let json = try? JSONView(object: schema.bytes.span) else { return nil }
        var writer = GeminiSchema()
        guard writer.write([json.root], json, open: [], depth: 0) else { return nil }
        return JSONText(wellFormed: writer.out.bytes)
    }

    // MARK: To the subset

    /// Gathers what together makes one schema: itself, what it refers to and the parts of `allOf`.
    private func facets(
        of node: JSONView.Node, _ json: borrowing JSONView, open: [JSONView.Node], into facets: inout [JSONView.Node],
        references: inout [JSONView.Node]
    ) -> Bool {
        guard json.kind(node) == .object, facets.count < 64 else { return false }
        facets.append(node)
        if let reference = json.text("$ref", of: node) {
            guard let target = self.target(of: reference, json), !open.contains(target), !references.contains(target)
            else { return false }
            references.append(target)
            guard self.facets(of: target, json, open: open, into: &facets, references: &references) else {
                return false
            }
        }
        for part in json.value("allOf", of: node).map({ json.elements(of: $0) }) ?? [] {
            guard self.facets(of: part, json, open: open, into: &facets, references: &references) else { return false }
        }
        return true
    }

    private func target(of reference: String, _ json: borrowing JSONView) -> JSONView.Node? {
        for (prefix, list) in [("#/$defs/", "$defs"), ("#/definitions/", "definitions")]
        where reference.hasPrefix(prefix) {
            let definitions = json.pairs(of: json.root).first { $0.name == list }
            let name = reference.dropFirst(prefix.count)
            return definitions.flatMap { json.pairs(of: $0.value).first { $0.name == name }?.value }
        }
        return nil
    }

    private mutating func write(
        _ nodes: [JSONView.Node], _ json: borrowing JSONView, open: [JSONView.Node], depth: Int
    ) -> Bool {
        guard depth < 32, self.out.bytes.count < Self.limit else { return false }
        var facets: [JSONView.Node] = []
        var references: [JSONView.Node] = []
        for node in nodes {
            guard self.facets(of: node, json, open: open, into: &facets, references: &references) else { return false }
        }
        let open = open + references
        var seen: Set<String> = []
        var properties: [(name: String, value: JSONView.Node)] = []
        var required: [String] = []
        var type: String?
        var isNullable = false
        self.out.beginObject()
        for facet in facets {
            for (name, value) in json.pairs(of: facet) {
                switch name {
                case "$ref", "allOf", "$defs", "definitions", "$schema", "$id", "$comment", "examples", "default",
                    "readOnly", "writeOnly", "deprecated":
                    continue
                case "additionalProperties":
                    guard json.kind(value) != .object else { return false }
                    continue
                case "properties":
                    properties += json.pairs(of: value)
                    continue
                case "required":
                    required += json.elements(of: value).compactMap { json.tape.string($0, in: json.bytes) }
                    continue
                case "type":
                    var names = [json.tape.string(value, in: json.bytes)].compactMap { $0 }
                    names += json.elements(of: value).compactMap { json.tape.string($0, in: json.bytes) }
                    isNullable = isNullable || names.contains("null")
                    names.removeAll { $0 == "null" }
                    guard names.count == 1, type == nil || type == names[0] else { return false }
                    if type == nil {
                        type = names[0]
                        self.out.member("type", names[0].uppercased())
                    }
                    continue
                default: break
                }
                guard seen.insert(name).inserted else {
                    // The outermost words about a thing count.
                    guard name == "description" || name == "title" else { return false }
                    continue
                }
                switch name {
                case "title", "description", "pattern", "minItems", "maxItems", "minLength", "maxLength", "minimum",
                    "maximum", "minProperties", "maxProperties":
                    self.out.name(name)
                    self.out.json(json.raw(value))
                case "nullable": isNullable = isNullable || json.kind(value) == .true
                case "enum", "const":
                    let values = name == "const" ? [value] : json.elements(of: value)
                    let texts = values.filter { !json.isNull($0) }.compactMap { json.tape.string($0, in: json.bytes) }
                    isNullable = isNullable || values.contains { json.isNull($0) }
                    guard !texts.isEmpty, texts.count == values.filter({ !json.isNull($0) }).count else { return false }
                    if type == nil {
                        type = "string"
                        self.out.member("type", "STRING")
                    }
                    self.out.array("enum") { out in for text in texts { out.string(text) } }
                case "format":
                    let format = json.tape.string(value, in: json.bytes) ?? ""
                    if ["date-time", "enum", "float", "double", "int32", "int64"].contains(format) {
                        self.out.member("format", format)
                    }
                case "items":
                    self.out.name("items")
                    guard self.write([value], json, open: open, depth: depth + 1) else { return false }
                case "anyOf", "oneOf":
                    let choices = json.elements(of: value).filter { json.text("type", of: $0) != "null" }
                    isNullable = isNullable || choices.count < json.elements(of: value).count
                    guard !choices.isEmpty else { return false }
                    self.out.name("anyOf")
                    self.out.beginArray()
                    for choice in choices {
                        guard self.write([choice], json, open: open, depth: depth + 1) else { return false }
                    }
                    self.out.endArray()
                default: return false
                }
            }
        }
        switch type {
        case "object" where properties.isEmpty, "array" where !seen.contains("items"): return false
        case nil where properties.isEmpty && !seen.contains("anyOf") && !seen.contains("oneOf"): return false
        case nil where !properties.isEmpty: self.out.member("type", "OBJECT")
        default: break
        }
        guard Set(properties.map(\.name)).count == properties.count else { return false }
        if !properties.isEmpty {
            self.out.name("properties")
            self.out.beginObject()
            for (name, value) in properties {
                self.out.name(name)
                guard self.write([value], json, open: open, depth: depth + 1) else { return false }
            }
            self.out.endObject()
        }
        if !required.isEmpty {
            self.out.array("required") { out in for name in required { out.string(name) } }
        }
        if isNullable { self.out.member("nullable", true) }
        self.out.endObject()
        return true
    }

    // MARK: From the subset

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
        self.out.json(json.raw(value))
    }
}
