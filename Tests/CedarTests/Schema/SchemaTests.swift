import Cedar
import CedarSchema
import Testing

@Suite("Schemas")
struct SchemaTests {
    private static let text = """
        // A shop.
        @doc("who buys") namespace Shop::Web {
          type Money = { amount: Long, currency?: String };
          entity Group in [Group];
          entity User, Guest in [Group] = { "full name": String, age?: Long, wallet: Set<Money>, } tags Set<String>;
          entity Color enum ["red", "green"];
          entity Item { @unit("cm") size: decimal, color: Color, from: ipaddr, at: __cedar::datetime, for: duration };
          action read, "look at" in [any] appliesTo { principal: [User, Guest], resource: Item, context: { now: datetime } };
          action any;
          action buy in Shop::Web::Action::"any" appliesTo { principal: User, resource: [Item], context: Money, };
        }
        entity Outside { item: Shop::Web::Item, act?: Shop::Web::Action };
        """

    @Test("What is declared is there, with its names resolved")
    func resolves() throws {
        let schema = try Schema(text: Self.text)
        #expect(
            schema.entityTypes.keys.sorted().map(\.description) == [
                "Outside", "Shop::Web::Color", "Shop::Web::Group", "Shop::Web::Guest", "Shop::Web::Item",
                "Shop::Web::User",
            ])
        let user = try #require(schema.entityTypes["Shop::Web::User"])
        let money = ValueType.record(
            RecordType(["amount": .init(.long), "currency": .init(.string, isRequired: false)]))
        #expect(
            user.attributes
                == RecordType([
                    "full name": .init(.string), "age": .init(.long, isRequired: false), "wallet": .init(.set(money)),
                ]))
        #expect(user.tags == .set(.string))
        #expect(user.ancestors == ["Shop::Web::Group"])
        #expect(schema.entityTypes["Shop::Web::Color"]?.choices == ["red", "green"])
        let buy = try #require(schema.actions[EntityUID(type: "Shop::Web::Action", id: "buy")])
        #expect(.record(buy.context) == money)
        #expect(buy.principals == ["Shop::Web::User"])
        #expect(buy.parents == [EntityUID(type: "Shop::Web::Action", id: "any")])
        #expect(
            schema.entityTypes["Outside"]?.attributes
                == RecordType([
                    "item": .init(.entity("Shop::Web::Item")),
                    "act": .init(.entity("Shop::Web::Action"), isRequired: false),
                ]))
        #expect(schema.environments.map(\.principal).count == 5)
    }

    @Test("Hierarchies are closed")
    func hierarchies() throws {
        let schema = try Schema(
            text: """
                entity A in B; entity B in [C, A]; entity C; entity D;
                action x in y; action y in "z"; action "z";
                """)
        #expect(schema.entityTypes["A"]?.ancestors == ["A", "B", "C"])
        #expect(schema.canBeIn("A", "C"))
        #expect(!schema.canBeIn("C", "A"))
        #expect(schema.canBeIn("D", "D"))
        let action = { (id: Text) in EntityUID(type: "Action", id: id) }
        #expect(schema.isIn(action("x"), action("z")) == true)
        #expect(schema.isIn(action("z"), action("x")) == false)
        #expect(schema.isIn(action("x"), action("nothing")) == nil)
        #expect(schema.actionEntities.map(\.uid.id) == ["x", "y", "z"])
    }

    static let namings: [(text: String, type: ValueType)] = [
        ("entity X { a: Long };", .long),
        ("entity X { a: __cedar::Long };", .long),
        ("entity Long; entity X { a: Long };", .entity("Long")),
        ("entity Long; entity X { a: __cedar::Long };", .long),
        ("type ipaddr = Long; entity X { a: ipaddr };", .long),
        ("entity decimal; type decimal = Long; entity X { a: decimal };", .long),
        ("namespace N { entity String; } entity X { a: String };", .string),
        ("namespace N { type T = Long; } entity X { a: N::T };", .long),
        ("entity Set; entity X { a: Set };", .entity("Set")),
        (
            "type T = U; type U = { b: Set<Bool> }; entity X { a: T };",
            .record(RecordType(["b": .init(.set(.boolean))]))
        ),
        ("entity X { a: Long, a: String };", .string),
        ("entity X { a: Action }; action b;", .entity("Action")),
    ]

    @Test("A name means what is nearest", arguments: Self.namings)
    func names(_ item: (text: String, type: ValueType)) throws {
        #expect(try Schema(text: item.text).entityTypes["X"]?.attributes.attributes["a"]?.type == item.type)
    }

    @Test("Within a namespace its own names come first")
    func namespaces() throws {
        let schema = try Schema(
            text: """
                namespace N { entity U; type T = String; entity X { u: U, t: T, o: Other, l: Long }; entity Long; }
                entity Other;
                """)
        #expect(
            schema.entityTypes["N::X"]?.attributes
                == RecordType([
                    "u": .init(.entity("N::U")), "t": .init(.string), "o": .init(.entity("Other")),
                    "l": .init(.entity("N::Long")),
                ]))
    }

    static let accepted = [
        "", "// nothing\n", "entity A in [];", "entity A enum [\"a\", \"a\"];", "type Action = Long;",
        "entity A { \"in\": Long, };", "action q attributes {};", "action q in [\"a\", a]; action a;",
        "namespace N { action b in a; } action a;", "namespace N { action b in Action::\"a\"; } action a;",
        "@a @b(\"x\") entity Q;", "@if entity Q;", "entity\u{A0}X;", "entity A in E; entity E enum [\"x\"];",
        "entity X = {} tags {};", "entity X enum [\"\\u{41}\\x41\\0\\'\"];",
        "type C = {}; action q appliesTo { principal: U, resource: U, context: C, }; entity U;",
        "entity X { type: Long, entity: Long, namespace: Long, tags: Long, enum: Long, appliesTo: Long, Set: Long };",
    ]

    @Test("What is unusual and right", arguments: Self.accepted)
    func accepts(_ text: String) throws { _ = try Schema(text: text) }

    struct Refused: CustomTestStringConvertible, Sendable {
        let text: String
        let code: CedarError.Code
        let line: UInt32
        let column: UInt32

        init(_ text: String, _ code: CedarError.Code, _ line: UInt32, _ column: UInt32) {
            self.text = text
            self.code = code
            self.line = line
            self.column = column
        }

        var testDescription: String { self.text }
    }

    static let refused: [Refused] = [
        Refused("entity A enum [\"a\",];", .syntax, 1, 20), Refused("entity A in [A,];", .syntax, 1, 16),
        Refused("entity Action;", .syntax, 1, 8), Refused("entity __cedar;", .syntax, 1, 8),
        Refused("entity in;", .syntax, 1, 8), Refused("entity A { if: Long };", .syntax, 1, 12),
        Refused("type Long = String;", .syntax, 1, 6), Refused("type Record = String;", .syntax, 1, 6),
        Refused("namespace __cedar { }", .syntax, 1, 11),
        Refused("entity U; namespace N { entity U; }", .duplicate, 1, 32),
        Refused("entity U; namespace N { type U = Long; }", .duplicate, 1, 30),
        Refused("action a; namespace N { action a; }", .duplicate, 1, 32),
        Refused("namespace N {} namespace N {}", .duplicate, 1, 26), Refused("entity E, E;", .duplicate, 1, 11),
        Refused("action q, q;", .duplicate, 1, 11), Refused("type T = Long; type T = Long;", .duplicate, 1, 21),
        Refused("action x in y; action y in x;", .cycle, 1, 8), Refused("action x in x;", .cycle, 1, 8),
        Refused("type A = B;\ntype B = A;", .cycle, 2, 10), Refused("type A = Set<A>;", .cycle, 1, 14),
        Refused("type A = Q;", .unknownName, 1, 10), Refused("entity X { a: Boolean };", .unknownName, 1, 15),
        Refused("entity X { a: Set };", .unknownName, 1, 15),
        Refused("entity X { a: __cedar::Foo };", .unknownName, 1, 15),
        Refused("entity X in Y;", .unknownName, 1, 13), Refused("entity X in Action; action a;", .unknownName, 1, 13),
        Refused("entity U; type T = U;\naction q appliesTo { principal: T, resource: U };", .unknownName, 2, 33),
        Refused("entity U; action q appliesTo { principal: U, resource: U, context: U };", .unknownName, 1, 68),
        Refused(
            "entity U; type C = Long; action q appliesTo { principal: U, resource: U, context: C };", .typeMismatch, 1,
            83),
        Refused("action q appliesTo { };", .syntax, 1, 22),
        Refused("entity U; action q appliesTo { principal: U };", .syntax, 1, 20),
        Refused("entity U; action q appliesTo { principal: [], resource: U };", .syntax, 1, 20),
        Refused("entity U; action q appliesTo { principal: U, principal: U };", .duplicate, 1, 46),
        Refused("action q in [];", .syntax, 1, 14), Refused("action q in nothing;", .unknownName, 1, 13),
        Refused("@a @a entity Q;", .duplicate, 1, 5), Refused("entity X = ;", .syntax, 1, 12),
        Refused("entity X {};;", .syntax, 1, 13), Refused("entity X {} in U;", .syntax, 1, 13),
        Refused("/* x */", .syntax, 1, 1), Refused("entity \"a\";", .syntax, 1, 8),
        Refused("entity \u{C9};", .syntax, 1, 8),
        Refused("entity X enum [];", .syntax, 1, 16), Refused("entity E enum [\"x\"] tags Long;", .syntax, 1, 21),
        Refused("entity X { a: Long?};", .syntax, 1, 19), Refused("namespace N { entity X;", .syntax, 1, 24),
        Refused("namespace N { namespace M {} }", .syntax, 1, 15),
    ]

    @Test("What is wrong is refused where it is wrong", arguments: Self.refused)
    func refuses(_ item: Refused) {
        let error = #expect(throws: CedarError.self) { try Schema(text: item.text) }
        #expect(error?.code == item.code, "\(String(describing: error))")
        #expect(
            error?.location.line == item.line && error?.location.column == item.column, "\(String(describing: error))")
    }

    @Test("A hint names what was meant")
    func hints() {
        let error = #expect(throws: CedarError.self) { try Schema(text: "entity Person; entity Group { who: Persn };") }
        #expect(error?.message == "`Persn` is not declared as a type\nhint: did you mean `Person`?")
    }
}

@Suite("Hostile schemas")
struct HostileSchemaTests {
    @Test("Deep types are refused")
    func depth() {
        let deep = String(repeating: "Set<", count: 100_000) + "Long" + String(repeating: ">", count: 100_000)
        let error = #expect(throws: CedarError.self) { try Schema(text: "type T = \(deep);") }
        #expect(error?.code == .tooDeep)
        let records = String(repeating: "{a:", count: 100_000)
        #expect(#expect(throws: CedarError.self) { try Schema(text: "type T = \(records)") }?.code == .tooDeep)
    }

    @Test("A chain of common types is deep as well")
    func chain() {
        let text = (0..<5_000).map { "type T\($0) = Set<T\($0 + 1)>;" }.joined() + "type T5000 = Long;"
        #expect(#expect(throws: CedarError.self) { try Schema(text: text) }?.code == .tooDeep)
    }

    @Test("Types that double with each name are refused")
    func doubling() {
        let text = (0..<60).map { "type T\($0) = { a: T\($0 + 1), b: T\($0 + 1) };" }.joined() + "type T60 = Long;"
        #expect(#expect(throws: CedarError.self) { try Schema(text: text) }?.code == .tooLarge)
    }

    @Test("A hierarchy of too many memberships is refused")
    func hierarchy() {
        let text = "entity T300;" + (0..<300).map { "entity T\($0) in T\($0 + 1);" }.joined()
        let limits = SchemaLimits(relations: 10_000)
        #expect(#expect(throws: CedarError.self) { try Schema(text: text, limits: limits) }?.code == .tooLarge)
    }

    @Test("A text that is too long is refused")
    func length() {
        let limits = SchemaLimits(bytes: 100)
        let text = String(repeating: " ", count: 101)
        #expect(#expect(throws: CedarError.self) { try Schema(text: text, limits: limits) }?.code == .tooLarge)
        #expect(
            #expect(throws: CedarError.self) { try Schema(json: Array(text.utf8), limits: limits) }?.code == .tooLarge)
    }

    @Test("Many declarations take no longer than they must")
    func breadth() throws {
        let text = (0..<5_000).map { "entity T\($0) { a: Long };" }.joined()
        #expect(try Schema(text: text).entityTypes.count == 5_000)
    }
}
