import Cedar
import CedarSchema
import Testing

@Suite("The JSON form of schemas")
struct SchemaJSONTests {
    private static let json = """
        {"N": {
          "annotations": {"doc": "text", "mark": null},
          "commonTypes": {"Money": {"type": "Record", "attributes": {
            "amount": {"type": "Long"}, "currency": {"type": "String", "required": false, "annotations": {"iso": ""}}}}},
          "entityTypes": {
            "Group": {"memberOfTypes": ["Group"]},
            "User": {"memberOfTypes": ["N::Group"], "tags": {"type": "Set", "element": {"type": "EntityOrCommon", "name": "Money"}},
              "shape": {"type": "Record", "attributes": {"a": {"type": "Boolean"}, "b": {"type": "Extension", "name": "ipaddr"},
                "c": {"type": "Entity", "name": "Color"}, "d": {"type": "Money"}}}},
            "Color": {"enum": ["red", "green"]}},
          "actions": {
            "read": {"memberOf": [{"id": "any"}, {"id": "other", "type": "N::Action"}], "appliesTo": {
              "principalTypes": ["User"], "resourceTypes": ["Color", "Group"], "context": {"type": "Money"}}},
            "any": {}, "other": {"appliesTo": null, "memberOf": null, "attributes": null}}}}
        """
    private static let text = """
        @doc("text") @mark namespace N {
          type Money = { amount: Long, @iso("") currency?: String };
          entity Group in [Group];
          entity User in [Group] { a: Bool, b: ipaddr, c: Color, d: Money } tags Set<Money>;
          entity Color enum ["red", "green"];
          action read in [any, other] appliesTo { principal: User, resource: [Color, Group], context: Money };
          action any, other;
        }
        """

    @Test("Both forms say the same")
    func agrees() throws {
        let first = try Schema(json: Array(Self.json.utf8))
        let second = try Schema(text: Self.text)
        expectSame(first, second)
    }

    @Test("The JSON form is written in the human syntax")
    func prints() throws {
        let fragment = try SchemaFragment(json: Array(Self.json.utf8))
        expectSame(try Schema(text: try fragment.text()), try Schema(text: Self.text))
    }

    @Test("What is written is read as the same, and written the same again")
    func roundTrip() throws {
        let written = try SchemaFragment(text: Self.text).text()
        expectSame(try Schema(text: written), try Schema(text: Self.text))
        #expect(try SchemaFragment(text: written).text() == written)
        #expect(
            written == """
                @doc("text")
                @mark
                namespace N {
                  type Money = { amount: Long, @iso("") currency?: String };
                  entity Group in [Group];
                  entity User in [Group] = { a: Bool, b: ipaddr, c: Color, d: Money } tags Set<Money>;
                  entity Color enum ["red", "green"];
                  action read in [any, other] appliesTo {
                    principal: [User],
                    resource: [Color, Group],
                    context: Money
                  };
                  action any;
                  action other;
                }

                """)
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let json: String
        let code: CedarError.Code

        init(_ code: CedarError.Code, _ json: String) {
            self.code = code
            self.json = json
        }

        var testDescription: String { self.json }
    }

    /// One attribute of one entity type.
    private static func attribute(_ type: String) -> String {
        #"{"":{"entityTypes":{"X":{"shape":{"type":"Record","attributes":{"a":\#(type)}}}},"actions":{}}}"#
    }

    private static func entity(_ content: String) -> String { #"{"":{"entityTypes":{"X":\#(content)},"actions":{}}}"# }
    private static func action(_ content: String) -> String {
        #"{"":{"entityTypes":{"U":{}},"actions":{"a":\#(content)}}}"#
    }

    static let refused: [Refused] = [
        Refused(.syntax, "{"), Refused(.typeMismatch, "[]"), Refused(.syntax, #"{"":{"entityTypes":{}}}"#),
        Refused(.unknownName, #"{"":{"entityTypes":{},"actions":{},"more":1}}"#),
        Refused(.duplicate, #"{"":{"entityTypes":{},"actions":{}},"":{"entityTypes":{},"actions":{}}}"#),
        Refused(.duplicate, #"{"":{"entityTypes":{"X":{},"X":{}},"actions":{}}}"#),
        Refused(.syntax, #"{"N ":{"entityTypes":{},"actions":{}}}"#),
        Refused(.syntax, #"{"__cedar":{"entityTypes":{},"actions":{}}}"#),
        Refused(.syntax, #"{"":{"entityTypes":{},"actions":{},"annotations":{"a":"b"}}}"#),
        Refused(.syntax, #"{"":{"entityTypes":{"X::Y":{}},"actions":{}}}"#),
        Refused(.syntax, #"{"":{"entityTypes":{"if":{}},"actions":{}}}"#),
        Refused(.syntax, #"{"":{"entityTypes":{"Action":{}},"actions":{}}}"#),
        Refused(.syntax, #"{"":{"entityTypes":{},"actions":{},"commonTypes":{"Long":{"type":"Long"}}}}"#),
        Refused(.syntax, #"{"":{"entityTypes":{},"actions":{},"commonTypes":{"a b":{"type":"Long"}}}}"#),
        Refused(
            .unknownName, #"{"":{"entityTypes":{},"actions":{},"commonTypes":{"C":{"type":"Long","required":true}}}}"#),
        Refused(.unknownName, Self.attribute(#"{"type":"Long","more":1}"#)),
        Refused(.syntax, Self.attribute(#"{"type":"Long","element":{"type":"Long"}}"#)),
        Refused(.typeMismatch, Self.attribute(#"{"type":"Long","required":null}"#)),
        Refused(.syntax, Self.attribute(#"{"type":"Set"}"#)), Refused(.syntax, Self.attribute(#"{"type":"Record"}"#)),
        Refused(.syntax, Self.attribute(#"{"type":"Record","attributes":{},"additionalAttributes":true}"#)),
        Refused(.unknownName, Self.attribute(#"{"type":"Entity","name":"Z"}"#)),
        Refused(.syntax, Self.attribute(#"{"type":"Entity","name":" X"}"#)),
        Refused(.syntax, Self.attribute(#"{"type":"Entity"}"#)),
        Refused(.unknownName, Self.attribute(#"{"type":"Extension","name":"foo"}"#)),
        Refused(.unknownName, Self.attribute(#"{"type":"X"}"#)), Refused(.syntax, Self.attribute("{}")),
        Refused(.syntax, Self.attribute(#"{"type":"Long","annotations":{"a b":""}}"#)),
        Refused(.syntax, Self.entity(#"{"enum":[]}"#)), Refused(.typeMismatch, Self.entity(#"{"enum":null}"#)),
        Refused(.syntax, Self.entity(#"{"enum":["a"],"memberOfTypes":[]}"#)),
        Refused(.typeMismatch, Self.entity(#"{"shape":null}"#)),
        Refused(.typeMismatch, Self.entity(#"{"shape":{"type":"Long"}}"#)),
        Refused(.unknownName, Self.entity(#"{"memberOfTypes":["Z"]}"#)),
        Refused(.unknownName, Self.entity(#"{"more":1}"#)),
        Refused(.syntax, Self.action(#"{"attributes":{}}"#)),
        Refused(.unknownName, Self.action(#"{"memberOf":[{"id":"z"}]}"#)),
        Refused(.unknownName, Self.action(#"{"memberOf":[{"id":"a","type":"U"}]}"#)),
        Refused(.syntax, Self.action(#"{"appliesTo":{"principalTypes":[]}}"#)),
        Refused(.typeMismatch, Self.action(#"{"appliesTo":{"principalTypes":[],"resourceTypes":[],"context":null}}"#)),
        Refused(.tooDeep, Self.attribute(String(repeating: #"{"type":"Set","element":"#, count: 5_000))),
    ]

    @Test("What is wrong is refused", arguments: Self.refused)
    func refuses(_ item: Refused) {
        let error = #expect(throws: CedarError.self) { try Schema(json: Array(item.json.utf8)) }
        #expect(error?.code == item.code, "\(String(describing: error))")
    }

    static let accepted = [
        "{}", Self.attribute(#"{"type":"Bool"}"#), Self.attribute(#"{"type":"__cedar::Long"}"#),
        Self.attribute(#"{"type":"Record","attributes":{},"additionalAttributes":false}"#),
        Self.attribute(#"{"type":"EntityOrCommon","name":"Long"}"#), Self.action("{}"),
        Self.action(#"{"appliesTo":{"principalTypes":[],"resourceTypes":[]}}"#),
    ]

    @Test("What is unusual and right", arguments: Self.accepted)
    func accepts(_ json: String) throws { _ = try Schema(json: Array(json.utf8)) }

    @Test("A mistake is placed in its line")
    func places() {
        let json = "{\"\": {\n  \"entityTypes\": {\n    \"X\": {\"more\": 1}},\n \"actions\": {}}}"
        let error = #expect(throws: CedarError.self) { try Schema(json: Array(json.utf8)) }
        #expect(error?.location.line == 3 && error?.location.column == 12, "\(String(describing: error))")
    }

    @Test("What only JSON can say is not written as something else")
    func refusesToPrint() throws {
        let json = """
            {"": {"commonTypes": {"X": {"type": "Long"}}, "actions": {}, "entityTypes": {"X": {}, "Y": {"shape":
              {"type": "Record", "attributes": {"a": {"type": "Entity", "name": "X"}}}}}}}
            """
        let fragment = try SchemaFragment(json: Array(json.utf8))
        #expect(try Schema([fragment]).entityTypes["Y"]?.attributes.attributes["a"]?.type == .entity("X"))
        #expect(throws: CedarError.self) { try fragment.text() }
    }
}

/// Both schemas mean the same, wherever they come from.
private func expectSame(_ first: Schema, _ second: Schema) {
    #expect(first.sortedActions == second.sortedActions)
    #expect(first.entityTypes.keys.sorted() == second.entityTypes.keys.sorted())
    for (type, definition) in first.entityTypes {
        let other = second.entityTypes[type]
        #expect(definition.attributes == other?.attributes)
        #expect(definition.tags == other?.tags)
        #expect(definition.choices == other?.choices)
        #expect(definition.ancestors == other?.ancestors)
        #expect(definition.annotations == other?.annotations)
    }
    for (uid, action) in first.actions {
        let other = second.actions[uid]
        #expect(action.context == other?.context)
        #expect(action.principals == other?.principals)
        #expect(action.resources == other?.resources)
        #expect(action.ancestors == other?.ancestors)
    }
}
