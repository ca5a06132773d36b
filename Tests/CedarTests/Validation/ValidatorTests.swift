import Cedar
import CedarSchema
import Testing

@Suite("Strict validation of policies")
struct ValidatorTests {
    static let schema = """
        entity User in [Group] { a?: Long, n: String, r: { b?: Bool }, e?: User, flag: Bool, s: Set<Group>, act: Action } tags Long;
        entity Group;
        entity Color enum ["red", "green"];
        action group, other;
        action look in [group] appliesTo {
          principal: User, resource: [Group, Color], context: { x?: Long, o: { y?: { z: Long } } }
        };
        namespace N { action look2 in Action::"group" appliesTo { principal: User, resource: Group }; }
        """

    private static func codes(_ policy: String) throws -> [String] {
        let validator = Validator(try Schema(text: self.schema))
        return validator.validate(try CedarParser.policies(policy)).map(\.code.description)
    }

    private static func when(_ condition: String) -> String {
        #"permit (principal, action == Action::"look", resource) when { \#(condition) };"#
    }

    static let accepted = [
        "true", "1 == true", #"principal has a && principal.a > 1"#, "context has o.y.z && context.o.y.z > 1",
        "principal has e.e.a && principal.e.e.a > 1", "{a: principal}.a has a && {a: principal}.a.a > 1",
        "(context has x || false) && context.x > 1",
        "if principal has a && principal.flag then principal.a > 1 else false",
        "(if principal.flag then principal has a else principal has a) && principal.a > 1",
        "true || 1",
        #"principal has "a" && principal["a"] > 1"#, #"principal.hasTag("k") && principal.getTag("k") > 1"#,
        "principal.hasTag(principal.n) && principal.getTag(principal.n) > 1",
        #"datetime("2024-01-01") < datetime("2024-01-02")"#, "(if true then 1 else \"a\") == 1",
        "[true, false].contains(true)",
        "{a: 1} == {a: 2}", "{a: true} == {a: false}", "context == context", "principal == resource",
        #"principal.s.contains(Group::"a")"#, #"action in [Action::"group", Action::"other"]"#,
        #"principal in [Group::"a", Group::"b"]"#,
        "principal.act == action", "principal.act has anything", "[[1]].contains([2])",
        "!(principal is Group) && principal.flag",
        #"ip("1.1.1.1").isInRange(ip("1.1.1.0/24"))"#, #"Color::"red" == resource"#,
        #"resource is Color && resource == Color::"green""#, "principal.r has b && principal.r.b",
        #"principal is User in Group::"g""#, #"principal.n like "a*""#, "-3 > 2",
    ]

    @Test("What is right passes", arguments: Self.accepted)
    func accepts(_ condition: String) throws {
        let findings = Validator(try Schema(text: Self.schema)).validate(try CedarParser.policies(Self.when(condition)))
        #expect(findings.filter { $0.severity == .error } == [])
    }

    static let impossible = [
        "false", "action has foo && 1", #"action.hasTag("a") && action.getTag("a") > 1"#,
        "principal == Group::\"a\" && 1",
        "resource in principal", "principal is Action", #"Action::"group" == Action::"look" && 1"#,
        "1 == \"a\" && true",
        "principal has missing.and.more",
    ]

    @Test("What is never true is a warning", arguments: Self.impossible)
    func warns(_ condition: String) throws {
        let findings = Validator(try Schema(text: Self.schema)).validate(try CedarParser.policies(Self.when(condition)))
        #expect(findings.map(\.code) == [.impossible])
        #expect(findings.map(\.severity) == [.warning])
    }

    static let refused: [(condition: String, codes: [String])] = [
        ("principal.a > 1", ["optionalAttribute"]), ("principal.r.b", ["optionalAttribute"]),
        ("action.foo", ["unknownAttribute"]),
        ("!(principal has a) || principal.a > 1", ["optionalAttribute"]),
        ("(principal has a || true) && principal.a > 1", ["optionalAttribute"]),
        ("if principal has a then principal.a > 1 else principal.a > 2", ["optionalAttribute"]),
        ("(if principal has a then true else false) && principal.a > 1", ["optionalAttribute"]),
        ("principal.m", ["unknownAttribute"]), (#"principal.getTag("k") > 1"#, ["optionalTag"]),
        (#"principal.hasTag("k") && principal.getTag("l") > 1"#, ["optionalTag"]),
        (#"resource is Group && resource.getTag("k")"#, ["noTags"]), (#""a" has b"#, ["unexpectedType"]),
        ("principal has n.y", ["unexpectedType"]), (#"principal like "a""#, ["unexpectedType"]),
        ("1 + principal > 1", ["unexpectedType"]),
        ("principal in \"a\"", ["unexpectedType"]), ("principal in [1]", ["unexpectedType"]),
        ("1 in principal", ["unexpectedType"]),
        ("\"a\" is User", ["unexpectedType"]), ("principal.hasTag(1)", ["unexpectedType"]),
        ("[1].containsAll(1)", ["unexpectedType"]),
        ("principal.contains(1)", ["unexpectedType"]), ("principal.isEmpty()", ["unexpectedType"]),
        ("principal.n", ["unexpectedType"]),
        ("(true || 1) && (1 && true)", ["unexpectedType"]), ("principal.n == 1", ["incompatibleTypes"]),
        ("principal != 1", ["incompatibleTypes"]), ("[1, \"a\"].contains(1)", ["incompatibleTypes"]),
        ("principal.s.contains(principal)", ["incompatibleTypes"]),
        ("principal.s == [principal]", ["incompatibleTypes"]),
        ("{a: 1} == {b: 1}", ["incompatibleTypes"]), ("principal.r == {b: true}", ["incompatibleTypes"]),
        ("if principal.flag then 1 else \"a\"", ["incompatibleTypes"]),
        ("[1, 2].containsAny([true])", ["incompatibleTypes"]),
        ("[] == []", ["emptySet", "emptySet"]), ("[].isEmpty()", ["emptySet"]),
        (#"decimal("1.x") == decimal("1.0")"#, ["malformedLiteral"]),
        ("decimal(principal.n) == decimal(\"1.0\")", ["dynamicConstructor"]),
        (#"ip("1").isIpv4()"#, ["malformedLiteral"]),
        (#"decimal("1.0") < decimal("2.0")"#, ["unexpectedType", "unexpectedType"]),
        (#"duration("1h") < datetime("2024-01-01")"#, ["unexpectedType"]),
        (#"decimal("1.0", "2.0") == decimal("1.0")"#, ["wrongArity"]),
        (#"false && Nothing::"a".b"#, ["unknownEntityType"]), ("false && principal is Nothing", ["unknownEntityType"]),
        (#"action in Action::"nothing""#, ["unknownAction"]), (#"Color::"blue" == resource"#, ["unknownID"]),
        (#"action in [User::"x", Action::"group"]"#, ["incompatibleTypes"]),
    ]

    @Test("What is wrong is found", arguments: Self.refused)
    func refuses(_ item: (condition: String, codes: [String])) throws {
        #expect(try Self.codes(Self.when(item.condition)) == item.codes)
    }

    static let scopes: [(scope: String, codes: [String])] = [
        ("principal, action, resource", []), (#"principal in Group::"x", action, resource is Group"#, []),
        (#"principal == ?principal, action, resource in ?resource"#, []),
        (#"principal is User in ?principal, action, resource"#, []),
        (#"principal, action in [Action::"group"], resource"#, []),
        (#"principal == Group::"x", action, resource"#, ["inapplicable"]),
        (#"principal is Group, action, resource"#, ["inapplicable"]),
        (#"principal in Color::"red", action, resource"#, ["inapplicable"]),
        (#"principal, action == Action::"other", resource"#, ["inapplicable"]),
        (#"principal, action == N::Action::"look2", resource is Color"#, ["inapplicable"]),
        (#"principal is Nothing, action, resource"#, ["inapplicable", "unknownEntityType"]),
        (#"principal, action == Action::"nothing", resource"#, ["inapplicable", "unknownAction"]),
        (#"principal, action, resource == Color::"blue""#, ["unknownID"]),
        ("principal, action in [], resource", ["emptySet", "inapplicable"]),
        (#"principal, action in [Action::"look", N::Action::"look2"], resource"#, ["incompatibleTypes"]),
    ]

    @Test("Scopes fit some request", arguments: Self.scopes)
    func checksScopes(_ item: (scope: String, codes: [String])) throws {
        #expect(try Self.codes("permit (\(item.scope));").sorted() == item.codes)
    }

    @Test("A finding says where, what and how to mend it")
    func messages() throws {
        let policy = """
            permit (principal == Group::"x", action, resource)
            when { principal has a && principal.nn == "b" };
            forbid (principal is User, action == Action::"look", resource)
            when { principal.nn == "b" };
            """
        let findings = Validator(try Schema(text: Self.schema)).validate(try CedarParser.policies(policy))
        #expect(
            findings.map(\.description) == [
                """
                policy `policy0`, line 1, column 1: no action of the schema applies to such a principal and such a resource
                hint: use `principal in` instead of `principal ==`
                """,
                "policy `policy1`, line 4, column 8: `User` has no attribute `nn`\nhint: did you mean `n`?",
            ])
    }

    @Test("Expressions as deep as the parser lets them be are checked")
    func isDeep() throws {
        let schema = try Schema(text: Self.schema)
        let deep = [
            String(repeating: "!", count: 4) + String(repeating: "(", count: 150) + "principal.flag"
                + String(repeating: ")", count: 150),
            (0..<980).map { _ in "principal.flag" }.joined(separator: " && "),
            "principal has " + (0..<900).map { _ in "e" }.joined(separator: "."),
            "principal" + String(repeating: ".e", count: 900) + ".flag",
        ]
        for condition in deep {
            let findings = Validator(schema).validate(try CedarParser.policies(Self.when(condition)))
            #expect(findings.allSatisfy { $0.code == .optionalAttribute })
        }
    }

    @Test("Checking takes bounded time")
    func isBounded() throws {
        let types = (0..<60).map { "T\($0)" }
        let schema = try Schema(
            text: types.map { "entity \($0);" }.joined()
                + "action a appliesTo { principal: [\(types.joined(separator: ","))], resource: [\(types.joined(separator: ","))] };"
        )
        let condition = (0..<900).map { "principal == T1::\"\($0)\"" }.joined(separator: " || ")
        let policies = try CedarParser.policies("permit (principal, action, resource) when { \(condition) };")
        let findings = Validator(schema, limits: ValidationLimits(steps: 100_000)).validate(policies)
        #expect(findings.map(\.code) == [.tooComplex])
    }
}
