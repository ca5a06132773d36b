/// Why bytes are not a written event.
package struct EventFormatError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case malformed, unknownVersion, unknownKind, tooLong, notCanonical }
        private let value: Value

        /// Not JSON, or a member is missing or has no value that we write.
        package static let malformed = Code(value: .malformed)
        /// Written by another version of the form.
        package static let unknownVersion = Code(value: .unknownVersion)
        package static let unknownKind = Code(value: .unknownKind)
        /// More bytes than a leaf may have.
        package static let tooLong = Code(value: .tooLong)
        /// The same could be written otherwise, and was.
        package static let notCanonical = Code(value: .notCanonical)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String { self.message }
}
