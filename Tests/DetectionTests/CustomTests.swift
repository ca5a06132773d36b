import RuleFiles
import Testing

@testable import Detection

@Suite("A tenant's own words, rules and marks")
struct CustomTests {
    static func found(_ text: String, _ database: PatternDatabase) -> [String] {
        var findings: [Finding] = []
        let bytes = Array(text.utf8)
        guard database.scan(bytes.span, with: Scratch(), into: &findings) == .complete else { return ["failed"] }
        return findings.map { "\($0.kind) \(Support.slice(bytes, $0.span))" }
    }

    @Test("Words are found whole, in any case, also while a text streams")
    func words() throws {
        let words = try CustomWords(name: "projects", text: "# ours\nBlue Heron\nquokka\n\n", file: "projects.txt")
        let database = try PatternDatabase(kinds: [], words: [words], canaries: [])
        #expect(
            Self.found("the blue heron and a Quokka.", database) == [
                "custom.projects blue heron", "custom.projects Quokka",
            ])
        #expect(Self.found("quokkas, blue herons, Blue Her", database) == [])
        let text = Array("we call it Blue Heron, she said".utf8)
        for cut in 1..<text.count {
            var scanner = StreamScanner()
            var findings: [Finding] = []
            let scratch = Scratch()
            for piece in [text[..<cut], text[cut...]] {
                let piece = Array(piece)
                _ = scanner.append(piece.span, with: database, scratch: scratch, findings: &findings)
            }
            _ = scanner.finish(with: database, scratch: scratch, findings: &findings)
            #expect(findings.map(\.span) == [11..<21], "\(cut)")
        }
    }

    @Test("A file of words that cannot be used is named with its line")
    func badWords() {
        let error = #expect(throws: RuleFileError.self) {
            try CustomWords(name: "x", text: "good\nno\n", file: "w.txt")
        }
        #expect(error?.description == "w.txt:2: a word has 3 to 200 bytes")
        #expect(throws: RuleFileError.self) { try CustomWords(name: "no name", text: "word", file: "w.txt") }
    }

    /// A canary in the ways in which it may leave.
    static let leaks = [
        "it says canary7h2k9q4m8x1z here", "CANARY7H2K9Q4M8X1Z", "z1x8m4q9k2h7yranac", "pnanel7u2x9d4z8k1m",
        "63616e6172793768326b3971346d3878317a", "Y2FuYXJ5N2gyazlxNG04eDF6", "eGNhbmFyeTdoMms5cTRtOHgxeg==",
        "eHljYW5hcnk3aDJrOXE0bTh4MXo=",
    ]

    @Test("A mark is found however it leaves", arguments: leaks)
    func canaries(text: String) throws {
        let canary = try #require(Canary("canary7h2k9q4m8x1z"))
        let database = try PatternDatabase(kinds: [], words: [], canaries: [canary])
        #expect(Self.found(text, database).contains { $0.hasPrefix("canary.leak") })
        #expect(Self.found("canary7h2k9q4m8x1", database) == [])
    }

    @Test("Marks are long enough, and made of chance they differ")
    func marks() {
        #expect(Canary("short") == nil && Canary("has a blank in it") == nil)
        #expect(Canary(randomness: (0..<20).map { UInt8($0) }).text.utf8.count == 26)
        #expect(Canary(Canary(randomness: (0..<20).map { UInt8($0) }).text) != nil)
    }

    static let file = """
        title = "rules"   # a comment
        [extend]
        useDefault = true

        [[rules]]
        id = "badge"
        description = '''a badge
        of ours'''
        regex = '''BADGE-[0-9]{4,6}'''
        keywords = ["badge-", "other"]

        [[rules]]
        id = "mixed"
        regex = "zz_[a-z0-9]{12}"
        entropy = 3.0
            [rules.allowlist]
            stopwords = ["sample"]
            paths = ['''\\.md$''']

        [[rules]]
        id = "about-paths"
        path = '''\\.pem$'''
        """

    @Test("Rules in gitleaks' form are read and found")
    func rules() throws {
        let rules = try RuleFile.rules(Self.file, file: "rules.toml")
        #expect(rules.map(\.id) == ["badge", "mixed"])
        #expect(rules[0].line == 5)
        let database = try RuleDatabase(rules, file: "rules.toml")
        let text = Array("BADGE-12345 zz_a1b2c3d4e5f6 zz_aaaaaaaaaaaa zz_samplex9y8z7".utf8)
        var findings: [Finding] = []
        #expect(database.scan(text.span, with: RuleScratch(), into: &findings) == .complete)
        let found = findings.map { "\($0.kind) \(Support.slice(text, $0.span))" }
        #expect(Set(found) == ["custom.badge BADGE-12345", "custom.mixed zz_a1b2c3d4e5f6"])
    }

    /// Files that are none, and what is said of them.
    static let broken: [(String, String)] = [
        ("[[rules]]\nid = \"a\"\nregex = '''x", "r.toml:3: a text that begins here has no end"),
        ("[[rules]]\nregex = 'x'", "r.toml:1: a rule needs an `id` of at most 64 letters, digits, `-`, `_` and `.`"),
        ("[[rules]]\nid = 'a'", "r.toml:1: the rule `a` has no `regex`"),
        ("[[rules\n", "r.toml:1: expected `]` behind `rules`"), ("a b", "r.toml:1: expected `=` behind `a`"),
        ("a = [1, 2", "r.toml:1: expected `,` or `]` in a list"), ("= 1", "r.toml:1: expected a key"),
        ("a = \"\\q\"", "r.toml:1: an escape that TOML does not know"),
    ]

    @Test("A file that is malformed is refused by name and line", arguments: broken)
    func malformed(text: String, message: String) {
        let error = #expect(throws: RuleFileError.self) { try RuleFile.rules(text, file: "r.toml") }
        #expect(error?.description == message)
    }

    @Test("A rule that cannot be compiled is named; more than ten thousand are refused")
    func uncompilable() throws {
        let rules = try RuleFile.rules(
            "[[rules]]\nid = 'good'\nregex = 'a+b'\n[[rules]]\nid = 'bad'\nregex = '(a'\n", file: "r.toml")
        let error = #expect(throws: RuleFileError.self) { try RuleDatabase(rules, file: "r.toml") }
        #expect(error?.description.hasPrefix("r.toml:4: the rule `bad` cannot be used: ") == true)
        let many = (0...RuleFile.most).map { "[[rules]]\nid='r\($0)'\nregex='x\($0)'\n" }.joined()
        let tooMany = #expect(throws: RuleFileError.self) { try RuleFile.rules(many, file: "r.toml") }
        #expect(tooMany?.message == "more than 10000 rules: `r10000` is one too many")
    }

    @Test("Any bytes are read as rules, or refused", arguments: 0..<4)
    func anyBytes(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "[[rules]]\n", "id", "=", "'''", "\"", "regex", "[", "]", ",", "\n", "#", "\\", "é", " ", "1.5", "\u{0}",
        ]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0..<30, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.joined()
            _ = try? RuleFile.rules(text, file: "r.toml")
        }
    }
}
