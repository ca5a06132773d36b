import Testing

@testable import Cedar
@testable import CedarAnalysis

@Suite("Texts that show what patterns can say")
struct PatternWitnessTests {
    static let cases: [(patterns: [String], combinations: Int)] = [
        (["a*"], 2), (["*"], 1), (["abc"], 2), (["a*", "*b"], 4), (["a*", "b*"], 3), (["a*", "ab*"], 3),
        (["", "*"], 2),
        (["*a*", "*b*", "*c*"], 8), (["eu-*", "*-1", "eu-west-*"], 6),
    ]

    @Test("Every combination that there is, and no other", arguments: Self.cases)
    func findsAll(_ item: (patterns: [String], combinations: Int)) throws {
        let patterns = item.patterns.map { text in
            LikePattern(text.unicodeScalars.map { $0 == "*" ? .wildcard : .scalar($0) })
        }
        let texts = try #require(PatternWitnesses(patterns).texts(3))
        let combinations = Set(texts.map { text in patterns.map { LikeMatcher($0).matches(text) } })
        #expect(combinations.count == item.combinations, "\(texts)")
        #expect(Set(texts).count == texts.count)
    }

    @Test("Too many patterns are given up")
    func isBounded() {
        let patterns = (0..<40).map { number in
            LikePattern([.wildcard] + "x\(number)y".unicodeScalars.map { .scalar($0) } + [.wildcard])
        }
        #expect(PatternWitnesses(patterns).texts(3) == nil)
    }
}
