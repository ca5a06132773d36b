import Kernel
import TestSupport
import Testing

@testable import Cedar
@testable import CedarSchema

@Suite("Entities and contexts")
struct EntitiesTests {
    private static func user(_ id: String, _ attributes: String = "", _ parents: String = "", more: String = "")
        -> String
    {
        "{\"uid\":{\"type\":\"User\",\"id\":\"\(id)\"},\"attrs\":{\(attributes)},\"parents\":[\(parents)]\(more)}"
    }

    private static let a = "{\"type\":\"User\",\"id\":\"a\"}"
    private static let b = "{\"type\":\"User\",\"id\":\"b\"}"

    static let accepted = [
        "[]", "[\(user("a"))]", "[\(user("a")),\(user("a"))]", "[\(user("a", "", b))]",
        "[\(user("a", more: ",\"other\":1"))]",
        "[\(user("a", more: ",\"tags\":{\"t\":1}"))]",
        "[{\"uid\":{\"__entity\":\(a)},\"attrs\":{},\"parents\":[{\"__entity\":\(b)}]}]",
        "[\(user("a", "\"x\":{\"__extn\":{\"fn\":\"decimal\",\"arg\":\"1.0\",\"z\":1}}"))]",
        "[\(user("a", "\"x\":{\"__extn\":{\"fn\":\"decimal\",\"args\":[\"1.0\"]}}"))]",
        "[\(user("a", "\"x\":{\"__expr\":1}"))]",
        "[{\"uid\":{\"type\":\"A::Action\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}]",
    ]

    @Test("are accepted", arguments: accepted)
    func acceptance(json: String) throws {
        _ = try Entities(json: Array(json.utf8))
    }

    static let rejected: [(String, CedarError.Code)] = [
        ("", .syntax), ("{}", .typeMismatch), ("[1]", .typeMismatch), ("[{}]", .syntax), ("[\(user("a"))", .syntax),
        ("[\(user("a")),\(user("a", "\"x\":1"))]", .duplicate), ("[\(user("a", "", a))]", .cycle),
        ("[\(user("a", "", b)),\(user("b", "", a))]", .cycle), ("[{\"uid\":\(a),\"parents\":[]}]", .syntax),
        ("[{\"uid\":\(a),\"attrs\":{}}]", .syntax),
        ("[{\"uid\":\"User::\\\"a\\\"\",\"attrs\":{},\"parents\":[]}]", .syntax),
        ("[{\"uid\":{\"type\":\"User x\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}]", .syntax),
        ("[{\"uid\":{\"type\":\"A :: B\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}]", .syntax),
        ("[{\"uid\":{\"type\":\"if\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}]", .syntax),
        ("[{\"uid\":{\"type\":\"__cedar::X\",\"id\":\"a\"},\"attrs\":{},\"parents\":[]}]", .syntax),
        ("[\(user("a", "\"x\":null"))]", .typeMismatch), ("[\(user("a", "\"x\":1.5"))]", .typeMismatch),
        ("[\(user("a", "\"x\":1e3"))]", .typeMismatch), ("[\(user("a", "\"x\":9223372036854775808"))]", .typeMismatch),
        ("[\(user("a", "\"x\":{\"__expr\":\"1\"}"))]", .syntax),
        ("[\(user("a", "\"x\":{\"__extn\":{\"fn\":\"decimal\",\"arg\":\"x\"}}"))]", .typeMismatch),
        ("[\(user("a", "\"x\":{\"__extn\":{\"fn\":\"decimal\",\"arg\":1}}"))]", .typeMismatch),
        ("[\(user("a", "\"x\":{\"__extn\":{\"fn\":\"decimal\",\"args\":[]}}"))]", .typeMismatch),
        ("[\(user("a", "\"x\":{\"__extn\":{\"fn\":\"foo\",\"arg\":\"1.0\"}}"))]", .unknownName),
        ("[\(user("a", "\"x\":1,\"x\":2"))]", .duplicate), ("[\(user("a", "", "\"User::a\""))]", .typeMismatch),
    ]

    @Test("are rejected, with a place", arguments: rejected)
    func rejection(json: String, code: CedarError.Code) {
        #expect(throws: CedarError(code, "")) { try Entities(json: Array(json.utf8)) }
    }

    /// A value of the context, and an expression that it equals.
    static let values: [(String, String)] = [
        ("1", "1"), ("-9223372036854775808", "-9223372036854775808"), ("true", "true"), ("\"a\\u00e9\"", "\"aé\""),
        ("[1,1,2]", "[2, 1]"), ("{\"a\":{}}", "{a: {}}"), ("{\"__entity\":\(a)}", "User::\"a\""),
        ("{\"__entity\":1}", "{\"__entity\": 1}"), ("{\"__extn\":\"a\"}", "{\"__extn\": \"a\"}"),
        ("{\"__entity\":\(a),\"z\":1}", "{\"__entity\": {\"type\": \"User\", id: \"a\"}, z: 1}"),
        ("{\"__extn\":{\"fn\":\"decimal\"}}", "{\"__extn\": {\"fn\": \"decimal\"}}"),
        (a, "{\"type\": \"User\", id: \"a\"}"),
        ("{\"__extn\":{\"fn\":\"ip\",\"arg\":\"::1\"}}", "ip(\"::1\")"),
        ("{\"__extn\":{\"fn\":\"duration\",\"arg\":\"1s\"}}", "duration(\"1000ms\")"),
        (
            "{\"__extn\":{\"fn\":\"offset\",\"args\":[{\"__extn\":{\"fn\":\"datetime\",\"arg\":\"1970-01-01\"}},"
                + "{\"__extn\":{\"fn\":\"duration\",\"arg\":\"1d\"}}]}}", "datetime(\"1970-01-02\")"
        ),
    ]

    @Test("values mean what they say, and are written so that they read the same", arguments: values)
    func value(json: String, expression: String) throws {
        let context = try RecordValue(contextJSON: Array("{\"x\":\(json)}".utf8))
        let found = try #require(context["x"])
        let policy = "permit(principal, action, resource) when { context.x == \(expression) };"
        let uid = EntityUID(type: "User", id: "a")
        let request = AccessRequest(
            principal: uid, action: EntityUID(type: "Action", id: "a"), resource: uid, context: context)
        #expect(try PolicySet(parsing: policy).decide(request, .empty).verdict == .allow, "\(found)")
        var writer = JSONWriter()
        writer.record(context)
        #expect(try RecordValue(contextJSON: writer.bytes) == context)
        let asText = "permit(principal, action, resource) when { context.x == \(found) };"
        #expect(try PolicySet(parsing: asText).decide(request, .empty).verdict == .allow, "\(found)")
    }

    // MARK: With a schema

    private static func schema() throws -> Schema {
        try Schema(
            text: """
                entity User in [User] {
                  a?: ipaddr, b?: User, d?: {x: decimal, y?: User}, e?: Set<datetime>, f?: Long
                } tags ipaddr;
                action view;
                action edit in [view] appliesTo { principal: User, resource: User, context: {ip: ipaddr, u?: User} };
                """)
    }

    static let typed: [(String, Value)] = [
        ("\"a\":\"1.2.3.4\"", .address(AddressValue(isIPv6: false, bits: 0x0102_0304, prefix: 32))),
        (
            "\"a\":{\"fn\":\"ip\",\"arg\":\"1.2.3.4\"}",
            .address(AddressValue(isIPv6: false, bits: 0x0102_0304, prefix: 32))
        ),
        ("\"b\":{\"type\":\"User\",\"id\":\"z\"}", .entity(EntityUID(type: "User", id: "z"))),
        (
            "\"d\":{\"x\":\"1.0\",\"y\":{\"__entity\":\(a)}}",
            .record([
                "x": .decimal(DecimalValue(tenThousandths: 10_000)), "y": .entity(EntityUID(type: "User", id: "a")),
            ])
        ),
        ("\"e\":[\"1970-01-01\"]", .set(SetValue([.datetime(DatetimeValue(milliseconds: 0))]))), ("\"f\":1", .long(1)),
    ]

    @Test("a schema turns plain strings and objects into values", arguments: typed)
    func typing(json: String, value: Value) throws {
        let entities = try Entities(json: Array("[\(Self.user("a", json))]".utf8), typing: try Self.schema())
        #expect(entities[EntityUID(type: "User", id: "a")]?.attributes.fields.map(\.value) == [value])
    }

    static let mistyped: [(String, CedarError.Code)] = [
        ("\"d\":{}", .unknownName), ("\"d\":{\"x\":\"1.0\",\"z\":1}", .unknownName), ("\"z\":1", .unknownName),
        ("\"b\":\"User::\\\"z\\\"\"", .typeMismatch), ("\"a\":1", .typeMismatch), ("\"a\":\"x\"", .typeMismatch),
    ]

    @Test("what the schema cannot read is an error", arguments: mistyped)
    func mistyping(json: String, code: CedarError.Code) throws {
        let schema = try Self.schema()
        #expect(throws: CedarError(code, "")) {
            try Entities(json: Array("[\(Self.user("a", json))]".utf8), typing: schema)
        }
    }

    @Test("a schema brings its actions and the type of the context")
    func actions() throws {
        let schema = try Self.schema()
        let entities = try Entities(
            json: Array("[\(Self.user("a", more: ",\"tags\":{\"t\":\"::1\"}"))]".utf8), typing: schema)
        let edit = EntityUID(type: "Action", id: "edit")
        #expect(entities.isMember(edit, of: EntityUID(type: "Action", id: "view")))
        #expect(
            entities[EntityUID(type: "User", id: "a")]?.tags["t"]
                == .address(AddressValue(isIPv6: true, bits: 1, prefix: 128)))
        let request = try AccessRequest(
            json: Array(
                "{\"principal\":\(Self.a),\"action\":{\"type\":\"Action\",\"id\":\"edit\"},\"resource\":\(Self.b),\"context\":{\"ip\":\"::1\"}}"
                    .utf8),
            typing: schema)
        #expect(request.context["ip"] == .address(AddressValue(isIPv6: true, bits: 1, prefix: 128)))
        let unknown = "[{\"uid\":{\"type\":\"Action\",\"id\":\"z\"},\"attrs\":{},\"parents\":[]}]"
        #expect(throws: CedarError(.unknownName, "")) { try Entities(json: Array(unknown.utf8), typing: schema) }
        let stranger = "[{\"uid\":{\"type\":\"Stranger\",\"id\":\"z\"},\"attrs\":{},\"parents\":[]}]"
        #expect(throws: CedarError(.unknownName, "")) { try Entities(json: Array(stranger.utf8), typing: schema) }
    }

    static let brokenRequests = [
        "{}", "[]", "{\"principal\":\(a),\"action\":\(a)}", "{\"principal\":1,\"action\":\(a),\"resource\":\(a)}",
        "{\"principal\":\(a),\"action\":\(a),\"resource\":\(a),\"context\":{\"__entity\":\(a)}}",
        "{\"principal\":\(a),\"action\":\(a),\"resource\":\(a),\"context\":[]}",
    ]

    @Test("a request needs its parts", arguments: brokenRequests)
    func brokenRequest(json: String) {
        #expect(throws: CedarError.self) { try AccessRequest(json: Array(json.utf8)) }
    }

    // MARK: Hierarchy

    private static func team(_ number: Int, in parents: [Int] = []) -> Entity {
        Entity(
            uid: EntityUID(type: "Team", id: Text("\(number)")),
            parents: parents.map { EntityUID(type: "Team", id: Text("\($0)")) })
    }

    @Test("membership is transitive")
    func closure() throws {
        let entities = try Entities([
            Self.team(1, in: [2, 3]), Self.team(2, in: [4]), Self.team(3, in: [4]), Self.team(4, in: [9]),
        ])
        let names = entities.ancestors(of: Self.team(1).uid).map(\.id.string).sorted()
        #expect(names == ["2", "3", "4", "9"])
        #expect(entities.isMember(Self.team(1).uid, of: Self.team(9).uid))
        #expect(!entities.isMember(Self.team(4).uid, of: Self.team(1).uid))
        #expect(entities.count == 4)
    }

    @Test("entities of a request stand on top of the others")
    func adding() throws {
        let base = try Entities([Self.team(1, in: [2]), Self.team(2, in: [3])])
        let more = try base.adding([Self.team(0, in: [1])])
        #expect(more.isMember(Self.team(0).uid, of: Self.team(3).uid))
        #expect(more.count == 3 && base.count == 2 && more.all.count == 3)
        #expect(throws: CedarError(.duplicate, "")) { try base.adding([Self.team(1, in: [3])]) }
        #expect(throws: CedarError(.cycle, "")) { try base.adding([Self.team(3, in: [1])]) }
        #expect(try base.adding([Self.team(1, in: [2])]).count == 2)
        #expect(try base.adding([]).count == 2)
    }

    @Test("a hierarchy of any shape is closed as asking step by step would")
    func closureProperty() throws {
        var random = SplitMix(seed: 31)
        for _ in 0..<100 {
            let count = 2 + random.below(12)
            let parents = (0..<count).map { from in (0..<count).filter { $0 > from && random.chance(30) } }
            var order = Array(0..<count)
            order.shuffle(using: &random)
            let entities = try Entities(order.map { Self.team($0, in: parents[$0]) })
            for start in 0..<count {
                var reached: Set<Int> = []
                var open = parents[start]
                while let next = open.popLast() {
                    if reached.insert(next).inserted { open += parents[next] }
                }
                #expect(
                    Set(entities.ancestors(of: Self.team(start).uid).map(\.id.string)) == Set(reached.map(String.init)))
            }
        }
    }
}
