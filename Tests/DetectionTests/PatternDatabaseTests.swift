import CVectorscan
import Testing

@testable import Detection

@Suite("The pattern database")
struct PatternDatabaseTests {
    @Test("compiles each of its patterns alone", arguments: PatternTable.all.indices)
    func compiles(index: Int) throws {
        let pattern = PatternTable.all[index]
        #expect(try PatternDatabase(patterns: [pattern]).kinds == [pattern.kind])
    }

    /// The kinds that others than patterns find are left out.
    static let patterned = Set(
        Finding.Kind.allCases.filter { [.secret, .pii, .phi].contains($0.family) }
    ).subtracting([Finding.Kind.person, .organisation, .place, .address])

    @Test("has a pattern for every kind")
    func everyKind() {
        #expect(Set(PatternTable.all.map(\.kind)).isSuperset(of: Self.patterned))
    }

    @Test("names the pattern that does not compile")
    func invalid() {
        let matcher = TokenMatcher(prefixes: ["a"], body: ByteClass(), count: 1...1)
        let bad = Pattern(.npmToken, .token(matcher), 50, .low)
        let error = #expect(throws: PatternError.self) { try PatternDatabase(patterns: PatternTable.all + [bad]) }
        #expect(error?.code == .invalidPattern)
        #expect(error?.message.hasPrefix("pattern `secret.npm_token` does not compile: `(?:a)[]{1}`: ") == true)
    }

    @Test("looks only for the kinds it was asked for")
    func kinds() throws {
        let text = Array("bob@example.com \(Fake.githubToken) 4111 1111 1111 1111".utf8)
        for kinds: Set<Finding.Kind> in [.family(.pii), .family(.secret), [.card], []] {
            let patterns = try PatternDatabase(kinds: kinds)
            #expect(patterns.kinds == kinds.intersection(Set(PatternTable.all.map(\.kind))))
            var findings: [Finding] = []
            #expect(patterns.scan(text.span, with: Scratch(), into: &findings) == .complete)
            #expect(Set(findings.map(\.kind)) == kinds.intersection([.email, .githubToken, .card]))
        }
    }

    @Test("has a version that follows what it looks for")
    func version() throws {
        let all = try Support.patterns.get()
        #expect(try PatternDatabase(kinds: all.kinds).version == all.version)
        #expect(try PatternDatabase(kinds: [.card]).version != all.version)
        #expect(try Support.findings(in: "bob@example.com").map(\.detector) == [all.version])
        let stricter = Pattern(
            .githubToken, .token(TokenMatcher(prefixes: ["ghp_"], body: .alphanumerics, count: 36...37)), 98, .critical)
        let looser = Pattern(
            .githubToken, .token(TokenMatcher(prefixes: ["ghp_"], body: .alphanumerics, count: 36...38)), 98, .critical)
        #expect(PatternDatabase.hash(of: [stricter]) != PatternDatabase.hash(of: [looser]))
    }

    @Test("appends to what was found before, and one scratch serves many databases")
    func reuse() throws {
        let scratch = Scratch()
        var findings: [Finding] = []
        let text = Array("bob@example.com".utf8)
        for _ in 0..<3 {
            #expect(try Support.patterns.get().scan(text.span, with: scratch, into: &findings) == .complete)
            #expect(try PatternDatabase(kinds: [.email]).scan(text.span, with: scratch, into: &findings) == .complete)
        }
        #expect(findings.map(\.span) == Array(repeating: 0..<15, count: 6))
    }

    @Test("is shared by threads that have a scratch each")
    func threads() async throws {
        let patterns = try Support.patterns.get()
        let texts = (0..<40).map { Array("mail \(Fake.token("u", $0 + 1))@example.com and \(Fake.githubToken)".utf8) }
        let same = await withTaskGroup(of: Bool.self) { group in
            for text in texts {
                group.addTask {
                    let scratch = Scratch()
                    return (0..<20).allSatisfy { _ in
                        var findings: [Finding] = []
                        let outcome = patterns.scan(text.span, with: scratch, into: &findings)
                        return outcome == .complete && findings.map(\.kind) == [.email, .githubToken]
                    }
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(same)
    }

    @Test("takes any bytes", arguments: 0..<6)
    func anyBytes(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let text = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let patterns = try Support.patterns.get()
        var findings: [Finding] = []
        #expect(patterns.scan(text.span, with: Scratch(), into: &findings) == .complete)
        for finding in findings {
            #expect(finding.span.clamped(to: text.indices) == finding.span && !finding.span.isEmpty)
        }
        #expect(
            try Support.findings(in: [0, 0xFF, 0xC3] + Array("bob@example.com".utf8) + [0, 0x80]).map(\.span) == [
                3..<18
            ])
        #expect(try Support.findings(in: [UInt8]()) == [])
    }

    @Test(
        "is done with a long run of anything in a bounded time", .timeLimit(.minutes(5)),
        arguments: ["a", "1", "\0", "@", "-", "+1 "])
    func longRuns(unit: String) throws {
        let count = unit.utf8.count == 1 ? 8 << 20 : 1 << 17
        let text = Array(String(repeating: unit, count: count / unit.utf8.count).utf8)
        #expect(try Support.findings(in: text) == [])
    }

    @Test("says that a scan failed if there is no memory for it")
    func failure() async {
        await #expect(processExitsWith: .success) {
            let patterns = try PatternDatabase()
            let text = Array("bob@example.com".utf8)
            // SAFE: this process does nothing else; the library asks these for memory and gets none.
            unsafe hs_set_scratch_allocator({ _ in nil }, { _ in })
            var findings: [Finding] = []
            #expect(patterns.scan(text.span, with: Scratch(), into: &findings) == .failed)
            var scanner = StreamScanner()
            #expect(scanner.append(text.span, with: patterns, scratch: Scratch(), findings: &findings) == .failed)
            #expect(scanner.settled == 0 && findings.isEmpty)
            // Memory is back, but the stream has a hole.
            hs_set_scratch_allocator(nil, nil)
            #expect(scanner.append(text.span, with: patterns, scratch: Scratch(), findings: &findings) == .failed)
            #expect(scanner.finish(with: patterns, scratch: Scratch(), findings: &findings) == .failed)
        }
    }
}
