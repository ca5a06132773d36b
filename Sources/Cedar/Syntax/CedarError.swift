/// Why a text (policy, schema, entities, context) was not accepted, or why a policy set cannot be made of it.
package struct CedarError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case syntax, tooDeep, tooLarge, duplicate, unknownName, typeMismatch, cycle, template
        }
        private let value: Value

        /// The text breaks the grammar.
        package static let syntax = Code(value: .syntax)
        /// Nested deeper than the limit.
        package static let tooDeep = Code(value: .tooDeep)
        /// Longer, or more of something, than the limit.
        package static let tooLarge = Code(value: .tooLarge)
        /// Something that must be unique is there twice.
        package static let duplicate = Code(value: .duplicate)
        /// A function, type, action or attribute that does not exist.
        package static let unknownName = Code(value: .unknownName)
        /// A value, or a declaration, of another type than is expected.
        package static let typeMismatch = Code(value: .typeMismatch)
        /// A hierarchy, or a definition, that contains itself.
        package static let cycle = Code(value: .cycle)
        /// A template used as a policy, or slots that do not fit it.
        package static let template = Code(value: .template)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    /// One sentence without a period; user input in backticks.
    package let message: String
    /// `.none` where the error is not at one place of a text.
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
