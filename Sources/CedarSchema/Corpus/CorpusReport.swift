/// How far we agree with tests in the format of Cedar's own integration tests.
package struct CorpusReport: Sendable {
    /// What a test says and we can agree or disagree with.
    package enum Aspect: String, Hashable, Sendable, CaseIterable {
        /// The files can be read: policies, schema, entities, requests.
        case parse
        /// Whether the policies pass strict validation.
        case shouldValidate
        /// Whether the requests conform to the schema, where the test says so.
        case validateRequest
        case decision
        case reasons
        case errors
    }

    package struct Tally: Hashable, Sendable {
        package var agreed = 0
        package var total = 0
    }

    package struct Disagreement: Hashable, Sendable {
        package let test: String
        package let aspect: Aspect
        package let message: String
    }

    package private(set) var tests = 0
    package private(set) var requests = 0
    package private(set) var tallies: [Aspect: Tally] = [:]
    /// The first ones, in the order in which they were found.
    package private(set) var disagreements: [Disagreement] = []
    private let greatestNumber: Int

    package init(listing greatestNumber: Int = 20) { self.greatestNumber = greatestNumber }

    package var agreesInAll: Bool { self.tests > 0 && self.tallies.values.allSatisfy { $0.agreed == $0.total } }

    mutating func addTest() { self.tests += 1 }
    mutating func addRequest() { self.requests += 1 }

    mutating func add(
        _ aspect: Aspect, of test: String, agrees: Bool, _ message: @autoclosure () -> String
    ) {
        self.tallies[aspect, default: Tally()].total += 1
        if agrees {
            self.tallies[aspect, default: Tally()].agreed += 1
        } else if self.disagreements.count < self.greatestNumber {
            self.disagreements.append(Disagreement(test: test, aspect: aspect, message: message()))
        }
    }
}
