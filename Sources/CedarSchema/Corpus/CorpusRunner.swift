package import Cedar

/// Runs tests in the format of Cedar's own integration tests.
///
/// The caller finds the tests and hands in what their files hold; paths inside a test are relative to the corpus' root.
package struct CorpusRunner {
    /// What a schema says of a test's policies and requests.
    package struct Judge {
        package let typing: any ValueTyping
        package let validates: ([CedarPolicy]) -> Bool
        package let conforms: (AccessRequest) -> Bool
        /// What is wrong with the entities; nil where they conform.
        package let holds: ([Entity]) -> String?

        package init(
            typing: any ValueTyping, validates: @escaping ([CedarPolicy]) -> Bool,
            conforms: @escaping (AccessRequest) -> Bool, holds: @escaping ([Entity]) -> String?
        ) {
            self.typing = typing
            self.validates = validates
            self.conforms = conforms
            self.holds = holds
        }
    }

    package private(set) var report: CorpusReport
    private let file: (String) -> [UInt8]?
    private let judge: (String) throws(CedarError) -> Judge

    /// - Parameters:
    ///   - greatestNumber: How many disagreements the report lists.
    ///   - file: What a file of the corpus holds, by the path that tests use; nil where there is none.
    ///   - judge: Reads a schema in either form.
    package init(
        listing greatestNumber: Int = 20, file: @escaping (String) -> [UInt8]?,
        judge: @escaping (String) throws(CedarError) -> Judge
    ) {
        self.report = CorpusReport(listing: greatestNumber)
        self.file = file
        self.judge = judge
    }

    /// Runs one test and adds to the report.
    package mutating func run(_ name: String, _ json: [UInt8]) {
        self.report.addTest()
        do throws(CedarError) {
            let test = try CorpusTest(json)
            let judge = try self.judge(self.text(test.schema))
            let policies = try PolicySet(parsing: self.text(test.policies))
            let entities = try Entities(json: Array(self.text(test.entities).utf8), typing: judge.typing)
            if let problem = judge.holds(entities.all) { throw CedarError(.typeMismatch, problem) }
            var requests: [AccessRequest] = []
            for expectation in test.expectations {
                requests.append(try AccessRequest(expectation.node, test.reader, judge.typing))
            }
            self.report.add(.parse, of: name, agrees: true, "")
            let isValid = judge.validates(policies.policies + policies.templates)
            self.report.add(
                .shouldValidate, of: name, agrees: isValid == test.shouldValidate,
                "expected \(test.shouldValidate) but found \(isValid)")
            for (request, expectation) in zip(requests, test.expectations) {
                self.report.addRequest()
                if expectation.validates {
                    self.report.add(
                        .validateRequest, of: name, agrees: judge.conforms(request),
                        "\(expectation.description): the request does not conform to the schema")
                }
                self.compare(policies.decide(request, entities), with: expectation, of: name)
            }
        } catch {
            self.report.add(.parse, of: name, agrees: false, error.description)
        }
    }

    private func text(_ path: String) throws(CedarError) -> String {
        guard let bytes = self.file(path) else { throw CedarError(.unknownName, "there is no file `\(path)`") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CedarError(.syntax, "the file `\(path)` is not valid UTF-8")
        }
        return text
    }

    private mutating func compare(
        _ decision: AccessDecision, with expectation: CorpusTest.Expectation, of name: String
    ) {
        let reasons = Set(decision.determining.map(\.description))
        let errors = Set(decision.failures.map(\.policy.description))
        self.report.add(
            .decision, of: name, agrees: decision.verdict == expectation.verdict,
            "\(expectation.description): expected \(expectation.verdict) but found \(decision.verdict)")
        self.report.add(
            .reasons, of: name, agrees: reasons == expectation.reasons,
            "\(expectation.description): expected \(expectation.reasons.sorted()) but found \(reasons.sorted())")
        self.report.add(
            .errors, of: name, agrees: errors == expectation.errors,
            "\(expectation.description): expected \(expectation.errors.sorted()) but found \(errors.sorted())")
    }
}
