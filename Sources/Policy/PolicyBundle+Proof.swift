import Cedar
import CedarAnalysis

extension PolicyBundle {
    /// The tests that do not come out as expected.
    package func failedTests() -> [PolicyProblem] {
        let point: CedarDecisionPoint
        do throws(CedarError) { point = try CedarDecisionPoint(self) } catch {
            return [PolicyProblem(error.message, file: "", at: error.location)]
        }
        return self.tests.compactMap { test in
            test.complaint(about: point.decide(test.question)).map {
                PolicyProblem("the test `\(test.name)` fails: \($0)", file: test.file, at: test.location)
            }
        }
    }

    /// The properties that do not hold, or of which that cannot be said. Policies in shadow do not count.
    package func brokenProperties() -> [PolicyProblem] {
        guard !self.properties.isEmpty else { return [] }
        let analysis = self.analysis
        return self.properties.compactMap { property in
            let message: String
            let hint: String?
            switch analysis.prove(property.claim) {
            case .holds: return nil
            case .fails(let example):
                let verb = property.claim.effect == .forbid ? "permitted" : "refused"
                message = "the property `\(property.id)` does not hold: this request would be \(verb): \(example)"
                hint = property.message.map { "it says: \($0)" }
            case .undecidable(let reason):
                message = "whether the property `\(property.id)` holds cannot be decided here: \(reason)"
                hint =
                    "make the policies simpler that it is about, or take it out: a claim that nobody can check proves nothing"
            }
            return PolicyProblem(message, file: property.file, at: property.claim.location, hint: hint)
        }
    }

    /// What an author would want to know: policies that never apply, or that others make superfluous, contradict or
    /// open wide. All of them warnings.
    package func findings() -> [PolicyProblem] {
        let files = Dictionary(self.rules.map { ($0.policy.id, $0.file) }) { first, _ in first }
        return self.analysis.findings().map { finding in
            PolicyProblem(
                finding.description, file: files[finding.policy] ?? "", at: finding.location, severity: .warning)
        }.sorted()
    }

    private var analysis: PolicyAnalysis {
        PolicyAnalysis(self.rules.filter { $0.mode == .enforce }.map(\.policy), self.schema)
    }
}
