/// Why an expression has no value. Errors are part of what policies mean: a policy that fails does not apply.
package struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case typeMismatch, overflow, unknownEntity, unknownAttribute, unknownTag, extensionFunction
        }
        private let value: Value

        /// An operator or function got a value of the wrong kind.
        package static let typeMismatch = Code(value: .typeMismatch)
        /// A number left the 64 bits.
        package static let overflow = Code(value: .overflow)
        /// An attribute or tag of an entity that is not known.
        package static let unknownEntity = Code(value: .unknownEntity)
        package static let unknownAttribute = Code(value: .unknownAttribute)
        package static let unknownTag = Code(value: .unknownTag)
        /// A function of an extension type could not take its arguments.
        package static let extensionFunction = Code(value: .extensionFunction)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    /// One sentence without a period; user input in backticks.
    package let message: String
    /// Where the failing part of the policy stands.
    package let location: SourceLocation

    package init(_ code: Code, _ message: String, at location: SourceLocation = .none) {
        self.code = code
        self.message = message
        self.location = location
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String {
        self.location == .none ? self.message : "\(self.location): \(self.message)"
    }
}
