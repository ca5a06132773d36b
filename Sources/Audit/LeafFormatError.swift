/// Why bytes are not a leaf.
package struct LeafFormatError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case malformed, tooLong, unknownVersion, unknownType }
        private let value: Value

        /// Not JSON, not in canonical order, or a member is missing.
        package static let malformed = Code(value: .malformed)
        package static let tooLong = Code(value: .tooLong)
        package static let unknownVersion = Code(value: .unknownVersion)
        /// An event of a type that is not of the closed list.
        package static let unknownType = Code(value: .unknownType)

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
