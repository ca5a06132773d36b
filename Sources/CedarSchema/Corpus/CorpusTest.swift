import Cedar
import Kernel

/// One test in the format of Cedar's own integration tests: files that it names, and what is expected of them.
struct CorpusTest {
    struct Expectation {
        let description: String
        let node: JSONTape.Node
        let validates: Bool
        let verdict: AccessDecision.Verdict
        let reasons: Set<String>
        let errors: Set<String>
    }

    let reader: ValueReader
    let policies: String
    let entities: String
    let schema: String
    let shouldValidate: Bool
    let expectations: [Expectation]

    init(_ json: [UInt8]) throws(CedarError) {
        let reader = try ValueReader(json)
        let root = reader.tape.root
        self.reader = reader
        self.policies = try Self.string("policies", root, reader)
        self.entities = try Self.string("entities", root, reader)
        self.schema = try Self.string("schema", root, reader)
        self.shouldValidate = try Self.boolean("shouldValidate", root, reader) ?? true
        var expectations: [Expectation] = []
        for node in try Self.elements("requests", root, reader) {
            expectations.append(try Self.expectation(node, reader))
        }
        self.expectations = expectations
    }

    private static func expectation(
        _ node: JSONTape.Node, _ reader: ValueReader
    ) throws(CedarError) -> Expectation {
        guard let verdict = AccessDecision.Verdict(rawValue: try self.string("decision", node, reader)) else {
            throw reader.error(node, .syntax, "`decision` must be `allow` or `deny`")
        }
        var reasons: Set<String> = []
        for reason in try self.elements("reason", node, reader) { reasons.insert(reader.text(reason).string) }
        var errors: Set<String> = []
        for error in try self.elements("errors", node, reader) { errors.insert(reader.text(error).string) }
        return Expectation(
            description: try self.string("description", node, reader), node: node,
            validates: try self.boolean("validateRequest", node, reader) ?? true, verdict: verdict, reasons: reasons,
            errors: errors)
    }

    private static func member(
        _ name: StaticString, _ node: JSONTape.Node, _ reader: ValueReader
    ) -> JSONTape.Node? {
        reader.tape.member(name, of: node, in: reader.bytes.span)
    }

    private static func string(
        _ name: StaticString, _ node: JSONTape.Node, _ reader: ValueReader
    ) throws(CedarError) -> String {
        guard let value = self.member(name, node, reader), reader.tape.kind(value) == .string else {
            throw reader.error(node, .syntax, "the test needs a string `\(name)`")
        }
        return reader.text(value).string
    }

    private static func boolean(
        _ name: StaticString, _ node: JSONTape.Node, _ reader: ValueReader
    ) throws(CedarError) -> Bool? {
        guard let value = self.member(name, node, reader) else { return nil }
        switch reader.tape.kind(value) {
        case .true: return true
        case .false: return false
        default: throw reader.error(value, .syntax, "`\(name)` must be true or false")
        }
    }

    private static func elements(
        _ name: StaticString, _ node: JSONTape.Node, _ reader: ValueReader
    ) throws(CedarError) -> [JSONTape.Node] {
        guard let list = self.member(name, node, reader), reader.tape.kind(list) == .array else {
            throw reader.error(node, .syntax, "the test needs an array `\(name)`")
        }
        var elements: [JSONTape.Node] = []
        var element = reader.tape.firstElement(of: list)
        while let current = element {
            elements.append(current)
            element = reader.tape.element(after: current, of: list)
        }
        return elements
    }
}
