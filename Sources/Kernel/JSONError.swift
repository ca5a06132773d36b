/// Why a text is not JSON that we accept.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        private enum Value { case syntax, invalidUTF8, tooDeep, tooComplex }
        private let value: Value

        /// The text breaks the grammar of RFC 8259.
        package static let syntax = Code(value: .syntax)
        package static let invalidUTF8 = Code(value: .invalidUTF8)
        /// Nested deeper than the limit.
        package static let tooDeep = Code(value: .tooDeep)
        /// More values than the limit.
        package static let tooComplex = Code(value: .tooComplex)
    }

    package let code: Code
    /// Where, in bytes from the start.
    package let offset: Int
    package let message: String

    package init(_ code: Code, at offset: Int, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(self.code) }

    package var description: String { "\(self.message) (at byte \(self.offset))" }
}
