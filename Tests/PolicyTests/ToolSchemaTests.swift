import Cedar
import Testing

@testable import Policy

@Suite("Tools as actions")
struct ToolSchemaTests {
    private static let listing = """
        { "jsonrpc": "2.0", "id": 1, "result": { "tools": [
          { "name": "send", "inputSchema": {
              "type": "object",
              "properties": {
                "to": { "type": "string" }, "copies": { "type": "array", "items": { "type": "string" } },
                "at": { "type": "string", "format": "date-time" }, "from": { "type": "string", "format": "ipv4" },
                "cost": { "type": "number" }, "parts": { "type": "integer" }, "urgent": { "type": "boolean" },
                "who": { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] },
                "note": { "anyOf": [{ "type": "string" }, { "type": "null" }] },
                "mood": { "$ref": "#/$defs/Mood" }, "odd name": { "type": ["string", "null"] },
                "either": { "oneOf": [{ "type": "string" }, { "type": "integer" }] }, "free": { "type": "object" },
                "loop": { "$ref": "#/$defs/Loop" }
              },
              "required": ["to", "note"],
              "$defs": { "Mood": { "enum": ["good", "bad"], "type": "string" },
                         "Loop": { "type": "object", "properties": { "next": { "$ref": "#/$defs/Loop" } } } } } },
          { "name": "ping", "inputSchema": { "type": "object" } } ] } }
        """

    private static let policies = """
        @id("mail") permit (principal, action == Gatehouse::Action::"mail/send", resource)
        when { context.arguments.to like "*@acme.example" && context.labels.isTrusted };
        @id("short") forbid (principal, action == Gatehouse::Action::"mail/send", resource)
        when { context.arguments has parts && context.arguments.parts > 3 };
        @id("any") permit (principal, action in Gatehouse::Action::"call", resource) when { resource.approved };
        """

    private static func files(_ tests: String) -> [PolicyFile] {
        [
            PolicyFile(name: "mail.tools.json", text: self.listing), PolicyFile(name: "p.cedar", text: self.policies),
            PolicyFile(name: "p.tests.json", text: tests),
        ]
    }

    @Test("Arguments have the types of the input schema, and what Cedar cannot type is left out")
    func types() throws {
        let schema = try ToolSchema(server: "mail", json: Array(Self.listing.utf8))
        #expect(schema.tools.map(\.name) == ["send", "ping"])
        #expect(schema.tools[0].leftOut.prefix(2) == ["either", "free"])
        #expect(schema.tools[0].leftOut.allSatisfy { $0.hasPrefix("loop") || ["either", "free"].contains($0) })
        let arguments = schema.tools[0].arguments.attributes
        #expect(arguments["to"] == .init(.string))
        #expect(arguments["copies"] == .init(.set(.string), isRequired: false))
        #expect(arguments["at"] == .init(.extension(.datetime), isRequired: false))
        #expect(arguments["from"] == .init(.extension(.ipaddr), isRequired: false))
        #expect(arguments["cost"] == .init(.extension(.decimal), isRequired: false))
        #expect(arguments["parts"] == .init(.long, isRequired: false))
        #expect(arguments["urgent"] == .init(.boolean, isRequired: false))
        #expect(arguments["who"] == .init(.record(RecordType(["name": .init(.string)])), isRequired: false))
        #expect(arguments["note"] == .init(.string, isRequired: false))
        #expect(arguments["mood"] == .init(.string, isRequired: false))
        #expect(arguments["odd name"] == .init(.string, isRequired: false))
        #expect(arguments["either"] == nil)
        #expect(schema.tools[1].arguments.attributes.isEmpty)
    }

    @Test("Policies speak of the arguments, and calls are held against them")
    func policies() throws {
        let tests = """
            { "principals": { "mia": { "type": "user", "id": "mia" } },
              "resources": { "send": { "type": "tool", "server": "mail", "name": "send", "boundary": "external" } },
              "tests": [
                { "name": "within the company", "principal": "mia", "action": "mail/send", "resource": "send",
                  "arguments": { "to": "ann@acme.example", "unknown": [1] },
                  "expect": { "effect": "permit", "policies": ["mail"] } },
                { "name": "to elsewhere", "principal": "mia", "action": "mail/send", "resource": "send",
                  "arguments": { "to": "ann@else.example" }, "expect": { "effect": "forbid", "policies": [] } },
                { "name": "too many", "principal": "mia", "action": "mail/send", "resource": "send",
                  "arguments": { "to": "ann@acme.example", "parts": 4 },
                  "expect": { "effect": "forbid", "policies": ["short"] } },
                { "name": "no number", "principal": "mia", "action": "mail/send", "resource": "send",
                  "arguments": { "to": "ann@acme.example", "parts": "4" },
                  "expect": { "effect": "forbid", "policies": [],
                    "message": "the arguments are not what the tool takes: parts: expected a whole number" } },
                { "name": "nobody to", "principal": "mia", "action": "mail/send", "resource": "send",
                  "arguments": {}, "expect": { "effect": "forbid", "policies": [],
                    "message": "the arguments are not what the tool takes: `to` is missing" } },
                { "name": "unknown arguments", "principal": "mia", "action": "mail/send", "resource": "send",
                  "expect": { "effect": "forbid", "message": "the arguments of the call are not known" } } ] }
            """
        let bundle = try PolicyBundle(Self.files(tests))
        #expect(bundle.warnings.map(\.file) == ["mail.tools.json"])
        let point = try CedarDecisionPoint(bundle)
        #expect(point.action(for: ToolFacts(server: "mail", name: "send", boundary: .external)).name == "mail/send")
        #expect(point.action(for: ToolFacts(server: "mail", name: "other", boundary: .external)) == .call)
    }

    @Test("A policy that speaks of an argument that there is not is no policy")
    func unknownArgument() {
        let files = [
            PolicyFile(name: "mail.tools.json", text: Self.listing),
            PolicyFile(
                name: "p.cedar",
                text:
                    #"@id("a") permit (principal, action == Gatehouse::Action::"mail/send", resource) when { context.arguments.too == "x" };"#
            ),
        ]
        #expect(throws: PolicyError(.invalid, [])) { try PolicyBundle(files) }
    }

    static let malformed = [
        "{}", "[{}]", #"[{"name":"a"},{"name":"a"}]"#, #"[{"name":"a","inputSchema":{"type":"string"}}]"#, "nothing",
    ]

    @Test("What is no list of tools is refused", arguments: Self.malformed)
    func refused(_ text: String) {
        #expect(throws: PolicyFormatError.self) { try ToolSchema(server: "s", json: Array(text.utf8)) }
    }

    @Test("Arguments of all types become values")
    func values() throws {
        let type = try ToolSchema(server: "mail", json: Array(Self.listing.utf8)).tools[0].arguments
        let json =
            #"{"to":"a","copies":["b","b"],"at":"2026-01-02T03:04:05Z","from":"10.0.0.1","cost":1.25,"parts":3,"urgent":true,"who":{"name":"x","age":3},"note":null}"#
        let value = try ToolArguments(json: Array(json.utf8)).value(type)
        #expect(value["copies"] == .set(SetValue([.string("b")])))
        #expect(value["cost"] == DecimalValue("1.25").map { .decimal($0) })
        #expect(value["at"] == DatetimeValue("2026-01-02T03:04:05Z").map { .datetime($0) })
        #expect(value["from"] == AddressValue("10.0.0.1").map { .address($0) })
        #expect(value["who"] == .record(["name": .string("x")]))
        #expect(value["note"] == nil)
        for wrong in [
            #"{"to":1}"#, #"{"to":"a","cost":1.23456}"#, #"{"to":"a","from":"x"}"#, #"{"to":"a","at":"yesterday"}"#,
            "[]",
        ] {
            #expect(throws: PolicyFormatError.self) { try ToolArguments(json: Array(wrong.utf8)).value(type) }
        }
    }
}
