package import Kernel

/// Why nobody was recognised.
///
/// The code is for the event and for whoever runs Gatehouse. A stranger should hear the same for each: which keys
/// exist is not theirs to learn.
package struct IdentityError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case unknownKey, expiredKey, revokedKey, malformedKey }
        private let value: Value

        /// No such key was ever made here.
        package static let unknownKey = Code(value: .unknownKey)
        package static let expiredKey = Code(value: .expiredKey)
        package static let revokedKey = Code(value: .revokedKey)
        /// Empty, or longer than any key is.
        package static let malformedKey = Code(value: .malformedKey)

        package var description: String { self.value.rawValue }
    }

    package let code: Code
    package let message: String
    /// The key that was shown, where it is known but no longer accepted.
    package let key: Identifier<VirtualKey>?

    package init(_ code: Code, _ message: String, key: Identifier<VirtualKey>? = nil) {
        self.code = code
        self.message = message
        self.key = key
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String { self.message }
}
