import Kernel
import Testing

@testable import Settings

@Suite("The JSON Schema for editors")
struct SchemaTests {
    @Test("is exactly the published file")
    func isGolden() throws {
        try GoldenFile("docs/gatehouse.schema.json").compare([Settings.jsonSchema()])
    }

    @Test("is JSON of draft 2020-12, refuses unknown keys everywhere and describes every key")
    func isStrictAndDocumented() throws {
        let bytes = Array(Settings.jsonSchema().utf8)
        let tape = try JSONTape(bytes.span)
        let dialect = tape.member("$schema", of: tape.root, in: bytes.span)
        #expect(dialect.flatMap { tape.string($0, in: bytes.span) } == "https://json-schema.org/draft/2020-12/schema")
        var described = 0
        func visit(_ node: JSONTape.Node) {
            var member = tape.firstMember(of: node)
            while let (name, value) = member {
                if tape.isString(name, "properties", in: bytes.span) {
                    let rest = tape.member("additionalProperties", of: node, in: bytes.span)
                    #expect(rest.map(tape.kind) == .false)
                    described += check(properties: value)
                }
                visit(value)
                member = tape.member(after: value, of: node)
            }
            var element = tape.firstElement(of: node)
            while let current = element {
                visit(current)
                element = tape.element(after: current, of: node)
            }
        }
        func check(properties: JSONTape.Node) -> Int {
            var count = 0
            var property = tape.firstMember(of: properties)
            while let (name, value) = property {
                let text = tape.string(name, in: bytes.span) ?? ""
                if text != "kind" {
                    let description = tape.member("description", of: value, in: bytes.span)
                    let sentence = description.flatMap { tape.string($0, in: bytes.span) } ?? ""
                    #expect(sentence.count > 10 && sentence.hasSuffix("."), "\(text): \(sentence)")
                    count += 1
                }
                property = tape.member(after: value, of: properties)
            }
            return count
        }
        visit(tape.root)
        #expect(described == Self.count(Settings.description.keys))
    }

    private static func count(_ keys: [KeyDescription]) -> Int {
        keys.reduce(0) { sum, key in
            switch key.form {
            case .scalar, .list: sum + 1
            case .section(let inner): sum + 1 + Self.count(inner)
            case .entries(let entries): sum + 1 + entries.variants.reduce(0) { $0 + Self.count($1.keys) }
            }
        }
    }

    @Test("knows the patterns of values that load, defaults and examples among them")
    func patternsAcceptDefaults() throws {
        func check(_ key: KeyDescription) throws {
            switch key.form {
            case .scalar(.text(let pattern)):
                let value = if case .defaulted(let text) = key.presence { text } else { key.example }
                let expression = try Regex(pattern)
                #expect(try expression.firstMatch(in: value) != nil, "\(key.name): \(value)")
                #expect(try expression.firstMatch(in: "") == nil, "\(key.name)")
            case .scalar(.choice(let names)): #expect(names.contains(key.example), "\(key.name)")
            case .scalar, .list: return
            case .section(let keys): try keys.forEach(check)
            case .entries(let entries): try entries.variants.flatMap(\.keys).forEach(check)
            }
        }
        try Settings.description.keys.forEach(check)
    }
}
