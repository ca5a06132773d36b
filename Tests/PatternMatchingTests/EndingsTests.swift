import TestSupport
import Testing

@testable import PatternMatching

@Suite("What may be the end of a match")
struct EndingsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let expression: String
        let ends: [String]
        let others: [String]
        var testDescription: String { self.expression }
    }

    static let cases = [
        Case(expression: "abc", ends: ["abc", "xabc"], others: ["ab", "abd", "xbc", "zbc"]),
        Case(expression: "(?i)key", ends: ["KEY", "my Key"], others: ["kex", "eey"]),
        Case(expression: "[0-9]{3}", ends: ["123", "a123"], others: ["12a", "1a3", "a23"]),
        Case(expression: "a+b?c", ends: ["ac", "aabc"], others: ["cc", "dc", "ab"]),
        Case(expression: "(?:ab|xyz)[0-9]", ends: ["ab1", "xyz2"], others: ["a1", "zz2", "xyz"]),
        Case(expression: "a.{0,3}b", ends: ["ab", "a123b", "axb"], others: ["a123", "x"]),
        Case(expression: "\\bword\\b", ends: ["word", " word"], others: ["wort", "lord"]),
        Case(expression: "sk-[a-z]{8}", ends: ["sk-abcdefgh"], others: ["abcdefghijk", "sx-abcdefgh"]),
    ]

    @Test("is told of each expression", arguments: Self.cases)
    func ends(of example: Case) throws {
        let endings = try Endings([example.expression])
        for text in example.ends {
            let bytes = Array(text.utf8)
            let mayEnd = endings.mayEnd(in: bytes.span, from: bytes.count)
            #expect(mayEnd, "\(text)")
        }
        for text in example.others {
            let bytes = Array(text.utf8)
            // Behind other text: what lies before the beginning is taken for whatever fits.
            let padded = Array("~~~~~~~~~~~~".utf8) + bytes
            let mayEnd = endings.mayEnd(in: padded.span, from: padded.count)
            #expect(!mayEnd, "\(text)")
        }
    }

    @Test("holds all ends that there are, of many expressions in random texts", arguments: 0..<20)
    func noneIsMissed(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let parts = ["a", "b", "[ab]", "[^a]", "c{1,3}", "(?:ab|c)", "d?", "(?:a|bc)+", "\\b", "[abc]*d", "."]
        let expressions = (0..<90).map { _ in
            (0..<Int.random(in: 1...5, using: &random)).map { _ in
                parts[Int.random(in: 0..<parts.count, using: &random)]
            }
            .joined() + "d"
        }
        let set = try PatternSet(expressions)
        let endings = try Endings(expressions)
        let scratch = PatternScratch()
        var count = 0
        for _ in 0..<40 {
            let text = (0..<60).map { _ in Array("abcd x\n".utf8)[Int.random(in: 0..<7, using: &random)] }
            _ = set.scan(text.span, with: scratch) { _, _, end in
                count += 1
                let mayEnd = endings.mayEnd(in: text.span.extracting(0..<end), from: end)
                #expect(mayEnd)
                return true
            }
        }
        #expect(count > 100)
    }

    @Test("is hardly ever there in ordinary text")
    func proseIsPassedOver() throws {
        let endings = try Endings([
            "[A-Za-z0-9]@[a-z]", "[0-9]{13}", "ghp_[A-Za-z0-9]{8}", "(?i)secret[ \\t]*=[ \\t]*[a-z]",
        ])
        let text = Array("The warehouse in the north reports that the shelves are in place = since Monday.".utf8)
        let ends = (13...text.count).count { endings.mayEnd(in: text.span.extracting(0..<$0), from: $0) }
        #expect(ends == 0)
    }

    @Test("names the expression that is none")
    func refuses() {
        let error = #expect(throws: ExpressionError.self) { try Endings(["fine", "(", "also fine"]) }
        #expect(error?.index == 1)
    }
}
