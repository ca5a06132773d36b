import Kernel
import TestSupport
import Testing

@testable import Cedar

@Suite("Policies as JSON")
struct PolicyJSONTests {
    @Test("what is written reads as the same policies")
    func roundTrip() throws {
        var generator = ExprGenerator(random: SplitMix(seed: 41))
        for _ in 0..<300 {
            let policies = (0..<2).map { generator.policy(id: PolicyID("p\($0)"), depth: 3) }
            var writer = JSONWriter()
            writer.policies(policies)
            let again = try CedarPolicy.list(json: writer.bytes)
            // A path behind `has` is written as a chain; written once more, both are the same.
            var second = JSONWriter()
            second.policies(again)
            #expect(String(decoding: second.bytes, as: UTF8.self) == String(decoding: writer.bytes, as: UTF8.self))
            #expect(again.map(\.annotations) == policies.map(\.annotations))
        }
    }

    static let expressions: [(String, String)] = [
        ("{\"Value\":{\"a\":[1,\"b\"]}}", "{a: [1, \"b\"]}"),
        ("{\"Value\":{\"__entity\":{\"type\":\"U\",\"id\":\"a\"}}}", "U::\"a\""),
        ("{\"Value\":{\"__extn\":{\"fn\":\"ip\",\"arg\":\"1.1.1.1\"}}}", "ip(\"1.1.1.1\")"),
        (
            "{\"like\":{\"left\":{\"Value\":\"a\"},\"pattern\":[{\"Literal\":\"ab*\"},\"Wildcard\"]}}",
            "\"a\" like \"ab\\**\""
        ),
        (
            "{\"is\":{\"left\":{\"Var\":\"principal\"},\"entity_type\":\"A::B\",\"in\":{\"Var\":\"resource\"}}}",
            "principal is A::B in resource"
        ),
        ("{\"contains\":{\"left\":{\"Value\":1},\"right\":{\"Value\":1}}}", "1.contains(1)"),
        ("{\"isEmpty\":{\"arg\":{\"Set\":[]}}}", "[].isEmpty()"), ("{\"neg\":{\"arg\":{\"Value\":1}}}", "-(1)"),
        ("{\"lessThan\":[{\"Var\":\"context\"},{\"Value\":1}]}", "context.lessThan(1)"),
        (
            "{\"if-then-else\":{\"if\":{\"Value\":true},\"then\":{\"Value\":1},\"else\":{\"Value\":2}}}",
            "if true then 1 else 2"
        ),
    ]

    private static func policy(_ body: String) -> [UInt8] {
        Array(
            """
            {"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},\
            "conditions":[{"kind":"when","body":\(body)}]}
            """.utf8)
    }

    @Test("reads expressions", arguments: expressions)
    func reading(json: String, text: String) throws {
        #expect(try CedarPolicy(json: Self.policy(json), id: "p").conditions.first?.body.description == text)
    }

    static let broken = [
        "{}", "[]", "{\"Value\":null}", "{\"Var\":\"foo\"}", "{\"Slot\":\"?principal\"}", "{\"foo\":[{\"Value\":1}]}",
        "{\"&&\":{\"left\":{\"Value\":true}}}",
        "{\"&&\":{\"left\":{\"Value\":true},\"right\":{\"Value\":true},\"z\":1}}",
        "{\"Value\":1,\"Var\":\"context\"}", "{\"like\":{\"left\":{\"Value\":\"a\"},\"pattern\":\"a*\"}}",
        "{\"ip\":{\"Value\":\"1\"}}", "{\"isEmpty\":{\"left\":{\"Set\":[]}}}", "{\"Value\":9223372036854775808}",
    ]

    @Test("refuses what is no expression", arguments: broken)
    func refusal(json: String) {
        #expect(throws: CedarError.self) { try CedarPolicy(json: Self.policy(json), id: "p") }
    }

    @Test("links templates")
    func links() throws {
        let json = """
            {"templates":{"t":{"effect":"permit","principal":{"op":"==","slot":"?principal"},"action":{"op":"All"},\
            "resource":{"op":"All"},"conditions":[]}},"staticPolicies":{},"templateLinks":[{"templateId":"t","newId":"n",\
            "values":{"?principal":{"type":"U","id":"a"}}}]}
            """
        let policies = try CedarPolicy.list(json: Array(json.utf8))
        #expect(policies.map(\.id) == ["t", "n"])
        #expect(policies.last?.description == "permit (principal == U::\"a\", action, resource);")
    }
}
