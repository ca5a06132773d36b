import TestSupport
import Testing

@testable import Cedar

@Suite("Writing and formatting policies")
struct PrintingTests {
    @Test("what is written reads as the same tree")
    func roundTrip() throws {
        var generator = ExprGenerator(random: SplitMix(seed: 11))
        for _ in 0..<3_000 {
            let expression = generator.expression(5)
            let text = expression.description
            let again = try CedarParser.expression(text)
            #expect(again.tree == expression.tree, "\(text)")
            #expect(again.description == text)
        }
    }

    @Test("a policy that is written reads as the same policy")
    func policies() throws {
        var generator = ExprGenerator(random: SplitMix(seed: 12))
        for index in 0..<500 {
            let policy = generator.policy(id: "policy0", depth: 3)
            let again = try #require(try CedarParser.policies(policy.description).first)
            #expect(again.description == policy.description, "\(index)")
            #expect(again.annotations == policy.annotations)
            #expect(again.principal.kind == policy.principal.kind)
            #expect(again.action.kind == policy.action.kind)
            #expect(again.resource.kind == policy.resource.kind)
            #expect(again.conditions.map(\.body.tree) == policy.conditions.map(\.body.tree))
        }
    }

    @Test("formatting keeps the policies, and formatting twice is formatting once", arguments: [20, 40, 80])
    func idempotence(width: Int) throws {
        var random = SplitMix(seed: UInt64(width))
        var generator = ExprGenerator(random: SplitMix(seed: 13))
        for index in 0..<300 {
            let policies = (0..<3).map { generator.policy(id: PolicyID("policy\($0)"), depth: 4) }
            let text = Self.scattered(policies.map(\.description).joined(), &random)
            let formatted = try CedarFormatter.format(text, width: width)
            #expect(try CedarFormatter.format(formatted, width: width) == formatted, "\(index): \(text)")
            #expect(try CedarParser.policies(formatted).map(\.description) == policies.map(\.description))
            let comments = text.matches(of: /\/\/ said \d+/).map { String($0.output) }.sorted()
            #expect(formatted.matches(of: /\/\/ said \d+/).map { String($0.output) }.sorted() == comments, "\(index)")
        }
    }

    /// The same tokens with spaces, new lines and comments between them.
    private static func scattered(_ text: String, _ random: inout SplitMix) -> String {
        var lexer = Lexer(text)
        var result = ""
        var count = 0
        while let token = try? lexer.next(), token.kind != .end {
            result += lexer.text(of: token) + random.pick(["", " ", "\n", "  \n\n "])
            if random.chance(8) {
                count += 1
                result += random.pick([" ", "\n", "\n\n"]) + "// said \(count)" + random.pick(["\n", "  \n\n"])
            } else if token.kind == .identifier || token.kind == .number {
                result += " "
            }
        }
        return result
    }

    @Test("lays out policies as people write them")
    func layout() throws {
        let text = """
            // About models.

            // The first.
            @id("x")// a
            permit ( principal, // why
             action in [Action::"a",Action::"b"], resource == A::B::"c" ) // scope
            // before
            when { context.a == -1 && // one
             (principal has foo.bar || ["aaaaaaaaaaaaaaaaaaa","bbbbbbbbbbbbbbbbbbbb","cccccccccccccc"].contains(context.purpose)) }
            unless { if !true then {a: 1, "b c": [1,2,]} == {} else false };
            permit(principal,action,resource);
            // tail
            """
        let formatted = try CedarFormatter.format(text)
        #expect(
            formatted == """
                // About models.

                // The first.
                @id("x") // a
                permit (
                  principal, // why
                  action in [Action::"a", Action::"b"],
                  resource == A::B::"c"
                ) // scope
                // before
                when {
                  context.a == -1 && // one
                  (
                    principal has foo.bar ||
                    ["aaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb", "cccccccccccccc"].contains(
                      context.purpose
                    )
                  )
                }
                unless { if !true then {a: 1, "b c": [1, 2]} == {} else false };

                permit (principal, action, resource);

                // tail

                """)
    }

    @Test("does not format what it cannot read")
    func broken() {
        #expect(throws: CedarError(.syntax, "")) { try CedarFormatter.format("permit(principal") }
        #expect((try? CedarFormatter.format("")) == "")
        #expect((try? CedarFormatter.format("// only this")) == "// only this\n")
    }
}
