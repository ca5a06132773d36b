/// Why a verification could not be made, or a bundle not be read or written.
package struct VerificationError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case unreadable, damaged, malformed, unsafePath, tooLarge, policy }
        private let value: Value

        /// The source cannot be read.
        package static let unreadable = Code(value: .unreadable)
        /// The source says of itself that it is damaged.
        package static let damaged = Code(value: .damaged)
        /// It is not in the form that was expected.
        package static let malformed = Code(value: .malformed)
        /// A bundle with a name that leads out of it, a link, or a name twice.
        package static let unsafePath = Code(value: .unsafePath)
        /// A part of a bundle is larger than it may be.
        package static let tooLarge = Code(value: .tooLarge)
        /// The trust policy cannot be read or does not fit the log.
        package static let policy = Code(value: .policy)

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
