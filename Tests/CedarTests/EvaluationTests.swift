import TestSupport
import Testing

@testable import Cedar

@Suite("Evaluating expressions")
struct EvaluationTests {
    static let user = EntityUID(type: "User", id: "a")
    static let entities = try? Entities([
        Entity(
            uid: user,
            attributes: ["name": .string("ann"), "boss": .entity(EntityUID(type: "User", id: "b")), "age": .long(7)],
            tags: ["k": .string("v")], parents: [EntityUID(type: "Team", id: "t")]),
        Entity(uid: EntityUID(type: "User", id: "b"), attributes: ["name": .string("bob")]),
        Entity(uid: EntityUID(type: "Team", id: "t"), parents: [EntityUID(type: "Org", id: "o")]),
    ])
    static let request = AccessRequest(
        principal: user, action: EntityUID(type: "Action", id: "view"), resource: EntityUID(type: "Doc", id: "gone"),
        context: ["n": .long(1), "r": .record(["x": .record(["y": .boolean(true)])]), "who": .entity(user)])

    private func evaluate(_ text: String) throws -> Result<Bool, EvaluationError> {
        var program = Program()
        let root = program.add(try CedarParser.expression(text))
        let evaluation = Evaluation(program, request: Self.request, entities: try #require(Self.entities))
        do throws(EvaluationError) { return .success(try evaluation.boolean(root)) } catch { return .failure(error) }
    }

    static let holds = [
        "1 + 2 * 3 == 7", "2 - 3 == -1", "-(-5) == 5", "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2",
        "9223372036854775806 + 1 == 9223372036854775807", "!(1 == true)", "1 != \"1\"", "{a: 1} == {\"a\": 1}",
        "[1, 2] == [2, 1, 1]", "[1, [2]] == [[2], 1]", "[] == []", "!([1] == 1)", "User::\"a\" == principal",
        "true || 1", "!(false && 1)", "if true then true else 1", "if false then 1 else true",
        "principal in Team::\"t\"", "principal in Org::\"o\"", "principal in principal",
        "Doc::\"gone\" in Doc::\"gone\"",
        "!(Doc::\"gone\" in Team::\"t\")", "!(principal in [])", "principal in [Doc::\"x\", Org::\"o\"]",
        "!(Team::\"t\" in principal)", "principal is User", "principal is User in Org::\"o\"",
        "!(principal is Org in 1)",
        "resource is Doc", "principal has name", "!(principal has nothing)", "!(resource has name)",
        "principal has boss.name",
        "!(principal has boss.age)", "context has r.x.y", "!(context has r.z.y)", "context.r.x.y",
        "principal.boss.name == \"bob\"",
        "context.who.name == \"ann\"", "principal.hasTag(\"k\")", "principal.getTag(\"k\") == \"v\"",
        "!principal.hasTag(\"z\")",
        "!resource.hasTag(\"k\")", "[1, 2].contains(1)", "![1].contains(\"1\")", "[[]].contains([])", "[].isEmpty()",
        "[1, 2, 3].containsAll([3, 1, 1])", "[1].containsAll([])", "![].containsAny([1])", "[1, 2].containsAny([2, 9])",
        "[principal].contains(User::\"a\")", "![1, 2].containsAll([1, 9])",
        "\"é\" != \"e\\u{301}\"", "\"e\\u{301}\" like \"e*\"", "!(\"é\" like \"e*\")",
        "\"\" like \"\"", "\"\" like \"*\"", "\"abc\" like \"a*c\"", "\"abc\" like \"*b*\"", "!(\"abc\" like \"ab\")",
        "\"a*c\" like \"a\\*c\"", "!(\"abc\" like \"a\\*c\")", "\"aab\" like \"*ab\"", "\"ababac\" like \"*abac\"",
        "!(\"ab\" like \"ab*ab\")", "\"abab\" like \"ab*ab\"", "\"aXbXc\" like \"a**b*c\"", "\"aaab\" like \"*a*a*b\"",
        "!(\"aab\" like \"*a*a*a*b\")", "\"😀x\" like \"😀*\"",
    ]

    @Test("holds", arguments: holds)
    func truth(text: String) throws {
        #expect(try self.evaluate(text) == .success(true))
    }

    static let fails: [(String, EvaluationError.Code)] = [
        ("1", .typeMismatch), ("false || 1", .typeMismatch), ("true && 1", .typeMismatch), ("1 && true", .typeMismatch),
        ("!1", .typeMismatch), ("if 1 then true else true", .typeMismatch), ("1 < \"a\"", .typeMismatch),
        ("\"a\" < \"b\"", .typeMismatch), ("true < false", .typeMismatch), ("1 + \"a\" == 1", .typeMismatch),
        ("-\"a\" == 1", .typeMismatch), ("1 in principal", .typeMismatch), ("1 in []", .typeMismatch),
        ("principal in 1", .typeMismatch), ("principal in [principal, 1]", .typeMismatch), ("1 is User", .typeMismatch),
        ("principal is User in 1", .typeMismatch), ("1 has a", .typeMismatch), ("context has n.m", .typeMismatch),
        ("1.a", .typeMismatch), ("1.contains(1)", .typeMismatch), ("[1].containsAll(1)", .typeMismatch),
        ("[1].containsAny(1)", .typeMismatch), ("1.isEmpty()", .typeMismatch), ("1 like \"*\"", .typeMismatch),
        ("1.hasTag(\"a\")", .typeMismatch), ("principal.hasTag(1)", .typeMismatch),
        ("principal.getTag(1) == 1", .typeMismatch),
        ("9223372036854775807 + 1 == 1", .overflow), ("-9223372036854775808 - 1 == 1", .overflow),
        ("4611686018427387904 * 2 == 1", .overflow), ("-(-9223372036854775808) == 1", .overflow),
        ("resource.name == 1", .unknownEntity), ("resource.getTag(\"a\") == 1", .unknownEntity),
        ("principal.nothing == 1", .unknownAttribute), ("context.nothing == 1", .unknownAttribute),
        ("{a: 1}.b == 1", .unknownAttribute), ("principal.getTag(\"z\") == 1", .unknownTag),
        ("[1, principal.nothing].isEmpty()", .unknownAttribute), ("{a: principal.nothing} == {}", .unknownAttribute),
        ("ip() == 1", .extensionFunction), ("ip(\"1.1.1.1\").isIpv4(1)", .extensionFunction),
        ("ip(1) == 1", .typeMismatch), ("ip(\"x\") == 1", .extensionFunction), ("1.isIpv4()", .typeMismatch),
        ("decimal(\"1.0\") < decimal(\"2.0\")", .typeMismatch),
        ("datetime(\"1970-01-01\") < duration(\"1d\")", .typeMismatch),
        ("decimal(\"1.0\").lessThan(1)", .typeMismatch), ("ip(\"::1\").isInRange(\"::\")", .typeMismatch),
        ("datetime(\"1970-01-01\").offset(1) == 1", .typeMismatch),
        ("datetime(\"1969-12-31\").offset(duration(\"-9223372036854775808ms\")) == 1", .extensionFunction),
        (
            "datetime(\"0000-01-01\").durationSince(datetime(\"1970-01-01\").offset(duration(\"9223372036854775807ms\"))) == 1",
            .extensionFunction
        ),
    ]

    @Test("fails with a kind and a place", arguments: fails)
    func failure(text: String, code: EvaluationError.Code) throws {
        guard case .failure(let error) = try self.evaluate(text) else {
            Issue.record("`\(text)` has a value")
            return
        }
        #expect(error.code == code, "\(error)")
        #expect(error.location != .none)
    }

    // MARK: Extension types

    static let decimals: [(String, Int64?)] = [
        ("1.0", 10_000), ("-0.5", -5_000), ("1.0000", 10_000), ("00001.25", 12_500), ("0.0001", 1),
        ("922337203685477.5807", .max), ("-922337203685477.5808", .min), ("922337203685477.5808", nil),
        ("-922337203685477.5809", nil), ("1.", nil), (".5", nil), ("1", nil), ("1.00000", nil), ("+1.0", nil),
        ("", nil),
        ("-", nil), ("1.2.3", nil), ("1,0", nil), ("-.5", nil), ("١.0", nil), ("1e3.0", nil),
    ]

    @Test("reads decimals", arguments: decimals)
    func decimal(text: String, value: Int64?) {
        #expect(DecimalValue(Text(text))?.tenThousandths == value)
        if let decimal = DecimalValue(Text(text)) { #expect(DecimalValue(Text(decimal.description)) == decimal) }
    }

    static let durations: [(String, Int64?)] = [
        ("1d2h3m4s5ms", 93_784_005), ("-1d", -86_400_000), ("0ms", 0), ("-0ms", 0), ("00001d", 86_400_000),
        ("1m1ms", 60_001),
        ("9223372036854775807ms", .max), ("-9223372036854775808ms", .min), ("9223372036854775808ms", nil),
        ("106751991167d7h12m55s807ms", .max), ("106751991167d7h12m55s808ms", nil), ("", nil), ("-", nil), ("1h1d", nil),
        ("1d1d", nil), ("1", nil), ("1D", nil), ("+1d", nil), (" 1d", nil), ("d", nil), ("1ms2", nil), ("1.5s", nil),
        ("1é", nil),
    ]

    @Test("reads durations", arguments: durations)
    func duration(text: String, value: Int64?) {
        #expect(DurationValue(Text(text))?.milliseconds == value)
    }

    static let datetimes: [(String, Int64?)] = [
        ("1970-01-01", 0), ("2024-10-15", 1_728_950_400_000), ("2024-10-15T11:38:02Z", 1_728_992_282_000),
        ("2024-10-15T11:38:02.101Z", 1_728_992_282_101), ("2024-10-15T11:38:02.101+1134", 1_728_950_642_101),
        ("2024-10-15T11:38:02-1134", 1_729_033_922_000), ("0000-01-01", -62_167_219_200_000),
        ("2000-02-29", 951_782_400_000),
        ("1969-12-31T23:59:59.999Z", -1), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("1900-02-29", nil),
        ("2023-02-29", nil), ("2024-00-01", nil), ("2024-13-01", nil), ("2024-04-31", nil), ("2024-01-00", nil),
        ("2024-01-01T24:00:00Z", nil), ("2024-01-01T23:60:00Z", nil), ("2016-12-31T23:59:60Z", nil), ("2024-1-1", nil),
        ("2024-01-01T00:00:00", nil), ("2024-01-01T00:00:00.1Z", nil), ("2024-01-01T00:00:00+24:00", nil),
        ("2024-01-01T00:00:00+2400", nil), ("2024-01-01T00:00:00+0060", nil), ("2024-01-01t00:00:00z", nil), ("", nil),
        ("2024-01-01T00:00:00ZZ", nil), ("12024-01-01", nil), ("2024-01-01T00:00:00.123", nil), ("2024-01-01 ", nil),
    ]

    @Test("reads datetimes", arguments: datetimes)
    func datetime(text: String, value: Int64?) {
        #expect(DatetimeValue(Text(text))?.milliseconds == value)
    }

    static let addresses: [(String, String?)] = [
        ("127.0.0.1", "127.0.0.1"), ("127.0.0.1/32", "127.0.0.1"), ("10.1.2.3/8", "10.1.2.3/8"),
        ("1.2.3.4/0", "1.2.3.4/0"),
        ("::", "0:0:0:0:0:0:0:0"), ("::1", "0:0:0:0:0:0:0:1"), ("1::", "1:0:0:0:0:0:0:0"),
        ("A::b/64", "a:0:0:0:0:0:0:b/64"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("0001::", "1:0:0:0:0:0:0:0"), ("127.0.0.01", nil), ("1.2.3", nil), ("1.2.3.4.5", nil), ("256.1.1.1", nil),
        ("1.2.3.4/33", nil), ("1.2.3.4/08", nil), ("1.2.3.4/", nil), ("1.2.3.4/+8", nil), ("::1/129", nil),
        ("::1/0128", nil),
        ("::ffff:127.0.0.1", nil), ("1:2:3:4:5:6:7", nil), ("::1:2:3:4:5:6:7:8", nil), ("1:2:3:4:5:6:7:8:9", nil),
        ("1:2:3::4:5:6:7:8", nil), ("1::2::3", nil), (":::", nil), (":1", nil), ("1:", nil), ("00001::", nil),
        ("fe80::1%eth0", nil),
        ("[::1]", nil), ("", nil), ("/8", nil), (" 1.2.3.4", nil), ("1.2.3.4:80", nil), ("+1.2.3.4", nil),
        ("::+1", nil), ("::g", nil),
    ]

    @Test("reads addresses", arguments: addresses)
    func address(text: String, written: String?) {
        #expect(AddressValue(Text(text))?.description == written)
    }

    static let extensions = [
        "decimal(\"1.0\") == decimal(\"1.0000\")", "decimal(\"-0.5\").lessThan(decimal(\"0.0\"))",
        "decimal(\"1.0\").lessThanOrEqual(decimal(\"1.0\"))", "decimal(\"1.1\").greaterThan(decimal(\"1.0\"))",
        "decimal(\"1.1\").greaterThanOrEqual(decimal(\"1.1\"))", "ip(\"10.0.0.1\") == ip(\"10.0.0.1/32\")",
        "ip(\"10.0.0.1/24\") != ip(\"10.0.0.0/24\")", "ip(\"10.0.0.1\").isIpv4()", "ip(\"::1\").isIpv6()",
        "!ip(\"::1\").isIpv4()", "ip(\"127.9.9.9\").isLoopback()", "ip(\"127.0.0.1/8\").isLoopback()",
        "!ip(\"127.0.0.1/7\").isLoopback()", "ip(\"::1\").isLoopback()", "!ip(\"::1/64\").isLoopback()",
        "!ip(\"::ffff:7f00:1\").isLoopback()", "ip(\"224.0.0.1\").isMulticast()", "!ip(\"224.0.0.0/3\").isMulticast()",
        "ip(\"ff00::/8\").isMulticast()", "ip(\"10.1.2.3\").isInRange(ip(\"10.0.0.0/8\"))",
        "!ip(\"10.0.0.0/8\").isInRange(ip(\"10.1.2.3\"))", "ip(\"1.2.3.4\").isInRange(ip(\"0.0.0.0/0\"))",
        "ip(\"fe80::1\").isInRange(ip(\"::/0\"))", "!ip(\"::\").isInRange(ip(\"0.0.0.0/0\"))",
        "datetime(\"1969-12-31T23:00:00Z\").toDate() == datetime(\"1969-12-31\")",
        "datetime(\"1969-12-31T23:00:00Z\").toTime() == duration(\"23h\")",
        "datetime(\"1970-01-02\").toTime() == duration(\"0ms\")",
        "datetime(\"1970-01-01\").offset(duration(\"1d\")) == datetime(\"1970-01-02\")",
        "datetime(\"1970-01-01\").durationSince(datetime(\"1970-01-02\")) == duration(\"-1d\")",
        "datetime(\"1970-01-01\") < datetime(\"1970-01-02\")", "duration(\"60s\") == duration(\"1m\")",
        "duration(\"2s\") > duration(\"1s\")",
        "duration(\"-1999ms\").toSeconds() == -1", "duration(\"1d2h\").toHours() == 26",
        "duration(\"90m\").toHours() == 1",
        "duration(\"36h\").toDays() == 1", "duration(\"61s\").toMinutes() == 1",
        "duration(\"1s\").toMilliseconds() == 1000",
    ]

    @Test("knows the methods of the extension types", arguments: extensions)
    func extensionMethod(text: String) throws {
        #expect(try self.evaluate(text) == .success(true))
    }
}
