import TestSupport
import Testing

@testable import Cedar

@Suite("Reading policies")
struct ParsingTests {
    /// Conditions that are accepted, and the same written with all parentheses and no sugar of layout.
    static let accepted: [(String, String)] = [
        ("1 + 2 * 3 == 7", "(== (+ 1 (* 2 3)) 7)"),
        ("1 - 2 - 3 == 0", "(== (- (- 1 2) 3) 0)"),
        ("true || false && true", "(|| true (&& false true))"),
        ("!true && false", "(&& (! true) false)"),
        ("!!!!true", "(! (! (! (! true))))"),
        ("----1 == 1", "(== (neg (neg (neg -1))) 1)"),
        ("-(1) == 1", "(== (neg 1) 1)"),
        ("2*-1 == 1", "(== (* 2 -1) 1)"),
        ("-1-1 == 1", "(== (- -1 1) 1)"),
        ("-5.foo == 1", "(== (neg (. 5 foo)) 1)"),
        ("-9223372036854775808 == 1", "(== -9223372036854775808 1)"),
        ("context has a.b.c && true", "(&& (has context a.b.c) true)"),
        ("context has \"a b\"", "(has context \"a b\")"),
        ("principal has principal", "(has principal principal)"),
        ("!context has a", "(has (! context) a)"),
        ("context[\"is\"].b == 1", "(== (. (. context \"is\") b) 1)"),
        ("principal is A::B in resource", "(is principal A::B resource)"),
        ("principal is principal", "(is principal principal)"),
        ("context.contains == 1", "(== (. context contains) 1)"),
        ("[1,].contains(2,)", "(contains (set 1) 2)"),
        ("{a: 1, \"b c\": {},} == {}", "(== (record a:1 \"b c\":(record)) (record))"),
        ("if true then 1 else 2 == 3", "(if true 1 (== 2 3))"),
        ("\"a\" like \"a*\\*\\u{1f600}\"", "(like \"a\" \"a*\\*😀\")"),
        ("ip() == 1", "(== (ip) 1)"),
        ("context.isIpv4(1, 2)", "(isIpv4 context 1 2)"),
        ("context.getTag(\"a\").isEmpty()", "(isEmpty (getTag context \"a\"))"),
        ("context == context::x::\"a\\n\"", "(== context context::x::\"a\\n\")"),
        ("\"a\nb\" == \"\"", "(== \"a\\nb\" \"\")"),
        ("true // said\n", "true"),
        ("\"\\u{0_0_6_1}\\x41\\'\\0\" == \"\"", "(== \"aA'\\0\" \"\")"),
    ]

    @Test("binds operators as the language does", arguments: accepted)
    func binding(text: String, tree: String) throws {
        #expect(try CedarParser.expression(text).tree == tree)
    }

    /// Conditions that are not accepted, each with where the error is.
    static let rejected: [(String, CedarError.Code, Int)] = [
        ("a", .unknownName, 1), ("a::b == 1", .unknownName, 1), ("foo(1)", .unknownName, 1),
        ("a::ip(\"x\")", .unknownName, 1), ("contains(context, 1)", .unknownName, 1),
        ("lessThan(1, 2)", .unknownName, 1), ("context.ip(\"1\")", .unknownName, 9), ("context.a(1)", .unknownName, 9),
        ("context.contains()", .typeMismatch, 9), ("context.isEmpty(1)", .typeMismatch, 9),
        ("context.getTag(\"a\", 1)", .typeMismatch, 9), ("(context)(1)", .syntax, 10), ("ip(\"1\")(1)", .syntax, 8),
        ("1 < 2 < 3", .syntax, 7), ("1 == 2 == 3", .syntax, 8), ("1 in 2 has a", .syntax, 8), ("1 = 2", .syntax, 3),
        ("1 / 2", .syntax, 3), ("1 % 2", .syntax, 3), ("!!!!!true", .syntax, 5), ("-----1", .syntax, 5),
        ("!-1 == 1", .syntax, 2), ("-!true", .syntax, 2), ("9223372036854775808 == 1", .tooLarge, 1),
        ("-9223372036854775809 == 1", .tooLarge, 2), ("-(9223372036854775808) == 1", .tooLarge, 3),
        ("context.if", .syntax, 9), ("context.is", .syntax, 9), ("context has if", .syntax, 13),
        ("context has (a)", .syntax, 13), ("context has \"a\".b", .syntax, 16), ("context has a[\"b\"]", .syntax, 14),
        ("context[a]", .syntax, 9), ("context[(\"a\")]", .syntax, 9), ("context.__cedar", .syntax, 9),
        ("principal is (User)", .syntax, 14), ("principal is User::\"a\"", .syntax, 18),
        ("principal is __cedar::X", .syntax, 14), ("__cedar::\"a\" == 1", .syntax, 1), ("if::\"a\" == 1", .syntax, 1),
        ("{a: 1, \"a\": 2} == 1", .duplicate, 8), ("{(a): 1} == 1", .syntax, 2), ("{if: 1} == 1", .syntax, 2),
        ("\"a\" like (\"a*\")", .syntax, 10), ("\"a\" like context", .syntax, 10), ("\"\\*\" == \"\"", .syntax, 1),
        ("\"\\x80\" == \"\"", .syntax, 1), ("\"\\u{}\" == \"\"", .syntax, 1), ("\"\\u{110000}\" == \"\"", .syntax, 1),
        ("\"\\u{d800}\" == \"\"", .syntax, 1), ("\"\\u{_61}\" == \"\"", .syntax, 1), ("\"\\q\" == \"\"", .syntax, 1),
        ("\"a\rb\" == \"\"", .syntax, 1), ("\"a\\\nb\" == \"\"", .syntax, 1), ("\"abc", .syntax, 1),
        ("?principal", .template, 1), ("?foo", .template, 1), ("principal == User::{a: 1}", .syntax, 20),
        ("true && if true then true else false", .syntax, 9), ("true true", .syntax, 6), ("", .syntax, 1),
        ("(true", .syntax, 6), ("[1, 2", .syntax, 6), ("true ~ false", .syntax, 6), ("if true then 1", .syntax, 15),
        ("1 like \"a\" like \"b\"", .syntax, 12), ("principal is User in [User::\"a\"] in x", .syntax, 34),
    ]

    @Test("says where a condition is wrong", arguments: rejected)
    func rejection(text: String, code: CedarError.Code, column: Int) {
        #expect {
            try CedarParser.expression(text)
        } throws: { error in
            guard let error = error as? CedarError else { return false }
            #expect(error.code == code, "\(error)")
            #expect(Int(error.location.column) == column, "\(error)")
            return !error.message.isEmpty && !error.message.hasSuffix(".")
        }
    }

    static let policies: [(String, String)] = [
        ("permit(principal,action,resource);", "permit (principal, action, resource);"),
        (
            "permit(principal, action, resource,) when {true} unless {false};",
            "permit (principal, action, resource)\nwhen { true }\nunless { false };"
        ),
        (
            "@a @b(\"x\\n\") @if(\"y\") forbid(principal == (User::\"a\"), action in [Action::\"a\",], resource is A::B);",
            "@a\n@b(\"x\\n\")\n@if(\"y\")\nforbid (principal == User::\"a\", action in [Action::\"a\"], resource is A::B);"
        ),
        (
            "permit(principal is User in ?principal, action == N::Action::\"x\", resource in ?resource);",
            "permit (principal is User in ?principal, action == N::Action::\"x\", resource in ?resource);"
        ),
        ("permit(principal, action in [], resource); // end", "permit (principal, action in [], resource);"),
        ("// only a comment", ""), ("", ""),
    ]

    @Test("reads and writes policies", arguments: policies)
    func writing(text: String, written: String) throws {
        let policies = try CedarParser.policies(text)
        #expect(policies.map(\.description).joined(separator: "\n") == written)
        #expect(policies.map(\.id.description) == policies.indices.map { "policy\($0)" })
    }

    static let brokenPolicies: [(String, CedarError.Code)] = [
        ("permit(principal,action,resource)", .syntax), ("permit(principal,resource,action);", .syntax),
        ("permit(principal,action);", .syntax), ("permit(principal,action,resource,context);", .syntax),
        ("allow(principal,action,resource);", .syntax), ("permit(principal: User,action,resource);", .syntax),
        ("permit(principal,action,resource) when {};", .syntax),
        ("permit(principal,action,resource) if {true};", .syntax),
        ("@a @a permit(principal,action,resource);", .duplicate), ("@a() permit(principal,action,resource);", .syntax),
        ("permit(principal == ?resource,action,resource);", .template),
        ("permit(principal,action == ?action,resource);", .template),
        ("permit(principal,action,resource) when { ?principal == 1 };", .template),
        ("permit(principal is User == User::\"a\",action,resource);", .syntax),
        ("permit(principal in [User::\"a\"],action,resource);", .syntax),
        ("permit(principal in User::\"a\" in User::\"b\",action,resource);", .syntax),
        ("permit(principal < User::\"a\",action,resource);", .syntax),
        ("permit(principal == \"a\",action,resource);", .syntax),
        ("permit(principal,action == User::\"a\",resource);", .typeMismatch),
        ("permit(principal,action in [Action::\"a\", User::\"a\"],resource);", .typeMismatch),
        ("permit(principal,action == [Action::\"a\"],resource);", .syntax),
        ("permit(principal,action in [[Action::\"a\"]],resource);", .syntax),
        ("permit(principal,action is Action,resource);", .syntax),
        ("permit(principal == if::\"a\",action,resource);", .syntax),
    ]

    @Test("refuses broken policies", arguments: brokenPolicies)
    func brokenPolicy(text: String, code: CedarError.Code) {
        #expect(throws: CedarError(code, "")) { try CedarParser.policies(text) }
    }

    @Test("counts lines and characters, not bytes")
    func locations() throws {
        #expect {
            try CedarParser.policies("permit(principal, action, resource)\n// é 😀\nwhen { \"é😀\" == § };")
        } throws: { error in
            (error as? CedarError)?.description == "line 3, column 16: unexpected character `§`"
        }
        let policy = try #require(
            try CedarParser.policies("\n  permit(principal, action, resource) when {\n true };").first)
        #expect(policy.location.description == "line 2, column 3")
        #expect(policy.conditions.first?.body.location.description == "line 3, column 2")
    }

    @Test("reads names alone")
    func names() throws {
        #expect(try CedarParser.entityUID("A::B::\"x \\\"y\\\"\"") == EntityUID(type: "A::B", id: "x \"y\""))
        #expect(try CedarParser.entityType("A::B").basename == "B")
        #expect(try CedarParser.entityType("A::B").namespace == "A")
        #expect(throws: CedarError.self) { try CedarParser.entityUID("1") }
        #expect(throws: CedarError.self) { try CedarParser.entityType("A::\"x\"") }
    }
}
