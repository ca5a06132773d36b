package import Cedar

/// What a validator has to say of one place.
package struct ValidationFinding: Hashable, Sendable, Comparable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        /// What was looked at does not fit the schema.
        case error
        /// It fits, but hardly says what was meant.
        case warning
    }

    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case unknownEntityType, unknownAction, unknownID, inapplicable, unexpectedType, incompatibleTypes
            case unknownAttribute, missingAttribute, optionalAttribute, optionalTag, noTags, emptySet
            case dynamicConstructor, malformedLiteral, wrongArity, wrongHierarchy, wrongAction, tooComplex, impossible
        }
        private let value: Value

        package static let unknownEntityType = Code(value: .unknownEntityType)
        package static let unknownAction = Code(value: .unknownAction)
        /// An id that an enumerated entity type does not have.
        package static let unknownID = Code(value: .unknownID)
        /// A scope that no request fits, or a principal or resource that an action does not apply to.
        package static let inapplicable = Code(value: .inapplicable)
        package static let unexpectedType = Code(value: .unexpectedType)
        /// Values compared, or elements of one set, that have no type in common.
        package static let incompatibleTypes = Code(value: .incompatibleTypes)
        package static let unknownAttribute = Code(value: .unknownAttribute)
        /// An attribute that must be there and is not.
        package static let missingAttribute = Code(value: .missingAttribute)
        /// An optional attribute read without asking whether it is there.
        package static let optionalAttribute = Code(value: .optionalAttribute)
        /// A tag read without asking whether it is there.
        package static let optionalTag = Code(value: .optionalTag)
        /// A tag of an entity that can have none.
        package static let noTags = Code(value: .noTags)
        /// `[]`, whose elements have no type.
        package static let emptySet = Code(value: .emptySet)
        /// `ip(…)` and the like of something that is not a literal.
        package static let dynamicConstructor = Code(value: .dynamicConstructor)
        /// `ip("…")` and the like of a text that means nothing.
        package static let malformedLiteral = Code(value: .malformedLiteral)
        /// A function called with too few or too many arguments.
        package static let wrongArity = Code(value: .wrongArity)
        /// A member of something that it cannot be a member of.
        package static let wrongHierarchy = Code(value: .wrongHierarchy)
        /// An action entity that is not as the schema declares it.
        package static let wrongAction = Code(value: .wrongAction)
        package static let tooComplex = Code(value: .tooComplex)
        /// A policy that never applies.
        package static let impossible = Code(value: .impossible)

        package var description: String { self.value.rawValue }
    }

    package let severity: Severity
    package let code: Code
    /// nil where an entity or a request was looked at.
    package let policy: PolicyID?
    package let location: SourceLocation
    /// One sentence without a period; a hint may follow on its own line.
    package let message: String

    init(
        _ code: Code, _ message: String, policy: PolicyID? = nil, at location: SourceLocation = .none,
        severity: Severity = .error
    ) {
        self.severity = severity
        self.code = code
        self.policy = policy
        self.location = location
        self.message = message
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.policy?.text ?? "", left.location, left.message) < (
            right.policy?.text ?? "", right.location, right.message
        )
    }

    package var description: String {
        let policy = self.policy.map { "policy `\($0)`" }
        let place = self.location == .none ? nil : self.location.description
        let prefix = [policy, place].compactMap { $0 }.joined(separator: ", ")
        return prefix.isEmpty ? self.message : "\(prefix): \(self.message)"
    }
}
