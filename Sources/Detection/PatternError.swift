/// Why a set of patterns could not be made ready.
package struct PatternError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, for code.
    package struct Code: Hashable, Sendable {
        private enum Value { case invalidPattern, unsupportedMachine, outOfMemory }
        private let value: Value

        /// A pattern is not one that the library can compile.
        package static let invalidPattern = Code(value: .invalidPattern)
        /// The processor lacks the instructions that the library needs (SSSE3 on x86).
        package static let unsupportedMachine = Code(value: .unsupportedMachine)
        /// There is no memory for the database.
        package static let outOfMemory = Code(value: .outOfMemory)
    }

    /// What went wrong.
    package let code: Code
    /// What went wrong, for people; names the pattern.
    package let message: String

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    package var description: String { self.message }
}
