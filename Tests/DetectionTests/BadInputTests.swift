import RuleFiles
import Testing

@testable import Detection

@Suite("Input that is made to cost much")
struct BadInputTests {
    /// Expressions on which matchers that try one way after the other take for ever.
    static let explosive = ["(?:a+)+b", "(?:a|aa)+c", "(?:a|a|b)*ab?a{20}d", "(?:.*a){12}z", "(?i)(?:x*x*)*y"]

    @Test("Rules that explode elsewhere are done in time that grows with the text", .timeLimit(.minutes(2)))
    func backtracking() throws {
        let rules = Self.explosive.enumerated().map { CustomRule(id: "r\($0.offset)", expression: $0.element) }
        let text =
            [UInt8](repeating: UInt8(ascii: "a"), count: 20_000) + [UInt8](repeating: UInt8(ascii: "x"), count: 20_000)
        let database = try RuleDatabase(rules, file: "r.toml")
        var findings: [Finding] = []
        #expect(database.scan(text.span, with: RuleScratch(), into: &findings) == .complete)
        #expect(findings.isEmpty)
    }

    @Test("A rule on which the library ends the process does not end it")
    func crashing() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 2_000) + Array("see token=1".utf8)
        let rule = CustomRule(id: "r", expression: ".*token=")
        var findings: [Finding] = []
        let database = try RuleDatabase([rule], file: "r.toml")
        #expect(database.scan(text.span, with: RuleScratch(), into: &findings) == .complete)
        #expect(findings.map(\.span) == [0..<2_010])
    }

    @Test("Ten thousand rules are read, compiled and found", .timeLimit(.minutes(5)))
    func manyRules() throws {
        let file = (0..<RuleFile.most).map { "[[rules]]\nid = 'r\($0)'\nregex = 'key-\($0)-[0-9a-f]{8}'\n" }.joined()
        let rules = try RuleFile.rules(file, file: "r.toml")
        #expect(rules.count == RuleFile.most)
        let database = try RuleDatabase(rules, file: "r.toml")
        var findings: [Finding] = []
        let text = Array("key-7-0123abcd, key-9999-deadbeef and key-10000-deadbeef".utf8)
        #expect(database.scan(text.span, with: RuleScratch(), into: &findings) == .complete)
        #expect(Set(findings.map(\.kind.rawValue)) == ["custom.r7", "custom.r9999"])
    }

    @Test("64 MB of one letter are looked at whole", .timeLimit(.minutes(2)), arguments: ["a", "1", "/"])
    func oneLetter(letter: String) throws {
        let text = [UInt8](repeating: try #require(letter.utf8.first), count: 64 << 20)
        let scratch = Scratch()
        var findings: [Finding] = []
        let kinds: Set<Finding.Kind> = .family(.secret).union([.email, .card, .ssn])
        #expect(try PatternDatabase(kinds: kinds).scan(text.span, with: scratch, into: &findings) == .complete)
        #expect(findings.isEmpty && scratch.hits.matches.isEmpty)
    }
}
