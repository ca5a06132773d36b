import Cedar
import Testing

@testable import Policy

@Suite("Bundles that are too much")
struct HostileBundleTests {
    // Without optimisation a hundred thousand take longer than a test may; `make bench` reads as many.
    #if DEBUG
        private static let count = 10_000
    #else
        private static let count = 100_000
    #endif

    @Test("Very many policies are read and decided by, and one more than the limit is refused")
    func many() throws {
        let count = Self.count
        var text = ""
        for number in 0..<count {
            text +=
                #"@id("p\#(number)") permit (principal == Gatehouse::User::"u\#(number)", action == Gatehouse::Action::"infer", resource);"#
            text += "\n"
        }
        let file = PolicyFile(name: "many.cedar", text: text)
        let point = try CedarDecisionPoint(PolicyBundle(unproved: [file]))
        var question = Question.plain()
        question.principal = Subject(.user, id: "u7777")
        #expect(point.decide(question).determining == ["p7777"])
        question.principal = Subject(.user, id: "nobody")
        #expect(!point.decide(question).isPermitted)
        let start = ContinuousClock.now
        for _ in 0..<200 { _ = point.decide(question) }
        // A look at each policy would take a thousand times as long.
        #expect(ContinuousClock.now - start < .seconds(2))
        do throws(PolicyError) {
            _ = try PolicyBundle(unproved: [file], limits: PolicyLimits(policies: count - 1))
            Issue.record("it was accepted")
        } catch {
            #expect(error.problems.map(\.message) == ["there are more than \(count - 1) policies"])
        }
    }

    @Test("What is nested too deep, or is no text of ours, is refused with its place")
    func deep() {
        let nested = String(repeating: "(", count: 5_000) + "true" + String(repeating: ")", count: 5_000)
        let policy = #"@id("a") permit (principal, action, resource) when { \#(nested) };"#
        do throws(PolicyError) {
            _ = try PolicyBundle([PolicyFile(name: "a.cedar", text: policy)])
            Issue.record("it was accepted")
        } catch {
            #expect(error.problems.count == 1)
            #expect(error.problems.first?.location.line == 1)
        }
        let tests = #"{"tests":\#(String(repeating: "[", count: 5_000))\#(String(repeating: "]", count: 5_000))}"#
        #expect(throws: PolicyError(.invalid, [])) {
            try PolicyBundle([
                PolicyFile(name: "a.cedar", text: #"@id("a") permit (principal, action, resource);"#),
                PolicyFile(name: "a.tests.json", text: tests),
            ])
        }
    }
}
