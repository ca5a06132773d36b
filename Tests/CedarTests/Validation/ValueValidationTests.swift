import Cedar
import CedarSchema
import Testing

private func uid(_ type: EntityType, _ id: Text) -> EntityUID { EntityUID(type: type, id: id) }
private let none = Value.set(SetValue([]))

@Suite("Validation of entities and requests")
struct ValueValidationTests {
    private static func validator() throws -> Validator {
        Validator(
            try Schema(
                text: """
                    entity User in [Group] { a?: Long, s: Set<{ x?: Long }>, c?: Color, act?: Action } tags Long;
                    entity Group;
                    entity Color enum ["red", "green"];
                    action base;
                    action look in [base] appliesTo {
                      principal: User, resource: [Group, Color], context: { x?: Color, d?: decimal, r?: { l: Set<Long> } }
                    };
                    """))
    }

    struct EntityCase: CustomTestStringConvertible, Sendable {
        let name: String
        let entity: Entity
        let code: ValidationFinding.Code?

        init(
            _ name: String, _ type: EntityType, _ id: Text, _ attributes: RecordValue = .empty,
            tags: RecordValue = .empty, in parents: [EntityUID] = [], refused code: ValidationFinding.Code? = nil
        ) {
            self.name = name
            self.entity = Entity(
                uid: EntityUID(type: type, id: id), attributes: attributes, tags: tags, parents: parents)
            self.code = code
        }

        var testDescription: String { self.name }
    }

    static let entities: [EntityCase] = [
        EntityCase("all that is required", "User", "a", ["s": none]),
        EntityCase(
            "all there can be", "User", "a",
            [
                "a": .long(1), "s": .set(SetValue([.record(["x": .long(1)]), .record(.empty)])),
                "c": .entity(uid("Color", "red")), "act": .entity(uid("Action", "look")),
            ],
            tags: ["t": .long(1)], in: [uid("Group", "g")]),
        EntityCase("a lacking attribute", "User", "a", refused: .missingAttribute),
        EntityCase("another type", "User", "a", ["s": .long(1)], refused: .unexpectedType),
        EntityCase(
            "an element of another type", "User", "a", ["s": .set(SetValue([.long(1)]))], refused: .unexpectedType),
        EntityCase("an unknown attribute", "User", "a", ["s": none, "q": .long(1)], refused: .unknownAttribute),
        EntityCase(
            "an unknown attribute within", "User", "a", ["s": .set(SetValue([.record(["q": .long(1)])]))],
            refused: .unknownAttribute),
        EntityCase(
            "an id that is not declared", "User", "a", ["s": none, "c": .entity(uid("Color", "blue"))],
            refused: .unknownID),
        EntityCase(
            "an entity of another type", "User", "a", ["s": none, "c": .entity(uid("Group", "red"))],
            refused: .unexpectedType),
        EntityCase(
            "an action that is not declared", "User", "a", ["s": none, "act": .entity(uid("Action", "x"))],
            refused: .unknownAction),
        EntityCase(
            "a parent of the wrong type", "User", "a", ["s": none], in: [uid("Color", "red")], refused: .wrongHierarchy),
        EntityCase(
            "a tag of the wrong type", "User", "a", ["s": none], tags: ["t": .string("x")], refused: .unexpectedType),
        EntityCase("tags where there are none", "Group", "a", tags: ["t": .long(1)], refused: .noTags),
        EntityCase("a declared entity", "Color", "red"),
        EntityCase("an entity that is not declared", "Color", "blue", refused: .unknownID),
        EntityCase("attributes of an enumerated type", "Color", "red", ["a": .long(1)], refused: .unknownAttribute),
        EntityCase("an unknown type", "Other", "a", refused: .unknownEntityType),
        EntityCase("an action as it is declared", "Action", "look", in: [uid("Action", "base")]),
        EntityCase("an action otherwise", "Action", "look", refused: .wrongAction),
        EntityCase("an unknown action", "Action", "x", refused: .unknownAction),
    ]

    @Test("Entities", arguments: Self.entities)
    func checksEntities(_ item: EntityCase) throws {
        let findings = try Self.validator().validate([item.entity])
        #expect(findings.map(\.code) == (item.code.map { [$0] } ?? []), "\(findings)")
    }

    struct RequestCase: CustomTestStringConvertible, Sendable {
        let name: String
        let request: AccessRequest
        let code: ValidationFinding.Code?

        init(
            _ name: String, principal: EntityUID = EntityUID(type: "User", id: "a"),
            action: Text = "look", resource: EntityUID = EntityUID(type: "Group", id: "g"),
            context: RecordValue = .empty, refused code: ValidationFinding.Code? = nil
        ) {
            self.name = name
            self.request = AccessRequest(
                principal: principal, action: EntityUID(type: "Action", id: action), resource: resource,
                context: context)
            self.code = code
        }

        var testDescription: String { self.name }
    }

    static let requests: [RequestCase] = [
        RequestCase("as little as can be"),
        RequestCase(
            "a declared resource", resource: uid("Color", "red"),
            context: ["x": .entity(uid("Color", "green")), "r": .record(["l": .set(SetValue([.long(1)]))])]),
        RequestCase("a principal of the wrong type", principal: uid("Group", "a"), refused: .inapplicable),
        RequestCase("a resource of the wrong type", resource: uid("User", "a"), refused: .inapplicable),
        RequestCase("a resource that is not declared", resource: uid("Color", "blue"), refused: .unknownID),
        RequestCase("an unknown type", principal: uid("Other", "a"), refused: .unknownEntityType),
        RequestCase("an unknown action", action: "x", refused: .unknownAction),
        RequestCase("unknown context", context: ["q": .long(1)], refused: .unknownAttribute),
        RequestCase("context of another type", context: ["d": .string("1.0")], refused: .unexpectedType),
        RequestCase(
            "context that names what is not declared", context: ["x": .entity(uid("Color", "blue"))],
            refused: .unknownID),
        RequestCase("incomplete context", context: ["r": .record(.empty)], refused: .missingAttribute),
    ]

    @Test("Requests", arguments: Self.requests)
    func checksRequests(_ item: RequestCase) throws {
        let findings = try Self.validator().validate(item.request)
        #expect(findings.map(\.code) == (item.code.map { [$0] } ?? []), "\(findings)")
    }

    @Test("Messages name the way to the mistake")
    func messages() throws {
        let entity = Entity(
            uid: EntityUID(type: "User", id: "a"), attributes: ["s": .set(SetValue([.record(["xx": .long(1)])]))])
        #expect(
            try Self.validator().validate(entity).map(\.message) == [
                "an element of `s` of `User::\"a\"` has `xx`, which the schema does not know\nhint: did you mean `x`?"
            ])
    }
}
