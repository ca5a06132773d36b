package import Conversation

/// Why a body cannot be read in its shape or written in another.
@usableFromInline package struct CodecError: Error, Hashable, Sendable {
    package struct Code: Hashable, Sendable {
        fileprivate enum Value: String {
            case invalidJSON = "invalid_json"
            case tooComplex = "request_too_complex"
            case missingField = "missing_field"
            case duplicateField = "duplicate_field"
            case wrongType = "invalid_type"
            case invalidValue = "invalid_value"
            case unsupported = "unsupported_value"
            case providerFailed = "upstream_error"
        }
        fileprivate let value: Value

        package static let invalidJSON = Code(value: .invalidJSON)
        /// Nested too deep or too many values.
        package static let tooComplex = Code(value: .tooComplex)
        package static let missingField = Code(value: .missingField)
        package static let duplicateField = Code(value: .duplicateField)
        package static let wrongType = Code(value: .wrongType)
        package static let invalidValue = Code(value: .invalidValue)
        /// Right in the caller's shape, but nothing that the upstream's can say.
        package static let unsupported = Code(value: .unsupported)
        /// The provider sent an error where an answer was to be: `failure` has it.
        package static let providerFailed = Code(value: .providerFailed)

        /// The spelling on the wire, such as `invalid_json`.
        package var name: String { self.value.rawValue }
    }

    package let code: Code
    package let message: String
    /// Where in the body, such as `messages[3].content[0].type`; nil is the body as a whole.
    package private(set) var path: String?
    /// What the provider said, where it is the one that failed.
    package let failure: ModelFailure?

    package init(_ code: Code, _ message: String, at path: String? = nil, failure: ModelFailure? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.failure = failure
    }

    @usableFromInline package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    @usableFromInline package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }
}

extension CodecError {
    /// The same error seen from one level further out.
    @usableFromInline package func inside(_ name: String) -> CodecError {
        var error = self
        error.path = self.path.map { $0.first == "[" ? name + $0 : name + "." + $0 } ?? name
        return error
    }

    /// The same error at another place.
    func at(_ path: String) -> CodecError {
        var error = self
        error.path = path
        return error
    }

    /// The same error seen from the list that holds the value.
    package func inside(_ index: Int) -> CodecError { self.inside("[\(index)]") }
}

extension CodecError: CustomStringConvertible {
    @usableFromInline package var description: String { self.path.map { "\($0): \(self.message)" } ?? self.message }
}
