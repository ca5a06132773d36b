/// Why something about training or evaluation cannot be done.
package struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, stable.
    package struct Code: Hashable, Sendable {
        private enum Value { case malformedRow, malformedGrammar, tooLittleData, leakage, malformedCard }
        private let value: Value
        package static let malformedRow = Self(value: .malformedRow)
        package static let malformedGrammar = Self(value: .malformedGrammar)
        package static let tooLittleData = Self(value: .tooLittleData)
        package static let leakage = Self(value: .leakage)
        package static let malformedCard = Self(value: .malformedCard)
    }

    package let code: Code
    /// What is wrong, in words, and what to do.
    package let message: String

    /// Creates an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}
