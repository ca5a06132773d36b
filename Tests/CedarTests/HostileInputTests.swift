import Testing

@testable import Cedar

@Suite("Input that means harm")
struct HostileInputTests {
    private static func nested(_ open: String, _ inner: String, _ close: String, _ count: Int = 100_000) -> String {
        String(repeating: open, count: count) + inner + String(repeating: close, count: count)
    }

    static let deep: [(String, String)] = [
        ("parentheses", nested("(", "true", ")")), ("sets", nested("[", "", "]")), ("records", nested("{a:", "1", "}")),
        ("conditions", nested("if ", "true", " then true else true")),
        ("else", nested("if true then 1 else ", "1", "")),
        ("arguments", nested("ip(", "1", ")")), ("methods", nested("[].contains(", "1", ")")),
        ("attributes", "context" + nested(".a", "", "")), ("indices", "context" + nested("[\"a\"]", "", "")),
        ("and", "true" + nested(" && true", "", "")), ("or", "true" + nested(" || true", "", "")),
        ("sums", "1" + nested(" + 1", "", "")),
        ("products", "1" + nested("*1", "", "")), ("paths", "context has a" + nested(".a", "", "")),
        ("open brackets", nested("(", "", "")),
        ("open braces", nested("{", "", "")), ("open sets", nested("[", "", "")),
    ]

    @Test("nesting is bounded", .timeLimit(.minutes(1)), arguments: deep)
    func nesting(name: String, text: String) {
        #expect {
            try CedarParser.policies("permit(principal, action, resource) when { \(text) };")
        } throws: { error in
            let code = (error as? CedarError)?.code
            return code == .tooDeep || code == .syntax
        }
    }

    @Test("what is just within the bounds is read, prepared, evaluated, written and formatted")
    func bounds() throws {
        let texts = [
            Self.nested("(", "true", ")", 199), "true" + Self.nested(" && true", "", "", 990),
            "[].isEmpty() || " + Self.nested("[", "", "]", 190) + " == 1",
            Self.nested("if true then ", "true", " else false", 190),
        ]
        for text in texts {
            let policy = "permit (principal, action, resource) when { \(text) };"
            let set = try PolicySet(parsing: policy)
            let uid = EntityUID(type: "U", id: "u")
            #expect(set.decide(AccessRequest(principal: uid, action: uid, resource: uid), .empty).verdict == .allow)
            #expect(try CedarParser.policies(set.policies[0].description).count == 1)
            let formatted = try CedarFormatter.format(policy)
            #expect(try CedarFormatter.format(formatted) == formatted)
        }
    }

    @Test("a text that is too long is not read")
    func length() {
        #expect(throws: CedarError(.tooLarge, "")) {
            try CedarParser.policies(String(repeating: " ", count: 1_001), limits: ParserLimits(bytes: 1_000))
        }
    }

    @Test("sets of a hundred thousand elements are searched at once", .timeLimit(.minutes(1)))
    func largeSets() throws {
        let list = (0..<100_000).map { "\"s\($0)\"" }.joined(separator: ",")
        let set = try PolicySet(
            parsing: """
                permit(principal, action, resource) when { [\(list)].contains(context.a) && context.b.containsAll([\(list)]) };
                """)
        let context: RecordValue = [
            "a": .string("s99999"), "b": .set(SetValue((0..<100_000).map { .string(Text("s\($0)")) })),
        ]
        let uid = EntityUID(type: "U", id: "u")
        let request = AccessRequest(principal: uid, action: uid, resource: uid, context: context)
        for _ in 0..<3 { #expect(set.decide(request, .empty).verdict == .allow) }
    }

    @Test("patterns take time in proportion to the text", .timeLimit(.minutes(1)))
    func patterns() throws {
        let text = Text(String(repeating: "a", count: 50_000))
        let many = LikePattern((0..<5_000).flatMap { _ in [.wildcard, .scalar("a")] } + [.wildcard, .scalar("b")])
        #expect(!LikeMatcher(many).matches(text))
        let long = LikePattern([.wildcard] + Array(repeating: .scalar("a"), count: 20_000) + [.scalar("b"), .wildcard])
        #expect(!LikeMatcher(long).matches(text))
        let fitting = LikePattern([.wildcard] + Array(repeating: .scalar("a"), count: 20_000) + [.wildcard])
        #expect(LikeMatcher(fitting).matches(text))
    }

    @Test("a hundred thousand policies are read and decided", .timeLimit(.minutes(2)))
    func manyPolicies() throws {
        let text = (0..<100_000).map { "permit(principal==U::\"\($0)\",action,resource);" }.joined()
        let set = try PolicySet(parsing: text)
        let uid = EntityUID(type: "U", id: "77777")
        let request = AccessRequest(principal: uid, action: uid, resource: uid)
        for _ in 0..<1_000 { #expect(set.decide(request, .empty).determining == ["policy77777"]) }
    }

    @Test("a long chain of groups is closed without recursion, and a closure that is too large is refused")
    func chains() throws {
        let chain = (0..<500).map {
            Entity(uid: EntityUID(type: "T", id: Text("\($0)")), parents: [EntityUID(type: "T", id: Text("\($0 + 1)"))])
        }
        #expect(try Entities(chain).ancestors(of: EntityUID(type: "T", id: "0")).count == 500)
        #expect(throws: CedarError(.tooLarge, "")) { try Entities(chain, greatestClosure: 100_000) }
        let many = (0..<100_000).map { Entity(uid: EntityUID(type: "T", id: Text("\($0)"))) }
        #expect(try Entities(many).count == 100_000)
    }

    @Test("JSON that is too deep is refused")
    func json() {
        let text = "[" + Self.nested("[", "", "]", 1_000) + "]"
        #expect(throws: CedarError(.tooDeep, "")) { try Entities(json: Array(text.utf8)) }
    }

    @Test("texts that only look the same are different")
    func canonicalEquivalence() {
        #expect(Text("é") != Text("e\u{301}"))
        #expect(Text("a\u{301}\u{323}") != Text("a\u{323}\u{301}"))
        #expect(Set<Text>(["é", "e\u{301}", "é"]).count == 2)
        #expect(RecordValue([.init("é", .long(1)), .init("e\u{301}", .long(2))])["é"] == .long(1))
    }
}
