import Codecs
import Conversation
import Kernel

/// JSON schemas as Gemini writes them, in a subset of OpenAPI's: types in capitals, `nullable`, enumerations of texts only,
/// no `$ref`, no `allOf`, no `additionalProperties`.
///
/// References are put in place, `allOf` is flattened, `oneOf` becomes `anyOf`, formats that Gemini does not know go.
struct GeminiSubset {
    /// More than this is not worth unrolling.
    private static let limit = 256 << 10

    private var out = JSONWriter(reserving: 1024)

    /// The schema in the subset; nil where something of it would be lost.
    static func schema(_ schema: JSONText) -> JSONText? {
        guard let json = try? JSONView(object: schema.bytes.span) else { return nil }
        var writer = GeminiSubset()
        guard writer.write(json.root, json, open: [], depth: 0) else { return nil }
        return JSONText(wellFormed: writer.out.bytes)
    }

    /// What a schema says that is written at its end, and what was written already.
    private struct Gathered {
        /// A bit for each keyword that was written.
        var written: UInt32 = 0
        var type: SchemaType?
        var isNullable = false
        var properties: [(name: JSONView.Node, value: JSONView.Node)] = []
        var required: [JSONView.Node] = []

        /// Whether the keyword comes for the first time.
        mutating func isFirst(_ keyword: SchemaKeyword) -> Bool {
            defer { self.written |= keyword.bit }
            return self.written & keyword.bit == 0
        }

        func has(_ keyword: SchemaKeyword) -> Bool { self.written & keyword.bit != 0 }
    }

    private mutating func write(
        _ node: JSONView.Node, _ json: borrowing JSONView, open: [JSONView.Node], depth: Int
    ) -> Bool {
        guard depth < 32, self.out.count < Self.limit else { return false }
        var facets: [JSONView.Node] = []
        var references: [JSONView.Node] = []
        guard self.facets(of: node, json, open: open, into: &facets, references: &references) else { return false }
        let open = references.isEmpty ? open : open + references
        var gathered = Gathered()
        self.out.beginObject()
        for facet in facets {
            var member = json.tape.firstMember(of: facet)
            while let (name, value) = member {
                member = json.tape.member(after: value, of: facet)
                guard let keyword = SchemaKeyword(name, json),
                    self.write(keyword, value, json, &gathered, open: open, depth: depth)
                else { return false }
            }
        }
        guard self.writeRest(gathered, json, open: open, depth: depth) else { return false }
        self.out.endObject()
        return true
    }

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
        guard let all = json.value("allOf", of: node) else { return true }
        for part in json.elements(of: all) {
            guard self.facets(of: part, json, open: open, into: &facets, references: &references) else { return false }
        }
        return true
    }

    private func target(of reference: String, _ json: borrowing JSONView) -> JSONView.Node? {
        for (prefix, list) in [("#/$defs/", "$defs"), ("#/definitions/", "definitions")] as [(String, StaticString)]
        where reference.hasPrefix(prefix) {
            let name = reference.dropFirst(prefix.utf8.count)
            return json.value(list, of: json.root).flatMap { definitions in
                json.pairs(of: definitions).first { $0.name == name }?.value
            }
        }
        return nil
    }

    /// Writes what a keyword says, or gathers it; false where the subset cannot say it.
    private mutating func write(
        _ keyword: SchemaKeyword, _ value: JSONView.Node, _ json: borrowing JSONView, _ gathered: inout Gathered,
        open: [JSONView.Node], depth: Int
    ) -> Bool {
        switch keyword {
        case .unsaid: return true
        case .additionalProperties: return json.kind(value) != .object
        case .properties:
            var member = json.tape.firstMember(of: value)
            while let property = member {
                gathered.properties.append(property)
                member = json.tape.member(after: property.value, of: value)
            }
            return true
        case .required:
            gathered.required += json.elements(of: value).filter { json.kind($0) == .string }
            return true
        case .type: return self.write(type: value, json, &gathered)
        default: break
        }
        guard gathered.isFirst(keyword) else {
            // The outermost words about a thing count.
            return keyword == .description || keyword == .title
        }
        switch keyword {
        case .nullable: gathered.isNullable = gathered.isNullable || json.kind(value) == .true
        case .enumeration: return self.write(texts: json.elements(of: value), json, &gathered)
        case .constant: return self.write(texts: [value], json, &gathered)
        case .format:
            let formats: [StaticString] = ["date-time", "enum", "float", "double", "int32", "int64"]
            guard formats.contains(where: { json.tape.isString(value, $0, in: json.bytes) }) else { break }
            self.out.name("format")
            json.copy(value, to: &self.out)
        case .items:
            self.out.name("items")
            return self.write(value, json, open: open, depth: depth + 1)
        case .anyOf, .oneOf:
            let all = json.elements(of: value)
            let choices = all.filter { json.text("type", of: $0) != "null" }
            gathered.isNullable = gathered.isNullable || choices.count < all.count
            guard !choices.isEmpty else { return false }
            self.out.name("anyOf")
            self.out.beginArray()
            for choice in choices { guard self.write(choice, json, open: open, depth: depth + 1) else { return false } }
            self.out.endArray()
        default:
            self.out.name(keyword.name)
            json.copy(value, to: &self.out)
        }
        return true
    }

    /// One type, or one and null; the same in all facets.
    private mutating func write(
        type value: JSONView.Node, _ json: borrowing JSONView, _ gathered: inout Gathered
    ) -> Bool {
        var names = json.kind(value) == .string ? [value] : json.elements(of: value)
        let all = names.count
        names.removeAll { json.tape.isString($0, "null", in: json.bytes) }
        gathered.isNullable = gathered.isNullable || names.count < all
        guard names.count == 1, let type = SchemaType(names[0], json), gathered.type == nil || gathered.type == type
        else { return false }
        if gathered.type == nil { self.begin(type, &gathered) }
        return true
    }

    private mutating func begin(_ type: SchemaType, _ gathered: inout Gathered) {
        gathered.type = type
        self.out.name("type")
        self.out.string(type.rawValue)
    }

    /// An enumeration, which may hold texts only, and null.
    private mutating func write(
        texts values: [JSONView.Node], _ json: borrowing JSONView, _ gathered: inout Gathered
    ) -> Bool {
        let texts = values.filter { !json.isNull($0) }
        gathered.isNullable = gathered.isNullable || texts.count < values.count
        guard !texts.isEmpty, texts.allSatisfy({ json.kind($0) == .string }) else { return false }
        if gathered.type == nil { self.begin(.string, &gathered) }
        self.out.name("enum")
        self.out.beginArray()
        for text in texts { json.copy(text, to: &self.out) }
        self.out.endArray()
        return true
    }

    private mutating func writeRest(
        _ gathered: Gathered, _ json: borrowing JSONView, open: [JSONView.Node], depth: Int
    ) -> Bool {
        let properties = gathered.properties
        switch gathered.type {
        case .object where properties.isEmpty: return false
        case .array where !gathered.has(.items): return false
        case nil where !properties.isEmpty: self.out.member("type", "OBJECT")
        case nil where !gathered.has(.anyOf) && !gathered.has(.oneOf): return false
        default: break
        }
        if !properties.isEmpty {
            let names = properties.map { json.tape.string($0.name, in: json.bytes) ?? "" }
            guard !Self.hasTwice(names) else { return false }
            self.out.name("properties")
            self.out.beginObject()
            for (name, property) in zip(names, properties) {
                self.out.name(name)
                guard self.write(property.value, json, open: open, depth: depth + 1) else { return false }
            }
            self.out.endObject()
        }
        if !gathered.required.isEmpty {
            self.out.name("required")
            self.out.beginArray()
            for name in gathered.required { json.copy(name, to: &self.out) }
            self.out.endArray()
        }
        if gathered.isNullable { self.out.member("nullable", true) }
        return true
    }

    private static func hasTwice(_ names: [String]) -> Bool {
        guard names.count < 16 else { return Set(names).count < names.count }
        return names.indices.contains { names[..<$0].contains(names[$0]) }
    }
}

/// The types of JSON schema, as Gemini spells them.
private enum SchemaType: String {
    case string = "STRING"
    case object = "OBJECT"
    case array = "ARRAY"
    case integer = "INTEGER"
    case number = "NUMBER"
    case boolean = "BOOLEAN"

    private static let names: [(StaticString, SchemaType)] = [
        ("string", .string), ("object", .object), ("array", .array), ("integer", .integer), ("number", .number),
        ("boolean", .boolean),
    ]

    init?(_ node: JSONView.Node, _ json: borrowing JSONView) {
        for (name, type) in Self.names where json.tape.isString(node, name, in: json.bytes) {
            self = type
            return
        }
        return nil
    }
}

/// What a member of a schema is about.
private enum SchemaKeyword: UInt8 {
    /// Says nothing that Gemini wants to hear, or was heard before.
    case unsaid
    case additionalProperties, properties, required, type, nullable, enumeration, constant, format, items, anyOf, oneOf
    // Written as they are.
    case title, description, pattern, minItems, maxItems, minLength, maxLength, minimum, maximum, minProperties
    case maxProperties

    /// The frequent ones first.
    private static let names: [(name: StaticString, keyword: SchemaKeyword)] = [
        ("type", .type), ("description", .description), ("properties", .properties), ("required", .required),
        ("items", .items), ("enum", .enumeration), ("title", .title), ("additionalProperties", .additionalProperties),
        ("default", .unsaid), ("anyOf", .anyOf), ("format", .format), ("minimum", .minimum), ("maximum", .maximum),
        ("minItems", .minItems), ("maxItems", .maxItems), ("minLength", .minLength), ("maxLength", .maxLength),
        ("pattern", .pattern), ("const", .constant), ("nullable", .nullable), ("oneOf", .oneOf),
        ("minProperties", .minProperties), ("maxProperties", .maxProperties), ("$ref", .unsaid), ("allOf", .unsaid),
        ("$defs", .unsaid), ("definitions", .unsaid), ("$schema", .unsaid), ("$id", .unsaid), ("$comment", .unsaid),
        ("examples", .unsaid), ("readOnly", .unsaid), ("writeOnly", .unsaid), ("deprecated", .unsaid),
    ]

    /// Nil for what the subset does not know.
    init?(_ node: JSONView.Node, _ json: borrowing JSONView) {
        for (name, keyword) in Self.names where json.tape.isString(node, name, in: json.bytes) {
            self = keyword
            return
        }
        return nil
    }

    /// As it is spelled, where it is written as it is.
    var name: StaticString { Self.names.first { $0.keyword == self }?.name ?? "" }

    var bit: UInt32 { 1 << UInt32(self.rawValue) }
}
